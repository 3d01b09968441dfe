#pragma once

#include "core/ode/dual.hpp"
#include "physics/bodies/bodies.hpp"

#include <complex>
#include <span>
#include <string_view>

namespace syzygy {

/// The quantity that an observable measures; its unit is the unit system's.
enum class Quantity { length, velocity };

/// The member of `numbers` that is named as the quantity: of unit factors, of unit symbols, of the magnitudes of data.
template <class Numbers>
auto of_quantity(const Numbers& numbers, Quantity quantity)
{
    return quantity == Quantity::velocity ? numbers.velocity : numbers.length;
}

/// What tables, options, files and views need to know about an observable.
struct ObservableInfo {
    std::string_view id;     ///< "radial-velocity"
    std::string_view label;  ///< "Radial velocity"
    std::string_view help;   ///< one sentence, with the sign convention
    std::string_view column; ///< name of a table's column before the number of the body: "rv"
    Quantity quantity;
};

/// A number that an instrument reads of one body at one time, such as its radial velocity: a function h of the state of three
/// bodies. An instrument adds an offset of its own and may err by more than its stated error (a jitter); both belong to each
/// ObservedSeries, not to h.
///
/// An observable is a file with a formula and a row of observables(); ObservableOf derives the rest.
class Observable {
public:
    explicit Observable(const ObservableInfo& info) : info_(info) {}
    virtual ~Observable() = default;
    Observable(const Observable&) = delete;
    Observable& operator=(const Observable&) = delete;

    const ObservableInfo& info() const { return info_; }

    /// h of `body` (0..2) in units of the state.
    virtual double value(const State& y, int body) const = 0;
    /// h, and its derivative with respect to the state.
    virtual double differentiate(const State& y, int body, State& derivative) const = 0;
    /// The same for states with tangents: second derivatives (core/gradient/hessian.hpp takes three at a time).
    using Tangent = Dual<double, 3>;
    virtual Tangent differentiate(const ThreeBodyState<Tangent>& y, int body, ThreeBodyState<Tangent>& derivative) const = 0;
    /// h of a complex state: its derivatives by complex step serve to check differentiate().
    virtual std::complex<double> value(const ThreeBodyState<std::complex<double>>& y, int body) const = 0;

private:
    ObservableInfo info_;
};

/// The observable of a formula
///
///     struct Formula { template <class State> static auto value(const State& y, int body); };
///
/// for states of any scalar. Its derivatives come from duals.
template <class Formula>
class ObservableOf final : public Observable {
public:
    using Observable::Observable;

    double value(const State& y, int body) const override { return Formula::value(y, body); }
    std::complex<double> value(const ThreeBodyState<std::complex<double>>& y, int body) const override
    {
        return Formula::value(y, body);
    }
    double differentiate(const State& y, int body, State& derivative) const override { return by_duals(y, body, derivative); }
    Tangent differentiate(const ThreeBodyState<Tangent>& y, int body, ThreeBodyState<Tangent>& derivative) const override
    {
        return by_duals(y, body, derivative);
    }

private:
    template <class Scalar>
    static Scalar by_duals(const ThreeBodyState<Scalar>& y, int body, ThreeBodyState<Scalar>& derivative)
    {
        using Number = Dual<Scalar, 18>;
        ThreeBodyState<Number> x;
        for (int i = 0; i < 18; ++i) x[i] = Number::variable(y[i], i);
        const Number h = Formula::value(x, body);
        for (int i = 0; i < 18; ++i) derivative[i] = h.tangent[static_cast<std::size_t>(i)];
        return h.value;
    }
};

/// All observables besides the positions and velocities themselves.
std::span<const Observable* const> observables();

/// The observable of that id; throws ArgumentError("observable", ...) that lists all.
const Observable& find_observable(std::string_view id);

}  // namespace syzygy
