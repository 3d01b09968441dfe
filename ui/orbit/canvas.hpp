#pragma once

#include "ui/orbit/marks.hpp"
#include "ui/orbit/orbit_display.hpp"

#include <QWidget>

namespace syzygy {

/// Shows displays: the picture by OpenGL, and over it writing by QPainter, in a layer of its own that a window
/// composes. Where there is no OpenGL 3.3, the layer draws everything. Takes no part in mouse events.
class OrbitCanvas : public QWidget {
    Q_OBJECT
public:
    explicit OrbitCanvas(QWidget* parent);

    /// Draws this soon.
    void set_display(const OrbitDisplay& display);
    const OrbitDisplay& display() const { return display_; }
    const OrbitStyle& style_in_force() const { return style_; }
    /// What is said in the middle where there is no scene.
    void set_sentence(const QString& sentence);

    bool uses_opengl() const { return surface_ != nullptr; }
    /// What draws: the name of the OpenGL renderer once it has drawn, or "QPainter".
    QString renderer_name() const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    class Surface;
    class Layer;
    void fall_back();
    void take_theme();

    OrbitDisplay display_;
    OrbitStyle style_;
    QString sentence_;
    Surface* surface_ = nullptr;
    Layer* layer_;
};

/// Whether a context of OpenGL 3.3 (core) can be had. SYZYGY_OPENGL=0 in the environment says that it cannot.
bool has_opengl();

}  // namespace syzygy
