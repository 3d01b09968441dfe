#include "ui/orbit/correction_arrow.hpp"

#include "core/base/median.hpp"

#include <cmath>

namespace syzygy {

double half_length_correction(const OrbitScene& scene)
{
    if (!scene.solution->correction) return 0;
    const CorrectionSeries& series = *scene.solution->correction;
    std::vector<double> sizes;
    sizes.reserve(3 * series.in_window);
    for (Eigen::Index k = 0; k < static_cast<Eigen::Index>(series.in_window); ++k)
        for (int body = 0; body < 3; ++body) {
            const double size = series.acceleration.col(k).segment<3>(3 * body).norm();
            if (size > 0 && std::isfinite(size)) sizes.push_back(size);
        }
    return median(std::move(sizes));
}

}  // namespace syzygy
