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
            const Checkpoint &start = checkpoints[n], &end = checkpoints[n + 1];
            const Edges edges{n == 0, n + 1 == last};
            // Observations of this step: inside it up to `inside_end`, then at its end.
            std::size_t inside_end = end.first_observation;
            while (inside_end > start.first_observation && problem_.loss->times()[inside_end - 1] == end.t) --inside_end;
            for (std::size_t k = inside_end; k < end.first_observation; ++k)
                lambda_.template head<rows>() += workspace_.cotangents[k];
            if (inside_end > start.first_observation)
                pull_back<true>(start, end, inside_end, edges);
            else
                pull_back<false>(start, end, inside_end, edges);
        }
        const Checkpoint& start = checkpoints[0];
        pull_back_first_stage(start.t, start.y, first_stage_bar_);
        t0_bar_ += time_cotangent(start.t, start.y, first_stage_bar_);
        for (std::size_t k = 0; k < start.first_observation; ++k) lambda_.template head<rows>() += workspace_.cotangents[k];
        return true;
    }

    const State& initial_state() const { return lambda_; }
    const typename System::Parameters& parameters() const { return parameters_bar_; }
    Real t0() const { return t0_bar_; }
    Real t1() const { return t1_bar_; }
    long rhs_evaluations() const { return step_.evaluations(); }
    long vjp_evaluations() const { return vjps_; }

    /// Bytes that a replayed step holds: its stages, stage states, tapes and cotangents.
    static constexpr std::size_t tape_bytes() { return sizeof(step_) + sizeof(k_bar_) + sizeof(stage_bar_); }

