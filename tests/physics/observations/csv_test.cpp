#include "physics/observations/csv.hpp"

#include "core/base/file.hpp"
#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <limits>

namespace syzygy {
namespace {

using samples::csv;
using samples::parse;
using samples::parse_error;
using testing::HasSubstr;

const std::string two_rows = "0,1,2,3,4,5,6,7,8,9\n1,1.5,2,3,4,5,6,7,8,9.25\n";

TEST(Csv, ReadsRowsAndMetadata)
{
    const auto read = parse(
        "# A comment\n# name: test run\n# units: G=1\n# bodies: A, B, C\n# masses: 1.1, 1.1, 0.9\n"
        "# relative-to: C\n" +
        csv(two_rows));
    EXPECT_EQ(read.name, "test run");
    EXPECT_EQ(read.bodies, (std::array<std::string, 3>{"A", "B", "C"}));
    EXPECT_EQ(*read.true_masses, Eigen::Vector3d(1.1, 1.1, 0.9));
    EXPECT_EQ(read.relative_to, 2);
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read.times, (std::vector<double>{0, 1}));
    EXPECT_EQ(read.positions(0, 1), 1.5);
    EXPECT_EQ(read.positions(8, 1), 9.25);
    EXPECT_FALSE(read.has_velocities());
    EXPECT_EQ(read.velocities.rows(), 9);
    EXPECT_FALSE(read.has_initial_state());
    EXPECT_THAT(read.notes, testing::IsEmpty());
}

TEST(Csv, FindsColumnsByNameInAnyOrder)
{
    const auto read = parse("z3,y3,x3,z2,y2,x2,z1,y1,x1,T\n9,8,7,6,5,4,3,2,1,0\n");
    for (int k = 0; k < 9; ++k) EXPECT_EQ(read.positions(k, 0), k + 1);
}

TEST(Csv, BlankAndNanCellsAreMissing)
{
    const auto read = parse(csv("0,,nan,NaN,-nan,\"\",  ,7,8,9\n1,1,2,3,4,5,6,7,8,\n"));
    for (int k = 0; k < 6; ++k) EXPECT_TRUE(std::isnan(read.positions(k, 0))) << k;
    EXPECT_EQ(read.positions(6, 0), 7);
    EXPECT_TRUE(std::isnan(read.positions(8, 1)));
}

TEST(Csv, LineEndsMarksQuotesAndSeparatorsDoNotMatter)
{
    const auto expected = parse(csv(two_rows));
    const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
        for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
            text.replace(at, from.size(), to);
        return text;
    };
    const std::string text = csv(two_rows);
    for (const std::string& variant :
         {replaced(text, "\n", "\r\n"), replaced(text, "\n", "\r"), "\xEF\xBB\xBF" + text, replaced(text, ",", ";"),
          replaced(text, ",", "\t"), replaced(text, ",", " "), replaced(text, ",", " \t "), replaced(text, "\n", ",\n"),
          replaced(text, "\n", "  \n"), replaced(text, ",", " , "), text.substr(0, text.size() - 1),
          replaced(text, "\n1,", "\n# between\n\n  # two\n1,"), replaced(text, "1.5", "+1.5"),
          replaced(text, "1.5", "1.5D+00"), replaced(text, "1.5", "\"1.5\""), replaced(text, "1.5", "15e-1")}) {
        SCOPED_TRACE(variant);
        samples::expect_same(parse(variant), expected);
    }
    const std::string unended = text.substr(0, text.size() - 1);
    const std::string all_quoted = '"' + replaced(replaced(unended, "\n", "\"\n\""), ",", "\",\"") + '"';
    samples::expect_same(parse(all_quoted), expected);
}

TEST(Csv, ColumnsWithoutANameAreIgnored)
{
    const auto read = parse("," + samples::names_line + ",\n0,0,1,2,3,4,5,6,7,8,9,\nrow,1,1.5,2,3,4,5,6,7,8,9.25\n");
    samples::expect_same(read, parse(csv(two_rows)));
}

