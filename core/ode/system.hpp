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
///     using Parameters = ...;                                       // an Eigen vector; `parameters()` gives them
///     void vjp(Time t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const;
///         // y_bar = (df/dy)^T w; p_bar += (df/dp)^T w
///     void jvp(Time t, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const;
///         // f_dot = (df/dy) y_dot + (df/dp) p_dot
///     Scalar time_vjp(Time t, const State& y, const State& w) const;  // (df/dt)^T w; omit if f has no t
///
/// If an evaluation can keep data that saves its vjp work (roots, activations), the system declares
///
///     using Tape = ...;
///     void rhs(Time t, const State& y, State& dydt, Tape& tape) const;
///     void vjp(Time t, const State& y, const Tape& tape, const State& w, State& y_bar, Parameters& p_bar) const;
template <class S>
concept System = requires(const S& system, const typename S::State& y, typename S::State& dydt) {
    system.rhs(RealOf<typename S::State>{}, y, dydt);
};

/// The size of a system's parameters may be known only at run time (network weights).
template <class S>
inline constexpr bool has_dynamic_parameters = S::Parameters::SizeAtCompileTime == Eigen::Dynamic;

/// A parameter vector of zeros.
template <class S>
typename S::Parameters zero_parameters(const S& system)
{
    if constexpr (has_dynamic_parameters<S>)
        return S::Parameters::Zero(system.parameters().size());
    else
        return S::Parameters::Zero();
}
/// A parameter vector with the given number in every component; empty if its size is not known at compile time.
template <class S>
typename S::Parameters constant_parameters(typename S::Parameters::Scalar value)
{
    if constexpr (has_dynamic_parameters<S>)
        return {};
    else
        return S::Parameters::Constant(value);
}

/// A system may leave part of its state out of the error norm (usually tangents) by `controlled(state)`, an expression for the
/// part that counts.
template <class S, class V>
decltype(auto) controlled(const S& system, const V& state)
{
    if constexpr (requires { system.controlled(state); })
        return system.controlled(state);
    else
        return (state);
}

/// An empty tape, for systems that have no tape.
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

/// Bytes that a tape holds outside its own object, if the system reports them (`tape_heap_bytes()`).
template <class S>
std::size_t tape_heap_bytes(const S& system)
{
    if constexpr (requires { system.tape_heap_bytes(); })
        return system.tape_heap_bytes();
    else
        return 0;
}

}  // namespace syzygy
