// In one file: one widget.
#include "ui/compare/setup_panel.hpp"

#include "core/ode/methods.hpp"
#include "physics/problems/problem.hpp"
#include "ui/base/text.hpp"
#include "ui/compare/method_style.hpp"
#include "ui/forms/disclosure.hpp"
#include "ui/forms/note.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/number_text.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace syzygy {

namespace {

constexpr int margin = 12;
constexpr QSize swatch{26, 14};

QComboBox* make_box(QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    box->setFocusPolicy(Qt::StrongFocus);
    return box;
}

void add_section(QVBoxLayout& column, const QString& title, QWidget* body, const QString& key, bool open)
{
    auto* heading = new Disclosure(title, Disclosure::Level::section, key, open, body->parentWidget());
    column.addWidget(heading);
    body->setContentsMargins(0, 2, 0, 12);
    column.addWidget(body);
    heading->set_body(body);
}

/// Ids whose box is checked, in the order of their table.
template <class Infos>
std::vector<std::string> checked(const Infos& infos, const std::map<std::string, QCheckBox*>& boxes)
{
    std::vector<std::string> ids;
    for (const auto& info : infos)
        if (boxes.at(std::string(info.id))->isChecked()) ids.emplace_back(info.id);
    return ids;
}

void show_checked(const std::map<std::string, QCheckBox*>& boxes, const std::vector<std::string>& ids)
{
    for (const auto& [id, box] : boxes) {
        const QSignalBlocker blocker(box);
        box->setChecked(std::find(ids.begin(), ids.end(), id) != ids.end());
    }
}

}  // namespace

CompareSetupPanel::CompareSetupPanel(ActionSet& actions, Session& session, CompareSession& compare, QWidget* parent)
    : QWidget(parent), session_(session), compare_(compare)
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
    scroll->setWidget(content);
    auto* sections = new QVBoxLayout(content);
    sections->setContentsMargins(margin, 0, margin, margin);
    sections->setSpacing(0);
    const auto add = [&](const QString& title, QWidget* body, const QString& key, bool open) {
        body->setParent(content);
        add_section(*sections, title, body, key, open);
    };
    add(tr("Shown run"), make_shown(), "compare/section-shown", true);
    add(tr("On what"), make_subject(), "compare/section-subject", true);
    add(tr("Gradient methods"), make_gradients(), "compare/section-gradients", true);
    add(tr("Solvers and tolerances"), make_solvers(), "compare/section-solvers", true);
    std::vector<std::string_view> ids;
    for (const auto& option : gradient_options()) ids.push_back(option.id);
    method_form_ = new OptionForm<GradientOptions>(gradient_options(), {"compare/methods", ids, {}}, content);
    connect(method_form_, &OptionFormBase::changed, this,
            [this] { change([this](CompareSetup& setup) { setup.options = method_form_->options(); }); });
    add(tr("Options of methods"), method_form_, "compare/section-options", false);
    sections->addStretch(1);
    column->addWidget(scroll, 1);

    connect(&compare_, &CompareSession::setup_changed, this, &CompareSetupPanel::show_setup);
    connect(&compare_, &CompareSession::state_changed, this, &CompareSetupPanel::show_state);
    connect(&compare_, &CompareSession::outdated_changed, this, &CompareSetupPanel::show_state);
    connect(&compare_, &CompareSession::rows_changed, this, &CompareSetupPanel::show_rows);
    connect(&compare_, &CompareSession::selected_changed, this, &CompareSetupPanel::show_rows);
    connect(&session_, &Session::data_changed, this, &CompareSetupPanel::show_setup);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, &CompareSetupPanel::paint_swatches);
    show_setup();
    show_state();
    show_rows();
    paint_swatches();
    compare_.set_entry_check([this] {
        for (const OptionFormBase* form : std::initializer_list<const OptionFormBase*>{run_form_, problem_form_, method_form_})
            if (const QString broken = form->isHidden() ? QString() : form->broken_rule(); !broken.isEmpty()) return broken;
        return QString();
    });
    connect(this, &QObject::destroyed, &compare_, [&compare] { compare.set_entry_check({}); });
}

QWidget* CompareSetupPanel::make_buttons(ActionSet& actions)
{
    auto* box = new QWidget(this);
    auto* rows = new QVBoxLayout(box);
    rows->setContentsMargins(margin, 8, margin, 8);
    rows->setSpacing(6);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(4);
    const auto add = [&](const char* id, Qt::ToolButtonStyle style) {
        auto* button = new QToolButton(box);
        button->setDefaultAction(&actions[id]);
        button->setToolButtonStyle(style);
        button->setIconSize({18, 18});
        button->setMinimumSize(36, 30);
        upper->addWidget(button);
        return button;
    };
    QToolButton* run = add("compare-run", Qt::ToolButtonTextOnly);
    run->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const auto take_colours = [run] {
        QPalette own;
        for (const auto group : {QPalette::Active, QPalette::Inactive}) {
            own.setColor(group, QPalette::Button, theme().accent);
            own.setColor(group, QPalette::ButtonText, theme().on_accent);
        }
        run->setPalette(own);
    };
    connect(&theme_notifier(), &ThemeNotifier::changed, run, take_colours);
    take_colours();
    add("compare-stop", Qt::ToolButtonIconOnly);
    add("compare-copy", Qt::ToolButtonIconOnly);
    rows->addLayout(upper);
    progress_ = new QProgressBar(box);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(6);
    rows->addWidget(progress_);
    progress_text_ = new Note(Note::Tone::muted, box);
    rows->addWidget(progress_text_);
    error_ = new Note(Note::Tone::error, box);
    error_->hide();
    rows->addWidget(error_);
    return box;
}

