#pragma once

#include "physics/bodies.hpp"

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

    template <class Time>
    void rhs(Time, const State& y, State& dydt) const
    {
        dydt.template head<9>() = k2_ * y.template tail<9>();
        dydt.template tail<9>().setZero();
        for_each_pair([&](int i, int j) {
            const Pair pair(*this, y, i, j);
            acceleration(dydt, i) += (k1_ * masses_[j] * pair.s3) * pair.d;
            acceleration(dydt, j) -= (k1_ * masses_[i] * pair.s3) * pair.d;
        });
    }

    /// y_bar = (df/dy)^T w; p_bar += (df/dm)^T w.
    template <class Time>
    void vjp(Time, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        y_bar.template tail<9>() = k2_ * w.template head<9>();
        y_bar.template head<9>().setZero();
        for_each_pair([&](int i, int j) {
            const Pair pair(*this, y, i, j);
            const Vector3 w_i = k1_ * w.template segment<3>(9 + 3 * i), w_j = k1_ * w.template segment<3>(9 + 3 * j);
            const Vector3 u = masses_[j] * w_i - masses_[i] * w_j;
            const Vector3 d_bar = pair.s3 * (u - (Real(3) * pair.s2 * dot(u, pair.d)) * pair.d);
            y_bar.template segment<3>(3 * j) += d_bar;
            y_bar.template segment<3>(3 * i) -= d_bar;
            p_bar[j] += pair.s3 * dot(w_i, pair.d);
            p_bar[i] -= pair.s3 * dot(w_j, pair.d);
        });
    }

    /// f_dot = (df/dy) y_dot + (df/dm) p_dot.
    template <class Time>
    void jvp(Time, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        f_dot.template head<9>() = k2_ * y_dot.template tail<9>();
        f_dot.template tail<9>().setZero();
        for_each_pair([&](int i, int j) {
            const Pair pair(*this, y, i, j);
            add_tangent(pair, i, j, y_dot, p_dot[i], p_dot[j], f_dot);
        });
    }

    /// The same for several tangents at once, column by column; each pair's geometry is worked out once.
    /// Columns of `p_dot` (3 x n) are the tangents of the masses.
    template <class Time, class Tangents, class MassTangents, class Out>
    void jvp_columns(Time, const State& y, const Tangents& y_dot, const MassTangents& p_dot, Out&& f_dot) const
    {
        const Pair pairs[3] = {Pair(*this, y, 0, 1), Pair(*this, y, 0, 2), Pair(*this, y, 1, 2)};
        for (Eigen::Index column = 0; column < y_dot.cols(); ++column) {
            const auto y_dot_column = y_dot.col(column);
            auto f_dot_column = f_dot.col(column);
            f_dot_column.template head<9>() = k2_ * y_dot_column.template tail<9>();
            f_dot_column.template tail<9>().setZero();
            int pair = 0;
            for_each_pair([&](int i, int j) {
                add_tangent(pairs[pair++], i, j, y_dot_column, p_dot(i, column), p_dot(j, column), f_dot_column);
            });
        }
    }

private:
    /// Geometry of a pair of bodies: d = q_j - q_i, s2 = 1 / (d^2 + softening^2), s3 = s2^(3/2).
    struct Pair {
        Pair(const ThreeBody& system, const State& y, int i, int j)
            : d(y.template segment<3>(3 * j) - y.template segment<3>(3 * i))
        {
            using std::sqrt;
            s2 = Real(1) / (dot(d, d) + system.softening2_);
            s3 = s2 * sqrt(s2);
        }
        Vector3 d;
        Scalar s2, s3;
    };

    /// Without conjugation, so that a complex step sees an analytic function.
    static Scalar dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

    template <class F>
    static void for_each_pair(F&& f)
    {
        f(0, 1);
        f(0, 2);
        f(1, 2);
    }

    static auto acceleration(State& dydt, int body) { return dydt.template segment<3>(9 + 3 * body); }

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
