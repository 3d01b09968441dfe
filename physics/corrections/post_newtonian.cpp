#include "physics/corrections/few_parameters.hpp"
#include "physics/corrections/kinds.hpp"

#include <cmath>
#include <limits>

namespace syzygy {

namespace {

template <class S>
S dot(const S* a, const S* b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// First post-Newtonian accelerations of point masses (Einstein, Infeld, Hoffmann, Ann. Math. 39, 65 (1938); the form
/// of Moyer, JPL TR 32-1527 (1971), with beta = gamma = 1). With e = 1/c^2, g_j = (K1/K2) m_j (so that g/r
/// is a squared velocity), d = q_j - q_i, and a_j Newton's acceleration:
///
///     a_i = e sum_j K1 m_j / r^3 { d [v_i^2 + 2 v_j^2 - 4 v_i.v_j - 3/2 (d.v_j / r)^2 + d.a_j / (2 K2)
///                                     - 4 sum_{k != i} g_k / r_ik - sum_{k != j} g_k / r_jk]
///                                  + d.(4 v_i - 3 v_j) (v_j - v_i) }  +  7/2 e sum_j g_j a_j / r
struct PostNewtonian {
    static constexpr int parameters = 1, directions = 2;
    static constexpr bool of_positions = true, of_velocities = true, of_masses = true, of_time = false;

    explicit PostNewtonian(const CorrectionContext& of) : context(of), k1(of.units.k1()), k2(of.units.k2()) {}

    std::vector<CorrectionParameter> named() const
    {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const double scale = 0.01 / (context.velocity * context.velocity);
        return {
            {"inverse-c2", kinds::per(kinds::squared(context.units.velocity_label())), 0, scale, -infinity, infinity}};
    }

    template <class S>
    void add(const S&, const S* y, const S* masses, const S* p, S* out) const
    {
        using std::sqrt;
        const double per_r = k1 / k2;
        S inverse_r[3][3], newton[9] = {}, potential[3] = {};
        for (int i = 0; i < 3; ++i)
            for (int j = i + 1; j < 3; ++j) {
                S d[3];
                for (int c = 0; c < 3; ++c) d[c] = y[3 * j + c] - y[3 * i + c];
                const S inverse2 = 1.0 / dot(d, d), inverse = sqrt(inverse2), strength = k1 * inverse2 * inverse;
                inverse_r[i][j] = inverse_r[j][i] = inverse;
                for (int c = 0; c < 3; ++c) {
                    newton[3 * i + c] += masses[j] * strength * d[c];
                    newton[3 * j + c] -= masses[i] * strength * d[c];
                }
                potential[i] += per_r * masses[j] * inverse;
                potential[j] += per_r * masses[i] * inverse;
            }
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) {
                if (i == j) continue;
                const S *v_i = y + 9 + 3 * i, *v_j = y + 9 + 3 * j, *a_j = newton + 3 * j, inverse = inverse_r[i][j];
                S d[3];
                for (int c = 0; c < 3; ++c) d[c] = y[3 * j + c] - y[3 * i + c];
                const S along = dot(d, v_j) * inverse;
                const S bracket = dot(v_i, v_i) + 2.0 * dot(v_j, v_j) - 4.0 * dot(v_i, v_j) - 1.5 * along * along +
                                  dot(d, a_j) / (2 * k2) - 4.0 * potential[i] - potential[j];
                const S strength = p[0] * k1 * masses[j] * inverse * inverse * inverse;
                const S crossed = strength * (4.0 * dot(d, v_i) - 3.0 * dot(d, v_j)), straight = strength * bracket;
                const S dragged = 3.5 * p[0] * per_r * masses[j] * inverse;
                for (int c = 0; c < 3; ++c)
                    out[3 * i + c] += straight * d[c] + crossed * (v_j[c] - v_i[c]) + dragged * a_j[c];
            }
    }

    CorrectionContext context;
    double k1, k2;
};

class PostNewtonianCorrection final : public FewParameters<PostNewtonian> {
public:
    using FewParameters::FewParameters;

    /// In the frame of the pair's centre of mass.
    bool pair_law(double r, double v_along, double v_across, double m_i, double m_j, const double* p,
                  double& value) const override
    {
        const double total = m_i + m_j, g = law_.k1 / law_.k2 / r, w2 = v_along * v_along + v_across * v_across;
        const double part_i = total > 0 ? -m_j / total : -0.5, part_j = 1 + part_i;  // v_i = part_i w, v_j = part_j w
        const double bracket = (part_i * part_i + 2 * part_j * part_j - 4 * part_i * part_j) * w2 -
                               1.5 * part_j * part_j * v_along * v_along - g * (4 * m_j + (1 + 0.5 + 3.5) * m_i) +
                               (4 * part_i - 3 * part_j) * v_along * v_along;
        value = p[0] * law_.k1 / (r * r) * bracket;
        return true;
    }
};

}  // namespace

double physical_inverse_c2(const UnitSystem& units)
{
    constexpr double speed_of_light = 299792458;  // m/s
    const double ratio = units.velocity_si() / speed_of_light;
    return ratio * ratio;
}

CorrectionInfo kinds::post_newtonian()
{
    return {"post-newtonian",
            "Relativity (1PN)",
            "Einstein, Infeld, Hoffmann, Ann. Math. 39, 65 (1938)",
            "general relativity's first correction to point masses; its parameter is 1/c^2",
            false,
            false,
            false,
            [](const CorrectionOptions&, const CorrectionContext& context) -> std::shared_ptr<const Correction> {
                return std::make_shared<PostNewtonianCorrection>(PostNewtonian(context));
            }};
}

}  // namespace syzygy
