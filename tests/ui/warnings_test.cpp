// The warnings of a fit and what can be done about them; which error of a mass is shown first.
#include "tests/ui/support/input.hpp"
#include "tests/ui/support/screenshot.hpp"
#include "ui/forms/note.hpp"
#include "ui/panels/bodies_section.hpp"
#include "ui/panels/body_card.hpp"
#include "ui/panels/numbers_table.hpp"
#include "ui/panels/status_line.hpp"
#include "ui/panels/warning_list.hpp"
#include "ui/session/remedies.hpp"
#include "ui/session/session.hpp"

#include <QPushButton>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::wait_until;

/// The ACA example with a force that Newton alone does not have, or without.
Recipe recipe(double inverse_c2, double noise)
{
    Recipe made{"aca", {}};
    made.simulate.t1 = 1;
    made.simulate.samples = 200;
    made.simulate.noise = noise;
    made.simulate.velocities = true;
    if (inverse_c2 > 0) {
        made.correction.correction = "post-newtonian";
        made.correction.values = fmt::format("inverse-c2={}", inverse_c2);
    }
    return made;
}

struct Open {
    explicit Open(double inverse_c2 = 0, double noise = 1e-4)
    {
        FitSetup setup;
        setup.fit.start = {1, 1, 1};
        setup.fit.free = "masses";
        session.set_data(make_data(recipe(inverse_c2, noise)), setup);
        EXPECT_TRUE(wait_until([&] { return session.has_newest_picture(); }));
    }
    bool fit()
    {
        session.start_fit();
        return ended();
    }
    bool ended()
    {
        return wait_until(
            [&] { return session.run_state() == RunState::idle && session.result() && session.has_newest_picture(); },
            60s);
    }
    const Warning* warning(const char* code)
    {
        for (const Warning& each : session.result()->warnings)
            if (each.code == code) return &each;
        return nullptr;
    }
    Session session;
};

/// A hand that moved an arrow before a fit which holds the state: no masses fit that.
struct Moved : Open {
    Moved()
    {
        State state = session.point().initial_state;
        first = state;
        session.set_velocity(2, state.segment<3>(15) + Eigen::Vector3d(0.02, 0, 0));
        EXPECT_TRUE(wait_until([&] { return session.has_newest_picture(); }));
        EXPECT_TRUE(fit());
        list.resize(400, 1400);
        list.show();
    }
    void click(const char* button)
    {
        auto* found = list.findChild<QPushButton*>(QLatin1String(button));
        ASSERT_NE(found, nullptr) << button;
        ASSERT_TRUE(wait_until([&] { return found->isVisible() && list.isVisible(); }));
        testing::click(*found);
        ASSERT_TRUE(wait_until([&] { return session.run_state() == RunState::running || session.result(); }));
        ASSERT_TRUE(ended());
    }
    State first;
    WarningList list{session, nullptr};
};

TEST(Warnings, OfAMovedArrowNameIt)
{
    Moved open;
    ASSERT_NE(open.warning("misfit"), nullptr);
    EXPECT_EQ(trust(*open.session.result()), Trust::untrusted);
    EXPECT_THAT(
        open.warning("misfit")->message,
        HasSubstr("initial velocity of " + open.session.data().observations->bodies[2] + " was changed by hand"));
    testing::screenshot(open.list, "warnings-moved");
    EXPECT_THAT(testing::clipped_texts(open.list), ::testing::IsEmpty());
}

TEST(Warnings, ButtonFreesTheInitialStateAndTheFitIsRight)
{
    Moved open;
    open.click("misfit:free-state");
    EXPECT_EQ(open.session.setup().fit.free, "masses,initial");
    EXPECT_EQ(trust(*open.session.result()), Trust::trusted) << headline(*open.session.result(), "");
    EXPECT_NEAR(open.session.result()->point.masses[0], 1.1, 5 * open.session.result()->parameters[0].trusted_sigma());
    // The arrow goes back to where the data have it.
    EXPECT_LT((open.session.result()->point.initial_state - open.first).norm(), 0.01);
    EXPECT_FALSE(open.list.isVisible());
}

