// The menus of the window: from the table of actions, with what only the window knows put in between.

#include "ui/data/examples.hpp"
#include "ui/data/recent_files.hpp"
#include "ui/export/file_dialogs.hpp"
#include "ui/orbit/orbit_view.hpp"
#include "ui/panels/status_line.hpp"
#include "ui/theme/theme.hpp"
#include "ui/window/keys_dialog.hpp"
#include "ui/window/main_window.hpp"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>

namespace syzygy {

namespace {

QString title_of(Menu menu)
{
    switch (menu) {
    case Menu::file: return MainWindow::tr("&File");
    case Menu::fit: return MainWindow::tr("F&it");
    case Menu::compare: return MainWindow::tr("&Compare");
    case Menu::time: return MainWindow::tr("&Time");
    case Menu::view: return MainWindow::tr("&View");
    case Menu::help: return MainWindow::tr("&Help");
    }
    return {};
}

}  // namespace

void MainWindow::make_menus()
{
    std::map<Menu, QMenu*> menus;
    for (const ActionInfo& info : syzygy::actions()) {
        QMenu*& menu = menus[info.menu];
        if (!menu) {
            menu = menuBar()->addMenu(title_of(info.menu));
            menu->setToolTipsVisible(true);
        }
        if (info.separator_before) menu->addSeparator();
        if (info.id == "save-fit") {
            auto* examples_menu = menu->addMenu(tr("E&xamples"));
            examples_menu->setToolTipsVisible(true);
            for (const ExampleInfo& example : examples()) {
                QAction* action = examples_menu->addAction(QString::fromStdString(example.label));
                action->setObjectName("example-" + QString::fromStdString(example.id));
                action->setToolTip(QString("<qt>%1</qt>").arg(QString::fromStdString(example.description).toHtmlEscaped()));
                connect(action, &QAction::triggered, this, [this, &example] { open_example(example, false); });
            }
            recent_->fill(*menu->addMenu(tr("Open &recent")));
            menu->addSeparator();
        }
        if (info.id == "reset-layout") {
            auto* panels = menu->addMenu(tr("&Panels"));
            for (const char* setup : {"setup", "compare-setup"}) panels->addAction(docks_.at(setup)->toggleViewAction());
            panels->addSeparator();
            for (const ViewInfo& view : views())
                if (const auto dock = docks_.find(view.id); dock != docks_.end())
                    panels->addAction(dock->second->toggleViewAction());
        }
        menu->addAction(&actions_[info.id]);
    }
}

QMenu* MainWindow::createPopupMenu()
{
    QMenu* menu = QMainWindow::createPopupMenu();
    if (menu) menu->addAction(&actions_["reset-layout"]);
    return menu;
}

void MainWindow::show_dock_menu(QDockWidget& dock, std::string_view id, const QPoint& at)
{
    QMenu menu;
    View* shown = view(id);
    menu.addAction(tr("Show &all of it"), this, [shown] { shown->reset_view(); });
    menu.addAction(theme_icon("export"), tr("&Export this view..."), this, [this, shown, label = dock.windowTitle()] {
        export_view_as(this, *shown, label, session_, background_,
                       [this](const QString& message, bool error) { status_line_->say(message, error); });
    });
    menu.addSeparator();
    menu.addAction(tr("&Close"), &dock, &QWidget::close);
    menu.exec(at);
}

void MainWindow::connect_view_actions()
{
    const auto on = [this](std::string_view id, auto act) {
        connect(&actions_[id], &QAction::triggered, this, act);
    };
    on("fit-view", [this] { orbit_->fit_view(); });
    on("free-camera", [this] { orbit_->free_camera(); });
    on("follow-1", [this] { orbit_->follow(0); });
    on("follow-2", [this] { orbit_->follow(1); });
    on("follow-3", [this] { orbit_->follow(2); });
    on("follow-centre", [this] { orbit_->follow(3); });
    on("reset-plots", [this] {
        for (const auto& [id, view] : views_)
            if (view != static_cast<View*>(orbit_)) view->reset_view();
    });
    on("reset-layout", [this] { arrange(); });
    on("ablation", [this] { show_view("ablation"); });

    auto* themes = new QActionGroup(this);
    for (const auto& [id, mode] : {std::pair{"theme-system", ThemeMode::system}, std::pair{"theme-light", ThemeMode::light},
                                   std::pair{"theme-dark", ThemeMode::dark}}) {
        QAction& action = actions_[id];
        themes->addAction(&action);
        action.setChecked(theme_mode() == mode);
        on(id, [mode = mode] {
            set_theme_mode(mode);
            QSettings().setValue("window/theme", static_cast<int>(mode));
        });
    }
    on("keys", [this] {
        auto* dialog = new KeysDialog(this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->show();
    });
    on("about", [this] {
        auto* box = new QMessageBox(
            QMessageBox::NoIcon, tr("About Syzygy Studio"),
            tr("<h3>Syzygy Studio %1</h3>"
               "<p>A laboratory for fitting, comparing and teaching three-body dynamics.</p>"
               "<p>Gradients by the adaptive checkpoint adjoint (Zhuang et al., ICML 2020, arXiv:2006.02493).</p>"
               "<p>Built on Qt %2, QCustomPlot, Eigen and Ceres. BSD-3-Clause; QCustomPlot is GPL-3, and so is this "
               "program as a whole.</p>")
                .arg(QApplication::applicationVersion(), qVersion()),
            QMessageBox::Close, this);
        box->setIconPixmap(theme_icon("app").pixmap(64, 64));
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setModal(false);
        box->show();
    });
}

}  // namespace syzygy
