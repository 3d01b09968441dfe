// The hand in the orbit view: camera, seeking, dragging velocities and observations.

#include "ui/orbit/orbit_view.hpp"
#include "ui/orbit/pick.hpp"
#include "ui/session/unit_symbols.hpp"

#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// A hand that clicks shakes so many pixels.
constexpr double still = 4;

QString vector_text(const Eigen::Vector3d& value)
{
    const auto number = [](double x) { return QString::number(x, 'g', 4); };
    return QStringLiteral("(%1, %2, %3)").arg(number(value.x()), number(value.y()), number(value.z()));
}

QString with_label(const QString& number, const std::string& label)
{
    return label.empty() ? number : number + ' ' + QString::fromStdString(label);
}

}  // namespace

void OrbitView::start_drag(Drag drag, QPointF pointer)
{
    drag_ = drag;
    pressed_at_ = last_at_ = pointer;
    moved_ = false;
}

void OrbitView::mousePressEvent(QMouseEvent* event)
{
    if (drag_ != Drag::none || empty()) return;
    const QPointF pointer = event->position();
    const Qt::KeyboardModifiers keys = event->modifiers();
    QToolTip::hideText();
    if (event->button() == Qt::MiddleButton || event->button() == Qt::RightButton) {
        start_drag(Drag::pan, pointer);
        return;
    }
    if (event->button() != Qt::LeftButton) return;
    if (keys & Qt::ShiftModifier) {
        start_drag(Drag::pan, pointer);
        return;
    }
    const Camera& camera = display_.camera;
    if (keys & Qt::AltModifier) {
        const auto picked = pick_observation(display_, pointer);
        // New data may be there while the picture of the old ones still is.
        const auto picture = context_.session->picture();
        if (picked && picture && picture->observations == context_.session->data().observations) {
            const auto body = static_cast<std::size_t>(picked->body);
            dragged_body_ = picked->body;
            dragged_row_ = display_.scene->observed_row[body][picked->index];
            marked_from_ = display_.scene->centre + display_.scene->observed[body][picked->index].cast<double>();
            dragged_from_ = context_.session->data().observations->positions.block<3, 1>(
                3 * dragged_body_, static_cast<Eigen::Index>(dragged_row_));
            if (const auto seen = camera.project(marked_from_)) drag_depth_ = seen->depth;
            drag_start_ = camera.unproject(pointer, drag_depth_);
            start_drag(Drag::observation, pointer);
            setCursor(Qt::ClosedHandCursor);
            return;
        }
    } else if (const int body = pick_arrow_tip(display_, pointer); body >= 0) {
        dragged_body_ = body;
        marked_from_ = display_.arrows[static_cast<std::size_t>(body)].tip;
        dragged_from_ = context_.session->point().initial_state.segment<3>(9 + 3 * body);
        if (const auto seen = camera.project(marked_from_)) drag_depth_ = seen->depth;
        drag_start_ = camera.unproject(pointer, drag_depth_);
        start_drag(Drag::velocity, pointer);
        setCursor(Qt::ClosedHandCursor);
        return;
    }
    start_drag(Drag::orbit, pointer);
}

void OrbitView::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF pointer = event->position(), step = pointer - last_at_;
    if (drag_ == Drag::none) {
        hover(pointer, event->globalPosition().toPoint(), event->modifiers());
        return;
    }
    if (!moved_ && std::hypot(pointer.x() - pressed_at_.x(), pointer.y() - pressed_at_.y()) < still) return;
    moved_ = true;
    last_at_ = pointer;
    if (empty()) return;
    switch (drag_) {
    case Drag::none: break;
    case Drag::orbit: display_.camera.orbit(step); break;
    case Drag::pan: {
        const Eigen::Vector3d before = display_.camera.target();
        display_.camera.pan(step);
        follow_offset_ += display_.camera.target() - before;
        break;
    }
    case Drag::velocity: drag_velocity(pointer); break;
    case Drag::observation: drag_observation(pointer); break;
    }
    refresh();
}

void OrbitView::drag_velocity(QPointF pointer)
{
    const Eigen::Vector3d shift = display_.camera.unproject(pointer, drag_depth_) - drag_start_;
    const double share = frame_share(dragged_body_);
    if (!(share > 0) || !(arrow_scale_ > 0)) return;
    display_.arrows[static_cast<std::size_t>(dragged_body_)].tip = marked_from_ + shift;
    const Eigen::Vector3d velocity = dragged_from_ + shift / (arrow_scale_ * share);
    context_.session->set_velocity(dragged_body_, velocity);
    const std::string unit = unit_symbols(display_.scene->solution->data->units).velocity;
    display_.readout = {
        tr("%1: initial velocity\n%2\nspeed %3")
            .arg(QString::fromStdString(body_name(dragged_body_)), with_label(vector_text(velocity), unit),
                 with_label(QString::number(velocity.norm(), 'g', 4), unit)),
        pointer};
}

