// Units change nothing: the same data in m, km, au, pc and ly, with s, d and yr, give the same masses, errors, warnings
// and notes, by every optimiser, with and without errors, whatever the rows hold.
#include "physics/guess/first_guess.hpp"
#include "physics/train/train.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace syzygy::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Where a length of 1 of the example is an astronomical unit, and a time of 1 is that of a solar mass at that
/// distance.
constexpr double length_m = astronomical_unit, time_s = 5.0226e6;

struct Units {
    const char* length;
    const char* time;
    const char* mass;  ///< "": a mass is its GM

    double per_length() const { return length_m / find_unit(length)->si; }
    double per_time() const { return time_s / find_unit(time)->si; }
    UnitSystem system() const
    {
        return UnitSystem::parse(*mass ? fmt::format("length=1 {}, mass=1 {}, time=1 {}", length, mass, time)
                                       : fmt::format("G=1, length=1 {}, time=1 {}", length, time));
    }
    /// What a mass of 1 of the example is.
    double per_mass() const
    {
        const UnitSystem units = system();
        // K1 K2 m / L^3 is an inverse square of a time.
        return std::pow(per_length(), 3) / (per_time() * per_time()) / (units.k1() * units.k2());
    }
};

const std::vector<Units> all_units = [] {
    std::vector<Units> list;
    for (const char* length : {"m", "km", "au", "pc", "ly"})
        for (const char* time : {"s", "d", "yr"}) list.push_back({length, time, ""});
    list.push_back({"m", "s", "kg"});
    list.push_back({"au", "d", "Msun"});
    return list;
}();

/// Observations without dimension as they are in those units.
Observations converted(Observations data, const Units& units)
{
    data.units = units.system();
    for (double& t : data.times) t *= units.per_time();
    data.positions *= units.per_length();
    data.position_sigmas *= units.per_length();
    data.velocities *= units.per_length() / units.per_time();
    data.velocity_sigmas *= units.per_length() / units.per_time();
    if (data.true_masses) *data.true_masses *= units.per_mass();
    return data;
}

/// A setup without dimension, likewise.
FitSetup converted(FitSetup setup, const Units& units)
{
    for (double& mass : setup.fit.start) mass *= units.per_mass();
    for (std::size_t i = 0; i < setup.fit.initial.size(); ++i)
        setup.fit.initial[i] *= units.per_length() / (i < 9 ? 1 : units.per_time());
    return setup;
}

/// A row for each body at each time, body after body: each row holds one.
Observations one_body_a_row(const Observations& data)
{
    Observations result = data;
    for (Eigen::Index k = 0; k < data.positions.cols(); ++k)
        for (int body = 0; body < 3; ++body)
            if (k % 3 != body) {
                result.positions.col(k).segment<3>(3 * body).setConstant(nan);
                if (result.position_sigmas.cols() > 0)
                    result.position_sigmas.col(k).segment<3>(3 * body).setConstant(nan);
            }
    return result;
}

/// A text without its numbers and their unit.
std::string words(const std::string& text)
{
    static const std::regex number("[-+]?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?( (m|km|au|pc|ly)(/(s|d|yr))?)?");
    return std::regex_replace(text, number, "#");
}

std::vector<std::string> all_words(const FitResult& result)
{
    std::vector<std::string> list;
    for (const Warning& warning : result.warnings) list.push_back(warning.code + ": " + words(warning.message));
    for (const std::string& note : result.notes) list.push_back("note: " + words(note));
    return list;
}

