#include "physics/fit/parameter_text.hpp"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace syzygy {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const ParameterTable bodies{{"Sun", "Jupiter", "Saturn"}};

std::vector<int> indices(const FreeParameters& free)
{
    std::vector<int> result;
    for (int i = 0; i < static_cast<int>(free.rows.size()); ++i)
        if (free[i]) result.push_back(i);
    return result;
}

TEST(ParameterText, FreeNamesGroupsBodiesAndParameters)
{
    EXPECT_FALSE(parse_free(bodies, ""));
    EXPECT_THAT(indices(*parse_free(bodies, "none")), testing::IsEmpty());
    EXPECT_THAT(indices(*parse_free(bodies, "masses")), testing::ElementsAre(0, 1, 2));
    EXPECT_THAT(indices(*parse_free(bodies, " Jupiter , 3,vx1\nx1")), testing::ElementsAre(1, 2, 3, 12));
    EXPECT_EQ(indices(*parse_free(bodies, "initial")).size(), 18U);
    EXPECT_EQ(*parse_free(bodies, "initial"), *parse_free(bodies, "positions,velocities"));
}

TEST(ParameterText, BodiesAreFoundRegardlessOfCaseWhereThatIsUnambiguous)
{
    EXPECT_THAT(indices(*parse_free(bodies, "sun,JUPITER")), testing::ElementsAre(0, 1));
    EXPECT_EQ(parse_fix(bodies, "saturn=0.5")[0].index, 2);
    const ParameterTable alike{{"A", "a", "X1"}};
    EXPECT_THAT(indices(*parse_free(alike, "a")), testing::ElementsAre(1)) << "the name as it stands goes first";
    EXPECT_THAT(indices(*parse_free(alike, "x1")), testing::ElementsAre(3)) << "and so does a parameter";
    EXPECT_THROW(parse_free(ParameterTable({"Ab", "aB", "C"}), "ab"), ArgumentError);
}

TEST(ParameterText, FreeIsWrittenShortAndReadBackTheSame)
{
    EXPECT_EQ(format_free(bodies, *parse_free(bodies, "1,2,3,positions,velocities")), "masses,initial");
    EXPECT_EQ(format_free(bodies, *parse_free(bodies, "Sun,Saturn,velocities,y2")), "m1,m3,y2,velocities");
    EXPECT_EQ(format_free(bodies, *parse_free(bodies, "none")), "none");
    // Each parameter alone, and each left out alone.
    for (int i = 0; i < bodies.size(); ++i) {
        FreeParameters only(bodies), all(bodies);
        only.set(i, true);
        for (const char* group : {"masses", "initial", "correction"}) all.set_group(bodies, group, true);
        all.set(i, false);
        EXPECT_EQ(*parse_free(bodies, format_free(bodies, only)), only);
        EXPECT_EQ(*parse_free(bodies, format_free(bodies, all)), all);
    }
}

TEST(ParameterText, UnknownNamesNameTheOptionAndWhatIsKnown)
{
    const auto expect_error = [](const char* option, const auto& read) {
        try {
            read();
            ADD_FAILURE() << "no ArgumentError";
        } catch (const ArgumentError& error) {
            EXPECT_EQ(error.option(), option);
        }
    };
    expect_error("free", [] { parse_free(bodies, "masses,Pluto"); });
    expect_error("fix", [] { parse_fix(bodies, "Pluto=1"); });
    expect_error("fix", [] { parse_fix(bodies, "m1=heavy"); });
    expect_error("fix", [] { parse_fix(bodies, "m1=-1"); });
    expect_error("bounds", [] { parse_bounds(bodies, "m1=1"); });
    expect_error("bounds", [] { parse_bounds(bodies, "m4=1:2"); });
    expect_error("prior", [] { parse_priors(bodies, "m1=1:0"); });
}

TEST(ParameterText, FixAndBoundsAreReadBackTheSame)
{
    const std::string fix = "m3=0.9,x1,vx2=-1e-300,m1=0.1";
    EXPECT_EQ(format_fix(bodies, parse_fix(bodies, fix)), fix);
    EXPECT_EQ(format_fix(bodies, parse_fix(bodies, "Saturn=0.9, 2")), "m3=0.9,m2");
    const std::string bounds = "m1=0.5:2,x1=:1,vz3=-1e+20:";
    EXPECT_EQ(format_bounds(bodies, parse_bounds(bodies, bounds)), bounds);
}

