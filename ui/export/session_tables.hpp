#pragma once

#include "ui/session/session.hpp"

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace syzygy {

/// A table of the session that belongs to no view: a row for dialogs, the command line and tests.
struct SessionTable {
    std::string_view id;     ///< "residuals"
    std::string_view label;  ///< "Residuals"
    std::string_view help;
    std::string_view view;   ///< id of the view that shows it as a picture
    /// What makes the text on a worker, from what is there now; empty where there is nothing yet.
    std::function<std::string(std::stop_token)> (*make)(const Session& session);
};

/// The one table of tables.
std::span<const SessionTable> session_tables();

/// Null for an id that is none.
const SessionTable* find_session_table(std::string_view id);

}  // namespace syzygy
