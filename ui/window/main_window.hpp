#pragma once

#include "ui/actions/actions.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"
#include "ui/views/view.hpp"
#include "ui/worker/background.hpp"

#include <QMainWindow>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

class QDockWidget;
class QStackedWidget;

namespace syzygy {

class OrbitView;
class Opening;
class RecentFiles;
class RecoveryKeeper;
class StatusLine;
struct ExampleInfo;
struct RecoveredFit;

/// The one window, with a workspace for fitting (orbit view in the middle, what to fit on the left, diagnostics below) and
/// one for comparing; transport at the bottom. Puts the parts together and connects actions; knows nothing that a part could know.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow();
    ~MainWindow() override;

    Session& session() { return session_; }
    Timeline& timeline() { return timeline_; }
    CompareSession& compare() { return compare_; }
    Background& background() { return background_; }
    ActionSet& actions() { return actions_; }
    StatusLine& status_line() { return *status_line_; }
    /// Null for an id that no view has.
    View* view(std::string_view id) const;
    /// Brings a view's dock to the front, and its workspace.
    void show_view(std::string_view id);
    Workspace workspace() const { return workspace_; }
    /// Shows the docks of that workspace as they were left, and hides the others.
    void show_workspace(Workspace workspace);

    /// Loads in the background; what is there stays until the new data are.
    void open(const std::vector<std::filesystem::path>& files, bool fit_at_once = false);
    /// The same with data made of a scenario; fits them at once where asked to, and then plays.
    void open_example(const ExampleInfo& example, bool fit_at_once, bool play = false);
    /// What is to be done to the session once the next data are there, before they are fitted.
    void begin_with(std::function<void(Session&)> begin) { begin_ = std::move(begin); }
    /// Runs the comparison that is set up once there is what it is run on.
    void run_comparison_when_ready();
    /// Nobody is there to answer a dialog: failures to open are told by open_failed() alone.
    void be_quiet();
    /// Offers fits that a killed program left behind.
    void offer_recovery();

Q_SIGNALS:
    void open_failed(const QString& message);

protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    QMenu* createPopupMenu() override;

private:
    void make_setup_docks();
    void make_workspace_switch();
    void make_view_docks();
    void make_transport();
    void make_menus();
    void connect_file_actions();
    void connect_view_actions();
    void connect_session();
    void show_dock_menu(QDockWidget& dock, std::string_view id, const QPoint& at);
    bool is_of(Workspace workspace, std::string_view dock) const;
    void hide_docks_of(Workspace workspace);
    /// The column of a fit's corrections stands where there is one.
    bool has_correction_column() const;
    void show_correction_column();
    void arrange();
    void restore_layout();
    void save_layout();
    void show_title();
    void animate();
    void export_views();
    void offer(const std::shared_ptr<RecoveredFit>& fit);

    Session session_;
    Timeline timeline_;
    CompareSession compare_;
    Background background_;
    ActionSet actions_;
    StatusLine* status_line_;
    Opening* opening_;
    RecentFiles* recent_;
    RecoveryKeeper* recovery_;
    OrbitView* orbit_ = nullptr;
    Workspace workspace_ = Workspace::fit;
    std::map<Workspace, QByteArray> layouts_;  ///< of the workspaces that are not in front
    QStackedWidget* centre_;
    std::map<Workspace, QWidget*> centres_;
    std::function<void(Session&)> begin_;
    bool arrange_when_shown_ = false;
    bool corrected_ = false;  ///< a correction was chosen when it was last looked
    std::map<std::string, View*, std::less<>> views_;
    std::map<std::string, QDockWidget*, std::less<>> docks_;  ///< "setup", "compare-setup", each view's but the central ones'
};

}  // namespace syzygy
