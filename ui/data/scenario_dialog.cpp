#include "ui/data/scenario_dialog.hpp"

#include "physics/corrections/corrections.hpp"
#include "physics/model/data.hpp"
#include "physics/model/orbit.hpp"
#include "physics/observations/text_reading.hpp"
#include "physics/scenarios/scenario.hpp"
#include "ui/data/examples.hpp"
#include "ui/forms/field.hpp"
#include "ui/forms/note.hpp"
#include "ui/session/unit_symbols.hpp"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <utility>

namespace syzygy {

namespace {

/// The orbit of a scenario from t0 to t1, evenly in time.
OrbitSketch sketch_orbit(const ThreeBodySystem& system, const CorrectionAt& correction, double begin, double length,
                         std::stop_token stop)
{
    constexpr long most_evaluations = 300'000;
    constexpr int points = 1500;
    const Trajectory<State> orbit =
        solve_orbit({system.units, system.masses(), system.state(), system.softening, correction, begin}, length,
                    std::move(stop), most_evaluations);
    Observations samples;
    samples.units = system.units;
    for (std::size_t body = 0; body < 3; ++body) samples.bodies[body] = system.bodies[body].name;
    samples.positions.resize(9, points);
    for (int k = 0; k < points; ++k) {
        const double fraction = static_cast<double>(k) / (points - 1);
        const double t = k + 1 == points ? orbit.times().back() : fraction * orbit.times().back();
        samples.times.push_back(t);
        samples.positions.col(k) = (orbit.steps().empty() ? orbit.states().front() : orbit.at(t)).head<9>();
    }
    return make_sketch(samples, true);
}

/// Kinds of few parameters with names: what a network would do to data says nothing.
std::vector<FormChoice> physical_kinds()
{
    std::vector<std::string_view> ids{"none"};
    for (const CorrectionInfo& info : corrections())
        if (!info.network) ids.push_back(info.id);
    return form_choices("correction", ids);
}

}  // namespace

Interval read_window(std::string_view text, double begin, double end)
{
    std::string_view share = trimmed(text);
    Interval window;
    if (share.empty()) return window;
    const auto [first, last] = std::minmax(begin, end);
    if (share.find(':') != share.npos) {
        read_value("window", std::string(share), window);
        const auto [from, to] = window.within(first, last);
        if (from > last || to < first || to <= from)
            throw ArgumentError("window", share, fmt::format("the data go from {} to {}", first, last));
        return window;
    }
    if (lower_case(share).starts_with("first")) share = trimmed(share.substr(5));
    const bool percent = share.ends_with('%');
    if (percent) share = trimmed(share.substr(0, share.size() - 1));
    const ReadNumber number = read_number(share);
    if (!percent || number.error != NumberError::none || !(number.value > 0 && number.value <= 100))
        throw ArgumentError("window", text, "write t0:t1, or a share such as first 40 %; nothing for all");
    if (number.value < 100) window = {first, first + number.value / 100 * (last - first)};
    return window;
}

ScenarioDialog::ScenarioDialog(Background& background, QWidget* parent) : QDialog(parent), background_(&background)
{
    setObjectName(QStringLiteral("scenario-dialog"));
    setWindowTitle(tr("New data from scenario"));
    resize(940, 620);
    auto* const rows = new QVBoxLayout(this);
    auto* const columns = new QHBoxLayout;
    rows->addLayout(columns, 1);

    list_ = new QListWidget;
    for (const ExampleInfo& example : examples()) {
        auto* const item = new QListWidgetItem(QString::fromStdString(example.label), list_);
        item->setData(Qt::UserRole, QString::fromStdString(example.id));
        item->setToolTip(QString::fromStdString(example.description));
    }
    list_->setFixedWidth(190);
    columns->addWidget(list_);

    auto* const middle = new QVBoxLayout;
    title_ = new QLabel;
    QFont font = title_->font();
    font.setBold(true);
    title_->setFont(font);
    description_ = new Note(Note::Tone::plain);
    source_ = new Note(Note::Tone::muted);
    sketch_ = new OrbitSketchView;
    middle->addWidget(title_);
    middle->addWidget(description_);
    middle->addWidget(sketch_, 1);
    middle->addWidget(source_);
    columns->addLayout(middle, 1);

    auto* const right = new QWidget;
    auto* const settings = new QVBoxLayout(right);
    settings->setContentsMargins(0, 0, 0, 0);
    form_ = new OptionForm<SimulateOptions>(
        simulate_options(),
        {QStringLiteral("scenario"), {"t1", "samples", "noise", "seed", "velocities"}, {"series", "series-noise", "t0", "separation"}});
    auto* const data_group = new QGroupBox(tr("Data"));
    (new QVBoxLayout(data_group))->addWidget(form_);
    settings->addWidget(data_group);
    correction_ = new OptionForm<CorrectionOptions>(correction_options(), {QString(), {"correction", "values"}, {}});
    correction_->set_choices("correction", physical_kinds());
    correction_->set_row_visible("values", false);
    auto* const correction_group = new QGroupBox(tr("Beside Newton's force"));
    correction_group->setToolTip(tr("A force that the bodies are under and that a fit by Newton alone will miss"));
    (new QVBoxLayout(correction_group))->addWidget(correction_);
    settings->addWidget(correction_group);
    auto* const fit_group = new QGroupBox(tr("Fit"));
    auto* const fit_rows = new QFormLayout(fit_group);
    window_ = new Field;
    window_->setObjectName(QStringLiteral("scenario-window"));
    window_->setPlaceholderText(tr("all"));
    window_->set_help(
        tr("Which part of the data is fitted: t0:t1, or a share such as \u201cfirst 40 %\u201d; "
           "nothing: all. What lies beyond is predicted"));
    window_->set_check(
        [this](const std::string& text) { read_window(text, form_->options().t0, form_->options().t1); });
    fit_rows->addRow(tr("Training &window"), window_);
    settings->addWidget(fit_group);
    settings->addStretch();
    auto* const scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(right);
    scroll->setFixedWidth(290);
    columns->addWidget(scroll);

    problem_ = new Note(Note::Tone::error);
    problem_->hide();
    rows->addWidget(problem_);
    buttons_ = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons_->addButton(tr("&Make data"), QDialogButtonBox::AcceptRole)->setDefault(true);
    rows->addWidget(buttons_);

    settle_.setSingleShot(true);
    settle_.setInterval(150);
    connect(&settle_, &QTimer::timeout, this, &ScenarioDialog::draw);
    connect(list_, &QListWidget::currentRowChanged, this, &ScenarioDialog::show_scenario);
    connect(list_, &QListWidget::itemActivated, buttons_, &QDialogButtonBox::accepted);
    connect(form_, &OptionFormBase::changed, this, [this] {
        check();
        settle_.start();
    });
    connect(correction_, &OptionFormBase::changed, this, [this] {
        choose_correction();
        check();
        settle_.start();
    });
    connect(window_, &Field::entered, this, [this](const QString& text) {
        window_->show_value(text);
        check();
    });
    connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
        check();
        if (!problem_->isHidden()) return;
        Q_EMIT wanted(recipe(), setup());
        accept();
    });
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(this, &QDialog::finished, this, [this] {
        settle_.stop();
        background_->cancel(std::exchange(task_, 0));
    });
    list_->setCurrentRow(0);
}

