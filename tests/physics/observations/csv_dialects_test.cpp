// CSV as other programs write it: dates, Julian dates, `sep=`, names behind '#', further columns, one body a file.
#include "physics/observations/csv.hpp"

#include "physics/observations/import.hpp"
#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>

namespace syzygy {
namespace {

using samples::names_line;
using samples::parse;
using samples::parse_error;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string &units = samples::units_line, &numbers = samples::nine_numbers;

TEST(CsvDates, CalendarDatesAreReadInTheScaleThatTheFileStates)
{
    const Observations tdb = parse(units + "# time-scale: TDB\n" + names_line + "\n2016-12-31" + numbers + "2017-01-01T12:00:00" + numbers);
    EXPECT_EQ((std::vector<double>{0, 1.5}), tdb.times);
    EXPECT_EQ((Epoch{57753, 0}), *tdb.reference.epoch);
    EXPECT_EQ("TDB", tdb.reference.time_scale);
    EXPECT_THAT(tdb.notes, IsEmpty());

    // UTC has a leap second between the two.
    const Observations utc = parse(units + "# time-scale: utc\n" + names_line + "\n2016-12-31" + numbers + "2017-01-01T12:00:00" + numbers);
    EXPECT_NEAR(1.5 + 1 / 86400.0, utc.times[1], 1e-9);
    EXPECT_THAT(utc.notes, testing::ElementsAre(AllOf(HasSubstr("UTC"), HasSubstr("TDB"))));
    const Observations zulu = parse(units + names_line + "\n2016-12-31T00:00Z" + numbers + "2017-01-01T12:00:00Z" + numbers);
    EXPECT_EQ(utc.times, zulu.times);
    // Times are in the units of the file.
    const Observations years = parse("# units: length=1 au, mass=1 Msun, time=1 yr\n# time-scale: TT\n" + names_line + "\n2000-01-01" +
                                     numbers + "2000-12-31T06:00" + numbers);
    EXPECT_NEAR(1, years.times[1], 1e-11);
}

TEST(CsvDates, DatesWithoutAScaleOrAUnitOfTimeAreAskedFor)
{
    EXPECT_THAT(parse_error(units + names_line + "\n2016-12-31" + numbers),
                AllOf(HasSubstr("data.csv:3:1: dates without a time scale: '2016-12-31'"), HasSubstr("# time-scale: TDB")));
    EXPECT_THAT(parse_error("# time-scale: TDB\n" + names_line + "\n2016-12-31" + numbers), HasSubstr("# units:"));
    EXPECT_THAT(parse_error("# time-scale: local\n" + names_line + "\n0" + numbers), HasSubstr("unknown time scale 'local'"));
    EXPECT_THAT(parse_error(units + "# time-scale: TDB\n" + names_line + "\n2016-12-31" + numbers + "2017-02-30" + numbers),
                HasSubstr("data.csv:5:1: the time is no epoch of the format"));
    EXPECT_THAT(parse_error(units + "# time-scale: TDB\n" + names_line + "\n2016-12-31Z" + numbers), HasSubstr("the date is in UTC (Z)"));
    EXPECT_THAT(parse_error(units + "# time-scale: UTC\n" + names_line + "\n1950-12-31" + numbers + "1951-01-01" + numbers),
                AllOf(HasSubstr("UTC cannot be converted"), HasSubstr("1960")));
}

TEST(CsvDates, TheImportAsksForTheScale)
{
    const SourceText source{"dates.csv", units + names_line + "\n2016-12-31" + numbers + "2017-01-01" + numbers};
    const ImportPreview asked = preview_import({&source, 1}, {});
    EXPECT_TRUE(asked.needs_time_scale);
    EXPECT_FALSE(asked.observations);
    ImportOptions options = asked.guess;
    options.time_scale = "UTC";
    const ImportPreview told = preview_import({&source, 1}, options);
    ASSERT_TRUE(told.observations) << told.error->what();
    EXPECT_NEAR(1 + 1 / 86400.0, told.observations->times[1], 1e-9);
    const SourceText stated{"dates.csv", "# time-scale: TT\n" + source.text};
    EXPECT_FALSE(preview_import({&stated, 1}, {}).needs_time_scale);
}

TEST(CsvDates, JulianDatesCountFromTheFirst)
{
    const std::string rest = names_line.substr(1);
    // One double holds a Julian date to 40 us; the digits of the text hold it to 1e-11 s.
    const Observations read = parse(units + "JD_TDB" + rest + "\n2457944.50000000100000" + numbers + "2457944.50000001100000" + numbers);
    EXPECT_NEAR(1e-8, read.times[1], 1e-16);
    EXPECT_EQ("TDB", read.reference.time_scale);
    EXPECT_THAT(read.notes, IsEmpty());
    const Observations modified = parse(units + "mjd" + rest + "\n57944" + numbers + "57946.25" + numbers);
    EXPECT_EQ((std::vector<double>{0, 2.25}), modified.times);
    EXPECT_EQ((Epoch{57944, 0}), *modified.reference.epoch);
    EXPECT_THAT(modified.notes, testing::ElementsAre(HasSubstr("TDB was assumed")));
}

TEST(CsvDialects, TheLineOfSpreadsheetsSetsTheDelimiter)
{
    const std::string semicolons = "t;x1;y1;z1;x2;y2;z2;x3;y3;z3\n0;1;2;3;4;5;6;7;8;9\n1;1;2;3;4;5;6;7;8;9\n";
    samples::expect_same(parse("sep=;\n" + semicolons), parse(semicolons));
    samples::expect_same(parse("SEP=;\n" + units + semicolons), parse(units + semicolons));
}

TEST(CsvDialects, ARepeatedHeaderIsSkippedWithANote)
{
    const Observations read = parse(names_line + "\n0" + numbers + names_line + "\n1" + numbers + names_line + "\n2" + numbers);
    EXPECT_EQ((std::vector<double>{0, 1, 2}), read.times);
    EXPECT_THAT(read.notes, testing::ElementsAre(HasSubstr("2 more times")));
}

TEST(CsvDialects, FurtherColumnsAreLeftOutWithANoteAndMisspeltOnesAreNot)
{
    const Observations read = parse(names_line + ",seeing,observer\n0,1,2,3,4,5,6,7,8,9,0.7,someone\n1,1,2,3,4,5,6,7,8,9,,\n");
    EXPECT_EQ(2u, read.size());
    EXPECT_THAT(read.notes, testing::ElementsAre(AllOf(HasSubstr("left out"), HasSubstr("seeing, observer"))));
    EXPECT_THAT(parse_error(names_line + ",vvx1\n0,1,2,3,4,5,6,7,8,9,1\n"), HasSubstr("did you mean vx1?"));
    EXPECT_THAT(parse_error("t,x,y,z\n0,1,2,3\n"), AllOf(HasSubstr("one body"), HasSubstr("three files")));
}

TEST(CsvDialects, NamesMayStandBehindAHashAndInAnyCase)
{
    // numpy.savetxt, and Astropy's commented_header.
    const Observations plain = parse(names_line + "\n0" + numbers + "1" + numbers);
    samples::expect_same(parse("# " + names_line + "\n0" + numbers + "1" + numbers), plain);
    samples::expect_same(parse("# made with a script, x1\n# t x1 y1 z1 x2 y2 z2 x3 y3 z3\n0 1 2 3 4 5 6 7 8 9\n1 1 2 3 4 5 6 7 8 9\n"), plain);
    samples::expect_same(parse("TIME,X1,Y1,Z1,X2,Y2,Z2,X3,Y3,Z3\n0" + numbers + "1" + numbers), plain);
    EXPECT_THAT(parse_error("# nothing of the kind\n0" + numbers), HasSubstr("a line of column names"));
    const Observations named = parse("# bodies: Sun, Jupiter, Io\n# relative-to: SUN\n" + names_line + "\n0" + numbers + "1" + numbers);
    EXPECT_EQ(0, named.relative_to);
}

TEST(CsvDialects, ThreeTablesOfOneBodyAreJoined)
{
    const std::string header = units + "target,JDTDB,X,Y,Z\n";
    const std::vector<SourceText> sources{{"a.csv", header + "Alpha,2457944.5,1,2,3\nAlpha,2457945.5,1,2,4\n"},
                                          {"b.csv", header + "Beta,2457943.5,5,5,5\nBeta,2457944.5,6,6,6\nBeta,2457945.5,7,7,7\n"},
                                          {"c.csv", header + "Gamma,2457944.5,8,8,8\nGamma,2457945.5,9,9,9\n"}};
    const Observations read = parse_observations(sources);
    EXPECT_EQ((std::array<std::string, 3>{"Alpha", "Beta", "Gamma"}), read.bodies);
    EXPECT_EQ((std::vector<double>{1, 2}), read.times);
    EXPECT_EQ((Epoch{57943, 0}), *read.reference.epoch);
    EXPECT_EQ(4, read.positions(2, 1));
    EXPECT_EQ(6, read.positions(3, 0));
    EXPECT_EQ(9, read.positions(8, 1));
    EXPECT_EQ("au", read.units.length_label());
    EXPECT_THAT(read.notes, testing::Contains(HasSubstr("2 times in common")));
    EXPECT_THAT(read.notes, testing::Contains("A column that holds no observation was left out: target."));
}

TEST(CsvReference, WhatNumbersReferToIsWrittenAndReadBack)
{
    Observations data = parse(units + names_line + "\n0" + numbers + "1" + numbers);
    data.reference = {Epoch{57944, 3600.000000012}, "TDB", "Sun (10), made", "Ecliptic of J2000.0", "LT CORRECTED"};
    samples::expect_same(parse(to_csv(data)), data);
    EXPECT_THAT(parse_error("# epoch: yesterday\n" + names_line + "\n0" + numbers), HasSubstr("not an epoch"));
    EXPECT_EQ((Epoch{58149, 43200}), *parse("# epoch: JD 2458150.0\n" + names_line + "\n0" + numbers + "1" + numbers).reference.epoch);
}

TEST(CsvNotes, BodiesThatAreAllButOneAreNamed)
{
    const Observations read = parse("# units: length=1 km, mass=1 Msun, time=1 d\n# bodies: Jupiter, Centre, Sun\n" + names_line +
                                    "\n0,7e8,0,0,700000200,0,0,0,0,0\n1,7e8,1e6,0,7e8,1000200,0,0,0,0\n");
    EXPECT_THAT(read.notes, testing::ElementsAre(AllOf(HasSubstr("Jupiter and Centre are all but one body"), HasSubstr("200 km"))));
    // The Moon and the Earth are two.
    const Observations moon = parse("# units: length=1 km, mass=1 Msun, time=1 d\n" + names_line + "\n0,0,0,0,1.5e8,0,0,150384000,0,0\n1,0,0,0,1.5e8,0,0,1.5e8,384000,0\n");
    EXPECT_THAT(moon.notes, IsEmpty());
}

TEST(CsvNotes, OtherKindsOfFilesAreNamed)
{
    EXPECT_THAT(parse_error("<!DOCTYPE html>\n<html></html>"), HasSubstr("web page"));
    EXPECT_THAT(parse_error("{\"a\": 1}"), HasSubstr("JSON, but no reply of JPL Horizons"));
    EXPECT_THAT(parse_error("<?xml version=\"1.0\"?>\n<VOTABLE/>"), HasSubstr("Table.read"));
}

}  // namespace
}  // namespace syzygy
