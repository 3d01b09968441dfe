#pragma once

#include "core/gradient/aca.hpp"
#include "core/gradient/binomial_schedule.hpp"

namespace syzygy {

/// What aca_binomial keeps. Reused from call to call, so that only a longer solve than any before allocates.
template <class Problem>
struct BinomialWorkspace {
    /// An accepted step without its state: enough to take it once more from where it began.
    struct Taken {
        typename Problem::Real t, h;
    };
    OnlineSchedule schedule;
    std::vector<Checkpoint<Problem>> checkpoints;  ///< at the schedule's places
    std::vector<Taken> steps;                      ///< N
    std::vector<typename Problem::Observed> cotangents;
    std::vector<typename Problem::Real> stops;

    static constexpr std::size_t checkpoint_size = sizeof(Checkpoint<Problem>) + sizeof(OnlineSchedule::Kept);
    /// Held now.
    std::size_t bytes() const { return schedule.kept().size() * checkpoint_size + steps.size() * sizeof(Taken); }
};

namespace detail {

template <class Problem, class Observations>
class BinomialForward {
public:
    using Workspace = BinomialWorkspace<Problem>;
    using Real = typename Problem::Real;
    using Kind = SweepEvent::Kind;

    BinomialForward(const Problem& problem, Workspace& workspace, Observations& observations)
        : problem_(problem), workspace_(workspace), observations_(observations)
    {
        const auto& options = problem.options;
        const double slots = options.checkpoint_bytes > 0
                                 ? std::clamp(options.checkpoint_bytes / double(Workspace::checkpoint_size), 1.0, 1e9)
                                 : double(options.checkpoints);
        workspace_.schedule.reset(static_cast<std::int64_t>(slots));
        workspace_.checkpoints.clear();
        workspace_.steps.clear();
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        const auto n = static_cast<std::int64_t>(workspace_.steps.size());
        workspace_.steps.push_back({step.t0(), step.h()});
        if (problem_.trace) trace(Kind::step, n, step.t0(), step.t1());
        const std::size_t held = workspace_.checkpoints.size();
        if (workspace_.schedule.offer(n)) {
            const std::size_t place = workspace_.schedule.back().place;
            if (place < held && problem_.trace) {
                const Checkpoint<Problem>& gone = workspace_.checkpoints[place];
                trace(Kind::discard, workspace_.schedule.dropped(), gone.t, gone.t + gone.h);
            }
            const Checkpoint<Problem> checkpoint{step.t0(), step.h(), step.y0(), observations_.next()};
            if (place == held)
                workspace_.checkpoints.push_back(checkpoint);
            else
                workspace_.checkpoints[place] = checkpoint;
            if (problem_.trace) trace(Kind::store, n, step.t0(), step.t1());
        }
        return observations_.accepted(step);
    }
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        if (problem_.trace)
            trace(Kind::rejected, static_cast<std::int64_t>(workspace_.steps.size()), attempt.t, attempt.t + attempt.h);
    }

private:
    void trace(Kind kind, std::int64_t step, Real t0, Real t1)
    {
        problem_.trace->add(kind, static_cast<long>(step), static_cast<double>(t0), static_cast<double>(t1),
                            workspace_.bytes());
    }

    const Problem& problem_;
    Workspace& workspace_;
    Observations& observations_;
};

/// The way back: brings the start of one step after the other, last to first, from the checkpoint before it, and keeps
/// checkpoints on the way in the places that are free, as revolve does.
template <const auto& tableau, class Problem>
class BinomialRewind {
public:
    using Real = typename Problem::Real;

    BinomialRewind(const Problem& problem, BinomialWorkspace<Problem>& workspace)
        : problem_(problem), workspace_(workspace), step_(*problem.system)
    {
    }

