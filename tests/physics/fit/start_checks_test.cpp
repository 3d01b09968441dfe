// What a fit begins with: rows to fit at all, starts within their bounds, numbers that can be computed with.
#include "physics/fit/fit.hpp"
#include "physics/train/train.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const Eigen::Vector3d ones(1, 1, 1);
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The ACA example where positions are observed in these rows alone; the first row holds the initial state.
Observations observed_in(std::initializer_list<Eigen::Index> rows)
{
    Observations data = exact_samples("aca", 0.3, 20);
    const ObservedTable positions = data.positions;
    data.positions.setConstant(nan);
    for (const Eigen::Index row : rows) data.positions.col(row) = positions.col(row);
    data.source = "rows.csv";
    return data;
}

std::string error_of(const Observations& data, const FitSetup& setup)
{
    try {
        run_fit(data, setup);
        return "no error";
    } catch (const ArgumentError& error) {
        return error.what();
    }
}

void set_initial(FitSetup& setup, std::size_t index, double value)
{
    setup.fit.initial = {0, 0.2, 0, 0.5, 0, 0.5, 0, 0, 0.5, 0, 0.1, 0, 0, 0, 0.1, 0.1, 0, 0};
    setup.fit.initial[index] = value;
}

TEST(RequireMotion, AFileWhoseOnlyObservedRowIsTheFirstIsNamedWithWhatItLacks)
{
    EXPECT_THAT(error_of(observed_in({0}), setup_from(ones)),
                AllOf(HasSubstr("rows.csv"), HasSubstr("of the 20 rows"), HasSubstr("t = 0 alone"),
                      HasSubstr("at least one row at a later time")));
    EXPECT_THAT(error_of(observed_in({0}), setup_from(ones, "masses,initial")), HasSubstr("nothing to fit"));
}

TEST(RequireMotion, OneLaterRowIsFittedWhereTheFirstHoldsTheState)
{
    // Nine numbers for three masses: as exact as the solves, 1e-12 amplified by the orbit.
    const FitResult result = run_fit(observed_in({0, 15}), setup_from(ones));
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_LT(mass_error(result, aca_masses), 1e-7);
}

TEST(RequireMotion, AWindowIsJudgedByItsOwnRows)
{
    FitSetup setup = setup_from(ones);
    setup.data.window = {std::nullopt, 0.1};
    EXPECT_THAT(error_of(observed_in({0, 15}), setup), HasSubstr("nothing to fit"));
}

TEST(RequireMotion, ATrainingIsHeldToTheSame)
{
    FitSetup setup = setup_from(ones);
    setup.correction.correction = "pairwise";
    setup.optimizer = training_defaults();
    const Observations data = observed_in({0, 19});  // the last row is held out
    TrainState state;
    Control control;
    try {
        train({&data, 1}, setup, state, {}, control);
        FAIL() << "no error";
    } catch (const ArgumentError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("rows.csv"), HasSubstr("nothing to fit")));
    }
}

TEST(StartNotes, AStartBeyondABoundIsMovedAndThatIsSaid)
{
    FitSetup setup = setup_from({5, 1, 1});
    setup.fit.bounds = "m1=0.5:2,x2=:10";
    const Observations data = exact_samples("aca", 0.3, 20);
    const FitResult result = run_fit(data, setup);
    EXPECT_THAT(result.notes, Contains("m1 starts at 2, the nearest that its bounds 0.5:2 allow: --start has it at 5"));
    EXPECT_LT(mass_error(result, aca_masses), 1e-6);
    setup.fit.start = {1, 1, 1};
    EXPECT_THAT(run_fit(data, setup).notes, Not(Contains(HasSubstr("bounds"))));
}

