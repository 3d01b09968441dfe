#pragma once

#include <cstddef>
#include <vector>

namespace syzygy {

/// One thing that a gradient method did, in the order it did them: what a player of the sweep shows, and what is live.
struct SweepEvent {
    enum class Kind {
        step,       ///< forward: a step was accepted
        rejected,   ///< forward: an attempt was turned down
        store,      ///< a checkpoint (or a tape) of the state at t0 was kept
        load,       ///< backward: the checkpoint at t0 was taken up
        recompute,  ///< backward: the step from t0 to t1 was taken once more, to get further
        tape,       ///< backward: the step was replayed and what its derivative needs is held
        pull_back,  ///< backward: the cotangent was pulled from t1 back to t0
        discard     ///< the checkpoint (or tape) of t0 was dropped
    };
    Kind kind;
    long step;          ///< index of the accepted step, 0 .. N-1; of a backward solve its own steps count
    double t0, t1;      ///< where the step begins and ends
    std::size_t bytes;  ///< live after it: checkpoints, tapes, cotangents
};

/// What a gradient run leaves for the eye, where it is asked for (GradientProblem::trace). Costs time and memory.
template <class State>
struct GradientTrace {
    std::vector<SweepEvent> events;
    /// The forward trajectory of methods that solve by a step of their own, from t0 to t1; empty where it is the solver's.
    std::vector<double> own_times;
    std::vector<State> own_states;
    /// The state as the backward pass had it, at the times where it had it, from t1 to t0: checkpoints as they were kept,
    /// or what a method reconstructed or solved back to.
    std::vector<double> reverse_times;
    std::vector<State> reverse_states;
    /// d loss / d y at the same times, of the terms at and after each.
    std::vector<State> cotangents;

    void add(SweepEvent::Kind kind, long step, double t0, double t1, std::size_t bytes)
    {
        events.push_back({kind, step, t0, t1, bytes});
    }
    void add_own(double t, const State& y)
    {
        own_times.push_back(t);
        own_states.push_back(y);
    }
    void add_reverse(double t, const State& y, const State& cotangent)
    {
        reverse_times.push_back(t);
        reverse_states.push_back(y);
        cotangents.push_back(cotangent);
    }
    void clear()
    {
        events.clear();
        own_times.clear();
        own_states.clear();
        reverse_times.clear();
        reverse_states.clear();
        cotangents.clear();
    }
};

}  // namespace syzygy