TEST(ParameterText, AHeldMassKeepsItsValueAndMayBeFreedAgain)
{
    FitOptions options;
    options.fix = "x1,Saturn";
    const FitOptions held = with_mass_free(options, bodies, 1, false, 0.1);
    EXPECT_EQ(held.fix, "x1,m3,m2=0.1");
    EXPECT_EQ(held.free, "");
    EXPECT_TRUE(is_fixed(held, bodies, 1));
    const FitOptions held_elsewhere = with_mass_free(held, bodies, 1, false, 0.2);
    EXPECT_EQ(held_elsewhere.fix, "x1,m3,m2=0.2");
    EXPECT_EQ(with_mass_free(held, bodies, 1, true, 0.1).fix, "x1,m3");
}

TEST(ParameterText, FreeingAMassAddsItToWhatIsNamed)
{
    FitOptions options;
    options.free = "m1,velocities";
    EXPECT_EQ(with_mass_free(options, bodies, 2, true, 1).free, "m1,m3,velocities");
    options.free = "Sun,Saturn";
    EXPECT_EQ(with_mass_free(options, bodies, 1, true, 1).free, "masses");
    options.free = "none";
    EXPECT_EQ(with_mass_free(options, bodies, 0, true, 1).free, "m1");
}

TEST(ParameterText, BoundsAreSetChangedAndTakenAwayOneByOne)
{
    FitOptions options;
    options = with_bounds(options, bodies, 1, 0.5, 2);
    options = with_bounds(options, bodies, 0, -infinity, 3);
    EXPECT_EQ(options.bounds, "m1=:3,m2=0.5:2");
    EXPECT_EQ(bounds_of(options, bodies, 1), (std::pair{0.5, 2.0}));
    EXPECT_EQ(bounds_of(options, bodies, 2), (std::pair{-infinity, infinity}));
    options = with_bounds(options, bodies, 1, 0.6, infinity);
    EXPECT_EQ(options.bounds, "m1=:3,m2=0.6:");
    options = with_bounds(options, bodies, 0, -infinity, infinity);
    EXPECT_EQ(options.bounds, "m2=0.6:");
    EXPECT_THROW(with_bounds(options, bodies, 1, 2, 1), ArgumentError);
}

TEST(ParameterText, FreedomOfTheStateKeepsTheMasses)
{
    FitOptions options;
    EXPECT_EQ(state_freedom(options, bodies), StateFreedom::automatic);
    options = with_state_freedom(options, bodies, StateFreedom::free);
    EXPECT_EQ(options.free, "masses,initial");
    EXPECT_EQ(state_freedom(options, bodies), StateFreedom::free);
    options.free = "m1,m2,initial";
    options = with_state_freedom(options, bodies, StateFreedom::velocities);
    EXPECT_EQ(options.free, "m1,m2,velocities");
    options = with_state_freedom(options, bodies, StateFreedom::positions);
    EXPECT_EQ(state_freedom(options, bodies), StateFreedom::positions);
    options = with_state_freedom(options, bodies, StateFreedom::held);
    EXPECT_EQ(options.free, "m1,m2");
    EXPECT_EQ(state_freedom(options, bodies), StateFreedom::held);
    // Automatic frees all masses, so the third is now held by `fix`.
    options = with_state_freedom(options, bodies, StateFreedom::automatic);
    EXPECT_EQ(options.free, "");
    EXPECT_EQ(options.fix, "m3");
    options.free = "masses,x1";
    EXPECT_EQ(state_freedom(options, bodies), StateFreedom::other);
    EXPECT_EQ(with_state_freedom(options, bodies, StateFreedom::other).free, "masses,x1");
}

const std::vector<CorrectionParameter> drag{{"drag-linear", "", 0, 1, -infinity, infinity},
                                            {"drag-quadratic", "", 0, 1, -infinity, infinity}};
const ParameterTable with_drag{bodies.bodies(), drag};

