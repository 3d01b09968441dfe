#include "ui/orbit/orbit_view.hpp"

#include "ui/base/text.hpp"
#include "ui/orbit/correction_arrow.hpp"
#include "ui/orbit/painter.hpp"
#include "ui/session/data_identity.hpp"

#include <fmt/format.h>

#include <QActionGroup>
#include <QFontInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QResizeEvent>
#include <QSettings>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

QString settings_key(const OrbitLayer& layer)
{
    return QStringLiteral("orbit/") + QString::fromUtf8(layer.id.data(), static_cast<int>(layer.id.size()));
}

}  // namespace

OrbitView::OrbitView(const ViewContext& context, QWidget* parent)
    : View(parent), context_(context), canvas_(new OrbitCanvas(this))
{
    setMouseTracking(true);
    setMinimumSize(240, 180);
    const QSettings settings;
    for (const OrbitLayer& layer : orbit_layers())
        display_.layers.*layer.shown = settings.value(settings_key(layer), display_.layers.*layer.shown).toBool();
    canvas_->set_sentence(
        tr("The orbits of the three bodies will be seen here: observed points, the predicted curves and the "
           "solver's checkpoints. Open a data file, or choose a scenario."));
    make_tools();
    take_font();

    connect(context_.session, &Session::picture_changed, this, [this] { take_picture(); });
    connect(context_.session, &Session::data_changed, this, [this] {
        const std::string key = data_identity(context_.session->data());
        if (key == data_key_) return;
        data_key_ = key;
        fit_at_picture_ = turn_at_picture_ = true;
        if (!context_.session->picture()) take_picture();
    });
    connect(context_.session, &Session::display_changed, this, [this] { refresh(); });
    connect(context_.timeline, &Timeline::time_changed, this, [this] { refresh(); });
    data_key_ = data_identity(context_.session->data());
    take_picture();
}

View* make_orbit_view(const ViewContext& context, QWidget* parent)
{
    return new OrbitView(context, parent);
}

void OrbitView::render_to(QPaintDevice& device, QSize size)
{
    OrbitDisplay display = display_;
    display.camera.set_viewport(size);
    display.readout.reset();
    QPainter painter(&device);
    const double width = device.width() / device.devicePixelRatioF();
    if (width > 0) painter.scale(width / size.width(), width / size.width());
    const OrbitStyle style = make_orbit_style();
    paint_orbit(painter, display, style);
    paint_overlay(painter, display, style);
}

std::function<std::string()> OrbitView::table() const
{
    if (!display_.scene) return {};
    return [scene = display_.scene] {
        const PreparedData& data = *scene->solution->data;
        const auto unit = [](const std::string& label) { return label.empty() ? "" : fmt::format(" [{}]", label); };
        std::string text = fmt::format("t{}", unit(data.units.time_label()));
        for (const char* quantity : {"", "v"})
            for (const std::string& body : data.bodies)
                for (const char axis : {'x', 'y', 'z'})
                    text += fmt::format(",{} {}{}{}", body, quantity, axis,
                                        unit(*quantity ? data.units.velocity_label() : data.units.length_label()));
        text += '\n';
        for (const double time : scene->curve_times) {
            text += fmt::format("{}", time);
            for (const Eigen::Vector3d& position : scene->exact_positions_at(time))
                for (const double value : position) text += fmt::format(",{}", value);
            for (const Eigen::Vector3d& velocity : scene->exact_velocities_at(time))
                for (const double value : velocity) text += fmt::format(",{}", value);
            text += '\n';
        }
        return text;
    };
}

std::string OrbitView::body_name(int body) const
{
    const auto& data = context_.session->data();
    if (body == 3) return tr("centre of mass").toStdString();
    return data.observations ? data.observations->bodies[static_cast<std::size_t>(body)]
                             : fmt::format("body {}", body + 1);
}

// What is shown.

void OrbitView::take_picture()
{
    const auto picture = context_.session->picture();
    const bool other_frame =
        picture && display_.scene && picture->scene && picture->scene->frame != display_.scene->frame;
    display_.scene = picture ? picture->scene : nullptr;
    tools_->setVisible(display_.scene != nullptr);
    if (display_.scene && (fit_at_picture_ || other_frame)) {
        if (fit_at_picture_) followed_ = -1;
        arrow_scale_ = 0;
        fit_camera(turn_at_picture_);
        fit_at_picture_ = turn_at_picture_ = false;
    }
    refresh();
}

void OrbitView::refresh()
{
    display_.camera.set_viewport(size());
    display_.time = context_.timeline->time();
    if (display_.scene) {
        const OrbitScene& scene = *display_.scene;
        place_camera();
        place_arrows();
        place_corrections();
        const auto& times = scene.bead_times;
        display_.lit_bead.reset();
        if (!times.empty() && display_.time <= scene.solution->window_end()) {
            const auto after = std::lower_bound(times.begin(), times.end(), display_.time);
            auto bead = static_cast<std::size_t>(after - times.begin());
            if (bead == times.size() || (bead > 0 && display_.time - times[bead - 1] < times[bead] - display_.time))
                --bead;
            display_.lit_bead = bead;
        }
    }
    display_.follows = followed_ < 0 ? QString() : QString::fromStdString(body_name(followed_));
    canvas_->set_display(display_);
}

