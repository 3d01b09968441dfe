#include "ui/window/main_window.hpp"

#include "ui/base/text.hpp"
#include "ui/base/wheel_guard.hpp"
#include "ui/compare/setup_panel.hpp"
#include "ui/data/drop.hpp"
#include "ui/data/examples.hpp"
#include "ui/data/opening.hpp"
#include "ui/data/recent_files.hpp"
#include "ui/export/recovery.hpp"
#include "ui/orbit/orbit_view.hpp"
#include "ui/panels/setup_panel.hpp"
#include "ui/panels/status_line.hpp"
#include "ui/panels/transport_bar.hpp"
#include "ui/theme/theme.hpp"
#include "ui/window/focus_keys.hpp"
#include "ui/window/transport_actions.hpp"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QMimeData>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>

namespace syzygy {

MainWindow::MainWindow() : compare_(session_, timeline_), actions_(this), centre_(new QStackedWidget(this))
{
    guard_wheel();
    setObjectName("main-window");
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    for (const auto& [id, action] : actions_.all()) addAction(action);

    status_line_ = new StatusLine(session_, background_, this);
    recent_ = new RecentFiles(this);
    opening_ = new Opening(session_, background_, *recent_, this);
    recovery_ = new RecoveryKeeper(session_, recovery_folder(), this);
    statusBar()->addWidget(status_line_, 1);
    statusBar()->setSizeGripEnabled(false);

    make_setup_docks();
    make_view_docks();
    make_transport();
    connect_time_actions(actions_, session_, compare_, timeline_);
    connect_fit_actions(actions_, session_);
    connect_compare_actions(actions_, compare_);
    connect_file_actions();
    connect_view_actions();
    connect_session();
    make_menus();
    make_workspace_switch();
    show_title();
    qApp->installEventFilter(new FocusKeys(this));
    restore_layout();
}

MainWindow::~MainWindow()
{
    // Tasks hand their results to parts of this window: none may come while those go.
    background_.cancel_all();
}

View* MainWindow::view(std::string_view id) const
{
    const auto found = views_.find(id);
    return found == views_.end() ? nullptr : found->second;
}

void MainWindow::make_setup_docks()
{
    const auto add = [this](const char* id, const QString& title, QWidget* panel) {
        auto* dock = new QDockWidget(title, this);
        dock->setObjectName(id);
        dock->setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
        dock->setWidget(panel);
        docks_.emplace(id, dock);
    };
    add("setup", tr("What to fit"), new SetupPanel(actions_, session_, this));
    add("compare-setup", tr("What to compare"), new CompareSetupPanel(actions_, session_, compare_, this));
}

void MainWindow::make_view_docks()
{
    const ViewContext context{&session_, &timeline_, &compare_};
    setCentralWidget(centre_);
    for (const ViewInfo& info : views()) {
        View* view = info.make(context, this);
        view->setObjectName(text_of(info.id));
        views_.emplace(info.id, view);
        if (info.place == ViewPlace::centre) {
            centre_->addWidget(view);
            centres_.emplace(info.workspace, view);
            continue;
        }
        auto* dock = new QDockWidget(text_of(info.label), this);
        dock->setObjectName("dock-" + text_of(info.id));
        dock->setWidget(view);
        dock->toggleViewAction()->setToolTip(text_of(info.help));
        dock->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(dock, &QWidget::customContextMenuRequested, this,
                [this, dock, id = info.id](const QPoint& at) { show_dock_menu(*dock, id, dock->mapToGlobal(at)); });
        docks_.emplace(info.id, dock);
    }
    orbit_ = qobject_cast<OrbitView*>(view("orbit"));
    orbit_->setFocusPolicy(Qt::StrongFocus);
    orbit_->setFocus();
}

void MainWindow::make_transport()
{
    auto* bar = new QToolBar(tr("Time"), this);
    bar->setObjectName("transport");
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->addWidget(new TransportBar(actions_, session_, compare_, timeline_, bar));
    bar->toggleViewAction()->setVisible(false);
    addToolBar(Qt::BottomToolBarArea, bar);
}

void MainWindow::connect_session()
{
    connect(&session_, &Session::data_changed, this, &MainWindow::show_title);
    connect(&session_, &Session::setup_changed, this, &MainWindow::show_correction_column);
    connect(opening_, &Opening::opened, &timeline_, &Timeline::pause);
    connect(opening_, &Opening::said, status_line_, &StatusLine::say);
    connect(status_line_, &StatusLine::warnings_wanted, this, [this] {
        show_view("numbers");
        view("numbers")->reset_view();
    });
    connect(&compare_, &CompareSession::said, status_line_, &StatusLine::say);
    connect(recovery_, &RecoveryKeeper::failed, this,
            [this](const QString& message) { status_line_->say(message, true); });
}

void MainWindow::show_title()
{
    if (!session_.has_data()) {
        setWindowTitle(tr("Syzygy Studio"));
        return;
    }
    const std::string& name = session_.data().observations->name;
    setWindowTitle(tr("%1 - Syzygy Studio").arg(name.empty() ? tr("Observations") : QString::fromStdString(name)));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    save_layout();
    timeline_.pause();
    session_.stop_fit();
    compare_.stop();
    background_.cancel_all();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!brings_files(*event->mimeData())) return;
    // A copy whatever keys are held: the source must not take its files for moved.
    event->setDropAction(Qt::CopyAction);
    event->accept();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->setDropAction(Qt::CopyAction);
    event->accept();
    opening_->drop(*event->mimeData(), event->modifiers());
}

void MainWindow::be_quiet()
{
    opening_->set_quiet(true);
    connect(opening_, &Opening::failed, this, &MainWindow::open_failed);
}

void MainWindow::open(const std::vector<std::filesystem::path>& files, bool fit_at_once)
{
    opening_->open(files, false, [this, fit_at_once] {
        if (const auto begin = std::exchange(begin_, {})) begin(session_);
        if (fit_at_once) session_.start_fit();
    });
}

void MainWindow::open_example(const ExampleInfo& example, bool fit_at_once, bool play)
{
    // Slow enough to be seen; it would be over in the blink of an eye.
    if (play && fit_at_once) session_.set_pace(10);
    opening_->make(example.recipe, example.setup, false, [this, fit_at_once, play] {
        if (const auto begin = std::exchange(begin_, {})) begin(session_);
        if (fit_at_once) session_.start_fit();
        if (play) timeline_.play();
    });
}

void MainWindow::offer_recovery()
{
    background_.start(tr("Looking for fits that were not saved"), [this](const TaskContext&) -> Background::Done {
        auto found = find_recovered_fits();
        if (found.empty()) return {};
        return [this, fit = std::make_shared<RecoveredFit>(std::move(found.front()))] { offer(fit); };
    });
}

void MainWindow::offer(const std::shared_ptr<RecoveredFit>& fit)
{
    auto* bar = new RecoveryBar(*fit);
    auto* holder = new QToolBar(tr("Recovered fit"), this);
    holder->setMovable(false);
    holder->addWidget(bar);
    addToolBar(Qt::TopToolBarArea, holder);
    connect(bar, &RecoveryBar::restore_wanted, this, [this, fit, holder] {
        // Until it stands in the window, the only copy stays where it is.
        opening_->open({fit->file}, false, [this, fit, holder] {
            session_.forget_files();
            recovery_->adopt(std::move(*fit));
            holder->deleteLater();
        });
    });
    connect(bar, &RecoveryBar::discard_wanted, this, [fit, holder] {
        discard(*fit);
        holder->deleteLater();
    });
}

}  // namespace syzygy
