#pragma once

#include "core/ode/tableau.hpp"

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <utility>

/// Linear combinations of states with coefficients known at compile time. They use only `state + state`
/// and `number * state`, so that any state type with these can be solved for.
namespace syzygy {

/// The real number type that times and tolerances of a state are in.
template <class State>
using RealOf = typename Eigen::NumTraits<typename State::Scalar>::Real;

/// Some rows of a state, which may have up to `max_columns` columns. Eigen asks for a single row in row order.
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

}  // namespace syzygy
