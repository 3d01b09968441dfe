#include "tests/support/correction.hpp"

#include "core/network/network.hpp"
#include "core/ode/integrate.hpp"
#include "physics/bodies/invariants.hpp"
#include "tests/support/corrected_system.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace syzygy::testing;

std::shared_ptr<const Correction> pairwise(bool potential = false, bool mass_inputs = true)
{
    CorrectionOptions options;
    options.correction = "pairwise";
    options.network = "8,8";
    options.potential = potential;
    options.mass_inputs = mass_inputs;
    return make_correction(options, correction_context());
}

/// The network of a pair and, along its first input, its slope by differences.
double network_value(const Correction& correction, const Eigen::VectorXd& p, const std::vector<double>& x)
{
    const Network network(*correction.network());
    std::vector<double> tape(network.tape_size(1)), scratch(network.scratch_size(1));
    double y = 0;
    network.forward(p.data(), x.data(), 1, &y, tape.data(), scratch.data());
    return y;
}

TEST(Pairwise, HasTheInputsAndTheForceOfItsFormula)
{
    const CorrectionContext scales = correction_context();
    for (const bool mass_inputs : {true, false}) {
        const auto correction = pairwise(false, mass_inputs);
        CorrectionPoint at(*correction, 2);
        Accelerations expected = Accelerations::Zero();
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) {
                if (i == j) continue;
                const Eigen::Vector3d d = at.y.segment<3>(3 * j) - at.y.segment<3>(3 * i);
                const double speed = (at.y.segment<3>(9 + 3 * j) - at.y.segment<3>(9 + 3 * i)).norm() / scales.velocity;
                const double m_i = at.masses[i] / scales.mass, m_j = at.masses[j] / scales.mass;
                std::vector<double> x{std::log(d.norm() / scales.length), 0.5 * std::log(1 + speed * speed)};
                if (mass_inputs) x.insert(x.end(), {(m_i + m_j) / 2, m_i * m_j});
                const double y = network_value(*correction, at.p, x);
                expected.segment<3>(3 * i) += scales.units.k1() * at.masses[j] * y * d / std::pow(d.norm(), 3);
            }
        EXPECT_LE((at.acceleration() - expected).norm(), 1e-14 * expected.norm());
    }
}

TEST(Pairwise, IsSmoothWhereTheBodiesAreAtRest)
{
    const auto correction = pairwise();
    CorrectionPoint at(*correction, 2);
    at.y.tail<9>().setZero();
    EXPECT_TRUE(at.acceleration().allFinite());
    const Pulled pulled = at.vjp(Accelerations::Ones());
    EXPECT_TRUE(pulled.y.allFinite());
    EXPECT_EQ(pulled.y.tail<9>().norm(), 0);
}

TEST(Pairwise, OfAPotentialConservesTheEnergyWithIt)
{
    const CorrectionContext scales = correction_context();
    const auto correction = pairwise(true);
    CorrectionPoint at(*correction, 0);
    const auto pair_energy = [&](const State& y) {
        double sum = 0;
        for (int i = 0; i < 3; ++i)
            for (int j = i + 1; j < 3; ++j) {
                const double r = (y.segment<3>(3 * j) - y.segment<3>(3 * i)).norm();
                const double m_i = at.masses[i] / scales.mass, m_j = at.masses[j] / scales.mass;
                const double n =
                    network_value(*correction, at.p, {std::log(r / scales.length), (m_i + m_j) / 2, m_i * m_j});
                sum -= scales.units.k1() * at.masses[i] * at.masses[j] * n / r;
            }
        return sum;
    };
    const CorrectedSystem system(scales.units, at.masses, *correction, at.p);
    SolverOptions options;
    options.method = "dop853";
    options.rtol = 1e-12;
    const std::vector<double> times{0.1, 0.2, 0.3, 0.4};
    const auto solved = integrate(system, task_of(system, at.y, 0, 0.4, options), times);
    ASSERT_EQ(solved.states.size(), times.size());
    double scale = 0;
    const double newton = invariants(scales.units, at.masses, at.y, 0, &scale).energy,
                 whole = newton + pair_energy(at.y);
    for (const State& y : solved.states) {
        const double newton_now = invariants(scales.units, at.masses, y).energy;
        EXPECT_NEAR(newton_now + pair_energy(y), whole, 1e-10 * scale);
    }
    // Newton's energy alone is far from conserved.
    EXPECT_GE(std::abs(invariants(scales.units, at.masses, solved.states.back()).energy - newton), 1e-4 * scale);
}

}  // namespace
}  // namespace syzygy