void OrbitView::place_camera()
{
    if (followed_ < 0) return;
    const OrbitScene& scene = *display_.scene;
    const auto positions = scene.positions_at(display_.time);
    Eigen::Vector3d place = scene.centre;
    if (followed_ < 3) {
        place += positions[static_cast<std::size_t>(followed_)].cast<double>();
    } else {
        const Eigen::Vector3d& masses = scene.solution->point.masses;
        for (int body = 0; body < 3; ++body)
            place += masses[body] / std::max(masses.sum(), 1e-300) *
                     positions[static_cast<std::size_t>(body)].cast<double>();
    }
    display_.camera.set_target(place + follow_offset_);
}

void OrbitView::choose_arrow_scale()
{
    const OrbitScene& scene = *display_.scene;
    // The fastest body's arrow is a part of the picture; bodies at rest still leave room to pull.
    constexpr double part_of_radius = 0.3;
    double fastest = 0.25 * scene.solution->data->velocity;
    for (const Eigen::Vector3f& velocity : scene.velocities_at(scene.solution->begin()))
        fastest = std::max(fastest, static_cast<double>(velocity.norm()));
    const double seen = display_.camera.length_per_pixel() * std::min(width(), height()) / 2;
    arrow_scale_ = fastest > 0 ? part_of_radius * seen / fastest : 1;
}

void OrbitView::place_arrows()
{
    const OrbitScene& scene = *display_.scene;
    if (!(arrow_scale_ > 0)) choose_arrow_scale();
    const double begin = scene.solution->begin();
    const auto positions = scene.positions_at(begin);
    const auto velocities = scene.velocities_at(begin);
    for (int body = 0; body < 3; ++body) {
        const auto b = static_cast<std::size_t>(body);
        VelocityArrow& arrow = display_.arrows[b];
        arrow.shown = frame_share(body) > 0;
        arrow.foot = scene.centre + positions[b].cast<double>();
        // The one in hand is where the hand is, not where the last solve was.
        if (drag_ != Drag::velocity || dragged_body_ != body)
            arrow.tip = arrow.foot + arrow_scale_ * velocities[b].cast<double>();
    }
}

void OrbitView::place_corrections()
{
    const OrbitScene& scene = *display_.scene;
    const double half_length = half_length_correction(scene);
    // The longest arrow is a part of the picture, however near the eye is.
    constexpr double part_of_radius = 0.3;
    const double longest =
        part_of_radius * display_.camera.length_per_pixel() * std::min(std::max(width(), 1), std::max(height(), 1)) / 2;
    display_.longest_correction = longest;
    const auto positions = scene.positions_at(display_.time);
    const auto accelerations = scene.corrections_at(display_.time);
    for (std::size_t body = 0; body < 3; ++body) {
        CorrectionArrow& arrow = display_.corrections[body];
        const double size = accelerations[body].norm();
        arrow.shown = half_length > 0 && size > 0 && std::isfinite(size);
        if (!arrow.shown) continue;
        arrow.foot = scene.centre + positions[body].cast<double>();
        arrow.tip = arrow.foot + longest * std::min(std::sqrt(size / (4 * half_length)), 1.0) / size * accelerations[body];
    }
}

double OrbitView::frame_share(int body) const
{
    const OrbitScene& scene = *display_.scene;
    const int reference = scene.frame == Frame::data ? scene.solution->data->reference : static_cast<int>(scene.frame);
    if (scene.frame == Frame::centre_of_mass) {
        const Eigen::Vector3d& masses = scene.solution->point.masses;
        return 1 - masses[body] / std::max(masses.sum(), 1e-300);
    }
    return body == reference ? 0 : 1;
}

void OrbitView::fit_camera(bool turn)
{
    const OrbitScene& scene = *display_.scene;
    display_.camera.set_viewport(size());
    // What was observed, or else the curve in the window: a prediction that runs away is left to run.
    constexpr std::size_t enough = 5;
    ScenePoints points;
    for (std::size_t body = 0; body < 3; ++body) {
        const ScenePoints &observed = scene.observed[body], &curve = scene.curves[body];
        const bool seen = observed.size() >= enough;
        const auto last =
            seen ? observed.end()
                 : curve.begin() + static_cast<std::ptrdiff_t>(std::min(scene.window_points, curve.size()));
        for (auto point = seen ? observed.begin() : curve.begin(); point != last; ++point)
            if (point->allFinite()) points.push_back(*point);
    }
    if (turn) display_.camera.face(points);
    Eigen::Vector3f low = Eigen::Vector3f::Constant(1e30f), high = -low;
    for (const Eigen::Vector3f& point : points) {
        low = low.cwiseMin(point);
        high = high.cwiseMax(point);
    }
    const Eigen::Vector3f middle =
        points.empty() ? Eigen::Vector3f(Eigen::Vector3f::Zero()) : Eigen::Vector3f((low + high) / 2);
    display_.camera.fit_points(points, scene.centre, middle);
}

