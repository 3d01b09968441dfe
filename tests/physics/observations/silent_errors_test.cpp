// Tables that could be read wrongly without a word: each is read rightly, or refused with what is wrong.
#include "physics/observations/csv.hpp"
#include "physics/time/utc_day.hpp"
#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace syzygy {
namespace {

using samples::names_line;
using samples::parse;
using samples::parse_error;
using testing::AllOf;
using testing::HasSubstr;

const std::string &units = samples::units_line, &numbers = samples::nine_numbers;

std::vector<SourceText> three(const std::string& a, const std::string& b, const std::string& c)
{
    return {{"a.csv", a}, {"b.csv", b}, {"c.csv", c}};
}

std::string error_of(const std::vector<SourceText>& sources)
{
    return samples::error_of([&] { parse_observations(sources); });
}

std::string one_body(const std::string& names, const std::string& x, const std::string& above = units)
{
    return above + names + "\n0," + x + ",2,3\n1," + x + ",2,4\n";
}

TEST(OneBodyTables, NamesBehindAHashCountAndNoNamesAreNoTable)
{
    const auto commented = [](const std::string& x) { return units + "# t y x z\n0 5 " + x + " 3\n1 5 " + x + " 4\n"; };
    const Observations read = parse_observations(three(commented("1"), commented("2"), commented("4")));
    EXPECT_EQ(4, read.positions(6, 0));
    EXPECT_EQ(5, read.positions(7, 0));
    const std::string nameless = units + "0,1,2,3\n1,1,2,4\n";
    EXPECT_THAT(error_of(three(nameless, nameless, nameless)), AllOf(HasSubstr("a.csv:2: there is no line of column names"), HasSubstr("t,x,y,z")));
}

TEST(OneBodyTables, MustReferToTheSame)
{
    const std::string plain = one_body("t,x,y,z", "1");
    for (const char* const line : {"# centre: Sun\n", "# frame: ICRF\n", "# aberration: LT\n", "# time-scale: TT\n"})
        EXPECT_THAT(error_of(three(plain, line + one_body("t,x,y,z", "2"), plain)), AllOf(HasSubstr("b.csv"), HasSubstr("not given"))) << line;
    EXPECT_THAT(error_of(three(plain, "# epoch: 2016-01-01\n" + one_body("t,x,y,z", "2"), plain)),
                AllOf(HasSubstr("a.csv: the table does not say from which epoch"), HasSubstr("b.csv does")));
    const auto dated = [](const std::string& year, const std::string& x) { return "# epoch: " + year + "-01-01\n" + one_body("t,x,y,z", x); };
    EXPECT_THAT(error_of(three(dated("2016", "1"), dated("2017", "2"), dated("2016", "3"))), HasSubstr("no time in common"));
    EXPECT_EQ(2u, parse_observations(three(dated("2016", "1"), dated("2016", "2"), dated("2016", "3"))).size());
}

TEST(OneBodyTables, ABodyComesOnceAndATimeOnce)
{
    const std::string one = one_body("t,x,y,z", "1");
    EXPECT_THAT(error_of({{"a.csv", one}, {"a.csv", one}, {"a.csv", one}}), HasSubstr("the same body twice: 'a'"));
    const std::string two_bodies = units + "t,x,y,z,body\n0,1,2,3,Sun\n1,1,2,4,Earth\n";
    EXPECT_THAT(error_of(three(two_bodies, one, one)), AllOf(HasSubstr("a.csv:4:9: the table holds several bodies: 'Earth'"), HasSubstr("Sun")));
    EXPECT_THAT(error_of(three(units + "t,x,y,z\n0,1,2,3\n0,1,2,5\n1,1,2,4\n", one, one)), HasSubstr("a.csv: two rows of one time: '0 d'"));
}

TEST(OneBodyTables, UnitsInNamesMustAgree)
{
    const auto names = [](const std::string& line) { return line + "\n0,1,2,3,4,5,6\n1,1,2,4,4,5,6\n"; };
    const std::string errors = names("t [d],x [au],y [au],z [au],sx [km],sy [km],sz [km]");
    EXPECT_THAT(error_of(three(errors, errors, errors)), AllOf(HasSubstr("units in the names do not agree"), HasSubstr("'au' and 'km'")));
    const std::string good = names("t [d],x [au],y [au],z [au],sx [au],sy [au],sz [au]");
    EXPECT_EQ("G=1, length=1 au, time=1 d", parse_observations(three(good, good, good)).units.text());
    const std::string other = "# units: length=1 km, mass=1 Msun, time=1 d\n" + good;
    EXPECT_THAT(error_of(three(other, other, other)), HasSubstr("units in the names are not those of the metadata"));
    const std::string unknown = names("t [hours],x [au],y [au],z [au],a,b,c");
    EXPECT_THAT(error_of(three(unknown, unknown, unknown)), HasSubstr("'hours' is no unit"));
    const std::string years = units + "year,x,y,z\n0,1,2,3\n1,1,2,4\n";
    EXPECT_THAT(error_of(three(years, years, years)), HasSubstr("not those of the metadata"));
}

TEST(OneBodyTables, AMissingComponentIsNoMotionInAPlane)
{
    const std::string no_vz = units + "t,x,y,z,vx,vy\n0,1,2,3,4,5\n1,1,2,3,4,5\n";
    EXPECT_THAT(error_of(three(no_vz, no_vz, no_vz)), HasSubstr("the columns lack 'vz1'"));
}

TEST(OneBodyTables, WhatTheySayOfTheFitIsKept)
{
    const Observations read = parse_observations(three("# relative-to: 2\n# name: Trio\n" + one_body("t,x,y,z", "1"), units + "epoch,t,x,y,z\n2000,0,2,2,3\n2000,1,2,2,4\n",
                                                       one_body("t,x,y,z", "3")));
    EXPECT_EQ(1, read.relative_to);
    EXPECT_EQ("Trio", read.name);
}

TEST(TimeScales, ANameAndTheMetadataMustAgreeAndOtherColumnsDoNotCount)
{
    const std::string rest = names_line.substr(1);
    EXPECT_THAT(parse_error("# time-scale: UTC\n" + units + "mjd_tdb" + rest + "\n57750" + numbers),
                AllOf(HasSubstr("names another time scale than the metadata: 'mjd_tdb'"), HasSubstr("UTC")));
    const Observations read = parse(units + "jd" + rest + ",mjd_utc\n2457750.5,1,2,3,4,5,6,7,8,9,57750\n2457751.5,1,2,3,4,5,6,7,8,9,57751\n");
    EXPECT_EQ((Epoch{57750, 0}), *read.reference.epoch);
    EXPECT_EQ("", read.reference.time_scale);
    EXPECT_THAT(parse_error(units + "jd_ut1" + rest + "\n2457750.5" + numbers), AllOf(HasSubstr("UT1"), HasSubstr("cannot be converted")));
}

TEST(TimeScales, NumbersInAnotherScaleAreConvertedFromTheirEpoch)
{
    const Observations read = parse("# epoch: 2016-12-31\n# time-scale: UTC\n" + units + names_line + "\n0" + numbers + "1" + numbers);
    EXPECT_NEAR(1 + 1 / 86400.0, read.times[1], 1e-9);
    EXPECT_EQ("TDB", read.reference.time_scale);
    EXPECT_NEAR(68.184, read.reference.epoch->second, 2e-3);
    const Observations without = parse("# time-scale: UTC\n" + units + names_line + "\n0" + numbers + "1" + numbers);
    EXPECT_EQ(1, without.times[1]);
    EXPECT_THAT(without.notes, testing::ElementsAre(AllOf(HasSubstr("UTC"), HasSubstr("no epoch"))));
}

// ERFA and Astropy count a day with a leap second as one day of 86401 s: 21:00 of it is 75600 / 86401.
TEST(TimeScales, JulianDatesInUtcStretchTheDayOfALeapSecond)
{
    EXPECT_EQ(1, leap_second_of(57753));
    EXPECT_EQ(0, leap_second_of(57754));
    const std::string rest = names_line.substr(1);
    const Observations read = parse(units + "mjd_utc" + rest + "\n57753.0" + numbers + "57753.874989873" + numbers + "57754" + numbers);
    EXPECT_NEAR(0.875, read.times[1], 1e-8);
    EXPECT_NEAR(86401 / 86400.0, read.times[2], 1e-9);
    // Only days that have a leap second have a second 60.
    EXPECT_TRUE(parse_iso_date("2016-12-31T23:59:60"));
    EXPECT_FALSE(parse_iso_date("2018-01-01T23:59:60"));
}

TEST(TimeScales, DatesFarFromThePresentEarnANote)
{
    const std::string rest = names_line.substr(1);
    EXPECT_THAT(parse(units + "jd_tdb" + rest + "\n57750" + numbers + "57751" + numbers).notes,
                testing::ElementsAre(HasSubstr("are the dates or Julian dates of the file complete")));
    // numpy.savetxt writes Julian dates so.
    const Observations read = parse(units + "jd_tdb" + rest + "\n2.457944500000000000e+06" + numbers + "2.457945750000000000e+06" + numbers);
    EXPECT_EQ((std::vector<double>{0, 1.25}), read.times);
}

TEST(Rows, ACommentedHeaderInAnotherOrderIsNoComment)
{
    const std::string other = "# t,x2,y2,z2,x1,y1,z1,x3,y3,z3\n";
    EXPECT_THAT(parse_error("# " + names_line + "\n0" + numbers + other + "1" + numbers), HasSubstr("another line of column names among the rows"));
    EXPECT_EQ(2u, parse("# " + names_line + "\n0" + numbers + "# " + names_line + "\n1" + numbers).size());
    EXPECT_EQ(2u, parse(names_line + "\n0" + numbers + "# cloudy from here on, as ever\n1" + numbers).size());
}

TEST(Rows, VelocityErrorsWithoutVelocitiesAreLeftOut)
{
    const Observations read = parse("t,x1,y1,z1,x2,y2,z2,x3,y3,z3,svx1,svy1,svz1,svx2,svy2,svz2,svx3,svy3,svz3\n"
                                    "0,1,2,3,4,5,6,7,8,9,1,1,1,1,1,1,1,1,1\n1,1,2,3,4,5,6,7,8,9,1,1,1,1,1,1,1,1,1\n");
    EXPECT_EQ(0, read.velocity_sigmas.cols());
    EXPECT_THAT(read.notes, testing::ElementsAre(HasSubstr("without velocities")));
}

TEST(Rows, QuotesInQuotesAreDoubledAndErrorsNameTheFile)
{
    const std::string named = names_line + ",note\n";
    EXPECT_EQ(2u, parse(named + "0,1,2,3,4,5,6,7,8,9,\"he said \"\"no, not\"\"\"\n1,1,2,3,4,5,6,7,8,9,\n").size());
    EXPECT_THAT(parse_error(named + "0,1,2,3,4,5,6,7,8,9,\"open\n"), HasSubstr("data.csv:2:21: a quote is not closed"));
    EXPECT_THAT(parse_error(names_line + "\n2018/01/01" + numbers), AllOf(HasSubstr("column t"), HasSubstr("2018-01-31T12:00:00")));
    EXPECT_EQ(2u, parse("sep=|\nt|x1|y1|z1|x2|y2|z2|x3|y3|z3\n0|1|2|3|4|5|6|7|8|9\n1|1|2|3|4|5|6|7|8|9\n").size());
    EXPECT_EQ(1u, parse(units + "# time-scale: TDB\n" + names_line + "\n,,,,,,,,,\n2018-01-01" + numbers).notes.size());
}

/// Vectors of three by these names, in a table of two rows; those that are told "masked" have a mask of their own.
std::string vectors(const std::vector<std::string>& names, const std::string& masked = "")
{
    std::string text = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: t, unit: d, datatype: float64}\n", line = "t", row = "0.0", next = "1.0";
    for (const std::string& name : names) {
        text += "# - {name: " + name + ", unit: AU, datatype: string, subtype: 'float64[3]'}\n";
        line += " " + name;
        row += " [" + std::to_string(line.size()) + ".0,0.0,1.0]";
        next += " [1.0,2.0,3.0]";
        if (name != masked) continue;
        text += "# - {name: " + name + ".mask, datatype: string, subtype: 'bool[3]'}\n";
        line += " " + name + ".mask";
        row += " [false,true,false]";
        next += " [true,true,true]";
    }
    return text + "# schema: astropy-2.0\n" + line + "\n" + row + "\n" + next + "\n";
}

