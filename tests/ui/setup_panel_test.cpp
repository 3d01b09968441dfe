#include "ui/panels/setup_panel.hpp"

#include "tests/ui/support/input.hpp"
#include "tests/ui/support/screenshot.hpp"
#include "ui/forms/factor_slider.hpp"
#include "ui/forms/field.hpp"
#include "ui/forms/option_form.hpp"
#include "ui/forms/disclosure.hpp"
#include "ui/forms/note.hpp"
#include "ui/forms/range_slider.hpp"
#include "ui/forms/reset_button.hpp"
#include "ui/panels/body_card.hpp"
#include "ui/panels/state_fold.hpp"
#include "ui/panels/window_section.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QTest>

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::wait_until;

/// The panel on the ACA example, every section open.
struct Open {
    explicit Open(int width = 320)
    {
        QSettings().clear();
        for (const char* key : {"panel/data/more", "panel/parameters/more", "panel/solver/more", "panel/optimizer/more", "panel/bounds"})
            QSettings().setValue(key, true);
        Recipe recipe{"aca", {}};
        recipe.simulate.t1 = 1;
        recipe.simulate.samples = 200;
        FitSetup setup;
        setup.solver.rtol = 1e-9;
        session.set_data(make_data(recipe), setup);
        panel.resize(width, 800);
        panel.show();
        EXPECT_TRUE(wait_until([&] { return session.picture() && panel.isVisible(); }));
        testing::wait(std::chrono::milliseconds(50));  // layouts settle
    }
    ~Open() { QSettings().clear(); }

    BodyCard& card(int body) { return *panel.findChildren<BodyCard*>().at(body); }
    template <class Options>
    OptionForm<Options>& form(const char* id)
    {
        for (OptionFormBase* candidate : panel.findChildren<OptionFormBase*>())
            if (auto* typed = dynamic_cast<OptionForm<Options>*>(candidate); typed && typed->editor(id)) return *typed;
        throw ArgumentError("test", id, "is in no form");
    }
    template <class Widget>
    Widget& reveal(Widget& widget)
    {
        testing::bring_into_reach(widget);
        return widget;
    }

    Session session;
    QObject owner;
    ActionSet actions{&owner};
    SetupPanel panel{actions, session};
};

TEST(SetupPanel, HasRoomForEveryLabelFrom280Pixels)
{
    for (const int width : {280, 320, 360}) {
        Open open(width);
        const auto* area = open.panel.findChild<QScrollArea*>();
        EXPECT_LE(area->widget()->minimumSizeHint().width(), area->viewport()->width()) << width;
        EXPECT_LE(area->widget()->width(), area->viewport()->width()) << width;
        for (const std::string& text : testing::clipped_texts(open.panel)) ADD_FAILURE() << width << ": " << text;
    }
}

TEST(SetupPanel, DraggingAMassSolvesAtEveryMove)
{
    Open open;
    auto* slider = open.card(1).findChild<FactorSlider*>();
    open.reveal(*slider);
    const double before = open.session.point().masses[1];
    std::vector<double> masses;
    const QPoint middle = slider->rect().center();
    QObject::connect(&open.session, &Session::picture_changed, [&] {
        masses.push_back(open.session.picture()->solution->point.masses[1]);
    });
    QTest::mousePress(slider, Qt::LeftButton, {}, middle);
    for (int pixels = 5; pixels <= 40; pixels += 5) {
        const std::size_t pictures = masses.size();
        QTest::mouseMove(slider, middle + QPoint(pixels, 0));
        EXPECT_TRUE(wait_until([&] { return masses.size() > pictures; }));
    }
    QTest::mouseRelease(slider, Qt::LeftButton, {}, middle + QPoint(40, 0));
    EXPECT_GT(masses.size(), 6U);
    EXPECT_TRUE(std::ranges::is_sorted(masses));
    EXPECT_GT(open.session.point().masses[1], 1.1 * before);
    EXPECT_TRUE(wait_until([&] { return masses.back() == open.session.point().masses[1]; }));
}

TEST(SetupPanel, AHeldMassIsHeldWhereItStandsAndFreedAgain)
{
    Open open;
    auto* free = open.card(2).findChild<QCheckBox*>();
    ASSERT_TRUE(free->isChecked());
    open.session.set_mass(2, 0.75);
    free->click();
    EXPECT_EQ(open.session.setup().fit.fix, "m3=0.75");
    // Dragged, it is held at the new value.
    auto* number = open.card(2).findChild<Field*>();
    number->selectAll();
    QTest::keyClicks(number, "0.8");
    QTest::keyClick(number, Qt::Key_Return);
    EXPECT_EQ(open.session.setup().fit.fix, "m3=0.8");
    EXPECT_EQ(open.session.point().masses[2], 0.8);
    free->click();
    EXPECT_EQ(open.session.setup().fit.fix, "");
    EXPECT_TRUE(free->isChecked());
}

