#include "ui/export/export_dialog.hpp"

#include "ui/base/text.hpp"
#include "ui/export/output_file.hpp"
#include "ui/export/picture_export.hpp"
#include "ui/export/session_tables.hpp"
#include "ui/theme/theme.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <map>

namespace syzygy {

namespace {

enum Column { name_column, picture_column, table_column };
constexpr int id_role = Qt::UserRole;

void add_check(QTreeWidgetItem& row, Column column, const QString& key)
{
    row.setData(column, id_role, key);
    const bool checked = QSettings().value("export/" + key, column == picture_column).toBool();
    row.setCheckState(column, checked ? Qt::Checked : Qt::Unchecked);
}

bool checked(const QTreeWidgetItem& row, Column column)
{
    return row.data(column, Qt::CheckStateRole).isValid() && row.checkState(column) == Qt::Checked;
}

}  // namespace

/// What is left of an export to do once the dialog has closed.
struct ExportDialog::Writing {
    std::vector<Order> orders;
    QSize size;  ///< empty: that of the view on screen
    double scale;
    QString folder;
    Session& session;
    Background& background;
    Say say;
    std::size_t begun, written, failed;
};

ExportDialog::ExportDialog(std::vector<ExportItem> items, Session& session, Background& background, Say say,
                           QWidget* parent)
    : QDialog(parent), items_(std::move(items)), session_(session), background_(background), say_(std::move(say))
{
    setObjectName("export-dialog");
    setWindowTitle(tr("Export"));
    QSettings settings;

    list_ = new QTreeWidget;
    list_->setObjectName("export-list");
    list_->setColumnCount(3);
    list_->setHeaderLabels({tr("What"), tr("Picture"), tr("Table")});
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->setSelectionMode(QAbstractItemView::NoSelection);
    list_->header()->setStretchLastSection(false);
    list_->header()->setSectionResizeMode(name_column, QHeaderView::Stretch);
    for (const Column column : {picture_column, table_column})
        list_->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    fill();
    auto* all = new QPushButton(tr("All"));
    auto* none = new QPushButton(tr("None"));
    const auto set_all = [this](Qt::CheckState state) {
        for (int i = 0; i < list_->topLevelItemCount(); ++i)
            for (const Column column : {picture_column, table_column})
                if (QTreeWidgetItem* row = list_->topLevelItem(i); row->data(column, Qt::CheckStateRole).isValid())
                    row->setCheckState(column, state);
    };
    connect(all, &QPushButton::clicked, this, [set_all] { set_all(Qt::Checked); });
    connect(none, &QPushButton::clicked, this, [set_all] { set_all(Qt::Unchecked); });
    auto* which = new QHBoxLayout;
    which->addWidget(all);
    which->addWidget(none);
    which->addStretch();

    format_ = new QComboBox;
    format_->setObjectName("export-format");
    for (const PictureFormat& format : picture_formats())
        format_->addItem(text_of(format.label), text_of(format.suffix));
    format_->setCurrentIndex(std::max(0, format_->findData(settings.value("export/format", "png"))));
    as_on_screen_ = new QCheckBox(tr("As on screen"));
    as_on_screen_->setChecked(settings.value("export/as-on-screen", false).toBool());
    const auto number = [&](const char* key, int value) {
        auto* box = new QSpinBox;
        box->setRange(50, 10000);
        box->setSuffix(tr(" px"));
        box->setValue(settings.value(key, value).toInt());
        return box;
    };
    width_ = number("export/width", 720);
    height_ = number("export/height", 450);
    auto* size = new QHBoxLayout;
    size->addWidget(width_);
    size->addWidget(new QLabel(QString(QChar(0x00d7))));
    size->addWidget(height_);
    size->addWidget(as_on_screen_);
    size->addStretch();
    scale_ = new QDoubleSpinBox;
    scale_->setRange(0.25, 10);
    scale_->setDecimals(2);
    scale_->setSingleStep(0.5);
    scale_->setSuffix(QString(QChar(0x00d7)));
    scale_->setValue(settings.value("export/scale", 2).toDouble());
    scale_->setToolTip(tr("Pixels of the image for each pixel of the size: 2 is sharp on fine screens, 4 in print"));
    folder_ = new QLineEdit(QDir::toNativeSeparators(export_folder(session.data())));
    folder_->setObjectName("export-folder");
    auto* browse = new QPushButton(tr("Browse..."));
    auto* where = new QHBoxLayout;
    where->addWidget(folder_, 1);
    where->addWidget(browse);
    pattern_ = new QLineEdit(settings.value("export/pattern", "{data}-{view}").toString());
    pattern_->setObjectName("export-pattern");
    pattern_->setToolTip(tr("{data} is the name of the data, {view} that of the view or table"));
    preview_ = new QLabel;
    preview_->setWordWrap(true);
    problem_ = new QLabel;
    problem_->setObjectName("export-problem");
    problem_->setWordWrap(true);

    auto* form = new QFormLayout;
    form->addRow(tr("Format of pictures"), format_);
    form->addRow(tr("Size"), size);
    form->addRow(tr("Scale of PNG"), scale_);
    form->addRow(tr("Folder"), where);
    form->addRow(tr("File names"), pattern_);
    form->addRow(QString(), preview_);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    write_button_ = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    write_button_->setObjectName("export-write");
    write_button_->setDefault(true);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, &ExportDialog::write);

