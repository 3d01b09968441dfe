#pragma once

#include <cstddef>
#include <vector>

namespace syzygy {

/// One action of a gradient method, in the order of execution, for a player of the sweep; and the bytes live after it.
struct SweepEvent {
    enum class Kind {
        step,       ///< forward: a step was accepted
        rejected,   ///< forward: an attempt was rejected
        store,      ///< a checkpoint (or a tape) of the state at t0 was kept
        load,       ///< backward: the checkpoint at t0 was loaded
        recompute,  ///< backward: the step from t0 to t1 was repeated, to reach a later step
        tape,       ///< backward: the step was replayed; the data for its derivative is held
        pull_back,  ///< backward: the cotangent was pulled from t1 back to t0
        discard     ///< the checkpoint (or tape) of t0 was dropped
    };
    Kind kind;
    long step;          ///< index of the accepted step, 0 .. N-1; a backward solve counts its own steps
    double t0, t1;      ///< start and end of the step
    std::size_t bytes;  ///< live after the event: checkpoints, tapes, cotangents
};

/// The record of a gradient run for display, if requested (GradientProblem::trace). Costs time and memory.
template <class State>
struct GradientTrace {
    std::vector<SweepEvent> events;
    /// The forward trajectory of methods with their own step, from t0 to t1; empty if it is the solver's trajectory.
    std::vector<double> own_times;
    std::vector<State> own_states;
    /// The states and times of the backward pass, from t1 to t0: checkpoints as they were kept, or states that a method
    /// reconstructed or solved back.
    std::vector<double> reverse_times;
    std::vector<State> reverse_states;
    /// d loss / d y at `reverse_times`, for the loss terms at and after each time.
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
