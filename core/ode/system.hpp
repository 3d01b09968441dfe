#pragma once

#include "core/ode/algebra.hpp"

#include <concepts>

namespace syzygy {

/// What the solver needs of a system dy/dt = f(t, y): a state and its right-hand side.
///
///     using State = ...;                                            // an Eigen vector or matrix
///     void rhs(Time t, const State& y, State& dydt) const;          // Time: real, or complex in tests
///
/// For gradients in addition (core/gradient):
///
///     using Parameters = ...;                                       // an Eigen vector
///     void vjp(Time t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const;
///         // y_bar = (df/dy)^T w; p_bar += (df/dp)^T w
///     void jvp(Time t, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const;
///         // f_dot = (df/dy) y_dot + (df/dp) p_dot
///     Scalar time_vjp(Time t, const State& y, const State& w) const;  // (df/dt)^T w; leave it out where f has no t
///
/// Where an evaluation can leave something that spares its vjp work (roots, activations), it says so by
///
///     using Tape = ...;
///     void rhs(Time t, const State& y, State& dydt, Tape& tape) const;
///     void vjp(Time t, const State& y, const Tape& tape, const State& w, State& y_bar, Parameters& p_bar) const;
template <class S>
concept System = requires(const S& system, const typename S::State& y, typename S::State& dydt) {
    system.rhs(RealOf<typename S::State>{}, y, dydt);
};

/// A system may leave part of its state out of the error norm (tangents, usually) by
/// `controlled(state)`, an expression for the part that is kept.
template <class S, class V>
decltype(auto) controlled(const S& system, const V& state)
{
    if constexpr (requires { system.controlled(state); })
        return system.controlled(state);
    else
        return (state);
}

/// An empty tape, for systems that have none.
struct NoTape {};

template <class S>
struct TapeOf {
    using Type = NoTape;
};
template <class S>
    requires requires { typename S::Tape; }
struct TapeOf<S> {
    using Type = typename S::Tape;
};

}  // namespace syzygy
