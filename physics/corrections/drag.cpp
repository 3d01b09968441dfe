#include "physics/corrections/few_parameters.hpp"
#include "physics/corrections/kinds.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace syzygy {

namespace {

/// A resting medium: a_i = - (linear + quadratic |v_i|) v_i.
struct Drag {
    static constexpr int parameters = 2, directions = 6;
    static constexpr bool of_positions = false, of_velocities = true, of_masses = false, of_time = false;

    explicit Drag(const CorrectionContext& of) : context(of) {}

    std::vector<CorrectionParameter> named() const
    {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const std::string &time = context.units.time_label(), &velocity = context.units.velocity_label();
        const double scale = 0.1 / context.time;
        return {{"drag-linear", kinds::per(time), 0, scale, -infinity, infinity},
                {"drag-quadratic", kinds::per(time, velocity), 0, scale / context.velocity, -infinity, infinity}};
    }

    template <class S>
    void add(const S&, const S* y, const S*, const S* p, S* out) const
    {
        using std::sqrt;
        for (int body = 0; body < 3; ++body) {
            const S* v = y + 9 + 3 * body;
            const S square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
            // |v| has no slope at rest, |v| v has: 0.
            const S factor = square == 0 ? p[0] : p[0] + p[1] * sqrt(square);
            for (int c = 0; c < 3; ++c) out[3 * body + c] -= factor * v[c];
        }
    }

    CorrectionContext context;
};

}  // namespace

CorrectionInfo kinds::drag()
{
    return {"drag",
            "Drag",
            "Stokes 1851 (linear), Newton 1687 (quadratic)",
            "a resting medium: against the velocity, in proportion to it and to its square",
            false,
            false,
            false,
            [](const CorrectionOptions&, const CorrectionContext& context) -> std::shared_ptr<const Correction> {
                return std::make_shared<FewParameters<Drag>>(Drag(context));
            }};
}

}  // namespace syzygy
