#include "ui/panels/data_section.hpp"

#include "physics/scenarios/scenario.hpp"
#include "ui/base/text.hpp"
#include "ui/data/file_defaults.hpp"
#include "ui/forms/disclosure.hpp"
#include "ui/forms/note.hpp"
#include "ui/session/time_text.hpp"
#include "ui/session/unit_symbols.hpp"

#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

namespace syzygy {

namespace {

QString source_text(const LoadedData& data)
{
    QStringList names;
    for (const auto& file : data.files) names << path_text(file.filename());
    QString text = names.join(", ");
    if (data.recipe) text = "Made from the scenario " + text_of(find_scenario(data.recipe->scenario).label);
    if (data.remapped) text += ", changed by hand";
    return text;
}

/// What letters beside numbers stand for; names of units say it themselves.
QString unit_text(const UnitSystem& units)
{
    if (units.length_label().empty()) return "None (G = 1)";
    const UnitSymbols symbols = unit_symbols(units);
    QStringList named, defined;
    const auto add = [&](const std::string& symbol, const std::string& label) {
        if (symbol == label)
            named << text_of(label);
        else
            defined << text_of(fmt::format("{} = {}", symbol, label));
    };
    add(symbols.length, units.length_label());
    add(symbols.time, units.time_label());
    if (!units.mass_label().empty()) add(symbols.mass, units.mass_label());
    if (!units.velocity_label().empty()) add(symbols.velocity, units.velocity_label());
    if (!named.isEmpty()) defined.prepend(named.join(", "));
    return defined.join("\n");
}

/// A body of the relative-to option by its number, so that its name and its number are one entry.
std::string as_number(const std::string& body, const std::array<std::string, 3>& bodies)
{
    for (std::size_t i = 0; i < 3; ++i)
        if (body == bodies[i]) return std::to_string(i + 1);
    return body;
}

}  // namespace

DataSection::DataSection(Session& session, QWidget* parent) : QWidget(parent), session_(session)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    name_ = new Note(Note::Tone::plain, this);
    QFont bold = name_->font();
    bold.setWeight(QFont::DemiBold);
    name_->setFont(bold);
    column->addWidget(name_);
    auto* facts = new QFormLayout;
    facts->setContentsMargins(0, 0, 0, 0);
    facts->setHorizontalSpacing(10);
    facts->setVerticalSpacing(3);
    facts->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    facts->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    source_ = add_fact(*facts, "Source");
    rows_ = add_fact(*facts, "Rows");
    times_ = add_fact(*facts, "Time");
    units_ = add_fact(*facts, "Units");
    column->addLayout(facts);

    notes_heading_ = new Disclosure("Notes of the loader", Disclosure::Level::detail, "panel/data-notes", false, this);
    notes_ = new Note(Note::Tone::muted, this);
    notes_heading_->set_body(notes_);
    column->addWidget(notes_heading_);
    column->addWidget(notes_);

    form_ = new OptionForm<DataOptions>(data_options(), {"panel/data", {"relative-to", "sigma", "velocities"},
                                                         {"jitter", "decay", "observe", "softening"}}, this);
    column->addWidget(form_);
    defaults_ = new Note(Note::Tone::muted, this);
    defaults_->setObjectName(QStringLiteral("file-defaults"));
    column->addWidget(defaults_);
    error_ = new Note(Note::Tone::error, this);
    error_->hide();
    column->addWidget(error_);

    connect(form_, &OptionFormBase::changed, this, &DataSection::apply);
    connect(&session_, &Session::data_changed, this, &DataSection::show_data);
    connect(&session_, &Session::setup_changed, this, &DataSection::show_setup);
    show_data();
}

Note* DataSection::add_fact(QFormLayout& facts, const QString& label)
{
    auto* heading = new Note(Note::Tone::muted, this);
    heading->setText(label);
    heading->setWordWrap(false);
    heading->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto* value = new Note(Note::Tone::plain, this);
    facts.addRow(heading, value);
    return value;
}

QString DataSection::summary() const
{
    if (!session_.has_data()) return {};
    return QLocale().toString(static_cast<qlonglong>(session_.data().observations->size())) + " rows";
}

namespace {

/// ", with velocities, rv1 and rv2:Keck"
QString beside_positions_text(const Observations& observations)
{
    QStringList names;
    if (observations.has_velocities()) names << "velocities";
    for (const ObservedSeries& series : observations.series) names << text_of(series.name());
    if (names.isEmpty()) return {};
    const QString last = names.takeLast();
    return ", with " + (names.isEmpty() ? last : names.join(", ") + " and " + last);
}

}  // namespace

void DataSection::show_data()
{
    if (!session_.has_data()) {
        name_->setText("No data yet");
        return;
    }
    const Observations& observations = *session_.data().observations;
    const UnitSystem& units = observations.units;
    const auto [first, last] = session_.data_range();
    name_->setText(observations.name.empty() ? source_text(session_.data()) : text_of(observations.name));
    source_->setText(source_text(session_.data()));
    rows_->setText(QLocale().toString(static_cast<qlonglong>(observations.size())) +
                   beside_positions_text(observations));
    times_->setText(text_of(fmt::format("{} to {} {}", time_text(first, last - first), time_text(last, last - first),
                                     unit_symbols(units).time)));
    units_->setText(unit_text(units));
    QStringList notes;
    for (const std::string& note : observations.notes) notes << text_of(note);
    notes_->setText(notes.join("\n"));
    notes_heading_->set_summary(QString::number(notes.size()));
    notes_heading_->setVisible(!notes.isEmpty());
    notes_->setVisible(!notes.isEmpty() && notes_heading_->isChecked());

    std::vector<FormChoice> bodies;
    bodies.push_back({"", observations.relative_to ? "As the data say: " + text_of(observations.bodies[*observations.relative_to])
                                                   : QString("Nothing (as given)"),
                      "Positions as the data have them"});
    for (std::size_t i = 0; i < 3; ++i)
        bodies.push_back({std::to_string(i + 1), text_of(observations.bodies[i]), "Positions relative to this body"});
    form_->set_choices("relative-to", std::move(bodies));
    form_->set_units(units);
    form_->editor("velocities")->setEnabled(observations.has_velocities());
    show_setup();
}

void DataSection::show_setup()
{
    DataOptions options = session_.setup().data;
    if (session_.has_data()) options.relative_to = as_number(options.relative_to, session_.data().observations->bodies);
    form_->set_options(options);
    const QString defaults = session_.has_data() ? file_defaults_text(session_.data(), session_.setup()) : QString();
    defaults_->setText(defaults);
    defaults_->setVisible(!defaults.isEmpty());
    error_->hide();
}

void DataSection::apply()
{
    FitSetup setup = session_.setup();
    const Interval window = setup.data.window;
    setup.data = form_->options();
    setup.data.window = window;
    try {
        session_.set_setup(setup);
    } catch (const ArgumentError& error) {
        if (form_->refuse(error, session_.setup().data)) return;
        error_->setText(error.what());
        error_->show();
    }
}

}  // namespace syzygy
