#include "physics/observations/ecsv.hpp"

#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace syzygy {
namespace {

using samples::parse;
using samples::parse_error;
using testing::HasSubstr;

const std::string names = "t x1 y1 z1 x2 y2 z2 x3 y3 z3";
const std::string rows = "0.0 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0\n2.0 1.5 \"\" 3.0 4.0 5.0 6.0 7.0 8.0 nan\n";

/// A file as Astropy writes it: t in `time`, positions in `length`, without units where "".
std::string ecsv(const std::string& time, const std::string& length, const std::string& meta,
                 const std::string& table = names + '\n' + rows)
{
    std::string text = "# %ECSV 1.0\n# ---\n# datatype:\n";
    for (int slot = 0; slot < 10; ++slot) {
        const std::string& unit = slot == 0 ? time : length;
        text += "# - {name: " + column_name(slot) + (unit.empty() ? "" : ", unit: " + unit) + ", datatype: float64}\n";
    }
    return text + meta + "# schema: astropy-2.0\n" + table;
}

TEST(Ecsv, ReadsWhatAstropyWrites)
{
    const auto read = parse(ecsv("", "",
                                 "# meta: !!omap\n# - {name: Pluto and Charon}\n# - bodies: [A, \"B, the second\", C]\n"
                                 "# - masses: [1.0, 2.0,\n#     3.0]\n# - {relative-to: \"B, the second\"}\n"));
    EXPECT_EQ(read.name, "Pluto and Charon");
    EXPECT_EQ(read.bodies[1], "B, the second");
    EXPECT_EQ(*read.true_masses, Eigen::Vector3d(1, 2, 3));
    EXPECT_EQ(read.units, UnitSystem());
    EXPECT_EQ(read.times, (std::vector<double>{0, 2}));
    EXPECT_EQ(read.positions(0, 1), 1.5);
    EXPECT_TRUE(std::isnan(read.positions(1, 1)));
    EXPECT_TRUE(std::isnan(read.positions(8, 1)));
}

TEST(Ecsv, ReadsBlockStyleHeaders)
{
    std::string header = "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n";
    for (int slot = 0; slot < 10; ++slot)
        header += "# -\n#   name: " + column_name(slot) +
                  "\n#   datatype: float64\n#   description: |\n#     some\n#     text\n";
    const auto read = parse(
        header + "# meta:\n#   name: 'It''s'\n#   bodies:\n#   - A\n#   - B\n#   - C\n#   other: {a: [1, {b: c}]}\n" +
        samples::csv("0,1,2,3,4,5,6,7,8,9\n"));
    EXPECT_EQ(read.name, "It's");
    EXPECT_EQ(read.bodies[2], "C");
}

TEST(Ecsv, ColumnUnitsGiveTheUnitSystem)
{
    const auto read = parse(ecsv("d", "AU", ""));
    EXPECT_EQ(read.units.text(), "G=1, length=1 au, time=1 d");
    EXPECT_EQ(read.times[1], 2);
    EXPECT_EQ(read.positions(0, 1), 1.5);
}

TEST(Ecsv, ColumnUnitsAreConvertedToTheStatedSystem)
{
    const auto read = parse(ecsv("d", "AU", "# meta: {units: 'G=1, length=1 km, time=1 s'}\n"));
    EXPECT_EQ(read.times[1], 172800);
    EXPECT_DOUBLE_EQ(read.positions(0, 1), 1.5 * 149597870.7);
    EXPECT_TRUE(std::isnan(read.positions(1, 1)));
    EXPECT_EQ(read.units.text(), "G=1, length=1 km, time=1 s");
}

TEST(Ecsv, WrongUnitsAreRejected)
{
    EXPECT_THAT(parse_error(ecsv("d", "furlong", "")),
                AllOf(HasSubstr("data.csv:5:"), HasSubstr("column x1 has an unknown unit 'furlong'")));
    EXPECT_THAT(parse_error(ecsv("km", "km", "")), HasSubstr("column t has a unit of the wrong kind: 'km'"));
    EXPECT_THAT(parse_error(ecsv("", "km", "")), HasSubstr("a column without a unit among columns with units: 't'"));
    EXPECT_THAT(parse_error(ecsv("s", "km", "# meta: {units: G=1}\n")), HasSubstr("without dimensions"));
    std::string mixed = ecsv("s", "km", "");
    mixed.replace(mixed.find("y3, unit: km"), 12, "y3, unit: m ");
    EXPECT_THAT(parse_error(mixed), HasSubstr("column y3 has another unit than x1: 'm'"));
}

TEST(Ecsv, WrongHeadersAreRejected)
{
    EXPECT_THAT(parse_error("# %ECSV 1.0\n# ---\n" + names + '\n' + rows), HasSubstr("no list 'datatype'"));
    EXPECT_THAT(parse_error("# %ECSV 1.0\n# ---\n# delimiter: '|'\n" + names + '\n'), HasSubstr("delimiter"));
    EXPECT_THAT(parse_error("# %ECSV 1.0\n# ---\n# datatype: [{name: t\n" + names + '\n'), HasSubstr("data.csv:3"));
    EXPECT_THAT(parse_error("# %ECSV 1.0\n# ---\n# junk\n" + names + '\n'),
                HasSubstr("data.csv:3:3: 'key: value' is expected"));
    EXPECT_THAT(parse_error(ecsv("", "", "", "t x1 y1 z1 x2 y2 z2 x3 z3 y3\n" + rows)),
                HasSubstr("column 9 is not the one"));
    std::string text = ecsv("", "", "");
    text.replace(text.find("float64"), 7, "string ");
    EXPECT_THAT(parse_error(text), HasSubstr("the time is no epoch of the format 'isot: 0.0'"));
    EXPECT_THAT(parse_error(ecsv("", "", "# meta: {masses: [1, 2]}\n")), HasSubstr("not three masses but 2"));
    EXPECT_THAT(parse_error("# %ECSV 1.0\n# ---\n# a: " + std::string(100000, '[') + "\n" + names + '\n'),
                HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace syzygy
