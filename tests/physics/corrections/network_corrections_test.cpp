// The external field and the full network against their formulas.

#include "tests/support/correction.hpp"

#include "core/network/network.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace syzygy::testing;

Eigen::VectorXd network_values(const Correction& correction, const Eigen::VectorXd& p, const std::vector<double>& x)
{
    const Network network(*correction.network());
    EXPECT_EQ(network.inputs(), int(x.size()));
    std::vector<double> tape(network.tape_size(1)), scratch(network.scratch_size(1));
    Eigen::VectorXd y(network.outputs());
    network.forward(p.data(), x.data(), 1, y.data(), tape.data(), scratch.data());
    return y;
}

double typical_acceleration()
{
    const CorrectionContext context = correction_context();
    return context.units.k1() * context.mass / (context.length * context.length);
}

TEST(External, IsOneFieldOfPlaceVelocityAndTime)
{
    const CorrectionContext context = correction_context();
    CorrectionOptions options;
    options.correction = "external";
    options.network = "8,8";
    const auto correction = make_correction(options, context);
    CorrectionPoint at(*correction, 1);
    const Accelerations a = at.acceleration();
    for (int body = 0; body < 3; ++body) {
        const Eigen::Vector3d q = at.y.segment<3>(3 * body) / context.length,
                              v = at.y.segment<3>(9 + 3 * body) / context.velocity;
        const auto expected =
            network_values(*correction, at.p, {q[0], q[1], q[2], v[0], v[1], v[2], (at.t - context.t0) / context.time});
        EXPECT_LE((a.segment<3>(3 * body) - typical_acceleration() * expected).norm(), 1e-14 * expected.norm());
    }
    // Whatever the masses, and one body's does not depend on the others.
    at.masses *= 2;
    at.y.segment<6>(3) *= 3;
    EXPECT_EQ(at.acceleration().head<3>(), a.head<3>());
}

TEST(Full, SeesTheWholeStateAndTheAugmentedInputsOfThePaper)
{
    const CorrectionContext context = correction_context();
    for (const bool augmented : {false, true}) {
        CorrectionOptions options;
        options.correction = "full";
        options.network = "8,8";
        options.augmented = augmented;
        const auto correction = make_correction(options, context);
        CorrectionPoint at(*correction, 1);
        std::vector<double> x;
        for (int c = 0; c < 9; ++c) x.push_back(at.y[c] / context.length);
        for (int c = 9; c < 18; ++c) x.push_back(at.y[c] / context.velocity);
        if (augmented)
            for (const auto& [i, j] : {std::pair{0, 1}, {0, 2}, {1, 2}}) {
                const Eigen::Vector3d d = (at.y.segment<3>(3 * j) - at.y.segment<3>(3 * i)) / context.length;
                for (const int power : {0, 1, 2, 3})
                    for (int c = 0; c < 3; ++c) x.push_back(d[c] / std::pow(d.norm(), power));
            }
        const auto expected = network_values(*correction, at.p, x);
        EXPECT_LE((at.acceleration() - typical_acceleration() * expected).norm(), 1e-13 * expected.norm());
    }
}

TEST(Full, StandsInThePlaceOfNewtonWhereAsked)
{
    CorrectionOptions options;
    options.correction = "full";
    EXPECT_FALSE(make_correction(options, correction_context())->replaces_newton());
    options.replace_newton = true;
    EXPECT_TRUE(make_correction(options, correction_context())->replaces_newton());
}

}  // namespace
}  // namespace syzygy
