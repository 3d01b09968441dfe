#include "ui/panels/bodies_section.hpp"

#include "ui/base/text.hpp"
#include "ui/forms/disclosure.hpp"
#include "ui/forms/note.hpp"
#include "ui/panels/body_card.hpp"
#include "ui/panels/state_fold.hpp"
#include "ui/session/finding_text.hpp"
#include "ui/session/unit_symbols.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace syzygy {

namespace {

struct FreedomLabel {
    StateFreedom freedom;
    const char* label;
};
constexpr FreedomLabel freedom_labels[] = {
    {StateFreedom::automatic, "Automatic"},
    {StateFreedom::held, "Fixed"},
    {StateFreedom::free, "Free"},
    {StateFreedom::positions, "Positions free"},
    {StateFreedom::velocities, "Velocities free"},
    {StateFreedom::other, "As in the text below"},
};

/// What a fit found of a mass, where its error comes from, and the truth: each in a line of its own.
QString mass_text(const FittedParameter& parameter, Trust trust, std::optional<double> truth)
{
    QStringList lines{parameter.fixed ? QStringLiteral("held") : finding_text(parameter, trust)};
    if (const QString origin = error_origin_text(parameter, trust); !origin.isEmpty()) lines << origin;
    if (truth) lines << "truth " + text_of(fmt::format("{:.9g}", *truth));
    return lines.join('\n');
}

/// Where x y z vx vy vz of a body stand in the state.
int state_number(int body, int number)
{
    return number < 3 ? 3 * body + number : 9 + 3 * body + number - 3;
}

/// "± 12", "not determined"; "" of a number that was held.
QString number_error_text(const FittedParameter& parameter, Trust trust)
{
    if (parameter.fixed) return {};
    if (!parameter.identifiable) return QStringLiteral("not determined by these data");
    if (trust == Trust::untrusted || trust == Trust::unfinished) return QStringLiteral("not to be trusted");
    return QStringLiteral("± ") + text_of(fmt::format("{:.2g}", parameter.trusted_sigma()));
}

}  // namespace

