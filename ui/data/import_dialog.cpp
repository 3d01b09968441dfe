// In one file: one class; what makes its form and its tables is in files of their own.
#include "ui/data/import_dialog.hpp"

#include "core/base/median.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/unit_conversion.hpp"
#include "ui/base/text.hpp"
#include "ui/data/drop.hpp"
#include "ui/data/error_dialog.hpp"
#include "ui/data/import_units.hpp"
#include "ui/forms/note.hpp"
#include "ui/theme/theme.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>
#include <utility>

namespace syzygy {

namespace {

/// Frames in the combo box, beside the three bodies.
constexpr int frame_as_found = -2, frame_none = -1;

QString error_text(const InputError& error)
{
    ErrorReport report = report_of(error, {});
    if (error.place().line == 0) report.place.clear();
    return report.line();
}

/// True where two bodies are, in the middle of their distances, nearer than any body is wide or farther than the next stars.
bool has_absurd_distances(const Observations& observations)
{
    constexpr double nearest = 1e3, farthest = 1e5 * astronomical_unit;  // m
    if (observations.units.length_si() == 0) return false;
    for (const auto& [a, b] : {std::pair{0, 1}, std::pair{0, 2}, std::pair{1, 2}}) {
        std::vector<double> distances;
        for (Eigen::Index row = 0; row < observations.positions.cols(); ++row) {
            const auto column = observations.positions.col(row);
            const double distance = (column.segment<3>(3 * a) - column.segment<3>(3 * b)).norm();
            if (std::isfinite(distance)) distances.push_back(distance);
        }
        if (distances.empty()) continue;
        const double metres = median(std::move(distances)) * observations.units.length_si();
        if (metres < nearest || metres > farthest) return true;
    }
    return false;
}

}  // namespace

ImportDialog::ImportDialog(Background& background, QWidget* parent) : QDialog(parent), background_(&background)
{
    setObjectName(QStringLiteral("import-dialog"));
    setWindowTitle(tr("Import observations"));
    resize(1060, 740);
    auto* const rows = new QVBoxLayout(this);
    form_ = new QWidget;
    auto* const columns = new QHBoxLayout(form_);
    columns->setContentsMargins(0, 0, 0, 0);
    auto* const splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(make_left());
    splitter->addWidget(make_right());
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(1, 1);
    splitter->setChildrenCollapsible(false);
    columns->addWidget(splitter);
    rows->addWidget(form_, 1);
    outcome_ = new Note(Note::Tone::muted);
    problem_ = new Note(Note::Tone::error);
    problem_->setObjectName(QStringLiteral("import-problem"));
    rows->addWidget(outcome_);
    rows->addWidget(problem_);
    buttons_ = new QDialogButtonBox(QDialogButtonBox::Open | QDialogButtonBox::Cancel);
    rows->addWidget(buttons_);
    connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
        problem_->hide();
        Q_EMIT wanted(files_, options());
    });
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(this, &QDialog::finished, this, [this] { background_->cancel(std::exchange(task_, 0)); });
    connect(background_, &Background::cancelled, this, [this](int task) {
        if (task == task_) end_looking(tr("Cancelled: the files were not looked at"));
    });
    connect(background_, &Background::failed, this, [this](int task, const QString&, const QString& message) {
        if (task == task_) end_looking(sentence(message));
    });
}

ImportDialog::~ImportDialog()
{
    if (!background_) return;
    background_->cancel(std::exchange(task_, 0));
}

void ImportDialog::look_at(std::vector<std::filesystem::path> files)
{
    files_ = std::move(files);
    background_->cancel(std::exchange(task_, 0));
    form_->setEnabled(false);
    buttons_->button(QDialogButtonBox::Open)->setEnabled(false);
    problem_->hide();
    outcome_->setText(tr("Looking at the files..."));
    task_ = background_->start(tr("Looking at %1").arg(files_.empty() ? tr("files") : path_text(files_[0].filename())),
                               [this, wanted_files = files_](const TaskContext&) -> Background::Done {
                                   try {
                                       std::vector<SourceText> beginnings;
                                       for (const auto& file : wanted_files) beginnings.push_back(read_beginning(file));
                                       ImportPreview preview = preview_import(beginnings, {});
                                       return [this, beginnings, preview] { take_beginnings(beginnings, preview); };
                                   } catch (const InputError& error) {
                                       return [this, text = error_text(error)] { end_looking(text); };
                                   }
                               });
    show();
    raise();
}

void ImportDialog::end_looking(const QString& problem)
{
    task_ = 0;
    // What is known is of other files; these can be changed for others still.
    beginnings_.clear();
    preview_ = {};
    form_->setEnabled(true);
    show_files();
    outcome_->clear();
    show_problem(problem);
}

void ImportDialog::take_beginnings(std::vector<SourceText> beginnings, ImportPreview preview)
{
    task_ = 0;
    beginnings_ = std::move(beginnings);
    preview_ = std::move(preview);
    columns_.clear();
    for (const ImportFile& file : preview_.files) columns_.push_back(file.guess);
    order_ = {0, 1, 2};
    for (std::size_t body = 0; body < 3; ++body) names_[body] = QString::fromStdString(preview_.found[body]);
    form_->setEnabled(true);
    showing_ = true;
    show_files();
    show_units();
    show_bodies();
    show_frame();
    show_tables();
    showing_ = false;
    show_outcome();
}

