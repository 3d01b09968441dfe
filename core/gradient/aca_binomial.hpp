#pragma once

#include "core/gradient/aca.hpp"
#include "core/gradient/binomial_schedule.hpp"

namespace syzygy {

/// What aca_binomial keeps. Reused from call to call, so only a solve longer than all before allocates memory.
template <class Problem>
struct BinomialWorkspace {
    /// An accepted step without its state: enough to repeat the step from its start.
    struct Taken {
        typename Problem::Real t, h;
    };
    OnlineSchedule schedule;
    std::vector<Checkpoint<Problem>> checkpoints;  ///< at the places that the schedule assigns
    std::vector<Taken> steps;                      ///< N
    std::vector<typename Problem::Observed> cotangents;
    std::vector<typename Problem::Real> stops;

    static constexpr std::size_t checkpoint_size = sizeof(Checkpoint<Problem>) + sizeof(OnlineSchedule::Kept);
    /// Bytes held now.
    std::size_t bytes() const { return schedule.kept().size() * checkpoint_size + steps.size() * sizeof(Taken); }
};

namespace detail {

/// Keeps a limited number of checkpoints, chosen by OnlineSchedule, and t and h of each step. On the way back it finds the start
/// of each step, last to first, from the checkpoint before the step, and stores further checkpoints in free places on the way, as
/// revolve does.
template <const auto& tableau, class Problem>
class BinomialKeeper {
public:
    using Real = typename Problem::Real;
    using Kind = SweepEvent::Kind;
    using Workspace = BinomialWorkspace<Problem>;
    static constexpr bool whole_steps = false, stays = false;

    BinomialKeeper(const Problem& problem, Workspace& workspace) : problem_(problem), workspace_(workspace), step_(*problem.system) {}

    void clear()
    {
        const auto& options = problem_.options;
        const double slots = options.checkpoint_bytes > 0
                                 ? std::clamp(options.checkpoint_bytes / double(Workspace::checkpoint_size), 1.0, 1e9)
                                 : double(options.checkpoints);
        workspace_.schedule.reset(static_cast<std::int64_t>(slots));
        workspace_.checkpoints.clear();
        workspace_.steps.clear();
    }
    template <class StepType, class Tell>
    void offer(StepType& step, long n, std::size_t first_observation, const Tell& tell)
    {
        workspace_.steps.push_back({step.t0(), step.h()});
        tell(Kind::step, n, step.t0(), step.t1());
        const std::size_t held = workspace_.checkpoints.size();
        if (!workspace_.schedule.offer(n)) return;
        const std::size_t place = workspace_.schedule.back().place;
        if (place < held) {
            const Checkpoint<Problem>& gone = workspace_.checkpoints[place];
            tell(Kind::discard, static_cast<long>(workspace_.schedule.dropped()), gone.t, gone.t + gone.h);
        }
        put(place, {step.t0(), step.h(), step.y0(), first_observation});
        tell(Kind::store, n, step.t0(), step.t1());
    }
    template <class SweepType>
    void pull_back(SweepType& sweep, long, const Checkpoint<Problem>& start, const Checkpoint<Problem>& end, StepEdges edges)
    {
        sweep.pull_back(start, end, edges);
    }
    /// Does nothing: the schedule drops checkpoints itself.
    template <class Tell>
    void drop(long, Real, Real, const Tell&)
    {
    }
    std::size_t bytes() const { return workspace_.bytes(); }

    /// The start of step n, called for n = N - 1, N - 2, ...; the pointer is valid until the next call.
    template <class Tell>
    const Checkpoint<Problem>* load(long n, const Tell& tell)
    {
        auto& schedule = workspace_.schedule;
        while (schedule.back().step > n) {
            const std::int64_t step = schedule.back().step;
            schedule.pop();
            tell_of(Kind::discard, step, tell);
        }
        while (schedule.back().step < n) {
            const auto from = schedule.back();
            const std::int64_t steps = n + 1 - from.step, slots = schedule.free_slots() + 1;
            const std::int64_t distance = slots > 1 ? binomial_split(steps, slots) : n - from.step;
            tell_of(Kind::load, from.step, tell);
            if (!advance(workspace_.checkpoints[from.place], from.step, from.step + distance, tell)) return nullptr;
            if (slots == 1) return &reached_;
            const auto& kept = schedule.push(from.step + distance);
            put(kept.place, reached_);
            tell_of(Kind::store, kept.step, tell);
        }
        tell_of(Kind::load, n, tell);
        return &workspace_.checkpoints[schedule.back().place];
    }

