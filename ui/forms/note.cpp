#include "ui/forms/note.hpp"

#include "ui/theme/theme.hpp"

namespace syzygy {

Note::Note(Tone tone, QWidget* parent) : QLabel(parent), tone_(tone)
{
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    take_colours();
    connect(&theme_notifier(), &ThemeNotifier::changed, this, &Note::take_colours);
}

void Note::set_tone(Tone tone)
{
    if (tone == tone_) return;
    tone_ = tone;
    take_colours();
}

void Note::take_colours()
{
    const Theme& colours = theme();
    const QColor colour = tone_ == Tone::plain     ? colours.text
                          : tone_ == Tone::muted   ? colours.muted
                          : tone_ == Tone::warning ? colours.warning
                                                   : colours.error;
    QPalette own = palette();
    own.setColor(QPalette::WindowText, colour);
    own.setColor(QPalette::Text, colour);
    setPalette(own);
}

}  // namespace syzygy
