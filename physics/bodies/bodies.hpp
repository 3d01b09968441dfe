#pragma once

#include "physics/units/units.hpp"

#include <Eigen/Core>

#include <array>
#include <string>

namespace syzygy {

/// Positions and velocities of three bodies: (q1, q2, q3, v1, v2, v3), 18 numbers.
template <class Scalar>
using ThreeBodyState = Eigen::Matrix<Scalar, 18, 1>;
using State = ThreeBodyState<double>;

struct Body {
    std::string name;
    double mass = 0;  ///< in the system's mass unit; 0 is a massless test body
    Eigen::Vector3d position = Eigen::Vector3d::Zero();
    Eigen::Vector3d velocity = Eigen::Vector3d::Zero();
};

/// Three bodies, their units and the softening length of their forces (0: Newton's point masses).
struct ThreeBodySystem {
    std::string name;
    UnitSystem units;
    std::array<Body, 3> bodies;
    double softening = 0;

    State state() const;
    Eigen::Vector3d masses() const;
    void set_state(const State& state);
};

}  // namespace syzygy
