// Coordinates as functions of time.
#include "physics/guess/tracks.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;

PreparedData data_of(const Observations& observations, const char* relative_to = "")
{
    FitSetup setup;
    setup.data.relative_to = relative_to;
    return fit_data(observations, setup);
}

/// Largest error of velocities at the rows, over the largest velocity.
double velocity_error(const Observations& exact, const Tracks& tracks, double t0)
{
    double error = 0;
    for (std::size_t k = 0; k < exact.times.size(); ++k)
        error = std::max(error, (tracks.state(exact.times[k] - t0).tail<9>() - exact.velocities.col(static_cast<Eigen::Index>(k)))
                                    .lpNorm<Eigen::Infinity>());
    return error / exact.velocities.lpNorm<Eigen::Infinity>();
}

TEST(Tracks, SlopesOfExactRowsAreTheVelocities)
{
    const Observations exact = exact_samples("figure-eight", 6.3, 300, true);
    // Polynomials of degree 3 or 4 over steps of 0.021: errors of the order of (0.021)^3 inside and more at the ends.
    EXPECT_LT(velocity_error(exact, make_tracks(data_of(without_velocities(exact))), 0), 1e-3);
}

TEST(Tracks, TheNoiseIsTheNoiseOfTheRows)
{
    const Observations exact = without_velocities(exact_samples("figure-eight", 6.3, 300));
    for (const double noise : {1e-4, 1e-3, 1e-2}) {
        const Tracks tracks = make_tracks(data_of(with_noise(exact, noise, 3)));
        double mean = 0;
        for (int c : {0, 1, 3, 4, 6, 7}) mean += tracks.coordinates[c].noise / 6;
        EXPECT_NEAR(mean, noise, 0.2 * noise);
    }
}

TEST(Tracks, ObservedVelocitiesAreTaken)
{
    // A turn and a half between rows: positions alone say nothing of velocities.
    const Observations sparse = exact_samples("hierarchical", 200, 27, true);
    EXPECT_GT(velocity_error(sparse, make_tracks(data_of(without_velocities(sparse))), 0), 0.1);
    EXPECT_LT(velocity_error(sparse, make_tracks(data_of(sparse)), 0), 1e-12);
}

TEST(Tracks, VelocitiesThatContradictThePositionsAreNot)
{
    Observations wrong = exact_samples("figure-eight", 6.3, 300, true);
    const Observations exact = wrong;
    wrong.velocities *= 30;
    EXPECT_LT(velocity_error(exact, make_tracks(data_of(wrong)), 0), 1e-3);
}

TEST(Tracks, OfOneBodyARowAreThoseOfThree)
{
    Observations one = exact_samples("figure-eight", 6.3, 901);
    const Observations exact = exact_samples("figure-eight", 6.3, 901, true);
    one = without_velocities(one);
    for (Eigen::Index k = 0; k < one.positions.cols(); ++k)
        for (int c = 0; c < 9; ++c)
            if (c / 3 != k % 3) one.positions(c, k) = std::numeric_limits<double>::quiet_NaN();
    // Before its own first row, and after its last, a track is a straight line: two rows of 0.007 at accelerations up to 2.5 are
    // 0.035 in velocities of 1.4.
    EXPECT_LT(velocity_error(exact, make_tracks(data_of(one)), 0), 0.025);
}

TEST(Tracks, RelativeToABodyItStandsInTheOrigin)
{
    const Tracks tracks = make_tracks(data_of(exact_samples("figure-eight", 6.3, 50, true), "2"));
    EXPECT_EQ((tracks.state(1).segment<3>(3)), Eigen::Vector3d::Zero());
    EXPECT_EQ((tracks.state(1).segment<3>(12)), Eigen::Vector3d::Zero());
}

}  // namespace
}  // namespace syzygy
