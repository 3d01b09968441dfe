#include "ui/data/import_dialog.hpp"

#include "core/base/median.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/unit_conversion.hpp"
#include "ui/base/text.hpp"
#include "ui/data/drop.hpp"
#include "ui/data/error_dialog.hpp"
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

/// Units that data often come in, by the text of a `units:` line.
constexpr std::pair<const char*, const char*> unit_presets[] = {
    {"Dimensionless, G = 1", "G=1"},
    {"km, s; masses as GM", "G=1, length=1 km, time=1 s"},
    {"au, d; masses as GM", "G=1, length=1 au, time=1 d"},
    {"au, yr, solar masses", "length=1 au, mass=1 Msun, time=1 yr"},
    {"au, d, solar masses", "length=1 au, mass=1 Msun, time=1 d"},
    {"SI: m, kg, s", "length=1 m, mass=1 kg, time=1 s"},
};

/// Frames in the combo box, beside the three bodies.
constexpr int frame_as_found = -2, frame_none = -1;

/// What units are called in the lists; as after `units:` where those have none.
QString units_words(const std::string& text)
{
    for (const auto& [label, preset] : unit_presets)
        if (UnitSystem::parse(preset).text() == text) return ImportDialog::tr(label);
    return QString::fromStdString(text);
}

/// "x1", or "x" in a file that holds one body.
QString slot_text(int slot, bool one_body)
{
    QString name = QString::fromStdString(column_name(slot));
    if (one_body && slot > 0) name.chop(1);
    return name;
}

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