/// Masses without dimension, and their errors; the same in all units.
void expect_the_same_in_all_units(const Observations& data, const FitSetup& setup)
{
    std::optional<FitResult> first;
    Eigen::Vector3d first_masses, first_sigmas;
    for (const Units& units : all_units) {
        SCOPED_TRACE(fmt::format("{}, {}, {}", units.length, units.time, units.mass));
        const FitResult result = run_fit(converted(data, units), converted(setup, units));
        ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
        const Eigen::Vector3d masses = result.point.masses / units.per_mass();
        Eigen::Vector3d sigmas;
        for (int i = 0; i < 3; ++i) sigmas[i] = result.parameters[static_cast<std::size_t>(i)].sigma / units.per_mass();
        if (!first) {
            first = result;
            first_masses = masses;
            first_sigmas = sigmas;
            continue;
        }
        for (int i = 0; i < 3; ++i) {
            EXPECT_NEAR(masses[i] / first_masses[i], 1, 1e-9) << i;
            EXPECT_EQ(std::isnan(sigmas[i]), std::isnan(first_sigmas[i])) << i;
            // Errors are quadratic in residuals that are themselves small differences.
            if (first_sigmas[i] > 0) { EXPECT_NEAR(sigmas[i] / first_sigmas[i], 1, 1e-6) << i; }
        }
        EXPECT_EQ(result.outcome.status, first->outcome.status);
        EXPECT_EQ(all_words(result), all_words(*first));
        EXPECT_EQ(result.degrees_of_freedom, first->degrees_of_freedom);
    }
}

/// Noise far below the orbit, so that masses are determined to 1e-6 and optimisers, which end far within their errors,
/// to 1e-9.
constexpr double noise = 1e-6;

Observations noisy_eight(long rows, bool stated)
{
    Observations data = with_noise(without_velocities(exact_samples("figure-eight", 3, rows)), noise, 1, stated);
    data.bodies = {"Aster", "Bela", "Cyr"};
    data.true_masses.reset();
    return data;
}

FitSetup setup_of(const std::string& optimizer, const char* free)
{
    FitSetup setup = setup_from({1.02, 0.99, 1.01}, free, optimizer);
    const State state = find_scenario("figure-eight").make().state();
    setup.fit.initial.assign(state.begin(), state.end());
    return setup;
}

struct Case {
    const char* optimizer;
    bool stated, one_body;

    std::string name() const
    {
        return fmt::format("{}{}{}", optimizer, stated ? "WithErrors" : "WithoutErrors",
                           one_body ? "OneBodyARow" : "ThreeBodiesARow");
    }
};
void PrintTo(const Case& of, std::ostream* out)
{
    *out << of.name();
}

class EveryUnit : public ::testing::TestWithParam<Case> {};

TEST_P(EveryUnit, GivesTheSameMassesErrorsAndWarnings)
{
    const Case& my = GetParam();
    Observations data = noisy_eight(my.one_body ? 120 : 40, my.stated);
    if (my.one_body) data = one_body_a_row(data);
    FitSetup setup = setup_of(my.optimizer, my.optimizer == std::string("lm") ? "masses,initial" : "masses");
    expect_the_same_in_all_units(data, setup);
}

std::vector<Case> cases()
{
    std::vector<Case> list;
    for (const char* optimizer : {"lm", "lbfgs", "adam"})
        for (const bool stated : {false, true})
            for (const bool one_body : {false, true}) list.push_back({optimizer, stated, one_body});
    return list;
}
INSTANTIATE_TEST_SUITE_P(All, EveryUnit, ::testing::ValuesIn(cases()),
                         [](const auto& instance) { return instance.param.name(); });

TEST(Units, FitsFromNothingAreTheSame)
{
    FitSetup setup;
    setup.fit.free = "masses,initial";
    for (const bool one_body : {false, true}) {
        const Observations data = noisy_eight(600, true);
        expect_the_same_in_all_units(one_body ? one_body_a_row(data) : data, setup);
    }
}

TEST(Units, MissingErrorsAreEstimatedToTheSame)
{
    Observations data = noisy_eight(60, true);
    for (Eigen::Index k = 0; k < data.position_sigmas.cols(); k += 3)
        data.position_sigmas.col(k).head<5>().setConstant(nan);
    data.position_sigmas.row(8).setConstant(nan);
    expect_the_same_in_all_units(data, setup_of("lm", "masses,initial"));
}