TEST(Csv, FirstRowWithVelocitiesIsTheInitialState)
{
    const std::string v = ",vx1,vy1,vz1,vx2,vy2,vz2,vx3,vy3,vz3\n";
    const auto read =
        parse(samples::names_line + v + "0,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9\n1,1,2,3,4,5,6,7,8,9,,,,,,,,,\n");
    EXPECT_TRUE(read.has_initial_state());
    EXPECT_EQ(read.velocities(8, 0), 9);
    EXPECT_TRUE(std::isnan(read.velocities(0, 1)));
}

TEST(Csv, UnsortedRowsAreSortedWithANote)
{
    const auto read = parse(csv("1,1.5,2,3,4,5,6,7,8,9.25\n0,1,2,3,4,5,6,7,8,9\n"));
    samples::expect_same(read, parse(csv(two_rows)));
    EXPECT_THAT(read.notes, testing::ElementsAre(HasSubstr("sorted")));
}

TEST(Csv, RepeatedRowsAreDroppedAndConflictingOnesKept)
{
    const auto repeated = parse(csv(two_rows + two_rows));
    samples::expect_same(repeated, parse(csv(two_rows)));
    EXPECT_THAT(repeated.notes, testing::Contains(HasSubstr("2 rows repeat")));
    const auto conflicting = parse(csv(two_rows + "1,2,2,3,4,5,6,7,8,9\n1,1.5,2,3,4,5,6,7,8,9.25\n"));
    EXPECT_EQ(conflicting.times, (std::vector<double>{0, 1, 1}));
    EXPECT_EQ(conflicting.positions(0, 2), 2);
    EXPECT_THAT(conflicting.notes, testing::Contains(HasSubstr("first t = 1")));
}

TEST(Csv, ManyRowsOfOneTimeTakeNoQuadraticTime)
{
    std::string rows = "0,1,2,3,4,5,6,7,8,9\n";
    for (int k = 0; k < 100000; ++k) rows += "1," + std::to_string(k) + ",2,3,4,5,6,7,8,9\n";
    EXPECT_EQ(parse(csv(rows)).size(), 100001u);
}

TEST(Csv, OneRowIsEnough)
{
    EXPECT_EQ(parse(csv("5,1,2,3,4,5,6,7,8,9")).times, std::vector<double>{5});
}

TEST(Csv, RowsOfBlankCellsAreLeftOutWithANote)
{
    const auto read = parse(csv(two_rows + ",,,,,,,,,\n,,,\n"));
    EXPECT_EQ(read.size(), 2u);
    EXPECT_THAT(read.notes, testing::ElementsAre(HasSubstr("2 rows of blank cells")));
}

TEST(Csv, WrongCellsAreNamedWithPlaceValueAndRemedy)
{
    EXPECT_EQ(
        parse_error(csv("0,1,2,3,4,5,6,7,8,9\n1,1,abc,3,4,5,6,7,8,9\n")),
        "data.csv:3:5: column y1 holds what is not a number: 'abc'; leave the cell blank where nothing was observed");
    // Characters, not bytes: the name of the ignored column is four bytes long.
    EXPECT_THAT(parse_error("," + csv("\xC3\xA9\xC3\xA9,0,x,2,3,4,5,6,7,8,9\n")), HasSubstr("data.csv:2:6: column x1"));
    EXPECT_THAT(parse_error(csv("0,inf,2,3,4,5,6,7,8,9\n")),
                HasSubstr(":2:3: column x1 holds an infinite value: 'inf'"));
    EXPECT_THAT(parse_error(csv("0,1e999,2,3,4,5,6,7,8,9\n")), HasSubstr("outside the range of a double: '1e999'"));
    EXPECT_THAT(parse_error(csv(",1,2,3,4,5,6,7,8,9\n")), HasSubstr(":2:1: the time (column t) is missing"));
    EXPECT_THAT(parse_error(csv("nan,1,2,3,4,5,6,7,8,9\n")), HasSubstr(":2:1: the time (column t) is missing"));
    EXPECT_THAT(parse_error(csv("0,\"1,2,3,4,5,6,7,8,9\n")), HasSubstr(":2:3: a quote is not closed"));
    EXPECT_THAT(parse_error("t;x1;y1;z1;x2;y2;z2;x3;y3;z3\n0;1,5;2;3;4;5;6;7;8;9\n"), HasSubstr("with a point"));
    EXPECT_THAT(parse_error(csv("0x10,1,2,3,4,5,6,7,8,9\n")), HasSubstr("'0x10'"));
    EXPECT_THAT(parse_error(csv("1 2,1,2,3,4,5,6,7,8,9\n")), HasSubstr("'1 2'"));
}

