#pragma once

#include "core/ode/system.hpp"

namespace syzygy {

/// (df/dt)^T w; 0 for a system without explicit time.
template <class SystemType, class State, class Real>
auto time_cotangent(const SystemType& system, Real t, const State& y, const State& w) -> typename State::Scalar
{
    if constexpr (requires { system.time_vjp(t, y, w); })
        return system.time_vjp(t, y, w);
    else
        return 0;
}

/// One evaluation of f at a time, and its vjp, through the system's tape if it has one. Counts both.
template <class SystemType>
class Evaluation {
public:
    using State = typename SystemType::State;
    using Real = RealOf<State>;
    using Parameters = typename SystemType::Parameters;
    using Tape = typename TapeOf<SystemType>::Type;
    static constexpr bool taped = !std::is_same_v<Tape, NoTape>;

    explicit Evaluation(const SystemType& system) : system_(&system) {}

    void rhs(Real t, const State& y, State& dydt)
    {
        if constexpr (taped)
            system_->rhs(t, y, dydt, tape_);
        else
            system_->rhs(t, y, dydt);
        ++rhs_evaluations_;
    }
    /// The vjp at the point of the last call of `rhs`: y_bar = (df/dy)^T w, p_bar += (df/dp)^T w.
    void vjp(Real t, const State& y, const State& w, State& y_bar, Parameters& p_bar)
    {
        if constexpr (taped)
            system_->vjp(t, y, tape_, w, y_bar, p_bar);
        else
            system_->vjp(t, y, w, y_bar, p_bar);
        ++vjp_evaluations_;
    }
    /// The vjp at a point not evaluated before.
    void vjp_alone(Real t, const State& y, const State& w, State& y_bar, Parameters& p_bar)
    {
        system_->vjp(t, y, w, y_bar, p_bar);
        ++vjp_evaluations_;
    }

    const SystemType& system() const { return *system_; }
    long rhs_evaluations() const { return rhs_evaluations_; }
    long vjp_evaluations() const { return vjp_evaluations_; }

private:
    const SystemType* system_;
    [[no_unique_address]] Tape tape_;
    long rhs_evaluations_ = 0, vjp_evaluations_ = 0;
};

}  // namespace syzygy
