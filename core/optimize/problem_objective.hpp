#pragma once

#include "core/base/error.hpp"
#include "core/gradient/aca.hpp"
#include "core/optimize/objective.hpp"

#include <functional>
#include <limits>
#include <utility>

namespace syzygy {

/// The loss of a gradient problem as an objective for the optimisers (optimizer.hpp): over the free parameters, then the free
/// components of the initial state, in this order. For the optimisers that use gradients (lbfgs, adam); least squares (lm) needs
/// residuals, which a loss does not provide.
///
/// The unknowns x are scaled: value = start + scale x. x = 0 is the state of the problem at construction. The loss is the loss of
/// the problem: if it has a dimension, give the optimiser a ScaledObjective of this objective.
template <class Problem>
class ProblemObjective final : public Objective {
public:
    using System = typename Problem::System;
    using Gradient = std::function<GradientResult<System>(const Problem&)>;
    static constexpr int parameters = System::Parameters::RowsAtCompileTime;
    static constexpr int unknowns = parameters + Problem::State::RowsAtCompileTime;

    /// `gradient` is any gradient method, for example [](const auto& problem) { return run_gradient("reversible", problem); }.
    /// The scale of an unknown is its magnitude at the start, or `typical_parameters` or `typical_state` if it starts at 0.
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

    /// Frees the unknowns with the given indices into (parameters, initial state) and holds all others.
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
    /// Sets the problem to x. The problem refers to this objective's own system.
    const Problem& at(const Eigen::VectorXd& x)
    {
        const Eigen::VectorXd all = values(x);
        system_.set_parameters(all.head<parameters>());
        problem_.task.y0 = all.tail<unknowns - parameters>();
        return problem_;
    }
    /// The outcome of the last evaluation.
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
