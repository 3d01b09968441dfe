#pragma once

#include "ui/actions/actions.hpp"
#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"

namespace syzygy {

/// Makes the actions of the menus Time and Fit do what they say, and show what is.
void connect_time_actions(ActionSet& actions, Session& session, Timeline& timeline);
void connect_fit_actions(ActionSet& actions, Session& session);

}  // namespace syzygy
