// From nothing to the right minimum: fits that are given no start. SYZYGY_LONG_TESTS=1 runs all seeds.
#include "physics/guess/search.hpp"
#include "physics/model/encounters.hpp"
#include "tests/physics/guess/search_samples.hpp"
#include "tests/support/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::HasSubstr;

/// The shares of scenarios and seeds that are found, and that are called converged though they are not.
struct Share {
    long found = 0, falsely_claimed = 0, all = 0;
    std::string missed;
};

Share search_all(double factor, long seeds)
{
    const long cases = std::size(search_cases), all = cases * seeds;
    std::vector<Verdict> verdicts(static_cast<std::size_t>(all));
    for_each_index(all, [&](long index) {
        const SearchCase& one = search_cases[index % cases];
        const Observations data = search_data(one, factor, 1 + index / cases);
        const FitResult result = run_fit(data, search_setup(one));
        verdicts[static_cast<std::size_t>(index)] = judge(result, find_scenario(one.scenario).make().masses(), factor * one.noise,
                                                          fit_data(data, search_setup(one)).length);
    });
    Share share;
    share.all = all;
    for (long index = 0; index < all; ++index) {
        const Verdict& verdict = verdicts[static_cast<std::size_t>(index)];
        share.found += verdict.found;
        share.falsely_claimed += verdict.claimed && !verdict.found;
        if (!verdict.found) share.missed += fmt::format(" {}:{}", search_cases[index % cases].scenario, 1 + index / cases);
    }
    return share;
}

/// Jupiter, Io and Ganymede.
ThreeBodySystem jupiter_and_moons()
{
    ThreeBodySystem system;
    system.units = UnitSystem::gravitational_parameter(1000, 1, "km", "s");
    system.bodies = {Body{"Jupiter", 1.26686534e8, {0, 0, 0}, {0, 0, 0}}, Body{"Io", 5959.9, {421800, 0, 0}, {0, 17.33, 0.05}},
                     Body{"Ganymede", 9887.8, {0, 1070400, 0}, {-10.88, 0, 0.02}}};
    return system;
}

TEST(FromNothing, ScenariosWithUsualNoiseAreFoundAndNothingElseIsCalledConverged)
{
    const Share share = search_all(1, long_tests() ? 20 : 2);
    record("found", static_cast<double>(share.found) / static_cast<double>(share.all));
    EXPECT_GE(static_cast<double>(share.found), 0.97 * static_cast<double>(share.all)) << share.missed;
    EXPECT_EQ(share.falsely_claimed, 0) << share.missed;
}

TEST(FromNothing, SoAreMostWithTenTimesTheNoise)
{
    const Share share = search_all(10, long_tests() ? 20 : 1);
    record("found", static_cast<double>(share.found) / static_cast<double>(share.all));
    EXPECT_GE(static_cast<double>(share.found), 0.85 * static_cast<double>(share.all)) << share.missed;
    EXPECT_EQ(share.falsely_claimed, 0) << share.missed;
}

TEST(FromNothing, RandomBoundTriplesAreFound)
{
    const long wanted = long_tests() ? 200 : 16;
    std::vector<std::pair<Observations, Eigen::Vector3d>> triples;
    constexpr double noise = 1e-3;
    for (std::uint64_t seed = 1; static_cast<long>(triples.size()) < wanted; ++seed) {
        const ThreeBodySystem system = random_triple(seed);
        // Three crossing times of the sphere, G M = the sum of masses.
        const double crossing = 2 / std::sqrt(system.masses().sum());
        const Observations exact = without_velocities(exact_samples(system, 3 * crossing, 300));
        const PreparedData data = fit_data(exact, {});
        double closest = std::numeric_limits<double>::infinity();
        for (const Encounter& encounter : smallest_distances(data, {system.masses(), system.state(), {}}, {}))
            closest = std::min(closest, encounter.distance);
        if (closest < 0.02) continue;
        triples.emplace_back(with_noise(exact, noise, static_cast<long>(seed)), system.masses());
    }
    std::vector<Verdict> verdicts(triples.size());
    for_each_index(wanted, [&](long index) {
        const auto& [data, masses] = triples[static_cast<std::size_t>(index)];
        verdicts[static_cast<std::size_t>(index)] = judge(run_fit(data, {}), masses, noise, 1);
    });
    long found = 0, falsely_claimed = 0;
    for (const Verdict& verdict : verdicts) {
        found += verdict.found;
        falsely_claimed += verdict.claimed && !verdict.found;
    }
    record("found", static_cast<double>(found) / static_cast<double>(wanted));
    EXPECT_GE(static_cast<double>(found), 0.95 * static_cast<double>(wanted));
    EXPECT_EQ(falsely_claimed, 0);
}

TEST(FromNothing, TheReportSaysHowManySetsOfMassesWereTried)
{
    const FitResult result = run_fit(search_data(search_cases[1], 1, 1), {});
    EXPECT_THAT(result.notes, ::testing::Contains(HasSubstr("one set of masses was tried, 1 led to an orbit")));
}