TEST(EcsvVectors, ThoseOfTheNumberedBodiesAreTaken)
{
    for (const auto& names : {std::vector<std::string>{"r1", "helio1", "r2", "helio2", "r3", "helio3"}, {"obs", "r1", "r2", "r3"},
                              {"r1", "r1_model", "r2", "r2_model", "r3", "r3_model"}, {"p1", "r1", "p2", "r2", "p3", "r3", "a1"}}) {
        const Observations read = parse(vectors(names));
        // The first number of a row is the length of the line of names up to the column.
        std::string line = "t";
        for (const std::string& name : names) {
            line += " " + name;
            if (name.size() != 2 || name[0] != 'r') continue;
            EXPECT_EQ(static_cast<double>(line.size()), read.positions(3 * (name[1] - '1'), 0)) << name;
        }
    }
    EXPECT_THAT(parse_error(vectors({"Sun", "Sun_predicted", "Earth", "Moon"})),
                AllOf(HasSubstr("more bodies than expected"), HasSubstr("predicted")));
}

TEST(EcsvVectors, MasksOfVectorsAreReadByComponent)
{
    const Observations read = parse(vectors({"r1", "r2", "r3"}, "r2"));
    EXPECT_EQ(4, read.positions.array().isNaN().count());
    EXPECT_TRUE(std::isnan(read.positions(4, 0)));
    EXPECT_FALSE(std::isnan(read.positions(3, 0)));
    std::string wrong = vectors({"r1", "r2", "r3"}, "r2");
    wrong.replace(wrong.find("[false,true,false]"), 18, "[false,maybe,true]");
    EXPECT_THAT(parse_error(wrong), HasSubstr("a mask is True or False"));
}

