#pragma once

#include "physics/guess/tracks.hpp"

#include <vector>

namespace syzygy {

/// Masses by regression on the equations of motion in their weak form, for one length of test functions.
struct WeakFormMasses {
    Eigen::Vector3d masses;   ///< none below 0
    Eigen::Vector3d sigmas;   ///< formal errors
    double residual;          ///< robust relative residual of the regression: 0 exact, 1 nothing explained
    double condition;         ///< of the regression with columns of length one
    double rows;              ///< length of the test functions, in rows
};

/// q_i'' = K1 K2 sum_j m_j d_ij / r_ij^3 is linear in the masses. Multiplied by a bump phi(s) = (1 - s^2)^6 and integrated
/// twice by parts over a window, no derivative of the data is left:
///
///     integral phi'' q_i dt = K1 K2 sum_j m_j integral phi d_ij / r_ij^3 dt
///
/// (Messenger and Bortz, Multiscale Model. Simul. 19, 1474 (2021)). One regression for each of several window lengths, each
/// equation relative to the size of its body's equations; robust against single windows (Cauchy weights), without windows in
/// which two bodies turn too far between rows. Best first, judged by residual; empty if the data do not allow it.
std::vector<WeakFormMasses> weak_form_masses(const PreparedData& data, const Tracks& tracks);

}  // namespace syzygy