ScenarioDialog::~ScenarioDialog()
{
    if (!background_) return;
    background_->cancel(task_);
}

void ScenarioDialog::choose(std::string_view scenario)
{
    for (int row = 0; row < list_->count(); ++row)
        if (list_->item(row)->data(Qt::UserRole).toString().toStdString() == scenario) list_->setCurrentRow(row);
}

void ScenarioDialog::showEvent(QShowEvent* event)
{
    QDialog::showEvent(event);
    settle_.start(0);
}

void ScenarioDialog::show_scenario()
{
    const ExampleInfo& example = find_example(list_->currentItem()->data(Qt::UserRole).toString().toStdString());
    title_->setText(QString::fromStdString(example.label));
    description_->setText(QString::fromStdString(example.description));
    source_->setText(QString::fromStdString(example.source));
    const UnitSystem units = find_scenario(example.id).make().units;
    form_->set_units(units);
    form_->set_options(example.recipe.simulate);
    window_->set_unit(QString::fromStdString(unit_symbols(units).time));
    window_->show_value(QString::fromStdString(value_text(example.setup.data.window)));
    window_->mark({});
    check();
    sketch_->set_sketch(nullptr, tr("Solving..."));
    if (isVisible()) settle_.start(0);
}

Recipe ScenarioDialog::recipe() const
{
    return {list_->currentItem()->data(Qt::UserRole).toString().toStdString(), form_->options(), correction_->options()};
}

void ScenarioDialog::choose_correction()
{
    const Recipe made = recipe();
    correction_->set_row_visible("values", made.correction.correction != "none");
    if (made.correction.correction == corrected_with_) return;
    corrected_with_ = made.correction.correction;
    correction_->set_options(with_telling_values(made).correction);
}

FitSetup ScenarioDialog::setup() const
{
    const Recipe made = recipe();
    FitSetup setup = find_example(made.scenario).setup;
    setup.data.window = read_window(window_->text().toStdString(), made.simulate.t0, made.simulate.t1);
    return setup;
}

void ScenarioDialog::check()
{
    QString problem;
    const SimulateOptions& options = form_->options();
    if (options.t0 == options.t1) problem = tr("The data have no length: choose an end time other than the start.");
    try {
        syzygy::correction_of(recipe());
    } catch (const ArgumentError& error) {
        problem = tr("The values %1 cannot be used: %2.")
                      .arg(QString::fromStdString(error.value()), QString::fromStdString(error.rule()));
    }
    try {
        setup();
    } catch (const ArgumentError& error) {
        problem = tr("The training window %1 cannot be used: %2.")
                      .arg(QString::fromStdString(error.value()), QString::fromStdString(error.rule()));
    }
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    for (QAbstractButton* button : buttons_->buttons())
        if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole) button->setEnabled(problem.isEmpty());
}

void ScenarioDialog::draw()
{
    const Recipe made = recipe();
    const double length = made.simulate.t1 - made.simulate.t0;
    background_->cancel(std::exchange(task_, 0));
    if (!(std::abs(length) > 0)) return;
    task_ = background_->start(
        tr("Drawing %1").arg(title_->text()), [this, made, length](const TaskContext& context) -> Background::Done {
            auto sketch = std::make_shared<OrbitSketch>(sketch_orbit(find_scenario(made.scenario).make(),
                                                                     syzygy::correction_of(made), made.simulate.t0, length,
                                                                     context.stop));
            return [this, sketch] {
                task_ = 0;
                sketch_->set_sketch(sketch);
            };
        });
}

}  // namespace syzygy