    auto* column = new QVBoxLayout(this);
    column->addWidget(list_, 1);
    column->addLayout(which);
    column->addLayout(form);
    column->addWidget(problem_);
    column->addWidget(buttons);
    resize(560, 640);

    connect(list_, &QTreeWidget::itemChanged, this, &ExportDialog::refresh);
    connect(format_, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
    connect(as_on_screen_, &QCheckBox::toggled, this, &ExportDialog::refresh);
    connect(pattern_, &QLineEdit::textChanged, this, &ExportDialog::refresh);
    connect(folder_, &QLineEdit::textChanged, this, &ExportDialog::refresh);
    connect(browse, &QPushButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(this, tr("Folder of the export"), folder_->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        connect(dialog, &QFileDialog::fileSelected, folder_,
                [this](const QString& folder) { folder_->setText(QDir::toNativeSeparators(folder)); });
        dialog->open();
    });
    changes_.setSingleShot(true);
    changes_.setInterval(0);
    connect(&changes_, &QTimer::timeout, this, &ExportDialog::fill_again);
    for (const auto signal : {&Session::data_changed, &Session::picture_changed, &Session::result_changed,
                              &Session::history_changed})
        connect(&session_, signal, &changes_, qOverload<>(&QTimer::start));
    refresh();
}

std::vector<bool> ExportDialog::available() const
{
    std::vector<bool> list;
    for (const ExportItem& item : items_) {
        list.push_back(!item.view->empty());
        list.push_back(!item.view->empty() && item.view->table());
    }
    for (const SessionTable& table : session_tables()) list.push_back(static_cast<bool>(table.make(session_)));
    return list;
}

void ExportDialog::fill_again()
{
    if (available() == listed_) return;
    std::map<QString, Qt::CheckState> chosen;
    const auto each = [this](const auto& visit) {
        for (int i = 0; i < list_->topLevelItemCount(); ++i)
            for (const Column column : {picture_column, table_column})
                if (QTreeWidgetItem* row = list_->topLevelItem(i); row->data(column, id_role).isValid())
                    visit(*row, column, row->data(column, id_role).toString());
    };
    {
        const QSignalBlocker quiet(list_);
        each([&](QTreeWidgetItem& row, Column column, const QString& key) { chosen[key] = row.checkState(column); });
        list_->clear();
        fill();
        each([&](QTreeWidgetItem& row, Column column, const QString& key) {
            if (const auto found = chosen.find(key); found != chosen.end()) row.setCheckState(column, found->second);
        });
    }
    refresh();
}

void ExportDialog::fill()
{
    listed_ = available();
    for (const ExportItem& item : items_) {
        auto* row = new QTreeWidgetItem(list_, {item.label});
        if (item.view->empty()) {
            row->setText(name_column, tr("%1 (nothing to show yet)").arg(item.label));
            row->setDisabled(true);
            continue;
        }
        add_check(*row, picture_column, QString::fromStdString(item.id));
        if (item.view->table()) add_check(*row, table_column, QString::fromStdString(item.id) + "/table");
    }
    for (const SessionTable& table : session_tables()) {
        auto* row = new QTreeWidgetItem(list_, {text_of(table.label)});
        row->setToolTip(name_column, text_of(table.help));
        if (table.make(session_))
            add_check(*row, table_column, text_of(table.id) + "/table");
        else
            row->setDisabled(true);
    }
}

std::filesystem::path ExportDialog::file_for(const QString& id, const QString& suffix) const
{
    QString name = pattern_->text().trimmed();
    if (!name.contains("{view}")) name += "-{view}";
    name.replace("{data}", QString::fromStdString(export_name(session_.data()))).replace("{view}", id);
    return path_of(QDir::fromNativeSeparators(folder_->text())) / path_of(name + '.' + suffix);
}

std::vector<ExportDialog::Order> ExportDialog::orders() const
{
    std::vector<Order> list;
    for (int i = 0; i < list_->topLevelItemCount(); ++i) {
        const QTreeWidgetItem& row = *list_->topLevelItem(i);
        const auto index = static_cast<std::size_t>(i);
        const bool is_view = index < items_.size();
        const std::string id =
            is_view ? items_[index].id : std::string(session_tables()[index - items_.size()].id);
        if (checked(row, picture_column))
            list.push_back({file_for(QString::fromStdString(id), format_->currentData().toString()), items_[index], {}});
        if (!checked(row, table_column)) continue;
        // A view and a table of the session may have one name.
        QString name = QString::fromStdString(id);
        if (is_view && find_session_table(id) != nullptr) name += "-view";
        Order order{file_for(name, "csv"), {}, {}};
        if (!is_view)
            order.table = session_tables()[index - items_.size()].make(session_);
        else if (const auto make = items_[index].view->table())
            order.table = [make](const std::stop_token&) { return make(); };
        // What it was made of may have gone since the list was filled.
        if (order.table) list.push_back(std::move(order));
    }
    return list;
}

void ExportDialog::refresh()
{
    width_->setEnabled(!as_on_screen_->isChecked());
    height_->setEnabled(!as_on_screen_->isChecked());
    scale_->setEnabled(format_->currentData() == "png");
    const auto list = orders();
    preview_->setText(list.empty() ? tr("Nothing is chosen")
                                   : tr("%n file(s), the first: %1", nullptr, static_cast<int>(list.size()))
                                         .arg(QString::fromStdString(list.front().file.filename().string())));
    QString problem;
    if (!list.empty()) {
        try {
            check_output_file(list.front().file, session_.data());
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
    }
    problem_->setText(problem);
    QPalette colours = problem_->palette();
    colours.setColor(QPalette::WindowText, theme().error);
    problem_->setPalette(colours);
    write_button_->setEnabled(!list.empty() && problem.isEmpty());
}

void ExportDialog::remember() const
{
    QSettings settings;
    for (int i = 0; i < list_->topLevelItemCount(); ++i)
        for (const Column column : {picture_column, table_column})
            if (const QString key = list_->topLevelItem(i)->data(column, id_role).toString(); !key.isEmpty())
                settings.setValue("export/" + key, checked(*list_->topLevelItem(i), column));
    settings.setValue("export/format", format_->currentData());
    settings.setValue("export/as-on-screen", as_on_screen_->isChecked());
    settings.setValue("export/width", width_->value());
    settings.setValue("export/height", height_->value());
    settings.setValue("export/scale", scale_->value());
    settings.setValue("export/pattern", pattern_->text());
    set_export_folder(QDir::fromNativeSeparators(folder_->text()));
}

/// One view is drawn in a turn of the event loop: many of them together would hold the window. Outlives the dialog.
void ExportDialog::next(const std::shared_ptr<Writing>& writing)
{
    const Order& order = writing->orders[writing->begun];
    const auto done = [writing] {
        if (++writing->written + writing->failed == writing->orders.size() && writing->failed == 0)
            writing->say(tr("Wrote %n file(s) to %1", nullptr, static_cast<int>(writing->written)).arg(writing->folder),
                         false);
    };
    try {
        const LoadedData& data = writing->session.data();
        if (order.picture) {
            View& view = *order.picture->view;
            export_picture(writing->background, view,
                           {order.file, writing->size.isEmpty() ? size_on_screen(view) : writing->size, writing->scale,
                            order.picture->label},
                           data, done);
        } else {
            export_text(writing->background, order.file, order.table, data, done);
        }
    } catch (const std::exception& error) {
        ++writing->failed;
        writing->say(QString::fromUtf8(error.what()), true);
    }
    if (++writing->begun < writing->orders.size())
        QTimer::singleShot(0, &writing->background, [writing] { next(writing); });
}

void ExportDialog::write()
{
    std::vector<Order> list = orders();
    std::vector<std::filesystem::path> files;
    for (const Order& order : list) files.push_back(order.file);
    if (list.empty() || !may_replace(this, files)) return;
    remember();
    const QSize size = as_on_screen_->isChecked() ? QSize() : QSize(width_->value(), height_->value());
    const auto writing = std::make_shared<Writing>(
        Writing{std::move(list), size, scale_->value(), folder_->text(), session_, background_, say_, 0, 0, 0});
    QTimer::singleShot(0, &background_, [writing] { next(writing); });
    accept();
}

}  // namespace syzygy
