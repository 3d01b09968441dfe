#pragma once

#include "ui/views/plot_parts.hpp"

#include <QColor>
#include <QPen>
#include <QPixmap>

#include <qcustomplot.h>

#include <string_view>

namespace syzygy {

/// How a gradient method is drawn, everywhere the same: colour, dashes and mark by its place in the table of methods.
struct MethodStyle {
    QColor colour;
    Qt::PenStyle dash;
    QCPScatterStyle::ScatterShape shape;

    QPen pen(double width = 1.5) const { return QPen(colour, width, dash); }
    QCPScatterStyle mark(double size = 7) const;
    HeadlineEntry::Mark headline() const
    {
        return dash == Qt::SolidLine ? HeadlineEntry::Mark::line : HeadlineEntry::Mark::dashed;
    }
};

MethodStyle method_style(std::string_view gradient);

/// Line and mark of a method, for lists.
QPixmap method_swatch(std::string_view gradient, QSize size, double pixel_ratio);

}  // namespace syzygy