// Jupiter, Io and Ganymede once a day: Io turns in 1.77 days, so neighbouring rows show no acceleration.
TEST(FromNothing, MoonsSeenOnceADayAreFoundByTheirVelocities)
{
    const ThreeBodySystem system = jupiter_and_moons();
    FitSetup setup;
    setup.data.relative_to = "1";
    setup.fit.free = "masses,initial";
    const FitResult result = run_fit(exact_samples(system, 60 * 86400.0, 61, true), setup);
    EXPECT_EQ(result.outcome.status, Status::converged) << result.outcome.reason;
    // Exact data: what is left is rounding of the positions, of the order of 1e-4 km in 1e6.
    EXPECT_LT(mass_error(result, system.masses()), 1e-5);
}

// Positions alone of the same moons: how often Io turns between rows is to be counted.
TEST(FromNothing, MoonsSeenOnceADayAreFoundByCountingTheirTurns)
{
    FitSetup setup;
    setup.data.relative_to = "1";
    setup.fit.free = "masses,initial";
    const ThreeBodySystem system = jupiter_and_moons();
    const FitResult result = run_fit(without_velocities(exact_samples(system, 60 * 86400.0, 61)), setup);
    EXPECT_EQ(result.outcome.status, Status::converged) << result.outcome.reason;
    EXPECT_LT(mass_error(result, system.masses()), 1e-5);
    EXPECT_THAT(result.notes, ::testing::Contains(HasSubstr("pair 1-2 turns 0.565 times between rows, pair 1-3 0.14 times")));
}

// The Moon turns in 27.3 days.
TEST(FromNothing, SoIsTheMoonSeenEveryTwentyDays)
{
    const ThreeBodySystem system = find_scenario("sun-earth-moon").make();
    const Observations seen = without_velocities(exact_samples(system, 20 * 59, 60));
    for (const char* relative_to : {"", "1"}) {
        FitSetup setup;
        setup.data.relative_to = relative_to;
        setup.fit.free = "masses,initial";
        const FitResult result = run_fit(seen, setup);
        EXPECT_EQ(result.outcome.status, Status::converged) << result.outcome.reason;
        EXPECT_LT(mass_error(result, system.masses()), 1e-5) << relative_to;
    }
}

TEST(FromNothing, AStartThatLeadsAwayFromTheDataIsNotTheLastWord)
{
    const ThreeBodySystem system = find_scenario("hierarchical").make();
    constexpr double noise = 1e-3;
    const Observations data = with_noise(without_velocities(exact_samples(system, 20, 100)), noise, 1);
    FitSetup setup = setup_from({0.1, 3, 1});
    setup.optimizer.iterations = 12;
    const FitResult result = run_fit(data, setup);
    const Verdict verdict = judge(result, system.masses(), noise, 1);
    EXPECT_TRUE(verdict.found && verdict.claimed) << result.outcome.reason;
    EXPECT_THAT(result.notes, ::testing::Contains(HasSubstr("the fit from the given start did not reach the data")));
    // Where nothing may be looked for, the start is all there is.
    setup.fit.grow = "off";
    const FitResult held = run_fit(data, setup);
    EXPECT_FALSE(judge(held, system.masses(), noise, 1).claimed);
    EXPECT_THAT(held.notes, ::testing::Not(::testing::Contains(HasSubstr("the fit from the given start did not reach the data"))));
}

// A binary that turns 0.6 times between rows, with noise.
TEST(FromNothing, SoAreStarsSeenLessThanTwiceATurn)
{
    const ThreeBodySystem system = find_scenario("hierarchical").make();
    constexpr double noise = 1e-3;
    const FitResult result = run_fit(with_noise(without_velocities(exact_samples(system, 297, 100)), noise, 1), {});
    const Verdict verdict = judge(result, system.masses(), noise, 1);
    EXPECT_TRUE(verdict.found && verdict.claimed) << result.outcome.reason;
}

// A Moon's mass is invisible beside the Sun's, unless the window is long enough.
TEST(FromNothing, EveryWindowOfSunEarthAndMoonIsRight)
{
    const Scenario& scenario = find_scenario("sun-earth-moon");
    const ThreeBodySystem system = scenario.make();
    const Observations exact = exact_samples(system, 180, 181, true);
    const long stride = long_tests() ? 1 : 8, windows = 56 / stride;
    std::vector<double> errors(static_cast<std::size_t>(windows));
    std::vector<Outcome> outcomes(static_cast<std::size_t>(windows));
    for_each_index(windows, [&](long index) {
        FitSetup setup;
        setup.data.relative_to = "1";
        setup.data.window = {static_cast<double>(index * stride), static_cast<double>(index * stride + 120)};
        setup.fit.free = "masses,initial";
        const FitResult result = run_fit(exact, setup);
        errors[static_cast<std::size_t>(index)] = mass_error(result, system.masses());
        outcomes[static_cast<std::size_t>(index)] = result.outcome;
    });
    for (long index = 0; index < windows; ++index) {
        EXPECT_LT(errors[static_cast<std::size_t>(index)], 1e-5) << "window from day " << index * stride;
        EXPECT_EQ(outcomes[static_cast<std::size_t>(index)].status, Status::converged)
            << "window from day " << index * stride << ": " << outcomes[static_cast<std::size_t>(index)].reason;
    }
}

}  // namespace
}  // namespace syzygy
