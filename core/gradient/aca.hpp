#pragma once

#include "core/gradient/observed_steps.hpp"

#include <vector>

namespace syzygy {

/// What the forward pass of ACA keeps. Reused from call to call, so that only a longer solve than any
/// before allocates.
template <class Problem>
struct AcaWorkspace {
    using State = typename Problem::State;
    using Real = typename Problem::Real;

    struct Checkpoint {
        Real t, h;
        State y;
        std::size_t first_observation;  ///< the first observation after t
    };
    std::vector<Checkpoint> checkpoints;                    ///< N accepted steps and the end
    std::vector<typename Problem::Observed> cotangents;     ///< K: d term / d y at each observation time
    std::vector<Real> stops;
};

namespace detail {

/// The forward pass: keeps a checkpoint at each accepted step; `observations` works the loss out on the way.
template <class Problem, class Observations>
class AcaForward {
public:
    using Real = typename Problem::Real;

    AcaForward(AcaWorkspace<Problem>& workspace, Observations& observations)
        : workspace_(workspace), observations_(observations)
    {
        workspace_.checkpoints.clear();
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        workspace_.checkpoints.push_back({step.t0(), step.h(), step.y0(), observations_.next()});
        return observations_.accepted(step);
    }
    void rejected(const RejectedAttempt<Real>&) {}

private:
    AcaWorkspace<Problem>& workspace_;
    Observations& observations_;
};

/// The backward pass over one step after the other, last to first: replays the step from its checkpoint and
/// pulls the cotangent of its end back to its start by the discrete adjoint of the step (methods.md). The
/// cotangent of a first stage waits for the step before, whose end stage is the same evaluation.
template <const auto& tableau, class Problem>
class AcaBackward {
public:
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    using Observed = typename Problem::Observed;
    using Checkpoint = typename AcaWorkspace<Problem>::Checkpoint;
    static constexpr int rows = Observed::RowsAtCompileTime;
    static constexpr int end_stage = tableau.end_stage;

    AcaBackward(const Problem& problem, const AcaWorkspace<Problem>& workspace)
        : problem_(problem), workspace_(workspace), step_(*problem.system)
    {
    }

    /// False where the stop token ended it.
    bool run()
    {
        const auto& checkpoints = workspace_.checkpoints;
        const std::size_t last = checkpoints.size() - 1;
        for (std::size_t n = last; n-- > 0;) {
            if (problem_.task.stop.stop_requested()) return false;
            pull_back(checkpoints[n], checkpoints[n + 1], n == 0, n + 1 == last);
        }
        apply_vjp(checkpoints[0].t, checkpoints[0].y, first_stage_bar_, stage_state_bar_);
        lambda_ += stage_state_bar_;
        t0_bar_ += time_cotangent(checkpoints[0].t, checkpoints[0].y, first_stage_bar_);
        for (std::size_t k = 0; k < checkpoints[0].first_observation; ++k)
            lambda_.template head<rows>() += workspace_.cotangents[k];
        return true;
    }

    const State& initial_state() const { return lambda_; }
    const typename System::Parameters& parameters() const { return parameters_bar_; }
    Real t0() const { return t0_bar_; }
    Real t1() const { return t1_bar_; }
    long rhs_evaluations() const { return step_.evaluations(); }
    long vjp_evaluations() const { return vjps_; }

    /// Bytes that a replayed step holds: its stages, stage states and their cotangents.
    static constexpr std::size_t tape_bytes() { return sizeof(step_) + sizeof(k_bar_); }

private:
    void pull_back(const Checkpoint& start, const Checkpoint& end, bool first, bool last)
    {
        // Observations of this step: inside it up to `inside_end`, then at its end.
        const std::size_t begin = start.first_observation;
        std::size_t inside_end = end.first_observation;
        while (inside_end > begin && problem_.loss->times()[inside_end - 1] == end.t) --inside_end;
        for (std::size_t k = inside_end; k < end.first_observation; ++k)
            lambda_.template head<rows>() += workspace_.cotangents[k];

        const bool dense = inside_end > begin;
        const bool at_edge = first || last;
        step_.replay(start.t, start.y, start.h, end.t, end.y, at_edge || (dense && tableau.dense_stages > 0));
        for (State& bar : k_bar_) bar.setZero();
        start_bar_.setZero();
        if (dense) pull_back_dense(begin, inside_end, first, last);

        // f(t1, y1): the end stage here and the first stage of the next step, one evaluation.
        if (!last || dense) {
            const State both = first_stage_bar_ + k_bar_[end_stage];
            apply_vjp(end.t, end.y, both, stage_state_bar_);
            lambda_ += stage_state_bar_;
            if (last) t1_bar_ += time_cotangent(end.t, end.y, both);
        }

        start_bar_ += lambda_;
        add_to_earlier_stages<end_stage>(lambda_, start.h);
        pull_back_stages<tableau.stages - 1>(start, first, last);
        if (at_edge) add_step_size_cotangent(start.h, first, last);
        first_stage_bar_ = k_bar_[0];
        lambda_ = start_bar_;
    }

