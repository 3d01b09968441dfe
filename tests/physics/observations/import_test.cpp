#include "physics/observations/import.hpp"

#include "core/base/cancelled.hpp"
#include "physics/observations/column_guess.hpp"
#include "physics/observations/csv.hpp"
#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace syzygy {
namespace {

using testing::HasSubstr;
using Names = std::vector<std::string>;

std::vector<std::string> guessed(const Names& names)
{
    std::vector<std::string> result;
    for (const int slot : guess_columns(names).slots) result.push_back(slot == ignored_slot ? "-" : column_name(slot));
    return result;
}

TEST(ColumnGuess, TakesTheNamesOfTheFormatAsTheyAre)
{
    EXPECT_EQ(guessed(column_names()), column_names());
}

TEST(ColumnGuess, KnowsWaysToWriteThem)
{
    EXPECT_EQ(guessed({"time", "X", "Y", "Z", "VX", "VY", "VZ"}), (Names{"t", "x1", "y1", "z1", "vx1", "vy1", "vz1"}));
    EXPECT_EQ(guessed({"JDTDB", "body1_x", "body1_y", "body2_x", "body2_y"}), (Names{"t", "x1", "y1", "x2", "y2"}));
    EXPECT_EQ(guessed({"epoch", "sun_x", "earth_x", "moon_x", "vx_earth", "comment"}),
              (Names{"t", "x1", "x2", "x3", "vx2", "-"}));
    EXPECT_EQ(guessed({"t (s)", "r0x", "r1x", "r2x", "v0x", "sigma_x1", "x2_err"}),
              (Names{"t", "x1", "x2", "x3", "vx1", "sx2", "sx3"}));
    EXPECT_EQ(guessed({"t", "x", "y", "z", "x", "y", "z", "x", "y", "z"}),
              (Names{"t", "x1", "y1", "z1", "x2", "y2", "z2", "x3", "y3", "z3"}));
    EXPECT_EQ(guessed({"time", "SunX", "SunY", "JupiterX", "x_km"}), (Names{"t", "x1", "y1", "x2", "x3"}));
}

TEST(ColumnGuess, LeavesAFourthBodyAndWhatItDoesNotKnow)
{
    EXPECT_EQ(guessed({"t", "x_a", "x_b", "x_c", "x_d", "magnitude", ""}),
              (Names{"t", "x1", "x2", "x3", "-", "-", "-"}));
}

TEST(ColumnGuess, FindsNamesAndUnits)
{
    const ColumnGuess guess = guess_columns(Names{"time [d]", "sun_x [au]", "Earth_x [au]", "moon_x [au]"});
    EXPECT_EQ(guess.bodies, (Names{"Sun", "Earth", "Moon"}));
    EXPECT_EQ(guess.units, "G=1, length=1 au, time=1 d");
    EXPECT_EQ(guess_columns(Names{"t (yr)", "x1 (au)", "vx1 (km/s)"}).units,
              "length=1 au, mass=1 Msun, time=1 yr, velocity=1 km/s");
    EXPECT_EQ(guess_columns(Names{"t", "x1"}).units, "");
}

const std::string sun_table =
    "time,sun_x,sun_y,sun_z,earth_x,earth_y,earth_z,moon_x,moon_y,moon_z,note\n"
    "0,1,2,3,4,5,6,7,8,9,first\n1,11,12,13,14,15,16,17,18,19,\"se,cond\"\n";

TEST(Import, ReadsATableWithOtherNamesByTheGuess)
{
    const SourceText source{"sky.csv", sun_table};
    const ImportPreview preview = preview_import({&source, 1}, {});
    EXPECT_FALSE(preview.readable);
    EXPECT_FALSE(preview.fits);
    ASSERT_TRUE(preview.observations) << preview.error->what();
    const Observations& read = *preview.observations;
    EXPECT_EQ(read.bodies, (std::array<std::string, 3>{"Sun", "Earth", "Moon"}));
    EXPECT_EQ(read.times, (std::vector<double>{0, 1}));
    EXPECT_EQ(read.positions(8, 1), 19);
    EXPECT_EQ(preview.files[0].rows[1][10], "se,cond");
    samples::expect_same(read, import_observations({&source, 1}, preview.guess));
}

TEST(Import, OfAReadableFileChangesOnlyWhatIsSaid)
{
    const SourceText source{"plain.csv", "# bodies: A, B, C\n# masses: 1, 2, 3\n# relative-to: C\n" +
                                             samples::csv("0,1,2,3,4,5,6,7,8,9\n1,1,2,3,4,5,6,7,8,9\n")};
    const Observations found = samples::parse(source.text);
    EXPECT_TRUE(as_found({}));
    samples::expect_same(import_observations({&source, 1}, {}), found);

    ImportOptions options;
    options.order = {2, 0, 1};
    options.names[1] = "first";
    options.units = "length=1 au, mass=1 Msun, time=1 d";
    EXPECT_FALSE(as_found(options));
    Observations changed = import_observations({&source, 1}, options);
    EXPECT_EQ(changed.bodies, (std::array<std::string, 3>{"C", "first", "B"}));
    EXPECT_EQ(*changed.true_masses, Eigen::Vector3d(3, 1, 2));
    EXPECT_EQ(changed.relative_to, 0);
    EXPECT_EQ(changed.positions(0, 0), 7);
    EXPECT_EQ(changed.positions(5, 0), 3);
    EXPECT_EQ(changed.units.length_label(), "au");

    options.relative_to = -1;
    EXPECT_FALSE(import_observations({&source, 1}, options).relative_to);
    options.relative_to = 1;
    EXPECT_EQ(import_observations({&source, 1}, options).relative_to, 1);
}

TEST(Import, WhatItReadIsReadBackFromItsCsv)
{
    const SourceText source{"sky.csv", sun_table};
    const Observations read = *preview_import({&source, 1}, {}).observations;
    samples::expect_same(samples::parse(to_csv(read)), read);
}

TEST(Import, JoinsThreeTablesOfOneBodyAtTheirCommonTimes)
{
    const std::vector<SourceText> sources{{"data/sun.csv", "t,x,y,z\n0,1,2,3\n1,4,5,6\n2,7,8,9\n"},
                                          {"data/earth.csv", "t,x,y,z\n2,70,80,90\n1,40,50,60\n"},
                                          {"data/moon.csv", "time;X;Y;Z;VX;VY;VZ\n1;7;7;7;1;2;3\n2;8;8;8;1;2;3\n"}};
    const ImportPreview preview = preview_import(sources, {});
    ASSERT_TRUE(preview.observations) << preview.error->what();
    EXPECT_TRUE(preview.readable);
    const Observations& read = *preview.observations;
    EXPECT_EQ(read.bodies, (std::array<std::string, 3>{"sun", "earth", "moon"}));
    EXPECT_EQ(read.times, (std::vector<double>{1, 2}));
    EXPECT_EQ(read.positions(0, 0), 4);
    EXPECT_EQ(read.positions(5, 1), 90);
    EXPECT_EQ(read.velocities(8, 0), 3);
    EXPECT_TRUE(std::isnan(read.velocities(0, 0)));
    ASSERT_EQ(read.notes.size(), 2u);
    EXPECT_THAT(read.notes[1] + read.notes[0], HasSubstr("have no partner"));
}

TEST(Import, TakesMotionInAPlaneAndTablesWithoutNames)
{
    const SourceText plane{"plane.txt", "t x1 y1 x2 y2 x3 y3\n0 1 2 3 4 5 6\n1 1 2 3 4 5 6\n"};
    const ImportPreview preview = preview_import({&plane, 1}, {});
    ASSERT_TRUE(preview.observations) << preview.error->what();
    EXPECT_EQ(preview.observations->positions.row(2), Eigen::RowVector2d(0, 0));
    EXPECT_EQ(preview.observations->positions(7, 1), 6);

    const SourceText bare{"bare.txt", "0 1 2 3 4 5 6 7 8 9\n1 1 2 3 4 5 6 7 8 10\n"};
    const ImportPreview without_names = preview_import({&bare, 1}, {});
    ASSERT_TRUE(without_names.observations) << without_names.error->what();
    EXPECT_EQ(without_names.observations->size(), 2u);
    EXPECT_EQ(without_names.observations->positions(8, 1), 10);
    EXPECT_EQ(without_names.files[0].columns[9], "column 10");
}

TEST(Import, SaysWhatIsWrongAndWhatToDo)
{
    const SourceText source{"sky.csv", sun_table};
    ImportOptions options = preview_import({&source, 1}, {}).guess;
    const auto error = [&] { return samples::error_of([&] { import_observations({&source, 1}, options); }); };
    options.columns[0][1] = slot_of(0, 1);
    EXPECT_THAT(error(), HasSubstr("two columns are given as 'y1'"));
    options.columns[0][1] = ignored_slot;
    EXPECT_THAT(error(), HasSubstr("the columns lack 'x1'"));
    options.columns[0].assign(11, ignored_slot);
    EXPECT_THAT(error(), HasSubstr("no column is the time"));
    options.columns[0][0] = 0;
    for (int c = 0; c < 3; ++c) options.columns[0][static_cast<std::size_t>(c + 1)] = slot_of(0, c);
    EXPECT_THAT(error(), HasSubstr("of one body only"));
    options = preview_import({&source, 1}, {}).guess;
    options.order = {0, 0, 1};
    EXPECT_THAT(error(), HasSubstr("chosen twice"));
    options.order = {0, 1, 2};
    options.units = "length=1 foot";
    EXPECT_THAT(error(), HasSubstr("wrong units"));

    const std::vector<SourceText> two{{"a.csv", "t,x,y,z\n0,1,2,3\n"}, {"b.csv", "t,x,y,z\n0,1,2,3\n"}};
    const ImportPreview preview = preview_import(two, {});
    EXPECT_FALSE(preview.observations);
    EXPECT_THAT(preview.error->what(), HasSubstr("2 files were given"));
    EXPECT_FALSE(preview.fits);
}

TEST(Import, PreviewTellsFilesThatItCannotHelpFromThoseItCan)
{
    const SourceText bad_cell{"bad.csv", samples::csv("0,1,2,3,4,5,6,7,8,9\n1,1,2,3,4,5,6,7,oops,9\n")};
    const ImportPreview preview = preview_import({&bad_cell, 1}, {});
    EXPECT_TRUE(preview.fits);
    EXPECT_FALSE(preview.readable);
    EXPECT_EQ(preview.error->place().line, 3u);
    const SourceText one{"sun.txt", samples::horizons("Sun (10)", samples::comma_row("2458119.500000000", "1"))};
    EXPECT_FALSE(preview_import({&one, 1}, {}).fits);
}

TEST(Import, ABeginningIsCutSoThatItCanBeParsed)
{
    const std::string csv = samples::csv("0,1,2,3,4,5,6,7,8,9\n1,1,2,3,4,5,6,7,8,9\n2,1,2,3,4");
    const SourceText cut = shortened({"a.csv", csv}, false);
    EXPECT_EQ(samples::parse(cut.text).size(), 2u);
    EXPECT_EQ(shortened({"a.csv", csv}, true).text, csv);

    for (const bool commas : {true, false}) {
        std::string rows;
        for (int day = 0; day < 9; ++day) {
            const std::string epoch = "245811" + std::to_string(day) + ".500000000";
            rows += commas ? samples::comma_row(epoch, "1") : samples::labelled_row(epoch, " 1.0E+00");
        }
        const std::string names[] = {"Sun (10)", "Earth (399)", "Moon (301)"};
        const std::string end = "$$EOE\n*******\nNotes\n";
        for (std::size_t less = 1; less < 400; ++less) {
            std::vector<SourceText> sources;
            for (const std::string& name : names) {
                const std::string whole = samples::horizons(name, rows, commas);
                sources.push_back(shortened({name, whole.substr(0, whole.size() - end.size() - less)}, false));
            }
            const ImportPreview preview = preview_import(sources, {});
            ASSERT_TRUE(preview.readable) << less << ' ' << preview.error->what();
            EXPECT_GE(preview.observations->size(), 5u);
        }
    }
}

TEST(Import, AndLoadingEndWhenStopped)
{
    std::string rows;
    for (int row = 0; row < 5000; ++row) rows += std::to_string(row) + ",1,2,3,4,5,6,7,8,9\n";
    const SourceText source{"a.csv", samples::csv(rows)};
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(parse_observations({&source, 1}, stop.get_token()), Cancelled);
    EXPECT_THROW(import_observations({&source, 1}, {}, stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace syzygy