    /// Where step n begins; null where the stop token ended it. n is N - 1, N - 2, ... Valid until the next call.
    const Checkpoint<Problem>* start_of(std::int64_t n)
    {
        auto& schedule = workspace_.schedule;
        while (schedule.back().step > n) drop();
        while (schedule.back().step < n) {
            const auto from = schedule.back();
            const std::int64_t steps = n + 1 - from.step, slots = schedule.free_slots() + 1;
            const std::int64_t distance = slots > 1 ? binomial_split(steps, slots) : n - from.step;
            if (problem_.trace) trace(SweepEvent::Kind::load, from.step);
            if (!advance(workspace_.checkpoints[from.place], from.step, from.step + distance)) return nullptr;
            if (slots == 1) return &reached_;
            const auto& kept = schedule.push(from.step + distance);
            if (kept.place == workspace_.checkpoints.size())
                workspace_.checkpoints.push_back(reached_);
            else
                workspace_.checkpoints[kept.place] = reached_;
            if (problem_.trace) trace(SweepEvent::Kind::store, kept.step);
        }
        if (problem_.trace) trace(SweepEvent::Kind::load, n);
        return &workspace_.checkpoints[schedule.back().place];
    }

    /// Steps taken once more, and their evaluations: s each.
    long recomputed() const { return recomputed_; }
    long rhs_evaluations() const { return step_.evaluations(); }
    static constexpr std::size_t bytes() { return sizeof(step_) + sizeof(reached_); }

private:
    void drop()
    {
        const std::int64_t step = workspace_.schedule.back().step;
        workspace_.schedule.pop();
        if (problem_.trace) trace(SweepEvent::Kind::discard, step);
    }

    /// Takes the steps from `first` to before `last` as the solve took them, to the bit; the result is `reached_`.
    bool advance(const Checkpoint<Problem>& from, std::int64_t first, std::int64_t last)
    {
        const auto& steps = workspace_.steps;
        const auto at = [](std::int64_t i) { return static_cast<std::size_t>(i); };
        // The first stage of a step was the end stage of the step before, at its t + h.
        step_.start(from.t, from.y, first > 0 ? steps[at(first - 1)].t + steps[at(first - 1)].h : from.t);
        for (std::int64_t n = first; n < last; ++n) {
            if (problem_.task.stop.stop_requested()) return false;
            step_.compute_value(steps[at(n)].h);
            ++recomputed_;
            if (problem_.trace) trace(SweepEvent::Kind::recompute, n);
            if (n + 1 == last) break;
            step_.finish(steps[at(n + 1)].t);
            step_.advance();
        }
        reached_ = {steps[at(last)].t, steps[at(last)].h, step_.y1(), first_observation_after(from, steps[at(last)].t)};
        return true;
    }

    std::size_t first_observation_after(const Checkpoint<Problem>& from, Real t) const
    {
        const auto times = problem_.loss->times();
        const Real direction = problem_.task.t1 > problem_.task.t0 ? 1 : -1;
        std::size_t k = from.first_observation;
        while (k < times.size() && direction * times[k] <= direction * t) ++k;
        return k;
    }

    void trace(SweepEvent::Kind kind, std::int64_t n)
    {
        const auto& steps = workspace_.steps;
        const auto i = static_cast<std::size_t>(n);
        const Real end = i + 1 < steps.size() ? steps[i + 1].t : problem_.task.t1;
        problem_.trace->add(kind, static_cast<long>(n), static_cast<double>(steps[i].t), static_cast<double>(end),
                            workspace_.bytes());
    }

