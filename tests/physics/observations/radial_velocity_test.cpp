// Radial velocities are recognised and said not to be supported; tables of positions are not taken for them.
#include "physics/observations/import.hpp"
#include "physics/observations/loaders.hpp"
#include "physics/observations/radial_velocity_guess.hpp"
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;

/// A star's velocity under a planet of 61 days, in m/s, as archives write it.
std::string velocities(const std::string& head, double scale = 1)
{
    std::string text = head;
    for (int k = 0; k < 40; ++k) {
        const double t = 2450602.093 + 7.3 * k;
        text += fmt::format("  {:.3f}   {:.3f}   {:.3f}\n", t, scale * 210 * std::sin(2 * M_PI * t / 61.1),
                            scale * (3 + 0.1 * (k % 7)));
    }
    return text;
}

const std::string remedy = "name its columns t, rv1 and srv1 (errors), with the number of the body observed, below lines '# units:' and '# bodies:'";

std::string error_of(const std::string& text)
{
    const SourceText source{"star.vels", text};
    const auto error = radial_velocity_guess({&source, 1});
    return error ? error->what() : "";
}

TEST(RadialVelocities, AreRecognisedByTheirHeaderNamesOrNumbers)
{
    EXPECT_THAT(error_of(velocities("# telescope = KECK\n# value_units = M/S\n")),
                HasSubstr("this looks like radial velocities (3 columns, header value_units = M/S)"));
    EXPECT_THAT(error_of(velocities("# JD RVobs eRVobs\n")), HasSubstr("(3 columns, column RVobs)"));
    EXPECT_THAT(error_of(velocities("bjd vrad svrad\n--- ---- -----\n")), HasSubstr("(3 columns, column vrad)"));
    EXPECT_THAT(error_of(velocities("", 1e-3)), HasSubstr("(3 columns: times, values that go up and down, errors)"));
    EXPECT_THAT(error_of(velocities("")), HasSubstr(remedy));
}

TEST(RadialVelocities, ArePositionsOrTransitTimesNot)
{
    std::string circle = "t x y\n", transits, positions = "t,x1,y1,z1,x2,y2,z2,x3,y3,z3\n";
    for (int k = 0; k < 40; ++k) {
        circle += fmt::format("{} {} {}\n", k, std::cos(0.3 * k), std::sin(0.3 * k));
        transits += fmt::format("{:.5f} 1e-4 1\n", -34.3 + 41.07 * k);
        positions += fmt::format("{0},{0},2,3,4,5,6,7,8,9\n", k);
    }
    EXPECT_EQ(error_of(circle), "");
    EXPECT_EQ(error_of(transits), "");
    EXPECT_EQ(error_of(positions), "");
    EXPECT_EQ(error_of(""), "");
}

TEST(RadialVelocities, AreNamedByTheImportPreviewTheLoaderAndTheCommandLine)
{
    const SourceText source{"star.vels", velocities("# value_units = M/S\n")};
    const ImportPreview preview = preview_import({&source, 1}, std::nullopt);
    ASSERT_TRUE(preview.error);
    EXPECT_THAT(preview.error->what(), HasSubstr("radial velocities"));
    EXPECT_THROW(parse_observations({&source, 1}), InputError);

    const TemporaryFolder folder;
    const ProgramRun run = run_syzygy({"fit", folder.write("star.vels", source.text)});
    EXPECT_EQ(run.exit_code, 2) << run.err;
    std::printf("%s", run.err.c_str());
    EXPECT_THAT(run.err, HasSubstr("this looks like radial velocities (3 columns, header value_units = M/S)"));
    EXPECT_THAT(run.err, HasSubstr(remedy));
}

TEST(RadialVelocities, OfRealStarsAreRecognised)
{
    const std::filesystem::path folder = std::filesystem::path(SYZYGY_SOURCE_DIR) / "../shared/data/stars";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: the tables are not in ../shared/data/stars";
    int known = 0;
    for (const char* file :
         {"gj876/GJ876_2_KECK.vels", "gj876/GJ876_1_LICK.vels", "hd45364/HD45364_1_3.6M.vels", "kepler9/obsRV.dat",
          "koi142/RV_data_KOI142", "tic172900988/SOPHIE.rv", "kepler16/Kepler16.vels", "kepler16/Kepler16.rdb",
          "twa3/keck.dat", "hd60532/HD60532_1_3.6M.vels"}) {
        const SourceText source = read_beginning(folder / file);
        const auto error = radial_velocity_guess({&source, 1});
        std::printf("%s: %s\n", file, error ? error->what() : "not recognised");
        EXPECT_TRUE(error) << file;
        known += error.has_value();
    }
    EXPECT_EQ(known, 10);
    for (const char* file : {"kepler16/Kepler16_primary.tds", "j0337/delays.txt"}) {
        const SourceText source = read_beginning(folder / file);
        EXPECT_FALSE(radial_velocity_guess({&source, 1})) << file;
    }
}

}  // namespace
}  // namespace syzygy::testing