    /// Adds h b_i(theta) w to the stages' cotangents for every observation inside the step, with the
    /// powers of theta summed first, and pulls the stages back that only the dense output has.
    void pull_back_dense(std::size_t begin, std::size_t end, bool first, bool last)
    {
        std::array<Observed, tableau.dense_degree> power_bar;
        for (Observed& bar : power_bar) bar.setZero();
        Observed sum = Observed::Zero();
        for (std::size_t k = begin; k < end; ++k) {
            const Observed& w = workspace_.cotangents[k];
            const Real theta = step_.theta(problem_.loss->times()[k]);
            Real power = theta;
            for (Observed& bar : power_bar) {
                bar += power * w;
                power *= theta;
            }
            sum += w;
        }
        start_bar_.template head<rows>() += sum;
        [&]<std::size_t... row>(std::index_sequence<row...>) {
            (add_dense_row<static_cast<int>(row)>(power_bar), ...);
        }(std::make_index_sequence<tableau.rows>{});
        if (tableau.dense_stages > 0) step_.compute_dense_stages();
        if (first || last) add_theta_cotangent(begin, end, first, last);
        pull_back_dense_stages<tableau.rows - 1>(first, last);
    }

    template <int row>
    void add_dense_row(const std::array<Observed, tableau.dense_degree>& power_bar)
    {
        struct Weights {
            static constexpr auto value() { return tableau.dense[row]; }
        };
        if constexpr (detail::count_nonzero(Weights::value()) > 0)
            k_bar_[row].template head<rows>() += weighted_sum<Weights>(
                step_.h(), [&](int p) -> const Observed& { return power_bar[static_cast<std::size_t>(p)]; });
    }

    /// theta = (t - t_n) / h moves with the first step's start and the last step's end.
    void add_theta_cotangent(std::size_t begin, std::size_t end, bool first, bool last)
    {
        std::array<Observed, tableau.dense_degree> polynomial;
        step_.template dense_polynomial<rows>(polynomial);
        for (std::size_t k = begin; k < end; ++k) {
            const Real theta = step_.theta(problem_.loss->times()[k]);
            Observed slope = Real(tableau.dense_degree) * polynomial[tableau.dense_degree - 1];
            for (int p = tableau.dense_degree - 2; p >= 0; --p) slope = theta * slope + Real(p + 1) * polynomial[p];
            const Real theta_bar = workspace_.cotangents[k].dot(slope);
            if (first) t0_bar_ += theta_bar * (theta - 1) / step_.h();
            if (last) t1_bar_ -= theta_bar * theta / step_.h();
        }
    }

    template <int row>
    void pull_back_dense_stages(bool first, bool last)
    {
        if constexpr (row > end_stage) {
            pull_back_row<row>(step_.h(), first, last);
            pull_back_dense_stages<row - 1>(first, last);
        }
    }

    template <int row>
    void pull_back_stages(const Checkpoint& start, bool first, bool last)
    {
        if constexpr (row > 0) {
            pull_back_row<row>(start.h, first, last);
            pull_back_stages<row - 1>(start, first, last);
        }
    }

    /// The stage at X_row: its cotangent goes to the start of the step and to the stages before it.
    template <int row>
    void pull_back_row(Real h, bool first, bool last)
    {
        constexpr Real c = static_cast<Real>(tableau.c[row]);
        const Real t = step_.t0() + c * h;
        apply_vjp(t, step_.stage_state(row), k_bar_[row], stage_state_bar_);
        if (first || last) {
            const Real t_bar = time_cotangent(t, step_.stage_state(row), k_bar_[row]);
            if (first) t0_bar_ += (1 - c) * t_bar;
            if (last) t1_bar_ += c * t_bar;
        }
        start_bar_ += stage_state_bar_;
        add_to_earlier_stages<row>(stage_state_bar_, h);
    }