void OrbitView::drag_observation(QPointF pointer)
{
    const Eigen::Vector3d shift = display_.camera.unproject(pointer, drag_depth_) - drag_start_;
    const double share = frame_share(dragged_body_);
    if (!(share > 0)) return;
    const Eigen::Vector3d position = dragged_from_ + shift / share;
    display_.held_point = marked_from_ + shift;
    context_.session->move_observation(dragged_row_, dragged_body_, position);
    const std::string unit = unit_symbols(display_.scene->solution->data->units).length;
    display_.readout = {tr("%1: observation %2\n%3")
                            .arg(QString::fromStdString(body_name(dragged_body_)))
                            .arg(dragged_row_ + 1)
                            .arg(with_label(vector_text(position), unit)),
                        pointer};
}

void OrbitView::mouseReleaseEvent(QMouseEvent* event)
{
    const Drag ended = std::exchange(drag_, Drag::none);
    display_.readout.reset();
    display_.held_point.reset();
    const bool click = !moved_ && ended != Drag::none;
    if (click && event->button() == Qt::LeftButton && ended == Drag::orbit &&
        pick_body(display_, event->position()) < 0) {
        if (const auto bead = pick_bead(display_, event->position()))
            context_.timeline->set_time(display_.scene->bead_times[bead->bead]);
        else if (const auto time = pick_time(display_, event->position()))
            context_.timeline->set_time(*time);
    }
    if (click && event->button() == Qt::RightButton) {
        QContextMenuEvent menu(QContextMenuEvent::Mouse, event->position().toPoint(),
                               event->globalPosition().toPoint());
        contextMenuEvent(&menu);
    }
    hover(event->position(), event->globalPosition().toPoint(), event->modifiers());
    refresh();
}

void OrbitView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) return;
    if (const int body = pick_body(display_, event->position()); body >= 0)
        follow(body);
    else
        mousePressEvent(event);
}

void OrbitView::wheelEvent(QWheelEvent* event)
{
    if (empty()) return;
    constexpr double factor_a_notch = 1.18;
    const int degrees = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    const double factor = std::pow(factor_a_notch, degrees / 120.0);
    // Within what single precision and a person can make sense of.
    const double distance = display_.camera.distance() / factor, radius = display_.scene->radius;
    if ((factor > 1 && distance < 1e-5 * radius) || (factor < 1 && distance > 1e3 * radius)) return;
    QPointF held = event->position();
    if (followed_ >= 0)
        if (const auto seen = display_.camera.project(display_.camera.target() - follow_offset_)) held = seen->position;
    const Eigen::Vector3d before = display_.camera.target();
    display_.camera.zoom(factor, held);
    follow_offset_ += display_.camera.target() - before;
    refresh();
    event->accept();
}

void OrbitView::hover(QPointF pointer, QPoint global, Qt::KeyboardModifiers keys)
{
    if (empty()) return;
    const OrbitScene& scene = *display_.scene;
    const int tip = keys & Qt::AltModifier ? -1 : pick_arrow_tip(display_, pointer);
    bool changed = false;
    for (int body = 0; body < 3; ++body) {
        bool& lit = display_.arrows[static_cast<std::size_t>(body)].lit;
        changed = changed || lit != (body == tip);
        lit = body == tip;
    }
    if (changed) refresh();

    const UnitSymbols units = unit_symbols(scene.solution->data->units);
    QString text;
    Qt::CursorShape shape = Qt::ArrowCursor;
    if (tip >= 0) {
        shape = Qt::OpenHandCursor;
    } else if (keys & Qt::AltModifier) {
        if (pick_observation(display_, pointer)) shape = Qt::OpenHandCursor;
    } else if (const int body = pick_body(display_, pointer); body >= 0) {
        shape = Qt::PointingHandCursor;
        text = tr("%1\nmass %2\ndouble-click to follow")
                   .arg(QString::fromStdString(body_name(body)),
                        QString::fromStdString(with_unit(scene.solution->point.masses[body], units.mass, 6)));
    } else if (const auto bead = pick_bead(display_, pointer)) {
        shape = Qt::PointingHandCursor;
        const std::size_t number = bead->bead * scene.bead_stride;
        const double step = std::pow(10, static_cast<double>(scene.bead_log_step[bead->bead]));
        text = tr("checkpoint %1\nt = %2\nstep h = %3")
                   .arg(number)
                   .arg(QString::fromStdString(with_unit(scene.bead_times[bead->bead], units.time, 12)),
                        QString::fromStdString(with_unit(step, units.time, 4)));
        if (bead->bead < scene.bead_share.size())
            text += '\n' + tr("share of the loss error %1").arg(static_cast<double>(scene.bead_share[bead->bead]), 0, 'g', 3);
    }
    setCursor(shape);
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(global, text, this);
}

void OrbitView::leaveEvent(QEvent* event)
{
    for (VelocityArrow& arrow : display_.arrows) arrow.lit = false;
    refresh();
    View::leaveEvent(event);
}

void OrbitView::contextMenuEvent(QContextMenuEvent* event)
{
    // The right button also drags: its menu waits until it is released where it was pressed.
    if (empty() || (event->reason() == QContextMenuEvent::Mouse && drag_ != Drag::none)) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Fit to view")), &QAction::triggered, this, [this] { fit_view(); });
    fill_layers_menu(*menu->addMenu(tr("Show")));
    fill_frame_menu(*menu->addMenu(tr("Relative to")));
    fill_follow_menu(*menu->addMenu(tr("Follow")));
    menu->popup(event->globalPos());
}

}  // namespace syzygy
