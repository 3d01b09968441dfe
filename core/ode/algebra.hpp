#pragma once

#include "core/ode/tableau.hpp"

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <utility>

/// Linear combinations of states with coefficients known at compile time. They use only `state + state` and `number * state`, so
/// any state type with these operations works.
namespace syzygy {

/// The plain real type that belongs to a scalar type. Specialised for duals (dual.hpp), whose norms are duals in Eigen.
template <class Scalar>
struct RealScalar {
    using Type = typename Eigen::NumTraits<Scalar>::Real;
};

/// The real number type of the times and tolerances that belong to a state.
template <class State>
using RealOf = typename RealScalar<typename State::Scalar>::Type;

/// Some rows of a state, which may have up to `max_columns` columns. Eigen requires row-major order for a single row.
template <class Scalar, int rows, int columns, int max_columns>
using StateRows =
    Eigen::Matrix<Scalar, rows, columns, rows == 1 && max_columns != 1 ? Eigen::RowMajor : Eigen::ColMajor, rows, max_columns>;

namespace detail {

template <std::size_t n>
constexpr int count_nonzero(const std::array<long double, n>& weights)
{
    int count = 0;
    for (const long double weight : weights) count += weight != 0;
    return count;
}

/// Index of the nth nonzero weight.
template <std::size_t n>
constexpr int nonzero_index(const std::array<long double, n>& weights, int nth)
{
    for (std::size_t i = 0; i < n; ++i)
        if (weights[i] != 0 && nth-- == 0) return static_cast<int>(i);
    return -1;
}

template <class Weights, int nth, class Time, class Terms>
auto sum_from(Time h, const Terms& terms)
{
    constexpr auto weights = Weights::value();
    constexpr int index = nonzero_index(weights, nth);
    using Real = std::remove_cvref_t<decltype(h)>;
    const auto term = (h * static_cast<Real>(weights[index])) * terms(index);
    if constexpr (nth == 0)
        return term;
    else
        return sum_from<Weights, nth - 1>(h, terms) + term;
}

}  // namespace detail

/// h * sum_i weights_i terms(i) as an expression, without the terms whose weight is zero. `Weights` is a type
/// with a constexpr `value()`; at least one weight is not zero.
template <class Weights, class Time, class Terms>
auto weighted_sum(Time h, const Terms& terms)
{
    constexpr int count = detail::count_nonzero(Weights::value());
    static_assert(count > 0);
    return detail::sum_from<Weights, count - 1>(h, terms);
}

namespace detail {

/// Dense Eigen objects of fixed size: their numbers are contiguous, and plain loops over them compile to better code (and faster)
/// than long expressions.
template <class State>
inline constexpr bool is_plain = requires(State& s) {
    s.data();
    requires State::SizeAtCompileTime != Eigen::Dynamic;
};

template <class Weights, class Time, class Scalar, class Terms, std::size_t... nth>
void accumulate_plain(Scalar* __restrict out, const Scalar* base, Eigen::Index size, Time h, const Terms& terms,
                      std::index_sequence<nth...>)
{
    constexpr auto weights = Weights::value();
    const Scalar* const term[] = {terms(nonzero_index(weights, static_cast<int>(nth))).data()...};
    const Time factor[] = {h * static_cast<typename RealScalar<Scalar>::Type>(weights[nonzero_index(weights, static_cast<int>(nth))])...};
    if (base)
        for (Eigen::Index i = 0; i < size; ++i) out[i] = base[i] + (... + (factor[nth] * term[nth][i]));
    else
        for (Eigen::Index i = 0; i < size; ++i) out[i] = (... + (factor[nth] * term[nth][i]));
}

}  // namespace detail

/// out = base + h sum_i weights_i terms(i); the terms are states (references). `out` must not be any of the others.
template <class Weights, class State, class Time, class Terms>
void assign_sum(State& out, const State& base, Time h, const Terms& terms)
{
    constexpr std::size_t count = detail::count_nonzero(Weights::value());
    if constexpr (detail::is_plain<State>)
        detail::accumulate_plain<Weights>(out.data(), base.data(), State::SizeAtCompileTime, h, terms,
                                          std::make_index_sequence<count>{});
    else
        out = base + weighted_sum<Weights>(h, terms);
}

/// out = h sum_i weights_i terms(i).
template <class Weights, class State, class Time, class Terms>
void assign_sum(State& out, Time h, const Terms& terms)
{
    constexpr std::size_t count = detail::count_nonzero(Weights::value());
    if constexpr (detail::is_plain<State>)
        detail::accumulate_plain<Weights>(out.data(), static_cast<const typename State::Scalar*>(nullptr),
                                          State::SizeAtCompileTime, h, terms, std::make_index_sequence<count>{});
    else
        out = weighted_sum<Weights>(h, terms);
}

/// out += the sum of the terms.
template <class State, class... Terms>
void add_to(State& out, const Terms&... terms)
{
    if constexpr (detail::is_plain<State>) {
        auto* numbers = out.data();
        for (Eigen::Index i = 0; i < State::SizeAtCompileTime; ++i) numbers[i] += (... + terms.data()[i]);
    } else {
        ((out += terms), ...);
    }
}

}  // namespace syzygy
