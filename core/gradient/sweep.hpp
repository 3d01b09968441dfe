#pragma once

#include "core/gradient/problem.hpp"

#include <vector>

namespace syzygy {

/// The start and the size of an accepted step: all that is needed to repeat the step.
template <class Problem>
struct Checkpoint {
    typename Problem::Real t, h;
    typename Problem::State y;
    std::size_t first_observation;  ///< the first observation after t
};

/// Whether a step is the first of the solve, whose length moves with t0, or the last, whose length moves with t1.
struct StepEdges {
    bool first, last;
    bool any() const { return first || last; }
};

/// What is held of an evaluation until its vjp.
enum class Replay {
    taped,       ///< the system's data for the vjp (roots, activations), for all stages of a step: s L
    whole_step,  ///< like taped, but each step stands alone: its first and its end stage are evaluated and pulled back in it,
                 ///< though neighbouring steps have the same evaluations, and all derivatives are computed
    stage_wise,  ///< only the point of the evaluation: the vjp evaluates again, one stage at a time: L
    search       ///< all attempts were taped beforehand, and their error estimates are pulled back as well (naive.hpp)
};

/// The discrete adjoint of a Runge-Kutta solve (docs/equations.md, "The discrete adjoint"): pulls the cotangent of a step's end
/// back to its start, for each step from last to first, then `finish`. The caller supplies the steps, from checkpoints or taped
/// beforehand. The cotangent of a first stage is kept for the previous step, whose end stage is the same evaluation.
template <const auto& tableau, class Problem, Replay replay = Replay::taped>
class Sweep {
public:
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    using Observed = typename Problem::Observed;
    using Scalar = typename State::Scalar;  ///< of states and cotangents; times are real
    using StepType = Step<tableau, System, Real, true, replay != Replay::stage_wise>;
    static constexpr int rows = Observed::RowsAtCompileTime;
    static constexpr int end_stage = tableau.end_stage;
    using Tape = typename StepType::Tape;
    /// True if a step shares no stage with the steps before and after.
    static constexpr bool stands_alone = replay == Replay::whole_step;

    /// `cotangents`: d term / d y at each observation time. `problem` and `cotangents` must outlive the sweep.
    Sweep(const Problem& problem, const std::vector<Observed>& cotangents)
        : problem_(problem), cotangents_(cotangents), own_step_(*problem.system), step_(&own_step_),
          parameters_bar_(zero_parameters(*problem.system))
    {
    }
    Sweep(const Sweep&) = delete;
    Sweep& operator=(const Sweep&) = delete;

    /// Replays the step from `start` to `end` and pulls the cotangent back through it.
    void pull_back(const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, StepEdges edges)
    {
        pull_back_any(start, end, edges, nullptr);
    }
    /// Pulls the cotangent back through a step that was kept whole, with its tapes.
    void pull_back(StepType& taped, const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, StepEdges edges)
    {
        pull_back_any(start, end, edges, &taped);
    }
    /// After the first step of the solve: pulls back the cotangent waiting for its first stage and adds the observations at t0.
    void finish(const Checkpoint<Problem>& start)
    {
        if constexpr (!stands_alone) {
            pull_back_first_stage(start.t, start.y, first_stage_bar_);
            t0_bar_ += time_cotangent(start.t, start.y, first_stage_bar_);
        }
        for (std::size_t k = 0; k < start.first_observation; ++k) lambda_.template head<rows>() += cotangents_[k];
    }

    /// The cotangent at the current point of the sweep, without the part that waits for the first stage of the next step.
    const State& cotangent() const { return lambda_; }
    /// The full cotangent at the current point of the sweep: one vjp, for traces only, not counted.
    State whole_cotangent(Real t, const State& y) const
    {
        State bar;
        typename System::Parameters unused = zero_parameters(*problem_.system);
        problem_.system->vjp(t, y, first_stage_bar_, bar, unused);
        return lambda_ + bar;
    }

