// The document of the Compare workspace: runs beside the window, says how it ended, and links run and time.
#include "ui/compare/compare_session.hpp"
#include "tests/ui/support/input.hpp"
#include "tests/ui/support/machine_load.hpp"
#include "tests/ui/support/stall_monitor.hpp"
#include "ui/compare/method_style.hpp"
#include "ui/compare/row_model.hpp"
#include "ui/data/examples.hpp"
#include "ui/theme/theme.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QSignalSpy>

#include <set>

namespace syzygy {
namespace {

using testing::timing_counts;
using testing::wait_until;
using namespace std::chrono_literals;

class CompareSessionTest : public ::testing::Test {
protected:
    CompareSetup small() const
    {
        CompareSetup setup;
        setup.problem = "van-der-pol";
        setup.gradients = {"aca", "aca-binomial", "adjoint", "backprop"};
        setup.options.checkpoints = 5;
        setup.rtols = {1e-4, 1e-6};
        setup.repeats = 1;
        return setup;
    }
    /// Far too much to end by itself.
    CompareSetup endless() const
    {
        CompareSetup setup;
        setup.problem = "lorenz";
        setup.t1 = 400;
        setup.rtols = {1e-13, 1e-12, 1e-11};
        setup.repeats = 1000;
        return setup;
    }
    bool run(const CompareSetup& setup)
    {
        compare_.set_setup(setup);
        compare_.run();
        return wait_until([&] { return compare_.state() == CompareState::idle; }, 60s);
    }
    const CompareRow& row(std::string_view gradient, double rtol)
    {
        for (const CompareRow& row : compare_.result()->rows)
            if (row.run.gradient == gradient && row.run.solver.rtol == rtol) return row;
        throw std::out_of_range("no such row");
    }

