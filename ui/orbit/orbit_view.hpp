#pragma once

#include "ui/orbit/canvas.hpp"
#include "ui/orbit/orbit_display.hpp"
#include "ui/views/view.hpp"

#include <QPoint>

#include <memory>
#include <optional>
#include <string>

class QMenu;

namespace syzygy {

/// The three bodies in space. The mouse: left drag turns, right or middle drag (or Shift and left) moves, the wheel
/// comes closer to the pointer; a click on a curve goes to its time, a double click on a body follows it; the tip of a
/// velocity arrow can be dragged, and with Alt an observed point.
class OrbitView : public View {
    Q_OBJECT
public:
    OrbitView(const ViewContext& context, QWidget* parent);

    void render_to(QPaintDevice& device, QSize size) override;
    /// Times, positions and velocities along the predicted curves, as the frame has them.
    std::function<std::string()> table() const override;
    bool empty() const override { return display_.scene == nullptr; }
    void reset_view() override { fit_view(); }

    /// Keeps a body (0..2) or the centre of mass (3) where it is on the screen.
    void follow(int what);
    void free_camera();
    /// -1: free.
    int followed() const { return followed_; }
    /// Everything in sight, from the direction from which it is seen best; free.
    void fit_view();

    const OrbitLayers& layers() const { return display_.layers; }
    /// Remembered in the settings. `layer` is a row of orbit_layers().
    void set_layer(const OrbitLayer& layer, bool shown);

    /// What is on screen now.
    const OrbitDisplay& display() const { return display_; }
    /// What draws it: OpenGL's renderer, or "QPainter".
    QString renderer_name() const { return canvas_->renderer_name(); }

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Drag { none, orbit, pan, velocity, observation };

    void make_tools();
    void fill_layers_menu(QMenu& menu);
    void fill_frame_menu(QMenu& menu);
    void fill_follow_menu(QMenu& menu);
    std::string body_name(int body) const;

    void take_picture();
    /// What depends on camera and time, then draws.
    void refresh();
    void choose_arrow_scale();
    void place_arrows();
    void place_corrections();
    void place_camera();
    void fit_camera(bool turn);
    void take_font();

    void hover(QPointF pointer, QPoint global, Qt::KeyboardModifiers keys);
    void start_drag(Drag drag, QPointF pointer);
    void drag_velocity(QPointF pointer);
    void drag_observation(QPointF pointer);
    /// How much a body moves in the frame for each unit that it moves in the data.
    double frame_share(int body) const;

    ViewContext context_;
    OrbitCanvas* canvas_;
    QWidget* tools_ = nullptr;
    OrbitDisplay display_;
    std::string data_key_;  ///< tells new data from changed ones
    bool fit_at_picture_ = true, turn_at_picture_ = true;
    double arrow_scale_ = 0;  ///< length units a velocity unit; 0: to be chosen
    int followed_ = -1;
    Eigen::Vector3d follow_offset_ = Eigen::Vector3d::Zero();

    Drag drag_ = Drag::none;
    bool moved_ = false;  ///< since the button went down: no click
    QPointF pressed_at_, last_at_;
    int dragged_body_ = -1;
    std::size_t dragged_row_ = 0;
    double drag_depth_ = 0;
    Eigen::Vector3d drag_start_ = Eigen::Vector3d::Zero();    ///< where the pointer took hold, in the frame
    Eigen::Vector3d dragged_from_ = Eigen::Vector3d::Zero();  ///< velocity or position then, as the data have it
    Eigen::Vector3d marked_from_ = Eigen::Vector3d::Zero();   ///< tip or point then, in the frame
};

View* make_orbit_view(const ViewContext& context, QWidget* parent);

}  // namespace syzygy
