#include "physics/bodies/kepler_equation.hpp"
#include "physics/corrections/few_parameters.hpp"
#include "physics/corrections/kinds.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace syzygy {

namespace {

double number(double x)
{
    return x;
}
template <class Real, int n>
double number(const Dual<Real, n>& x)
{
    return x.value;
}

/// An unseen body of mass m on a Kepler orbit about the barycentre of the three, which are one mass to it:
///
///     a_i = K1 m (Q - q_i) / |Q - q_i|^3,   Q = B + R(t),   B = sum m_i q_i / sum m_i,
///
/// R the ellipse of semi-major axis a, eccentricity e, inclination, node and argument of the pericentre, with the mean
/// anomaly M = M0 + n (t - t0), t0 the epoch, and n^2 a^3 = K1 K2 (m1 + m2 + m3 + m).
struct HiddenBody {
    static constexpr int parameters = 7, directions = 6;
    static constexpr bool of_positions = true, of_velocities = false, of_masses = true, of_time = true;

    explicit HiddenBody(const CorrectionContext& of) : context(of), k1(of.units.k1()), k2(of.units.k2()), t0(of.t0) {}

    std::vector<CorrectionParameter> named() const
    {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const double length = context.length;
        // An orbit well outside that of the three, not quite circular so that its angles mean something.
        return {{"hidden-mass", context.units.mass_label(), 0, 0.1 * context.mass, 0, infinity},
                {"semi-major-axis", context.units.length_label(), 5 * length, length, 0.01 * length, infinity},
                {"eccentricity", "", 0.1, 0.2, 0, 0.95},
                {"inclination", "rad", 0, 0.5, -infinity, infinity},
                {"node", "rad", 0, 0.5, -infinity, infinity},
                {"pericentre", "rad", 0, 0.5, -infinity, infinity},
                {"mean-anomaly", "rad", 0, 0.5, -infinity, infinity}};
    }

    template <class S>
    void add(const S& t, const S* y, const S* masses, const S* p, S* out) const
    {
        using std::cos, std::sin, std::sqrt;
        const S &mass = p[0], &a = p[1], &e = p[2];
        const S total = masses[0] + masses[1] + masses[2];
        S mean = p[6] + sqrt((k1 * k2) * (total + mass) / (a * a * a)) * (t - t0);
        constexpr double turn = 2 * std::numbers::pi;
        mean -= turn * std::round(number(mean) / turn);
        // One more step of Newton's iteration, in S, gives the tangents of the root.
        const double root = eccentric_anomaly(number(mean), number(e));
        const S anomaly = root - (root - e * std::sin(root) - mean) / (1.0 - e * std::cos(root));
        const S along = a * (cos(anomaly) - e), across = a * sqrt(1.0 - e * e) * sin(anomaly);
        const S cos_node = cos(p[4]), sin_node = sin(p[4]), cos_tilt = cos(p[3]), sin_tilt = sin(p[3]);
        const S cos_peri = cos(p[5]), sin_peri = sin(p[5]);
        // From the pericentre's direction to that of the node, in the plane of the orbit.
        const S to_node = along * cos_peri - across * sin_peri, beyond = along * sin_peri + across * cos_peri;
        S place[3] = {to_node * cos_node - beyond * cos_tilt * sin_node,
                      to_node * sin_node + beyond * cos_tilt * cos_node, beyond * sin_tilt};
        for (int c = 0; c < 3; ++c) {
            const S *q = y + c, centre = number(total) != 0
                                             ? (masses[0] * q[0] + masses[1] * q[3] + masses[2] * q[6]) / total
                                             : (q[0] + q[3] + q[6]) / 3.0;
            place[c] += centre;
        }
        for (int body = 0; body < 3; ++body) {
            S d[3];
            for (int c = 0; c < 3; ++c) d[c] = place[c] - y[3 * body + c];
            const S r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2], strength = k1 * mass / (r2 * sqrt(r2));
            for (int c = 0; c < 3; ++c) out[3 * body + c] += strength * d[c];
        }
    }

    CorrectionContext context;
    double k1, k2, t0;
};

}  // namespace

CorrectionInfo kinds::hidden_body()
{
    return {"hidden-body",
            "Hidden body",
            "Kepler 1609; Le Verrier 1846",
            "an unseen fourth body on a Kepler orbit about the barycentre of the three: its mass and its orbit",
            false,
            false,
            false,
            [](const CorrectionOptions&, const CorrectionContext& context) -> std::shared_ptr<const Correction> {
                return std::make_shared<FewParameters<HiddenBody>>(HiddenBody(context));
            },
            "its elements"};
}

}  // namespace syzygy
