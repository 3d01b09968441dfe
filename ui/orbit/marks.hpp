#pragma once

#include "ui/orbit/orbit_display.hpp"

#include <QColor>

#include <vector>

namespace syzygy {

/// Red, green, blue, opacity; 0..1.
using MarkColor = Eigen::Vector4f;
MarkColor mark_color(const QColor& color);
/// Part of the way from one colour to the other.
QColor mixed(const QColor& from, const QColor& to, double fraction);

/// A straight line relative to the scene's centre; colour and width (logical pixels) run from end to end.
struct LineMark {
    Eigen::Vector3f from, to;
    MarkColor from_color, to_color;
    float from_width, to_width;
};

enum class PointKind { disc = 0, sphere = 1, ring = 2 };

/// A round mark that faces the eye; its diameter in logical pixels does not change with distance.
struct PointMark {
    Eigen::Vector3f at;
    MarkColor color;
    float diameter;
    float kind;  ///< a PointKind: a number for the GPU
};

/// Error bars that are no longer than this are hidden behind their points.
inline constexpr float least_error_pixels = 5;

/// Colours and widths of the theme in force, for GPU and painter alike. A value: frames are drawn on another thread.
struct OrbitStyle {
    struct OfBody {
        QColor curve, beyond, observed, observed_outside, error;
    };
    std::array<OfBody, 3> bodies;
    QColor background, text, grid, truth, rim, accent, correction;
    /// Of small to large steps: as many as the eye can tell apart.
    std::array<MarkColor, 128> shades;
    const MarkColor& shade(double fraction) const;
    /// Of shares of an error, from negative to positive.
    std::array<MarkColor, 129> share_shades;
    float curve_width = 2.2f, beyond_width = 1.4f, truth_width = 1.2f, error_width = 1.0f;
    float observed_diameter = 4.5f, bead_diameter = 6.5f, body_diameter = 19;
    float beyond_dash = 9, truth_dash = 4;  ///< period in pixels, about
    float beyond_filled = 0.62f, truth_filled = 0.5f;

    /// Depth offsets in pixels towards the viewer: they decide which mark is drawn on top at equal depth.
    struct Lift {
        float error = 0, observed = 1, truth = 3, beyond = 4, curve = 6, trail = 8, bead = 11, arrow = 13, lit = 16,
              body = 24;
    };
    Lift lift;
};

OrbitStyle make_orbit_style();

/// Fraction 0..1 of a bead's step size on the colour scale, and the scale's ends (log10 of a step size).
struct BeadScale {
    float low = 0, high = 1;
    double fraction(float log_step) const { return (log_step - low) / (high - low); }
};
BeadScale bead_scale(const OrbitScene& scene);

/// Whether checkpoints are coloured by their shares of the loss error; the largest share, and where a share lies on the
/// colour scale, -1..1: its square root, so that more than the largest is seen.
bool colored_by_share(const OrbitScene& scene, const OrbitLayers& layers);
float largest_share(const OrbitScene& scene);
double share_place(float share, float largest);
/// The colour of every checkpoint.
std::vector<MarkColor> bead_colors(const OrbitScene& scene, const OrbitStyle& style, bool by_share);

/// Indices of the points first..last-1 that a line must go through to miss none by more than `tolerance`.
std::vector<std::size_t> thinned(const ScenePoints& points, std::size_t first, std::size_t last, double tolerance);

/// A number 1, 2 or 5 times a power of ten, at most `value` (above zero).
double round_down_nicely(double value);

/// Marks that change with camera or time.
std::vector<LineMark> grid_marks(const OrbitDisplay& display, const OrbitStyle& style);
std::vector<LineMark> trail_marks(const OrbitDisplay& display, const OrbitStyle& style);
std::vector<LineMark> arrow_marks(const OrbitDisplay& display, const OrbitStyle& style);
std::vector<PointMark> handle_marks(const OrbitDisplay& display, const OrbitStyle& style);
std::vector<PointMark> body_marks(const OrbitDisplay& display, const OrbitStyle& style);
/// The bead under the cursor, large, on each curve; and an observed point being moved.
std::vector<PointMark> lit_marks(const OrbitDisplay& display, const OrbitStyle& style);

/// Marks of the scene alone.
std::vector<PointMark> observed_marks(const OrbitScene& scene, const OrbitStyle& style);
std::vector<PointMark> bead_marks(const OrbitScene& scene, const OrbitStyle& style, int body, bool by_share);
/// Every n-th bead of a body is drawn: n is the power of two that keeps beads apart on screen.
std::size_t bead_screen_stride(float bead_spacing, const Camera& camera);
/// Length units from a bead to the next, on average; 0 where there are none.
float bead_spacing(const OrbitScene& scene, int body);
/// One-sigma bars along the three axes of body `body`.
std::vector<LineMark> error_marks(const OrbitScene& scene, const OrbitStyle& style, int body);
/// The longest error bar in the scene (length units); 0 where none are known.
float longest_error(const OrbitScene& scene);

}  // namespace syzygy
