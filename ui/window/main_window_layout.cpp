// Which docks are where: two workspaces, each with a layout that a person can change and that is remembered.

#include "ui/orbit/orbit_view.hpp"
#include "ui/theme/theme.hpp"
#include "ui/window/main_window.hpp"

#include <QActionGroup>
#include <QDockWidget>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace syzygy {

namespace {

/// Raised when docks change, so that an old layout is not forced onto new ones.
constexpr int layout_version = 3;

constexpr std::array workspaces{Workspace::fit, Workspace::compare};

constexpr std::string_view action_of(Workspace workspace)
{
    return workspace == Workspace::fit ? "workspace-fit" : "workspace-compare";
}

constexpr const char* setup_of(Workspace workspace)
{
    return workspace == Workspace::fit ? "setup" : "compare-setup";
}

QString layout_key(Workspace workspace)
{
    return workspace == Workspace::fit ? QStringLiteral("window/state") : QStringLiteral("window/state-compare");
}

}  // namespace

void MainWindow::make_workspace_switch()
{
    auto* group = new QActionGroup(this);
    auto* buttons = new QWidget(menuBar());
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 2, 8, 2);
    row->setSpacing(0);
    for (const Workspace workspace : workspaces) {
        QAction& action = actions_[action_of(workspace)];
        group->addAction(&action);
        connect(&action, &QAction::triggered, this, [this, workspace] { show_workspace(workspace); });
        auto* button = new QToolButton(buttons);
        button->setDefaultAction(&action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        button->setObjectName("workspace");
        button->setFocusPolicy(Qt::NoFocus);
        row->addWidget(button);
    }
    menuBar()->setCornerWidget(buttons, Qt::TopRightCorner);
    actions_[action_of(workspace_)].setChecked(true);
}

bool MainWindow::is_of(Workspace workspace, std::string_view dock) const
{
    if (dock == setup_of(Workspace::fit) || dock == setup_of(Workspace::compare)) return dock == setup_of(workspace);
    return find_view(dock).workspace == workspace;
}

void MainWindow::hide_docks_of(Workspace workspace)
{
    for (const auto& [id, dock] : docks_)
        if (is_of(workspace, id)) dock->hide();
}

void MainWindow::show_view(std::string_view id)
{
    show_workspace(find_view(id).workspace);
    const auto found = docks_.find(id);
    if (found == docks_.end()) return;
    found->second->show();
    found->second->raise();
}

void MainWindow::show_workspace(Workspace workspace)
{
    actions_[action_of(workspace)].setChecked(true);
    if (workspace == workspace_) return;
    layouts_[workspace_] = saveState(layout_version);
    hide_docks_of(workspace_);
    workspace_ = workspace;
    const auto left = layouts_.find(workspace);
    centre_->setCurrentWidget(centres_.at(workspace));
    if (left == layouts_.end() || !restoreState(left->second, layout_version)) {
        arrange();
        // Sizes of docks are those of the window once they are all there.
        QTimer::singleShot(0, this, [this, workspace] {
            if (workspace_ == workspace) arrange();
        });
    }
    for (const auto& [id, dock] : docks_) dock->toggleViewAction()->setVisible(is_of(workspace, id));
    compare_.set_shown(workspace == Workspace::compare);
    centres_.at(workspace)->setFocus();
}

void MainWindow::run_comparison_when_ready()
{
    if (!compare_.setup().problem.empty() || session_.picture()) {
        compare_.run();
        return;
    }
    connect(
        &session_, &Session::data_shown, &compare_, [this] { compare_.run(); }, Qt::SingleShotConnection);
}

