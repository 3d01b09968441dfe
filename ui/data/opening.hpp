#pragma once

#include "physics/observations/import.hpp"
#include "ui/data/drop.hpp"
#include "ui/data/error_dialog.hpp"
#include "ui/data/examples.hpp"
#include "ui/data/recent_files.hpp"
#include "ui/session/session.hpp"
#include "ui/worker/background.hpp"

#include <QObject>
#include <QPointer>

#include <filesystem>
#include <functional>
#include <vector>

class QMimeData;

namespace syzygy {

class ImportDialog;
class ScenarioDialog;

/// The one path by which data get into the session: files, saved fits and scenarios, read in the background. The
/// session keeps what it has until all is read, and for good where something is wrong; then a dialog says what.
/// Of several begun at a time, the last counts.
class Opening : public QObject {
    Q_OBJECT
public:
    using OnOpened = std::function<void()>;

    /// `window`: over which dialogs stand; may be null.
    Opening(Session& session, Background& background, RecentFiles& recent, QWidget* window);
    ~Opening() override;

    /// Data files, or one .syzygy. Where they cannot be read as they stand but could be told what they are, and with
    /// `look_first`, the import dialog opens. `on_opened` is called after `opened`, if these files were.
    void open(const std::vector<std::filesystem::path>& files, bool look_first = false, OnOpened on_opened = {});
    /// Makes data of a scenario; with `fit_at_once`, starts the fit of them.
    void make(const Recipe& recipe, const FitSetup& setup, bool fit_at_once, OnOpened on_opened = {});
    /// What was dropped; with Shift, the import dialog opens.
    void drop(const QMimeData& data, Qt::KeyboardModifiers modifiers);

    /// For the actions "open", "import" and "scenario".
    void ask_for_files() { ask(false); }
    void ask_for_import() { ask(true); }
    void ask_for_scenario();

    /// Drops what is being read at once; the session stays as it is.
    void cancel();
    bool is_reading() const { return task_ != 0; }

    /// No error dialog and no import dialog opens any more: what cannot be read as it stands has failed.
    void set_quiet(bool quiet) { quiet_ = quiet; }

    void show_error(const ErrorReport& report);
    const ErrorDialog* error_dialog() const { return errors_; }

Q_SIGNALS:
    /// The session has new data.
    void opened();
    /// Nothing was opened, and why: in one line.
    void failed(const QString& message);
    /// For the status line.
    void said(const QString& message, bool error);

private:
    /// What a task found: its last step here.
    using Next = std::function<void()>;
    void start(const QString& label, const QString& title, std::function<Next(const std::stop_token&)> work);
    void load(const std::vector<std::filesystem::path>& files, const OnOpened& on_opened);
    void load_fit(const std::filesystem::path& file, const OnOpened& on_opened);
    void ask(bool look_first);
    void look_at(const std::vector<std::filesystem::path>& files, const OnOpened& on_opened);
    void import_files(const std::vector<std::filesystem::path>& files, const ImportOptions& options);
    void put(LoadedData data, FitSetup setup, const QString& name, bool fit_at_once, const OnOpened& on_opened);
    void end_import();

    Session& session_;
    QPointer<Background> background_;  ///< may go first when the window does
    QWidget* window_;
    RecentFiles& recent_;
    int task_ = 0;
    int import_task_ = 0;      ///< the task that the import dialog waits for
    OnOpened import_opened_;   ///< for when the import dialog's files are opened
    bool quiet_ = false;
    QPointer<ErrorDialog> errors_;
    QPointer<ImportDialog> import_;
    QPointer<ScenarioDialog> scenario_;
};

}  // namespace syzygy