void ImportDialog::show_files()
{
    delete file_rows_;
    file_rows_ = new QWidget;
    auto* const grid = new QGridLayout(file_rows_);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setColumnStretch(0, 1);
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const int row = static_cast<int>(i);
        auto* const name = new QLabel;
        name->setTextFormat(Qt::PlainText);
        name->setToolTip(path_text(files_[i]));
        grid->addWidget(name, row, 0);
        auto* const format = new Note(Note::Tone::muted);
        format->setWordWrap(false);
        if (i < preview_.files.size()) {
            const QString label = QString::fromUtf8(preview_.files[i].format);
            format->setText(label);
        }
        constexpr int room = 250;
        name->setText(name->fontMetrics().elidedText(path_text(files_[i].filename()), Qt::ElideMiddle,
                                                     std::max(80, room - format->sizeHint().width())));
        grid->addWidget(format, row, 1);
        auto* const remove = new QToolButton;
        remove->setAutoRaise(true);
        remove->setIcon(theme_icon("close"));
        remove->setToolTip(tr("Leave this file out"));
        remove->setEnabled(files_.size() > 1);
        connect(remove, &QToolButton::clicked, this, [this, i] {
            auto left = files_;
            left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
            // Not from within the button, which goes with its row.
            QMetaObject::invokeMethod(
                this, [this, left] { look_at(left); }, Qt::QueuedConnection);
        });
        grid->addWidget(remove, row, 2);
    }
    file_list_->addWidget(file_rows_);
}

void ImportDialog::show_bodies()
{
    for (std::size_t body = 0; body < 3; ++body) {
        QComboBox& box = *sources_[body];
        box.clear();
        for (std::size_t found = 0; found < 3; ++found) {
            // Tables of one body each have no name but that of their file.
            const bool by_files = files_.size() == 3 && !preview_.readable;
            box.addItem(by_files ? path_text(files_[found].filename()) : QString::fromStdString(preview_.found[found]));
        }
        box.setCurrentIndex(order_[body]);
        name_fields_[body]->setText(names_[static_cast<std::size_t>(order_[body])]);
    }
}

void ImportDialog::show_units()
{
    units_->clear();
    const QString found = preview_.observations && preview_.guess.units.empty()
                              ? QString::fromStdString(preview_.observations->units.text())
                              : QStringLiteral("G=1");
    const bool stated = !preview_.stated_units.empty();
    units_->addItem(stated ? units_words(preview_.stated_units) : tr("As found: %1").arg(found), QString());
    for (const auto& [label, text] : unit_presets) units_->addItem(tr(label), QString::fromLatin1(text));
    units_->setCurrentIndex(0);
    units_->lineEdit()->setCursorPosition(0);
    if (!preview_.guess.units.empty()) units_->setEditText(QString::fromStdString(preview_.guess.units));
    // What a file states is not overwritten by the way.
    override_->setVisible(stated);
    override_->setChecked(false);
    units_->setEnabled(!stated);
    // Locked, and yet there to be read.
    QPalette readable = units_->palette();
    for (const QPalette::ColorRole role : {QPalette::Text, QPalette::ButtonText, QPalette::WindowText})
        readable.setColor(QPalette::Disabled, role, theme().muted);
    units_->setPalette(readable);
    units_->lineEdit()->setPalette(readable);
    convert_->setCurrentIndex(0);
    time_scale_->setCurrentIndex(0);
    time_scale_->setVisible(preview_.needs_time_scale);
    time_scale_label_->setVisible(preview_.needs_time_scale);
}

void ImportDialog::show_frame()
{
    const int chosen = frame_->count() > 0 ? frame_->currentData().toInt() : frame_as_found;
    frame_->clear();
    frame_->addItem(tr("As found"), frame_as_found);
    frame_->addItem(tr("Nothing: positions as they are"), frame_none);
    for (std::size_t body = 0; body < 3; ++body)
        frame_->addItem(names_[static_cast<std::size_t>(order_[body])], static_cast<int>(body));
    frame_->setCurrentIndex(std::max(0, frame_->findData(chosen)));
}

ImportOptions ImportDialog::options() const
{
    ImportOptions options;
    bool guessed = preview_.readable;
    for (std::size_t file = 0; file < preview_.files.size(); ++file)
        guessed = guessed && columns_[file] == preview_.files[file].guess;
    if (!guessed) options.columns = columns_;
    options.order = order_;
    for (std::size_t body = 0; body < 3; ++body) {
        const auto found = static_cast<std::size_t>(order_[body]);
        const std::string name = names_[found].trimmed().toStdString();
        if (!preview_.readable || name != preview_.found[found]) options.names[body] = name;
    }
    const QString units = units_->currentText();
    if (units_->isEnabled() && units != units_->itemText(0)) options.units = units.toStdString();
    if (convert_->isEnabled() && convert_->currentText() != convert_->itemText(0))
        options.convert_to = convert_->currentText().toStdString();
    if (preview_.needs_time_scale) options.time_scale = time_scale_->currentData().toString().toStdString();
    const int frame = frame_->currentData().toInt();
    if (frame != frame_as_found) options.relative_to = frame;
    return options;
}

