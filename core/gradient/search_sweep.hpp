#pragma once

#include "core/gradient/aca.hpp"

#include <optional>

namespace syzygy {

/// An attempt at a step, with its stages and tapes, and the data that determined its size.
template <const auto& tableau, class Problem>
struct TapedAttempt {
    using StepType = typename Sweep<tableau, Problem, Replay::search>::StepType;
    StepType step;
    Attempt<typename Problem::Real> attempt;
    std::size_t first_observation;  ///< the first observation after the start of the step
};

/// The discrete adjoint of a solve and of its search for step sizes (naive.hpp), from the last attempt to the first. Besides the
/// cotangent of the state it carries the cotangents of the proposed step size, of the controller's memory and of the time.
template <const auto& tableau, class Problem>
class SearchSweep : public Sweep<tableau, Problem, Replay::search> {
    using Base = Sweep<tableau, Problem, Replay::search>;
    using typename Base::Observed, typename Base::Real, typename Base::State, typename Base::System, typename Base::Tape;
    using Base::cotangents_, Base::end_stage, Base::error_bar_, Base::first_stage_bar_, Base::first_tape_, Base::h_bar_,
        Base::k_bar_, Base::lambda_, Base::problem_, Base::rows, Base::stage_bar_, Base::step_, Base::t0_bar_, Base::t1_bar_,
        Base::t_bar_;

public:
    using Taped = TapedAttempt<tableau, Problem>;

    SearchSweep(const Problem& problem, const std::vector<Observed>& cotangents)
        : Base(problem, cotangents), direction_(problem.task.t1 > problem.task.t0 ? Real(1) : Real(-1))
    {
        // Apply `controlled` to the component numbers to find the components that count in the error norm.
        State numbers;
        for (Eigen::Index i = 0; i < numbers.size(); ++i) numbers[i] = Real(i);
        const auto picked = controlled(*problem.system, numbers).eval();
        count_ = picked.size();
        for (Eigen::Index i = 0; i < count_; ++i) controlled_[static_cast<std::size_t>(i)] = static_cast<int>(picked[i]);
    }

    /// Pulls back an accepted attempt, whose end is `end`.
    void pull_back_accepted(Taped& taped, const Checkpoint<Problem>& end, bool last)
    {
        step_ = &taped.step;
        const auto times = problem_.loss->times();
        std::size_t inside_end = end.first_observation;
        while (inside_end > taped.first_observation && times[inside_end - 1] == end.t) {
            const Observed& w = cotangents_[--inside_end];
            lambda_.template head<rows>() += w;
            // The observation time is fixed, and the end of the step moves away from it.
            if (!taped.attempt.to_target) time_bar_ -= w.dot(step_->derivative1().template head<rows>());
        }
        if (inside_end > taped.first_observation)
            pull_back_accepted<true>(taped, end, inside_end, last);
        else
            pull_back_accepted<false>(taped, end, inside_end, last);
    }

    /// Pulls back a rejected attempt: it only set the size of the next attempt.
    void pull_back_rejected(Taped& taped)
    {
        step_ = &taped.step;
        const Attempt<Real>& attempt = taped.attempt;
        const auto slopes = attempt.controller.rejected_slopes(attempt.error_ratio);
        t_bar_ = 0;
        h_bar_ = direction_ * slopes.factor * proposed_bar_;
        const Real log_bar = std::abs(attempt.h) * slopes.by_log_error * proposed_bar_;
        proposed_bar_ = 0;
        if (log_bar != 0) pull_back_error(attempt, log_bar / attempt.error_ratio);
        pull_back_size(attempt);
        time_bar_ += t_bar_;
    }

    /// After the first attempt: pulls back the choice of the first step, and the cotangent that waits for the first stage.
    void finish_search(const Checkpoint<Problem>& start)
    {
        const auto& options = problem_.task.options;
        if (options.step <= 0 && proposed_bar_ != 0) pull_back_initial_step(start);
        t0_bar_ += time_bar_;
        Base::finish(start);
    }

