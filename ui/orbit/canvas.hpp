#pragma once

#include "ui/orbit/marks.hpp"
#include "ui/orbit/orbit_display.hpp"
#include "ui/orbit/render_thread.hpp"

#include <QSurfaceFormat>
#include <QWidget>

#include <memory>
#include <optional>

namespace syzygy {

/// Shows displays: pictures that OpenGL draws on a thread of its own, and over each the writing that belongs to it, by
/// QPainter. Where there is no OpenGL 3.3, and in a window that nobody sees, QPainter draws everything. Takes no part in
/// mouse events.
class OrbitCanvas : public QWidget {
    Q_OBJECT
public:
    explicit OrbitCanvas(QWidget* parent);
    ~OrbitCanvas() override;

    /// Draws this soon: the newest wins.
    void set_display(const OrbitDisplay& display);
    const OrbitDisplay& display() const { return display_; }
    const OrbitStyle& style_in_force() const { return style_; }
    /// What is said in the middle where there is no scene.
    void set_sentence(const QString& sentence);

    bool uses_opengl() const { return renderer_ != nullptr; }
    /// What draws: the name of the OpenGL renderer once it has drawn, or "QPainter".
    QString renderer_name() const;

Q_SIGNALS:
    /// A display has been drawn and will be seen when the window is next painted.
    void drawn();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void ask_for_frame();
    void take_frame();
    void take_theme();

    OrbitDisplay display_;
    OrbitStyle style_;
    std::uint64_t style_number_ = 1;
    QString sentence_;
    std::optional<OrbitFrame> frame_;  ///< what is on the screen
    std::unique_ptr<OrbitRenderThread> renderer_;
};

/// Whether a context of OpenGL 3.3 (core) can be had. SYZYGY_OPENGL=0 in the environment says that it cannot.
bool has_opengl();
QSurfaceFormat orbit_surface_format();

}  // namespace syzygy
