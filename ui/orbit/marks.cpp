// In one file: all marks of the orbit view, with the same colours and sizes.
#include "ui/orbit/marks.hpp"

#include "ui/theme/theme.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

constexpr float sphere = static_cast<float>(PointKind::sphere), disc = static_cast<float>(PointKind::disc),
                ring = static_cast<float>(PointKind::ring);

constexpr OrbitLayer layer_table[] = {
    {"observed", "Observed points", "Observed positions with their one-sigma errors", &OrbitLayers::observed},
    {"truth", "Truth", "The true orbit, where it is known", &OrbitLayers::truth},
    {"beads", "Checkpoints", "The solver's accepted steps, coloured by step size", &OrbitLayers::beads},
    {"shares", "Checkpoints by error", "Colours checkpoints by their steps' shares of the error of the loss: where digits are lost",
     &OrbitLayers::shares},
    {"trails", "Trails", "Where the bodies have just been", &OrbitLayers::trails},
    {"velocities", "Velocity arrows", "Initial velocities: drag a tip to change one", &OrbitLayers::velocities},
    {"corrections", "Correction arrows", "Acceleration of each body by the correction, where the model has one",
     &OrbitLayers::corrections},
    {"grid", "Reference grid", "A plane of round coordinates", &OrbitLayers::grid},
    {"legend", "Legend", "What each mark is", &OrbitLayers::legend},
};

MarkColor faded(MarkColor color, float opacity)
{
    color[3] *= opacity;
    return color;
}

}  // namespace

std::span<const OrbitLayer> orbit_layers()
{
    return layer_table;
}

MarkColor mark_color(const QColor& color)
{
    return {static_cast<float>(color.redF()), static_cast<float>(color.greenF()), static_cast<float>(color.blueF()),
            static_cast<float>(color.alphaF())};
}

QColor mixed(const QColor& from, const QColor& to, double fraction)
{
    const auto part = [fraction](int a, int b) { return static_cast<int>(std::lround(a + fraction * (b - a))); };
    return {part(from.red(), to.red()), part(from.green(), to.green()), part(from.blue(), to.blue())};
}

OrbitStyle make_orbit_style()
{
    const Theme& colors = theme();
    OrbitStyle style;
    style.background = colors.scene;
    style.text = colors.text;
    style.grid = colors.scene_grid;
    for (std::size_t k = 0; k < style.shades.size(); ++k)
        style.shades[k] =
            mark_color(colors.sequential(static_cast<double>(k) / static_cast<double>(style.shades.size() - 1)));
    const auto middle = static_cast<double>(style.share_shades.size() / 2);
    for (std::size_t k = 0; k < style.share_shades.size(); ++k)
        style.share_shades[k] = mark_color(colors.diverging(static_cast<double>(k) / middle - 1));
    style.truth = mixed(colors.muted, colors.scene, 0.15);
    style.rim = colors.scene;
    style.accent = colors.cursor;
    style.correction = colors.rejected;
    for (std::size_t body = 0; body < 3; ++body) {
        const QColor& color = colors.bodies[body];
        style.bodies[body] = {color, mixed(color, colors.scene, 0.35), mixed(color, colors.scene, 0.4),
                              mixed(color, colors.scene, 0.66), mixed(color, colors.scene, 0.68)};
    }
    return style;
}

const MarkColor& OrbitStyle::shade(double fraction) const
{
    const double place = std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) : 0;
    return shades[static_cast<std::size_t>(std::lround(place * static_cast<double>(shades.size() - 1)))];
}

BeadScale bead_scale(const OrbitScene& scene)
{
    BeadScale scale{1e30f, -1e30f};
    for (const float value : scene.bead_log_step)
        if (std::isfinite(value)) {
            scale.low = std::min(scale.low, value);
            scale.high = std::max(scale.high, value);
        }
    if (!(scale.low <= scale.high)) return {};
    // Equal steps are no reason to tell rounding errors apart.
    constexpr float least = 0.1f;
    if (const float missing = least - (scale.high - scale.low); missing > 0) {
        scale.low -= missing / 2;
        scale.high += missing / 2;
    }
    return scale;
}

bool colored_by_share(const OrbitScene& scene, const OrbitLayers& layers)
{
    return layers.shares && !scene.bead_share.empty() && largest_share(scene) > 0;
}

float largest_share(const OrbitScene& scene)
{
    float largest = 0;
    for (const float share : scene.bead_share)
        if (std::isfinite(share)) largest = std::max(largest, std::abs(share));
    return largest;
}

double share_place(float share, float largest)
{
    const double part = static_cast<double>(share) / static_cast<double>(largest);
    return std::isfinite(part) ? std::copysign(std::sqrt(std::min(std::abs(part), 1.0)), part) : 0;
}

