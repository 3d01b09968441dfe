// Opening, saving and exporting: what the window asks its parts to do with files.

#include "ui/data/opening.hpp"
#include "ui/export/animation_dialog.hpp"
#include "ui/export/command_text.hpp"
#include "ui/export/export_dialog.hpp"
#include "ui/export/file_dialogs.hpp"
#include "ui/export/recovery.hpp"
#include "ui/orbit/orbit_view.hpp"
#include "ui/panels/status_line.hpp"
#include "ui/window/main_window.hpp"

#include <QApplication>
#include <QClipboard>
#include <QToolBar>

namespace syzygy {

void MainWindow::connect_file_actions()
{
    const auto on = [this](std::string_view id, auto act) {
        connect(&actions_[id], &QAction::triggered, this, act);
    };
    const auto say = [this](const QString& message, bool error) { status_line_->say(message, error); };
    on("open", [this] { opening_->ask_for_files(); });
    on("import", [this] { opening_->ask_for_import(); });
    on("scenario", [this] { opening_->ask_for_scenario(); });
    on("save-fit", [this, say] { save_fit_as(this, session_, background_, say); });
    on("save-data", [this, say] { save_data_as(this, session_, background_, say); });
    on("export", [this] { export_views(); });
    on("animation", [this] { animate(); });
    on("copy-command", [this, say] {
        const FitSetup setup = session_.fitted_setup().value_or(session_.fit_setup());
        QApplication::clipboard()->setText(QString::fromStdString(command_line(session_.data(), setup)));
        say(session_.data().remapped
                ? tr("Command line copied; it needs these data as a file: save them first (Export, data)")
                : tr("Command line copied"),
            false);
    });
    on("quit", [this] { close(); });

    // What needs data is off until there are some.
    const auto show = [this] {
        for (const std::string_view id : {"save-fit", "save-data", "export", "animation", "copy-command"})
            actions_[id].setEnabled(session_.has_data());
    };
    connect(&session_, &Session::data_changed, this, show);
    show();
}

void MainWindow::animate()
{
    auto* dialog = new AnimationDialog(
        *orbit_, *this, session_, timeline_, background_,
        [this](const QString& message, bool error) { status_line_->say(message, error); }, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void MainWindow::export_views()
{
    std::vector<ExportItem> items;
    for (const ViewInfo& info : views())
        items.push_back({std::string(info.id), QString::fromUtf8(info.label.data(), static_cast<qsizetype>(info.label.size())),
                         view(info.id)});
    auto* dialog = new ExportDialog(
        std::move(items), session_, background_,
        [this](const QString& message, bool error) { status_line_->say(message, error); }, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

}  // namespace syzygy