    const State& initial_state() const { return lambda_; }
    const typename System::Parameters& parameters() const { return parameters_bar_; }
    Scalar t0() const { return t0_bar_; }
    Scalar t1() const { return t1_bar_; }
    long rhs_evaluations() const { return own_step_.evaluations(); }
    long vjp_evaluations() const { return vjps_; }

    /// Bytes that a replayed step holds: its stages, stage states, tapes and cotangents.
    static constexpr std::size_t tape_bytes()
    {
        return sizeof(own_step_) + cotangent_bytes() + (replay == Replay::stage_wise && !std::is_empty_v<Tape> ? sizeof(Tape) : 0);
    }
    /// tape_bytes() plus the memory that the tapes hold outside their own objects.
    std::size_t held_bytes() const
    {
        return tape_bytes() + (replay == Replay::stage_wise ? 1 : tableau.rows + 1) * tape_heap_bytes(*problem_.system);
    }
    /// Bytes of the cotangents alone.
    static constexpr std::size_t cotangent_bytes() { return sizeof(k_bar_) + sizeof(stage_bar_); }

protected:
    void pull_back_any(const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, StepEdges edges, StepType* taped)
    {
        step_ = taped ? taped : &own_step_;
        // Observations of this step: inside it up to `inside_end`, then at its end.
        std::size_t inside_end = end.first_observation;
        while (inside_end > start.first_observation && problem_.loss->times()[inside_end - 1] == end.t) --inside_end;
        for (std::size_t k = inside_end; k < end.first_observation; ++k) lambda_.template head<rows>() += cotangents_[k];
        if (inside_end > start.first_observation)
            pull_back_step<true>(start, end, inside_end, edges, taped != nullptr);
        else
            pull_back_step<false>(start, end, inside_end, edges, taped != nullptr);
    }

    /// kbar_row = h sum_{i > row} a_i,row Xbar_i. The row of the end stage is b and its Xbar is lambda, so one formula holds for
    /// all (docs/equations.md, "The discrete adjoint"). Without dense output the stages after the end stage have no cotangent.
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
    void pull_back_step(const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, std::size_t inside_end,
                        StepEdges edges, bool kept)
    {
        const bool all_derivatives = stands_alone || edges.any() || (dense && tableau.dense_stages > 0);
        if (!kept) step_->replay(start.t, start.y, start.h, end.t, end.y, all_derivatives);
        last_stage_taped_ = kept || all_derivatives;
        t_bar_ = h_bar_ = 0;
        const bool moves = edges.any();
        Observed inside_bar;
        if constexpr (dense) {
            if constexpr (tableau.dense_stages > 0) step_->compute_dense_stages();
            sum_inside(start.first_observation, inside_end, inside_bar);
            if (moves) add_theta_cotangent(start.first_observation, inside_end);
            pull_back_rows<tableau.rows - 1, end_stage, dense>(moves);
            set_k_bar<end_stage, dense>();
        }

        // f(t1, y1) is the end stage of this step and the first stage of the next step: one evaluation.
        if (!edges.last && !stands_alone) {
            if constexpr (dense) add_to(first_stage_bar_, k_bar_[end_stage]);
            pull_back_first_stage(end.t, end.y, first_stage_bar_);
        } else if constexpr (dense) {
            pull_back_end_stage(end, moves);
        }

        stage_bar_[end_stage] = lambda_;
        pull_back_rows<tableau.stages - 1, stands_alone ? -1 : 0, dense>(moves);
        if constexpr (stands_alone) {
            add_to(lambda_, stage_bar_[0]);
        } else {
            set_k_bar<0, dense>();
            first_stage_bar_ = k_bar_[0];
            if constexpr (replay != Replay::stage_wise) first_tape_ = step_->tape(0);
        }
        if (moves) {
            add_step_size_cotangent<dense ? tableau.rows : end_stage>(start.h);
            // The first step starts at t0 and its end is fixed; the start of the last step is fixed and it ends at t1.
            if (edges.first) t0_bar_ += t_bar_ - h_bar_;
            if (edges.last) t1_bar_ += h_bar_;
        }
        [this]<std::size_t... row>(std::index_sequence<row...>) {
            if constexpr (sizeof...(row) > 0) add_to(lambda_, stage_bar_[row + 1]...);
        }(std::make_index_sequence<tableau.stages - 1>{});
        if constexpr (dense) {
            for (int row = end_stage + 1; row < tableau.rows; ++row) lambda_ += stage_bar_[row];
            lambda_.template head<rows>() += inside_bar;
        }
    }

