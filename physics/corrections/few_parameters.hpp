#pragma once

#include "core/ode/dual.hpp"
#include "physics/corrections/correction.hpp"

#include <utility>

namespace syzygy {

/// A correction of few parameters with names, from a law that is written down once for any scalar:
///
///     static constexpr int parameters = ...;
///     static constexpr bool of_positions, of_velocities, of_masses, of_time;   // what its accelerations depend on
///     std::vector<CorrectionParameter> named() const;
///     template <class S> void add(const S& t, const S* y, const S* masses, const S* p, S* out) const;   // out += a
///
/// Its derivatives are those of duals, so nothing stays on the tape.
template <class Law>
class FewParameters : public Correction {
public:
    explicit FewParameters(Law law) : law_(std::move(law)) {}

    Eigen::Index size() const override { return Law::parameters; }
    std::vector<CorrectionParameter> named_parameters() const override { return law_.named(); }
    Eigen::VectorXd initial_parameters() const override
    {
        Eigen::VectorXd p(Law::parameters);
        const auto named = law_.named();
        for (int i = 0; i < Law::parameters; ++i) p[i] = named[std::size_t(i)].start;
        return p;
    }

    std::size_t tape_size() const override { return 0; }
    std::size_t scratch_size() const override { return 0; }

    void add_acceleration(double t, const State& y, const Eigen::Vector3d& masses, const double* p, double* out, double*,
                          double*) const override
    {
        law_.add(t, y.data(), masses.data(), p, out);
    }

    void add_vjp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*, const double* w,
                 State& y_bar, double* masses_bar, double* p_bar, double*) const override
    {
        constexpr int positions = Law::of_positions ? 9 : 0, velocities = Law::of_velocities ? 9 : 0;
        constexpr int mass = positions + velocities, parameter = mass + (Law::of_masses ? 3 : 0);
        using S = Dual<double, parameter + Law::parameters>;
        Place<S> at(t, y, masses, p);
        for (int i = 0; i < positions; ++i) at.y[i].tangent[std::size_t(i)] = 1;
        for (int i = 0; i < velocities; ++i) at.y[9 + i].tangent[std::size_t(positions + i)] = 1;
        for (int i = mass; i < parameter; ++i) at.masses[i - mass].tangent[std::size_t(i)] = 1;
        for (int i = 0; i < Law::parameters; ++i) at.p[i].tangent[std::size_t(parameter + i)] = 1;
        typename S::Tangent bar = at.along(law_, w).tangent;
        for (int i = 0; i < positions; ++i) y_bar[i] += bar[std::size_t(i)];
        for (int i = 0; i < velocities; ++i) y_bar[9 + i] += bar[std::size_t(positions + i)];
        for (int i = mass; i < parameter; ++i) masses_bar[i - mass] += bar[std::size_t(i)];
        if (!p_bar) return;
        for (int i = 0; i < Law::parameters; ++i) p_bar[i] += bar[std::size_t(parameter + i)];
    }

    void add_jvp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*, const State& y_dot,
                 const double* masses_dot, const double* p_dot, double* out, double*) const override
    {
        using S = Dual<double, 1>;
        Place<S> at(t, y, masses, p);
        for (int i = 0; i < 18; ++i) at.y[i].tangent[0] = y_dot[i];
        for (int i = 0; i < 3; ++i) at.masses[i].tangent[0] = masses_dot[i];
        if (p_dot)
            for (int i = 0; i < Law::parameters; ++i) at.p[i].tangent[0] = p_dot[i];
        S a[9] = {};
        law_.add(at.t, at.y, at.masses, at.p, a);
        for (int i = 0; i < 9; ++i) out[i] += a[i].tangent[0];
    }

    double time_vjp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*, const double* w,
                    double*) const override
    {
        if constexpr (!Law::of_time) return 0;
        using S = Dual<double, 1>;
        Place<S> at(t, y, masses, p);
        at.t.tangent[0] = 1;
        return at.along(law_, w).tangent[0];
    }

protected:
    Law law_;

private:
    /// Where the law is evaluated, in duals without tangents yet.
    template <class S>
    struct Place {
        Place(double time, const State& state, const Eigen::Vector3d& m, const double* parameters) : t(time)
        {
            for (int i = 0; i < 18; ++i) y[i] = S(state[i]);
            for (int i = 0; i < 3; ++i) masses[i] = S(m[i]);
            for (int i = 0; i < Law::parameters; ++i) p[i] = S(parameters[i]);
        }
        /// w . a
        S along(const Law& law, const double* w) const
        {
            S a[9] = {}, sum{};
            law.add(t, y, masses, p, a);
            for (int i = 0; i < 9; ++i) sum += w[i] * a[i];
            return sum;
        }

        S t, y[18], masses[3], p[Law::parameters];
    };
};

}  // namespace syzygy