private:
    using StepType = Step<tableau, System, Real, true>;
    /// Whether a step is the first, whose length moves with t0, or the last, whose length moves with t1.
    struct Edges {
        bool first, last;
        bool any() const { return first || last; }
    };

    /// kbar_row = h sum_{i > row} a_i,row Xbar_i: the row of the end stage is b and its Xbar is lambda, so one formula
    /// holds for all (methods.md). Without dense output the stages after the end stage have no cotangent.
    template <int row, bool dense>
    struct Column {
        static constexpr auto value()
        {
            std::array<long double, tableau.rows> column{};
            for (int i = row + 1; i < (dense ? tableau.rows : end_stage + 1); ++i) column[i] = tableau.a[i][row];
            return column;
        }
    };
    template <int row>
    struct DenseRow {
        static constexpr auto value() { return tableau.dense[row]; }
    };

    template <bool dense>
    void pull_back(const Checkpoint& start, const Checkpoint& end, std::size_t inside_end, Edges edges)
    {
        step_.replay(start.t, start.y, start.h, end.t, end.y, edges.any() || (dense && tableau.dense_stages > 0));
        Observed inside_bar;
        if constexpr (dense) {
            if constexpr (tableau.dense_stages > 0) step_.compute_dense_stages();
            sum_inside(start.first_observation, inside_end, inside_bar);
            if (edges.any()) add_theta_cotangent(start.first_observation, inside_end, edges);
            pull_back_rows<tableau.rows - 1, end_stage, dense>(edges);
            set_k_bar<end_stage, dense>();
        }

        // f(t1, y1): the end stage here and the first stage of the next step, one evaluation.
        if (!edges.last) {
            if constexpr (dense) add_to(first_stage_bar_, k_bar_[end_stage]);
            pull_back_first_stage(end.t, end.y, first_stage_bar_);
        } else if constexpr (dense) {
            apply_vjp(end.t, end.y, step_.tape(end_stage), k_bar_[end_stage], stage_bar_[0]);
            lambda_ += stage_bar_[0];
            t1_bar_ += time_cotangent(end.t, end.y, k_bar_[end_stage]);
        }

        stage_bar_[end_stage] = lambda_;
        pull_back_rows<tableau.stages - 1, 0, dense>(edges);
        set_k_bar<0, dense>();
        if (edges.any()) add_step_size_cotangent<dense>(start.h, edges);
        first_stage_bar_ = k_bar_[0];
        first_tape_ = step_.tape(0);
        [this]<std::size_t... row>(std::index_sequence<row...>) {
            if constexpr (sizeof...(row) > 0) add_to(lambda_, stage_bar_[row + 1]...);
        }(std::make_index_sequence<tableau.stages - 1>{});
        if constexpr (dense) {
            for (int row = end_stage + 1; row < tableau.rows; ++row) lambda_ += stage_bar_[row];
            lambda_.template head<rows>() += inside_bar;
        }
    }

    /// The first stage of the step after, whose tape was kept.
    void pull_back_first_stage(Real t, const State& y, const State& k_bar)
    {
        apply_vjp(t, y, first_tape_, k_bar, stage_bar_[0]);
        add_to(lambda_, stage_bar_[0]);
    }

    /// Sums over the observations inside the step: w, and theta^(p+1) w for each power of the dense output.
    void sum_inside(std::size_t begin, std::size_t end, Observed& sum)
    {
        // Two components at a time, so that their sums stay in registers over the observations.
        constexpr int width = rows % 2 == 0 ? 2 : 1;
        using Part = Eigen::Array<Real, width, 1>;
        for (int c = 0; c < rows; c += width) {
            Part plain = Part::Zero();
            std::array<Part, tableau.dense_degree> sums;
            sums.fill(Part::Zero());
            for (std::size_t k = begin; k < end; ++k) {
                Part term = workspace_.cotangents[k].template segment<width>(c).array();
                const Real theta = step_.theta(problem_.loss->times()[k]);
                plain += term;
                for (Part& part : sums) part += (term *= theta);
            }
            sum.template segment<width>(c) = plain.matrix();
            for (int p = 0; p < tableau.dense_degree; ++p) power_bar_[p].template segment<width>(c) = sums[p].matrix();
        }
    }

    /// The cotangent of k_row: from the later stages, and h sum_p dense[row][p] theta^(p+1) w from the observations.
    template <int row, bool dense>
    void set_k_bar()
    {
        using Weights = Column<row, dense>;
        State& k_bar = k_bar_[row];
        if constexpr (detail::count_nonzero(Weights::value()) > 0)
            assign_sum<Weights>(k_bar, step_.h(), [this](int i) -> const State& { return stage_bar_[static_cast<std::size_t>(i)]; });
        else
            k_bar.setZero();
        if constexpr (dense && detail::count_nonzero(DenseRow<row>::value()) > 0)
            k_bar.template head<rows>() += weighted_sum<DenseRow<row>>(
                step_.h(), [this](int p) -> const Observed& { return power_bar_[static_cast<std::size_t>(p)]; });
    }

    /// Stages `row` down to `above` + 1: Xbar = (df/dX)^T kbar.
    template <int row, int above, bool dense>
    void pull_back_rows(Edges edges)
    {
        if constexpr (row > above) {
            set_k_bar<row, dense>();
            constexpr Real c = static_cast<Real>(tableau.c[row]);
            const Real t = step_.t0() + c * step_.h();
            const State& state = step_.stage_state(row);
            // The last stage is replayed without its derivative, and so without a tape.
            if (row == tableau.stages - 1 && !edges.any() && !(dense && tableau.dense_stages > 0))
                apply_vjp(t, state, NoTape{}, k_bar_[row], stage_bar_[row]);
            else
                apply_vjp(t, state, step_.tape(row), k_bar_[row], stage_bar_[row]);
            if (edges.any()) {
                const Real t_bar = time_cotangent(t, state, k_bar_[row]);
                if (edges.first) t0_bar_ += (1 - c) * t_bar;
                if (edges.last) t1_bar_ += c * t_bar;
            }
            pull_back_rows<row - 1, above, dense>(edges);
        }
    }

    /// theta = (t - t_n) / h moves with the first step's start and the last step's end.
    void add_theta_cotangent(std::size_t begin, std::size_t end, Edges edges)
    {
        std::array<Observed, tableau.dense_degree> polynomial;
        step_.template dense_polynomial<rows>(polynomial);
        for (std::size_t k = begin; k < end; ++k) {
            const Real theta = step_.theta(problem_.loss->times()[k]);
            Observed slope = Real(tableau.dense_degree) * polynomial[tableau.dense_degree - 1];
            for (int p = tableau.dense_degree - 2; p >= 0; --p) slope = theta * slope + Real(p + 1) * polynomial[p];
            const Real theta_bar = workspace_.cotangents[k].dot(slope);
            if (edges.first) t0_bar_ += theta_bar * (theta - 1) / step_.h();
            if (edges.last) t1_bar_ -= theta_bar * theta / step_.h();
        }
    }

    /// d loss / d h = sum_j k_bar_j . k_j / h, since h stands before every k_j and nowhere else.
    template <bool dense>
    void add_step_size_cotangent(Real h, Edges edges)
    {
        Real h_bar = 0;
        for (int row = 0; row < (dense ? tableau.rows : end_stage); ++row)
            h_bar += k_bar_[row].cwiseProduct(step_.derivatives_table()[row]).sum();
        h_bar /= h;
        if (edges.first) t0_bar_ -= h_bar;
        if (edges.last) t1_bar_ += h_bar;
    }

    template <class Tape>
    void apply_vjp(Real t, const State& y, [[maybe_unused]] const Tape& tape, const State& w, State& y_bar)
    {
        if constexpr (std::is_same_v<Tape, NoTape>)
            problem_.system->vjp(t, y, w, y_bar, parameters_bar_);
        else
            problem_.system->vjp(t, y, tape, w, y_bar, parameters_bar_);
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
    StepType step_;
    std::array<State, tableau.rows> k_bar_, stage_bar_;          ///< cotangents of k_i and of X_i
    std::array<Observed, tableau.dense_degree> power_bar_;       ///< sums of theta^(p+1) w over a step
    State lambda_ = State::Zero();                               ///< cotangent of the step's end, then of its start
    State first_stage_bar_ = State::Zero();                      ///< of k_0 of the step after
    typename StepType::Tape first_tape_;                         ///< and what its evaluation left
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
    const Problem problem = with_stops(given, workspace.stops);
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