    Session session_;
    Timeline timeline_;
    CompareSession compare_{session_, timeline_};
};

TEST_F(CompareSessionTest, RowsComeOneByOneAndTheEndIsSaid)
{
    QSignalSpy said(&compare_, &CompareSession::said), ended(&compare_, &CompareSession::ended);
    ASSERT_TRUE(run(small()));
    ASSERT_EQ(compare_.result()->rows.size(), 8U);
    EXPECT_EQ(compare_.done(), 8U);
    EXPECT_EQ(compare_.result()->references.size(), 1U);
    ASSERT_EQ(ended.count(), 1);
    EXPECT_TRUE(ended[0][0].toBool());
    ASSERT_EQ(said.count(), 1);
    EXPECT_TRUE(said[0][0].toString().startsWith("Compared 8 runs of ")) << said[0][0].toString().toStdString();
    EXPECT_FALSE(said[0][1].toBool());
    ASSERT_NE(compare_.selected(), nullptr);
    EXPECT_NE(compare_.selected()->trace, nullptr);
    EXPECT_EQ(compare_.beside_selected().size(), 4U);
    EXPECT_NE(compare_.reference(*compare_.selected()), nullptr);
}

TEST_F(CompareSessionTest, StopsWithinATenthOfASecondAndKeepsTheRowsThereAre)
{
    compare_.set_setup(endless());
    compare_.run();
    testing::wait(300ms);
    ASSERT_EQ(compare_.state(), CompareState::running);
    const testing::MachineLoad load;
    const auto begin = std::chrono::steady_clock::now();
    QSignalSpy ended(&compare_, &CompareSession::ended);
    compare_.stop();
    ASSERT_TRUE(wait_until([&] { return compare_.state() == CompareState::idle; }));
    const auto taken = std::chrono::steady_clock::now() - begin;
    if (timing_counts && load.is_quiet()) { EXPECT_LT(taken, 100ms); }
    ASSERT_EQ(ended.count(), 1);
    EXPECT_FALSE(ended[0][0].toBool());
    // What is run next is not disturbed by what was stopped.
    ASSERT_TRUE(run(small()));
    EXPECT_EQ(compare_.result()->rows.size(), 8U);
}

TEST_F(CompareSessionTest, WithoutDataItSaysWhatIsMissing)
{
    QSignalSpy said(&compare_, &CompareSession::said);
    compare_.run();
    EXPECT_EQ(compare_.state(), CompareState::idle);
    ASSERT_EQ(said.count(), 1);
    EXPECT_TRUE(said[0][1].toBool());
}

TEST_F(CompareSessionTest, OwnDataAreComparedAtThePointOnScreen)
{
    Recipe recipe{"aca", {}};
    recipe.simulate.t1 = 1;
    recipe.simulate.samples = 50;
    FitSetup fit;
    fit.fit.start = {1, 1, 1};
    session_.set_data(make_data(recipe), fit);
    ASSERT_TRUE(wait_until([&] { return session_.picture() != nullptr; }));
    CompareSetup setup;
    setup.gradients = {"aca"};
    setup.rtols = {1e-9};
    setup.repeats = 1;
    ASSERT_TRUE(run(setup));
    ASSERT_EQ(compare_.result()->rows.size(), 1U);
    EXPECT_EQ(compare_.result()->state_names.size(), 18U);
    // The same loss as the session's picture, solved at 1e-12: to the tolerance, amplified by the close encounter.
    const double loss = session_.picture()->solution->gradient.loss;
    EXPECT_NEAR(compare_.result()->rows[0].gradient.loss, loss, 1e-4 * loss);
}

TEST_F(CompareSessionTest, AWrongSetupIsRefusedAndTheOneBeforeStays)
{
    compare_.set_setup(small());
    for (const auto& spoil : std::vector<std::function<void(CompareSetup&)>>{
             [](CompareSetup& s) { s.rtols = {}; }, [](CompareSetup& s) { s.rtols = {2}; },
             [](CompareSetup& s) { s.gradients = {}; }, [](CompareSetup& s) { s.gradients = {"none"}; },
             [](CompareSetup& s) { s.problem = "none"; }, [](CompareSetup& s) { s.repeats = 0; },
             [](CompareSetup& s) { s.options.eta = 2; }}) {
        CompareSetup wrong = small();
        spoil(wrong);
        EXPECT_THROW(compare_.set_setup(wrong), ArgumentError);
        EXPECT_EQ(compare_.setup().rtols, small().rtols);
        EXPECT_EQ(compare_.setup().gradients, small().gradients);
    }
}

TEST_F(CompareSessionTest, WhatTheSubjectRefusesIsSaidAndNothingRuns)
{
    CompareSetup setup = small();
    setup.parameters = {1, 2, 3};
    QSignalSpy said(&compare_, &CompareSession::said);
    ASSERT_TRUE(run(setup));
    ASSERT_EQ(said.count(), 1);
    EXPECT_TRUE(said[0][1].toBool());
    EXPECT_TRUE(said[0][0].toString().startsWith("Comparison refused: ")) << said[0][0].toString().toStdString();
    EXPECT_EQ(compare_.result(), nullptr);
}

TEST_F(CompareSessionTest, TheSelectedRunIsFoundAgainInTheNextComparison)
{
    ASSERT_TRUE(run(small()));
    compare_.select(row("adjoint", 1e-4).run);
    EXPECT_EQ(compare_.selected()->run.gradient, "adjoint");
    ASSERT_TRUE(run(small()));
    EXPECT_EQ(compare_.selected()->run.gradient, "adjoint");
    EXPECT_EQ(compare_.selected()->run.solver.rtol, 1e-4);
}

TEST_F(CompareSessionTest, EventsUnfoldForwardThenBackward)
{
    ASSERT_TRUE(run(small()));
    for (const CompareRow& row : compare_.result()->rows) {
        SCOPED_TRACE(row.run.gradient);
        const SweepSeries& series = compare_.series(row);
        ASSERT_FALSE(series.empty());
        EXPECT_TRUE(std::ranges::is_sorted(series.places()));
        EXPECT_GE(series.place(0), 0);
        EXPECT_DOUBLE_EQ(series.place(series.size() - 1), 2);
        EXPECT_GT(series.turn(), 0U);
        EXPECT_LT(series.turn(), series.size());
        EXPECT_DOUBLE_EQ(series.place(series.turn() - 1), 1);
        EXPECT_DOUBLE_EQ(series.time(0.25), series.time(1.75));
        // At the end the cotangent has arrived, and nothing is held any more.
        const SweepState end = series.state(series.size());
        EXPECT_NEAR(end.pulled_back, series.begin(), 1e-12);
        EXPECT_EQ(end.rejected, row.gradient.forward.rejected + row.gradient.backward.rejected);
        EXPECT_TRUE(end.tape.empty());
    }
}

TEST_F(CompareSessionTest, ThePlayerKeepsLoadsAndDropsWhatTheMethodsDo)
{
    ASSERT_TRUE(run(small()));
    const auto at_turn = [&](const CompareRow& row) { return compare_.series(row).state(compare_.series(row).turn()); };
    const CompareRow &aca = row("aca", 1e-6), &binomial = row("aca-binomial", 1e-6);
    const auto steps = static_cast<std::size_t>(aca.gradient.forward.accepted);
    EXPECT_EQ(at_turn(aca).kept.size(), steps);
    EXPECT_LE(at_turn(binomial).kept.size(), 5U + 1U);
    const SweepSeries &of_aca = compare_.series(aca), &of_binomial = compare_.series(binomial);
    EXPECT_EQ(of_aca.state(of_aca.size()).recomputed, 0);
    EXPECT_GT(of_binomial.state(of_binomial.size()).recomputed, static_cast<long>(steps));
    for (std::size_t i = 0; i <= of_aca.size(); ++i) EXPECT_LE(of_aca.state(i).tape.size(), 1U);
    for (std::size_t i = 0; i <= of_binomial.size(); ++i) EXPECT_LE(of_binomial.state(i).kept.size(), 5U + 1U) << i;
    // Backpropagation holds every step whole from the beginning, and keeps nothing else.
    const SweepState full = at_turn(row("backprop", 1e-6));
    EXPECT_EQ(full.tape.size(), steps);
    EXPECT_TRUE(full.kept.empty());
    EXPECT_LT(of_binomial.most_bytes(), of_aca.most_bytes());
}

TEST_F(CompareSessionTest, CursorAndTimeMoveEachOther)
{
    ASSERT_TRUE(run(small()));
    const auto [begin, end] = compare_.interval();
    timeline_.set_range(begin, end);
    SweepCursor& sweep = compare_.sweep();
    sweep.set_position(0);
    sweep.step(40);
    EXPECT_EQ(sweep.position(), 40U);
    EXPECT_DOUBLE_EQ(timeline_.time(), sweep.series().time(sweep.place()));
    // Time that is moved stays in its pass.
    timeline_.set_time(begin + 0.5 * (end - begin));
    EXPECT_NEAR(sweep.place(), 0.5, 1e-12);
    sweep.turn();
    EXPECT_DOUBLE_EQ(timeline_.time(), end);
    sweep.step(1);
    ASSERT_TRUE(sweep.backward());
    timeline_.set_time(begin + 0.25 * (end - begin));
    EXPECT_NEAR(sweep.place(), 1.75, 1e-12);
    EXPECT_TRUE(sweep.backward());
    sweep.step(1'000'000);
    EXPECT_EQ(sweep.position(), sweep.series().size());
    EXPECT_NEAR(timeline_.time(), begin, 1e-12);
    sweep.step(-1'000'000);
    EXPECT_EQ(sweep.position(), 0U);
}

TEST_F(CompareSessionTest, PlayingGoesThroughAllEventsAndStops)
{
    CompareSetup setup = small();
    setup.problem = "decay";
    setup.t1 = 1;
    setup.rtols = {1e-3};
    setup.gradients = {"aca"};
    ASSERT_TRUE(run(setup));
    SweepCursor& sweep = compare_.sweep();
    sweep.set_position(0);
    QSignalSpy moved(&sweep, &SweepCursor::moved);
    sweep.play();
    EXPECT_TRUE(sweep.playing());
    ASSERT_TRUE(wait_until([&] { return !sweep.playing(); }, 15s));
    EXPECT_EQ(sweep.position(), sweep.series().size());
    EXPECT_GT(moved.count(), 5);
}

TEST_F(CompareSessionTest, DriftIsMeasuredFromTheForwardSolution)
{
    CompareSetup setup = small();
    setup.gradients = {"aca", "backprop", "adjoint", "mali"};
    setup.rtols = {1e-5};
    ASSERT_TRUE(run(setup));
    const auto largest = [](const CompareRow& row) { return *std::ranges::max_element(row.trace->reverse_distances); };
    EXPECT_EQ(largest(row("aca", 1e-5)), 0);
    EXPECT_EQ(largest(row("backprop", 1e-5)), 0);
    // At eta = 1 rounding grows by one unit a step: 4200 of them, of states of size 2.
    EXPECT_GT(largest(row("mali", 1e-5)), 0);
    EXPECT_LT(largest(row("mali", 1e-5)), 1e-11);
    // What the method itself has measured is measured at its own moments; the curve has those and those between.
    const CompareRow& adjoint = row("adjoint", 1e-5);
    ASSERT_TRUE(adjoint.gradient.reverse_error.has_value());
    EXPECT_GE(largest(adjoint), 0.1 * *adjoint.gradient.reverse_error);
    EXPECT_LE(largest(adjoint), 10 * *adjoint.gradient.reverse_error);
    EXPECT_EQ(adjoint.trace->reverse_distances.size(), adjoint.trace->reverse_times.size());
}

TEST_F(CompareSessionTest, TheTableSortsByNumbersAndFindsItsRows)
{
    ASSERT_TRUE(run(small()));
    RowModel model;
    model.set_result(compare_.result());
    ASSERT_EQ(model.rowCount(), 8);
    int column = 0;
    const QString wanted = QString::fromStdString(std::string(find_compare_column("relative_error").label));
    while (model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString() != wanted) ++column;
    model.sort(column, Qt::DescendingOrder);
    double before = std::numeric_limits<double>::infinity();
    for (int shown = 0; shown < model.rowCount(); ++shown) {
        const int row = model.row_of(shown);
        EXPECT_EQ(model.shown_of(static_cast<std::size_t>(row)), shown);
        const double error = compare_.result()->rows[static_cast<std::size_t>(row)].relative_error.value();
        EXPECT_LE(error, before);
        before = error;
    }
}

TEST(MethodStyles, AreDifferentForEveryMethodInBothThemes)
{
    for (const ThemeMode mode : {ThemeMode::light, ThemeMode::dark}) {
        set_theme_mode(mode);
        std::set<std::pair<QRgb, int>> lines;
        std::set<std::tuple<QRgb, int, int>> marks;
        for (const GradientMethodInfo& info : gradient_method_infos()) {
            const MethodStyle style = method_style(info.id);
            EXPECT_TRUE(lines.emplace(style.colour.rgb(), style.dash).second) << info.id;
            EXPECT_TRUE(marks.emplace(style.colour.rgb(), style.dash, style.shape).second) << info.id;
        }
    }
    set_theme_mode(ThemeMode::light);
}

}  // namespace
}  // namespace syzygy
