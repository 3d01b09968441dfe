#pragma once

#include <qcustomplot.h>

namespace syzygy {

/// Says that a bar goes on beyond where it is drawn: a slanted gap across it, near its end. `end`: the middle of the
/// bar's end, `along`: the direction in which it grows (unit vector), `width`: across, all in pixels.
void draw_bar_break(QCPPainter& painter, QPointF end, QPointF along, double width);

}  // namespace syzygy
