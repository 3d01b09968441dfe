#pragma once

#include "core/ode/algebra.hpp"
#include "physics/bodies/bodies.hpp"

#include <array>
#include <cmath>

namespace syzygy {

/// Newton's three bodies (docs/equations.md, "Equations and units"):
///
///     dq_i/dt = K2 v_i
///     dv_i/dt = K1 sum_{j != i} m_j d_ij / (|d_ij|^2 + softening^2)^(3/2),   d_ij = q_j - q_i
///
/// A mass of 0 is a test body: it feels the others and does not move them. Derivatives are by hand:
/// with s = (r^2 + softening^2)^(-1/2), the pair's force per mass is g = s^3 d, and
///     dg = s^3 dd - 3 s^5 (d . dd) d.
/// The scalar may be a dual (for second derivatives), long double or complex (for tests); times are ignored: the system is
/// autonomous.
template <class Scalar>
class ThreeBody {
public:
    using State = ThreeBodyState<Scalar>;
    using Parameters = Eigen::Matrix<Scalar, 3, 1>;  ///< the masses
    using Real = RealOf<State>;

    ThreeBody(Real k1, Real k2, const Parameters& masses, Real softening = 0)
        : k1_(k1), k2_(k2), softening2_(softening * softening), masses_(masses)
    {
    }

    const Parameters& parameters() const { return masses_; }
    void set_parameters(const Parameters& masses) { masses_ = masses; }
    /// The same system in another scalar.
    template <class Other>
    ThreeBody<Other> cast() const
    {
        using OtherReal = typename ThreeBody<Other>::Real;
        using std::sqrt;
        return {static_cast<OtherReal>(k1_), static_cast<OtherReal>(k2_), masses_.template cast<Other>(),
                sqrt(static_cast<OtherReal>(softening2_))};
    }

    /// Geometry of a pair of bodies: d = q_j - q_i, s2 = 1 / (d^2 + softening^2), s3 = s2^(3/2).
    struct Pair {
        Scalar d[3];
        Scalar s2, s3;
    };
    /// What an evaluation of the right-hand side leaves for its derivatives: the pairs 1-2, 1-3, 2-3.
    using Tape = std::array<Pair, 3>;

    template <class Time>
    void rhs(Time t, const State& y, State& dydt) const
    {
        Tape tape;
        rhs(t, y, dydt, tape);
    }

    // The hot functions below are written in plain numbers: compilers inline such functions, but give up on expressions.

    template <class Time>
    void rhs(Time, const State& y, State& dydt, Tape& tape) const
    {
        fill(y.data(), tape);
        const Scalar* v = y.data() + 9;
        Scalar* __restrict out = dydt.data();
        for (int c = 0; c < 9; ++c) out[c] = k2_ * v[c];
        const Scalar g01 = k1_ * tape[0].s3, g02 = k1_ * tape[1].s3, g12 = k1_ * tape[2].s3;
        const Scalar m0 = masses_[0], m1 = masses_[1], m2 = masses_[2];
        for (int c = 0; c < 3; ++c) {
            const Scalar f01 = g01 * tape[0].d[c], f02 = g02 * tape[1].d[c], f12 = g12 * tape[2].d[c];
            out[9 + c] = m1 * f01 + m2 * f02;
            out[12 + c] = m2 * f12 - m0 * f01;
            out[15 + c] = -m0 * f02 - m1 * f12;
        }
    }

    /// y_bar = (df/dy)^T w; p_bar += (df/dm)^T w.
    template <class Time>
    void vjp(Time t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        Tape tape;
        fill(y.data(), tape);
        vjp(t, y, tape, w, y_bar, p_bar);
    }

    /// The same from the tape of an evaluation at y: no roots and no divisions.
    template <class Time>
    void vjp(Time, const State&, const Tape& tape, const State& w, State& y_bar, Parameters& p_bar) const
    {
        const Scalar *w0 = w.data() + 9, *w1 = w.data() + 12, *w2 = w.data() + 15;
        Scalar* __restrict out = y_bar.data();
        for (int c = 0; c < 9; ++c) out[9 + c] = k2_ * w[c];
        Scalar d01[3], d02[3], d12[3];
        pull_back(tape[0], 0, 1, w0, w1, d01, p_bar);
        pull_back(tape[1], 0, 2, w0, w2, d02, p_bar);
        pull_back(tape[2], 1, 2, w1, w2, d12, p_bar);
        for (int c = 0; c < 3; ++c) {
            out[c] = -d01[c] - d02[c];
            out[3 + c] = d01[c] - d12[c];
            out[6 + c] = d02[c] + d12[c];
        }
    }