    template <int row>
    void add_to_earlier_stages(const State& bar, Real h)
    {
        [&]<std::size_t... j>(std::index_sequence<j...>) {
            (
                [&] {
                    if constexpr (tableau.a[row][j] != 0) k_bar_[j] += (h * static_cast<Real>(tableau.a[row][j])) * bar;
                }(),
                ...);
        }(std::make_index_sequence<static_cast<std::size_t>(row)>{});
    }

    /// d loss / d h = sum_j k_bar_j . k_j / h, since h stands before every k_j and nowhere else.
    void add_step_size_cotangent(Real h, bool first, bool last)
    {
        Real h_bar = 0;
        for (int row = 0; row < tableau.rows; ++row)
            if (row <= end_stage || k_bar_[row].squaredNorm() > 0)
                h_bar += k_bar_[row].cwiseProduct(step_.derivatives_table()[row]).sum();
        h_bar /= h;
        if (first) t0_bar_ -= h_bar;
        if (last) t1_bar_ += h_bar;
    }

    void apply_vjp(Real t, const State& y, const State& w, State& y_bar)
    {
        problem_.system->vjp(t, y, w, y_bar, parameters_bar_);
        ++vjps_;
    }

    Real time_cotangent(Real t, const State& y, const State& w) const
    {
        if constexpr (requires { problem_.system->time_vjp(t, y, w); })
            return problem_.system->time_vjp(t, y, w);
        else
            return 0;
    }

    const Problem& problem_;
    const AcaWorkspace<Problem>& workspace_;
    Step<tableau, System, Real, true> step_;
    std::array<State, tableau.rows> k_bar_;
    State lambda_ = State::Zero(), start_bar_ = State::Zero(), stage_state_bar_ = State::Zero();
    State first_stage_bar_ = State::Zero();
    typename System::Parameters parameters_bar_ = System::Parameters::Zero();
    Real t0_bar_ = 0, t1_bar_ = 0;
    long vjps_ = 0;
};

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> aca_with(const Problem& problem, AcaWorkspace<Problem>& workspace)
{
    GradientResult<typename Problem::System> result;
    const Stopwatch forward_time;
    workspace.cotangents.resize(problem.loss->times().size());
    auto observations = observe_steps(problem, problem.task.y0, [&](std::size_t k, const typename Problem::Observed& y) {
        result.loss += problem.loss->add(k, y, workspace.cotangents[k]);
    });
    AcaForward<Problem, decltype(observations)> observer(workspace, observations);
    const auto solved = solve_with<tableau>(*problem.system, problem.task, observer);
    result.outcome = solved.outcome;
    result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0,
                      forward_time.seconds()};
    if (!solved.outcome.ok()) return result;
    workspace.checkpoints.push_back({solved.t, 0, solved.y, observations.next()});

    const Stopwatch backward_time;
    AcaBackward<tableau, Problem> backward(problem, workspace);
    if (!backward.run()) {
        result.outcome = {Status::stopped, "stopped on request during the backward pass"};
        return result;
    }
    result.initial_state = backward.initial_state();
    result.parameters = backward.parameters();
    result.t0 = backward.t0();
    result.t1 = backward.t1();
    result.backward = {solved.counts.accepted, 0, backward.rhs_evaluations(), backward.vjp_evaluations(), 0,
                       backward_time.seconds()};
    result.checkpoint_bytes = workspace.checkpoints.size() * sizeof(typename AcaWorkspace<Problem>::Checkpoint);
    result.tape_bytes_peak = backward.tape_bytes();
    result.graph_depth = solved.counts.accepted * tableau.stages;
    return result;
}

}  // namespace detail

/// The adaptive checkpoint adjoint (Zhuang et al. 2020, algorithm 2): the exact gradient of the discrete
/// solution with the accepted steps held. Keeps (t, h, y) of each accepted step, replays one step at a time
/// and pulls the cotangent back through it; rejected attempts are left out. Memory: N states and one step.
template <class Problem>
GradientResult<typename Problem::System> aca(const Problem& given, AcaWorkspace<Problem>& workspace)
{
    validate_times(given.loss->times(), given.task.t0, given.task.t1);
    if (given.observe == Observe::dense)
        return with_method(given.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
            return detail::aca_with<tableau>(given, workspace);
        });
    workspace.stops = stops_at(given.loss->times(), given.task.t0, given.task.t1);
    Problem problem = given;
    problem.task.stops = workspace.stops;
    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        return detail::aca_with<tableau>(problem, workspace);
    });
}

template <class Problem>
GradientResult<typename Problem::System> aca(const Problem& problem)
{
    AcaWorkspace<Problem> workspace;
    return aca(problem, workspace);
}

}  // namespace syzygy