TEST(StartNotes, AStateBeyondABoundNamesTheRowOrTheOptionThatHasIt)
{
    const Observations data = exact_samples("aca", 0.3, 20);
    const double x1 = data.positions(0, 0);
    FitSetup setup = setup_from(ones, "masses,x1");
    setup.fit.bounds = fmt::format("x1={}:", x1 + 0.5);
    EXPECT_THAT(run_fit(data, setup).notes, Contains(AllOf(HasSubstr("x1 starts at"), HasSubstr("the first row"))));
    setup.fit.initial.assign(18, 0);
    for (int c = 0; c < 9; ++c) {
        setup.fit.initial[static_cast<std::size_t>(c)] = data.positions(c, 0);
        setup.fit.initial[static_cast<std::size_t>(9 + c)] = data.velocities(c, 0);
    }
    EXPECT_THAT(run_fit(data, setup).notes, Contains(AllOf(HasSubstr("x1 starts at"), HasSubstr("--initial has it"))));
}

TEST(StartNotes, AGivenStateInOtherUnitsIsSaid)
{
    FitSetup setup = setup_from(ones);
    setup.optimizer.iterations = 3;
    set_initial(setup, 3, 500);
    const Observations data = exact_samples("aca", 0.3, 20);
    EXPECT_THAT(run_fit(data, setup).notes, Contains(AllOf(HasSubstr("x2 of --initial, 500, is"), HasSubstr("units"))));
    set_initial(setup, 3, 0.7);
    EXPECT_THAT(run_fit(data, setup).notes, Not(Contains(HasSubstr("--initial"))));
}

TEST(StartNotes, AHeldParameterBeyondItsBoundsIsSaid)
{
    FitSetup setup = setup_from(ones);
    setup.fit.fix = "1=1.1";
    setup.fit.bounds = "m1=2:3";
    EXPECT_THAT(run_fit(exact_samples("aca", 0.3, 20), setup).notes,
                Contains("m1 is held at 1.1, beyond its bounds 2:3: bounds are for what is free"));
}

struct Absurd {
    const char* name;
    void (*change)(FitSetup&);
    const char* option;
    const char* text;
};
void PrintTo(const Absurd& absurd, std::ostream* out)
{
    *out << absurd.name;
}
class AbsurdStart : public ::testing::TestWithParam<Absurd> {};

TEST_P(AbsurdStart, IsRefusedWithOptionValueAndRemedy)
{
    FitSetup setup = setup_from(ones);
    GetParam().change(setup);
    try {
        run_fit(exact_samples("aca", 0.3, 20), setup);
        FAIL() << "no error";
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), GetParam().option);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().text));
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, AbsurdStart,
    ::testing::Values(Absurd{"TinyMass",
                             [](FitSetup& s) {
                                 s.fit.start = {1, 1, 1e-300};
                             },
                             "start", "1e-300: m3 is "},
                      Absurd{"TinyMassRemedy",
                             [](FitSetup& s) {
                                 s.fit.start = {1, 1e-300, 1};
                             },
                             "start", "write --fix 2=0"},
                      Absurd{"HugeMass",
                             [](FitSetup& s) {
                                 s.fit.start = {1e300, 1, 1};
                             },
                             "start", "1e+300: m1 is "},
                      Absurd{"HugeMassRemedy",
                             [](FitSetup& s) {
                                 s.fit.start = {1, 1e120, 1};
                             },
                             "start", "in the units of the data?"},
                      Absurd{"HeldMass", [](FitSetup& s) { s.fit.fix = "x1,3=1e200"; }, "fix", "m3 is "},
                      Absurd{"Position", [](FitSetup& s) { set_initial(s, 4, -1e150); }, "initial", "-1e+150: y2 is "},
                      Absurd{"Velocity", [](FitSetup& s) { set_initial(s, 17, 1e200); }, "initial", "vz3 is "}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(AbsurdStart, SmallMassesThatCanBeComputedWithAreFittedAndJudged)
{
    // Far below what is seen in doubles, but not below what they can hold.
    FitSetup setup = setup_from({1.1, 1.1, 1e-90});
    setup.optimizer.iterations = 3;
    const FitResult result = run_fit(exact_samples("aca", 0.3, 20), setup);
    EXPECT_TRUE(std::isfinite(result.reduced_chi_square));
    EXPECT_THAT(warning(result, "unidentifiable"), HasSubstr("m3"));
}

}  // namespace
}  // namespace syzygy::testing
