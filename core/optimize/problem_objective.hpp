#pragma once

#include "core/base/error.hpp"
#include "core/gradient/aca.hpp"
#include "core/optimize/objective.hpp"

#include <functional>
#include <limits>
#include <utility>

namespace syzygy {

/// The loss of a gradient problem as what the optimisers minimise (optimizer.hpp): over the parameters, then the
/// components of the initial state, in that order, as many as are free. For the optimisers that work with gradients
/// (lbfgs, adam): least squares (lm) need the residuals, which a loss does not tell.
///
/// The unknowns x are scaled: value = start + scale x. x = 0 is where the problem stands when this is made. The loss is the
/// problem's: where it has a dimension, give the optimiser a ScaledObjective of this.
template <class Problem>
class ProblemObjective final : public Objective {
public:
    using System = typename Problem::System;
    using Gradient = std::function<GradientResult<System>(const Problem&)>;
    static constexpr int parameters = System::Parameters::RowsAtCompileTime;
    static constexpr int unknowns = parameters + Problem::State::RowsAtCompileTime;

    /// `gradient` is any gradient method: [](const auto& problem) { return run_gradient("reversible", problem); }, say.
    /// The scale of an unknown is its magnitude at the start, or `typical_parameters` or `typical_state` where it is 0.
    explicit ProblemObjective(
        const Problem& problem, Gradient gradient = [](const Problem& p) { return aca(p); })
        : system_(*problem.system),
          problem_(problem),
          gradient_(std::move(gradient)),
          free_(unknowns),
          start_(unknowns),
          scale_(unknowns)
    {
        problem_.system = &system_;
        start_ << system_.parameters(), problem_.task.y0;
        scale_ << problem_.typical_parameters, problem_.typical_state;
        for (Eigen::Index i = 0; i < unknowns; ++i) {
            if (start_[i] != 0) scale_[i] = std::abs(start_[i]);
            free_[i] = static_cast<int>(i);
        }
        set_bounds();
    }
    ProblemObjective(const ProblemObjective&) = delete;
    ProblemObjective& operator=(const ProblemObjective&) = delete;

    /// Holds the unknowns that are not named here: indices into (parameters, initial state).
    void set_free(const std::vector<int>& indices)
    {
        free_.resize(static_cast<Eigen::Index>(indices.size()));
        for (std::size_t i = 0; i < indices.size(); ++i) {
            if (indices[i] < 0 || indices[i] >= unknowns)
                throw ArgumentError("free", fmt::format("{}", indices[i]),
                                    fmt::format("must be from 0 to {}", unknowns - 1));
            free_[static_cast<Eigen::Index>(i)] = indices[i];
        }
        set_bounds();
    }

    /// The values at x: parameters, then initial state.
    Eigen::VectorXd values(const Eigen::VectorXd& x) const
    {
        Eigen::VectorXd values = start_;
        for (Eigen::Index i = 0; i < size(); ++i) values[free_[i]] += scale_[free_[i]] * x[i];
        return values;
    }
    /// Takes the problem to x. It refers to this objective's own system.
    const Problem& at(const Eigen::VectorXd& x)
    {
        const Eigen::VectorXd all = values(x);
        system_.set_parameters(all.head<parameters>());
        problem_.task.y0 = all.tail<unknowns - parameters>();
        return problem_;
    }
    /// How the last evaluation ended.
    const Outcome& last_outcome() const { return last_outcome_; }

    Eigen::Index size() const override { return free_.size(); }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override
    {
        const auto result = gradient_(at(x));
        last_outcome_ = result.outcome;
        if (!result.outcome.ok()) return false;
        loss = result.loss;
        if (gradient) {
            gradient->resize(size());
            for (Eigen::Index i = 0; i < size(); ++i) {
                const int index = free_[i];
                const double by_value =
                    index < parameters ? result.parameters[index] : result.initial_state[index - parameters];
                (*gradient)[i] = scale_[index] * by_value;
            }
        }
        return true;
    }
    bool linearise(const Eigen::VectorXd&, ReducedLeastSquares&) override { return no_residuals(); }
    bool sum_of_squares(const Eigen::VectorXd&, double&) override { return no_residuals(); }

private:
    void set_bounds()
    {
        lower_ = Eigen::VectorXd::Constant(size(), -std::numeric_limits<double>::infinity());
        upper_ = -lower_;
    }
    [[noreturn]] static bool no_residuals()
    {
        throw ArgumentError("optimizer", "lm", "needs the residuals of the loss: use lbfgs or adam");
    }

    System system_;
    Problem problem_;
    Gradient gradient_;
    Eigen::VectorXi free_;
    Eigen::VectorXd start_, scale_, lower_, upper_;
    Outcome last_outcome_;
};

template <class Problem, class Gradient>
ProblemObjective(const Problem&, Gradient) -> ProblemObjective<Problem>;

}  // namespace syzygy
