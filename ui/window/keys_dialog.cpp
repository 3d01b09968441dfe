#include "ui/window/keys_dialog.hpp"

#include "ui/actions/actions.hpp"
#include "ui/base/text.hpp"

#include <QDialogButtonBox>
#include <QKeySequence>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <array>

namespace syzygy {

namespace {

struct MouseHelp {
    const char* place;
    const char* gesture;
    const char* help;
};

constexpr std::array mouse_help{
    MouseHelp{"Orbits", "Drag", "Turn the view"},
    MouseHelp{"Orbits", "Right or middle drag, Shift+drag", "Move the view"},
    MouseHelp{"Orbits", "Wheel", "Zoom towards the pointer"},
    MouseHelp{"Orbits", "Double-click a body", "Follow it"},
    MouseHelp{"Orbits", "Click a curve", "Go to that time"},
    MouseHelp{"Orbits", "Drag the tip of an arrow", "Change an initial velocity; everything is solved again"},
    MouseHelp{"Orbits", "Alt+drag an observation", "Move it, to see what depends on it"},
    MouseHelp{"Plots", "Click or drag", "Go to that time"},
    MouseHelp{"Plots", "Wheel, Ctrl+wheel", "Zoom the time axis of all plots, the other axis of this one"},
    MouseHelp{"Plots", "Right or middle drag", "Move the axes"},
    MouseHelp{"Plots", "Double-click", "Show everything again"},
    MouseHelp{"Comparison", "Click a point, a bar or a row", "Show that run in all views"},
    MouseHelp{"Player", "Press in the upper or lower half", "Go to that time of the forward or the backward pass"},
    MouseHelp{"Numbers", "Drag the handle at the right end, wheel", "Change the value; with Shift finer"},
};

QString row(const QString& left, const QString& right)
{
    return QString("<tr><td style='padding: 2px 24px 2px 0'><b>%1</b></td><td style='padding: 2px 0'>%2</td></tr>")
        .arg(left.toHtmlEscaped(), right.toHtmlEscaped());
}

QString help_page()
{
    QString html = "<h3>Keys</h3><table>";
    for (const ActionInfo& info : actions()) {
        if (info.keys.empty()) continue;
        QStringList keys;
        for (const QKeySequence& key : QKeySequence::listFromString(text_of(info.keys)))
            keys << key.toString(QKeySequence::NativeText);
        html += row(keys.join(", "), text_of(info.help));
    }
    html += "</table><h3>Mouse</h3><table>";
    for (const MouseHelp& help : mouse_help) html += row(QString("%1: %2").arg(help.place, help.gesture), help.help);
    return html + "</table>";
}

}  // namespace

KeysDialog::KeysDialog(QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Keys and mouse"));
    auto* page = new QTextBrowser;
    page->setHtml(help_page());
    page->setFrameShape(QFrame::NoFrame);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(page);
    layout->addWidget(buttons);
    resize(640, 560);
}

}  // namespace syzygy
