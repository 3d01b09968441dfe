// ECSV as astropy.table writes it: Time and TimeDelta, Quantity, masks, vectors, representations, SkyCoord.
#include "physics/observations/ecsv.hpp"

#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace syzygy {
namespace {

using samples::parse;
using samples::parse_error;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

/// A table of nine positions in au; `time` and `serialized` are lines of the header for the column t.
std::string table(const std::string& time, const std::string& serialized, const std::string& first, const std::string& second,
                  const std::string& name = "t")
{
    std::string text = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: " + name + time + "}\n", names = name;
    for (const char* const position : {"x1", "y1", "z1", "x2", "y2", "z2", "x3", "y3", "z3"}) {
        text += std::string("# - {name: ") + position + ", unit: AU, datatype: float64}\n";
        names += std::string(" ") + position;
    }
    text += "# meta: !!omap\n# - __serialized_columns__:\n" + serialized +
            "#     x1:\n#       __class__: astropy.units.quantity.Quantity\n#       unit: &id001 !astropy.units.Unit {unit: AU}\n"
            "#       value: !astropy.table.SerializedColumn {name: x1}\n# schema: astropy-2.0\n";
    return text + names + "\n" + first + " 1 2 3 4 5 6 7 8 9\n" + second + " 1 2 3 4 5 6 7 8 10\n";
}

std::string time_mixin(const std::string& format, const std::string& scale, const std::string& name = "t")
{
    return "#     " + name + ":\n#       __class__: astropy.time.core.Time\n#       format: " + format +
           "\n#       in_subfmt: '*'\n#       out_subfmt: '*'\n#       precision: 3\n#       scale: " + scale +
           "\n#       value: !astropy.table.SerializedColumn {name: " + name + "}\n";
}

struct TimeCase {
    const char* format;
    const char* scale;
    const char* first;   ///< 2017-07-10 00:00 in TDB, or in the scale of the format
    const char* second;  ///< 2.5 d later
    double tolerance;    ///< of the difference, in d
    double tdb = 0;      ///< seconds of the first epoch past that midnight in TDB
};

class EcsvTime : public testing::TestWithParam<TimeCase> {};

TEST_P(EcsvTime, EpochsAreTakenOutBeforeNumbersBecomeDoubles)
{
    const TimeCase& its = GetParam();
    const bool text = std::string(its.first).find_first_of("-:") != std::string::npos;
    const Observations read = parse(table(text ? ", datatype: string" : ", datatype: float64", time_mixin(its.format, its.scale),
                                          its.first, its.second));
    ASSERT_EQ(2u, read.size());
    EXPECT_EQ(0, read.times[0]);
    EXPECT_NEAR(2.5, read.times[1], its.tolerance);
    EXPECT_EQ("G=1, length=1 au, time=1 d", read.units.text());
    EXPECT_EQ("TDB", read.reference.time_scale);
    EXPECT_NEAR(its.tdb, seconds_between({57944, 0}, *read.reference.epoch), 2e-3);
}

// The numbers are those that Astropy 8.0.2 writes for Time(2457944.5, format='jd') of the scale.
INSTANTIATE_TEST_SUITE_P(
    Formats, EcsvTime,
    testing::Values(TimeCase{"jd", "tdb", "2457944.5", "2457947.0", 0}, TimeCase{"mjd", "tdb", "57944.0", "57946.5", 0},
                    TimeCase{"isot", "tdb", "2017-07-10T00:00:00.000", "2017-07-12T12:00:00.000", 0},
                    TimeCase{"iso", "tdb", "\"2017-07-10 00:00:00.000\"", "\"2017-07-12 12:00:00.000\"", 0},
                    TimeCase{"fits", "tdb", "2017-07-10T00:00:00.000", "2017-07-12T12:00:00.000", 0},
                    TimeCase{"yday", "tdb", "2017:191:00:00:00.000", "2017:193:12:00:00.000", 0},
                    TimeCase{"datetime64", "tdb", "2017-07-10T00:00:00.000000000", "2017-07-12T12:00:00.000000000", 0},
                    TimeCase{"jyear", "tdb", "2017.5208761122519", "2017.527720739220", 1e-9},
                    TimeCase{"jd", "utc", "2457944.5", "2457947.0", 1e-9, 69.184},
                    TimeCase{"jd", "tt", "2457944.5", "2457947.0", 1e-9},
                    TimeCase{"unix", "utc", "1499644800.0", "1499860800.0", 1e-9, 69.184},
                    TimeCase{"cxcsec", "utc", "616032069.184", "616248069.184", 1e-9, 69.184},
                    TimeCase{"gps", "utc", "1183680018.0", "1183896018.0", 1e-9, 69.184}),
    [](const auto& test) { return std::string(test.param.format) + "_" + test.param.scale; });

