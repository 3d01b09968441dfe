#include "physics/observations/horizons.hpp"

#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

namespace syzygy {
namespace {

using samples::comma_row;
using samples::horizons;
using samples::labelled_row;
using testing::HasSubstr;

const std::string days[] = {"2458119.500000000", "2458120.500000000", "2458121.500000000"};

Observations parse_three(const std::string& a, const std::string& b, const std::string& c)
{
    const std::vector<SourceText> sources{{"a.txt", a}, {"b.txt", b}, {"c.txt", c}};
    return parse_observations(sources);
}

std::string error_of_three(const std::string& a, const std::string& b, const std::string& c)
{
    return samples::error_of([&] { parse_three(a, b, c); });
}

std::string comma_rows()
{
    return comma_row(days[0], "1.0E+00") + comma_row(days[1], "1.5E+00") + comma_row(days[2], "-2.5E+00");
}

const std::string sun = horizons("Sun (10)", comma_rows());
const std::string earth = horizons("Earth (399)", comma_rows());
const std::string eros = horizons("433 Eros (A898 PA)", comma_rows());

TEST(Horizons, ReadsBothLayoutsToTheSameNumbers)
{
    const std::string labelled =
        labelled_row(days[0], "1.0E+00") + labelled_row(days[1], " 1.5E+00") + labelled_row(days[2], "-2.5E+00");
    const auto commas = parse_three(sun, earth, eros);
    samples::expect_same(parse_three(horizons("Sun (10)", labelled, false), earth, eros), commas);
    ASSERT_EQ(commas.size(), 3u);
    EXPECT_EQ(commas.times, (std::vector<double>{0, 86400, 172800}));
    EXPECT_EQ(commas.positions(0, 2), -2.5);
    EXPECT_EQ(commas.velocities(5, 1), 6);
    EXPECT_EQ(commas.bodies, (std::array<std::string, 3>{"Sun", "Earth", "433 Eros (A898 PA)"}));
    EXPECT_EQ(commas.units.text(), "G=1, length=1 km, time=1 s");
    EXPECT_TRUE(commas.has_initial_state());
    EXPECT_THAT(commas.notes, testing::IsEmpty());
}

TEST(Horizons, ReadsTheLayoutWithoutLabels)
{
    const std::string rows = days[0] +
                             " = A.D. 2018-Jan-01 00:00:00.0000 TDB \n  1.0E+00  2.0E+00  3.0E+00\n"
                             "  4.0E+00  5.0E+00 -6.0E+00\n  7.0E+00  8.0E+00  9.0E+00\n";
    const auto read = parse_three(horizons("Sun (10)", rows, false), earth, eros);
    EXPECT_EQ(read.positions(0, 0), 1);
    EXPECT_EQ(read.velocities(2, 0), -6);
}

TEST(Horizons, PositionsAloneGiveNoVelocities)
{
    std::array<std::string, 3> files{sun, earth, eros};
    for (std::string& file : files) {
        const std::size_t names = file.find(" VX,  VY,  VZ,");
        file.replace(names, 14, " A,  B,  C,   ");
    }
    EXPECT_EQ(parse_three(files[0], files[1], files[2]).velocities.cols(), 0);
}

TEST(Horizons, AuAndDaysAreKept)
{
    const auto in_au = [](const std::string& body) { return horizons(body, comma_rows(), true, "AU-D"); };
    const auto read = parse_three(in_au("Sun (10)"), in_au("Earth (399)"), in_au("Moon (301)"));
    EXPECT_EQ(read.times, (std::vector<double>{0, 1, 2}));
    EXPECT_EQ(read.units.text(), "G=1, length=1 au, time=1 d");
    const auto in_km = [](const std::string& body) { return horizons(body, comma_rows(), true, "KM-D"); };
    EXPECT_EQ(parse_three(in_km("A"), in_km("B"), in_km("C")).units.text(), "G=1, length=1 km, time=1 d");
}

TEST(Horizons, HourlyEpochsAreWholeSeconds)
{
    // 1/24 of a day has no end in decimals; Horizons writes nine of them.
    const std::string rows = comma_row("2458119.500000000", "1") + comma_row("2458119.541666667", "1") +
                             comma_row("2458119.583333333", "1") + comma_row("2458119.500001000", "1");
    const auto read = parse_three(horizons("A", rows), horizons("B", rows), horizons("C", rows));
    EXPECT_EQ(read.times, (std::vector<double>{0, 0.0864, 3600, 7200}));
}

TEST(Horizons, OnlyCommonEpochsAreKept)
{
    const std::string later = horizons(
        "Earth (399)", comma_row(days[1], "7") + comma_row(days[2], "8") + comma_row("2458122.500000000", "9"));
    const auto read = parse_three(sun, later, eros);
    EXPECT_EQ(read.times, (std::vector<double>{0, 86400}));
    EXPECT_EQ(read.positions(0, 0), 1.5);
    EXPECT_EQ(read.positions(3, 0), 7);
    EXPECT_THAT(read.notes, testing::ElementsAre(HasSubstr("2 epochs in common")));
    const std::string apart = horizons("Earth (399)", comma_row("2458122.500000000", "9"));
    EXPECT_THAT(error_of_three(sun, apart, eros), HasSubstr("no epoch in common"));
}

TEST(Horizons, FilesThatDoNotBelongTogetherAreRejected)
{
    EXPECT_THAT(error_of_three(sun, earth, sun),
                AllOf(HasSubstr("c.txt:6: the same body twice: 'Sun (10)'"), HasSubstr("a.txt")));
    EXPECT_THAT(error_of_three(sun, horizons("B", comma_rows(), true, "AU-D"), eros),
                HasSubstr("b.txt:11: the output unit is 'AU-D'"));
    EXPECT_THAT(error_of_three(sun, earth, horizons("C", comma_rows(), true, "KM-S", "Sun (10)")),
                HasSubstr("c.txt:7: the centre is 'Sun (10)'"));
    EXPECT_THAT(
        error_of_three(sun, earth, horizons("C", comma_rows(), true, "KM-S", "Solar System Barycenter (0)", "UT")),
        HasSubstr("c.txt:10: the time scale is 'UT'"));
    std::string frame = eros;
    frame.replace(frame.find("ICRF/J2000.0"), 12, "B1950       ");
    EXPECT_THAT(error_of_three(sun, earth, frame), HasSubstr("reference frame is 'B1950'"));
    EXPECT_THAT(error_of_three(sun, earth, samples::csv("0,1,2,3,4,5,6,7,8,9\n")), HasSubstr("c.txt: the file is CSV"));
    EXPECT_THAT(error_of_three(horizons("A", comma_rows(), true, "FEET"), horizons("B", comma_rows(), true, "FEET"),
                               horizons("C", comma_rows(), true, "FEET")),
                HasSubstr("unknown output units 'FEET'"));
}

TEST(Horizons, FewerThanThreeFilesAreRejected)
{
    EXPECT_THAT(samples::parse_error(sun), HasSubstr("1 Horizons file was given, but a three-body system needs three"));
}

TEST(Horizons, DamagedFilesAreNamedWithLineAndRemedy)
{
    const std::string cut = earth.substr(0, earth.find("$$EOE"));
    EXPECT_THAT(error_of_three(sun, cut, eros),
                AllOf(HasSubstr("b.txt:20: the table is cut off"), HasSubstr("save the file again")));
    EXPECT_THAT(error_of_three(sun, cut.substr(0, cut.size() - 40), eros), HasSubstr("cut off"));
    EXPECT_THAT(error_of_three(sun, earth.substr(0, earth.find("$$SOE")), eros), HasSubstr("$$SOE is missing"));
    EXPECT_THAT(error_of_three(sun, earth + earth, eros), HasSubstr("a second $$SOE"));
    std::string wrong = earth;
    wrong.replace(wrong.find("1.5E+00"), 7, "n.a.   ");
    EXPECT_THAT(error_of_three(sun, wrong, eros), HasSubstr("b.txt:19:53: X is not a finite number: 'n.a.'"));
    EXPECT_THAT(error_of_three(sun, horizons("Earth (399)", ""), eros), HasSubstr("no row"));
    EXPECT_THAT(error_of_three(sun, horizons("B", comma_row("24581x9.5", "1")), eros),
                HasSubstr("not a Julian date: '24581x9.5'"));
    EXPECT_THAT(error_of_three(sun, horizons("B", days[0] + ", A.D. x, 1, 2,\n"), eros),
                HasSubstr("the row is too short"));
    EXPECT_THAT(error_of_three(sun, horizons("B", comma_row(days[0], "1") + comma_row(days[0], "2")), eros),
                HasSubstr("two rows of one epoch"));
    EXPECT_THAT(error_of_three(sun, horizons("B", days[0] + " = A.D. x\n EC= 1.0 QR= 2.0\n", false), eros),
                AllOf(HasSubstr("without X, Y and Z"), HasSubstr("Vector Table")));
    std::string observer = earth;
    observer.replace(observer.find("  JDTDB,"), 8, "  Date,  ");
    EXPECT_THAT(error_of_three(sun, observer, eros),
                AllOf(HasSubstr("no column is a Julian date"), HasSubstr("Vector Table")));
}

TEST(Horizons, RealFilesOfTheSunJupiterAndSaturnLoad)
{
    const std::filesystem::path folder = std::filesystem::path(SYZYGY_SOURCE_DIR) / "../shared/data/horizons";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no real data: " << folder << " is absent";
    const std::vector<std::filesystem::path> files{folder / "sun.txt", folder / "jupiter.txt", folder / "metis.txt"};
    const auto read = load_observations(files);
    ASSERT_EQ(read.size(), 1131u);
    for (std::size_t k = 0; k < read.size(); ++k) ASSERT_EQ(read.times[k], 86400.0 * static_cast<double>(k));
    EXPECT_EQ(read.bodies, (std::array<std::string, 3>{"Sun", "Jupiter", "Metis"}));
    EXPECT_TRUE(read.positions.allFinite());
    EXPECT_TRUE(read.velocities.allFinite());
    // Metis stays at its 128,000 km from Jupiter, in whichever layout each was saved.
    const auto distance = (read.positions.middleRows<3>(6) - read.positions.middleRows<3>(3)).colwise().norm();
    EXPECT_GT(distance.minCoeff(), 126000);
    EXPECT_LT(distance.maxCoeff(), 130000);
    EXPECT_THAT(read.notes, testing::IsEmpty());
}

}  // namespace
}  // namespace syzygy
