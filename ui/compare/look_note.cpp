#include "ui/compare/look_note.hpp"

#include "physics/compare/look.hpp"
#include "ui/base/text.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/theme/theme.hpp"

#include <QApplication>
#include <QGraphicsOpacityEffect>
#include <QSettings>

namespace syzygy {

namespace {

constexpr auto key = "compare/looks";

}  // namespace

LookNote::LookNote(CompareSession& compare, std::string_view view, QWidget* parent)
    : Note(Tone::muted, parent), compare_(compare), view_(view)
{
    setObjectName("look");
    setContentsMargins(8, 1, 8, 4);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Maximum);
    QFont small = font();
    small.setPointSizeF(0.9 * small.pointSizeF());
    setFont(small);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(&compare_, &CompareSession::selected_changed, this, &LookNote::show_text);
    connect(&compare_, &CompareSession::outdated_changed, this, [this] {
        if (compare_.outdated().isEmpty()) {
            setGraphicsEffect(nullptr);
        } else if (!graphicsEffect()) {
            auto* const veil = new QGraphicsOpacityEffect(this);
            veil->setOpacity(0.25);
            setGraphicsEffect(veil);
        }
    });
    show_text();
}

void LookNote::set_wanted(bool wanted)
{
    QSettings().setValue(key, wanted);
    for (QWidget* widget : QApplication::allWidgets())
        if (auto* note = qobject_cast<LookNote*>(widget)) note->show_text();
}

bool LookNote::wanted()
{
    return QSettings().value(key, true).toBool();
}

void LookNote::show_text()
{
    const CompareRow* const row = compare_.selected();
    if (row) setText(text_of(compare_look(view_, row->run.gradient)));
    setVisible(row && wanted());
}

}  // namespace syzygy
