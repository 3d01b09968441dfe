#pragma once

#include "core/ode/algebra.hpp"

#include <Eigen/Core>

#include <cmath>

namespace syzygy {

/// The forces on the bodies of an experiment in addition to Newton's force.
struct HiddenTerms {
    /// 1/c^2 of the first post-Newtonian term of each pair, in 1/V^2; 0: none.
    double inverse_c2 = 0;
    /// Coordinates of the post-Newtonian term, alpha of Brumberg (1991), sec. 1.1: 0 harmonic, 1 Schwarzschild's, 2
    /// coordinates in which the term acts along the line between the bodies. The orbits differ by periodic terms; the advance
    /// of the pericentre is the same.
    double alpha = 2;
    /// dv_i/dt = -drag v_i, in 1/T.
    double drag = 0;
};

/// `Bodies` bodies, a number known at compile time, under Newton's force and HiddenTerms; positions of all, then velocities:
/// 6 Bodies numbers. The data of experiments are made with this system: three bodies are fitted, a fourth stays unseen.
///
///     dq_i/dt = K2 v_i
///     dv_i/dt = K1 sum_j m_j d_ij / r^3 (1 + y_ij) - drag v_i,    d_ij = q_j - q_i,  r = |d_ij|
///
/// and with x = -d_ij, w = v_i - v_j, phi = (K1/K2) (m_i + m_j) / r (a velocity squared) the relative motion of a pair is
/// that of a test body about the mass m_i + m_j (Brumberg 1991, eq. 1.1.16):
///
///     K1 m_j / (c^2 r^3) { [(4 - 2 alpha) phi - (1 + alpha) w^2 + 3 alpha (x.w)^2 / r^2] x + (4 - 2 alpha) (x.w) w }.
///
/// Momentum is conserved (the terms are antisymmetric in i and j) if there is no drag.
template <int Bodies>
class NBody {
public:
    using State = Eigen::Matrix<double, 6 * Bodies, 1>;
    using Masses = Eigen::Matrix<double, Bodies, 1>;

    NBody(double k1, double k2, const Masses& masses, const HiddenTerms& terms) : k1_(k1), k2_(k2), masses_(masses), terms_(terms)
    {
    }

    const Masses& masses() const { return masses_; }

    void rhs(double, const State& y, State& dydt) const
    {
        dydt.template head<3 * Bodies>() = k2_ * y.template tail<3 * Bodies>();
        dydt.template tail<3 * Bodies>() = -terms_.drag * y.template tail<3 * Bodies>();
        for (int i = 0; i < Bodies; ++i)
            for (int j = i + 1; j < Bodies; ++j) {
                const Eigen::Vector3d d = position(y, j) - position(y, i), w = velocity(y, j) - velocity(y, i);
                const Eigen::Vector3d force = newton(d) * d + hidden(d, w, masses_[i] + masses_[j]);
                dydt.template segment<3>(3 * (Bodies + i)) += masses_[j] * force;
                dydt.template segment<3>(3 * (Bodies + j)) -= masses_[i] * force;
            }
    }

    /// The hidden part of the acceleration of body i towards j (by d = q_j - q_i, w = v_j - v_i), divided by m_j.
    Eigen::Vector3d hidden(const Eigen::Vector3d& d, const Eigen::Vector3d& w, double total_mass) const
    {
        if (terms_.inverse_c2 == 0) return Eigen::Vector3d::Zero();
        const double r2 = d.squaredNorm(), phi = k1_ / k2_ * total_mass / std::sqrt(r2), along = d.dot(w);
        const double a = terms_.alpha;
        const double radial = (4 - 2 * a) * phi - (1 + a) * w.squaredNorm() + 3 * a * along * along / r2;
        return -newton(d) * terms_.inverse_c2 * (radial * d + (4 - 2 * a) * along * w);
    }

    /// Newton's energy, and the momentum.
    double energy(const State& y) const
    {
        double sum = 0;
        for (int i = 0; i < Bodies; ++i) {
            sum += 0.5 * k2_ / k1_ * masses_[i] * velocity(y, i).squaredNorm();
            for (int j = i + 1; j < Bodies; ++j) sum -= masses_[i] * masses_[j] / (position(y, j) - position(y, i)).norm();
        }
        return sum;
    }
    Eigen::Vector3d momentum(const State& y) const
    {
        Eigen::Vector3d sum = Eigen::Vector3d::Zero();
        for (int i = 0; i < Bodies; ++i) sum += masses_[i] * velocity(y, i);
        return sum;
    }

    static Eigen::Vector3d position(const State& y, int body) { return y.template segment<3>(3 * body); }
    static Eigen::Vector3d velocity(const State& y, int body) { return y.template segment<3>(3 * (Bodies + body)); }

private:
    double newton(const Eigen::Vector3d& d) const
    {
        const double r2 = d.squaredNorm();
        return k1_ / (r2 * std::sqrt(r2));
    }

    double k1_, k2_;
    Masses masses_;
    HiddenTerms terms_;
};

}  // namespace syzygy