QWidget* CompareSetupPanel::make_shown()
{
    auto* body = new QWidget(this);
    auto* form = new QFormLayout(body);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(4);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto add = [&](Choice& choice, const QString& title, const char* name) {
        choice.box = make_box(body);
        choice.box->setObjectName(name);
        form->addRow(title, choice.box);
        choice.label = form->labelForField(choice.box);
        connect(choice.box, &QComboBox::activated, this, [this, &choice] {
            if (const CompareRow* row = compare_.selected()) {
                CompareRun wanted = row->run;
                const QVariant value = choice.box->currentData();
                if (&choice == &gradient_) wanted.gradient = value.toString().toStdString();
                if (&choice == &solver_) wanted.solver.method = value.toString().toStdString();
                if (&choice == &rtol_) wanted.solver.rtol = value.toDouble();
                if (&choice == &horizon_) wanted.horizon = value.toDouble();
                compare_.select(wanted);
            }
        });
    };
    add(gradient_, tr("Method"), "shown-gradient");
    add(solver_, tr("Solver"), "shown-solver");
    add(rtol_, tr("Tolerance"), "shown-rtol");
    add(horizon_, tr("Horizon"), "shown-horizon");
    return body;
}

QWidget* CompareSetupPanel::make_subject()
{
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    subject_ = make_box(body);
    subject_->setObjectName("compare-subject");
    subject_->addItem(tr("The data on screen"), QString());
    for (const TestProblem& problem : test_problems()) subject_->addItem(text_of(problem.label), text_of(problem.id));
    connect(subject_, &QComboBox::activated, this, [this] {
        change([this](CompareSetup& setup) {
            setup.problem = subject_->currentData().toString().toStdString();
            // Those of another problem.
            setup.parameters.clear();
            setup.initial.clear();
            setup.t1 = 0;
            setup.horizons.clear();
        });
    });
    column->addWidget(subject_);
    subject_help_ = new Note(Note::Tone::muted, body);
    column->addWidget(subject_help_);
    problem_form_ = new OptionForm<CompareSetup>(compare_setup_options(),
                                                 {"compare/problem", {"parameters", "initial", "t1"}, {}}, body);
    connect(problem_form_, &OptionFormBase::changed, this, [this] {
        change([this](CompareSetup& setup) {
            setup.parameters = problem_form_->options().parameters;
            setup.initial = problem_form_->options().initial;
            setup.t1 = problem_form_->options().t1;
        });
    });
    column->addWidget(problem_form_);
    return body;
}

QWidget* CompareSetupPanel::make_gradients()
{
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        auto* box = new QCheckBox(text_of(info.label), body);
        box->setObjectName("gradient-" + text_of(info.id));
        box->setIconSize(swatch);
        box->setToolTip(QString("<qt><b>%1</b> (%2)<br>%3<br><br>%4<br><br><i>%5</i></qt>")
                            .arg(text_of(info.label), text_of(info.id), text_of(info.help).toHtmlEscaped(),
                                 text_of(info.look).toHtmlEscaped(), text_of(info.source).toHtmlEscaped()));
        connect(box, &QCheckBox::toggled, this, [this] {
            change([this](CompareSetup& setup) { setup.gradients = checked(gradient_method_infos(), gradients_); });
        });
        gradients_.emplace(info.id, box);
        column->addWidget(box);
    }
    return body;
}

QWidget* CompareSetupPanel::make_solvers()
{
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    run_form_ = new OptionForm<CompareSetup>(compare_setup_options(),
                                             {"compare/run", {"rtols", "horizons", "repeats"}, {}}, body);
    connect(run_form_, &OptionFormBase::changed, this, [this] {
        change([this](CompareSetup& setup) {
            setup.rtols = run_form_->options().rtols;
            setup.horizons = run_form_->options().horizons;
            setup.repeats = run_form_->options().repeats;
        });
    });
    column->addWidget(run_form_);
    auto* heading = new Disclosure(tr("Solvers"), Disclosure::Level::detail, "compare/solvers", false, body);
    auto* list = new QWidget(body);
    auto* rows = new QVBoxLayout(list);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2);
    for (const MethodInfo& info : method_infos) {
        if (!info.adaptive()) continue;
        auto* box = new QCheckBox(text_of(info.label), list);
        box->setObjectName("solver-" + text_of(info.id));
        box->setToolTip(tr("Order %1. %2").arg(info.order).arg(text_of(info.source)));
        connect(box, &QCheckBox::toggled, this, [this] {
            change([this](CompareSetup& setup) {
                setup.methods.clear();
                for (const MethodInfo& method : method_infos)
                    if (const auto found = methods_.find(std::string(method.id));
                        found != methods_.end() && found->second->isChecked())
                        setup.methods.emplace_back(method.id);
            });
        });
        methods_.emplace(info.id, box);
        rows->addWidget(box);
    }
    heading->set_body(list);
    column->addWidget(heading);
    column->addWidget(list);
    return body;
}

