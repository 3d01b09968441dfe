#pragma once

#include "physics/problems/problem.hpp"

namespace syzygy {

/// A test problem as a system for the solver and the gradient methods.
class ProblemSystem {
public:
    using State = ProblemVector;
    using Parameters = ProblemVector;

    ProblemSystem(const TestProblem& problem, const Parameters& parameters) : problem_(&problem), parameters_(parameters) {}
    const Parameters& parameters() const { return parameters_; }
    void set_parameters(const Parameters& parameters) { parameters_ = parameters; }
    const TestProblem& problem() const { return *problem_; }

    void rhs(double t, const State& y, State& dydt) const { problem_->rhs(t, y, parameters_, dydt); }
    void vjp(double t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        problem_->vjp(t, y, parameters_, w, y_bar, p_bar);
    }
    void jvp(double t, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        problem_->jvp(t, y, parameters_, y_dot, p_dot, f_dot);
    }
    double time_vjp(double t, const State& y, const State& w) const
    {
        return problem_->time_vjp ? problem_->time_vjp(t, y, parameters_, w) : 0;
    }
    /// Only as many components as the problem has count in the error norm.
    template <class V>
    auto controlled(const V& state) const
    {
        return state.topRows(problem_->states);
    }

private:
    const TestProblem* problem_;
    Parameters parameters_;
};

/// sum_k w_k |y(t_k) - target_k|^2 of a test problem.
class ProblemLoss {
public:
    static constexpr int rows = 4;

    /// `times` in the direction of the solve.
    ProblemLoss(std::vector<double> times, std::vector<ProblemVector> targets, std::vector<double> weights)
        : times_(std::move(times)), targets_(std::move(targets)), weights_(std::move(weights))
    {
    }
    /// |y(t1)|^2, the loss of the paper's toy problem.
    static ProblemLoss end_state(double t1) { return {{t1}, {ProblemVector::Zero()}, {1}}; }

    std::span<const double> times() const { return times_; }
    double add(std::size_t k, const ProblemVector& y, ProblemVector& cotangent) const
    {
        const ProblemVector difference = y - targets_[k];
        cotangent = 2 * weights_[k] * difference;
        return weights_[k] * difference.squaredNorm();
    }

private:
    std::vector<double> times_;
    std::vector<ProblemVector> targets_;
    std::vector<double> weights_;
};

using ProblemGradient = GradientProblem<ProblemSystem, ProblemLoss>;

/// Loss and gradient of a test problem with the method of that id. Throws ArgumentError.
GradientResult<ProblemSystem> compute_gradient(const ProblemGradient& problem, std::string_view method);

}  // namespace syzygy
