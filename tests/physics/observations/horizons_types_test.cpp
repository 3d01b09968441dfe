// Output types, uncertainties, time scales and replies of JPL Horizons: what a number is, the file says.
#include "physics/observations/csv.hpp"
#include "physics/observations/horizons.hpp"

#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace syzygy {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Column {
    std::string name, value;
};

/// The columns that Horizons writes for a type, in its lines.
std::vector<std::vector<Column>> lines_of(const std::string& type)
{
    const std::vector<Column> position{{"X", "1.0E+08"}, {"Y", "2.0E+08"}, {"Z", "3.0E+08"}},
        velocity{{"VX", "4.0E+00"}, {"VY", "5.0E+00"}, {"VZ", "6.0E+00"}},
        range{{"LT", "7.0E+02"}, {"RG", "8.0E+08"}, {"RR", "-9.0E+00"}},
        position_errors{{"X_s", "1.0E+01"}, {"Y_s", "2.0E+01"}, {"Z_s", "3.0E+01"}},
        velocity_errors{{"VX_s", "4.0E-06"}, {"VY_s", "5.0E-06"}, {"VZ_s", "6.0E-06"}},
        along_track{{"A_s", "1.5E+01"}, {"C_s", "2.5E+01"}, {"N_s", "3.5E+01"}};
    std::vector<std::vector<Column>> lines;
    const auto add = [&](const std::vector<Column>& line) { lines.push_back(line); };
    const char kind = type.front();
    if (kind != '5' && kind != '6') add(position);
    if (kind == '2' || kind == '3' || kind == '5') add(velocity);
    if (kind == '3' || kind == '4' || kind == '6') add(range);
    if (type.find('x') != type.npos) {
        add(position_errors);
        if (kind == '2') add(velocity_errors);
    }
    if (type.find('a') != type.npos) add(along_track);
    return lines;
}

enum class Layout { commas, labelled, bare };

std::string file_of(const std::string& body, const std::string& type, Layout layout, const std::string& scale = "TDB")
{
    const auto lines = lines_of(type);
    const std::string date = "A.D. 2018-Jan-01 00:00:00.0000";
    const std::vector<std::string> days{"2458119.500000000", "2458120.500000000"};
    std::string text = "API VERSION: 1.2\nAPI SOURCE: NASA/JPL Horizons API\n\n*******\nEphemeris / API_USER x / Horizons\n*******\n"
                       "Target body name: " + body + "   {source: made}\nCenter body name: Sun (10)   {source: made}\n*******\n" +
                       "Start time      : " + date + " " + scale + "\nOutput units    : KM-S\n" +
                       "Output type     : GEOMETRIC cartesian states\nOutput format   : " + type + " (made)\n" +
                       "Reference frame : Ecliptic of J2000.0\n*******\n";
    if (layout == Layout::commas) {
        text += "JD" + scale + ", Calendar Date (" + scale + "),";
        for (const auto& line : lines)
            for (const Column& column : line) text += "  " + column.name + ",";
        text += "\n";
    } else {
        text += "JD" + scale + "\n";
        for (const auto& line : lines) {
            for (const Column& column : line) text += "   " + column.name;
            text += "\n";
        }
    }
    text += "*******\n$$SOE\n";
    for (const std::string& day : days) {
        text += day + (layout == Layout::commas ? ", " + date + "," : " = " + date + " " + scale + " \n");
        for (const auto& line : lines) {
            for (const Column& column : line)
                text += layout == Layout::commas     ? " " + column.value + ","
                        : layout == Layout::labelled ? " " + column.name + "=" + column.value
                                                     : "  " + column.value;
            if (layout != Layout::commas) text += "\n";
        }
        if (layout == Layout::commas) text += "\n";
    }
    return text + "$$EOE\n*******\n";
}

std::vector<SourceText> three(const std::string& type, Layout layout, const std::string& scale = "TDB")
{
    return {{"a.txt", file_of("Jupiter (599)", type, layout, scale)},
            {"b.txt", file_of("Saturn (699)", type, layout, scale)},
            {"c.txt", file_of("Sun (10)", type, layout, scale)}};
}

std::string error_of(const std::vector<SourceText>& sources)
{
    return samples::error_of([&] { parse_observations(sources); });
}

class HorizonsTypes : public testing::TestWithParam<std::tuple<const char*, Layout>> {};

