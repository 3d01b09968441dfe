// Positions between observations: exact for cubics, near the orbit of one body a row, and never beyond what was seen.
#include "physics/model/interpolate.hpp"

#include "tests/physics/fit/fit_samples.hpp"

#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Interpolation, IsExactForCubicsHoweverTheRowsAreSpaced)
{
    const std::vector<double> times{-0.1, 0.3, 1, 1.4, 2.5, 3.2};
    const auto cubic = [](double t, Eigen::Index c) {
        return 1 + t - 0.3 * t * t + static_cast<double>(c) * t * t * t;
    };
    Eigen::MatrixXd positions(9, 6);
    for (Eigen::Index k = 0; k < 6; ++k)
        for (Eigen::Index c = 0; c < 9; ++c) positions(c, k) = cubic(times[static_cast<std::size_t>(k)], c);
    const std::array inner{0.8, 1.2, 2.0};
    const Eigen::MatrixXd found = interpolated_positions(times, positions, inner);
    // With two observations on each side, four determine a cubic: rounding of some products of the order of 100 is
    // left.
    for (Eigen::Index k = 0; k < 3; ++k)
        for (Eigen::Index c = 0; c < 9; ++c)
            EXPECT_NEAR(found(c, k), cubic(inner[static_cast<std::size_t>(k)], c), 1e-12) << c;
}

TEST(Interpolation, KeepsObservationsAndKnowsNothingBeyondThem)
{
    const std::vector<double> times{0, 1, 2, 3};
    Eigen::MatrixXd positions = Eigen::MatrixXd::Constant(9, 4, nan);
    positions(0, 1) = 5;
    positions(0, 2) = 7;
    positions(4, 3) = 2;
    const Eigen::MatrixXd filled = with_gaps_filled(times, positions);
    EXPECT_TRUE(std::isnan(filled(0, 0)));
    EXPECT_EQ(filled(0, 1), 5);
    EXPECT_EQ(filled(0, 2), 7);
    EXPECT_TRUE(std::isnan(filled(0, 3)));
    EXPECT_TRUE(std::isnan(filled(4, 2)));
    EXPECT_EQ(filled(4, 3), 2);
    EXPECT_TRUE(filled.row(8).array().isNaN().all());
    EXPECT_EQ(interpolated_positions(times, positions, std::array{1.5})(0, 0), 6);
}

TEST(Interpolation, PassesOverPairsOfNeighboursThatAreCloseTogether)
{
    // Two observations 1e-6 apart with errors of 1e-3 would send a polynomial through them a thousand off in the middle
    // of the gap.
    const std::vector<double> times{0, 0.999999, 1, 3, 3.000001, 4};
    Eigen::MatrixXd positions = Eigen::MatrixXd::Zero(9, 6);
    positions(0, 1) = positions(0, 4) = 1e-3;
    const double found = interpolated_positions(times, positions, std::array{2.0})(0, 0);
    EXPECT_LT(std::abs(found), 2e-3);
}

TEST(Interpolation, PutsTheBodiesOfOneBodyARowOnTheirOrbits)
{
    const Observations data = exact_samples("figure-eight", 3, 301);
    Eigen::MatrixXd positions = data.positions;
    for (Eigen::Index k = 0; k < positions.cols(); ++k)
        for (int body = 0; body < 3; ++body)
            if (k % 3 != body) positions.col(k).segment<3>(3 * body).setConstant(nan);
    const Eigen::MatrixXd filled = with_gaps_filled(data.times, positions);
    // Cubics over steps of h = 0.03 err by 9/384 h^4 q'''': some 2e-8 times a derivative of the order of 50.
    EXPECT_LT((filled - Eigen::MatrixXd(data.positions)).middleCols(6, 289).cwiseAbs().maxCoeff(), 2e-6);
}

}  // namespace
}  // namespace syzygy::testing
