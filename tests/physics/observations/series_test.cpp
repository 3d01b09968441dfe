// Columns of series in tables: what is read, in which order, and what is said of what is wrong.
#include "physics/observations/series.hpp"

#include "physics/observations/csv.hpp"
#include "physics/observations/ecsv.hpp"
#include "physics/observations/import.hpp"
#include "physics/observations/unit_conversion.hpp"
#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::samples {
namespace {

using ::testing::HasSubstr;

const std::string positions = "x1,y1,z1,x2,y2,z2,x3,y3,z3";
const std::string cells = "1,2,3,4,5,6,7,8,9";

TEST(Series, StandBesidePositionsInTheOrderOfTheirColumns)
{
    const Observations read = parse("t," + positions + ",srv2:Keck,RV2:Keck,rv1,rv2\n2," + cells + ",0.5,-1.5,,4\n1," + cells + ",,2,3,nan\n");
    ASSERT_EQ(read.series.size(), 3u);
    EXPECT_EQ(read.series[0].name(), "rv2:Keck");
    EXPECT_EQ(read.series[0].sigma_name(), "srv2:Keck");
    EXPECT_EQ(read.series[0].text("Moon"), "radial velocity of Moon by Keck");
    EXPECT_EQ(read.series[0].body, 1);
    EXPECT_EQ(read.series[1].name(), "rv1");
    EXPECT_EQ(read.series[2].name(), "rv2");
    // In the order of time.
    EXPECT_EQ(read.series[0].values, (std::vector{2.0, -1.5}));
    EXPECT_TRUE(std::isnan(read.series[0].sigmas[0]));
    EXPECT_EQ(read.series[0].sigmas[1], 0.5);
    EXPECT_TRUE(read.series[1].sigmas.empty());
    EXPECT_EQ(read.series[1].values[0], 3);
    EXPECT_FALSE(read.series[1].has_value(1));
    EXPECT_FALSE(read.series[2].has_value(0));
    EXPECT_EQ(read.series[2].values[1], 4);
    for (const std::string& note : read.notes) EXPECT_THAT(note, ::testing::Not(HasSubstr("left out")));
}

TEST(Series, MayBeAllThatATableHolds)
{
    const Observations read = parse("t,rv1,srv1\n0,1,0.1\n1,2,0.1\n");
    EXPECT_EQ(read.size(), 2u);
    EXPECT_EQ(read.positions.cols(), 2);
    EXPECT_FALSE(read.has_positions());
    expect_same(read, parse(to_csv(read)));
}

TEST(Series, PositionsUnderOtherNamesAreNotLost)
{
    EXPECT_THAT(parse_error("t,sun_x,sun_y,sun_z,earth_x,earth_y,earth_z,moon_x,moon_y,moon_z,rv1\n0,1,2,3,4,5,6,7,8,9,1\n"
                            "1,1,2,3,4,5,6,7,8,9,2\n"),
                HasSubstr("x1"));
}

TEST(Series, AnInstrumentKeepsItsNameThroughFiles)
{
    const Observations read = parse("t,\"rv1:Lick II\",\"srv1:Lick II\"\n0,1,0.5\n1,2,\n2,4,0.25\n");
    ASSERT_EQ(read.series.size(), 1u);
    EXPECT_EQ(read.series[0].instrument, "Lick II");
    EXPECT_THAT(read.notes, ::testing::Contains(HasSubstr("1 of 3 values of rv1:Lick II have no error")));
    expect_same(read, parse(to_csv(read)));
    expect_same(read, parse(to_ecsv(read), "data.ecsv"));
}

TEST(Series, APersonCanLeaveOneOut)
{
    const std::vector<SourceText> sources{{"a.csv", "t," + positions + ",rv1\n0," + cells + ",1\n1," + cells + ",2\n"}};
    ImportOptions options;
    options.columns = {std::vector<int>{0}};
    for (int c = 0; c < 9; ++c) options.columns[0].push_back(slot_of(0, c));
    options.columns[0].push_back(series_slot);
    EXPECT_EQ(import_observations(sources, options).series.size(), 1u);
    options.columns[0].back() = ignored_slot;
    EXPECT_TRUE(import_observations(sources, options).series.empty());
}

TEST(Series, WrongColumnsAndCellsAreNamed)
{
    EXPECT_THAT(parse_error("t," + positions + ",srv1\n1," + cells + ",2\n"), HasSubstr("srv1"));
    EXPECT_THAT(parse_error("t," + positions + ",rv1,RV1\n1," + cells + ",2,3\n"), HasSubstr("twice"));
    EXPECT_THAT(parse_error("t," + positions + ",rv1\n1," + cells + ",fast\n"), HasSubstr("column rv1 holds what is not a number"));
    EXPECT_THAT(parse_error("t," + positions + ",rv1\n1," + cells + ",inf\n"), HasSubstr("infinite"));
    EXPECT_THAT(parse_error("t," + positions + ",rv1,srv1\n1," + cells + ",2,0\n"), HasSubstr("column srv1 holds a standard error that is not positive"));
    EXPECT_THAT(parse_error("t," + positions + ",rv1,srv1\n1," + cells + ",2,1e-300\n"), HasSubstr("srv1"));
    EXPECT_THAT(parse_error("t," + positions + ",rv1:Keck\n1," + cells + "\n"), HasSubstr("the first missing is rv1:Keck"));
    std::string many = "t," + positions, values = "1," + cells;
    for (std::size_t i = 0; i <= most_series; ++i) many += fmt::format(",rv1:{}", i), values += ",1";
    EXPECT_THAT(parse_error(many + "\n" + values + "\n"), HasSubstr("more than 64 series"));
    // No body 4, and no instrument without a name.
    const Observations read = parse("t," + positions + ",rv4,rv1:\n1," + cells + ",2,3\n2," + cells + ",2,3\n");
    EXPECT_TRUE(read.series.empty());
    EXPECT_THAT(read.notes.front(), HasSubstr("rv4, rv1:"));
}

TEST(Series, UnitsOfColumnsAreThoseOfVelocities)
{
    std::string text = "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# - {name: t, unit: d, datatype: float64}\n";
    for (int c = 0; c < 9; ++c) text += fmt::format("# - {{name: {}{}, unit: AU, datatype: float64}}\n", "xyz"[c % 3], c / 3 + 1);
    const std::string rows = "t," + positions + ",rv1:Keck\n0," + cells + ",10\n1," + cells + ",-20\n";
    const Observations read = parse(text + "# - {name: rv1:Keck, unit: m/s, datatype: float64}\n" + rows);
    ASSERT_EQ(read.series.size(), 1u);
    EXPECT_NEAR(read.series[0].values[0] * read.units.velocity_si(), 10, 1e-12);
    EXPECT_NEAR(read.series[0].values[1] * read.units.velocity_si(), -20, 1e-12);
    EXPECT_THAT(parse_error(text + "# - {name: rv1:Keck, unit: km, datatype: float64}\n" + rows), HasSubstr("wrong kind"));
    EXPECT_THAT(parse_error(text + "# - {name: rv1:Keck, datatype: float64}\n" + rows), HasSubstr("without a unit"));
}

TEST(Series, AreNamedByATextOfColumns)
{
    const auto all = parse_series("rv1, rv3:Lick II", "series");
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[1].name(), "rv3:Lick II");
    EXPECT_THROW(parse_series("rv1,rv1", "series"), ArgumentError);
    EXPECT_THROW(parse_series("srv1", "series"), ArgumentError);
    EXPECT_THROW(parse_series("x1", "series"), ArgumentError);
    EXPECT_TRUE(parse_series("", "series").empty());
}

}  // namespace
}  // namespace syzygy::samples
