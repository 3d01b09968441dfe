#pragma once

#include "physics/bodies.hpp"

#include <array>
#include <cmath>

namespace syzygy {

/// Newton's three bodies (design.md, "Equations and units"):
///
///     dq_i/dt = K2 v_i
///     dv_i/dt = K1 sum_{j != i} m_j d_ij / (|d_ij|^2 + softening^2)^(3/2),   d_ij = q_j - q_i
///
/// A mass of 0 is a test body: it feels the others and does not move them. Derivatives are by hand:
/// with s = (r^2 + softening^2)^(-1/2), the pair's force per mass is g = s^3 d, and
///     dg = s^3 dd - 3 s^5 (d . dd) d.
/// The scalar may be long double or complex (for tests); times are ignored: the system is autonomous.
template <class Scalar>
class ThreeBody {
public:
    using State = ThreeBodyState<Scalar>;
    using Parameters = Eigen::Matrix<Scalar, 3, 1>;  ///< the masses
    using Vector3 = Eigen::Matrix<Scalar, 3, 1>;
    using Real = typename Eigen::NumTraits<Scalar>::Real;

    ThreeBody(Real k1, Real k2, const Parameters& masses, Real softening = 0)
        : k1_(k1), k2_(k2), softening2_(softening * softening), masses_(masses)
    {
    }

    const Parameters& parameters() const { return masses_; }
    void set_parameters(const Parameters& masses) { masses_ = masses; }

    /// Geometry of a pair of bodies: d = q_j - q_i, s2 = 1 / (d^2 + softening^2), s3 = s2^(3/2).
    struct Pair {
        Vector3 d;
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

    template <class Time>
    void rhs(Time, const State& y, State& dydt, Tape& tape) const
    {
        fill(y, tape);
        dydt.template head<9>() = k2_ * y.template tail<9>();
        const Vector3 f01 = (k1_ * tape[0].s3) * tape[0].d, f02 = (k1_ * tape[1].s3) * tape[1].d,
                      f12 = (k1_ * tape[2].s3) * tape[2].d;
        dydt.template segment<3>(9) = masses_[1] * f01 + masses_[2] * f02;
        dydt.template segment<3>(12) = masses_[2] * f12 - masses_[0] * f01;
        dydt.template segment<3>(15) = -masses_[0] * f02 - masses_[1] * f12;
    }

    /// y_bar = (df/dy)^T w; p_bar += (df/dm)^T w.
    template <class Time>
    void vjp(Time t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        Tape tape;
        fill(y, tape);
        vjp(t, y, tape, w, y_bar, p_bar);
    }

    /// The same from the tape of an evaluation at y: no roots and no divisions.
    template <class Time>
    void vjp(Time, const State&, const Tape& tape, const State& w, State& y_bar, Parameters& p_bar) const
    {
        y_bar.template tail<9>() = k2_ * w.template head<9>();
        const Vector3 w0 = k1_ * w.template segment<3>(9), w1 = k1_ * w.template segment<3>(12),
                      w2 = k1_ * w.template segment<3>(15);
        const Vector3 d01 = pull_back(tape[0], 0, 1, w0, w1, p_bar), d02 = pull_back(tape[1], 0, 2, w0, w2, p_bar),
                      d12 = pull_back(tape[2], 1, 2, w1, w2, p_bar);
        y_bar.template segment<3>(0) = -d01 - d02;
        y_bar.template segment<3>(3) = d01 - d12;
        y_bar.template segment<3>(6) = d02 + d12;
    }

    /// f_dot = (df/dy) y_dot + (df/dm) p_dot.
    template <class Time>
    void jvp(Time, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        f_dot.template head<9>() = k2_ * y_dot.template tail<9>();
        f_dot.template tail<9>().setZero();
        Tape tape;
        fill(y, tape);
        add_tangents(tape, y_dot, p_dot, f_dot);
    }

    /// The same for several tangents at once, column by column; each pair's geometry is worked out once.
    /// Columns of `p_dot` (3 x n) are the tangents of the masses.
    template <class Time, class Tangents, class MassTangents, class Out>
    void jvp_columns(Time, const State& y, const Tangents& y_dot, const MassTangents& p_dot, Out&& f_dot) const
    {
        Tape tape;
        fill(y, tape);
        for (Eigen::Index column = 0; column < y_dot.cols(); ++column) {
            const auto y_dot_column = y_dot.col(column);
            auto f_dot_column = f_dot.col(column);
            f_dot_column.template head<9>() = k2_ * y_dot_column.template tail<9>();
            f_dot_column.template tail<9>().setZero();
            add_tangents(tape, y_dot_column, p_dot.col(column), f_dot_column);
        }
    }

private:
    void fill(const State& y, Tape& tape) const
    {
        using std::sqrt;
        tape[0].d = y.template segment<3>(3) - y.template segment<3>(0);
        tape[1].d = y.template segment<3>(6) - y.template segment<3>(0);
        tape[2].d = y.template segment<3>(6) - y.template segment<3>(3);
        for (Pair& pair : tape) {
            pair.s2 = Real(1) / (dot(pair.d, pair.d) + softening2_);
            pair.s3 = pair.s2 * sqrt(pair.s2);
        }
    }

    /// The cotangent of d of a pair; adds those of its masses. w_i and w_j carry the factor K1.
    Vector3 pull_back(const Pair& pair, int i, int j, const Vector3& w_i, const Vector3& w_j, Parameters& p_bar) const
    {
        const Vector3 u = masses_[j] * w_i - masses_[i] * w_j;
        p_bar[j] += pair.s3 * dot(w_i, pair.d);
        p_bar[i] -= pair.s3 * dot(w_j, pair.d);
        return pair.s3 * (u - (Real(3) * pair.s2 * dot(u, pair.d)) * pair.d);
    }

    /// Without conjugation, so that a complex step sees an analytic function.
    static Scalar dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

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
        const Vector3 d_dot = y_dot.template segment<3>(3 * j) - y_dot.template segment<3>(3 * i);
        const Vector3 g_dot = (k1_ * pair.s3) * (d_dot - (Real(3) * pair.s2 * dot(pair.d, d_dot)) * pair.d);
        const Vector3 g = (k1_ * pair.s3) * pair.d;
        f_dot.template segment<3>(9 + 3 * i) += masses_[j] * g_dot + m_dot_j * g;
        f_dot.template segment<3>(9 + 3 * j) -= masses_[i] * g_dot + m_dot_i * g;
    }

    Real k1_, k2_, softening2_;
    Parameters masses_;
};

}  // namespace syzygy
