#pragma once

#include "ui/orbit/marks.hpp"
#include "ui/orbit/orbit_display.hpp"

#include <QPainter>

namespace syzygy {

/// Draws what OrbitRenderer draws with a QPainter, far things first: for vector files, and for screens without
/// OpenGL 3.3. Curves and points are thinned out to what the screen can tell apart.
void paint_orbit(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style);

/// What lies over the picture: names, time, legend, scale bar, axes, colour bar, readout.
void paint_overlay(QPainter& painter, const OrbitDisplay& display, const OrbitStyle& style);

/// A time as the view writes it: as many digits as tell a ten-thousandth of the shown range.
QString time_text(const OrbitScene& scene, double time);

}  // namespace syzygy
