// The wheel over every widget of every panel and dialog that has a value: it scrolls, and changes nothing.
#include "tests/support/run_program.hpp"
#include "tests/ui/support/desktop.hpp"
#include "ui/forms/disclosure.hpp"

#include <QAbstractButton>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QScrollBar>
#include <QTabBar>

#include <fmt/format.h>

namespace syzygy::testing {
namespace {

/// What the widget's value is, in words; "" of a widget without one.
QString value_of(const QWidget& widget)
{
    if (const auto* box = qobject_cast<const QComboBox*>(&widget))
        return "entry " + QString::number(box->currentIndex()) + " " + box->currentText();
    if (const auto* spin = qobject_cast<const QAbstractSpinBox*>(&widget)) return "number " + spin->text();
    if (const auto* line = qobject_cast<const QLineEdit*>(&widget)) return "text " + line->text();
    if (const auto* bar = qobject_cast<const QTabBar*>(&widget)) return "tab " + QString::number(bar->currentIndex());
    if (qobject_cast<const QScrollBar*>(&widget)) return {};
    if (const auto* slider = qobject_cast<const QAbstractSlider*>(&widget))
        return "slider " + QString::number(slider->value());
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
        return button->isCheckable() ? (button->isChecked() ? "on" : "off") : QString();
    // Their values are the session's.
    for (const char* own : {"syzygy::FactorSlider", "syzygy::RangeSlider", "syzygy::ScrubSlider"})
        if (widget.inherits(own)) return "of the session";
    return {};
}

QString name_of(const QWidget& widget)
{
    const QString name = widget.objectName().isEmpty() ? widget.accessibleName() : widget.objectName();
    return QString("%1 %2 %3").arg(widget.metaObject()->className(), name, value_of(widget));
}

class WheelDesktop : public Desktop {
protected:
    /// All that the wheel could change in a window, and in the documents behind it.
    std::map<const QWidget*, QString> values(QWidget& top)
    {
        std::map<const QWidget*, QString> found;
        for (const QWidget* widget : top.findChildren<QWidget*>())
            if (widget->window() == &top) found[widget] = value_of(*widget);
        return found;
    }
    /// What is fitted and compared, and how.
    std::string documents()
    {
        const FitSetup& setup = session().setup();
        const CompareSetup& compare = window().compare().setup();
        const Eigen::Vector3d masses = session().point().masses;
        return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {:.17g} {:.17g} {:.17g}", setup.fit.free, setup.fit.fix,
                           setup.data.relative_to, value_text(setup.data.window), setup.solver.method, setup.optimizer.optimizer,
                           setup.correction.correction, session().pace(), session().horizon(), compare.problem,
                           compare.gradients.size(), masses[0], masses[1], masses[2]);
    }

