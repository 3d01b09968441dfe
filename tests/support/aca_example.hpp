#pragma once

#include "physics/bodies/three_body.hpp"
#include "tests/support/loss.hpp"

#include "core/ode/trajectory.hpp"

#include <Eigen/Core>

#include <cmath>

/// The example of the ACA paper (docs/equations.md, "The ACA example").
namespace syzygy::testing {

struct AcaExample {
    static constexpr long double length = 5.326e12L, mass = 1.989e30L, velocity = 30000;
    static constexpr long double time = 79.91L * 365 * 24 * 3600 * 0.51L, gravity = 6.67408e-11L;
    static constexpr long double k1 = gravity * mass * time / (length * length * velocity);
    static constexpr long double k2 = velocity * time / length;

    template <class Real>
    static Eigen::Matrix<Real, 3, 1> true_masses()
    {
        return {Real(1.1L), Real(1.1L), Real(0.9L)};
    }

    template <class Scalar>
    static ThreeBody<Scalar> system(const Eigen::Matrix<Scalar, 3, 1>& masses)
    {
        using Real = typename ThreeBody<Scalar>::Real;
        return ThreeBody<Scalar>(static_cast<Real>(k1), static_cast<Real>(k2), masses);
    }

    template <class Real>
    static ThreeBodyState<Real> initial_state()
    {
        ThreeBodyState<Real> y;
        y << 0, Real(0.2L), 0, Real(0.5L), 0, Real(0.5L), 0, 0, Real(0.5L), 0, Real(0.1L), 0, 0, 0, Real(0.1L),
            Real(0.1L), 0, 0;
        return y;
    }

    template <class Real>
    static SolveTask<ThreeBodyState<Real>> task(Real t0, Real t1, double rtol)
    {
        SolveTask<ThreeBodyState<Real>> task{
            initial_state<Real>(), t0, t1, {}, ThreeBodyState<Real>::Constant(static_cast<Real>(rtol))};
        task.options.rtol = rtol;
        return task;
    }

    /// Positions of the true masses at `times` (from t0 = times' own start on), by dop853 in long double at 1e-17
    /// a component, a step ending at every time.
    template <class Real>
    static std::vector<Eigen::Matrix<Real, 9, 1>> true_positions(std::span<const Real> times)
    {
        const std::vector<long double> stops(times.begin(), times.end());
        const auto exact = system<long double>(true_masses<long double>());
        std::vector<Eigen::Matrix<Real, 9, 1>> positions;
        auto state = initial_state<long double>();
        long double t = 0;
        for (const long double stop : stops) {
            if (stop != t) {
                auto part = task<long double>(t, stop, 1e-15);
                part.y0 = state;
                part.atol.setConstant(1e-17L);
                NoObserver nobody;
                state = solve_with<dop853>(exact, part, nobody).y;
                t = stop;
            }
            positions.push_back(state.head<9>().template cast<Real>());
        }
        return positions;
    }
};

}  // namespace syzygy::testing
