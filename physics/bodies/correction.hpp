#pragma once

#include "core/network/spec.hpp"
#include "physics/bodies/bodies.hpp"

#include <Eigen/Core>

#include <memory>
#include <string>
#include <vector>

namespace syzygy {

/// A parameter of a correction that has a meaning of its own (the inverse square of c, a drag coefficient, ...).
struct CorrectionParameter {
    std::string name;   ///< as on the command line and in JSON
    std::string unit;   ///< "" if it has none
    double start;       ///< start of a fit; 0 if that is Newton
    double scale;       ///< a large change
    double lower, upper;
};

/// An acceleration in addition to Newton's, or instead of it:
///
///     dv_i/dt = K1 sum_j m_j d_ij / |d_ij|^3 + a_i(t, q, v, m; p)
///
/// in units of the equations (V/T, as dv/dt), with parameters p (network weights, or a few named numbers). Immutable; any
/// number of threads may evaluate one correction, each with memory of its own: `tape` (tape_size() numbers, what an
/// evaluation leaves for its derivatives) and `scratch` (scratch_size() numbers, meaningless between calls). No call
/// allocates. `t` is a time as in the data. Blocks of nine numbers are three bodies' vectors.
class Correction {
public:
    virtual ~Correction() = default;

    /// Number of parameters, and the start of a fit: at Newton, unless the correction replaces Newton.
    virtual Eigen::Index size() const = 0;
    virtual Eigen::VectorXd initial_parameters() const = 0;
    /// Names of all parameters; empty for a network.
    virtual std::vector<CorrectionParameter> named_parameters() const { return {}; }
    /// The network whose weights are the correction's parameters; null if the parameters are not weights.
    virtual const NetworkSpec* network() const { return nullptr; }
    /// True if the correction takes the place of Newton's accelerations.
    virtual bool replaces_newton() const { return false; }

    virtual std::size_t tape_size() const = 0;
    virtual std::size_t scratch_size() const = 0;

    /// out += a(t, y); fills the tape.
    virtual void add_acceleration(double t, const State& y, const Eigen::Vector3d& masses, const double* p, double* out,
                                  double* tape, double* scratch) const = 0;
    /// With the tape of an evaluation at the same place, w the cotangent of the accelerations:
    /// y_bar += (da/dy)^T w, masses_bar += (da/dm)^T w, p_bar += (da/dp)^T w. `p_bar` may be null: not wanted.
    virtual void add_vjp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double* tape,
                         const double* w, State& y_bar, double* masses_bar, double* p_bar, double* scratch) const = 0;
    /// With the tape: out += (da/dy) y_dot + (da/dm) masses_dot + (da/dp) p_dot. `p_dot` may be null: zero.
    virtual void add_jvp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double* tape,
                         const State& y_dot, const double* masses_dot, const double* p_dot, double* out,
                         double* scratch) const = 0;
    /// (da/dt)^T w, with the tape.
    virtual double time_vjp(double /*t*/, const State& /*y*/, const Eigen::Vector3d& /*masses*/, const double* /*p*/,
                            const double* /*tape*/, const double* /*w*/, double* /*scratch*/) const
    {
        return 0;
    }

    /// The force law between two bodies, for corrections that have one: the acceleration of body i towards j, divided by m_j,
    /// at distance r and relative velocity v_j - v_i (V) split into its part along d_ij and the length of the rest. False if
    /// the correction has no law between pairs.
    virtual bool pair_law(double /*r*/, double /*v_along*/, double /*v_across*/, double /*m_i*/, double /*m_j*/,
                          const double* /*p*/, double& /*value*/) const
    {
        return false;
    }
};

/// A correction with its parameters; the pointer may be null: no correction.
struct CorrectionAt {
    std::shared_ptr<const Correction> correction;
    Eigen::VectorXd parameters;  ///< empty: the correction's own start
};

}  // namespace syzygy
