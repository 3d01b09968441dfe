#pragma once

#include <QPoint>
#include <QWidget>

#include <filesystem>
#include <vector>

namespace syzygy::testing {

/// Drags files from another program over the point of the widget and lets them go: the X drag-and-drop protocol
/// (XDND 5), spoken by a client of its own on a thread of its own. Returns whether the window took them.
[[nodiscard]] bool drop_files(QWidget& widget, QPoint point, const std::vector<std::filesystem::path>& files);

}  // namespace syzygy::testing
