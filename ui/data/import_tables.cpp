// The tables of the import dialog: the beginning of each file with what its columns are, and the values as they are taken.
#include "physics/observations/columns.hpp"
#include "ui/base/text.hpp"
#include "ui/data/import_dialog.hpp"
#include "ui/forms/note.hpp"
#include "ui/theme/theme.hpp"

#include <QComboBox>
#include <QHeaderView>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace syzygy {

namespace {

/// "x1", or "x" in a file that holds one body.
QString slot_text(int slot, bool one_body)
{
    QString name = QString::fromStdString(column_name(slot));
    if (one_body && slot > 0) name.chop(1);
    return name;
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

}  // namespace syzygy