TEST(Units, VelocitiesWithoutErrorsWeighTheSame)
{
    Observations data = with_noise(exact_samples("figure-eight", 3, 40, true), noise, 1, false);
    Random random(2);
    for (double& value : data.velocities.reshaped()) value += 3 * noise * random.normal();
    data.true_masses.reset();
    FitSetup setup = setup_of("lm", "masses,initial");
    setup.data.velocities = true;
    for (const bool stated : {false, true}) {
        if (stated) data.position_sigmas.setConstant(9, 40, noise);
        expect_the_same_in_all_units(data, setup);
    }
}

TEST(Units, WhatIsWrongWithAFitIsSaidAlike)
{
    // Errors that are understated ten times, and a body too light to be weighed.
    Observations data = noisy_eight(40, true);
    data.position_sigmas /= 10;
    expect_the_same_in_all_units(data, setup_of("lm", "masses,initial"));

    ThreeBodySystem system = find_scenario("aca").make();
    system.units = UnitSystem();
    system.bodies[0].mass = 1;
    system.bodies[1].mass = 1e-3;
    system.bodies[2].mass = 1e-12;
    Observations light = with_noise(without_velocities(exact_samples(system, 1, 30)), 1e-3, 6);
    light.true_masses.reset();
    FitSetup setup = setup_from({1, 1e-3, 1e-4}, "masses,initial");
    std::optional<std::vector<std::string>> first;
    for (std::size_t i = 0; i < all_units.size(); i += 4) {  // such a fit takes seconds
        const Units& units = all_units[i];
        SCOPED_TRACE(fmt::format("{}, {}, {}", units.length, units.time, units.mass));
        const FitResult result = run_fit(converted(light, units), converted(setup, units));
        EXPECT_NE(warning(result, "unidentifiable"), "");
        std::vector<std::string> codes;
        for (const Warning& warning : result.warnings) codes.push_back(warning.code);
        if (!first) first = codes;
        EXPECT_EQ(codes, *first);
    }
}

TEST(Units, FirstGuessesAreTheSame)
{
    for (const bool one_body : {false, true}) {
        const Observations data = one_body ? one_body_a_row(noisy_eight(600, false)) : noisy_eight(200, false);
        std::optional<ModelPoint> first;
        for (const Units& units : all_units) {
            SCOPED_TRACE(fmt::format("{}, {}, {}", units.length, units.time, units.mass));
            ModelPoint guess = first_guess(fit_data(converted(data, units), {}));
            guess.masses /= units.per_mass();
            guess.initial_state /= units.per_length();
            guess.initial_state.tail<9>() *= units.per_time();
            if (!first) first = guess;
            ASSERT_TRUE(guess.masses.allFinite() && guess.initial_state.allFinite());
            EXPECT_LT((guess.masses - first->masses).norm(), 1e-9 * first->masses.norm());
            EXPECT_LT((guess.initial_state - first->initial_state).norm(), 1e-9 * first->initial_state.norm());
        }
    }
}

TEST(Units, TrainingsGoTheSameWay)
{
    const Observations data = noisy_eight(40, false);
    for (const char* optimizer : {"lbfgs", "adam"}) {
        std::optional<TrainResult> first;
        for (const Units& units : all_units) {
            SCOPED_TRACE(fmt::format("{}: {}, {}, {}", optimizer, units.length, units.time, units.mass));
            FitSetup setup = setup_of("lm", "masses,correction");
            setup.correction.correction = "pairwise";
            setup.correction.network = "4";
            setup.optimizer = training_defaults();
            setup.optimizer.optimizer = optimizer;
            setup.optimizer.iterations = 8;
            setup.train.threads = 1;
            setup.train.begin = "start";
            TrainState state;
            Control control;
            const Observations own = converted(data, units);
            const TrainResult result = train(std::span(&own, 1), converted(setup, units), state, {}, control);
            ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
            if (!first) {
                first = result;
                first->point.masses /= units.per_mass();
                continue;
            }
            for (int i = 0; i < 3; ++i)
                EXPECT_NEAR(result.point.masses[i] / units.per_mass() / first->point.masses[i], 1, 1e-9) << i;
            EXPECT_LT((result.point.correction - first->point.correction).norm(),
                      1e-9 * first->point.correction.norm());
        }
    }
}

}  // namespace
}  // namespace syzygy::testing