template <class Change>
void CompareSetupPanel::change(Change&& change)
{
    CompareSetup setup = compare_.setup();
    change(setup);
    error_->hide();
    try {
        compare_.set_setup(setup);
    } catch (const ArgumentError& error) {
        const CompareSetup& in_force = compare_.setup();
        if (run_form_->refuse(error, in_force) || problem_form_->refuse(error, in_force) ||
            method_form_->refuse(error, in_force.options))
            return;
        error_->setText(error.what());
        error_->show();
        show_setup();
    }
}

void CompareSetupPanel::show_setup()
{
    const CompareSetup& setup = compare_.setup();
    subject_->setCurrentIndex(std::max(0, subject_->findData(text_of(setup.problem))));
    const bool own = setup.problem.empty();
    problem_form_->setVisible(!own);
    if (own) {
        subject_help_->setText(session_.has_data() ? tr("%1, at the masses and initial state that are set under Fit.")
                                                         .arg(text_of(session_.data().observations->name))
                                                   : tr("There are none yet: open some (Ctrl+O)."));
    } else {
        const TestProblem& problem = find_test_problem(setup.problem);
        QStringList values;
        for (int i = 0; i < problem.parameters; ++i)
            values << QString("%1 = %2").arg(text_of(problem.parameter_names[static_cast<std::size_t>(i)]),
                                             number_text(problem.p0[i]));
        for (int i = 0; i < problem.states; ++i)
            values << QString("%1(0) = %2")
                          .arg(text_of(problem.state_names[static_cast<std::size_t>(i)]), number_text(problem.y0[i]));
        QString help = text_of(problem.help);
        if (!help.isEmpty()) help[0] = help[0].toUpper();
        if (help.endsWith('.')) help.chop(1);
        subject_help_->setText(
            tr("%1. Its own: %2, t to %3. Loss |y(t1)|².").arg(help, values.join(", "), number_text(problem.t1)));
    }
    problem_form_->set_options(setup);
    run_form_->set_options(setup);
    method_form_->set_options(setup.options);
    show_checked(gradients_, setup.gradients);
    show_checked(methods_, setup.methods);
}

void CompareSetupPanel::show_state()
{
    const bool runs = compare_.state() != CompareState::idle;
    progress_->setRange(0, std::max(1, static_cast<int>(compare_.all())));
    progress_->setValue(static_cast<int>(compare_.done()));
    progress_->setEnabled(runs);
    if (runs)
        progress_text_->setText(compare_.all() == 0 ? tr("Making the reference gradient")
                                                    : tr("%L1 of %L2 runs").arg(compare_.done()).arg(compare_.all()));
    else if (!compare_.outdated().isEmpty())
        progress_text_->setText(compare_.outdated());
    else if (compare_.result())
        progress_text_->setText(
            tr("%L1 runs of %2").arg(compare_.result()->rows.size()).arg(text_of(compare_.result()->subject)));
    else
        progress_text_->setText(tr("Nothing has been run yet"));
    if (runs) error_->hide();
}

void CompareSetupPanel::show_rows()
{
    const CompareRow* const selected = compare_.selected();
    const auto fill = [&](Choice& choice, auto value, auto label) {
        const QSignalBlocker blocker(choice.box);
        choice.box->clear();
        if (selected)
            for (const CompareRow& row : compare_.result()->rows)
                if (const QVariant data = value(row.run); choice.box->findData(data) < 0)
                    choice.box->addItem(label(row.run), data);
        if (selected) choice.box->setCurrentIndex(choice.box->findData(value(selected->run)));
        choice.box->setEnabled(choice.box->count() > 1);
    };
    fill(
        gradient_, [](const CompareRun& run) { return QVariant(text_of(run.gradient)); },
        [](const CompareRun& run) { return text_of(find_gradient_method(run.gradient).label); });
    fill(
        solver_, [](const CompareRun& run) { return QVariant(text_of(run.solver.method)); },
        [](const CompareRun& run) { return text_of(find_method(run.solver.method).label); });
    fill(
        rtol_, [](const CompareRun& run) { return QVariant(run.solver.rtol); },
        [](const CompareRun& run) { return number_text(run.solver.rtol, 3); });
    fill(
        horizon_, [](const CompareRun& run) { return QVariant(run.horizon); },
        [](const CompareRun& run) { return run.horizon == 0 ? tr("the whole") : number_text(run.horizon, 6); });
    show_state();
}

void CompareSetupPanel::paint_swatches()
{
    for (const auto& [id, box] : gradients_) box->setIcon(method_swatch(id, swatch, devicePixelRatioF()));
}

}  // namespace syzygy
