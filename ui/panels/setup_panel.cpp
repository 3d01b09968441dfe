#include "ui/panels/setup_panel.hpp"

#include "ui/correction/correction_section.hpp"
#include "ui/forms/disclosure.hpp"
#include "ui/panels/bodies_section.hpp"
#include "ui/panels/data_section.hpp"
#include "ui/panels/method_section.hpp"
#include "ui/panels/window_section.hpp"
#include "ui/theme/theme.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace syzygy {

namespace {

constexpr int panel_margin = 12;

struct Pace {
    double iterations_a_second;
    const char* label;
};
constexpr Pace paces[] = {{0, "Full speed"}, {30, "30 a second"}, {10, "10 a second"}, {3, "3 a second"}, {1, "1 a second"}};

}  // namespace

SetupPanel::SetupPanel(ActionSet& actions, Session& session, QWidget* parent)
    : QWidget(parent), session_(session), pace_(new QComboBox(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(make_buttons(actions));

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Always there: sections that open must not change the width of what is below the hand.
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    auto* content = new QWidget(scroll);
    auto* sections = new QVBoxLayout(content);
    sections->setContentsMargins(panel_margin, 0, panel_margin, panel_margin);
    sections->setSpacing(0);

    auto* data = new DataSection(session_, content);
    auto* solver = new SolverSection(session_, content);
    auto* minimiser = new MinimiserSection(session_, content);
    auto* correction = new CorrectionSection(session_, content);
    Disclosure* data_heading = add_section(*sections, "Data", data, "panel/section-data", true);
    add_section(*sections, "Bodies", new BodiesSection(session_, content), "panel/section-bodies", true);
    add_section(*sections, "Training window", new WindowSection(session_, content), "panel/section-window", true);
    Disclosure* correction_heading = add_section(*sections, "Correction", correction, "panel/section-correction", true);
    Disclosure* solver_heading = add_section(*sections, "Solver", solver, "panel/section-solver", true);
    Disclosure* minimiser_heading = add_section(*sections, "Optimiser", minimiser, "panel/section-optimizer", true);
    sections->addStretch(1);
    scroll->setWidget(content);
    column->addWidget(scroll, 1);

    const auto summarise = [=] {
        data_heading->set_summary(data->summary());
        correction_heading->set_summary(correction->summary());
        solver_heading->set_summary(solver->summary());
        minimiser_heading->set_summary(minimiser->summary());
    };
    connect(&session_, &Session::data_changed, this, summarise);
    connect(&session_, &Session::setup_changed, this, summarise);
    summarise();
}

QWidget* SetupPanel::make_buttons(ActionSet& actions)
{
    auto* box = new QWidget(this);
    auto* rows = new QVBoxLayout(box);
    rows->setContentsMargins(panel_margin, 8, panel_margin, 8);
    rows->setSpacing(6);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(4);
    auto* lower = new QHBoxLayout;
    lower->setSpacing(6);
    rows->addLayout(upper);
    rows->addLayout(lower);
    const auto add = [&](QHBoxLayout* row, const char* id, Qt::ToolButtonStyle style) {
        auto* button = new QToolButton(box);
        button->setDefaultAction(&actions[id]);
        button->setToolButtonStyle(style);
        button->setIconSize({18, 18});
        button->setMinimumHeight(30);
        row->addWidget(button);
        return button;
    };
    QToolButton* fit = add(upper, "fit", Qt::ToolButtonTextOnly);
    fit->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const auto take_colours = [fit] {
        QPalette own;
        own.setColor(QPalette::Active, QPalette::Button, theme().accent);
        own.setColor(QPalette::Inactive, QPalette::Button, theme().accent);
        own.setColor(QPalette::Active, QPalette::ButtonText, theme().on_accent);
        own.setColor(QPalette::Inactive, QPalette::ButtonText, theme().on_accent);
        fit->setPalette(own);
    };
    connect(&theme_notifier(), &ThemeNotifier::changed, fit, take_colours);
    take_colours();
    for (const char* id : {"pause", "step", "stop", "reset"}) add(upper, id, Qt::ToolButtonIconOnly)->setMinimumWidth(36);
    add(lower, "keep-fitted", Qt::ToolButtonTextBesideIcon);
    for (const Pace& pace : paces) pace_->addItem(pace.label, pace.iterations_a_second);
    pace_->setToolTip("Iterations a second at which a fit runs, to watch it");
    pace_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    pace_->setMinimumContentsLength(8);
    lower->addWidget(pace_, 1);
    connect(pace_, &QComboBox::activated, this, [this] { session_.set_pace(pace_->currentData().toDouble()); });
    connect(&session_, &Session::display_changed, this, &SetupPanel::show_pace);
    show_pace();
    return box;
}

Disclosure* SetupPanel::add_section(QVBoxLayout& column, const QString& title, QWidget* body, const QString& key, bool open)
{
    auto* heading = new Disclosure(title, Disclosure::Level::section, key, open, body->parentWidget());
    column.addWidget(heading);
    body->setContentsMargins(0, 2, 0, 12);
    column.addWidget(body);
    heading->set_body(body);
    return heading;
}

void SetupPanel::show_pace()
{
    const int index = pace_->findData(session_.pace());
    if (index >= 0) pace_->setCurrentIndex(index);
}

}  // namespace syzygy