TEST(Horizons, ALostLineDoesNotMoveStatesToAnotherEpoch)
{
    const std::string days[] = {"2458119.500000000", "2458120.500000000"};
    const auto file = [&](const std::string& body, const std::string& rows, bool commas = false) { return samples::horizons(body, rows, commas); };
    const std::string rows = samples::labelled_row(days[0], "1.0E+00") + samples::labelled_row(days[1], "2.0E+00");
    const auto with = [&](std::string changed, bool commas = false) {
        return error_of(three(file("A", rows), file("B", changed, commas), file("C", rows)));
    };
    const auto without_line = [&](std::string text, const std::string& start, std::size_t from) {
        const std::size_t at = text.find(start, from);
        return text.erase(at, text.find('\n', at) + 1 - at);
    };
    EXPECT_THAT(with(without_line(rows, days[1], 0)), AllOf(HasSubstr("b.csv"), HasSubstr("X stands twice in one epoch")));
    EXPECT_THAT(with(without_line(rows, " VX=", 200)), AllOf(HasSubstr("b.csv"), HasSubstr("do not both have VX")));
    std::string damaged = rows;
    damaged.replace(damaged.find(days[1]), 6, "24581#");
    EXPECT_THAT(with(damaged), AllOf(HasSubstr("b.csv"), HasSubstr("not a Julian date")));
    const auto bare = [](std::string text) {
        for (const char* label : {"VX=", "VY=", "VZ=", "LT=", "RG=", "RR=", "X =", "Y =", "Z ="})
            for (std::size_t at; (at = text.find(label)) != text.npos;) text.replace(at, 3, "   ");
        return text;
    };
    EXPECT_EQ("no error", with(bare(rows)));
    EXPECT_THAT(with(bare(without_line(rows, " X =", 0))), HasSubstr("2 lines, but 3 are named"));
    EXPECT_THAT(with(bare(without_line(rows, days[1], 0))), HasSubstr("more lines than there are names"));
    const std::string shifted = samples::comma_row(days[0], "1.0E+00, 7.0E+00") + samples::comma_row(days[1], "2.0E+00");
    EXPECT_THAT(with(shifted, true), AllOf(HasSubstr("b.csv"), HasSubstr("12 cells, but 11 columns")));
}

}  // namespace
}  // namespace syzygy