TEST(EcsvColumns, ATimeSeriesNamesItsTimeSo)
{
    const Observations read = parse(table(", datatype: float64", time_mixin("jd", "tdb", "time"), "2457944.5", "2457947.0", "time"));
    EXPECT_EQ((std::vector<double>{0, 2.5}), read.times);
    EXPECT_THAT(read.notes, IsEmpty());
}

TEST(EcsvColumns, TimeDeltasAreDaysOrSeconds)
{
    const auto delta = [](const std::string& format) {
        return "#     t:\n#       __class__: astropy.time.core.TimeDelta\n#       format: " + format +
               "\n#       value: !astropy.table.SerializedColumn {name: t}\n";
    };
    EXPECT_EQ("d", parse(table(", datatype: float64", delta("jd"), "0.0", "2.5")).units.time_label());
    EXPECT_EQ("s", parse(table(", datatype: float64", delta("sec"), "0.0", "2.5")).units.time_label());
    EXPECT_THAT(parse_error(table(", datatype: string", delta("quantity_str"), "0.0s", "10d")),
                AllOf(HasSubstr("column t is a TimeDelta in the format quantity_str"), HasSubstr("format = 'jd'")));
}

TEST(EcsvColumns, OtherFormatsOfTimeAreNamedWithTheRemedy)
{
    EXPECT_THAT(parse_error(table(", datatype: string", time_mixin("jyear_str", "tdb"), "J2017.521", "J2017.528")),
                AllOf(HasSubstr("data.csv:4:3: column t is a Time in the format jyear_str"), HasSubstr("table['t'].format = 'jd'")));
    EXPECT_THAT(parse_error(table(", datatype: float64", time_mixin("jd", "ut1"), "2457944.5", "2457947.0")), HasSubstr("UT1"));
}

TEST(EcsvColumns, MasksMakeValuesMissing)
{
    std::string text = table(", unit: d, datatype: float64", "", "0", "1");
    text.replace(text.find("# - {name: y2"), 0, "# - {name: x2.mask, datatype: bool}\n");
    text.replace(text.find("x2 y2 z2 x3"), 2, "x2 x2.mask");
    text.replace(text.find("0 1 2 3 4 5"), 9, "0 1 2 3 4 True");
    text.replace(text.find("\n1 1 2 3 4 5"), 10, "\n1 1 2 3 4 False");
    const Observations read = parse(text);
    EXPECT_TRUE(std::isnan(read.positions(3, 0)));
    EXPECT_EQ(4, read.positions(3, 1));
    EXPECT_EQ(1, read.positions.array().isNaN().count());
    EXPECT_THAT(read.notes, IsEmpty());
}

TEST(EcsvColumns, FurtherColumnsAreLeftOutWhateverTheyHold)
{
    std::string text = table(", unit: d, datatype: float64", "", "0", "1");
    text.replace(text.find("# - {name: x1"), 0, "# - {name: E, unit: J, datatype: float64}\n# - {name: who, datatype: string}\n");
    text.replace(text.find("t x1"), 4, "t E who x1");
    text.replace(text.find("0 1 2 3 4"), 1, "0 5e9 \"some one\"");
    text.replace(text.find("\n1 1 2 3 4"), 2, "\n1 6e9 nobody");
    const Observations read = parse(text);
    EXPECT_EQ(9, read.positions(8, 0));
    EXPECT_THAT(read.notes, testing::ElementsAre(AllOf(HasSubstr("left out"), HasSubstr("E, who"))));
}

/// Three columns of vectors, named r1 .. r3, and v1 .. v3 in km/s.
TEST(EcsvColumns, VectorsOfThreeAreRead)
{
    std::string text = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: t, unit: d, datatype: float64}\n", row = "0.0", next = "1.0", names = "t";
    for (const char* const name : {"r1", "r2", "r3", "v1", "v2", "v3"}) {
        text += std::string("# - {name: ") + name + ", unit: " + (name[0] == 'r' ? "AU" : "km / s") +
                ", datatype: string, subtype: 'float64[3]'}\n";
        names += std::string(" ") + name;
        row += name[0] == 'r' ? std::string(" [") + name[1] + ".0,0.5,-1.0]" : std::string(" [10.0,0.0,") + name[1] + ".0]";
        next += std::string(" [") + name[1] + ".0,null,2.0]";
    }
    const Observations read = parse(text + "# schema: astropy-2.0\n" + names + "\n" + row + "\n" + next + "\n");
    EXPECT_EQ(Eigen::Vector3d(2, 0.5, -1), (read.positions.col(0).segment<3>(3)));
    EXPECT_EQ(Eigen::Vector3d(3, 0.5, -1), (read.positions.col(0).segment<3>(6)));
    EXPECT_TRUE(std::isnan(read.positions(4, 1)));
    EXPECT_EQ(2, read.positions(5, 1));
    // In au a day.
    EXPECT_NEAR(10 * 1000 * 86400 / astronomical_unit, read.velocities(0, 0), 1e-15);
    EXPECT_NEAR(3 * 1000 * 86400 / astronomical_unit, read.velocities(8, 0), 1e-15);
    EXPECT_THAT(read.notes, IsEmpty());
    std::string wrong = text + "# schema: astropy-2.0\n" + names + "\n" + row + "\n" + next + "\n";
    wrong.replace(wrong.find("[1.0,0.5,-1.0]"), 14, "[1.0,0.5]");
    EXPECT_THAT(parse_error(wrong), AllOf(HasSubstr("a vector of three numbers is expected: '[1.0,0.5]'")));
}

