// Kepler's equation over all eccentricities and anomalies.
#include "physics/bodies/kepler_equation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace syzygy {
namespace {

TEST(KeplerEquation, IsSolvedForEveryEccentricityAndAnomaly)
{
    for (const double e : {0.0, 1e-9, 0.1, 0.5, 0.9, 0.99, 0.9999, 1 - 1e-12})
        for (int k = -1000; k <= 1000; ++k) {
            const double mean = std::numbers::pi * k / 1000, anomaly = eccentric_anomaly(mean, e);
            EXPECT_NEAR(anomaly - e * std::sin(anomaly), mean, 1e-15) << e << ' ' << k;
        }
}

}  // namespace
}  // namespace syzygy