    /// Pulls back the end stage if no cotangent from the next step waits for it.
    void pull_back_end_stage(const Checkpoint<Problem>& end, bool moves)
    {
        apply_vjp(end.t, end.y, tape(end_stage), k_bar_[end_stage], stage_bar_[end_stage]);
        add_to(lambda_, stage_bar_[end_stage]);
        if (moves) add_stage_time<end_stage>(end.t, end.y);
    }

    /// Pulls back the first stage of the next step, whose tape was kept.
    void pull_back_first_stage(Real t, const State& y, const State& k_bar)
    {
        apply_vjp(t, y, first_tape_, k_bar, stage_bar_[0]);
        add_to(lambda_, stage_bar_[0]);
    }

    /// Sums over the observations inside the step: w, and theta^(p+1) w for each power of the dense output.
    void sum_inside(std::size_t begin, std::size_t end, Observed& sum)
    {
        // Two components at a time, so that their sums stay in registers during the loop over observations.
        constexpr int width = rows % 2 == 0 ? 2 : 1;
        using Part = Eigen::Array<Scalar, width, 1>;
        for (int c = 0; c < rows; c += width) {
            Part plain = Part::Zero();
            std::array<Part, tableau.dense_degree> sums;
            sums.fill(Part::Zero());
            for (std::size_t k = begin; k < end; ++k) {
                Part term = cotangents_[k].template segment<width>(c).array();
                const Real theta = step_->theta(problem_.loss->times()[k]);
                plain += term;
                for (Part& part : sums) part += (term *= theta);
            }
            sum.template segment<width>(c) = plain.matrix();
            for (int p = 0; p < tableau.dense_degree; ++p) power_bar_[p].template segment<width>(c) = sums[p].matrix();
        }
    }

    /// Sets the cotangent of k_row: from the later stages, and h sum_p dense[row][p] theta^(p+1) w from the observations.
    template <int row, bool dense>
    void set_k_bar()
    {
        using Weights = Column<row, dense>;
        State& k_bar = k_bar_[row];
        if constexpr (detail::count_nonzero(Weights::value()) > 0)
            assign_sum<Weights>(k_bar, step_->h(), [this](int i) -> const State& { return stage_bar_[static_cast<std::size_t>(i)]; });
        else
            k_bar.setZero();
        if constexpr (dense && detail::count_nonzero(DenseRow<row>::value()) > 0)
            k_bar.template head<rows>() += weighted_sum<DenseRow<row>>(
                step_->h(), [this](int p) -> const Observed& { return power_bar_[static_cast<std::size_t>(p)]; });
        if constexpr (replay == Replay::search && row <= end_stage) {
            if constexpr (tableau.error[row] != 0) k_bar += (step_->h() * Real(tableau.error[row])) * error_bar_[0];
            if constexpr (tableau.error_damping[row] != 0)
                k_bar += (step_->h() * Real(tableau.error_damping[row])) * error_bar_[1];
        }
    }

    /// Pulls back stages `row` down to `above` + 1: Xbar = (df/dX)^T kbar.
    template <int row, int above, bool dense>
    void pull_back_rows(bool moves)
    {
        if constexpr (row > above) {
            set_k_bar<row, dense>();
            constexpr Real c = static_cast<Real>(tableau.c[row]);
            const Real t = step_->t0() + c * step_->h();
            const State& state = row == 0 ? step_->y0() : step_->stage_state(row);
            // The last stage may have been replayed without its derivative, and therefore without a tape.
            if (row == tableau.stages - 1 && !last_stage_taped_)
                apply_vjp(t, state, NoTape{}, k_bar_[row], stage_bar_[row]);
            else
                apply_vjp(t, state, tape(row), k_bar_[row], stage_bar_[row]);
            if (moves) add_stage_time<row>(t, state);
            pull_back_rows<row - 1, above, dense>(moves);
        }
    }

