#include "physics/problems/families.hpp"

#include <cmath>
#include <limits>

namespace syzygy::problems {

namespace {

using V = ProblemVector;
using C = ComplexProblemVector;
using Complex = std::complex<double>;

/// What Kepler's equation is made of (Battin, An Introduction to the Mathematics and Methods of Astrodynamics, 4.3):
///
///     M = E - (1 - r0 / a) sin E + (r0 . v0) / sqrt(GM a) (1 - cos E)
///
/// in the difference E of the eccentric anomalies; no angle of the orbit itself, so nothing that is not analytic.
struct KeplerEquation {
    Complex sine_term, cosine_term, mean_anomaly;

    Complex residual(Complex E) const
    {
        return E - sine_term * std::sin(E) + cosine_term * (1.0 - std::cos(E)) - mean_anomaly;
    }
    Complex slope(Complex E) const { return 1.0 - sine_term * std::cos(E) + cosine_term * std::sin(E); }

    /// Newton's method kept within the bracket |E - M| <= 2 e, in which the left side rises; the last two steps, in
    /// complex numbers, bring in the derivative.
    Complex solve() const
    {
        const double eccentricity = std::hypot(sine_term.real(), cosine_term.real());
        double below = mean_anomaly.real() - 2 * eccentricity, above = mean_anomaly.real() + 2 * eccentricity;
        double E = mean_anomaly.real();
        for (int step = 0; step < 100; ++step) {
            const double value = residual(E).real();
            (value > 0 ? above : below) = E;
            double next = E - value / slope(E).real();
            if (!(next >= below && next <= above)) next = (below + above) / 2;
            if (std::abs(next - E) <= 2 * std::numeric_limits<double>::epsilon() * std::abs(E)) break;
            E = next;
        }
        Complex root(E);
        for (int step = 0; step < 2; ++step) root -= residual(root) / slope(root);
        return root;
    }
};

/// By the f and g functions (Battin, 4.3). nan where the orbit is not bound.
C orbit(double t, const C& y0, const C& p)
{
    const Complex gm = p[0];
    const Complex r0 = std::sqrt(y0[0] * y0[0] + y0[1] * y0[1]), v2 = y0[2] * y0[2] + y0[3] * y0[3];
    const Complex a = 1.0 / (2.0 / r0 - v2 / gm);
    if (!(a.real() > 0) || !(gm.real() > 0)) return C::Constant(std::numeric_limits<double>::quiet_NaN());
    const Complex root_a = std::sqrt(a), root_gm = std::sqrt(gm), sigma = (y0[0] * y0[2] + y0[1] * y0[3]) / root_gm;
    const Complex period = a * root_a / root_gm;
    const KeplerEquation equation{1.0 - r0 / a, sigma / root_a, t / period};
    const Complex E = equation.solve(), sine = std::sin(E), versine = 1.0 - std::cos(E);
    const Complex r = a + (r0 - a) * std::cos(E) + sigma * root_a * sine;
    const Complex f = 1.0 - a / r0 * versine, g = t - period * (E - sine);
    const Complex f_dot = -root_gm * root_a / (r * r0) * sine, g_dot = 1.0 - a / r * versine;
    return C(f * y0[0] + g * y0[2], f * y0[1] + g * y0[3], f_dot * y0[0] + g_dot * y0[2], f_dot * y0[1] + g_dot * y0[3]);
}

}  // namespace

TestProblem kepler()
{
    return {
        .id = "kepler",
        .label = "Kepler orbit",
        .source = "q'' = -GM q / |q|^3 in the plane; solution by Kepler's equation (Battin 1999, 4.3)",
        .help = "Closed form. Steps shrink at each pericentre, and errors along the orbit grow with time.",
        .states = 4,
        .parameters = 1,
        .state_names = {"x", "y", "vx", "vy"},
        .parameter_names = {"GM"},
        .y0 = V(0.5, 0, 0, std::sqrt(3.0)),  // pericentre of a = 1, e = 0.5
        .p0 = V(1, 0, 0, 0),
        .t1 = 20,
        .rhs =
            [](double, const V& y, const V& p, V& dydt) {
                const double r2 = y[0] * y[0] + y[1] * y[1], pull = -p[0] / (r2 * std::sqrt(r2));
                dydt = V(y[2], y[3], pull * y[0], pull * y[1]);
            },
        .vjp =
            [](double, const V& y, const V& p, const V& w, V& y_bar, V& p_bar) {
                const double r2 = y[0] * y[0] + y[1] * y[1], inverse = 1 / (r2 * std::sqrt(r2));
                const double along = y[0] * w[2] + y[1] * w[3], radial = 3 * p[0] * inverse / r2 * along;
                y_bar = V(radial * y[0] - p[0] * inverse * w[2], radial * y[1] - p[0] * inverse * w[3], w[0], w[1]);
                p_bar[0] -= inverse * along;
            },
        .jvp =
            [](double, const V& y, const V& p, const V& y_dot, const V& p_dot, V& f_dot) {
                const double r2 = y[0] * y[0] + y[1] * y[1], inverse = 1 / (r2 * std::sqrt(r2));
                const double radial = 3 * p[0] * inverse / r2 * (y[0] * y_dot[0] + y[1] * y_dot[1]) - p_dot[0] * inverse;
                f_dot = V(y_dot[2], y_dot[3], radial * y[0] - p[0] * inverse * y_dot[0],
                          radial * y[1] - p[0] * inverse * y_dot[1]);
            },
        .time_vjp = nullptr,
        .exact = orbit,
    };
}

}  // namespace syzygy::problems
