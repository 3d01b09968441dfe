#include "physics/run/correction_choice.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

const BodyNames bodies{"Sun", "Jupiter", "Saturn"};

FitSetup setup_of(const std::string& correction, const std::string& free)
{
    FitSetup setup;
    setup.correction.correction = correction;
    setup.fit.free = free;
    return setup;
}

TEST(CorrectionChoice, ANetworkIsFreeUnlessItIsHeldAndNamedValuesWhereTheyAreNamed)
{
    EXPECT_FALSE(frees_correction(setup_of("none", ""), bodies));
    EXPECT_TRUE(frees_correction(setup_of("pairwise", ""), bodies));
    EXPECT_TRUE(frees_correction(setup_of("pairwise", "masses,correction"), bodies));
    EXPECT_FALSE(frees_correction(setup_of("pairwise", "masses"), bodies));
    EXPECT_TRUE(frees_correction(setup_of("drag", "masses,correction"), bodies));
    EXPECT_FALSE(frees_correction(setup_of("drag", "masses"), bodies));
}

TEST(CorrectionChoice, ParametersAreKnownByTheNamesOfTheCorrectionThatIsChosen)
{
    CorrectionOptions chosen;
    EXPECT_TRUE(parameter_table(bodies, chosen).size() == 21);
    chosen.correction = "drag";
    const ParameterTable table = parameter_table(bodies, chosen);
    ASSERT_EQ(table.size(), 23);
    EXPECT_EQ(table[21].id, "drag-linear");
    EXPECT_EQ(table[22].id, "drag-quadratic");
    chosen.correction = "pairwise";
    EXPECT_TRUE(parameter_table(bodies, chosen).size() == 21);
    EXPECT_TRUE(frees_correction(setup_of("drag", "masses,drag-linear"), bodies));
    EXPECT_THROW(frees_correction(setup_of("drag", "masses,node"), bodies), ArgumentError);

    FitOptions options;
    options.free = "masses,drag-linear";
    EXPECT_EQ(with_correction_free(options, table, true, false).free, "masses,drag-linear");
    EXPECT_EQ(with_correction_free(options, table, false, false).free, "masses");
}

TEST(CorrectionChoice, FreeingItLeavesWhatElseIsFree)
{
    FitOptions options;
    options = with_correction_free(options, bodies, true, false);
    EXPECT_EQ(options.free, "masses,correction");
    options = with_correction_free(options, bodies, false, false);
    EXPECT_EQ(options.free, "masses");
    options.free = "m1,velocities";
    options = with_correction_free(options, bodies, true, false);
    EXPECT_EQ(options.free, "m1,velocities,correction");
    EXPECT_EQ(with_correction_free({}, bodies, true, true).free, "masses,initial,correction");
}

TEST(CorrectionChoice, TheStatesFreedomLeavesTheCorrectionsAlone)
{
    FitOptions options;
    options.free = "masses,correction";
    EXPECT_EQ(with_state_freedom(options, bodies, StateFreedom::velocities).free, "masses,velocities,correction");
    options.free = "masses";
    EXPECT_EQ(with_state_freedom(options, bodies, StateFreedom::free).free, "masses,initial");
}

TEST(CorrectionChoice, EachKindHasTheOptionsThatSaySomethingAboutIt)
{
    const auto applying = [](const std::string& kind) {
        CorrectionOptions chosen;
        chosen.correction = kind;
        std::vector<std::string> ids;
        for (const auto& option : correction_options())
            if (applies(option, chosen)) ids.emplace_back(option.id);
        return ids;
    };
    const auto has = [&](const std::string& kind, const std::string& id) {
        const auto ids = applying(kind);
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    };
    EXPECT_EQ(applying("none"), std::vector<std::string>{"correction"});
    EXPECT_TRUE(has("pairwise", "network") && has("pairwise", "potential") && !has("pairwise", "augmented"));
    EXPECT_TRUE(!has("pairwise", "values") && has("post-newtonian", "values") && !has("post-newtonian", "network"));
    EXPECT_TRUE(has("full", "augmented") && has("full", "replace-newton") && !has("full", "potential"));
}

}  // namespace
}  // namespace syzygy