    /// Number of recomputed steps, and their evaluations: s per step.
    long recomputed() const { return recomputed_; }
    long rhs_evaluations() const { return step_.evaluations(); }
    /// Bytes of the keeper's working storage.
    static constexpr std::size_t own_bytes() { return sizeof(step_) + sizeof(reached_); }

private:
    void put(std::size_t place, const Checkpoint<Problem>& checkpoint)
    {
        if (place == workspace_.checkpoints.size())
            workspace_.checkpoints.push_back(checkpoint);
        else
            workspace_.checkpoints[place] = checkpoint;
    }

    /// Repeats the steps from `first` to before `last`, bit for bit as in the solve; the result is `reached_`.
    template <class Tell>
    bool advance(const Checkpoint<Problem>& from, std::int64_t first, std::int64_t last, const Tell& tell)
    {
        const auto& steps = workspace_.steps;
        const auto at = [](std::int64_t i) { return static_cast<std::size_t>(i); };
        // The first stage of a step was the end stage of the previous step, evaluated at that step's t + h.
        step_.start(from.t, from.y, first > 0 ? steps[at(first - 1)].t + steps[at(first - 1)].h : from.t);
        for (std::int64_t n = first; n < last; ++n) {
            if (problem_.task.stop.stop_requested()) return false;
            step_.compute_value(steps[at(n)].h);
            ++recomputed_;
            tell_of(Kind::recompute, n, tell);
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

    template <class Tell>
    void tell_of(Kind kind, std::int64_t n, const Tell& tell) const
    {
        const auto& steps = workspace_.steps;
        const auto i = static_cast<std::size_t>(n);
        tell(kind, static_cast<long>(n), steps[i].t, i + 1 < steps.size() ? steps[i + 1].t : problem_.task.t1);
    }

    const Problem& problem_;
    Workspace& workspace_;
    Step<tableau, typename Problem::System> step_;
    Checkpoint<Problem> reached_;
    long recomputed_ = 0;
};

template <const auto& tableau, class Problem>
GradientResult<typename Problem::System> aca_binomial_with(const Problem& problem, BinomialWorkspace<Problem>& workspace)
{
    GradientResult<typename Problem::System> result;
    BinomialKeeper<tableau, Problem> keeper(problem, workspace);
    const Checkpoint<Problem> end = kept_solve<tableau>(problem, keeper, workspace.cotangents, result);
    if (!result.outcome.ok()) return result;

    const Stopwatch backward;
    Sweep<tableau, Problem> sweep(problem, workspace.cotangents);
    if (!kept_sweep(problem, keeper, sweep, end, result.forward.accepted, [](auto&&...) {})) {
        result.outcome = stopped_backward();
        return result;
    }
    take_sweep(sweep, result, backward.seconds());
    result.backward.accepted += keeper.recomputed();
    result.backward.rhs_evaluations += keeper.rhs_evaluations();
    result.checkpoint_bytes = workspace.checkpoints.size() * workspace.checkpoint_size +
                              workspace.steps.size() * sizeof(workspace.steps[0]);
    result.tape_bytes_peak = sweep.held_bytes() + keeper.own_bytes() + sizeof(end);
    result.graph_depth = result.forward.accepted * tableau.stages;
    return result;
}

}  // namespace detail

/// ACA with a limited number of checkpoints: `options.checkpoints`, or as many as fit into `options.checkpoint_bytes`. The
/// forward pass keeps checkpoints by a schedule that need not know the number of steps (OnlineSchedule); the backward pass
/// reaches other states from earlier checkpoints and keeps new checkpoints in freed places, by the binomial schedule of revolve
/// (Griewank and Walther 2000). Steps are repeated with the same size and give the same bits. Their number is sum_i
/// binomial_cost(length of stretch i, slots free for it), with s evaluations each; `backward.accepted` counts them and the N
/// replays. t and h of each step are kept as well (`checkpoint_bytes` counts them).
template <class Problem>
GradientResult<typename Problem::System> aca_binomial(const Problem& given, BinomialWorkspace<Problem>& workspace)
{
    const Problem problem = with_stops(given, workspace.stops);
    return with_method(problem.task.options.method, [&]<const auto& tableau>(Method<tableau>) {
        return detail::aca_binomial_with<tableau>(problem, workspace);
    });
}

/// This method's row in the table of gradient methods.
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