std::vector<MarkColor> bead_colors(const OrbitScene& scene, const OrbitStyle& style, bool by_share)
{
    std::vector<MarkColor> colors;
    colors.reserve(scene.bead_times.size());
    const BeadScale scale = bead_scale(scene);
    const float largest = by_share ? largest_share(scene) : 0;
    const double middle = static_cast<double>(style.share_shades.size() / 2);
    for (std::size_t bead = 0; bead < scene.bead_times.size(); ++bead)
        colors.push_back(by_share ? style.share_shades[static_cast<std::size_t>(
                                        std::lround(middle * (1 + share_place(scene.bead_share[bead], largest))))]
                                  : style.shade(scale.fraction(scene.bead_log_step[bead])));
    return colors;
}

std::vector<std::size_t> thinned(const ScenePoints& points, std::size_t first, std::size_t last, double tolerance)
{
    std::vector<std::size_t> kept;
    if (first >= last) return kept;
    const auto square = static_cast<float>(tolerance * tolerance);
    const auto straight = [&](std::size_t a, std::size_t b) {
        const Eigen::Vector3f along = points[b] - points[a];
        const float length2 = along.squaredNorm();
        for (std::size_t k = a + 1; k < b; ++k) {
            const Eigen::Vector3f towards = points[k] - points[a];
            const float part = length2 > 0 ? std::clamp(towards.dot(along) / length2, 0.0f, 1.0f) : 0.0f;
            if (!((towards - part * along).squaredNorm() <= square)) return false;
        }
        return true;
    };
    std::size_t at = first;
    kept.push_back(at);
    while (at + 1 < last) {
        std::size_t stride = 1;
        while (at + 2 * stride < last && straight(at, at + 2 * stride)) stride *= 2;
        at += stride;
        kept.push_back(at);
    }
    return kept;
}

double round_down_nicely(double value)
{
    const double power = std::pow(10, std::floor(std::log10(value)));
    const double rest = value / power;
    return (rest >= 5 ? 5 : rest >= 2 ? 2 : 1) * power;
}

std::vector<LineMark> grid_marks(const OrbitDisplay& display, const OrbitStyle& style)
{
    std::vector<LineMark> marks;
    const Camera& camera = display.camera;
    constexpr double cell_pixels = 130;
    constexpr int half_cells = 10, parts = 12;
    const double cell = round_down_nicely(camera.length_per_pixel() * cell_pixels);
    int up = 0;
    camera.up().maxCoeff(&up);
    const int first = (up + 1) % 3, second = (up + 2) % 3;
    const Eigen::Vector3d& centre = display.scene->centre;
    const double reach = half_cells * cell;
    const double height = centre[up];
    const double middle[2] = {camera.target()[first], camera.target()[second]};
    // Edge on, the plane is a smear of lines: it fades as the eye comes down to it.
    const double steepness = std::abs(std::sin(camera.elevation()));
    const auto presence = static_cast<float>(std::clamp(steepness * 4, 0.15, 1.0));
    const MarkColor thin = mark_color(style.grid);
    const auto fade = [&](double a, double b) {
        const double r = std::hypot(a - middle[0], b - middle[1]) / reach;
        return presence * static_cast<float>(std::clamp(1.15 - 1.15 * r, 0.0, 1.0));
    };
    const auto place = [&](double a, double b) {
        Eigen::Vector3d point;
        point[up] = height;
        point[first] = a;
        point[second] = b;
        return Eigen::Vector3f((point - centre).cast<float>());
    };
    for (int direction = 0; direction < 2; ++direction) {
        const double start = std::round(middle[direction] / cell);
        for (int line = -half_cells; line <= half_cells; ++line) {
            const double across = (start + line) * cell;
            const bool strong = std::fmod(std::abs(start + line), 5.0) == 0;
            const float opacity = strong ? 1.0f : 0.6f;
            const double offset = across - middle[direction];
            if (std::abs(offset) >= reach) continue;
            const double half = std::sqrt(reach * reach - offset * offset);
            for (int part = 0; part < parts; ++part) {
                const double along[2] = {middle[1 - direction] + half * (2.0 * part / parts - 1),
                                         middle[1 - direction] + half * (2.0 * (part + 1) / parts - 1)};
                Eigen::Vector3f ends[2];
                MarkColor shades[2];
                for (int end = 0; end < 2; ++end) {
                    const double a = direction == 0 ? across : along[end], b = direction == 0 ? along[end] : across;
                    ends[end] = place(a, b);
                    shades[end] = faded(thin, opacity * fade(a, b));
                }
                marks.push_back({ends[0], ends[1], shades[0], shades[1], 1, 1});
            }
        }
    }
    return marks;
}

