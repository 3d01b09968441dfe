#pragma once

#include "ui/actions/actions.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"

namespace syzygy {

/// Makes the actions of the menus Time, Fit and Compare do what they say, and show what is. The time is that of what is
/// fitted, or, while its workspace is in front, of the run that is looked at.
void connect_time_actions(ActionSet& actions, Session& session, CompareSession& compare, Timeline& timeline);
void connect_fit_actions(ActionSet& actions, Session& session);
void connect_compare_actions(ActionSet& actions, CompareSession& compare);

}  // namespace syzygy
