#include "physics/corrections/few_parameters.hpp"
#include "physics/corrections/kinds.hpp"

namespace syzygy {

namespace {

/// Each body is drawn to the origin in proportion to its distance.
struct Spring {
    static constexpr int parameters = 1, directions = 1;
    static constexpr bool of_positions = true, of_velocities = false, of_masses = false, of_time = false;

    explicit Spring(const CorrectionContext& of) : context(of) {}
    std::vector<CorrectionParameter> named() const { return {{"spring", "", 0, 1, -1e9, 1e9}}; }
    template <class S>
    void add(const S&, const S* y, const S*, const S* p, S* out) const
    {
        for (int i = 0; i < 9; ++i) out[i] -= p[0] * y[i];
    }

    CorrectionContext context;
};

}  // namespace

CorrectionInfo kinds::spring()
{
    return {"spring", "Spring", "Hooke 1678", "to the origin, for this test", false, false, false,
            [](const CorrectionOptions&, const CorrectionContext& context) -> std::shared_ptr<const Correction> {
                return std::make_shared<FewParameters<Spring>>(Spring(context));
            }};
}

}  // namespace syzygy