TEST(Warnings, ButtonPutsTheInitialStateBackToTheData)
{
    Moved open;
    open.click("misfit:first-row");
    EXPECT_EQ(open.session.point().initial_state, open.first);
    EXPECT_EQ(open.warning("phase-wrap"), nullptr);
    EXPECT_LT(open.session.result()->residual_share, 0.01);
}

TEST(Warnings, ButtonTakesPositionsRelativeToTheHeaviest)
{
    Moved open;
    open.click("misfit:relative-to");
    const auto& bodies = open.session.data().observations->bodies;
    EXPECT_TRUE(std::ranges::find(bodies, open.session.setup().data.relative_to) != bodies.end())
        << open.session.setup().data.relative_to;
    EXPECT_GE(open.session.picture()->solution->data->reference, 0);
}

TEST(Warnings, ButtonShortensTheWindow)
{
    Moved open;
    open.click("misfit:shorten");
    EXPECT_NEAR(open.session.window().second, 0.5, 0.01);
    EXPECT_EQ(open.session.window().first, 0);
}

/// Something of a setup that a remedy may change.
std::string state_of(const Session& session)
{
    const FitSetup& setup = session.setup();
    return fmt::format("{} | {} | {} | {} | {} | {:.17g} | {:.17g}", setup.fit.free, setup.fit.fix, setup.fit.grow,
                       setup.data.relative_to, value_text(setup.data.window), setup.solver.rtol,
                       session.point().initial_state.norm());
}

TEST(Warnings, OfEveryCodeHaveARemedyThatChangesWhatItSays)
{
    struct Case {
        const char* code;
        std::vector<std::string_view> ids;
    };
    const Case cases[] = {
        {"misfit", {"first-row", "relative-to", "free-state", "shorten"}},
        {"halves", {"first-row", "relative-to", "free-state", "shorten", "grow"}},
        {"phase-wrap", {"first-row", "grow", "free-state", "shorten"}},
        {"unidentifiable", {"whole"}},  // what else there is, is below
        {"close-encounter", {"shorten"}},
        {"horizon", {"tolerance", "shorten"}},
        {"gradient-error", {"tolerance", "grow", "shorten"}},
    };
    Open open;
    FitSetup setup = open.session.setup();
    setup.data.window = {0, 0.8};
    open.session.set_setup(setup);
    ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
    open.session.set_velocity(2, open.session.point().initial_state.segment<3>(15) + Eigen::Vector3d(0.02, 0, 0));
    ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
    ASSERT_TRUE(open.fit());
    std::vector<std::vector<Remedy>> all;
    for (const Case& each : cases) all.push_back(remedies({each.code, "", 0.5}, open.session));
    const ModelPoint point = open.session.point();
    for (std::size_t k = 0; k < all.size(); ++k) {
        ASSERT_EQ(all[k].size(), cases[k].ids.size()) << cases[k].code;
        for (std::size_t i = 0; i < all[k].size(); ++i) {
            SCOPED_TRACE(fmt::format("{}:{}", cases[k].code, cases[k].ids[i]));
            open.session.set_setup(setup);
            open.session.set_point(point);
            ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
            EXPECT_EQ(all[k][i].id, cases[k].ids[i]);
            const std::string before = state_of(open.session);
            all[k][i].change(open.session);
            std::printf("%s: %s\n", cases[k].code, all[k][i].label.toUtf8().constData());
            EXPECT_NE(state_of(open.session), before);
        }
    }
    Open other;
    ASSERT_TRUE(other.fit());
    EXPECT_TRUE(remedies({"a code of tomorrow", ""}, other.session).empty());
}

