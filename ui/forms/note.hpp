#pragma once

#include <QLabel>

namespace syzygy {

/// Wrapped text in a colour of the theme.
class Note : public QLabel {
    Q_OBJECT
public:
    enum class Tone { plain, muted, warning, error };
    explicit Note(Tone tone, QWidget* parent = nullptr);
    void set_tone(Tone tone);

private:
    void take_colours();
    Tone tone_;
};

}  // namespace syzygy
