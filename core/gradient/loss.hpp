#pragma once

#include "core/gradient/problem.hpp"
#include "core/ode/dual.hpp"

#include <utility>
#include <vector>

namespace syzygy {

/// A loss sum_k l(k, y(t_k)) of a user-written function, over the leading `observed` rows of the state. The function has one of
/// the forms
///
///     [](std::size_t k, const auto& y) { return ...; }             // its cotangent comes from duals
///     [](std::size_t k, const auto& y, auto& cotangent) { ...; }   // writes the cotangent, returns the number
///
/// for vectors y of any scalar (duals, for second derivatives).
template <int observed, class Function>
class FunctionLoss {
public:
    static constexpr int rows = observed;

    FunctionLoss(std::vector<double> times, Function function)
        : times_(std::move(times)), function_(std::move(function))
    {
    }

    std::span<const double> times() const { return times_; }

    template <class Scalar>
    Scalar add(std::size_t k, const Eigen::Matrix<Scalar, rows, 1>& y, Eigen::Matrix<Scalar, rows, 1>& cotangent) const
    {
        if constexpr (requires { function_(k, y, cotangent); }) {
            return function_(k, y, cotangent);
        } else {
            using Number = Dual<Scalar, rows>;
            Eigen::Matrix<Number, rows, 1> x = y.template cast<Number>();
            for (int i = 0; i < rows; ++i) x[i].tangent[static_cast<std::size_t>(i)] = Scalar(1);
            const Number term = function_(k, std::as_const(x));
            for (int i = 0; i < rows; ++i) cotangent[i] = term.tangent[static_cast<std::size_t>(i)];
            return term.value;
        }
    }

private:
    std::vector<double> times_;
    Function function_;
};

/// The loss of `function` (see FunctionLoss) at `times`, which run in the direction of the solve.
template <int observed, class Function>
FunctionLoss<observed, Function> loss_at(std::vector<double> times, Function function)
{
    return {std::move(times), std::move(function)};
}

/// The loss of the end state alone: `function(y)`, or `function(y, cotangent)`.
template <int observed, class Function>
auto loss_at_end(double t1, Function function)
{
    if constexpr (requires(const Eigen::Matrix<double, observed, 1>& y, Eigen::Matrix<double, observed, 1>& cotangent) {
                      function(y, cotangent);
                  })
        return loss_at<observed>({t1}, [function = std::move(function)](std::size_t, const auto& y, auto& cotangent) {
            return function(y, cotangent);
        });
    else
        return loss_at<observed>({t1},
                                 [function = std::move(function)](std::size_t, const auto& y) { return function(y); });
}

/// The problem as gradient methods take it. `system` and `loss` must outlive it.
template <class SystemType, class Loss>
GradientProblem<SystemType, Loss> problem_of(const SystemType& system, const Loss& loss,
                                             SolveTask<typename SystemType::State> task,
                                             Observe observe = Observe::dense)
{
    return {&system, &loss, std::move(task), observe};
}

}  // namespace syzygy
