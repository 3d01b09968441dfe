// Masses that differ from the stated ones by one factor: another G or another solar mass, and which.
#include "physics/fit/stated_masses.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

namespace syzygy::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const si = "length=1 m, mass=1 kg, time=1 s";
const char* const solar = "length=1 au, mass=1 Msun, time=1 d";

/// Bodies like those of the ACA example, blown up to a solar system in m, kg and s, as a program with this G has them.
/// Exact.
Observations of_another_program(double gravitational_constant)
{
    ThreeBodySystem system = find_scenario("aca").make();
    system.units = UnitSystem();
    const double length = 1.5e11, mass = 2e30,
                 time = std::sqrt(length * length * length / (gravitational_constant * mass));
    Observations data = exact_samples(system, 0.5, 60);
    data.units = UnitSystem::parse(si);
    for (double& t : data.times) t *= time;
    data.positions *= length;
    data.velocities *= length / time;
    *data.true_masses *= mass;
    return data;
}

/// A fit that found these masses, with this relative error of each.
FitResult found(const Eigen::Vector3d& masses, double error)
{
    FitResult result;
    result.outcome = {Status::converged, ""};
    for (int i = 0; i < 3; ++i)
        result.parameters.push_back({fmt::format("m{}", i + 1), masses[i], error * masses[i], error * masses[i], 0, false});
    return result;
}
std::string note(const FitResult& result, const Eigen::Vector3d& stated, const std::string& units)
{
    return stated_masses_note(result, stated, UnitSystem::parse(units), 1e-12).value_or("none");
}

TEST(StatedMasses, AnotherProgramsGIsNamedInTheNotesOfTheFit)
{
    const FitResult result = run_fit(of_another_program(6.67408e-11), {});
    ASSERT_EQ(result.outcome.status, Status::converged) << result.outcome.reason;
    // 6.67408 / 6.6743 = 1 - 3.296e-5
    EXPECT_THAT(result.notes, Contains(AllOf(HasSubstr("one factor, 0.9999670"), HasSubstr("CODATA 2014"),
                                             HasSubstr("G=6.67408e-11"), HasSubstr("here G is 6.6743e-11"))));
    const FitResult same = run_fit(of_another_program(codata_gravitational_constant), {});
    EXPECT_THAT(same.notes, Not(Contains(HasSubstr("factor"))));
}

TEST(StatedMasses, KnownSunsAreNamedWhereTheUnitIsTheSun)
{
    const Eigen::Vector3d stated(1, 9.5e-4, 2.9e-4);
    const double nominal = 1.3271244e20, year = 365.25 * 86400, au = astronomical_unit;
    EXPECT_THAT(note(found(6.67408e-11 * 1.98855e30 / nominal * stated, 1e-10), stated, solar),
                AllOf(HasSubstr("1.98855e+30 kg"), HasSubstr("CODATA 2014")));
    EXPECT_THAT(
        note(found(4 * std::numbers::pi * std::numbers::pi * au * au * au / (year * year) / nominal * stated, 1e-10),
             stated, solar),
        HasSubstr("4 pi^2 au^3/yr^2"));
    // In kg a solar mass explains nothing, and in au^3/d^2 neither does a G.
    EXPECT_THAT(note(found(0.99999 * stated, 1e-10), stated, si),
                AllOf(HasSubstr("0.9999900"), HasSubstr("was another G or solar mass used")));
    EXPECT_THAT(note(found(0.99999 * stated, 1e-10), stated, "G=1, length=1 au, time=1 d"),
                HasSubstr("was another G or solar mass used"));
}

TEST(StatedMasses, NothingIsSaidOfErrorsAndOfDifferentFactors)
{
    const Eigen::Vector3d stated(3, 2, 1), factor(1 - 3.3e-5, 1 - 3.3e-5, 1 - 3.3e-5);
    const Eigen::Vector3d masses = factor.cwiseProduct(stated);
    EXPECT_THAT(note(found(masses, 1e-9), stated, si), HasSubstr("one factor"));
    EXPECT_EQ(note(found(masses, 1e-5), stated, si), "none") << "three standard deviations from 1";
    EXPECT_EQ(note(found(masses.cwiseProduct(Eigen::Vector3d(1, 1, 1 + 1e-6)), 1e-9), stated, si), "none")
        << "m3 differs by another one";
    EXPECT_EQ(note(found((1 + 1e-11) * stated, 1e-14), stated, si), "none") << "within the errors of the solves";
    FitResult held = found(masses, 1e-9);
    held.parameters[1].fixed = true;
    EXPECT_EQ(note(held, stated, si), "none");
    FitResult ended = found(masses, 1e-9);
    ended.outcome.status = Status::no_progress;
    EXPECT_EQ(note(ended, stated, si), "none");
}

TEST(StatedMasses, AMasslessBodyThatIsHeldIsNoMass)
{
    const Eigen::Vector3d stated(3, 2, 0), masses = 1.001 * stated;
    FitResult result = found(masses, 1e-9);
    EXPECT_EQ(note(result, stated, si), "none");
    result.parameters[2].fixed = true;
    EXPECT_THAT(note(result, stated, si), HasSubstr("one factor, 1.00100"));
}

}  // namespace
}  // namespace syzygy::testing
