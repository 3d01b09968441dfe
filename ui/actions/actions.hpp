#pragma once

#include <QAction>
#include <QObject>

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace syzygy {

/// The menus of the window, in their order.
enum class Menu { file, fit, compare, time, view, help };

/// A row of the table of actions: label, key and help stand here and nowhere else; menus, tool bars, buttons,
/// tooltips and the help page are made from it.
struct ActionInfo {
    std::string_view id;     ///< "play"
    Menu menu;
    std::string_view label;  ///< "&Play", with its mnemonic
    std::string_view keys;   ///< "Space", portable; several parted by "; "; "" for none
    std::string_view icon;   ///< of assets/icons; "" for none
    std::string_view help;   ///< one sentence
    bool checkable = false;
    bool separator_before = false;
};

/// The one table of actions, in the order of the menus.
std::span<const ActionInfo> actions();

/// The table as QActions, owned by `parent`. Find one by id; connect to its triggered().
class ActionSet {
public:
    explicit ActionSet(QObject* parent);
    /// Terminates on an id that is not in the table: ids are literals.
    QAction& operator[](std::string_view id) const;
    const std::map<std::string, QAction*, std::less<>>& all() const { return actions_; }

private:
    std::map<std::string, QAction*, std::less<>> actions_;
};

}  // namespace syzygy