    /// Number of evaluations on the way back: only the choice of the first step needs one.
    long search_evaluations() const { return evaluations_; }

private:
    template <bool dense>
    void pull_back_accepted(Taped& taped, const Checkpoint<Problem>& end, std::size_t inside_end, bool last)
    {
        const Attempt<Real>& attempt = taped.attempt;
        t_bar_ = h_bar_ = 0;
        Real proposed_bar = 0;
        const Real error_bar = pull_back_proposal(attempt, proposed_bar);
        State start_bar;
        set_error_cotangents(attempt.error_ratio, error_bar, start_bar, lambda_);

        Observed inside_bar;
        if constexpr (dense) {
            this->sum_inside(taped.first_observation, inside_end, inside_bar);
            this->add_theta_cotangent(taped.first_observation, inside_end);
            this->template pull_back_rows<tableau.rows - 1, end_stage, dense>(true);
        }
        // f(t1, y1) is the end stage of this step and the first stage of the next step: one evaluation.
        this->template set_k_bar<end_stage, dense>();
        if (last) {
            first_tape_ = step_->tape(end_stage);
            first_stage_bar_ = k_bar_[end_stage];
        } else {
            add_to(first_stage_bar_, k_bar_[end_stage]);
        }
        this->pull_back_first_stage(end.t, end.y, first_stage_bar_);
        time_bar_ += this->time_cotangent(end.t, end.y, first_stage_bar_);

        // The end of the step is at t + h, or at the target, which does not depend on t.
        if (!attempt.to_target) {
            t_bar_ += time_bar_;
            h_bar_ += time_bar_;
        } else if (last) {
            t1_bar_ += time_bar_;
        }
        time_bar_ = 0;

        stage_bar_[end_stage] = lambda_;
        pull_back_stages<dense>();
        first_stage_bar_ = k_bar_[0];
        first_tape_ = step_->tape(0);
        add_to(lambda_, start_bar);
        if constexpr (dense) {
            for (int row = end_stage + 1; row < tableau.rows; ++row) lambda_ += stage_bar_[row];
            lambda_.template head<rows>() += inside_bar;
        }
        proposed_bar_ = proposed_bar;
        pull_back_size(attempt);
        time_bar_ += t_bar_;
    }

    /// Pulls back the next proposal and the controller's memory; returns the cotangent of the error ratio. If the next proposal
    /// repeats the current proposal, its cotangent goes to `proposed_bar`.
    Real pull_back_proposal(const Attempt<Real>& attempt, Real& proposed_bar)
    {
        const auto slopes = attempt.controller.accepted_slopes(attempt.error_ratio);
        const Real size = std::abs(attempt.h), next = size * slopes.factor;
        const bool stands = attempt.shortened && next < attempt.proposed;
        const auto max_step = Real(problem_.task.options.max_step);
        if (max_step > 0 && (stands ? attempt.proposed : next) > max_step) proposed_bar_ = 0;
        Real log_bar = slopes.memory_by_log_error * memory_bar_;
        memory_bar_ = 0;
        if (stands) {
            proposed_bar = proposed_bar_;
        } else {
            h_bar_ += direction_ * slopes.factor * proposed_bar_;
            log_bar += size * slopes.by_log_error * proposed_bar_;
            memory_bar_ = size * slopes.by_memory * proposed_bar_;
        }
        return log_bar != 0 ? log_bar / attempt.error_ratio : 0;
    }

    /// The size of an attempt is the proposal, or the remaining distance to the target.
    void pull_back_size(const Attempt<Real>& attempt)
    {
        if (!attempt.to_target) {
            proposed_bar_ += direction_ * h_bar_;
            return;
        }
        t_bar_ -= h_bar_;
        if (attempt.t_end == problem_.task.t1) t1_bar_ += h_bar_;
    }

    /// Pulls back a rejected attempt, which acts only through its error ratio.
    void pull_back_error(const Attempt<Real>& attempt, Real error_bar)
    {
        State start_bar, end_bar = State::Zero();
        set_error_cotangents(attempt.error_ratio, error_bar, start_bar, end_bar);
        if constexpr (tableau.error_uses_end_stage()) {
            this->template set_k_bar<end_stage, false>();
            const Real t = step_->t0() + step_->h();
            this->apply_vjp(t, step_->y1(), step_->tape(end_stage), k_bar_[end_stage], stage_bar_[end_stage]);
            add_to(end_bar, stage_bar_[end_stage]);
            this->template add_stage_time<end_stage>(t, step_->y1());
        }
        stage_bar_[end_stage] = end_bar;
        const State after = lambda_;
        lambda_ = end_bar;
        pull_back_stages<false>();
        add_to(lambda_, after, start_bar);
        add_to(first_stage_bar_, k_bar_[0]);
    }

