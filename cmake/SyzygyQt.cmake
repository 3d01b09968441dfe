# syzygy_qt: what the desktop links.

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets OpenGL Svg PrintSupport DBus)
find_package(QCustomPlotQt6 REQUIRED)
add_library(syzygy_qt INTERFACE)
target_link_libraries(syzygy_qt INTERFACE Qt6::Widgets Qt6::OpenGL Qt6::Svg Qt6::PrintSupport
                                          Qt6::DBus QCustomPlotQt6::QCustomPlotQt6)