TEST(SetupPanel, DraggingTheWindowMovesIt)
{
    Open open;
    auto& slider = open.reveal(*open.panel.findChild<RangeSlider*>());
    const QPoint end(slider.width() - 8, slider.height() / 2);
    QTest::mousePress(&slider, Qt::LeftButton, {}, end);
    QTest::mouseMove(&slider, end - QPoint((slider.width() - 16) / 2, 0));
    QTest::mouseRelease(&slider, Qt::LeftButton, {}, end - QPoint((slider.width() - 16) / 2, 0));
    EXPECT_NEAR(open.session.window().second, 0.5, 0.01);
    EXPECT_EQ(open.session.window().first, 0);
    EXPECT_TRUE(wait_until([&] { return open.session.picture()->solution->data->size() < 110; }));
}

TEST(SetupPanel, WhatTheSessionRefusesIsMarkedWhereItWasEntered)
{
    Open open;
    auto& fit = open.form<FitOptions>("robust");
    auto* robust = qobject_cast<QComboBox*>(fit.editor("robust"));
    robust->setCurrentIndex(robust->findData("huber"));
    Q_EMIT robust->activated(robust->currentIndex());
    EXPECT_THAT(fit.rule("robust").toStdString(), ::testing::HasSubstr("sigma"));
    EXPECT_EQ(open.session.setup().fit.robust, "none");
    EXPECT_EQ(robust->currentData().toString(), "none");

    auto& texts = open.form<FitOptions>("fix");
    auto* fix = qobject_cast<Field*>(texts.editor("fix"));
    QTest::keyClicks(fix, "Pluto");
    QTest::keyClick(fix, Qt::Key_Return);
    EXPECT_NE(texts.rule("fix"), "");
    EXPECT_EQ(open.session.setup().fit.fix, "");
}

TEST(SetupPanel, AnOptimiserBringsItsOwnOptionsAndTolerance)
{
    Open open;
    FitSetup setup = open.session.setup();
    setup.solver.rtol = 1e-12;
    open.session.set_setup(setup);
    auto& form = open.form<OptimizerOptions>("optimizer");
    EXPECT_TRUE(form.editor("learning-rate")->isHidden());
    auto* box = qobject_cast<QComboBox*>(form.editor("optimizer"));
    box->setCurrentIndex(box->findData("adam"));
    Q_EMIT box->activated(box->currentIndex());
    EXPECT_EQ(open.session.setup().optimizer.optimizer, "adam");
    EXPECT_EQ(open.session.setup().solver.rtol, default_rtol("adam"));
    EXPECT_FALSE(form.editor("learning-rate")->isHidden());
    EXPECT_TRUE(form.editor("history")->isHidden());
}

TEST(SetupPanel, AGradientMethodBringsItsOwnOptions)
{
    Open open;
    auto& form = open.form<GradientOptions>("eta");
    EXPECT_TRUE(form.isHidden()) << "least squares has no use for a gradient method";
    FitSetup setup = open.session.setup();
    setup.optimizer.optimizer = "lbfgs";
    setup.fit.gradient = "mali";
    open.session.set_setup(setup);
    EXPECT_FALSE(form.isHidden());
    for (const auto& option : gradient_options())
        if (const QWidget* editor = form.editor(option.id)) {
            EXPECT_EQ(editor->isHidden(), !option.help.starts_with("mali:")) << option.id;
        }
    auto* eta = qobject_cast<Field*>(form.editor("eta"));
    const auto type = [&](const char* text) {
        eta->selectAll();
        QTest::keyClicks(eta, text);
        QTest::keyClick(eta, Qt::Key_Return);
    };
    type("0.9");
    EXPECT_EQ(open.session.setup().gradient.eta, 0.9);
    type("0.01");
    EXPECT_NE(form.rule("eta"), "");
    EXPECT_EQ(open.session.setup().gradient.eta, 0.9);
    setup = open.session.setup();
    setup.fit.gradient = "aca";
    open.session.set_setup(setup);
    EXPECT_TRUE(form.isHidden());
}