std::vector<LineMark> trail_marks(const OrbitDisplay& display, const OrbitStyle& style)
{
    std::vector<LineMark> marks;
    const OrbitScene& scene = *display.scene;
    const auto& times = scene.curve_times;
    if (times.size() < 2) return marks;
    // A part of the whole time, so that it is long where the body is fast.
    constexpr double part_of_range = 0.06;
    constexpr std::size_t most_points = 160;
    const double length = part_of_range * (times.back() - times.front());
    const double time = std::clamp(display.time, times.front(), times.back());
    const auto begin =
        static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), time - length) - times.begin());
    const auto end = static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), time) - times.begin());
    if (end <= begin || !(length > 0)) return marks;
    const std::size_t stride = (end - begin) / most_points + 1;
    const auto now = scene.positions_at(time);
    for (std::size_t body = 0; body < 3; ++body) {
        // Opaque, since its parts overlap: it fades into the colour and width of the curve.
        const MarkColor head = mark_color(mixed(style.bodies[body].curve, style.text, 0.2));
        const MarkColor tail = mark_color(style.bodies[body].curve);
        const auto strength = [&](double t) {
            return static_cast<float>(std::clamp(1 - (time - t) / length, 0.0, 1.0));
        };
        const auto add = [&](const Eigen::Vector3f& a, double ta, const Eigen::Vector3f& b, double tb) {
            const float sa = strength(ta), sb = strength(tb);
            constexpr float thick = 6;
            const float thin = style.curve_width;
            marks.push_back({a, b, tail + sa * (head - tail), tail + sb * (head - tail), thin + (thick - thin) * sa,
                             thin + (thick - thin) * sb});
        };
        std::size_t last = begin;
        for (std::size_t k = begin + stride; k < end; k += stride) {
            add(scene.curves[body][last], times[last], scene.curves[body][k], times[k]);
            last = k;
        }
        add(scene.curves[body][last], times[last], now[body], time);
    }
    return marks;
}

/// Diameter on the screen. By the root of the masses, gently: a thousandth of the largest mass is still seen.
float body_size(const OrbitDisplay& display, const OrbitStyle& style, std::size_t body)
{
    const Eigen::Vector3d& masses = display.scene->solution->point.masses;
    const double largest = masses.maxCoeff();
    const double share = largest > 0 ? std::clamp(masses[static_cast<Eigen::Index>(body)] / largest, 0.0, 1.0) : 1;
    return style.body_diameter * static_cast<float>(std::max(0.62, std::pow(share, 0.25)));
}

std::vector<LineMark> arrow_marks(const OrbitDisplay& display, const OrbitStyle& style)
{
    std::vector<LineMark> marks;
    const Eigen::Vector3d& centre = display.scene->centre;
    const auto add = [&](Eigen::Vector3d from, Eigen::Vector3d to, const QColor& colour, float shaft, float wide, double rim = 0) {
        const auto tip = display.camera.project(to), foot = display.camera.project(from);
        if (!tip || !foot) return;
        const double seen = std::hypot(tip->position.x() - foot->position.x(), tip->position.y() - foot->position.y());
        if (seen < 1) return;
        const Eigen::Vector3d moved = rim / seen * (to - from);
        from += moved;
        to += moved;
        const MarkColor color = mark_color(colour);
        // The head is a part of the line that runs from wide to nothing.
        const double head = std::min(0.8, 13 / seen);
        const Eigen::Vector3f a = (from - centre).cast<float>(), b = (to - centre).cast<float>();
        const Eigen::Vector3f neck = b + static_cast<float>(head) * (a - b);
        marks.push_back({a, neck, color, color, shaft, shaft});
        marks.push_back({neck, b, color, color, wide, 0.6f});
    };
    for (std::size_t body = 0; body < 3; ++body) {
        const VelocityArrow& arrow = display.arrows[body];
        if (arrow.shown && display.layers.velocities)
            add(arrow.foot, arrow.tip, arrow.lit ? style.accent : mixed(style.bodies[body].curve, style.text, 0.35),
                arrow.lit ? 3.2f : 2.4f, arrow.lit ? 12.0f : 10.0f);
    }
    constexpr double beyond_rim = 4;  // and from the ring of a body at rest
    for (std::size_t body = 0; body < 3; ++body) {
        const CorrectionArrow& arrow = display.corrections[body];
        // From the rim on: what is shorter than the body would be hidden by it.
        if (arrow.shown && display.layers.corrections)
            add(arrow.foot, arrow.tip, style.correction, 3.0f, 11.0f,
                static_cast<double>(body_size(display, style, body)) / 2 + beyond_rim);
    }
    return marks;
}