/// A SkyCoord or CartesianRepresentation a body: columns Sun.x, ... or Sun.ra, ...
std::string coordinates(const std::string& type, const std::vector<std::string>& components)
{
    std::string text = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: t, unit: d, datatype: float64}\n", mixins, row = "0.0", next = "1.0", names = "t";
    for (const std::string body : {"Sun", "Earth", "Moon"}) {
        mixins += "#     " + body + ":\n#       __class__: astropy.coordinates." + type + "\n";
        for (const std::string& component : components) {
            const std::string name = body + "." + component;
            text += "# - {name: " + name + ", unit: " + (component == "ra" || component == "dec" ? "deg" : "AU") + ", datatype: float64}\n";
            mixins += "#       " + component + ": !astropy.table.SerializedColumn\n#         __class__: astropy.units.quantity.Quantity\n"
                      "#         value: !astropy.table.SerializedColumn {name: " + name + "}\n";
            names += " " + name;
            row += " " + std::to_string(body.size());
            next += " " + std::to_string(body.size() + 1);
        }
    }
    return text + "# meta: !!omap\n# - __serialized_columns__:\n" + mixins + "# schema: astropy-2.0\n" + names + "\n" + row + "\n" + next + "\n";
}

TEST(EcsvColumns, CartesianCoordinatesAreRead)
{
    for (const char* const type : {"representation.cartesian.CartesianRepresentation", "sky_coordinate.SkyCoord"}) {
        const Observations read = parse(coordinates(type, {"x", "y", "z"}));
        EXPECT_EQ(3, read.positions(0, 0)) << type;
        EXPECT_EQ(5, read.positions(4, 0)) << type;
        EXPECT_EQ(5, read.positions(8, 1)) << type;
    }
}

TEST(EcsvColumns, SphericalCoordinatesAreNamedWithHowToSaveThemInstead)
{
    EXPECT_THAT(parse_error(coordinates("sky_coordinate.SkyCoord", {"ra", "dec", "distance"})),
                AllOf(HasSubstr("column Sun holds no Cartesian coordinates"), HasSubstr("table['Sun'] = table['Sun'].icrs.cartesian")));
}

TEST(EcsvColumns, ThreeTablesOfOneBodyAreJoined)
{
    std::vector<SourceText> sources;
    for (const std::string body : {"1 Ceres (A801 AA)", "4 Vesta (A807 FA)", "Sun (10)"}) {
        const std::string name = "\"" + body + "\" ";
        sources.push_back({"table.ecsv", "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: targetname, unit: '---', datatype: string}\n"
                                         "# - {name: datetime_jd, unit: d, datatype: float64}\n# - {name: H, unit: mag, datatype: float64}\n"
                                         "# - {name: x, unit: AU, datatype: float64}\n# - {name: y, unit: AU, datatype: float64}\n"
                                         "# - {name: z, unit: AU, datatype: float64}\n# schema: astropy-2.0\ntargetname datetime_jd H x y z\n" +
                                             name + "2459740.5 3.3 1 2 " + std::to_string(body.size()) + "\n" + name + "2459750.5 3.3 1 3 4\n"});
    }
    const Observations read = parse_observations(sources);
    EXPECT_EQ((std::array<std::string, 3>{"1 Ceres (A801 AA)", "4 Vesta (A807 FA)", "Sun (10)"}), read.bodies);
    EXPECT_EQ((std::vector<double>{0, 10}), read.times);
    EXPECT_EQ("G=1, length=1 au, time=1 d", read.units.text());
    EXPECT_EQ(8, read.positions(8, 0));
    EXPECT_THAT(samples::parse_error(sources[0].text), AllOf(HasSubstr("one body"), HasSubstr("three files")));
}

TEST(EcsvUnits, PrefixesOfTheOneTableAreKnown)
{
    std::string text = table(", unit: Gyr, datatype: float64", "", "0", "1");
    for (std::size_t at; (at = text.find("unit: AU, datatype")) != std::string::npos;) text.replace(at, 8, "unit: kpc");
    EXPECT_EQ("G=1, length=1 kpc, time=1 Gyr", parse(text).units.text());
}

}  // namespace
}  // namespace syzygy
