#include "ui/forms/option_form.hpp"

#include "core/ode/options.hpp"
#include "core/optimize/optimizer.hpp"
#include "physics/fit/options.hpp"
#include "physics/model/options.hpp"
#include "tests/ui/support/input.hpp"
#include "ui/forms/field.hpp"
#include "ui/forms/reset_button.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

namespace syzygy {
namespace {

/// A form of all options of a list.
template <class Options>
OptionForm<Options> whole_form(const OptionList<Options>& list)
{
    FormLayout layout;
    for (const auto& option : list) layout.basic.push_back(option.id);
    return OptionForm<Options>(list, layout);
}

template <class Options>
bool same(const OptionList<Options>& list, const Options& a, const Options& b)
{
    return std::ranges::all_of(list, [&](const auto& option) {
        return std::visit([&](auto member) { return a.*member == b.*member; }, option.member);
    });
}

Field& field(const OptionFormBase& form, const char* id)
{
    auto* field = qobject_cast<Field*>(form.editor(id));
    if (!field) throw ArgumentError("test", id, "has no field");
    return *field;
}

/// As a hand does: selects all, types, Enter.
void enter(Field& field, const QString& text)
{
    field.selectAll();
    QTest::keyClicks(&field, text);
    if (text.isEmpty()) QTest::keyClick(&field, Qt::Key_Delete);
    QTest::keyClick(&field, Qt::Key_Return);
}

/// What the editor of a row shows, as the option's text.
std::string shown(const QWidget* editor)
{
    if (const auto* line = qobject_cast<const Field*>(editor)) return line->text().toStdString();
    if (const auto* flag = qobject_cast<const QCheckBox*>(editor)) return value_text(flag->isChecked());
    return qobject_cast<const QComboBox*>(editor)->currentData().toString().toStdString();
}

template <class Options>
void expect_defaults_and_values_round_trip(const OptionList<Options>& list, const Options& other)
{
    OptionForm<Options> form = whole_form(list);
    QSignalSpy changed(&form, &OptionFormBase::changed);
    for (const Options& options : {Options{}, other}) {
        form.set_options(options);
        EXPECT_TRUE(same(list, form.options(), options));
        for (const auto& option : list) {
            const std::string expected = std::visit([&](auto member) { return value_text(options.*member); }, option.member);
            EXPECT_EQ(shown(form.editor(option.id)), expected) << option.id;
            EXPECT_EQ(form.rule(option.id), "") << option.id;
            const std::string default_text = std::visit([](auto member) { return value_text(Options{}.*member); }, option.member);
            EXPECT_EQ(form.reset_button(option.id)->isEnabled(), expected != default_text) << option.id;
        }
    }
    EXPECT_EQ(changed.count(), 0) << "set_options is no change by hand";

    // Typed by hand into fields of another form, the same values arrive, bit for bit.
    OptionForm<Options> typed = whole_form(list);
    for (const auto& option : list)
        if (auto* line = qobject_cast<Field*>(typed.editor(option.id)))
            enter(*line, QString::fromStdString(std::visit([&](auto member) { return value_text(other.*member); }, option.member)));
        else if (auto* flag = qobject_cast<QCheckBox*>(typed.editor(option.id)); flag && shown(flag) != shown(form.editor(option.id)))
            flag->click();
        else if (auto* box = qobject_cast<QComboBox*>(typed.editor(option.id))) {
            box->setCurrentIndex(box->findData(QString::fromStdString(shown(form.editor(option.id)))));
            Q_EMIT box->activated(box->currentIndex());
        }
    EXPECT_TRUE(same(list, typed.options(), other));

    // And each goes back to its default by its own button.
    for (const auto& option : list) static_cast<ResetButton*>(typed.reset_button(option.id))->click();
    EXPECT_TRUE(same(list, typed.options(), Options{}));
}

TEST(OptionForm, EveryOptionShowsItsValueAndTakesItByHand)
{
    expect_defaults_and_values_round_trip<SolverOptions>(
        solver_options(), {"dop853", 1.0 / 3e9, {1e-12, 2e-10}, 0.1, 1e-7, 3, 0.8, 0.125, 7.5, 0.07, 123'456});
    expect_defaults_and_values_round_trip<OptimizerOptions>(
        optimizer_options(), {"adam", 7, 1e-5, 1.0 / 3, 2e-4, 0.25, 0.5, 0.1, 0.2, 33});
    expect_defaults_and_values_round_trip<DataOptions>(data_options(), {{0.1, 0.7}, "2", true, 0.01, 1e-3, "stop", 1e-300});
    FitOptions fit;
    fit.free = "masses,initial";
    fit.start = {1, 0.1, 1.0 / 3};
    fit.fix = "3=0.9,x1";
    fit.bounds = "m1=0.5:2,x1=:1";
    fit.priors = "m1=1.1:0.05";
    fit.gradient = "forward";
    fit.robust = "huber";
    fit.robust_scale = 2.25;
    fit.grow = "off";
    fit.scatter = 0.05;
    fit.seed = 5'000'000'000;
    expect_defaults_and_values_round_trip<FitOptions>(fit_options(), fit);
}

TEST(OptionForm, AWrongEntryIsMarkedWithItsRuleAndNotApplied)
{
    OptionForm<SolverOptions> form = whole_form(solver_options());
    QSignalSpy changed(&form, &OptionFormBase::changed);
    enter(field(form, "rtol"), "2");
    EXPECT_EQ(form.rule("rtol"), "must be between 1e-15 and 1");
    enter(field(form, "step"), "long");
    EXPECT_EQ(form.rule("step"), "must be a number");
    enter(field(form, "max-evaluations"), "1.5");
    EXPECT_EQ(form.rule("max-evaluations"), "must be a whole number");
    enter(field(form, "atol"), "1e-9,-1");
    EXPECT_EQ(form.rule("atol"), "must be at least 0");
    EXPECT_EQ(changed.count(), 0);
    EXPECT_TRUE(same(solver_options(), form.options(), SolverOptions{}));

    // Others keep working, and a right entry takes the mark away.
    enter(field(form, "safety"), "0.5");
    EXPECT_EQ(form.options().safety, 0.5);
    EXPECT_NE(form.rule("rtol"), "");
    enter(field(form, "rtol"), "1e-3");
    EXPECT_EQ(form.rule("rtol"), "");
    EXPECT_EQ(form.options().rtol, 1e-3);
    EXPECT_EQ(changed.count(), 2);
}

TEST(OptionForm, IsMarkedWhileTypedButAppliedWhenEntered)
{
    OptionForm<SolverOptions> form = whole_form(solver_options());
    Field& rtol = field(form, "rtol");
    rtol.selectAll();
    QTest::keyClicks(&rtol, "1e");
    EXPECT_EQ(form.rule("rtol"), "must be a number");
    QTest::keyClicks(&rtol, "-6");
    EXPECT_EQ(form.rule("rtol"), "");
    EXPECT_EQ(form.options().rtol, SolverOptions{}.rtol);
    QTest::keyClick(&rtol, Qt::Key_Return);
    EXPECT_EQ(form.options().rtol, 1e-6);
    QTest::keyClicks(&rtol, "x");
    QTest::keyClick(&rtol, Qt::Key_Escape);
    EXPECT_EQ(rtol.text(), "1e-6");
    EXPECT_EQ(form.rule("rtol"), "");
}

TEST(OptionForm, ARefusedEntryStaysMarkedUntilItsValueChanges)
{
    OptionForm<SolverOptions> form = whole_form(solver_options());
    const SolverOptions in_force;
    enter(field(form, "step"), "0.5");
    EXPECT_TRUE(form.refuse(ArgumentError("step", "0.5", "is too long"), in_force));
    EXPECT_EQ(form.options().step, 0);
    form.set_options(in_force);
    EXPECT_EQ(form.rule("step"), "is too long");
    EXPECT_EQ(field(form, "step").text(), "0.5");
    SolverOptions others = in_force;
    others.step = 0.25;
    form.set_options(others);
    EXPECT_EQ(form.rule("step"), "");
    EXPECT_EQ(field(form, "step").text(), "0.25");
    EXPECT_FALSE(form.refuse(ArgumentError("window", "", "belongs to another form"), others));
}

TEST(OptionForm, ToleranceIsDraggedByFactorsWithinItsRange)
{
    OptionForm<SolverOptions> form = whole_form(solver_options());
    form.resize(400, form.sizeHint().height());
    form.show();
    Field& rtol = field(form, "rtol");
    ASSERT_TRUE(testing::wait_until([&] { return rtol.isVisible() && rtol.width() > 60; }));
    std::vector<double> values;
    QObject::connect(&form, &OptionFormBase::changed, [&] { values.push_back(form.options().rtol); });
    const QPoint handle(rtol.width() - 9, rtol.height() / 2);
    QTest::mousePress(&rtol, Qt::LeftButton, {}, handle);
    for (int pixels = 10; pixels <= 180; pixels += 10) QTest::mouseMove(&rtol, handle + QPoint(pixels, 0));
    QTest::mouseRelease(&rtol, Qt::LeftButton, {}, handle + QPoint(180, 0));
    EXPECT_EQ(form.options().rtol, 1e-9) << "60 pixels a decade";
    EXPECT_GE(values.size(), 6U) << "applied at each move";
    EXPECT_TRUE(std::ranges::is_sorted(values));

    QTest::mousePress(&rtol, Qt::LeftButton, {}, handle);
    QTest::mouseMove(&rtol, handle - QPoint(4000, 0));
    QTest::mouseRelease(&rtol, Qt::LeftButton, {}, handle - QPoint(4000, 0));
    EXPECT_EQ(form.options().rtol, 1e-15);
    QTest::keyClick(&rtol, Qt::Key_Up);
    EXPECT_EQ(form.options().rtol, 2e-15);
}

TEST(OptionForm, NamesChoicesAsTheirTablesDo)
{
    OptionForm<SolverOptions> form = whole_form(solver_options());
    const auto* box = qobject_cast<QComboBox*>(form.editor("method"));
    EXPECT_EQ(box->currentText(), "Dormand-Prince 5(4)");
    EXPECT_EQ(box->currentData().toString(), "dopri5");
    OptionForm<FitOptions> fit = whole_form(fit_options());
    EXPECT_EQ(qobject_cast<QComboBox*>(fit.editor("gradient"))->currentText(), "Adaptive checkpoint adjoint");
    OptionForm<OptimizerOptions> optimizer = whole_form(optimizer_options());
    EXPECT_EQ(qobject_cast<QComboBox*>(optimizer.editor("optimizer"))->currentText(), "Levenberg-Marquardt");
}

TEST(Scrub, StepsUpAndDownTheSameLadder)
{
    const ScrubRule rule = scrub_rule(0, std::numeric_limits<double>::infinity(), 1e-12);
    double value = 1e-12;
    for (const double expected : {2e-12, 5e-12, 1e-11, 2e-11}) EXPECT_EQ(value = stepped(rule, value, 1), expected);
    for (const double expected : {1e-11, 5e-12, 2e-12, 1e-12, 5e-13}) EXPECT_EQ(value = stepped(rule, value, -1), expected);
    EXPECT_EQ(stepped(rule, 1.3, 1), 2);
    EXPECT_EQ(stepped(rule, 1.3, -1), 1);
    EXPECT_EQ(stepped(rule, 0, 1), 0);
    const ScrubRule share = scrub_rule(0.1, 1, 0.9);
    EXPECT_EQ(stepped(share, 0.9, 1), 0.91);
    EXPECT_EQ(stepped(share, 1, 1), 1);
}

}  // namespace
}  // namespace syzygy