TEST(Csv, ErrorsOfZeroOrLessAreRejected)
{
    const std::string names = samples::names_line + ",sx1,sy1,sz1,sx2,sy2,sz2,sx3,sy3,sz3\n";
    const std::string row = "0,1,2,3,4,5,6,7,8,9,1,1,1,1,1,1,1,1,";
    EXPECT_EQ(parse(names + row + "2\n").position_sigmas(8, 0), 2);
    EXPECT_TRUE(std::isnan(parse(names + row + "\n").position_sigmas(8, 0)));
    for (const char* sigma : {"0", "-1", "-0.0"})
        EXPECT_THAT(parse_error(names + row + std::string(sigma) + "\n"),
                    HasSubstr(":2:37: column sz3 holds a standard error"));
}

TEST(Csv, RowsOfTheWrongLengthAreRejected)
{
    EXPECT_THAT(parse_error(csv("0,1,2,3\n1,1,2,3,4,5,6,7,8,9\n")),
                AllOf(HasSubstr("data.csv:2:8: the row has 4 cells but 10 columns are named; the first missing is x2"),
                      HasSubstr("check the commas")));
    EXPECT_THAT(parse_error(csv("0,1,2,3,4,5,6,7,8,9\n1,1,2,3")), HasSubstr("ends in the middle of a row"));
    EXPECT_THAT(parse_error(csv("0,1,2,3,4,5,6,7,8,9,10\n")), HasSubstr(":2:21: the row has more cells"));
}

TEST(Csv, WrongNamesAreRejected)
{
    EXPECT_THAT(parse_error("t,x1,y1,z1,x2,y2,z2,x3,y3,zz3\n"),
                HasSubstr("data.csv:1:27: unknown column 'zz3'; did you mean z3?"));
    EXPECT_THAT(parse_error("time,x1\n"), HasSubstr("the columns lack 'y1'"));
    EXPECT_THAT(parse_error("colour,mood\n"), HasSubstr("unknown column 'colour'"));
    EXPECT_THAT(parse_error("t,x1,x1\n"), HasSubstr(":1:6: a column is named twice: 'x1'"));
    EXPECT_THAT(parse_error("x1,y1,z1,x2,y2,z2,x3,y3,z3\n"), HasSubstr("the columns lack 't'"));
    EXPECT_THAT(parse_error("t,x1,y1,x2,y2,x3,y3\n"), AllOf(HasSubstr("lack 'z1'"), HasSubstr("zeros")));
    EXPECT_THAT(parse_error(samples::names_line + ",vx1\n"), AllOf(HasSubstr("lack 'vy1'"), HasSubstr("velocities")));
    EXPECT_THAT(parse_error("0,1,2,3,4,5,6,7,8,9\n"), HasSubstr("a line of column names"));
}

TEST(Csv, FilesWithoutRowsAreRejected)
{
    EXPECT_THAT(parse_error(""), HasSubstr("the file is empty"));
    EXPECT_THAT(parse_error(" \n\r\n"), HasSubstr("the file is empty"));
    EXPECT_THAT(parse_error("# name: x\n"), HasSubstr("no line of column names"));
    EXPECT_THAT(parse_error(csv("")), HasSubstr("no row"));
    EXPECT_THAT(parse_error(csv("1,1,2,3,4,5,6,7,8,9\n1,2,2,3,4,5,6,7,8,9\n")), HasSubstr("one time, t = '1'"));
}

TEST(Csv, OtherEncodingsAreNamed)
{
    EXPECT_THAT(parse_error(std::string("\xFF\xFEt\0,\0", 6)), HasSubstr("UTF-16"));
    EXPECT_THAT(parse_error(std::string("t\0,\0", 4)), HasSubstr("NUL"));
}