    /// f_dot = (df/dy) y_dot + (df/dm) p_dot.
    template <class Time>
    void jvp(Time, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        f_dot.template head<9>() = k2_ * y_dot.template tail<9>();
        f_dot.template tail<9>().setZero();
        Tape tape;
        fill(y.data(), tape);
        add_tangents(tape, y_dot, p_dot, f_dot);
    }

    /// The same for several tangents at once, column by column; each pair's geometry is worked out once.
    /// Columns of `p_dot` (3 x n) are the tangents of the masses.
    template <class Time, class Tangents, class MassTangents, class Out>
    void jvp_columns(Time, const State& y, const Tangents& y_dot, const MassTangents& p_dot, Out&& f_dot) const
    {
        Tape tape;
        fill(y.data(), tape);
        for (Eigen::Index column = 0; column < y_dot.cols(); ++column) {
            const auto y_dot_column = y_dot.col(column);
            auto f_dot_column = f_dot.col(column);
            f_dot_column.template head<9>() = k2_ * y_dot_column.template tail<9>();
            f_dot_column.template tail<9>().setZero();
            add_tangents(tape, y_dot_column, p_dot.col(column), f_dot_column);
        }
    }

private:
    void fill(const Scalar* q, Tape& tape) const
    {
        using std::sqrt;
        for (int c = 0; c < 3; ++c) {
            tape[0].d[c] = q[3 + c] - q[c];
            tape[1].d[c] = q[6 + c] - q[c];
            tape[2].d[c] = q[6 + c] - q[3 + c];
        }
        for (Pair& pair : tape) {
            pair.s2 = Real(1) / (dot(pair.d, pair.d) + softening2_);
            pair.s3 = pair.s2 * sqrt(pair.s2);
        }
    }

    /// Writes the cotangent of d of a pair; adds the cotangents of the pair's masses.
    void pull_back(const Pair& pair, int i, int j, const Scalar* w_i, const Scalar* w_j, Scalar* d_bar, Parameters& p_bar) const
    {
        const Scalar g = k1_ * pair.s3, m_i = masses_[i], m_j = masses_[j];
        const Scalar along_i = dot(w_i, pair.d), along_j = dot(w_j, pair.d);
        p_bar[j] += g * along_i;
        p_bar[i] -= g * along_j;
        const Scalar along_d = Real(3) * pair.s2 * (m_j * along_i - m_i * along_j);
        for (int c = 0; c < 3; ++c) d_bar[c] = g * (m_j * w_i[c] - m_i * w_j[c] - along_d * pair.d[c]);
    }

    /// Without conjugation, so that a complex step sees an analytic function.
    static Scalar dot(const Scalar* a, const Scalar* b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

    template <class YDot, class PDot, class FDot>
    void add_tangents(const Tape& tape, const YDot& y_dot, const PDot& p_dot, FDot& f_dot) const
    {
        add_tangent(tape[0], 0, 1, y_dot, p_dot[0], p_dot[1], f_dot);
        add_tangent(tape[1], 0, 2, y_dot, p_dot[0], p_dot[2], f_dot);
        add_tangent(tape[2], 1, 2, y_dot, p_dot[1], p_dot[2], f_dot);
    }

    template <class YDot, class FDot>
    void add_tangent(const Pair& pair, int i, int j, const YDot& y_dot, Scalar m_dot_i, Scalar m_dot_j, FDot& f_dot) const
    {
        Scalar d_dot[3];
        for (int c = 0; c < 3; ++c) d_dot[c] = y_dot[3 * j + c] - y_dot[3 * i + c];
        const Scalar g = k1_ * pair.s3, along = Real(3) * pair.s2 * dot(pair.d, d_dot);
        for (int c = 0; c < 3; ++c) {
            const Scalar f = g * pair.d[c], f_tangent = g * d_dot[c] - along * f;
            f_dot[9 + 3 * i + c] += masses_[j] * f_tangent + m_dot_j * f;
            f_dot[9 + 3 * j + c] -= masses_[i] * f_tangent + m_dot_i * f;
        }
    }

    Real k1_, k2_, softening2_;
    Parameters masses_;
};

}  // namespace syzygy
