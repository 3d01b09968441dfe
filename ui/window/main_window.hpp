#pragma once

#include "ui/actions/actions.hpp"
#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"
#include "ui/views/view.hpp"
#include "ui/worker/background.hpp"

#include <QMainWindow>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

class QDockWidget;
class QLabel;

namespace syzygy {

/// The one window: orbit view in the middle, what to fit on the left, diagnostics below, transport at the bottom.
/// Puts parts together and connects actions; knows nothing that a part could know.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow();
    ~MainWindow() override;

    Session& session() { return session_; }
    Timeline& timeline() { return timeline_; }
    Background& background() { return background_; }
    ActionSet& actions() { return actions_; }
    View& view(std::string_view id) const;

    /// Loads in the background; what is there stays until the new data are.
    void open(std::vector<std::filesystem::path> files);
    void open_recipe(const Recipe& recipe, const FitSetup& setup, bool fit_at_once);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    Session session_;
    Timeline timeline_;
    Background background_;
    ActionSet actions_;
    std::map<std::string, View*, std::less<>> views_;
};

}  // namespace syzygy