TEST(Csv, WrongMetadataIsRejectedWhereItStands)
{
    EXPECT_THAT(parse_error("# units: length=1 parsec, mass=1 kg, time=1 s\n" + csv(two_rows)),
                AllOf(HasSubstr("data.csv:1:10: wrong units: 'parsec'"), HasSubstr("known are m, km")));
    EXPECT_THAT(parse_error("# name: Gr\xF6\xDF"
                            "e\n" +
                            csv(two_rows)),
                HasSubstr(":1:9: the text is not UTF-8: 'Gr??e'"));
    EXPECT_THAT(parse_error("# bodies: A, B\n" + csv(two_rows)), HasSubstr(":1:11: not three bodies but 2"));
    EXPECT_THAT(parse_error("# bodies: A,, B\n" + csv(two_rows)), HasSubstr("a body is missing"));
    EXPECT_THAT(parse_error("# masses: 1, 2, -3\n" + csv(two_rows)), HasSubstr("not a mass: '-3'"));
    EXPECT_THAT(parse_error("# relative-to: X\n" + csv(two_rows)), HasSubstr("no body is called 'X'"));
    EXPECT_THAT(parse_error("# name: a\n# Name: b\n" + csv(two_rows)), HasSubstr(":2:9: given twice: 'name'"));
    EXPECT_THAT(parse_error(csv(two_rows + "# units: G=1\n")), HasSubstr("metadata below the column names"));
}

TEST(Csv, AnEqualsSignServesAsAColon)
{
    const auto read = parse("# Units = length=1 au, mass=1 Msun, time=1 d\n#bodies=A, B, C\n# masses = 1, 2, 3\n# seed = 5\n"
                            "# relative_to = b\n" +
                            csv(two_rows));
    EXPECT_EQ(read.units.length_label(), "au");
    EXPECT_EQ(read.units.time_label(), "d");
    EXPECT_EQ(read.bodies, (std::array<std::string, 3>{"A", "B", "C"}));
    EXPECT_EQ(*read.true_masses, Eigen::Vector3d(1, 2, 3));
    EXPECT_EQ(read.relative_to, 1);
    EXPECT_THAT(read.notes, testing::IsEmpty());
    // A colon first: what follows it is the value, signs of equality and all.
    EXPECT_EQ(parse("# name: a = b\n" + csv(two_rows)).name, "a = b");
    EXPECT_EQ(parse("# name = a: b\n" + csv(two_rows)).name, "a: b");
    EXPECT_THAT(parse("# unit = G=1\n" + csv(two_rows)).notes, testing::ElementsAre(HasSubstr("did you mean 'units'")));
    EXPECT_THAT(parse_error(csv(two_rows + "# units = G=1\n")), HasSubstr("metadata below the column names"));
}

TEST(Csv, ABodyIsFoundRegardlessOfCaseWhereThatIsUnambiguous)
{
    EXPECT_EQ(parse("# bodies: Sun, Jupiter, Saturn\n# relative-to: sun\n" + csv(two_rows)).relative_to, 0);
    EXPECT_THAT(parse_error("# bodies: SUN, Sun, Saturn\n# relative-to: sun\n" + csv(two_rows)),
                HasSubstr("no body is called 'sun'"));
}

TEST(Csv, MisspeltMetadataEarnsANote)
{
    EXPECT_THAT(parse("# unit: G=1\n# source: me\n" + csv(two_rows)).notes,
                testing::ElementsAre(HasSubstr("did you mean 'units'?")));
}

TEST(Csv, SeveralFilesAreRejected)
{
    const std::vector<SourceText> sources{{"a.csv", csv(two_rows)}, {"b.csv", csv(two_rows)}};
    EXPECT_THAT(samples::error_of([&] { parse_observations(sources); }), HasSubstr("b.csv: 2 files were given"));
}

TEST(Csv, FilesAreReadFromDisk)
{
    const auto path = std::filesystem::path(testing::TempDir()) / "syzygy_csv_test.csv";
    write_file_atomically(path, csv(two_rows));
    const std::vector<std::filesystem::path> files{path};
    samples::expect_same(load_observations(files), parse(csv(two_rows)));
    std::filesystem::remove(path);
    EXPECT_THROW(load_observations(files), InputError);
    const std::vector<std::filesystem::path> folder{testing::TempDir()};
    EXPECT_THROW(load_observations(folder), InputError);
}

}  // namespace
}  // namespace syzygy