void MainWindow::arrange()
{
    // First everything into its place, one beside the other; then tabs; sizes last.
    std::map<ViewPlace, QDockWidget*> first;
    QDockWidget* const setup = docks_.at(setup_of(workspace_));
    addDockWidget(Qt::LeftDockWidgetArea, setup);
    setup->show();
    for (const ViewInfo& info : views()) {
        if (info.workspace != workspace_ || info.place == ViewPlace::centre) continue;
        QDockWidget* dock = docks_.find(info.id)->second;
        dock->setFloating(false);
        dock->show();
        const auto [place, is_first] = first.emplace(info.place, dock);
        if (!is_first)
            tabifyDockWidget(place->second, dock);
        else if (info.place == ViewPlace::right)
            addDockWidget(Qt::RightDockWidgetArea, dock);
        else
            addDockWidget(Qt::BottomDockWidgetArea, dock, Qt::Horizontal);
    }
    QList<QDockWidget*> row;
    for (const auto& [place, dock] : first) {
        dock->raise();
        if (place != ViewPlace::right) row << dock;
    }
    const int side = std::clamp(width() / 4, 300, 420);
    resizeDocks({setup}, {side}, Qt::Horizontal);
    const auto right = first.find(ViewPlace::right);
    if (right != first.end()) resizeDocks({right->second}, {(width() - side) * 2 / 5}, Qt::Horizontal);
    const int column = (width() - side) / std::max<int>(1, static_cast<int>(row.size()));
    resizeDocks(row, QList<int>(row.size(), column), Qt::Horizontal);
    const int share = workspace_ == Workspace::fit ? 35 : 42;
    resizeDocks(row, QList<int>(row.size(), std::max(220, height() * share / 100)), Qt::Vertical);
    if (workspace_ == Workspace::fit && !has_correction_column())
        for (const ViewInfo& info : views())
            if (info.workspace == Workspace::fit && info.place == ViewPlace::right) docks_.find(info.id)->second->hide();
}

bool MainWindow::has_correction_column() const
{
    return session_.setup().correction.correction != "none";
}

void MainWindow::show_correction_column()
{
    if (workspace_ != Workspace::fit || has_correction_column() == corrected_) return;
    corrected_ = has_correction_column();
    QDockWidget* first = nullptr;
    for (const ViewInfo& info : views()) {
        if (info.workspace != Workspace::fit || info.place != ViewPlace::right) continue;
        QDockWidget* const dock = docks_.find(info.id)->second;
        dock->setVisible(corrected_);
        if (!first) first = dock;
    }
    if (!corrected_ || !first) return;
    first->raise();
    const int side = docks_.at("setup")->isVisible() ? docks_.at("setup")->width() : 0;
    resizeDocks({first}, {(width() - side) * 2 / 5}, Qt::Horizontal);
}

void MainWindow::restore_layout()
{
    const QSettings settings;
    if (!restoreGeometry(settings.value("window/geometry").toByteArray())) {
        const QSize screen = QGuiApplication::primaryScreen()->availableSize();
        resize(std::min(1600, screen.width() * 9 / 10), std::min(1000, screen.height() * 9 / 10));
    }
    // Every dock gets a place, also those that are not in front.
    for (const Workspace workspace : {Workspace::compare, Workspace::fit}) {
        workspace_ = workspace;
        arrange();
        if (workspace != Workspace::fit) hide_docks_of(workspace);
    }
    centre_->setCurrentWidget(centres_.at(workspace_));
    for (const auto& [id, dock] : docks_) dock->toggleViewAction()->setVisible(is_of(workspace_, id));
    const QByteArray compare = settings.value(layout_key(Workspace::compare)).toByteArray();
    if (!compare.isEmpty()) layouts_[Workspace::compare] = compare;
    if (!restoreState(settings.value(layout_key(Workspace::fit)).toByteArray(), layout_version))
        arrange_when_shown_ = true;
}

void MainWindow::save_layout()
{
    QSettings settings;
    settings.setValue("window/geometry", saveGeometry());
    layouts_[workspace_] = saveState(layout_version);
    for (const auto& [workspace, layout] : layouts_) settings.setValue(layout_key(workspace), layout);
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    // Sizes of docks are those of the window at its real size.
    if (std::exchange(arrange_when_shown_, false)) QTimer::singleShot(0, this, &MainWindow::arrange);
}

}  // namespace syzygy
