// What the times and states of a file refer to, as a fit feels it.
#include "physics/observations/csv.hpp"
#include "physics/observations/loaders.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Rows at the midnights of UTC around the leap second at the end of 2016, as a table with dates.
std::string dated_table(const ThreeBodySystem& system, const std::string& scale)
{
    std::vector<double> times;
    std::vector<Epoch> midnights;
    for (std::int64_t day = 57720; day < 57820; ++day) midnights.push_back({day, 0});
    const Epoch first = to_tdb(midnights.front(), TimeScale::utc);
    for (const Epoch& midnight : midnights)
        times.push_back(time_between(first, to_tdb(midnight, TimeScale::utc), system.units.time_si()));
    const std::string text = to_csv(samples_at(system, times));
    std::string dated = "# time-scale: " + scale + "\n", line;
    std::istringstream lines(text);
    for (std::size_t row = 0; std::getline(lines, line);) {
        const bool is_row = !line.starts_with('#') && !line.starts_with('t');
        dated += is_row ? iso_text(midnights[row++]) + line.substr(line.find(',')) : line;
        dated += '\n';
    }
    return dated;
}

TEST(TimeScales, MassesOverALeapSecondAreRightInTheScaleOfTheDates)
{
    const ThreeBodySystem system = find_scenario("sun-earth-moon").make();
    ASSERT_GT(system.units.time_si(), 0);
    const auto fitted = [&](const std::string& scale) {
        const std::vector<SourceText> sources{{"dates.csv", dated_table(system, scale)}};
        return run_fit(parse_observations(sources), setup_from(1.001 * system.masses()));
    };
    const FitResult utc = fitted("UTC"), tdb = fitted("TDB");
    // A second of the Moon's month is 4e-7, and its mass comes of the Earth's small motion.
    EXPECT_LT(mass_error(utc, system.masses()), 1e-7);
    EXPECT_GT(mass_error(tdb, system.masses()), 100 * mass_error(utc, system.masses()));
    EXPECT_GT(tdb.rms_residual, 1e3 * utc.rms_residual);
}

TEST(ApparentStates, AreWarnedOf)
{
    Observations data = exact_samples("aca", 0.3, 60);
    EXPECT_THAT(warning(run_fit(data, setup_from(aca_masses)), "apparent-states"), IsEmpty());
    data.reference.aberration = "LT CORRECTED";
    const FitResult result = run_fit(data, setup_from(aca_masses));
    EXPECT_THAT(warning(result, "apparent-states"), HasSubstr("LT CORRECTED"));
    EXPECT_EQ(Trust::untrusted, trust(result));
}

}  // namespace
}  // namespace syzygy::testing
