#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace syzygy {

/// A line of a figure; nan breaks it.
struct FigureLine {
    enum class Style { solid, dashed, marks };
    std::vector<double> x, y;
    std::string colour;  ///< "#0072B2"
    std::string label;   ///< in the legend; "": no entry. One entry per label and figure
    Style style = Style::solid;
    double width = 1.4;
};

/// A plot of a figure.
struct FigurePanel {
    std::string title, x_label, y_label;
    std::vector<FigureLine> lines;
    bool equal_scales = false;  ///< one unit has the same length on both axes
    bool logarithmic = false;   ///< the vertical axis; values not above zero are left out
    std::optional<std::pair<double, double>> shaded;  ///< range of x, with `shaded_label` in the legend
    std::string shaded_label;
    /// Ranges of the axes, if they are not the ranges of the lines.
    std::optional<std::pair<double, double>> x_range, y_range;
};

/// The panels in rows of `columns` with axes and, below, one legend: an SVG file that needs nothing else.
std::string figure_svg(const std::string& title, const std::vector<FigurePanel>& panels, int columns);

/// Colours that colour-blind readers tell apart (Okabe, Ito 2008).
inline constexpr const char* figure_colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#20242c"};

}  // namespace syzygy
