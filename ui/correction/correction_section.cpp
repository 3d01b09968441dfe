#include "ui/correction/correction_section.hpp"

#include "physics/corrections/corrections.hpp"
#include "physics/fit/value_with_error.hpp"
#include "physics/run/correction_choice.hpp"
#include "ui/base/option_words.hpp"
#include "ui/base/text.hpp"
#include "ui/forms/field.hpp"
#include "ui/forms/note.hpp"
#include "ui/theme/theme.hpp"

#include <QCheckBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QVBoxLayout>

#include <filesystem>

namespace syzygy {

namespace {

/// "1.0e-4 ± 0.2e-4", or why there is no error.
QString finding_text(const FittedParameter& parameter)
{
    if (parameter.fixed) return QStringLiteral("held");
    if (!parameter.identifiable) return QStringLiteral("not determined by these data");
    const auto [value, sigma] = value_with_error(parameter.value, std::max(parameter.sigma, parameter.scaled_sigma));
    return text_of(value) + QStringLiteral(" ± ") + text_of(sigma) +
           (parameter.at_bound ? QStringLiteral(", at its bound") : QString());
}

const CorrectionInfo* chosen(const Session& session)
{
    const std::string& id = session.setup().correction.correction;
    return id == "none" ? nullptr : &find_correction(id);
}

}  // namespace

CorrectionSection::CorrectionSection(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      free_(new QCheckBox(tr("A fit looks for its parameters"), this)),
      parameters_(new QWidget(this)),
      grid_(new QGridLayout(parameters_)),
      kind_(new Note(Note::Tone::muted, this)),
      epoch_(new Note(Note::Tone::muted, this)),
      what_(new Note(Note::Tone::muted, this)),
      error_(new Note(Note::Tone::error, this))
{
    setObjectName(QStringLiteral("correction-section"));
    epoch_->setObjectName(QStringLiteral("correction-epoch"));
    form_ = new OptionForm<CorrectionOptions>(
        correction_options(),
        {QStringLiteral("panel/correction"),
         {"correction", "epoch", "network", "activation", "potential", "mass-inputs", "augmented", "replace-newton", "script",
          "script-units", "script-scalar"},
         {"initialisation", "network-seed"}},
        this);
    train_ = new OptionForm<TrainOptions>(
        train_options(),
        {QStringLiteral("panel/train"),
         {"backend", "device", "validation", "horizon"},
         {"schedule", "patience", "clip", "weight-decay", "train-masses", "mass-rate", "batch-window", "batch-size", "threads",
          "train-seed"},
         tr("More of the training")},
        this);
    form_->add_help("script", theme_icon("open"), tr("Choose the file of a network"), [this] {
        return QFileDialog::getOpenFileName(this, tr("Network exported from PyTorch"), text_of(session_.setup().correction.script),
                                            tr("TorchScript (*.pt *.pth);;All files (*)"));
    });
    train_->add_help("device", theme_icon("end"), tr("Choose from those there are"), [this] { return choose_device(); });
    free_->setObjectName(QStringLiteral("correction-free"));
    free_->setToolTip(tr("Weights or values of the correction are looked for, together with the masses. Otherwise they are held "
                         "as they are"));
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(6);
    grid_->setVerticalSpacing(4);
    grid_->setColumnStretch(0, 1);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    for (QWidget* row : {static_cast<QWidget*>(form_), static_cast<QWidget*>(kind_), static_cast<QWidget*>(epoch_), parameters_,
                         static_cast<QWidget*>(free_), static_cast<QWidget*>(what_), static_cast<QWidget*>(train_), static_cast<QWidget*>(error_)})
        column->addWidget(row);
    // What the choice means stands right below it.
    kind_->setContentsMargins(0, 0, 0, 2);

    connect(form_, &OptionFormBase::changed, this, &CorrectionSection::apply_correction);
    connect(train_, &OptionFormBase::changed, this, &CorrectionSection::apply_training);
    connect(free_, &QCheckBox::clicked, this, &CorrectionSection::set_free);
    connect(&session_, &Session::setup_changed, this, &CorrectionSection::show_setup);
    connect(&session_, &Session::data_changed, this, &CorrectionSection::show_setup);
    connect(&session_, &Session::picture_changed, this, &CorrectionSection::show_point);
    connect(&session_, &Session::point_changed, this, &CorrectionSection::show_point);
    connect(&session_, &Session::result_changed, this, &CorrectionSection::show_result);
    show_setup();
}

QString CorrectionSection::choose_device()
{
    QMenu menu(this);
    for (const char* each : {"auto", "cpu"}) menu.addAction(text_of(each));
    // As the driver shows them: LibTorch is not loaded for a list.
    for (int gpu = 0; std::filesystem::exists(fmt::format("/dev/nvidia{}", gpu)); ++gpu)
        menu.addAction(text_of(fmt::format("cuda:{}", gpu)));
    const QWidget* const editor = train_->editor("device");
    const QAction* const chosen = menu.exec(editor->mapToGlobal(QPoint(0, editor->height())));
    return chosen ? chosen->text() : QString();
}

QString CorrectionSection::summary() const
{
    const CorrectionInfo* const info = chosen(session_);
    return info ? text_of(info->label) : tr("None");
}

void CorrectionSection::show_setup()
{
    error_->hide();
    setEnabled(session_.has_data());
    if (session_.has_data()) {
        form_->set_units(session_.data().observations->units);
        train_->set_units(session_.data().observations->units);
    }
    form_->set_options(session_.setup().correction);
    train_->set_options(session_.setup().train);
    const CorrectionInfo* const info = chosen(session_);
    QString help = info ? window_words(info->help) : QString();
    if (!help.isEmpty()) help[0] = help[0].toUpper();
    kind_->setText(help);
    kind_->setVisible(info != nullptr);
    free_->setVisible(info != nullptr);
    if (session_.has_data()) {
        try {
            free_->setChecked(frees_correction(session_.setup(), session_.data().observations->bodies,
                                                  session_.data().observations->series));
        } catch (const ArgumentError& error) {
            // A text that names no parameter is marked where it stands.
            say(error);
        }
    }
    show_rows_that_apply();
    show_point();
}

void CorrectionSection::show_rows_that_apply()
{
    for (const auto& option : correction_options())
        if (form_->editor(option.id)) form_->set_row_visible(option.id, applies(option, session_.setup().correction));
    train_->setVisible(session_.trains());
}

void CorrectionSection::show_point()
{
    const auto picture = session_.picture();
    const CorrectionInfo* const info = chosen(session_);
    const Correction* correction =
        info && picture && picture->setup.correction.correction == info->id ? picture->solution->options.correction.get() : nullptr;
    make_parameter_rows(correction);
    show_epoch(correction);
    const ModelPoint point = session_.point();
    for (std::size_t row = 0; row < rows_.size(); ++row)
        if (static_cast<Eigen::Index>(row) < point.correction.size())
            rows_[row].value->show_value(text_of(fmt::format("{:.9g}", point.correction[static_cast<Eigen::Index>(row)])));
    show_what_a_fit_is();
}

void CorrectionSection::show_epoch(const Correction* correction)
{
    const CorrectionInfo* const info = chosen(session_);
    epoch_->setVisible(correction && !info->epoch.empty());
    if (!correction || info->epoch.empty()) return;
    const CorrectionContext& context = session_.picture()->context;
    epoch_->setText(tr("Epoch of %1: t = %2")
                        .arg(text_of(info->epoch), text_of(with_unit(context.t0, context.units.time_label(), 15))));
}

void CorrectionSection::make_parameter_rows(const Correction* correction)
{
    const auto named = correction ? correction->named_parameters() : std::vector<CorrectionParameter>{};
    const bool same = named.size() == rows_.size() &&
                      std::equal(named.begin(), named.end(), rows_.begin(), [](const auto& a, const auto& b) { return a.name == b.id; });
    parameters_->setVisible(!named.empty());
    if (same) return;
    for (const ParameterRow& row : rows_)
        for (QWidget* widget : {row.name, static_cast<QWidget*>(row.value), static_cast<QWidget*>(row.finding)})
            widget->deleteLater();
    rows_.clear();
    for (std::size_t i = 0; i < named.size(); ++i) {
        const CorrectionParameter& parameter = named[i];
        auto* name = new QLabel(text_of(parameter.name), parameters_);
        auto* value = new Field(parameters_);
        auto* finding = new Note(Note::Tone::muted, parameters_);
        value->setObjectName(QStringLiteral("correction-") + text_of(parameter.name));
        value->setFixedWidth(150);
        value->set_unit(text_of(parameter.unit));
        QString help = tr("%1, where the model on screen has it and a fit begins").arg(text_of(parameter.name));
        if (!parameter.unit.empty()) help += tr("; in %1").arg(text_of(parameter.unit));
        value->set_help(help);
        value->set_check([parameter](const std::string& text) {
            double number = 0;
            read_value(parameter.name, text, number);
            if (!(number >= parameter.lower && number <= parameter.upper) || !std::isfinite(number))
                throw ArgumentError(parameter.name, text,
                                    fmt::format("must be from {} to {}", parameter.lower, parameter.upper));
        });
        connect(value, &Field::entered, this, [this, i](const QString& text) {
            double number = 0;
            read_value("values", text.toStdString(), number);
            set_value(i, number);
        });
        finding->hide();
        const int line = static_cast<int>(2 * i);
        grid_->addWidget(name, line, 0);
        grid_->addWidget(value, line, 1);
        grid_->addWidget(finding, line + 1, 0, 1, 2);
        rows_.push_back({name, value, finding, parameter.name});
    }
    show_result();
}

void CorrectionSection::show_result()
{
    const auto result = session_.result();
    for (const auto& row : rows_) {
        QString text;
        if (result)
            for (const FittedParameter& parameter : result->parameters)
                if (parameter.is_of_correction() && parameter.name == row.id) text = finding_text(parameter);
        row.finding->setText(text);
        row.finding->setVisible(!text.isEmpty());
    }
}

void CorrectionSection::show_what_a_fit_is()
{
    const CorrectionInfo* const info = chosen(session_);
    what_->setVisible(info != nullptr);
    if (!info) return;
    if (!free_->isChecked()) {
        what_->setText(tr("A fit holds the correction as it is, and looks for what else is free."));
        return;
    }
    if (!info->network) {
        what_->setText(tr("A fit looks for these values beside the masses, and gives their errors."));
        return;
    }
    const Eigen::Index weights = session_.point().correction.size();
    what_->setText(weights > 0 ? tr("A fit trains the %L1 weights of the network together with the masses.").arg(weights)
                               : tr("A fit trains the network together with the masses."));
}

void CorrectionSection::apply_correction()
{
    const CorrectionOptions former = session_.setup().correction;
    CorrectionOptions wanted = form_->options();
    // A kind that is newly chosen is there to be fitted; its values begin where it says.
    const bool other = wanted.correction != former.correction;
    wanted.values = other ? "" : former.values;
    error_->hide();
    try {
        session_.set_correction(wanted, other || free_->isChecked());
    } catch (const ArgumentError& error) {
        if (!form_->refuse(error, former)) say(error);
    }
}

void CorrectionSection::apply_training()
{
    FitSetup setup = session_.setup();
    setup.train = train_->options();
    const TrainOptions former = session_.setup().train;
    error_->hide();
    try {
        session_.set_setup(setup);
    } catch (const ArgumentError& error) {
        if (!train_->refuse(error, former)) say(error);
    }
}

void CorrectionSection::set_free(bool free)
{
    try {
        session_.set_correction(session_.setup().correction, free);
    } catch (const ArgumentError& error) {
        show_setup();
        say(error);
    }
}

void CorrectionSection::set_value(std::size_t row, double value)
{
    try {
        session_.set_correction_parameter(static_cast<int>(row), value);
    } catch (const ArgumentError& error) {
        say(error);
    }
}

void CorrectionSection::say(const ArgumentError& error)
{
    error_->setText(refusal_text(error));
    error_->show();
}

}  // namespace syzygy