TEST(ParameterTable, HasEachParameterOnce)
{
    const ParameterTable table(bodies.bodies(), drag);
    ASSERT_EQ(table.size(), 23);
    std::vector<std::string> ids;
    ModelPoint point;
    point.correction.setZero(2);
    for (int i = 0; i < table.size(); ++i) {
        ids.push_back(table[i].id);
        EXPECT_EQ(table.find(table[i].id), i);
        table[i].set_value(point, i + 1);
    }
    EXPECT_EQ(fmt::format("{}", fmt::join(ids, " ")),
              "m1 m2 m3 x1 y1 z1 x2 y2 z2 x3 y3 z3 vx1 vy1 vz1 vx2 vy2 vz2 vx3 vy3 vz3 drag-linear drag-quadratic");
    // The order of tangents.
    EXPECT_EQ(point.masses, Eigen::Vector3d(1, 2, 3));
    EXPECT_EQ(point.initial_state, State::LinSpaced(4, 21));
    EXPECT_EQ(point.correction, Eigen::Vector2d(22, 23));
    EXPECT_EQ(table[table.of_mass(2)].id, "m3");
    EXPECT_EQ(table[table.of_state(10)].id, "vy1");
    EXPECT_EQ(table[table.of_state(10)].body, 0);
    EXPECT_EQ(table[table.of_correction()].id, "drag-linear");
    EXPECT_FALSE(table.find("m4"));
}

TEST(ParameterText, ParametersOfTheCorrectionHaveTheirNames)
{
    const FreeParameters one = *parse_free(with_drag, "masses,drag-linear");
    EXPECT_TRUE(one.any_of_correction(with_drag) && one[21] && !one[22]);
    EXPECT_EQ(format_free(with_drag, one), "masses,drag-linear");
    EXPECT_EQ(*parse_free(with_drag, format_free(with_drag, one)), one);
    const FreeParameters all = *parse_free(with_drag, "masses,drag-linear,correction");
    EXPECT_TRUE(all[21] && all[22]);
    EXPECT_EQ(format_free(with_drag, all), "masses,correction");
    EXPECT_FALSE(parse_free(with_drag, "masses")->any_of_correction(with_drag));

    for (const std::string fix : {"drag-quadratic", "m1=0.25,drag-linear=0.5"})
        EXPECT_EQ(format_fix(with_drag, parse_fix(with_drag, fix)), fix);
    EXPECT_EQ(parse_fix(with_drag, "drag-quadratic")[0].index, 22);
    for (const std::string bounds : {"drag-linear=0:1", "m1=0.5:2,drag-quadratic=:0.25"})
        EXPECT_EQ(format_bounds(with_drag, parse_bounds(with_drag, bounds)), bounds);
    EXPECT_EQ(parse_priors(with_drag, "drag-linear=0:1e-3")[0].second, 1e-3);
}

TEST(ParameterText, AnotherCorrectionsNamesAreErrorsThatSayWhichThereAre)
{
    for (const ParameterTable& table : {bodies, with_drag})
        EXPECT_THROW(parse_fix(table, "node"), ArgumentError);
    try {
        parse_bounds(with_drag, "node=0:1");
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("drag-linear, drag-quadratic"));
    }
}

TEST(ParameterText, WhatIsSaidOfBodiesStaysWhereTheCorrectionGoes)
{
    FitOptions options;
    options.free = "masses,drag-linear";
    options.fix = "m2,drag-quadratic=0.5";
    options.bounds = "drag-linear=0:1";
    options.priors = "m1=1:0.5,drag-linear=0:1";
    options = with_state_freedom(options, with_drag, StateFreedom::free);
    EXPECT_EQ(options.free, "masses,initial,drag-linear");
    EXPECT_EQ(with_mass_free(options, with_drag, 1, true, 1).fix, "drag-quadratic=0.5");
    EXPECT_TRUE(is_fixed(options, with_drag, 22));
    EXPECT_EQ(bounds_of(options, with_drag, 21), (std::pair{0.0, 1.0}));
    options = without_correction_parameters(options, with_drag);
    EXPECT_EQ(options.free, "masses,initial,correction");
    EXPECT_EQ(options.fix, "m2");
    EXPECT_EQ(options.bounds, "");
    EXPECT_EQ(options.priors, "m1=1:0.5");
}

}  // namespace
}  // namespace syzygy
