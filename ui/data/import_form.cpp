// The form of the import dialog: its fields, before anything is known of the files.
#include "ui/data/import_dialog.hpp"
#include "ui/data/import_units.hpp"
#include "ui/forms/note.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>

namespace syzygy {

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

}  // namespace syzygy
