#include "ui/window/transport_actions.hpp"

#include "ui/base/text.hpp"
#include "ui/compare/look_note.hpp"
#include "ui/session/ablation.hpp"
#include "ui/session/stepping.hpp"
#include "ui/theme/theme.hpp"

#include <QApplication>
#include <QClipboard>
#include <QSignalBlocker>

#include <algorithm>

namespace syzygy {

namespace {

/// Runs `act` when the action is triggered, for as long as the session lives.
template <class Act>
void on(ActionSet& actions, std::string_view id, QObject& context, Act act)
{
    QObject::connect(&actions[id], &QAction::triggered, &context, act);
}

/// Checked without triggering.
void show_checked(QAction& action, bool checked)
{
    const QSignalBlocker blocker(action);
    action.setChecked(checked);
    // Blocked signals would leave buttons and menus as they were.
    Q_EMIT action.changed();
}

/// The time of the run that is looked at, next to `time` in that direction; `time` where there is none.
double step_of_run(const CompareSession& compare, double time, int direction)
{
    const CompareRow* const row = compare.selected();
    if (!row || !row->trace) return time;
    double nearest = time;
    for (const double t : row->trace->times)
        if (direction * (t - time) > 0 && (nearest == time || direction * (t - nearest) < 0)) nearest = t;
    return nearest;
}

}  // namespace

void connect_time_actions(ActionSet& actions, Session& session, CompareSession& compare, Timeline& timeline)
{
    on(actions, "play", timeline, [&timeline] { timeline.playing() ? timeline.pause() : timeline.play(); });
    on(actions, "reverse", timeline, [&timeline](bool checked) { timeline.set_direction(checked ? -1 : 1); });
    on(actions, "loop", timeline, [&timeline](bool checked) { timeline.set_loops(checked); });
    on(actions, "slower", timeline, [&timeline] { timeline.set_speed(timeline.speed() / 2); });
    on(actions, "faster", timeline, [&timeline] { timeline.set_speed(timeline.speed() * 2); });
    on(actions, "home", timeline, [&timeline] { timeline.set_time(timeline.begin()); });
    on(actions, "end", timeline, [&timeline] { timeline.set_time(timeline.end()); });
    const auto steps = [&](std::string_view id, double (*to)(const Picture&, double), int direction) {
        on(actions, id, timeline, [&session, &compare, &timeline, to, direction] {
            timeline.pause();
            if (compare.shown() && compare.selected())
                timeline.set_time(step_of_run(compare, timeline.time(), direction));
            else if (const auto picture = session.picture())
                timeline.set_time(to(*picture, timeline.time()));
        });
        actions[id].setAutoRepeat(true);
    };
    steps("next-sample", next_sample, 1);
    steps("previous-sample", previous_sample, -1);
    steps("step-forward", next_step, 1);
    steps("step-back", previous_step, -1);

    const auto show = [&actions, &timeline] {
        QAction& play = actions["play"];
        play.setIcon(theme_icon(timeline.playing() ? "pause" : "play"));
        play.setText(timeline.playing() ? Timeline::tr("&Pause") : Timeline::tr("&Play"));
        show_checked(play, timeline.playing());
        show_checked(actions["reverse"], timeline.direction() < 0);
        show_checked(actions["loop"], timeline.loops());
        actions["slower"].setEnabled(timeline.speed() > Timeline::slowest);
        actions["faster"].setEnabled(timeline.speed() < Timeline::fastest);
    };
    QObject::connect(&timeline, &Timeline::transport_changed, &timeline, show);
    QObject::connect(&theme_notifier(), &ThemeNotifier::changed, &timeline, show);
    show();
    const auto set_range = [&session, &compare, &timeline] {
        if (compare.shown() && compare.selected()) {
            const auto [begin, end] = compare.interval();
            timeline.set_range(std::min(begin, end), std::max(begin, end));
        } else if (const auto picture = session.picture())
            timeline.set_range(picture->solution->begin(), std::max(picture->solution->end(), picture->horizon));
    };
    QObject::connect(&session, &Session::picture_changed, &timeline, set_range);
    QObject::connect(&compare, &CompareSession::selected_changed, &timeline, set_range);
    QObject::connect(&compare, &CompareSession::shown_changed, &timeline, set_range);
    QObject::connect(&session, &Session::data_shown, &timeline, [&compare, &timeline] {
        // The time of a run that is looked at has nothing to do with new data.
        if (!compare.shown() || !compare.selected()) timeline.set_time(timeline.begin());
    });
}

void connect_fit_actions(ActionSet& actions, Session& session)
{
    on(actions, "fit", session, [&session] { session.start_fit(); });
    on(actions, "pause", session, [&session] {
        session.run_state() == RunState::paused ? session.resume_fit() : session.pause_fit();
    });
    on(actions, "step", session, [&session] { session.step_fit(); });
    on(actions, "stop", session, [&session] { session.stop_fit(); });
    on(actions, "reset", session, [&session] { session.reset(); });
    on(actions, "ablation", session, [&session] { session.ablation().run(); });
    on(actions, "keep-fitted", session, [&session](bool checked) { session.set_keeps_fitted(checked); });

    const auto show = [&actions, &session] {
        const RunState state = session.run_state();
        const bool ready = session.picture() != nullptr;
        actions["fit"].setEnabled(ready && (state == RunState::idle || state == RunState::paused));
        actions["pause"].setEnabled(state == RunState::running || state == RunState::paused);
        show_checked(actions["pause"], state == RunState::paused);
        actions["step"].setEnabled(ready && (state == RunState::idle || state == RunState::paused));
        actions["stop"].setEnabled(state == RunState::starting || state == RunState::running || state == RunState::paused);
        actions["reset"].setEnabled(session.has_data());
        actions["ablation"].setEnabled(session.ablation().can_run());
        show_checked(actions["keep-fitted"], session.keeps_fitted());
    };
    QObject::connect(&session, &Session::run_state_changed, &session, show);
    QObject::connect(&session, &Session::display_changed, &session, show);
    QObject::connect(&session.ablation(), &Ablation::changed, &session, show);
    // The first picture makes the fit possible; later ones change nothing here.
    QObject::connect(&session, &Session::picture_changed, &session, [&actions, show] {
        if (!actions["fit"].isEnabled()) show();
    });
    show();
}

void connect_compare_actions(ActionSet& actions, CompareSession& compare)
{
    SweepCursor& sweep = compare.sweep();
    on(actions, "compare-run", compare, [&compare] { compare.run(); });
    on(actions, "compare-stop", compare, [&compare] { compare.stop(); });
    on(actions, "compare-copy", compare, [&compare] {
        QApplication::clipboard()->setText(text_of(compare_markdown(*compare.result())));
        Q_EMIT compare.said(CompareSession::tr("Table copied as Markdown"), false);
    });
    on(actions, "sweep-play", compare, [&sweep] { sweep.playing() ? sweep.pause() : sweep.play(); });
    on(actions, "sweep-back", compare, [&sweep] { sweep.pause(), sweep.step(-1); });
    on(actions, "sweep-on", compare, [&sweep] { sweep.pause(), sweep.step(1); });
    on(actions, "sweep-turn", compare, [&sweep] { sweep.turn(); });
    for (const std::string_view id : {"sweep-back", "sweep-on"}) actions[id].setAutoRepeat(true);
    actions["looks"].setChecked(LookNote::wanted());
    on(actions, "looks", compare, [](bool wanted) { LookNote::set_wanted(wanted); });

    const auto show = [&actions, &compare, &sweep] {
        const bool shown = compare.shown(), there = compare.selected() != nullptr;
        actions["compare-run"].setEnabled(shown && compare.state() != CompareState::running);
        actions["compare-stop"].setEnabled(compare.state() == CompareState::running);
        actions["compare-copy"].setEnabled(there);
        for (const std::string_view id : {"sweep-play", "sweep-back", "sweep-on", "sweep-turn"})
            actions[id].setEnabled(shown && !sweep.series().empty());
        actions["sweep-play"].setIcon(theme_icon(sweep.playing() ? "pause" : "play"));
    };
    QObject::connect(&compare, &CompareSession::state_changed, &compare, show);
    QObject::connect(&compare, &CompareSession::selected_changed, &compare, show);
    QObject::connect(&compare, &CompareSession::shown_changed, &compare, show);
    QObject::connect(&sweep, &SweepCursor::playing_changed, &compare, show);
    QObject::connect(&theme_notifier(), &ThemeNotifier::changed, &compare, show);
    show();
}

}  // namespace syzygy
