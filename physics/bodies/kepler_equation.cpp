#include "physics/bodies/kepler_equation.hpp"

#include <cmath>

namespace syzygy {

double eccentric_anomaly(double mean, double e)
{
    double low = mean - e, high = mean + e, anomaly = mean + (mean < 0 ? -0.85 : 0.85) * e;
    for (int i = 0; i < 60; ++i) {
        const double residual = anomaly - e * std::sin(anomaly) - mean;
        (residual > 0 ? high : low) = anomaly;
        double next = anomaly - residual / (1 - e * std::cos(anomaly));
        if (!(next >= low && next <= high)) next = 0.5 * (low + high);
        if (std::abs(next - anomaly) <= 1e-15) return next;
        anomaly = next;
    }
    return anomaly;
}

}  // namespace syzygy
