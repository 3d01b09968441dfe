// Drag, oblateness and the hidden body against closed forms.

#include "tests/support/correction.hpp"

#include "core/ode/integrate.hpp"
#include "physics/bodies/invariants.hpp"
#include "tests/support/corrected_system.hpp"

#include <gtest/gtest.h>

#include <Eigen/Geometry>

#include <numbers>

namespace syzygy {
namespace {

using namespace syzygy::testing;

std::shared_ptr<const Correction> made(const char* id, const CorrectionContext& context = correction_context())
{
    CorrectionOptions options;
    options.correction = id;
    return make_correction(options, context);
}

/// The states at times of three bodies with the correction, at rounding's tolerance.
std::vector<State> solved(const Correction& correction, const UnitSystem& units, const Eigen::Vector3d& masses,
                          const Eigen::VectorXd& p, const State& y, const std::vector<double>& times)
{
    const CorrectedSystem system(units, masses, correction, p);
    SolverOptions options;
    options.method = "dop853";
    options.rtol = 1e-13;
    return integrate(system, task_of(system, y, 0, times.back(), options), times).states;
}

TEST(Drag, SlowsMasslessBodiesAsTheClosedFormsSay)
{
    const CorrectionContext context = correction_context();
    const auto drag = made("drag");
    const double k2 = context.units.k2(), linear = 0.7, quadratic = 2.3, t = 1.1;
    const State y = random_vector(18, 1);
    const State slowed =
        solved(*drag, context.units, Eigen::Vector3d::Zero(), Eigen::Vector2d(linear, 0), y, {t}).at(0);
    const State braked =
        solved(*drag, context.units, Eigen::Vector3d::Zero(), Eigen::Vector2d(0, quadratic), y, {t}).at(0);
    for (int body = 0; body < 3; ++body) {
        const Eigen::Vector3d q = y.segment<3>(3 * body), v = y.segment<3>(9 + 3 * body);
        // v = v0 exp(-g t)
        EXPECT_LE((slowed.segment<3>(9 + 3 * body) - std::exp(-linear * t) * v).norm(), 1e-12);
        EXPECT_LE((slowed.segment<3>(3 * body) - q - k2 * (1 - std::exp(-linear * t)) / linear * v).norm(), 1e-11);
        // v = v0 / (1 + b |v0| t)
        const double growth = quadratic * v.norm();
        EXPECT_LE((braked.segment<3>(9 + 3 * body) - v / (1 + growth * t)).norm(), 1e-12);
        EXPECT_LE((braked.segment<3>(3 * body) - q - k2 * std::log(1 + growth * t) / growth * v).norm(), 1e-11);
    }
}

TEST(Drag, HasASlopeAtRest)
{
    const auto drag = made("drag");
    CorrectionPoint at(*drag, 1);
    at.y.tail<9>().setZero();
    EXPECT_EQ(at.acceleration().norm(), 0);
    const Pulled pulled = at.vjp(Accelerations::Ones());
    EXPECT_EQ(pulled.y.tail<9>(), (Eigen::Matrix<double, 9, 1>::Constant(-at.p[0])));
    EXPECT_EQ(pulled.p.norm(), 0);
}

TEST(J2, TurnsTheNodeAsTheClosedFormSays)
{
    const CorrectionContext context = correction_context();
    const UnitSystem& units = context.units;
    const auto j2 = made("j2");
    // A massless moon on an inclined ellipse about an oblate body; the third is far away and massless.
    const double m = 1.2, a = 0.5, e = 0.3, inclination = 0.8, turns = 40;
    const double semi_latus = a * (1 - e * e), strength = 2e-5 * semi_latus * semi_latus;
    const double n = std::sqrt(units.k1() * units.k2() * m / (a * a * a));
    const double r = a * (1 - e), speed = std::sqrt(units.k1() / units.k2() * m * (1 + e) / r);
    State y = State::Zero();
    y[3] = r;
    y[13] = speed * std::cos(inclination);
    y[14] = speed * std::sin(inclination);
    y[8] = 1e6;
    Eigen::VectorXd p = Eigen::VectorXd::Zero(5);
    p[0] = strength;
    const double end = turns * 2 * std::numbers::pi / n;
    const auto node = [](const State& state) {
        const Eigen::Vector3d d = state.segment<3>(3) - state.segment<3>(0),
                              w = state.segment<3>(12) - state.segment<3>(9);
        const Eigen::Vector3d h = d.cross(w);
        return std::atan2(h[0], -h[1]);
    };
    const double moved = node(solved(*j2, units, Eigen::Vector3d(m, 0, 0), p, y, {end}).at(0)) - node(y);
    // -3/2 n J2 (R / p)^2 cos(i) (Murray, Dermott, section 6.11). What periodic terms leave is at most of the order of
    // J2 (R / p)^2, and 40 turns are 240 radians: relative to the whole, 1 / 360.
    const double expected = -1.5 * n * 2e-5 * std::cos(inclination) * end;
    EXPECT_NEAR(moved, expected, std::abs(expected) / 360);
    // About a pole that is tilted with the orbit's plane the node stays.
    p[3] = inclination;
    EXPECT_NEAR(node(solved(*j2, units, Eigen::Vector3d(m, 0, 0), p, y, {end}).at(0)), node(y), 1e-9);
}

TEST(J2, ConservesItsEnergy)
{
    const UnitSystem units = correction_context().units;
    const auto j2 = made("j2");
    CorrectionPoint at(*j2, 0);
    const Eigen::Vector3d pole(std::sin(at.p[3]) * std::sin(at.p[4]), -std::sin(at.p[3]) * std::cos(at.p[4]),
                               std::cos(at.p[3]));
    const auto energy = [&](const State& y) {
        double sum = invariants(units, at.masses, y).energy;
        for (int i = 0; i < 3; ++i)
            for (int j = i + 1; j < 3; ++j) {
                const Eigen::Vector3d d = y.segment<3>(3 * j) - y.segment<3>(3 * i);
                const double r = d.norm(), s = d.dot(pole) / r;
                // - m Phi of both quadrupoles: G m m' J2 R^2 P2(s) / r^3.
                sum +=
                    units.k1() * at.masses[i] * at.masses[j] * (at.p[i] + at.p[j]) * (1.5 * s * s - 0.5) / (r * r * r);
            }
        return sum;
    };
    double scale = 0;
    const double newton = invariants(units, at.masses, at.y, 0, &scale).energy, start = energy(at.y);
    const State end = solved(*j2, units, at.masses, at.p, at.y, {0.4}).at(0);
    EXPECT_NEAR(energy(end), start, 1e-11 * scale);
    EXPECT_GE(std::abs(invariants(units, at.masses, end).energy - newton), 1e-6 * scale);
}

/// Where the hidden body is, from how it pulls the first two bodies: their accelerations point to it.
Eigen::Vector3d hidden_place(CorrectionPoint& at)
{
    const Accelerations a = at.acceleration();
    const double k1 = correction_context().units.k1();
    const Eigen::Vector3d pull = a.head<3>();
    const Eigen::Vector3d place = at.y.head<3>() + pull / pull.norm() * std::sqrt(k1 * at.p[0] / pull.norm());
    const Eigen::Vector3d other = a.segment<3>(3);
    EXPECT_LE((place - at.y.segment<3>(3) - other / other.norm() * std::sqrt(k1 * at.p[0] / other.norm())).norm(),
              1e-13 * place.norm());
    return place;
}

TEST(HiddenBody, MovesOnTheEllipseOfItsElements)
{
    const CorrectionContext context = correction_context();
    const auto hidden = made("hidden-body");
    for (const double e : {0.0, 0.3, 0.9}) {
        CorrectionPoint at(*hidden, 0);
        const double a = 4, inclination = 0.4, node = 1.1, pericentre = -0.7;
        at.p << 0.3, a, e, inclination, node, pericentre, 0.2;
        const Eigen::Vector3d centre = (at.masses[0] * at.y.segment<3>(0) + at.masses[1] * at.y.segment<3>(3) +
                                        at.masses[2] * at.y.segment<3>(6)) /
                                       at.masses.sum();
        const double n = std::sqrt(context.units.k1() * context.units.k2() * (at.masses.sum() + 0.3) / (a * a * a));
        // Kepler's angles as rotations, written down independently.
        const Eigen::AngleAxisd about_z(node, Eigen::Vector3d::UnitZ()), about_x(inclination, Eigen::Vector3d::UnitX()),
            in_plane(pericentre, Eigen::Vector3d::UnitZ());
        const Eigen::Matrix3d rotation = (about_z * about_x * in_plane).toRotationMatrix();
        for (int k = 0; k < 12; ++k) {
            // From the eccentric anomaly to the time: Kepler's equation without solving it.
            const double anomaly = -9 + 1.7 * k;
            at.t = context.t0 + (anomaly - e * std::sin(anomaly) - 0.2) / n;
            const Eigen::Vector3d in_orbit(a * (std::cos(anomaly) - e), a * std::sqrt(1 - e * e) * std::sin(anomaly),
                                           0);
            EXPECT_LE((hidden_place(at) - centre - rotation * in_orbit).norm(), 1e-12 * a) << e << ' ' << k;
        }
    }
}

TEST(HiddenBody, FeelsTheThreeAsOneMass)
{
    // R'' = - K1 K2 (M + m) R / R^3, by differences: independent of how the orbit is written down.
    const CorrectionContext context = correction_context();
    const auto hidden = made("hidden-body");
    CorrectionPoint at(*hidden, 0);
    at.p << 0.3, 4, 0.5, 0.4, 1.1, -0.7, 1.9;
    const Eigen::Vector3d centre =
        (at.masses[0] * at.y.segment<3>(0) + at.masses[1] * at.y.segment<3>(3) + at.masses[2] * at.y.segment<3>(6)) /
        at.masses.sum();
    const double now = at.t;
    const auto place = [&](double s) {
        at.t = now + s;
        return Eigen::Vector3d(hidden_place(at) - centre);
    };
    const Eigen::Vector3d r = place(0);
    const auto velocity = [&](double s) {
        const auto [slope, ignored] = ridders<Eigen::Vector3d>([&](double x) { return place(s + x); }, 0.1);
        return slope;
    };
    const auto [acceleration, of_acceleration] = ridders<Eigen::Vector3d>(velocity, 0.1);
    const Eigen::Vector3d expected =
        -context.units.k1() * context.units.k2() * (at.masses.sum() + 0.3) / std::pow(r.norm(), 3) * r;
    EXPECT_LE((acceleration - expected).norm(), 10 * of_acceleration + 1e-8 * expected.norm());
}

TEST(HiddenBody, OutOfItsRangeIsNotFinite)
{
    const auto hidden = made("hidden-body");
    CorrectionPoint at(*hidden, 0);
    at.p[2] = 1.2;  // no ellipse
    EXPECT_FALSE(at.acceleration().allFinite());
    at.p[2] = 0.1;
    at.p[1] = -1;
    EXPECT_FALSE(at.acceleration().allFinite());
}

}  // namespace
}  // namespace syzygy