std::vector<PointMark> handle_marks(const OrbitDisplay& display, const OrbitStyle& style)
{
    std::vector<PointMark> marks;
    for (std::size_t body = 0; body < 3; ++body) {
        const VelocityArrow& arrow = display.arrows[body];
        if (!arrow.shown) continue;
        const Eigen::Vector3f tip = (arrow.tip - display.scene->centre).cast<float>();
        const bool at_rest = arrow.tip == arrow.foot;
        if (!arrow.lit && !at_rest) continue;
        marks.push_back({tip,
                         mark_color(arrow.lit ? style.accent : mixed(style.bodies[body].curve, style.text, 0.35)),
                         at_rest ? 27.0f : 16.0f, ring});
    }
    return marks;
}

std::vector<PointMark> body_marks(const OrbitDisplay& display, const OrbitStyle& style)
{
    std::vector<PointMark> marks;
    const auto positions = display.scene->positions_at(display.time);
    for (std::size_t body = 0; body < 3; ++body)
        marks.push_back({positions[body], mark_color(style.bodies[body].curve), body_size(display, style, body), sphere});
    return marks;
}

std::vector<PointMark> lit_marks(const OrbitDisplay& display, const OrbitStyle& style)
{
    std::vector<PointMark> marks;
    const OrbitScene& scene = *display.scene;
    if (display.layers.beads && display.lit_bead && *display.lit_bead < scene.bead_times.size()) {
        const std::size_t bead = *display.lit_bead;
        const MarkColor color = bead_colors(scene, style, colored_by_share(scene, display.layers))[bead];
        for (const ScenePoints& beads : scene.beads) {
            marks.push_back({beads[bead], mark_color(style.accent), style.body_diameter + 6, ring});
            marks.push_back({beads[bead], color, style.bead_diameter + 4, disc});
        }
    }
    if (display.held_point)
        marks.push_back(
            {Eigen::Vector3f((*display.held_point - scene.centre).cast<float>()), mark_color(style.accent), 14, ring});
    return marks;
}

std::vector<PointMark> observed_marks(const OrbitScene& scene, const OrbitStyle& style)
{
    std::vector<PointMark> marks;
    for (std::size_t body = 0; body < 3; ++body) {
        const MarkColor inside = mark_color(style.bodies[body].observed),
                        outside = mark_color(style.bodies[body].observed_outside);
        for (std::size_t k = 0; k < scene.observed[body].size(); ++k)
            marks.push_back({scene.observed[body][k], k < scene.observed_in_window[body] ? inside : outside,
                             style.observed_diameter, disc});
    }
    return marks;
}

std::vector<PointMark> bead_marks(const OrbitScene& scene, const OrbitStyle& style, int body, bool by_share)
{
    std::vector<PointMark> marks;
    marks.reserve(scene.bead_times.size());
    const std::vector<MarkColor> colors = bead_colors(scene, style, by_share);
    for (std::size_t bead = 0; bead < scene.bead_times.size(); ++bead)
        marks.push_back({scene.beads[static_cast<std::size_t>(body)][bead], colors[bead], style.bead_diameter, disc});
    return marks;
}

float bead_spacing(const OrbitScene& scene, int body)
{
    double length = 0;
    const ScenePoints& beads = scene.beads[static_cast<std::size_t>(body)];
    const std::size_t count = beads.empty() ? 0 : beads.size() - 1;
    for (std::size_t k = 1; k < beads.size(); ++k) length += static_cast<double>((beads[k] - beads[k - 1]).norm());
    return count > 0 && std::isfinite(length) ? static_cast<float>(length / static_cast<double>(count)) : 0;
}

std::size_t bead_screen_stride(float spacing, const Camera& camera)
{
    constexpr double wanted_pixels = 11;
    constexpr std::size_t widest = 64;
    const double pixels = static_cast<double>(spacing) / camera.length_per_pixel();
    std::size_t stride = 1;
    while (stride < widest && pixels * static_cast<double>(stride) < wanted_pixels) stride *= 2;
    return stride;
}

std::vector<LineMark> error_marks(const OrbitScene& scene, const OrbitStyle& style, int body)
{
    std::vector<LineMark> marks;
    const auto b = static_cast<std::size_t>(body);
    const MarkColor color = mark_color(style.bodies[b].error);
    for (std::size_t k = 0; k < scene.observed_sigma[b].size(); ++k)
        for (int axis = 0; axis < 3; ++axis) {
            const Eigen::Vector3f half = scene.observed_sigma[b][k][axis] * Eigen::Vector3f::Unit(axis);
            if (!(half[axis] > 0)) continue;
            const Eigen::Vector3f& at = scene.observed[b][k];
            marks.push_back({at - half, at + half, color, color, style.error_width, style.error_width});
        }
    return marks;
}

float longest_error(const OrbitScene& scene)
{
    float longest = 0;
    for (const ScenePoints& sigmas : scene.observed_sigma)
        for (const Eigen::Vector3f& sigma : sigmas) longest = std::max(longest, sigma.maxCoeff());
    return 2 * longest;
}

}  // namespace syzygy