    /// All stages but the first, whose cotangent is kept in k_bar_[0]; lambda_ becomes the cotangent of the start.
    template <bool dense>
    void pull_back_stages()
    {
        this->last_stage_taped_ = true;
        this->template pull_back_rows<tableau.stages - 1, 0, dense>(true);
        this->template set_k_bar<0, dense>();
        constexpr int with_cotangent = dense ? tableau.rows : end_stage + (tableau.error_uses_end_stage() ? 1 : 0);
        this->template add_step_size_cotangent<with_cotangent>(step_->h());
        [this]<std::size_t... row>(std::index_sequence<row...>) {
            if constexpr (sizeof...(row) > 0) add_to(this->lambda_, this->stage_bar_[row + 1]...);
        }(std::make_index_sequence<tableau.stages - 1>{});
    }

    /// The cotangents of the error estimate and of the states in its scale, added to `end_bar` and written to `start_bar`
    /// (Solver::error_ratio: r^2 = mean of (e / scale)^2, scale = atol + rtol max(|y|, |y1|); DOP853 adds damping).
    void set_error_cotangents(Real ratio, Real ratio_bar, State& start_bar, State& end_bar)
    {
        for (State& bar : error_bar_) bar.setZero();
        start_bar.setZero();
        if (ratio_bar == 0 || ratio == 0) return;
        const State &y0 = step_->y0(), &y1 = step_->y1();
        const auto rtol = Real(problem_.task.options.rtol);
        const auto scale = [&](int i) -> Real {
            return problem_.task.atol[i] + rtol * std::max(std::abs(y0[i]), std::abs(y1[i])) + std::numeric_limits<Real>::min();
        };
        const auto estimate = step_->error_estimate().eval();
        // d ratio / d (e_i / scale_i) = 2 error_slope e_i / scale_i.
        Real error_slope, damping_slope = 0;
        State damping_estimate = State::Zero();
        if constexpr (tableau.has_error_damping()) {
            const auto damping = step_->error_damping().eval();
            Real error_sum = 0, damping_sum = 0;
            for (Eigen::Index j = 0; j < count_; ++j) {
                const int i = controlled_[static_cast<std::size_t>(j)];
                damping_estimate[i] = damping[j];
                error_sum += (estimate[j] / scale(i)) * (estimate[j] / scale(i));
                damping_sum += (damping[j] / scale(i)) * (damping[j] / scale(i));
            }
            const Real both = error_sum + Real(0.01) * damping_sum;
            error_slope = ratio_bar * ratio * (1 / error_sum - Real(0.5) / both);
            damping_slope = -ratio_bar * ratio * Real(0.005) / both;
        } else {
            error_slope = ratio_bar / (2 * Real(count_) * ratio);
        }
        for (Eigen::Index j = 0; j < count_; ++j) {
            const int i = controlled_[static_cast<std::size_t>(j)];
            const Real s = scale(i), error = estimate[j] / s, damping = damping_estimate[i] / s;
            error_bar_[0][i] = 2 * error_slope * error / s;
            error_bar_[1][i] = 2 * damping_slope * damping / s;
            const Real scale_bar = -2 * (error_slope * error * error + damping_slope * damping * damping) / s;
            const bool from_end = std::abs(y1[i]) > std::abs(y0[i]);
            if (from_end)
                end_bar[i] += signed_by(y1[i], rtol * scale_bar);
            else
                start_bar[i] += signed_by(y0[i], rtol * scale_bar);
        }
    }

    /// The cotangent of x from the cotangent of |x|: 0 at the kink, the mean of both sides.
    static Real signed_by(Real x, Real bar) { return x < 0 ? -bar : x > 0 ? bar : 0; }