TEST(Warnings, OfAMassThatIsNotDeterminedOfferToHoldIt)
{
    Open open(0, 0.1);
    FitSetup setup = open.session.setup();
    setup.data.window = {0, 0.2};
    setup.fit.free = "masses,initial";
    open.session.set_setup(setup);
    ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
    ASSERT_TRUE(open.fit());
    ASSERT_NE(open.warning("unidentifiable"), nullptr) << headline(*open.session.result(), "");
    const std::vector<Remedy> found = remedies(*open.warning("unidentifiable"), open.session);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.front().id, "hold");
    found.front().change(open.session);
    EXPECT_THAT(open.session.setup().fit.fix, HasSubstr("m"));
}

/// The line of Numbers with that label, and the one below it.
std::pair<QString, QString> lines_of(const Session& session, const QString& label)
{
    for (const NumberGroup& group : numbers_of(session, 0))
        if (group.title == QStringLiteral("Last fit"))
            for (std::size_t i = 0; i + 1 < group.lines.size(); ++i)
                if (group.lines[i].label == label) return {group.lines[i].value, group.lines[i + 1].value};
    return {};
}

TEST(Errors, TheWidenedOneStandsFirstEverywhere)
{
    Open open(1e-3);
    FitSetup setup = open.session.setup();
    setup.fit.free = "masses,initial";
    open.session.set_setup(setup);
    ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
    ASSERT_TRUE(open.fit());
    const FitResult& result = *open.session.result();
    const FittedParameter& mass = result.parameters[0];
    ASSERT_GT(mass.scaled_sigma, 1.5 * mass.sigma) << headline(result, "");
    const std::string widened = fmt::format("{:.2g}", mass.scaled_sigma), formal = fmt::format("{:.2g}", mass.sigma);
    std::printf("%s; widened %s, formal %s\n", headline(result, "").c_str(), widened.c_str(), formal.c_str());

    const auto [value, below] =
        lines_of(open.session, "Mass of " + QString::fromStdString(open.session.data().observations->bodies[0]));
    std::printf("Numbers: %s / %s\n", value.toUtf8().constData(), below.toUtf8().constData());
    ASSERT_EQ(trust(result), Trust::with_care);
    EXPECT_THAT(value.toStdString(), HasSubstr(widened));
    EXPECT_THAT(value.toStdString(), Not(HasSubstr(formal)));
    EXPECT_THAT(below.toStdString(), HasSubstr("formal error \u00b1 " + formal));

    const std::string text = numbers_text(numbers_of(open.session, 0)).toStdString();
    EXPECT_LT(text.find("\u00b1 " + widened), text.find("\u00b1 " + formal));
    BodiesSection section(open.session, nullptr);
    std::string card;
    for (const Note* note : section.findChildren<BodyCard*>().front()->findChildren<Note*>())
        card += note->text().toStdString() + "\n";
    std::printf("card: %s\n", card.c_str());
    EXPECT_THAT(card, HasSubstr("\u00b1 " + widened));
    EXPECT_LT(card.find("\u00b1 " + widened), card.find("\u00b1 " + formal));
    EXPECT_THAT(card, HasSubstr("formal error"));
}

TEST(Errors, OfAResultThatIsNotToBeTrustedAreNotPrintedAsAResult)
{
    Moved open;
    BodiesSection section(open.session, nullptr);
    for (BodyCard* card : section.findChildren<BodyCard*>()) {
        std::string text;
        for (const Note* note : card->findChildren<Note*>()) text += note->text().toStdString() + "\n";
        EXPECT_THAT(text, HasSubstr("not to be trusted"));
    }
    const auto [value, below] =
        lines_of(open.session, "Mass of " + QString::fromStdString(open.session.data().observations->bodies[0]));
    EXPECT_THAT(value.toStdString(), HasSubstr("(not to be trusted)"));
    EXPECT_THAT(value.toStdString(), Not(HasSubstr("\u00b1")));
}

}  // namespace
}  // namespace syzygy
