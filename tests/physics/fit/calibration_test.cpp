// Over many noisy data sets the 68.3 % interval holds the truth 68.3 % of the time.
#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/record.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace syzygy {
namespace {

using namespace testing;

const ParameterTable table{BodyNames{}};

/// How often the interval of each of the 21 parameters held the truth. Each data set has its own seed, so the
/// number of threads changes nothing.
struct Coverage {
    std::vector<std::atomic<long>> held = std::vector<std::atomic<long>>(static_cast<std::size_t>(table.size()));
    std::atomic<long> failed = 0;
    double fraction(int index, long sets) const
    {
        return static_cast<double>(held[static_cast<std::size_t>(index)]) / static_cast<double>(sets);
    }
};

void measure(const Observations& exact, double sigma, bool stated, const FitSetup& setup, long sets, Coverage& coverage)
{
    const State truth = find_scenario("aca").make().state();
    std::atomic<long> next = 0;
    const auto work = [&] {
        for (long set = next++; set < sets; set = next++) {
            Observations data = with_noise(exact, sigma, set, stated);
            // A held initial state is a known one: where it is not fitted, the first row has no noise.
            if (setup.fit.free == "masses") data.positions.col(0) = exact.positions.col(0);
            const FitResult result = run_fit(data, setup);
            if (!result.outcome.ok()) ++coverage.failed;
            for (int i = 0; i < table.size(); ++i) {
                const double exactly = i < 3 ? aca_masses[i] : truth[i - 3];
                const FittedParameter& found = result.parameters[static_cast<std::size_t>(i)];
                if (std::abs(found.value - exactly) <= found.sigma) ++coverage.held[static_cast<std::size_t>(i)];
            }
        }
    };
    const std::jthread first(work), second(work);
}

FitSetup calibration_setup(std::string free)
{
    FitSetup setup = setup_from(aca_masses, std::move(free));
    setup.solver.method = "dop853";
    setup.solver.rtol = 1e-8;
    setup.fit.grow = "off";
    return setup;
}

constexpr double sigma = 1e-4;  // the model is linear over 5 sigma, and the solver's error below 1e-2 sigma
// Of 2000 sets 68.3 % is known to 1.04 % (binomial): 65 to 71 % is 2.7 to 3.2 standard deviations either way.
constexpr double lowest = 0.65, highest = 0.71;

TEST(Calibration, MassesAreWithinOneSigmaInTwoOfThreeDataSets)
{
    constexpr long sets = 2000;
    Coverage coverage;
    measure(exact_samples("aca", 1, 60), sigma, true, calibration_setup("masses"), sets, coverage);
    EXPECT_EQ(coverage.failed, 0);
    for (int i = 0; i < 3; ++i) {
        record(table[i].id, coverage.fraction(i, sets));
        EXPECT_GE(coverage.fraction(i, sets), lowest) << table[i].id;
        EXPECT_LE(coverage.fraction(i, sets), highest) << table[i].id;
    }
}

TEST(Calibration, SoAreMassesAndAllOfTheInitialState)
{
    constexpr long sets = 2000;
    Coverage coverage;
    measure(exact_samples("aca", 1, 60), sigma, true, calibration_setup("masses,initial"), sets, coverage);
    EXPECT_EQ(coverage.failed, 0);
    for (int i = 0; i < table.size(); ++i) {
        record(table[i].id, coverage.fraction(i, sets));
        EXPECT_GE(coverage.fraction(i, sets), lowest) << table[i].id;
        EXPECT_LE(coverage.fraction(i, sets), highest) << table[i].id;
    }
}

TEST(Calibration, ErrorsThatAreNotStatedAreEstimatedFromTheResiduals)
{
    constexpr long sets = 500;
    Coverage coverage;
    measure(exact_samples("aca", 1, 60), sigma, false, calibration_setup("masses"), sets, coverage);
    EXPECT_EQ(coverage.failed, 0);
    // Three standard deviations of 500 sets, 2.08 % each.
    for (int i = 0; i < 3; ++i) {
        record(table[i].id, coverage.fraction(i, sets));
        EXPECT_NEAR(coverage.fraction(i, sets), 0.683, 0.0625) << table[i].id;
    }
}

}  // namespace
}  // namespace syzygy