void OrbitView::fit_view()
{
    followed_ = -1;
    if (!display_.scene) return;
    arrow_scale_ = 0;
    fit_camera(true);
    refresh();
}

void OrbitView::follow(int what)
{
    if (what < 0 || what > 3) return;
    followed_ = what;
    follow_offset_.setZero();
    refresh();
}

void OrbitView::free_camera()
{
    followed_ = -1;
    refresh();
}

void OrbitView::set_layer(const OrbitLayer& layer, bool shown)
{
    display_.layers.*layer.shown = shown;
    QSettings().setValue(settings_key(layer), shown);
    refresh();
}

// Controls.

void OrbitView::make_tools()
{
    tools_ = new QWidget(this);
    auto* row = new QHBoxLayout(tools_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    const auto add_menu = [&](const char* name, const QString& label, const QString& help,
                              void (OrbitView::*fill)(QMenu&)) {
        auto* button = new QToolButton(tools_);
        button->setObjectName(QString::fromUtf8(name));
        button->setText(label);
        button->setToolTip(help);
        button->setPopupMode(QToolButton::InstantPopup);
        button->setFocusPolicy(Qt::TabFocus);
        auto* menu = new QMenu(button);
        connect(menu, &QMenu::aboutToShow, this, [this, menu, fill] {
            menu->clear();
            (this->*fill)(*menu);
        });
        button->setMenu(menu);
        row->addWidget(button);
    };
    add_menu("orbit-show", tr("Show"), tr("What is drawn"), &OrbitView::fill_layers_menu);
    add_menu("orbit-frame", tr("Relative to"), tr("What positions are drawn relative to"), &OrbitView::fill_frame_menu);
    add_menu("orbit-follow", tr("Follow"), tr("What stays where it is on the screen"), &OrbitView::fill_follow_menu);
    auto* fit = new QToolButton(tools_);
    fit->setObjectName(QStringLiteral("orbit-fit"));
    fit->setText(tr("Fit"));
    fit->setToolTip(tr("Shows everything"));
    fit->setFocusPolicy(Qt::TabFocus);
    connect(fit, &QToolButton::clicked, this, [this] { fit_view(); });
    row->addWidget(fit);
}

void OrbitView::fill_layers_menu(QMenu& menu)
{
    menu.setToolTipsVisible(true);
    for (const OrbitLayer& layer : orbit_layers()) {
        QAction* action = menu.addAction(text_of(layer.label));
        action->setToolTip(text_of(layer.help));
        action->setCheckable(true);
        action->setChecked(display_.layers.*layer.shown);
        connect(action, &QAction::toggled, this, [this, &layer](bool shown) { set_layer(layer, shown); });
    }
}

void OrbitView::fill_frame_menu(QMenu& menu)
{
    auto* group = new QActionGroup(&menu);
    const auto add = [&](Frame frame, const QString& label) {
        QAction* action = menu.addAction(label);
        action->setCheckable(true);
        action->setChecked(context_.session->frame() == frame);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, frame] { context_.session->set_frame(frame); });
    };
    add(Frame::data, tr("As in the data"));
    for (int body = 0; body < 3; ++body) add(static_cast<Frame>(body), QString::fromStdString(body_name(body)));
    add(Frame::centre_of_mass, tr("Centre of mass"));
}

void OrbitView::fill_follow_menu(QMenu& menu)
{
    auto* group = new QActionGroup(&menu);
    const auto add = [&](int what, const QString& label) {
        QAction* action = menu.addAction(label);
        action->setCheckable(true);
        action->setChecked(followed_ == what);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, what] { what < 0 ? free_camera() : follow(what); });
    };
    add(-1, tr("Nothing"));
    for (int body = 0; body < 3; ++body) add(body, QString::fromStdString(body_name(body)));
    add(3, tr("Centre of mass"));
}

void OrbitView::take_font()
{
    display_.font = font();
    display_.font.setPixelSize(QFontInfo(font()).pixelSize());
}

void OrbitView::resizeEvent(QResizeEvent* event)
{
    canvas_->setGeometry(rect());
    const QSize wanted = tools_->sizeHint();
    constexpr int margin = 10;
    tools_->setGeometry(QRect(QPoint(width() - wanted.width() - margin, margin), wanted));
    if (display_.scene && event->oldSize().isEmpty()) fit_camera(false);
    refresh();
}

void OrbitView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        take_font();
        refresh();
    }
    View::changeEvent(event);
}

}  // namespace syzygy
