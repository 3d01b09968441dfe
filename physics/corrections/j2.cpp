#include "physics/corrections/few_parameters.hpp"
#include "physics/corrections/kinds.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace syzygy {

namespace {

/// Oblate bodies, J2 R^2 of each, their spin axes k all along the same pole (one oblate body with its moons, usually).
/// With d = q_j - q_i, z = d . k and K = 3/2 K1 (J2 R^2)_j / r^5, body j pulls i by
///
///     m_j K ((1 - 5 z^2 / r^2) d + 2 z k)
///
/// and is pulled itself by the opposite with m_i (Murray, Dermott, Solar System Dynamics (1999), section 6.11). Torques
/// on the spins are left out: the poles stay.
struct Oblateness {
    static constexpr int parameters = 5, directions = 6;
    static constexpr bool of_positions = true, of_velocities = false, of_masses = true, of_time = false;

    explicit Oblateness(const CorrectionContext& of) : context(of), k1(of.units.k1()) {}

    std::vector<CorrectionParameter> named() const
    {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        std::vector<CorrectionParameter> list;
        const std::string unit = kinds::squared(context.units.length_label());
        for (int body = 1; body <= 3; ++body)
            list.push_back(
                {fmt::format("j2-r2-{}", body), unit, 0, 0.01 * context.length * context.length, -infinity, infinity});
        list.push_back({"pole-inclination", "rad", 0, 0.5, -infinity, infinity});
        list.push_back({"pole-node", "rad", 0, 0.5, -infinity, infinity});
        return list;
    }

    template <class S>
    void add(const S&, const S* y, const S* masses, const S* p, S* out) const
    {
        using std::cos, std::sin, std::sqrt;
        // The pole of an orbit with that inclination and node.
        const S tilt = sin(p[3]);
        const S pole[3] = {tilt * sin(p[4]), -tilt * cos(p[4]), cos(p[3])};
        for (int i = 0; i < 3; ++i)
            for (int j = i + 1; j < 3; ++j) {
                S d[3];
                for (int c = 0; c < 3; ++c) d[c] = y[3 * j + c] - y[3 * i + c];
                const S r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2],
                        z = d[0] * pole[0] + d[1] * pole[1] + d[2] * pole[2];
                // The potentials of both bodies' oblateness have the same form.
                const S strength = 1.5 * k1 * (p[i] + p[j]) / (r2 * r2 * sqrt(r2)), along_d = 1.0 - 5.0 * z * z / r2;
                for (int c = 0; c < 3; ++c) {
                    const S pull = strength * (along_d * d[c] + 2.0 * z * pole[c]);
                    out[3 * i + c] += masses[j] * pull;
                    out[3 * j + c] -= masses[i] * pull;
                }
            }
    }

    CorrectionContext context;
    double k1;
};

}  // namespace

CorrectionInfo kinds::j2()
{
    return {"j2",
            "Oblate bodies",
            "Murray, Dermott, Solar System Dynamics (1999)",
            "the quadrupole of bodies that their spin flattens: J2 R^2 of each, and a pole that they share",
            false,
            true,
            true,
            [](const CorrectionOptions&, const CorrectionContext& context) -> std::shared_ptr<const Correction> {
                return std::make_shared<FewParameters<Oblateness>>(Oblateness(context));
            }};
}

}  // namespace syzygy