TEST_P(HorizonsTypes, EveryNumberIsWhatTheFileCallsIt)
{
    const auto [name, layout] = GetParam();
    const std::string type = name;
    const std::vector<SourceText> sources = three(type, layout);
    if (type == "5" || type == "6") {
        EXPECT_THAT(error_of(sources), AllOf(HasSubstr("a.txt"), HasSubstr("Output format " + type), HasSubstr("type 2"),
                                             HasSubstr(type == "5" ? "velocities alone" : "distances and light times alone")));
        return;
    }
    const Observations read = parse_observations(sources);
    ASSERT_EQ(read.size(), 2u);
    for (Eigen::Index row = 0; row < 2; ++row)
        for (Eigen::Index body = 0; body < 3; ++body)
            EXPECT_EQ(read.positions.col(row).segment<3>(3 * body), Eigen::Vector3d(1e8, 2e8, 3e8));
    const bool has_velocity = type.front() == '2' || type.front() == '3';
    ASSERT_EQ(read.has_velocities(), has_velocity);
    if (has_velocity) {
        EXPECT_EQ(read.velocities.col(1).segment<3>(3), Eigen::Vector3d(4, 5, 6));
    }
    const bool has_errors = type.find('x') != type.npos;
    ASSERT_EQ(read.position_sigmas.cols() > 0, has_errors);
    ASSERT_EQ(read.velocity_sigmas.cols() > 0, has_errors && has_velocity);
    if (has_errors) {
        EXPECT_EQ(read.position_sigmas.col(0).segment<3>(6), Eigen::Vector3d(10, 20, 30));
    }
    if (has_errors && has_velocity) {
        EXPECT_EQ(read.velocity_sigmas.col(1).segment<3>(0), Eigen::Vector3d(4e-6, 5e-6, 6e-6));
    }
    const bool other_axes = type.find('a') != type.npos;
    ASSERT_EQ(read.notes.size(), other_axes ? 1u : 0u);
    if (other_axes) {
        EXPECT_THAT(read.notes[0], AllOf(HasSubstr("A_s, C_s, N_s"), HasSubstr("not used")));
    }
}

INSTANTIATE_TEST_SUITE_P(All, HorizonsTypes,
                         testing::Combine(testing::Values("1", "2", "3", "4", "5", "6", "1x", "2x", "1a", "2xa"),
                                          testing::Values(Layout::commas, Layout::labelled, Layout::bare)),
                         [](const auto& test) {
                             return "Type" + std::string(std::get<0>(test.param)) +
                                    (std::get<1>(test.param) == Layout::commas     ? "Commas"
                                     : std::get<1>(test.param) == Layout::labelled ? "Labelled"
                                                                                   : "Bare");
                         });

TEST(HorizonsReference, EpochCentreAndFrameAreKept)
{
    const Observations read = parse_observations(three("2", Layout::commas));
    EXPECT_EQ((Epoch{58119, 0}), *read.reference.epoch);
    EXPECT_EQ("TDB", read.reference.time_scale);
    EXPECT_EQ("Sun (10)", read.reference.centre);
    EXPECT_EQ("Ecliptic of J2000.0", read.reference.frame);
    EXPECT_EQ("", read.reference.aberration);
    const Observations again = samples::parse(to_csv(read));
    EXPECT_EQ(read.reference, again.reference);
}

// 2017 began with a leap second: midnight to midnight took 86401 s.
TEST(HorizonsReference, UtIsConvertedToTdbOverALeapSecond)
{
    std::vector<SourceText> sources = three("1", Layout::commas, "UT");
    for (SourceText& source : sources) {
        source.text.replace(source.text.find("2458119.5"), 9, "2457753.5");
        source.text.replace(source.text.find("2458120.5"), 9, "2457754.5");
    }
    const Observations read = parse_observations(sources);
    EXPECT_NEAR(86401, read.times[1], 1e-4);
    EXPECT_NEAR(68.184, read.reference.epoch->second, 2e-3);
    EXPECT_EQ("TDB", read.reference.time_scale);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_THAT(read.notes[0], AllOf(HasSubstr("UT"), HasSubstr("TDB"), HasSubstr("+68.18")));

    for (SourceText& source : sources) source.text.replace(source.text.find("2457753.5"), 9, "2430000.5");
    EXPECT_THAT(error_of(sources), AllOf(HasSubstr("before 1962"), HasSubstr("1941"), HasSubstr("TDB")));
}

TEST(HorizonsReference, ApparentStatesAreNamed)
{
    std::vector<SourceText> sources = three("2", Layout::labelled);
    for (SourceText& source : sources) source.text.replace(source.text.find("GEOMETRIC"), 9, "LT+S CORRECTED");
    const Observations read = parse_observations(sources);
    EXPECT_EQ("LT+S CORRECTED", read.reference.aberration);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_THAT(read.notes[0], AllOf(HasSubstr("LT+S CORRECTED"), HasSubstr("not where it is")));
}

TEST(HorizonsErrors, UnavailableOnesAreUnknown)
{
    std::vector<SourceText> sources = three("1x", Layout::commas);
    sources[1].text.replace(sources[1].text.find("1.0E+01"), 7, "n.a.   ");
    sources[2].text.replace(sources[2].text.find("1.0E+01"), 7, "0.0E+00");
    const Observations read = parse_observations(sources);
    EXPECT_TRUE(std::isnan(read.position_sigmas(3, 0)));
    EXPECT_TRUE(std::isnan(read.position_sigmas(6, 0)));
    EXPECT_EQ(10, read.position_sigmas(0, 0));
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_THAT(read.notes[0], HasSubstr("2 errors are zero or not available"));
}