void ImportDialog::refresh()
{
    if (showing_ || beginnings_.empty()) return;
    const bool had_values = tables_->count() == 1 && !preview_.files.empty() && !preview_.files[0].has_columns;
    const auto found = preview_.found;
    const ImportOptions guess = preview_.guess;
    const bool needs_time_scale = preview_.needs_time_scale;
    preview_ = preview_import(beginnings_, options());
    // What was found stays what it was called first.
    preview_.found = found;
    preview_.guess = guess;
    preview_.needs_time_scale = needs_time_scale;
    showing_ = true;
    show_frame();
    if (had_values) show_tables();
    showing_ = false;
    show_outcome();
}

void ImportDialog::show_outcome()
{
    const bool readable = preview_.observations.has_value();
    buttons_->button(QDialogButtonBox::Open)->setEnabled(readable);
    problem_->setVisible(!readable);
    if (!readable) {
        outcome_->clear();
        outcome_->hide();
        units_note_->clear();
        scale_note_->hide();
        if (preview_.error) show_problem(error_text(*preview_.error));
        sketch_->set_sketch(nullptr, tr("The orbits are shown here once the files can be read."));
        return;
    }
    const Observations& read = *preview_.observations;
    const UnitSystem& units = read.units;
    units_note_->setText(
        units.length_label().empty()
            ? tr("Without units; G = 1")
            : tr("Lengths in %1, times in %2, masses in %3, velocities in %4")
                  .arg(QString::fromStdString(units.length_label()), QString::fromStdString(units.time_label()),
                       QString::fromStdString(units.mass_label()), QString::fromStdString(units.velocity_label())));
    show_scale(read);
    QString text = tr("The first %1 rows read, from t = %2 to %3.")
                       .arg(read.size())
                       .arg(read.times.front(), 0, 'g', 9)
                       .arg(QString::fromStdString(with_unit(read.times.back(), units.time_label(), 9)));
    if (!read.has_initial_state())
        text += QLatin1Char(' ') + tr("The first row has no whole initial state: a fit looks for it.");
    for (const std::string& note : read.notes) text += QLatin1Char(' ') + QString::fromStdString(note);
    outcome_->setText(text);
    outcome_->show();
    sketch_->set_sketch(std::make_shared<OrbitSketch>(make_sketch(read, false)));
}

void ImportDialog::show_scale(const Observations& read)
{
    // Units without dimensions have nothing to be converted from.
    ImportOptions said = options();
    Observations in_file = read;
    if (!said.convert_to.empty()) {
        std::string units = said.units.empty() ? preview_.stated_units : said.units;
        if (!units.empty()) convert_units(in_file, UnitSystem::parse(units));
    }
    convert_->setEnabled(in_file.units.length_si() > 0);
    const QString scale = QString::fromStdString(scale_sentence(in_file));
    const bool reread = override_->isChecked() && !said.units.empty();
    QStringList lines;
    if (reread)
        lines << tr("The file states %1. Its numbers are taken as something else, without conversion.")
                     .arg(units_words(preview_.stated_units));
    const bool absurd = has_absurd_distances(in_file);
    if (!scale.isEmpty()) lines << (absurd ? tr("%1: are these the right units?").arg(scale) : scale);
    scale_note_->set_tone(reread || absurd ? Note::Tone::warning : Note::Tone::muted);
    scale_note_->setText(lines.join(QLatin1Char('\n')));
    scale_note_->setVisible(!lines.isEmpty());
}

void ImportDialog::show_problem(const QString& text)
{
    problem_->setText(text);
    problem_->show();
}

void ImportDialog::choose_body(int place, int found)
{
    const auto at = static_cast<std::size_t>(place);
    const auto other = std::find(order_.begin(), order_.end(), found);
    const auto other_place = static_cast<int>(other - order_.begin());
    std::swap(order_[at], *other);
    showing_ = true;
    // The frame is that of a body, wherever it now stands.
    if (const int frame = frame_->currentData().toInt(); frame == place || frame == other_place)
        frame_->setCurrentIndex(frame_->findData(frame == place ? other_place : place));
    show_bodies();
    showing_ = false;
    refresh();
}

void ImportDialog::add_file()
{
    auto* const dialog = new QFileDialog(this, tr("Add a file"),
                                         path_text(files_.empty() ? std::filesystem::path() : files_[0].parent_path()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters(open_filters());
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& chosen) {
        auto all = files_;
        for (const QString& file : chosen) all.push_back(path_of(file));
        look_at(std::move(all));
    });
    dialog->open();
}

void ImportDialog::set_reading(bool reading)
{
    form_->setEnabled(!reading);
    buttons_->button(QDialogButtonBox::Open)->setEnabled(!reading && preview_.observations.has_value());
    if (reading)
        outcome_->setText(tr("Reading..."));
    else
        show_outcome();
}

}  // namespace syzygy
