#include "ui/actions/actions.hpp"

#include "ui/theme/theme.hpp"

#include <QKeySequence>

#include <array>
#include <cstdlib>

namespace syzygy {

std::span<const ActionInfo> actions()
{
    static constexpr std::array table{
        ActionInfo{"open", Menu::file, "&Open...", "Ctrl+O", "open",
                   "Open observations (one file, or three of one body each) or a saved fit"},
        ActionInfo{"import", Menu::file, "&Import...", "Ctrl+I", "import",
                   "Look at files first: which column is what, which body is which, units and frame"},
        ActionInfo{"scenario", Menu::file, "&New data from scenario...", "Ctrl+N", "scenario",
                   "Make observations of a known system, with noise, sampling and window as wanted"},
        ActionInfo{"save-fit", Menu::file, "&Save fit...", "Ctrl+S", "save-fit",
                   "Save the fit as a .syzygy file, to go on with here or with `syzygy fit --resume`", false, true},
        ActionInfo{"save-data", Menu::file, "Save &data...", "Ctrl+Shift+S", "",
                   "Save the observations as CSV, as imported, made or moved by hand"},
        ActionInfo{"export", Menu::file, "&Export...", "Ctrl+E", "export",
                   "Write views as PNG, SVG or PDF and tables as CSV"},
        ActionInfo{"animation", Menu::file, "Export &animation...", "Ctrl+Shift+E", "",
                   "Write the orbit view over time as frames or as one animated PNG"},
        ActionInfo{"copy-command", Menu::file, "&Copy command line", "Ctrl+Shift+C", "copy-command",
                   "Copy the commands that give what is on screen without the Studio"},
        ActionInfo{"quit", Menu::file, "&Quit", "Ctrl+Q", "quit", "End the Studio", false, true},

        ActionInfo{"fit", Menu::fit, "&Fit", "F5", "fit", "Fit what is free, from the point on screen"},
        ActionInfo{"pause", Menu::fit, "&Pause", "F6", "pause", "Pause the fit between two iterations, or go on", true},
        ActionInfo{"step", Menu::fit, "S&tep", "F7", "step", "One iteration, then pause"},
        ActionInfo{"stop", Menu::fit, "&Stop", "F8", "stop", "Stop the fit; the last good parameters stay"},
        ActionInfo{"ablation", Menu::fit, "Fit &without correction", "Ctrl+F5", "",
                   "The same fit once more without its correction, side by side: is the correction justified?"},
        ActionInfo{"reset", Menu::fit, "&Reset", "Ctrl+R", "reset", "Back to where the fit began; forgets its result"},
        ActionInfo{"keep-fitted", Menu::fit, "&Keep fitted", "F9", "keep-fitted",
                   "Fit again at once whenever the window, the data or an option changes", true, true},

        ActionInfo{"compare-run", Menu::compare, "&Run", "Shift+F5", "fit",
                   "Run all gradient methods that are chosen, one after the other"},
        ActionInfo{"compare-stop", Menu::compare, "&Stop", "Shift+F8", "stop", "Stop the comparison; what has run stays"},
        ActionInfo{"compare-copy", Menu::compare, "&Copy table as Markdown", "Ctrl+Shift+M", "copy",
                   "Copy all runs as a Markdown table"},
        ActionInfo{"sweep-play", Menu::compare, "&Play the run", "Shift+Space", "play",
                   "Play what the method does, event by event: forward, then back", true, true},
        ActionInfo{"sweep-back", Menu::compare, "One event &back", ",", "step-back", "Undo one event of the run"},
        ActionInfo{"sweep-on", Menu::compare, "One event &on", ".", "step-forward", "One event of the run further"},
        ActionInfo{"sweep-turn", Menu::compare, "To the &turn", "/", "reverse",
                   "Go to where the forward pass ends and the backward sweep begins"},
        ActionInfo{"looks", Menu::compare, "&What to look at", "", "", "Say below each view what to look at", true, true},

        ActionInfo{"play", Menu::time, "&Play", "Space", "play", "Play or pause", true},
        ActionInfo{"reverse", Menu::time, "&Backward", "B", "reverse", "Play backward in time", true},
        ActionInfo{"loop", Menu::time, "&Loop", "L", "loop", "Begin again at the end", true},
        ActionInfo{"slower", Menu::time, "&Slower", "-", "slower", "Half the speed"},
        ActionInfo{"faster", Menu::time, "&Faster", "=; +", "faster", "Twice the speed"},
        ActionInfo{"home", Menu::time, "To t&he start", "Home", "home", "Go to the first time", false, true},
        ActionInfo{"step-back", Menu::time, "Solver step back", "Shift+Left", "step-back",
                   "Go to the solver step before"},
        ActionInfo{"previous-sample", Menu::time, "Pre&vious observation", "Left", "previous-sample",
                   "Go to the observation before"},
        ActionInfo{"next-sample", Menu::time, "Ne&xt observation", "Right", "next-sample",
                   "Go to the next observation"},
        ActionInfo{"step-forward", Menu::time, "Solver step forward", "Shift+Right", "step-forward",
                   "Go to the next solver step"},
        ActionInfo{"end", Menu::time, "To the &end", "End", "end", "Go to the last time"},

        ActionInfo{"workspace-fit", Menu::view, "&Fit", "Ctrl+1", "",
                   "Work on a fit: orbits, solver, residuals, masses", true},
        ActionInfo{"workspace-compare", Menu::view, "&Compare", "Ctrl+2", "",
                   "Compare gradient methods: what each does, costs and gets wrong", true},
        ActionInfo{"fit-view", Menu::view, "&Show all", "F", "fit-view", "Move the camera so that all orbits are seen",
                   false, true},
        ActionInfo{"free-camera", Menu::view, "F&ree camera", "Esc", "free-camera", "Follow nothing"},
        ActionInfo{"follow-1", Menu::view, "Follow body &1", "1", "", "Keep the first body in the middle"},
        ActionInfo{"follow-2", Menu::view, "Follow body &2", "2", "", "Keep the second body in the middle"},
        ActionInfo{"follow-3", Menu::view, "Follow body &3", "3", "", "Keep the third body in the middle"},
        ActionInfo{"follow-centre", Menu::view, "Follow centre of &mass", "0", "", "Keep the centre of mass in the middle"},
        ActionInfo{"reset-plots", Menu::view, "Reset p&lots", "Ctrl+0", "", "All plots show everything again"},
        ActionInfo{"theme-system", Menu::view, "Colours of the d&esktop", "", "", "Light or dark as the desktop is", true,
                   true},
        ActionInfo{"theme-light", Menu::view, "L&ight", "", "", "Dark on light", true},
        ActionInfo{"theme-dark", Menu::view, "&Dark", "Ctrl+D", "", "Light on dark", true},
        ActionInfo{"reset-layout", Menu::view, "Reset la&yout", "", "", "All panels back to where they first were", false,
                   true},

        ActionInfo{"keys", Menu::help, "&Keys", "F1", "help", "What every key and mouse button does"},
        ActionInfo{"about", Menu::help, "&About Syzygy", "", "", "Version, papers and libraries"},
    };
    return table;
}

ActionSet::ActionSet(QObject* parent)
{
    for (const ActionInfo& info : syzygy::actions()) {
        const auto text = [](std::string_view view) {
            return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
        };
        auto* action = new QAction(text(info.label), parent);
        action->setObjectName(text(info.id));
        action->setShortcuts(QKeySequence::listFromString(text(info.keys)));
        action->setShortcutContext(Qt::WindowShortcut);
        action->setCheckable(info.checkable);
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        QString name = text(info.label);
        name.remove('&').remove("...");
        action->setToolTip(key.isEmpty() ? QString("<b>%1</b><br>%2").arg(name, text(info.help))
                                         : QString("<b>%1</b> (%2)<br>%3").arg(name, key, text(info.help)));
        action->setWhatsThis(text(info.help));
        const auto set_icon = [action, icon = info.icon] { action->setIcon(theme_icon(icon)); };
        if (!info.icon.empty()) {
            set_icon();
            QObject::connect(&theme_notifier(), &ThemeNotifier::changed, action, set_icon);
        }
        actions_.emplace(info.id, action);
    }
}

QAction& ActionSet::operator[](std::string_view id) const
{
    const auto found = actions_.find(id);
    if (found == actions_.end()) std::abort();
    return *found->second;
}

}  // namespace syzygy
