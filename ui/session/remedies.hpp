#pragma once

#include "physics/fit/result.hpp"

#include <QString>

#include <functional>
#include <string_view>
#include <vector>

namespace syzygy {

class Session;

/// Something that can be done about a warning of a fit: what it changes, said on a button.
struct Remedy {
    std::string_view id;  ///< "relative-to", "free-state", "first-row", "shorten", "grow", "hold", "whole", "tolerance"
    QString label, help;
    std::function<void(Session&)> change;  ///< of the options, or of the point on screen; throws ArgumentError
};

/// What can be done about a warning of the session's result, the likeliest first; only what would change something.
std::vector<Remedy> remedies(const Warning& warning, const Session& session);

/// Changes what the remedy says and fits again.
void apply_remedy(const Remedy& remedy, Session& session);

}  // namespace syzygy