    /// Wheels over each such widget of the window that can be scrolled into sight; how many there were.
    int wheel_over_all(QWidget& top)
    {
        int wheeled = 0;
        for (QWidget* widget : top.findChildren<QWidget*>()) {
            if (widget->window() != &top || !widget->isVisible() || !widget->isEnabled() || value_of(*widget).isEmpty())
                continue;
            bring_into_reach(*widget);
            QPoint place = widget->rect().center();
            if (!widget->visibleRegion().contains(place)) {
                if (widget->visibleRegion().isEmpty()) continue;
                place = widget->visibleRegion().boundingRect().center();
            }
            if (QWidget* focus = QApplication::focusWidget()) focus->clearFocus();
            const auto before = values(top);
            const std::string documents_before = documents();
            // Both ways: a value may be at its end. The panel scrolls, so the second goes to whatever lies there then.
            for (const int notches : {-1, 1}) {
                wheel(*widget, place, notches);
                if (!widget->visibleRegion().contains(place)) break;
            }
            const auto after = values(top);
            EXPECT_EQ(documents(), documents_before) << name_of(*widget).toStdString();
            for (const auto& [each, value] : before)
                if (const auto found = after.find(each); found != after.end()) {
                    EXPECT_EQ(found->second.toStdString(), value.toStdString())
                        << "after the wheel over " << name_of(*widget).toStdString();
                }
            EXPECT_FALSE(widget->hasFocus()) << name_of(*widget).toStdString();
            ++wheeled;
        }
        std::printf("%s: %d widgets\n", top.windowTitle().toUtf8().constData(), wheeled);
        return wheeled;
    }
    void unfold()
    {
        for (Disclosure* fold : window().findChildren<Disclosure*>()) fold->setChecked(true);
        wait(300ms);
    }
    QDialog* dialog(const char* name)
    {
        QDialog* found = nullptr;
        EXPECT_TRUE(wait_until([&] {
            for (QWidget* top : QApplication::topLevelWidgets())
                if (auto* each = qobject_cast<QDialog*>(top);
                    each && each->isVisible() && each->objectName() == QLatin1String(name))
                    found = each;
            return found != nullptr;
        })) << name;
        if (found) {
            // Being activated gives the focus to the first widget.
            found->activateWindow();
            EXPECT_TRUE(wait_until([&] { return found->isActiveWindow() && window().background().running() == 0; }));
            wait(300ms);
        }
        return found;
    }
    void close(QDialog& shown)
    {
        const QPointer<QDialog> watched = &shown;
        key(shown, QKeySequence(QStringLiteral("Escape")));
        EXPECT_TRUE(wait_until([&] { return !watched || !watched->isVisible(); }));
    }
};

TEST_F(WheelDesktop, ChangesNothingInThePanelsOfAFit)
{
    open_window();
    open_example("aca");
    unfold();
    ASSERT_TRUE(fit_to_end());
    EXPECT_GE(wheel_over_all(window()), 40);
}

TEST_F(WheelDesktop, ChangesNothingInThePanelsOfAComparison)
{
    open_window();
    open_example("aca");
    key(window(), QKeySequence(QStringLiteral("Ctrl+2")));
    ASSERT_TRUE(wait_until([&] { return window().workspace() == Workspace::compare; }));
    unfold();
    EXPECT_GE(wheel_over_all(window()), 20);
}

TEST_F(WheelDesktop, ChangesNothingInTheDialogs)
{
    open_window();
    open_example("aca");
    const TemporaryFolder folder;
    std::string table = "when,p,q,r,s,u,v,w,k,l\n";
    for (int row = 0; row < 5; ++row) table += fmt::format("{},1,2,3,4,5,6,7,8,{}\n", row, row);
    window().open({folder.write("odd.csv", table)});
    QDialog* shown = dialog("import-dialog");
    ASSERT_NE(shown, nullptr);
    EXPECT_GE(wheel_over_all(*shown), 10);
    close(*shown);

    key(window(), QKeySequence(QStringLiteral("Ctrl+N")));
    ASSERT_NE(shown = dialog("scenario-dialog"), nullptr);
    EXPECT_GE(wheel_over_all(*shown), 3);
    close(*shown);

    key(window(), QKeySequence(QStringLiteral("Ctrl+E")));
    ASSERT_NE(shown = dialog("export-dialog"), nullptr);
    EXPECT_GE(wheel_over_all(*shown), 4);
    close(*shown);

    key(window(), QKeySequence(QStringLiteral("Ctrl+Shift+E")));
    ASSERT_NE(shown = dialog("animation-dialog"), nullptr);
    EXPECT_GE(wheel_over_all(*shown), 3);
    close(*shown);
}

TEST_F(WheelDesktop, StillChangesAWidgetThatHasTheFocus)
{
    open_window();
    open_example("aca");
    QComboBox* pace = nullptr;
    for (QComboBox* box : window().findChildren<QComboBox*>())
        if (box->isVisible() && box->currentText() == QStringLiteral("Full speed")) pace = box;
    ASSERT_NE(pace, nullptr);
    pace->setFocus(Qt::TabFocusReason);
    wheel(*pace, pace->rect().center(), -1);
    EXPECT_EQ(pace->currentIndex(), 1);
}

}  // namespace
}  // namespace syzygy::testing
