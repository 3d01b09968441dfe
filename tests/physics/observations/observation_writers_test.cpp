#include "physics/observations/csv.hpp"
#include "physics/observations/ecsv.hpp"
#include "tests/physics/observations/observation_samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace syzygy {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Random doubles of all magnitudes, some missing; the tables named by `groups`.
Observations random_observations(unsigned seed, int groups, int rows)
{
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<std::uint64_t> bits;
    const auto number = [&] {
        for (;;) {
            const double value = std::bit_cast<double>(bits(random));
            if (std::isfinite(value)) return value;
        }
    };
    Observations made;
    made.name = "round trip";
    for (int row = 0; row < rows; ++row) made.times.push_back(0.1 * row - 1);
    for (int group = 0; group < groups; ++group) {
        ObservedTable& table = made.*(column_groups[static_cast<std::size_t>(group)].table);
        table.resize(9, rows);
        for (double& value : table.reshaped()) {
            value = bits(random) % 5 == 0 ? nan : number();
            if (column_groups[static_cast<std::size_t>(group)].is_sigma && value == value) value = std::clamp(std::abs(value), 1e-140, 1e140);
        }
    }
    return made;
}

void expect_round_trip(const Observations& made)
{
    for (const std::string& text : {to_csv(made), to_ecsv(made)}) {
        SCOPED_TRACE(text.substr(0, 400));
        samples::expect_same(samples::parse(text), made);
    }
}

TEST(ObservationWriters, NumbersOfAllMagnitudesKeepTheirBits)
{
    for (int groups = 1; groups <= 4; ++groups)
        expect_round_trip(random_observations(1000u + static_cast<unsigned>(groups), groups, 50));
}

TEST(ObservationWriters, MetadataIsKeptWhateverItHolds)
{
    auto made = random_observations(7, 1, 3);
    made.bodies = {"A, B", "say \"b\"\\", ""};
    made.name = " two\nlines\t\x01 \xE2\x98\x89 ";
    made.true_masses = Eigen::Vector3d(1.0 / 3, 0, 1e-300);
    made.relative_to = 2;
    expect_round_trip(made);
    made.bodies = {"3", "#", ": {x}"};
    made.name = "units: G=1";
    expect_round_trip(made);
}

TEST(ObservationWriters, UnitsAreKept)
{
    auto made = random_observations(8, 4, 3);
    for (const char* units :
         {"G=1", "G=1, length=1 km, time=1 s", "length=1 au, mass=1 Msun, time=1 d",
          "length=5.326e12 m, mass=1.989e30 kg, time=1285221297.6 s, velocity=30000 m/s, G=6.67408e-11",
          "length=1 pc, mass=1 Msun, time=1 Myr, velocity=1 km/s"}) {
        made.units = UnitSystem::parse(units);
        expect_round_trip(made);
    }
}

TEST(ObservationWriters, VelocitiesInTheFirstRowOnlyStayThere)
{
    auto made = random_observations(9, 1, 4);
    made.velocities = ObservedTable::Constant(9, 4, nan);
    made.velocities.col(0).setConstant(0.25);
    expect_round_trip(made);
}

}  // namespace
}  // namespace syzygy
