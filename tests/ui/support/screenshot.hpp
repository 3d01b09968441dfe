#pragma once

#include <QImage>
#include <QRect>
#include <QString>
#include <QWidget>

#include <string>
#include <vector>

namespace syzygy::testing {

/// The window as the X server shows it, saved as <name>.png in $SYZYGY_SCREENSHOTS, else in the build folder.
QImage screenshot(QWidget& window, const QString& name);

/// Whether it lies in the window, and not behind another dock's tab.
bool is_in_sight(const QWidget& widget);

/// What a person could not read: for each visible widget below `root` whose text is wider or higher than its place
/// (and not said in its tooltip), or that sticks out of its parent, one line.
std::vector<std::string> clipped_texts(QWidget& root);

/// How many pixels of the place are in a colour, not only grey: of a plot, what is drawn beside background, axes and
/// their numbers. `colorful_pixels(image, rect) < 20` is an empty plot.
int colorful_pixels(const QImage& image, const QRect& place);

/// The place of a widget in the screenshot of its window.
QRect place_in(const QImage& image, const QWidget& widget);

/// How many pixels two images of one size differ in.
int changed_pixels(const QImage& before, const QImage& after);

}  // namespace syzygy::testing
