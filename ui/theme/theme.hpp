#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>

#include <array>
#include <string_view>

namespace syzygy {

/// Every colour of the Studio: widgets, plots and the orbit view read this one object and nothing else.
struct Theme {
    bool dark = false;
    QColor window, panel, field, border;  ///< surfaces of widgets
    QColor text, muted, disabled;         ///< writing on them; muted passes 4.5:1
    QColor accent, on_accent;             ///< the one colour that calls for a hand
    QColor warning, error, good;          ///< text on `panel`
    QColor plot, grid, axis;              ///< background, grid lines, axis lines and tick labels of plots
    QColor cursor;                        ///< the time cursor, everywhere
    QColor beyond;                        ///< tint of what lies outside the training window
    QColor scene, scene_grid;             ///< orbit view: background, reference grid
    std::array<QColor, 3> bodies;         ///< Okabe-Ito; the same body has the same colour in every view
    std::array<QColor, 3> pairs;          ///< pairs 1-2, 1-3, 2-3
    QColor accepted, rejected;            ///< steps
    std::array<QColor, 3> series;         ///< energy, momentum, angular momentum, and the like
    std::array<QColor, 8> methods;        ///< gradient methods in the order of their table; then again, dashed

    /// A perceptually even sequence from 0 (small) to 1 (large): step sizes, beads. Clamped.
    QColor sequential(double fraction) const;
    /// From -1 by the background at 0 to 1: correlations. Clamped.
    QColor diverging(double value) const;
};

/// Light, dark, or what the desktop says.
enum class ThemeMode { system, light, dark };

/// Tells views to take their colours anew.
class ThemeNotifier : public QObject {
    Q_OBJECT
Q_SIGNALS:
    void changed();
};

/// The theme in force. Before set_theme_mode: light.
const Theme& theme();
ThemeNotifier& theme_notifier();

/// Sets style, palette, font and style sheet of the application; `system` follows the desktop from then on.
void set_theme_mode(ThemeMode mode);
ThemeMode theme_mode();

/// An icon of assets/icons in the theme's text colour (its name without .svg); made anew after a change of theme.
QIcon theme_icon(std::string_view name);

/// Digits of equal width for numbers that change.
QFont number_font();

}  // namespace syzygy
