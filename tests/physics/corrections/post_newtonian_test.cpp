#include "tests/support/correction.hpp"

#include "core/ode/dual.hpp"
#include "core/ode/integrate.hpp"
#include "tests/support/corrected_system.hpp"

#include <gtest/gtest.h>

#include <numbers>

namespace syzygy {
namespace {

using namespace syzygy::testing;

std::shared_ptr<const Correction> post_newtonian(const CorrectionContext& context = correction_context())
{
    CorrectionOptions options;
    options.correction = "post-newtonian";
    return make_correction(options, context);
}

/// The angle from one pericentre to the next, in the plane z = 0, less a full turn.
double advance_per_turn(const UnitSystem& units, const Eigen::Vector3d& masses, double a, double e, double inverse_c2)
{
    const auto correction = post_newtonian({.units = units});
    const double total = masses[0] + masses[1], r = a * (1 - e);
    // At the pericentre; speeds in V: K2 v^2 = K1 total (1 + e) / r.
    const double speed = std::sqrt(units.k1() / units.k2() * total * (1 + e) / r);
    State y = State::Zero();
    y[0] = -masses[1] / total * r;
    y[3] = masses[0] / total * r;
    y[10] = -masses[1] / total * speed;
    y[13] = masses[0] / total * speed;
    y[8] = 1e6 * a;  // massless and far
    const double period = 2 * std::numbers::pi * std::sqrt(a * a * a / (units.k1() * units.k2() * total));
    const CorrectedSystem system(units, masses, *correction, Eigen::VectorXd::Constant(1, inverse_c2));
    SolverOptions options;
    options.method = "dop853";
    options.rtol = 1e-13;
    options.atol = {1e-13 * a};
    const auto solved = record(system, task_of(system, y, 0, 1.2 * period, options));
    const auto separation = [&](double t, Eigen::Vector3d& d, Eigen::Vector3d& w) {
        const State there = solved.at(t);
        d = there.segment<3>(3) - there.segment<3>(0);
        w = there.segment<3>(12) - there.segment<3>(9);
    };
    Eigen::Vector3d d, w;
    double before = 0.8 * period, after = 1.2 * period;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (before + after);
        separation(middle, d, w);
        (d.dot(w) < 0 ? before : after) = middle;
    }
    separation(before, d, w);
    return std::atan2(d[1], d[0]);
}

TEST(PostNewtonian, AdvancesThePericentreAsEinsteinSays)
{
    const UnitSystem units = correction_context().units;
    const double a = 0.7;
    for (const double e : {0.2, 0.6})
        for (const Eigen::Vector3d& masses :
             {Eigen::Vector3d(1.3, 0, 0), Eigen::Vector3d(1.1, 0.4, 0), Eigen::Vector3d(0.8, 0.8, 0)}) {
            // G m / (a c^2) = 1e-5: what is neglected is so much smaller than the advance, times a number of order ten
            // and the orbit's shape; the pericentre's own direction is found to 1e-10.
            const double g = units.k1() / units.k2() * (masses[0] + masses[1]), inverse_c2 = 1e-5 * a / g;
            const double expected = 6 * std::numbers::pi * 1e-5 / (1 - e * e);
            const double neglected = 20 * 1e-5 / (1 - e) * expected;
            EXPECT_NEAR(advance_per_turn(units, masses, a, e, inverse_c2), expected, neglected + 1e-9);
            EXPECT_NEAR(advance_per_turn(units, masses, a, e, 0), 0, 1e-9);
        }
}

/// The energy of three bodies at the first post-Newtonian order (from the Lagrangian of Einstein, Infeld and Hoffmann;
/// Landau, Lifshitz, The Classical Theory of Fields, section 106), in squared V times masses.
template <class S>
S energy(const UnitSystem& units, const Eigen::Vector3d& m, const S* q, const S* v, double inverse_c2)
{
    using std::sqrt;
    const auto dot = [](const S* a, const S* b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; };
    const double g = units.k1() / units.k2();
    S newton{}, first{}, potential[3] = {};
    for (int i = 0; i < 3; ++i) {
        const S square = dot(v + 3 * i, v + 3 * i);
        newton += 0.5 * m[i] * square;
        first += 0.375 * m[i] * square * square;
        for (int j = i + 1; j < 3; ++j) {
            S n[3];
            for (int c = 0; c < 3; ++c) n[c] = q[3 * j + c] - q[3 * i + c];
            const S r = sqrt(dot(n, n)), pair = g * m[i] * m[j] / r;
            newton -= pair;
            first += 0.5 * pair *
                     (3.0 * (square + dot(v + 3 * j, v + 3 * j)) - 7.0 * dot(v + 3 * i, v + 3 * j) -
                      dot(n, v + 3 * i) * dot(n, v + 3 * j) / (r * r));
            potential[i] += g * m[j] / r;
            potential[j] += g * m[i] / r;
        }
    }
    for (int i = 0; i < 3; ++i) first += 0.5 * m[i] * potential[i] * potential[i];
    return newton + inverse_c2 * first;
}

TEST(PostNewtonian, ConservesTheEnergyOfItsOrderForThreeBodies)
{
    const UnitSystem units = correction_context().units;
    const auto correction = post_newtonian();
    for (unsigned seed = 0; seed < 8; ++seed) {
        CorrectionPoint at(*correction, seed);
        double size = 0;
        const auto rate = [&](double inverse_c2) {
            at.p[0] = inverse_c2;
            State dydt;
            const CorrectedSystem system(units, at.masses, *correction, at.p);
            system.rhs(0, at.y, dydt);
            using S = Dual<double, 1>;
            S y[18];
            for (int i = 0; i < 18; ++i) {
                y[i] = S(at.y[i]);
                y[i].tangent[0] = dydt[i];
            }
            size = std::max(size, std::abs(energy(units, at.masses, y, y + 9, inverse_c2).tangent[0]));
            return energy(units, at.masses, y, y + 9, inverse_c2).tangent[0];
        };
        // The rate is a polynomial of second degree in 1/c^2; its second-order term is beyond the order.
        EXPECT_NEAR(rate(0), 0, 1e-14);
        const double one = rate(1), half = rate(0.5);
        EXPECT_GE(size, 1e-6);
        EXPECT_NEAR(4 * half - one, 0, 1e-14) << seed;
    }
}

TEST(PostNewtonian, GivesThePairTheKnownRelativeAcceleration)
{
    // Relative motion at first order, with eta = m_i m_j / m^2 (Blanchet, Living Rev. Relativ. 17, 2 (2014)).
    const UnitSystem units = correction_context().units;
    const auto correction = post_newtonian();
    const double r = 0.7, along = 0.3, across = 0.5, m_i = 0.6, m_j = 1.5, m = m_i + m_j, eta = m_i * m_j / (m * m),
                 p = 0.01;
    const double g = units.k1() / units.k2() * m / r, w2 = along * along + across * across;
    const double expected =
        -units.k1() * m / (r * r) * p *
        ((1 + 3 * eta) * w2 - 2 * (2 + eta) * g - 1.5 * eta * along * along - 2 * (2 - eta) * along * along);
    double of_i = 0, of_j = 0;
    ASSERT_TRUE(correction->pair_law(r, along, across, m_i, m_j, &p, of_i));
    ASSERT_TRUE(correction->pair_law(r, along, across, m_j, m_i, &p, of_j));
    // i and j fall towards each other.
    EXPECT_NEAR(-(m_j * of_i + m_i * of_j), expected, 1e-14 * std::abs(expected));
}

TEST(PostNewtonian, KnowsHowFastLightIs)
{
    EXPECT_EQ(physical_inverse_c2(UnitSystem()), 0);
    // 30 km/s: 1.00e-4 of c.
    EXPECT_NEAR(physical_inverse_c2(correction_context().units), std::pow(30000.0 / 299792458, 2), 1e-23);
    // Mercury: 43 arc seconds in a century (87.969 days, a = 0.387098 au, e = 0.205630).
    const UnitSystem units = UnitSystem::parse("length=au, mass=Msun, time=d");
    const double turn =
        advance_per_turn(units, Eigen::Vector3d(1, 0, 0), 0.387098, 0.205630, physical_inverse_c2(units));
    EXPECT_NEAR(turn * 36525 / 87.969 * 180 / std::numbers::pi * 3600, 42.98, 0.02);
}

}  // namespace
}  // namespace syzygy