BodiesSection::BodiesSection(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      unit_(new Note(Note::Tone::muted, this)),
      state_(new QComboBox(this)),
      error_(new Note(Note::Tone::error, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto* top = new QHBoxLayout;
    top->addWidget(unit_, 1);
    auto* bounds = new Disclosure("Bounds", Disclosure::Level::detail, "panel/bounds", false, this);
    bounds->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    bounds->setToolTip("Lowest and highest mass that a fit may find");
    top->addWidget(bounds);
    column->addLayout(top);
    for (int body = 0; body < 3; ++body) {
        auto* card = new BodyCard(body, this);
        cards_[static_cast<std::size_t>(body)] = card;
        column->addWidget(card);
        connect(card, &BodyCard::mass_entered, this, [this, body](double mass) { set_mass(body, mass); });
        connect(card, &BodyCard::free_entered, this, [this, body](bool free) { set_free(body, free); });
        connect(card, &BodyCard::bounds_entered, this,
                [this, body](double lower, double upper) { set_bounds(body, lower, upper); });
        connect(&card->state(), &StateFold::value_entered, this,
                [this, body](int number, double value) { set_state_number(body, number, value); });
        connect(&card->state(), &StateFold::free_entered, this,
                [this, body](int number, bool free) { set_state_number_free(body, number, free); });
    }
    const auto show_bounds = [this](bool visible) {
        for (BodyCard* card : cards_) card->set_bounds_visible(visible);
    };
    connect(bounds, &QAbstractButton::toggled, this, show_bounds);
    show_bounds(bounds->isChecked());

    auto* state_line = new QHBoxLayout;
    state_line->setSpacing(6);
    auto* label = new QLabel("Initial state", this);
    state_line->addWidget(label);
    state_line->addSpacing(8);
    state_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    state_->setMinimumContentsLength(6);
    state_->setToolTip("Whether the fit looks for the positions and velocities of the first row. Automatic: free unless "
                       "the first row holds all of them without errors.");
    state_line->addWidget(state_, 1);
    column->addLayout(state_line);
    column->addWidget(error_);
    error_->hide();
    form_ = new OptionForm<FitOptions>(fit_options(), {"panel/parameters", {},
                                                       {"free", "fix", "bounds", "prior", "start", "scatter", "seed"},
                                                       "Advanced"}, this);
    column->addWidget(form_);

    connect(state_, &QComboBox::activated, this, &BodiesSection::set_state_freedom);
    connect(form_, &OptionFormBase::changed, this, &BodiesSection::apply_form);
    connect(&session_, &Session::data_changed, this, &BodiesSection::show_data);
    connect(&session_, &Session::setup_changed, this, &BodiesSection::show_setup);
    connect(&session_, &Session::point_changed, this, &BodiesSection::show_point);
    // What is free by default is known with the first solution of the data.
    connect(&session_, &Session::picture_changed, this, [this] {
        show_state_numbers();
        if (state_->currentData().toInt() != static_cast<int>(StateFreedom::automatic)) return;
        try {
            show_state_freedom();
        } catch (const ArgumentError&) {
            // The picture is of options that have changed since.
        }
    });
    connect(&session_, &Session::result_changed, this, &BodiesSection::show_result);
    show_data();
}

void BodiesSection::show_data()
{
    setEnabled(session_.has_data());
    if (!session_.has_data()) return;
    const LoadedData& data = session_.data();
    const QString unit = text_of(unit_symbols(data.observations->units).mass);
    unit_->setText(unit.isEmpty() ? QString("Masses") : "Masses in " + unit);
    for (int body = 0; body < 3; ++body) {
        BodyCard& card = *cards_[static_cast<std::size_t>(body)];
        card.set_name(text_of(data.observations->bodies[static_cast<std::size_t>(body)]), unit);
        const UnitSymbols symbols = unit_symbols(data.observations->units);
        card.state().set_names(text_of(data.observations->bodies[static_cast<std::size_t>(body)]), text_of(symbols.length),
                               text_of(symbols.velocity));
        card.set_truth(data.truth ? std::optional(data.truth->masses[body]) : std::nullopt);
    }
    form_->set_units(data.observations->units);
    show_setup();
    show_point();
    show_result();
}

void BodiesSection::show_setup()
{
    error_->hide();
    if (!session_.has_data()) return;
    const FitOptions& options = session_.setup().fit;
    form_->set_options(options);
    try {
        const ParameterTable table = session_.parameter_table();
        const auto named = parse_free(table, options.free);
        for (int body = 0; body < 3; ++body) {
            const int mass = table.of_mass(body);
            BodyCard& card = *cards_[static_cast<std::size_t>(body)];
            card.set_free((!named || (*named)[mass]) && !is_fixed(options, table, mass));
            const auto [lower, upper] = bounds_of(options, table, mass);
            card.set_bounds(lower, upper);
        }
        show_state_freedom();
        show_state_numbers();
    } catch (const ArgumentError& error) {
        // Options from a file may name what these data do not have.
        show_error(error);
    }
}

void BodiesSection::show_state_freedom()
{
    const FitOptions& options = session_.setup().fit;
    const StateFreedom freedom = state_freedom(options, session_.parameter_table());
    // What automatic comes to is the data's to say.
    QString automatic = "Automatic";
    if (const auto picture = session_.picture(); picture && freedom == StateFreedom::automatic) {
        const ParameterSet parameters(*picture->solution->data, without_correction_parameters(options, session_.parameter_table()),
                                      picture->solution->point);
        automatic += parameters.frees_state() ? ": free" : ": fixed to first row";
    }
    if (state_->count() > 0 && state_->itemText(0) == automatic &&
        state_->currentData().toInt() == static_cast<int>(freedom))
        return;
    state_->clear();
    for (const auto& [value, text] : freedom_labels)
        if (value != StateFreedom::other || freedom == StateFreedom::other)
            state_->addItem(value == StateFreedom::automatic ? automatic : QString(text), static_cast<int>(value));
    state_->setCurrentIndex(state_->findData(static_cast<int>(freedom)));
}

void BodiesSection::show_error(const ArgumentError& error)
{
    error_->setText(error.what());
    error_->show();
}

void BodiesSection::show_point()
{
    if (!session_.has_data() || !session_.picture()) return;
    const ModelPoint point = session_.point();
    for (int body = 0; body < 3; ++body) cards_[static_cast<std::size_t>(body)]->set_mass(point.masses[body]);
    show_state_numbers();
}

void BodiesSection::show_result()
{
    if (!session_.has_data()) return;
    const auto result = session_.result();
    const auto& truth = session_.data().truth;
    const Trust found = result ? trust(*result) : Trust::trusted;
    for (int body = 0; body < 3; ++body) {
        const std::optional<double> true_mass = truth ? std::optional(truth->masses[body]) : std::nullopt;
        QString text;
        if (result)
            text = mass_text(result->parameters[static_cast<std::size_t>(body)], found, true_mass);
        else if (true_mass)
            text = "truth " + text_of(fmt::format("{:.9g}", *true_mass));
        const bool doubtful = result && (found == Trust::untrusted || found == Trust::unfinished);
        cards_[static_cast<std::size_t>(body)]->set_finding(text, doubtful);
    }
    show_state_numbers();
}

bool BodiesSection::try_fit_options(const std::function<FitOptions(const FitOptions&)>& changed)
{
    try {
        FitSetup setup = session_.setup();
        setup.fit = changed(setup.fit);
        session_.set_setup(setup);
        return true;
    } catch (const ArgumentError& error) {
        show_setup();
        show_error(error);
        return false;
    }
}

void BodiesSection::show_state_numbers()
{
    const auto picture = session_.picture();
    if (!session_.has_data() || !picture) return;
    const PreparedData& data = *picture->solution->data;
    std::optional<ParameterSet> parameters;
    try {
        parameters.emplace(data, without_correction_parameters(session_.setup().fit, session_.parameter_table()),
                           picture->solution->point);
    } catch (const ArgumentError&) {
        // The picture is of options that have changed since: the next one is right again.
        return;
    }
    const State state = session_.point().initial_state;
    const auto result = session_.result();
    const Trust found = result ? trust(*result) : Trust::trusted;
    for (int body = 0; body < 3; ++body) {
        std::array<StateFold::Number, 6> numbers;
        for (int number = 0; number < 6; ++number) {
            const int index = state_number(body, number);
            StateFold::Number& shown = numbers[static_cast<std::size_t>(number)];
            shown.value = state[index];
            if (std::isfinite(data.first_row[index])) shown.observed = data.first_row[index];
            const int row = parameters->table().of_state(index);
            shown.free = (*parameters)[row].free;
            shown.can_be_free = body != data.reference;
            if (result && row < static_cast<int>(result->parameters.size())) {
                const FittedParameter& parameter = result->parameters[static_cast<std::size_t>(row)];
                shown.fitted = !parameter.fixed;
                shown.error = number_error_text(parameter, found);
            }
        }
        cards_[static_cast<std::size_t>(body)]->state().show_numbers(numbers);
    }
}

void BodiesSection::set_state_number(int body, int number, double value)
{
    const int index = state_number(body, number);
    try {
        // A number that is held at a value has it from the options: the next fit holds what is on screen.
        const ParameterTable table = session_.parameter_table();
        const int row = table.of_state(index);
        if (is_fixed(session_.setup().fit, table, row) && !try_fit_options([&](const FitOptions& options) {
                return with_state_number_free(options, table, row, false, false);
            }))
            return;
        ModelPoint point = session_.point();
        point.initial_state[index] = value;
        session_.set_point(point);
    } catch (const ArgumentError& error) {
        show_error(error);
    }
}

void BodiesSection::set_state_number_free(int body, int number, bool free)
{
    const auto picture = session_.picture();
    if (!picture) return;
    try_fit_options([&](const FitOptions& options) {
        const ParameterTable table = session_.parameter_table();
        FitOptions by_data = without_correction_parameters(options, table);
        by_data.free.clear();
        const ParameterSet parameters(*picture->solution->data, by_data, picture->solution->point);
        return with_state_number_free(options, table, table.of_state(state_number(body, number)), free, parameters.frees_state());
    });
}

void BodiesSection::set_mass(int body, double mass)
{
    try {
        // A held mass is part of the options: the next fit holds what is on screen.
        if (is_fixed(session_.setup().fit, session_.parameter_table(), body) && !try_fit_options([&](const FitOptions& options) {
                return with_mass_free(options, session_.parameter_table(), body, false, mass);
            }))
            return;
        session_.set_mass(body, mass);
    } catch (const ArgumentError& error) {
        show_error(error);
    }
}

void BodiesSection::set_free(int body, bool free)
{
    try_fit_options([&](const FitOptions& options) {
        return with_mass_free(options, session_.parameter_table(), body, free, session_.point().masses[body]);
    });
}

void BodiesSection::set_bounds(int body, double lower, double upper)
{
    try_fit_options([&](const FitOptions& options) { return with_bounds(options, session_.parameter_table(), body, lower, upper); });
}

void BodiesSection::set_state_freedom()
{
    const auto freedom = static_cast<StateFreedom>(state_->currentData().toInt());
    try_fit_options([&](const FitOptions& options) { return with_state_freedom(options, session_.parameter_table(), freedom); });
}

void BodiesSection::apply_form()
{
    FitSetup setup = session_.setup();
    setup.fit = form_->options();
    try {
        session_.set_setup(setup);
    } catch (const ArgumentError& error) {
        if (form_->refuse(error, session_.setup().fit)) return;
        show_error(error);
    }
}

}  // namespace syzygy
