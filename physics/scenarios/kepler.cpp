#include "physics/bodies/kepler_equation.hpp"
#include "physics/scenarios/families.hpp"

#include <Eigen/Geometry>

#include <cmath>

namespace syzygy::families {

PositionVelocity cartesian(const KeplerElements& elements, double mu)
{
    const double a = elements.semi_major_axis;
    const double e = elements.eccentricity;
    const double anomaly = eccentric_anomaly(
        std::remainder(elements.mean_longitude - elements.longitude_of_pericentre, 2 * EIGEN_PI), e);
    const double minor = std::sqrt(1 - e * e);
    const double rate = std::sqrt(mu / (a * a * a)) / (1 - e * std::cos(anomaly));
    const Eigen::Vector3d in_plane(a * (std::cos(anomaly) - e), a * minor * std::sin(anomaly), 0);
    const Eigen::Vector3d velocity_in_plane(-a * rate * std::sin(anomaly),
                                            a * minor * rate * std::cos(anomaly), 0);
    const Eigen::Matrix3d rotation =
        (Eigen::AngleAxisd(elements.longitude_of_node, Eigen::Vector3d::UnitZ()) *
         Eigen::AngleAxisd(elements.inclination, Eigen::Vector3d::UnitX()) *
         Eigen::AngleAxisd(elements.longitude_of_pericentre - elements.longitude_of_node,
                           Eigen::Vector3d::UnitZ()))
            .toRotationMatrix();
    return {rotation * in_plane, rotation * velocity_in_plane};
}

PositionVelocity scaled(const PositionVelocity& relative, double factor)
{
    return {factor * relative.position, factor * relative.velocity};
}

PositionVelocity sum(const PositionVelocity& a, const PositionVelocity& b)
{
    return {a.position + b.position, a.velocity + b.velocity};
}

void rest_at_origin(ThreeBodySystem& system)
{
    const double total = system.masses().sum();
    Eigen::Vector3d centre = Eigen::Vector3d::Zero(), drift = Eigen::Vector3d::Zero();
    for (const Body& body : system.bodies) {
        centre += body.mass / total * body.position;
        drift += body.mass / total * body.velocity;
    }
    for (Body& body : system.bodies) {
        body.position -= centre;
        body.velocity -= drift;
    }
}

}  // namespace syzygy::families