    const Problem& problem_;
    BinomialWorkspace<Problem>& workspace_;
    Step<tableau, typename Problem::System> step_;
    Checkpoint<Problem> reached_;
    long recomputed_ = 0;
};

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> aca_binomial_with(const Problem& problem, BinomialWorkspace<Problem>& workspace)
{
    using Kind = SweepEvent::Kind;
    GradientResult<typename Problem::System> result;
    const Stopwatch watch;
    workspace.cotangents.resize(problem.loss->times().size());
    auto observations = observe_steps(problem, problem.task.y0, [&](std::size_t k, const typename Problem::Observed& y) {
        result.loss += problem.loss->add(k, y, workspace.cotangents[k]);
    });
    BinomialForward<Problem, decltype(observations)> observer(problem, workspace, observations);
    const auto solved = solve_with<tableau>(*problem.system, problem.task, observer);
    result.outcome = solved.outcome;
    result.forward = {solved.counts.accepted, solved.counts.rejected, solved.counts.rhs_evaluations, 0, 0, watch.seconds()};
    if (!result.outcome.ok()) return result;

    const Stopwatch backward;
    Sweep<tableau, Problem> sweep(problem, workspace.cotangents);
    BinomialRewind<tableau, Problem> rewind(problem, workspace);
    Checkpoint<Problem> end{solved.t, 0, solved.y, observations.next()};
    const auto last = static_cast<std::int64_t>(workspace.steps.size()) - 1;
    auto* const trace = problem.trace;
    if (trace) trace->add_reverse(static_cast<double>(end.t), end.y, sweep.cotangent());
    for (std::int64_t n = last; n >= 0; --n) {
        const bool stopped = problem.task.stop.stop_requested();
        const Checkpoint<Problem>* start = stopped ? nullptr : rewind.start_of(n);
        if (!start) {
            result.outcome = stopped_backward();
            return result;
        }
        const auto event = [&](Kind kind) {
            if (trace)
                trace->add(kind, static_cast<long>(n), static_cast<double>(start->t), static_cast<double>(end.t),
                           workspace.bytes() + sweep.held_bytes());
        };
        event(Kind::tape);
        sweep.pull_back(*start, end, {n == 0, n == last});
        event(Kind::pull_back);
        if (trace)
            trace->add_reverse(static_cast<double>(start->t), start->y, sweep.whole_cotangent(start->t, start->y));
        end = *start;
    }
    sweep.finish(end);
    take_sweep(sweep, result, backward.seconds());
    result.backward.accepted += rewind.recomputed();
    result.backward.rhs_evaluations += rewind.rhs_evaluations();
    result.checkpoint_bytes = workspace.checkpoints.size() * workspace.checkpoint_size +
                              workspace.steps.size() * sizeof(workspace.steps[0]);
    result.tape_bytes_peak = sweep.held_bytes() + rewind.bytes() + sizeof(end);
    result.graph_depth = result.forward.accepted * tableau.stages;
    return result;
}

}  // namespace detail

/// ACA with a limited number of checkpoints, `options.checkpoints` or as many as fit into `options.checkpoint_bytes`. The
/// forward pass keeps them by a schedule that need not know the number of steps (OnlineSchedule); the way back reaches the
/// others from the checkpoint before, and keeps new ones in the places that become free, by the binomial schedule of
/// revolve (Griewank and Walther 2000). Steps are taken again with the same size and give the same bits; there are
/// sum_i binomial_cost(length of stretch i, slots free for it) of them, s evaluations each, and `backward.accepted` counts
/// them beside the N replays. On top of the checkpoints, t and h of each step are kept (`checkpoint_bytes` counts them).
template <class Problem>
GradientResult<typename Problem::System> aca_binomial(const Problem& given, BinomialWorkspace<Problem>& workspace)
{
    const Problem problem = with_stops(given, workspace.stops);
    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        return detail::aca_binomial_with<tableau>(problem, workspace);
    });
}

/// Its row of the table.
struct AcaBinomialMethod {
    static constexpr GradientMethodInfo info{
        "aca-binomial",
        "ACA, few checkpoints",
        "Griewank and Walther, ACM Trans. Math. Softw. 26, 19 (2000), algorithm 799; kept on the way forward as in Wang, Moin, "
        "Iaccarino, SIAM J. Sci. Comput. 31, 2549 (2009)",
        "ACA within a budget of checkpoints: takes steps again to reach the states that it did not keep",
        Claim::discrete,
        SolverSupport::all,
        "",
        "",
        "N L",
        "Only a handful of states is kept, so the way back keeps returning to one of them and walks forward again. Set the "
        "number of checkpoints and watch memory turn into steps taken again; the gradient stays the same to the last bit."};
    template <class Problem>
    static GradientResult<typename Problem::System> run(const Problem& problem)
    {
        BinomialWorkspace<Problem> workspace;
        return aca_binomial(problem, workspace);
    }
};

}  // namespace syzygy
