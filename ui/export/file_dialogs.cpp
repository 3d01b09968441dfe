#include "ui/export/file_dialogs.hpp"

#include "ui/base/text.hpp"
#include "ui/export/output_file.hpp"
#include "ui/export/picture_export.hpp"
#include "ui/export/session_tables.hpp"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>

namespace syzygy {

namespace {

constexpr const char* folder_key = "export/folder";

void guarded(const Say& say, const std::function<void()>& work)
{
    try {
        work();
    } catch (const std::exception& error) {
        say(QString::fromUtf8(error.what()), true);
    }
}

}  // namespace

void ask_for_file(QWidget* parent, const QString& title, const QString& name, const QStringList& filters,
         const LoadedData& data, const std::function<void(const std::filesystem::path&)>& go_on)
{
    auto* dialog = new QFileDialog(parent, title, export_folder(data));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setNameFilters(filters);
    const auto suffix_of = [](const QString& filter) {
        const qsizetype dot = filter.indexOf("*.");
        return filter.mid(dot + 2, filter.indexOf(')', dot) - dot - 2);
    };
    dialog->setDefaultSuffix(suffix_of(filters.front()));
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog,
                     [dialog, suffix_of](const QString& filter) { dialog->setDefaultSuffix(suffix_of(filter)); });
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog, [go_on](const QString& file) {
        set_export_folder(QFileInfo(file).absolutePath());
        go_on(path_of(file));
    });
    dialog->open();
}

bool may_replace(QWidget* parent, const std::vector<std::filesystem::path>& files)
{
    QStringList there;
    std::error_code ignored;
    for (const std::filesystem::path& file : files)
        if (std::filesystem::exists(file, ignored)) there << path_text(file.filename());
    if (there.isEmpty()) return true;
    const int count = static_cast<int>(there.size());
    QMessageBox box(QMessageBox::Question, QObject::tr("Replace files?"),
                    count == 1 ? QObject::tr("%1 is there already. Replace it?").arg(there.front())
                               : QObject::tr("%1 files are there already. Replace them?").arg(count),
                    QMessageBox::Cancel, parent);
    box.setDetailedText(there.join('\n'));
    QPushButton* replace = box.addButton(QObject::tr("Replace"), QMessageBox::AcceptRole);
    box.exec();
    return box.clickedButton() == replace;
}

QString export_folder(const LoadedData& data)
{
    const QString beside = data.files.empty() ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                                              : QFileInfo(path_text(data.files.front())).absolutePath();
    const QString folder = QSettings().value(folder_key, beside).toString();
    return QDir(folder).exists() ? folder : QDir::homePath();
}

void set_export_folder(const QString& folder)
{
    QSettings().setValue(folder_key, folder);
}

FitToSave fit_to_save(const Session& session)
{
    FitToSave fit{session.data(), session.fitted_setup().value_or(session.fit_setup()), {}, nullptr};
    if (session.fitted_setup()) {
        fit.state = session.fit_state();
        fit.result = session.result();
        if (is_training(fit.setup, *fit.data.observations)) fit.training = session.train_state();
    }
    const auto picture = session.picture();
    if (picture && picture->solution->options.correction && picture->solution->point.correction.size() > 0)
        fit.correction = TrainedCorrection{picture->setup.correction, picture->context, picture->solution->point.correction};
    return fit;
}

void save_fit_as(QWidget* parent, const Session& session, Background& background, Say say)
{
    const QString name = QString::fromStdString(export_name(session.data())) + ".syzygy";
    ask_for_file(parent, QObject::tr("Save fit"), name, {QObject::tr("Fit of Syzygy (*.syzygy)")}, session.data(),
        [&session, &background, say = std::move(say)](const std::filesystem::path& file) {
            guarded(say, [&] {
                check_output_file(file, session.data());
                const FitToSave fit = fit_to_save(session);
                background.start(QObject::tr("Saving %1").arg(path_text(file.filename())),
                                 [file, fit, say](const TaskContext&) -> Background::Done {
                                     const auto data = save_fit(file, fit);
                                     return [file, data, say] {
                                         const QString saved = path_text(file.filename());
                                         say(data ? QObject::tr("Saved %1, and its data as %2")
                                                        .arg(saved, path_text(data->filename()))
                                                  : QObject::tr("Saved %1").arg(saved),
                                             false);
                                     };
                                 });
            });
        });
}

void save_data_as(QWidget* parent, Session& session, Background& background, Say say)
{
    const QString name = QString::fromStdString(export_name(session.data())) + ".csv";
    ask_for_file(parent, QObject::tr("Save data"), name, {QObject::tr("Observations (*.csv)")}, session.data(),
        [&session, &background, say = std::move(say)](const std::filesystem::path& file) {
            guarded(say, [&] {
                const auto saved = session.data().observations;
                export_text(background, file, find_session_table("data")->make(session), session.data(),
                            [&session, saved, file, say] {
                                session.adopt_file(saved, file);
                                say(QObject::tr("Saved %1").arg(path_text(file)), false);
                            });
            });
        });
}

void export_view_as(QWidget* parent, View& view, const QString& label, const Session& session, Background& background,
                    Say say)
{
    QStringList filters;
    for (const PictureFormat& format : picture_formats())
        filters << QString("%1 (*.%2)").arg(text_of(format.label), text_of(format.suffix));
    const bool has_table = static_cast<bool>(view.table());
    if (has_table) filters << QObject::tr("Table (*.csv)");
    QString name = QString::fromStdString(export_name(session.data())) + '-' + label.toLower();
    name.replace(' ', '-');
    ask_for_file(parent, QObject::tr("Export %1").arg(label), name, filters, session.data(),
        [&view, label, has_table, &session, &background, say = std::move(say)](const std::filesystem::path& file) {
            guarded(say, [&] {
                const auto done = [file, say] {
                    say(QObject::tr("Wrote %1").arg(path_text(file)), false);
                };
                if (has_table && path_text(file.extension()).toLower() == ".csv")
                    export_text(background, file, [make = view.table()](const std::stop_token&) { return make(); },
                                session.data(), done);
                else
                    export_picture(background, view, {file, view.size(), 2, label}, session.data(), done);
            });
        });
}

}  // namespace syzygy