QTableWidget* plain_table(int rows, int columns)
{
    auto* const table = new QTableWidget(rows, columns);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionMode(QAbstractItemView::ContiguousSelection);
    table->setFont(number_font());
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    table->setWordWrap(false);
    table->setTextElideMode(Qt::ElideMiddle);  // an exponent must not be cut off
    return table;
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

QWidget* ImportDialog::make_left()
{
    auto* const left = new QWidget;
    // What is said of units may take more lines than there is room for.
    auto* const area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setMinimumWidth(350);
    area->setWidget(left);
    auto* const rows = new QVBoxLayout(left);
    rows->setContentsMargins(0, 0, 6, 0);

    auto* const files = new QGroupBox(tr("Files"));
    auto* const file_box = new QVBoxLayout(files);
    file_rows_ = nullptr;
    file_list_ = new QVBoxLayout;
    file_box->addLayout(file_list_);
    auto* const add = new QPushButton(tr("&Add file..."));
    add->setAutoDefault(false);
    add->setToolTip(tr("Three files of one body each are read together"));
    connect(add, &QPushButton::clicked, this, &ImportDialog::add_file);
    file_box->addWidget(add, 0, Qt::AlignLeft);
    rows->addWidget(files);

    auto* const bodies = new QGroupBox(tr("Bodies"));
    auto* const grid = new QGridLayout(bodies);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    for (int body = 0; body < 3; ++body) {
        const auto at = static_cast<std::size_t>(body);
        sources_[at] = new QComboBox;
        sources_[at]->setToolTip(
            tr("Which of the bodies found is body %1; choosing one taken elsewhere swaps the two").arg(body + 1));
        sources_[at]->setMinimumContentsLength(8);
        sources_[at]->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        name_fields_[at] = new QLineEdit;
        name_fields_[at]->setToolTip(tr("Its name"));
        auto* const label = new QLabel(tr("&%1").arg(body + 1));
        label->setBuddy(sources_[at]);
        grid->addWidget(label, body, 0);
        grid->addWidget(sources_[at], body, 1);
        grid->addWidget(name_fields_[at], body, 2);
        connect(sources_[at], &QComboBox::activated, this, [this, body](int found) { choose_body(body, found); });
        connect(name_fields_[at], &QLineEdit::textEdited, this, [this, at](const QString& name) {
            names_[static_cast<std::size_t>(order_[at])] = name;
            refresh();
        });
    }
    rows->addWidget(bodies);

    auto* const meaning = new QGroupBox(tr("Units and frame"));
    auto* const meaning_rows = new QGridLayout(meaning);
    meaning_rows->setColumnStretch(1, 1);
    const QString others = tr("Write \u201clength=1 au, mass=1 Msun, time=1 d\u201d or the like for others");
    units_ = make_units_box(QStringLiteral("import-units"), tr("What the numbers in the file mean. ") + others);
    override_ = new QCheckBox(tr("Read them as something else"));
    override_->setObjectName(QStringLiteral("import-override-units"));
    override_->setToolTip(tr("The file states its units: only if it states wrong ones"));
    connect(override_, &QCheckBox::toggled, this, [this](bool on) {
        units_->setEnabled(on);
        if (!on) units_->setCurrentIndex(0);
        refresh();
    });
    convert_ = make_units_box(QStringLiteral("import-convert"),
                              tr("The numbers are converted to these units, the motion stays what it is. ") + others);
    convert_->addItem(tr("The units of the file"), QString());
    for (const auto& [label, text] : unit_presets)
        // Units without dimensions are converted to nothing.
        if (QLatin1String(text) != QLatin1String("G=1")) convert_->addItem(tr(label), QString::fromLatin1(text));
    time_scale_ = new QComboBox;
    time_scale_->setObjectName(QStringLiteral("import-time-scale"));
    time_scale_->setToolTip(tr("The clock that the dates are read from: TDB and UTC differ by about 69 s"));
    time_scale_->addItem(tr("Not known"), QString());
    for (const char* scale : {"TDB", "TT", "TAI", "UTC", "TCB", "TCG"}) time_scale_->addItem(QLatin1String(scale), QLatin1String(scale));
    connect(time_scale_, &QComboBox::activated, this, &ImportDialog::refresh);
    frame_ = new QComboBox;
    frame_->setObjectName(QStringLiteral("import-frame"));
    frame_->setToolTip(tr("Positions are compared relative to this body"));
    frame_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    frame_->setMinimumContentsLength(14);
    connect(frame_, &QComboBox::activated, this, &ImportDialog::refresh);
    units_note_ = new Note(Note::Tone::muted);
    scale_note_ = new Note(Note::Tone::muted);
    scale_note_->setObjectName(QStringLiteral("import-scale"));
    auto* const units_label = new QLabel(tr("&Units in the file"));
    units_label->setBuddy(units_);
    auto* const convert_label = new QLabel(tr("&Show and fit in"));
    convert_label->setBuddy(convert_);
    time_scale_label_ = new QLabel(tr("&Time scale"));
    time_scale_label_->setBuddy(time_scale_);
    auto* const frame_label = new QLabel(tr("&Relative to"));
    frame_label->setBuddy(frame_);
    meaning_rows->addWidget(units_label, 0, 0);
    meaning_rows->addWidget(units_, 0, 1);
    meaning_rows->addWidget(override_, 1, 1);
    meaning_rows->addWidget(convert_label, 2, 0);
    meaning_rows->addWidget(convert_, 2, 1);
    meaning_rows->addWidget(units_note_, 3, 0, 1, 2);
    meaning_rows->addWidget(scale_note_, 4, 0, 1, 2);
    meaning_rows->addWidget(time_scale_label_, 5, 0);
    meaning_rows->addWidget(time_scale_, 5, 1);
    meaning_rows->addWidget(frame_label, 6, 0);
    meaning_rows->addWidget(frame_, 6, 1);
    rows->addWidget(meaning);

    rows->addStretch();
    return area;
}

QComboBox* ImportDialog::make_units_box(const QString& name, const QString& help)
{
    auto* const box = new QComboBox;
    box->setObjectName(name);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setToolTip(help);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(14);
    connect(box, &QComboBox::activated, this, [this, box](int index) {
        // The entry is what `units:` lines say; its label is for the list.
        if (index > 0) box->setEditText(box->itemData(index).toString());
        box->lineEdit()->setCursorPosition(0);
        refresh();
    });
    connect(box->lineEdit(), &QLineEdit::textEdited, this, &ImportDialog::refresh);
    return box;
}

QWidget* ImportDialog::make_right()
{
    auto* const right = new QWidget;
    auto* const rows = new QVBoxLayout(right);
    rows->setContentsMargins(0, 0, 0, 0);
    tables_ = new QTabWidget;
    tables_->setDocumentMode(true);
    rows->addWidget(tables_, 3);
    auto* const picture = new QHBoxLayout;
    plane_ = new QComboBox;
    plane_->addItems({tr("x, y"), tr("x, z"), tr("y, z")});
    plane_->setToolTip(tr("The side that the picture is seen from"));
    auto* const plane_label = new QLabel(tr("Picture of"));
    picture->addWidget(plane_label);
    picture->addWidget(plane_);
    picture->addStretch();
    rows->addLayout(picture);
    sketch_ = new OrbitSketchView;
    rows->addWidget(sketch_, 2);
    connect(plane_, &QComboBox::activated, this,
            [this](int index) { sketch_->set_plane(static_cast<OrbitSketchView::Plane>(index)); });
    return right;
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

QTableWidget* ImportDialog::make_table(std::size_t file)
{
    const ImportFile& found = preview_.files[file];
    const bool one_body = files_.size() > 1;
    QTableWidget* const table =
        plain_table(static_cast<int>(found.rows.size()) + 1, static_cast<int>(found.columns.size()));
    QStringList above{tr("is")};
    for (std::size_t row = 0; row < found.rows.size(); ++row) above << QString::number(row + 1);
    table->setVerticalHeaderLabels(above);
    QStringList names;
    for (const std::string& name : found.columns) names << QString::fromStdString(name);
    table->setHorizontalHeaderLabels(names);
    for (std::size_t column = 0; column < found.columns.size(); ++column) {
        auto* const box = new QComboBox;
        box->setFont(font());
        box->addItem(tr("not read"), ignored_slot);
        for (int slot = 0; slot < column_slots; ++slot)
            if (!one_body || slot == 0 || (slot - 1) % 9 < 3) box->addItem(slot_text(slot, one_body), slot);
        if (!one_body && find_series_column(found.columns[column]))
            box->addItem(QString::fromStdString(found.columns[column]), series_slot);
        box->setCurrentIndex(std::max(0, box->findData(columns_[file][column])));
        box->setToolTip(tr("What this column holds: t the time, x1 to z3 positions, v velocities, s one-sigma errors"));
        connect(box, &QComboBox::activated, this,
                [this, box, file, column] { choose_column(file, column, box->currentData().toInt()); });
        table->setCellWidget(0, static_cast<int>(column), box);
        for (std::size_t row = 0; row < found.rows.size(); ++row)
            table->setItem(static_cast<int>(row) + 1, static_cast<int>(column),
                           new QTableWidgetItem(QString::fromStdString(found.rows[row][column])));
    }
    table->setRowHeight(0, QComboBox().sizeHint().height() + 2);
    table->horizontalHeader()->setDefaultSectionSize(150);
    return table;
}

QTableWidget* ImportDialog::make_values_table() const
{
    const Observations& read = *preview_.observations;
    std::vector<int> held{0};
    for (int group = 0; group < static_cast<int>(column_groups.size()); ++group)
        if ((read.*(column_groups[static_cast<std::size_t>(group)].table)).cols() > 0)
            for (int component = 0; component < 9; ++component) held.push_back(slot_of(group, component));
    const int rows = static_cast<int>(std::min(read.size(), preview_rows));
    QTableWidget* const table = plain_table(rows, static_cast<int>(held.size()));
    for (std::size_t column = 0; column < held.size(); ++column) {
        const int slot = held[column];
        table->setHorizontalHeaderItem(static_cast<int>(column), new QTableWidgetItem(slot_text(slot, false)));
        for (int row = 0; row < rows; ++row) {
            const double value = slot == 0 ? read.times[static_cast<std::size_t>(row)]
                                           : (read.*(column_groups[static_cast<std::size_t>(group_of(slot))].table))(
                                                 (slot - 1) % 9, row);
            table->setItem(row, static_cast<int>(column),
                           new QTableWidgetItem(std::isnan(value) ? QString() : QString::number(value, 'g', 10)));
        }
    }
    table->horizontalHeader()->setDefaultSectionSize(130);
    return table;
}

void ImportDialog::show_tables()
{
    while (tables_->count() > 0) delete tables_->widget(0);
    for (std::size_t file = 0; file < preview_.files.size(); ++file)
        if (preview_.files[file].has_columns) tables_->addTab(make_table(file), path_text(files_[file].filename()));
    if (tables_->count() > 0) return;
    if (preview_.observations) {
        tables_->addTab(make_values_table(), tr("First rows"));
    } else {
        auto* const nothing = new Note(Note::Tone::muted);
        nothing->setAlignment(Qt::AlignCenter);
        nothing->setText(tr("The rows are shown here once the files can be read."));
        tables_->addTab(nothing, tr("First rows"));
    }
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

void ImportDialog::choose_column(std::size_t file, std::size_t column, int slot)
{
    std::vector<int>& held = columns_[file];
    // What another column was before, this one now is: the two change places.
    if (slot != ignored_slot && slot != series_slot) {
        const auto other = std::find(held.begin(), held.end(), slot);
        if (other != held.end() && other - held.begin() != static_cast<std::ptrdiff_t>(column)) {
            *other = held[column];
            auto* const table = qobject_cast<QTableWidget*>(tables_->currentWidget());
            auto* const box =
                table ? qobject_cast<QComboBox*>(table->cellWidget(0, static_cast<int>(other - held.begin())))
                      : nullptr;
            if (box) box->setCurrentIndex(std::max(0, box->findData(*other)));
        }
    }
    held[column] = slot;
    refresh();
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
