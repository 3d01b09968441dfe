#pragma once

#include "core/ode/dual.hpp"
#include "physics/bodies/correction.hpp"

#include <algorithm>
#include <utility>

namespace syzygy {

/// A correction with a few named parameters, from a law that is written once for any scalar:
///
///     static constexpr int parameters = ...;
///     static constexpr int directions = ...;   // tangents that its duals carry at once: the fastest number as measured
///     static constexpr bool of_positions, of_velocities, of_masses, of_time;   // what its accelerations depend on
///     std::vector<CorrectionParameter> named() const;
///     template <class S> void add(const S& t, const S* y, const S* masses, const S* p, S* out) const;   // out += a
///
/// Its derivatives come from duals, so nothing is kept on the tape.
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

    void add_acceleration(double t, const State& y, const Eigen::Vector3d& masses, const double* p, double* out,
                          double*, double*) const override
    {
        law_.add(t, y.data(), masses.data(), p, out);
    }

    void add_vjp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*,
                 const double* w, State& y_bar, double* masses_bar, double* p_bar, double*) const override
    {
        constexpr int width = Law::directions;
        using S = Dual<double, width>;
        Place<S> at(t, y, masses, p);
        S* variables[18 + 3 + Law::parameters];
        double* bars[18 + 3 + Law::parameters];
        int count = 0;
        const auto add = [&](S* first, double* bar, int n) {
            for (int i = 0; i < n; ++i, ++count) {
                variables[count] = first + i;
                bars[count] = bar + i;
            }
        };
        if (Law::of_positions) add(at.y, y_bar.data(), 9);
        if (Law::of_velocities) add(at.y + 9, y_bar.data() + 9, 9);
        if (Law::of_masses) add(at.masses, masses_bar, 3);
        if (p_bar) add(at.p, p_bar, Law::parameters);
        for (int first = 0; first < count; first += width) {
            const int here = std::min(width, count - first);
            for (int i = 0; i < here; ++i) variables[first + i]->tangent[std::size_t(i)] = 1;
            const S sum = at.along(law_, w);
            for (int i = 0; i < here; ++i) {
                *bars[first + i] += sum.tangent[std::size_t(i)];
                variables[first + i]->tangent[std::size_t(i)] = 0;
            }
        }
    }

    void add_jvp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*,
                 const State& y_dot, const double* masses_dot, const double* p_dot, double* out, double*) const override
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

    double time_vjp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*,
                    const double* w, double*) const override
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
    /// The arguments of the law, as duals whose tangents are not yet set.
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
