// Each example as a person uses it: opened by the menu, fitted, stopped, scrubbed; all with the real mouse and keys.
#include "tests/ui/support/desktop.hpp"

#include <fmt/format.h>

namespace syzygy::testing {
namespace {

class ExampleDesktop : public Desktop, public ::testing::WithParamInterface<std::size_t> {
protected:
    const ExampleInfo& example_ = examples()[GetParam()];
};

TEST_P(ExampleDesktop, IsOpenedFittedStoppedAndScrubbed)
{
    open_window();
    QAction* entry = find_entry(window().menuBar()->actions(), QString::fromStdString(example_.label));
    ASSERT_NE(entry, nullptr) << example_.label;
    QSignalSpy loaded(&session(), &Session::data_changed);
    ASSERT_TRUE(choose(*window().menuBar(), *entry));
    ASSERT_TRUE(wait_until([&] { return loaded.count() > 0; }));
    ASSERT_TRUE(wait_until([&] { return session().picture() != nullptr; }));
    EXPECT_EQ(session().data().recipe->scenario, example_.id);

    // Stopped while it runs: shown within a tenth of a second.
    session().stop_fit();
    ASSERT_TRUE(settled());
    key(window(), QKeySequence(QStringLiteral("Ctrl+R")));
    session().set_pace(3);
    key(window(), QKeySequence(QStringLiteral("F5")));
    ASSERT_TRUE(wait_until([&] { return session().run_state() == RunState::running; }));
    ASSERT_TRUE(wait_until([&] { return !session().history().empty(); }));
    const Cancelling cancelling;
    key(window(), QKeySequence(QStringLiteral("F8")));
    ASSERT_TRUE(wait_until([&] { return session().run_state() == RunState::idle; }));
    cancelling.expect_at_once();
    session().set_pace(0);

    // To its end, from where it was stopped: the truth.
    ASSERT_TRUE(fit_to_end());
    ASSERT_NE(session().result(), nullptr);
    EXPECT_TRUE(session().result()->outcome.ok()) << session().result()->outcome.reason;
    ASSERT_TRUE(session().data().truth.has_value());
    for (int body = 0; body < 3; ++body) {
        const FittedParameter& mass = session().result()->parameters[static_cast<std::size_t>(body)];
        const double truth = session().data().truth->masses[body];
        EXPECT_NEAR(mass.value, truth, std::max(5 * mass.scaled_sigma, 1e-4 * truth)) << mass.name;
    }

    // Time: by keys and by the play key.
    key(window(), QKeySequence(QStringLiteral("Home")));
    EXPECT_EQ(timeline().time(), timeline().begin());
    key(window(), QKeySequence(QStringLiteral("Right")));
    EXPECT_EQ(timeline().time(), session().data().observations->times[1]);
    const double sample = timeline().time();
    key(window(), QKeySequence(QStringLiteral("Shift+Right")));
    EXPECT_GT(timeline().time(), sample);
    key(window(), QKeySequence(QStringLiteral("End")));
    EXPECT_EQ(timeline().time(), timeline().end());
    key(window(), QKeySequence(QStringLiteral("Home")));
    key(window(), QKeySequence(QStringLiteral("Space")));
    EXPECT_TRUE(timeline().playing());
    EXPECT_TRUE(wait_until([&] { return timeline().time() > sample; }));
    key(window(), QKeySequence(QStringLiteral("Space")));
    EXPECT_FALSE(timeline().playing());
}

INSTANTIATE_TEST_SUITE_P(, ExampleDesktop, ::testing::Range<std::size_t>(0, examples().size()), [](const auto& param) {
    std::string name = examples()[param.param].id;
    std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
    return name;
});

}  // namespace
}  // namespace syzygy::testing