TEST(HorizonsReplies, TheJsonOfTheServiceIsUnwrapped)
{
    const std::vector<SourceText> plain = three("3", Layout::labelled);
    std::vector<SourceText> wrapped = plain;
    for (SourceText& source : wrapped)
        source.text = nlohmann::json{{"signature", {{"source", "NASA/JPL Horizons API"}, {"version", "1.2"}}}, {"result", source.text}}.dump();
    samples::expect_same(parse_observations(wrapped), parse_observations(plain));
    // One of the three may be plain text.
    samples::expect_same(parse_observations(std::vector<SourceText>{plain[0], wrapped[1], plain[2]}), parse_observations(plain));

    wrapped[1].text = R"({"signature":{"source":"NASA/JPL Horizons API"},"error":"Cannot find that body"})";
    EXPECT_THAT(error_of(wrapped), AllOf(HasSubstr("b.txt"), HasSubstr("Cannot find that body")));
    wrapped[1].text = R"({"signature":{"source":"NASA/JPL Horizons API"},"result":"cut)";
    EXPECT_THAT(error_of(wrapped), AllOf(HasSubstr("b.txt"), HasSubstr("no valid JSON")));
}

TEST(HorizonsReplies, TheFileThatIsNoTableIsBlamedForWhatItIs)
{
    const std::string service = "API VERSION: 1.2\nAPI SOURCE: NASA/JPL Horizons API\n\n";
    for (std::size_t wrong = 0; wrong < 3; ++wrong) {
        std::vector<SourceText> sources = three("2", Layout::commas);
        const std::string file = sources[wrong].file;
        sources[wrong].text = service + "No ephemeris for target \"Made Up\" after A.D. 2050\n";
        EXPECT_THAT(error_of(sources), AllOf(HasSubstr(file + ": Horizons answered"), HasSubstr("No ephemeris for target \"Made Up\"")));
        sources[wrong].text = service + "*******\n Multiple major-bodies match string \"EARTH*\"\n  ID#  Name\n";
        EXPECT_THAT(error_of(sources), AllOf(HasSubstr(file), HasSubstr("several bodies")));
        sources[wrong].text = "Target body name: X (1)\nOutput units    : KM-S\n*****\n Date__(UT)__HR:MN     R.A.___(ICRF)___DEC\n*****\n$$SOE\n 2022-Jun-10 00:00  1 2 3\n$$EOE\n";
        EXPECT_THAT(error_of(sources), AllOf(HasSubstr(file), HasSubstr("observer table"), HasSubstr("Vector Table")));
        sources[wrong].text = "Target body name: X (1)\nOutput units    : AU-D\nOutput type     : GEOMETRIC osculating elements\n*****\nJDTDB\n   EC    QR   IN\n*****\n$$SOE\n2458119.5 = A.D.\n EC= 1 QR= 2 IN= 3\n$$EOE\n";
        EXPECT_THAT(error_of(sources), AllOf(HasSubstr(file), HasSubstr("orbital elements")));
        sources[wrong].text = "<!DOCTYPE html><html><body>503</body></html>";
        EXPECT_THAT(error_of(sources), AllOf(HasSubstr(file), HasSubstr("web page")));
        sources[wrong].text = "t,x1,y1\n0,1,2\n";
        EXPECT_THAT(error_of(sources), AllOf(HasSubstr(file + ": the file is CSV"), HasSubstr("Horizons")));
    }
}

TEST(HorizonsReplies, ABarycentreAndWhatItContainsAreNoTwoBodies)
{
    std::vector<SourceText> sources = three("2", Layout::commas);
    sources[1].text.replace(sources[1].text.find("Saturn (699)"), 12, "Jupiter Barycenter (5)");
    EXPECT_THAT(error_of(sources), AllOf(HasSubstr("b.txt"), HasSubstr("Jupiter Barycenter (5)"), HasSubstr("a.txt is Jupiter (599)")));
    sources = three("2", Layout::commas);
    sources[1].text.replace(sources[1].text.find("Saturn (699)"), 12, "Saturn Barycenter (6)");
    EXPECT_EQ(2u, parse_observations(sources).size());
}

TEST(HorizonsLayouts, NumbersWithoutLabelsNeedTheLinesOfNames)
{
    std::vector<SourceText> sources = three("4", Layout::bare);
    for (SourceText& source : sources) {
        const std::size_t names = source.text.find("   X   Y   Z\n");
        source.text.erase(names, source.text.find("*******\n$$SOE") - names);
    }
    EXPECT_THAT(error_of(sources), AllOf(HasSubstr("no line above $$SOE names them"), HasSubstr("VEC_LABELS=YES")));
}

}  // namespace
}  // namespace syzygy
