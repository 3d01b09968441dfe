#include "physics/units/units.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace syzygy {
namespace {

constexpr const char* aca_example =
    "length=5.326e12 m, mass=1.989e30 kg, time=1285221297.6 s, velocity=30000 m/s, G=6.67408e-11";

std::string rule_of(const std::string& text)
{
    try {
        UnitSystem::parse(text);
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "units");
        return error.value() + ": " + error.rule();
    }
    return "no error";
}

TEST(Units, DefaultHasUnitCoefficients)
{
    EXPECT_EQ(UnitSystem().k1(), 1);
    EXPECT_EQ(UnitSystem().k2(), 1);
    EXPECT_EQ(UnitSystem().text(), "G=1");
    EXPECT_EQ(UnitSystem::parse(" G = 1 "), UnitSystem());
}

TEST(Units, AcaExampleHasTheCoefficientsOfThePaper)
{
    const double time = 79.91 * 365 * 24 * 3600 * 0.51;
    const auto units = UnitSystem::physical(5.326e12, 1.989e30, time, 30000, 6.67408e-11);
    // The design states seven digits.
    EXPECT_NEAR(units.k1(), 0.2004844, 0.5e-7);
    EXPECT_NEAR(units.k2(), 7.2393239, 0.5e-7);
    const auto parsed = UnitSystem::parse(aca_example);
    EXPECT_NEAR(parsed.k1(), 0.2004844, 0.5e-7);
    EXPECT_EQ(parsed.length_label(), "5.326e+12 m");
}

TEST(Units, TextIsReadBackToTheSameBits)
{
    const double third = 1.0 / 3;
    for (const UnitSystem& units :
         {UnitSystem(), UnitSystem::parse(aca_example), UnitSystem::parse("length=1 au, mass=1 Msun, time=1 d"),
          UnitSystem::parse("length=0.1 pc, mass=3 Mjup, time=2.5 yr, velocity=1 km/s"),
          UnitSystem::physical(third * 1e9, third * 1e25, 100 * third, third), UnitSystem::physical(1e9, 1e25, 7, 0),
          UnitSystem::gravitational_parameter(1000, 1, "km", "s"),
          UnitSystem::gravitational_parameter(astronomical_unit, 86400, "au", "d"),
          UnitSystem::gravitational_parameter(201.168, 1.5, "furlong", "moment")}) {
        const auto again = UnitSystem::parse(units.text());
        EXPECT_EQ(again, units);
        EXPECT_EQ(again.k1(), units.k1()) << units.text();
        EXPECT_EQ(again.k2(), units.k2()) << units.text();
        EXPECT_EQ(again.length_si(), units.length_si());
        EXPECT_EQ(again.velocity_label(), units.velocity_label());
    }
}

TEST(Units, MassAsGmKeepsUnitCoefficientsAndNamesItsUnits)
{
    const auto units = UnitSystem::gravitational_parameter(1000, 1, "km", "s");
    EXPECT_EQ(units.k1(), 1);
    EXPECT_EQ(units.k2(), 1);
    EXPECT_EQ(units.text(), "G=1, length=1 km, time=1 s");
    EXPECT_EQ(units.mass_label(), "km^3/s^2");
    EXPECT_EQ(units.velocity_label(), "km/s");
    EXPECT_EQ(UnitSystem::parse("G=1, length=km, time=s"), units);
}

TEST(Units, SolarUnitsHaveKeplersConstant)
{
    // A year at 1 au around one solar mass: 2 pi sqrt(1/k1) = 365.256898 d with the nominal GM.
    const auto units = UnitSystem::parse("length=1 au, mass=1 Msun, time=1 d");
    EXPECT_NEAR(2 * M_PI / std::sqrt(units.k1()), 365.256898, 1e-5);
    EXPECT_EQ(units.k2(), 1);
    // What is measured is the GM: another G does not change it.
    EXPECT_EQ(UnitSystem::parse("length=1 au, mass=1 Msun, time=1 d, G=6.6e-11").k1(), units.k1());
}

TEST(Units, VelocityUnitsAreAnyLengthOverAnyTime)
{
    EXPECT_DOUBLE_EQ(find_unit("km/s")->si, 1000);
    EXPECT_DOUBLE_EQ(find_unit("AU / d")->si, astronomical_unit / 86400);
    EXPECT_DOUBLE_EQ(find_unit("km s-1")->si, 1000);
    EXPECT_EQ(find_unit("km s-1")->name, "km/s");
    EXPECT_FALSE(find_unit("km s"));
    EXPECT_FALSE(find_unit("km  s"));
    EXPECT_FALSE(find_unit("s/km"));
    EXPECT_FALSE(find_unit(""));
}

TEST(Units, WrongTextsNameWhatIsWrong)
{
    using testing::HasSubstr;
    EXPECT_THAT(rule_of("length=1 parsec, mass=1 kg, time=1 s"),
                HasSubstr("parsec: is no known unit; known are m, km"));
    EXPECT_THAT(rule_of("length=1 s, mass=1 kg, time=1 s"), HasSubstr("not a unit of length"));
    EXPECT_THAT(rule_of("length=5, mass=1 kg, time=1 s"), HasSubstr("needs a unit"));
    EXPECT_THAT(rule_of("length=1 m, length=2 m"), HasSubstr("twice"));
    EXPECT_THAT(rule_of("lenght=1 m"), HasSubstr("none of length"));
    EXPECT_THAT(rule_of("length=1 au, time=1 d"), HasSubstr("add mass"));
    EXPECT_THAT(rule_of("G=1, length=1 au, time=1 d, mass=1 kg"), HasSubstr("leave mass"));
    EXPECT_THAT(rule_of("G=x"), HasSubstr("G=x"));
    EXPECT_THAT(rule_of("G=1 furlong"), HasSubstr("m^3"));
    EXPECT_THAT(rule_of(""), HasSubstr("must read"));
    EXPECT_THAT(rule_of("SI"), HasSubstr("must read"));
    for (const char* number : {"-1", "0", "nan", "inf", "1e400", "-0"})
        EXPECT_THAT(rule_of(std::string("length=") + number + " m, mass=1 kg, time=1 s"),
                    testing::AnyOf(HasSubstr("positive, finite"), HasSubstr("range of a double")))
            << number;
    EXPECT_THAT(rule_of("length=1e200 m, mass=1 kg, time=1 s"), HasSubstr("K1 and K2"));
}

TEST(Units, PhysicalRejectsWhatIsNotPositiveAndFinite)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(UnitSystem::physical(0, 1, 1, 1), ArgumentError);
    EXPECT_THROW(UnitSystem::physical(1, -1, 1, 1), ArgumentError);
    EXPECT_THROW(UnitSystem::physical(1, 1, nan, 1), ArgumentError);
    EXPECT_THROW(UnitSystem::physical(1, 1, 1, INFINITY), ArgumentError);
    EXPECT_THROW(UnitSystem::physical(1, 1, 1, nan), ArgumentError);
    EXPECT_THROW(UnitSystem::gravitational_parameter(0, 1, "km", "s"), ArgumentError);
}

}  // namespace
}  // namespace syzygy