    /// Evaluates Solver::initial_step (Hairer, Norsett, Wanner I, II.4) again and pulls it back. Adds to the cotangents of the
    /// initial state, of its derivative (the first stage) and of both ends.
    void pull_back_initial_step(const Checkpoint<Problem>& start)
    {
        using std::pow, std::sqrt;
        const auto& task = problem_.task;
        const State& k0 = step_->derivative0();
        const auto rtol = Real(task.options.rtol);
        const auto scale = [&](int i) { return task.atol[i] + rtol * std::abs(start.y[i]); };
        const auto norm = [&](const State& value) {
            Real sum = 0;
            for_each_controlled([&](int i) {
                const Real s = scale(i);
                if (s > 0) sum += (value[i] / s) * (value[i] / s);
            });
            return sqrt(sum / Real(count_));
        };
        // The cotangent of `value` from the cotangent of its norm; the scale's part goes to the initial state.
        const auto pull_back_norm = [&](const State& value, Real length, Real bar, State& value_bar) {
            if (bar == 0 || length == 0) return;
            for_each_controlled([&](int i) {
                const Real s = scale(i);
                if (!(s > 0)) return;
                const Real part = bar / (Real(count_) * length) * value[i] / (s * s);
                value_bar[i] += part;
                lambda_[i] += signed_by(start.y[i], -part * value[i] / s * rtol);
            });
        };

        const Real d0 = norm(start.y), d1 = norm(k0), span = std::abs(task.t1 - task.t0);
        const bool degenerate = d0 < Real(1e-5) || d1 < Real(1e-5);
        const Real free_h0 = degenerate ? span * Real(1e-6) : Real(0.01) * d0 / d1, h0 = std::min(free_h0, span);
        const State y1 = start.y + (direction_ * h0) * k0;
        const Real t1 = start.t + direction_ * h0;
        State f1;
        problem_.system->rhs(t1, y1, f1);
        ++evaluations_;
        const State difference = f1 - k0;
        const Real change = norm(difference), d2 = change / h0, largest = std::max(d1, d2);
        const bool still = largest <= Real(1e-15);
        const Real exponent = Real(1) / Real(tableau.error_order + 1);
        const Real h1 = still ? std::max(span * Real(1e-6), h0 * Real(1e-3)) : pow(Real(0.01) / largest, exponent);
        const Real chosen = std::min({100 * h0, h1, span});
        const auto max_step = Real(task.options.max_step);
        if (max_step > 0 && chosen > max_step) return;

        Real span_bar = 0, h0_bar = 0, h1_bar = 0, d0_bar = 0, d1_bar = 0, d2_bar = 0;
        if (!(std::isfinite(chosen) && chosen > 0))
            span_bar += Real(1e-6) * proposed_bar_;
        else if (100 * h0 <= h1 && 100 * h0 <= span)
            h0_bar += 100 * proposed_bar_;
        else if (h1 <= span)
            h1_bar += proposed_bar_;
        else
            span_bar += proposed_bar_;
        if (still && span * Real(1e-6) > h0 * Real(1e-3))
            span_bar += Real(1e-6) * h1_bar;
        else if (still)
            h0_bar += Real(1e-3) * h1_bar;
        else
            (d1 >= d2 ? d1_bar : d2_bar) -= exponent * h1 / largest * h1_bar;
        h0_bar -= d2 / h0 * d2_bar;
        State difference_bar = State::Zero(), y1_bar = State::Zero(), k0_bar = State::Zero();
        pull_back_norm(difference, change, d2_bar / h0, difference_bar);
        this->apply_vjp(t1, y1, NoTape{}, difference_bar, y1_bar);
        const Real time = this->time_cotangent(t1, y1, difference_bar);
        t0_bar_ += time;
        h0_bar += direction_ * (time + y1_bar.dot(k0));
        k0_bar += (direction_ * h0) * y1_bar - difference_bar;
        lambda_ += y1_bar;
        if (free_h0 > span) {
            span_bar += h0_bar;
        } else if (degenerate) {
            span_bar += Real(1e-6) * h0_bar;
        } else {
            d0_bar += h0 / d0 * h0_bar;
            d1_bar -= h0 / d1 * h0_bar;
        }
        State state_bar = State::Zero();
        pull_back_norm(start.y, d0, d0_bar, state_bar);
        pull_back_norm(k0, d1, d1_bar, k0_bar);
        lambda_ += state_bar;
        add_to(first_stage_bar_, k0_bar);
        t0_bar_ -= direction_ * span_bar;
        t1_bar_ += direction_ * span_bar;
    }

    template <class F>
    void for_each_controlled(F&& f) const
    {
        for (Eigen::Index j = 0; j < count_; ++j) f(controlled_[static_cast<std::size_t>(j)]);
    }

    std::array<int, static_cast<std::size_t>(State::SizeAtCompileTime)> controlled_;  ///< components in the error norm
    Eigen::Index count_;
    Real direction_;
    Real proposed_bar_ = 0;  ///< of the size proposed for the next attempt, then for the current attempt
    Real memory_bar_ = 0;    ///< of the controller's memory
    Real time_bar_ = 0;      ///< of the start time of the next step
    long evaluations_ = 0;
};

}  // namespace syzygy