TEST(StateFold, TypedNumbersTakeEffectAsADraggedArrowDoesAndLeadBack)
{
    Open open;
    auto& fold = *open.card(2).findChild<StateFold*>();
    auto* heading = fold.findChild<Disclosure*>();
    open.reveal(*heading);
    testing::click(*heading);
    auto* vx = fold.findChild<Field*>("vx");
    open.reveal(*vx);
    ASSERT_TRUE(vx->isVisible());
    const double observed = open.session.picture()->solution->data->first_row[15];
    EXPECT_DOUBLE_EQ(vx->text().toDouble(), observed);
    auto* back = fold.findChild<ResetButton*>("reset-vx");
    vx->selectAll();
    testing::click(*vx);
    vx->selectAll();
    QTest::keyClicks(vx, "0.25");
    QTest::keyClick(vx, Qt::Key_Return);
    EXPECT_EQ(open.session.point().initial_state[15], 0.25);
    ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
    EXPECT_EQ(open.session.picture()->solution->point.initial_state[15], 0.25);
    // Nothing else moved.
    State rest = open.session.point().initial_state - open.session.picture()->solution->data->first_row;
    rest[15] = 0;
    EXPECT_EQ(rest.norm(), 0);
    testing::screenshot(open.panel, "state-fold-changed");
    for (const std::string& text : testing::clipped_texts(fold)) ADD_FAILURE() << text;
    // The orbit's arrow and the field are one number.
    open.session.set_velocity(2, {0.125, 0.5, 0});
    ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
    EXPECT_EQ(vx->text().toDouble(), 0.125);
    open.reveal(*back);
    testing::click(*back);
    ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
    EXPECT_EQ(open.session.point().initial_state[15], observed);

    auto* wrong = fold.findChild<Field*>("x");
    open.reveal(*wrong);
    wrong->setFocus();
    wrong->selectAll();
    QTest::keyClicks(wrong, "east");
    QTest::keyClick(wrong, Qt::Key_Return);
    EXPECT_NE(wrong->rule(), "");
}

TEST(StateFold, ASingleNumberIsFreedAndHeldAndTheFitSaysItsError)
{
    Open open;
    auto& fold = *open.card(1).findChild<StateFold*>();
    open.reveal(*fold.findChild<Disclosure*>());
    testing::click(*fold.findChild<Disclosure*>());
    auto* free = fold.findChild<QCheckBox*>("free-vy");
    open.reveal(*free);
    EXPECT_FALSE(free->isChecked());
    testing::click(*free);
    EXPECT_EQ(open.session.setup().fit.free, "masses,vy2");
    EXPECT_TRUE(free->isChecked());
    ASSERT_TRUE(wait_until([&] { return open.session.has_newest_picture(); }));
    open.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return open.session.run_state() == RunState::idle && open.session.result() && open.session.has_newest_picture(); }));
    const FittedParameter& found = open.session.result()->parameters[3 + 9 + 4];
    EXPECT_EQ(found.name, "vy2");
    EXPECT_FALSE(found.fixed);
    QStringList errors;
    for (const Note* note : fold.findChildren<Note*>())
        if (note->isVisible()) errors << note->text();
    testing::screenshot(open.panel, "state-fold-fitted");
    ASSERT_EQ(errors.size(), 1);
    EXPECT_EQ(errors[0].toStdString(), fmt::format("\u00b1 {:.2g}", found.trusted_sigma()));
    testing::click(open.reveal(*free));
    EXPECT_EQ(open.session.setup().fit.free, "masses");
}

TEST(WindowSection, AnEditedEndLeavesTheOtherAloneAndTheHorizonStays)
{
    Recipe recipe{"aca", {}};
    recipe.simulate.t1 = 1;
    recipe.simulate.samples = 20;
    LoadedData data = make_data(recipe);
    auto observations = std::make_shared<Observations>(*data.observations);
    for (double& time : observations->times) time += 2458119.500123456;
    data.observations = observations;
    data.truth.reset();
    Session session;
    session.set_data(data, {});
    WindowSection section(session, nullptr);
    const auto fields = section.findChildren<Field*>();
    ASSERT_EQ(fields.size(), 3);
    fields[1]->setText("2458120.1");
    Q_EMIT fields[1]->entered(fields[1]->text());
    EXPECT_EQ(session.window(), (std::pair{observations->times.front(), 2458120.1}));
    EXPECT_EQ(fields[0]->text().toDouble(), observations->times.front());

    session.set_horizon(2458122.25);
    EXPECT_EQ(fields[2]->text(), "2458122.25");
    session.move_observation(0, 0, {1, 2, 3});
    EXPECT_EQ(fields[2]->text(), "2458122.25");
    session.set_horizon({});
    EXPECT_EQ(fields[2]->text(), "");
}

}  // namespace
}  // namespace syzygy