    /// Adds the cotangents of t and h from the stage time t + c h.
    template <int row>
    void add_stage_time(Real t, const State& state)
    {
        const Scalar bar = time_cotangent(t, state, k_bar_[row]);
        t_bar_ += bar;
        h_bar_ += static_cast<Real>(tableau.c[row]) * bar;
    }

    /// theta = (t - t_n) / h depends on the start and the size of the step.
    void add_theta_cotangent(std::size_t begin, std::size_t end)
    {
        std::array<Observed, tableau.dense_degree> polynomial;
        step_->template dense_polynomial<rows>(polynomial);
        for (std::size_t k = begin; k < end; ++k) {
            const Real theta = step_->theta(problem_.loss->times()[k]);
            Observed slope = Real(tableau.dense_degree) * polynomial[tableau.dense_degree - 1];
            for (int p = tableau.dense_degree - 2; p >= 0; --p) slope = theta * slope + Real(p + 1) * polynomial[p];
            const Scalar theta_bar = cotangents_[k].dot(slope) / step_->h();
            t_bar_ -= theta_bar;
            h_bar_ -= theta_bar * theta;
        }
    }

    /// d loss / d h = sum_j k_bar_j . k_j / h, since h multiplies every k_j, plus the part from the stage times.
    template <int row_count>
    void add_step_size_cotangent(Real h)
    {
        Scalar sum(0);
        for (int row = 0; row < row_count; ++row)
            sum += k_bar_[row].cwiseProduct(step_->derivatives_table()[row]).sum();
        h_bar_ += sum / h;
    }

    decltype(auto) tape(int row) const
    {
        if constexpr (replay == Replay::stage_wise)
            return NoTape{};
        else
            return step_->tape(row);
    }

    template <class Left>
    void apply_vjp(Real t, const State& y, [[maybe_unused]] const Left& left, const State& w, State& y_bar)
    {
        if constexpr (replay == Replay::stage_wise || std::is_same_v<Left, NoTape>)
            problem_.system->vjp(t, y, w, y_bar, parameters_bar_);
        else
            problem_.system->vjp(t, y, left, w, y_bar, parameters_bar_);
        ++vjps_;
    }

    Scalar time_cotangent(Real t, const State& y, const State& w) const
    {
        if constexpr (requires { problem_.system->time_vjp(t, y, w); })
            return problem_.system->time_vjp(t, y, w);
        else
            return Scalar(0);
    }

    const Problem& problem_;
    const std::vector<Observed>& cotangents_;
    StepType own_step_;                                          ///< for replaying checkpoints
    StepType* step_;                                             ///< the current step: own_step_, or a kept step
    std::array<State, tableau.rows> k_bar_, stage_bar_;          ///< cotangents of k_i and of X_i
    std::array<Observed, tableau.dense_degree> power_bar_;       ///< sums of theta^(p+1) w over a step
    /// Cotangents of the error estimate and of its damping.
    [[no_unique_address]] std::array<State, replay == Replay::search ? 2 : 0> error_bar_;
    State lambda_ = State::Zero();                               ///< cotangent of the step's end, then of its start
    State first_stage_bar_ = State::Zero();                      ///< cotangent of k_0 of the next step
    Tape first_tape_;                                            ///< tape of that k_0's evaluation
    typename System::Parameters parameters_bar_;
    Scalar t0_bar_{0}, t1_bar_{0};
    Scalar t_bar_{0}, h_bar_{0};                                 ///< cotangents of the current step's start time and size
    bool last_stage_taped_ = false;
    long vjps_ = 0;
};

}  // namespace syzygy
