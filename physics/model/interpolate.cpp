#include "physics/model/interpolate.hpp"

#include "core/base/not_finite.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace syzygy {

namespace {

/// The observations of one component, by time.
class Component {
public:
    Component(std::span<const double> times, const Eigen::Ref<const Eigen::MatrixXd>& positions, Eigen::Index row)
    {
        for (std::size_t k = 0; k < times.size(); ++k)
            if (const double value = positions(row, static_cast<Eigen::Index>(k)); std::isfinite(value)) {
                times_.push_back(times[k]);
                values_.push_back(value);
            }
    }

    double at(double t) const
    {
        if (times_.empty() || !(t >= times_.front() && t <= times_.back())) return nan;
        const auto after = std::lower_bound(times_.begin(), times_.end(), t) - times_.begin();
        const auto right = static_cast<std::size_t>(after);
        if (times_[right] == t) return values_[right];
        const std::size_t left = right - 1;
        const double apart = (times_[right] - times_[left]) / 2;
        std::array<std::size_t, 4> nodes{left, right};
        std::size_t count = 2;
        for (std::size_t k = left; k-- > 0;)
            if (times_[left] - times_[k] >= apart) {
                nodes[count++] = k;
                break;
            }
        for (std::size_t k = right + 1; k < times_.size(); ++k)
            if (times_[k] - times_[right] >= apart) {
                nodes[count++] = k;
                break;
            }
        double value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            double basis = 1;
            for (std::size_t j = 0; j < count; ++j)
                if (j != i) basis *= (t - times_[nodes[j]]) / (times_[nodes[i]] - times_[nodes[j]]);
            value += basis * values_[nodes[i]];
        }
        return value;
    }

private:
    std::vector<double> times_, values_;
};

}  // namespace

Eigen::MatrixXd interpolated_positions(std::span<const double> times,
                                       const Eigen::Ref<const Eigen::MatrixXd>& positions, std::span<const double> at)
{
    Eigen::MatrixXd result(positions.rows(), static_cast<Eigen::Index>(at.size()));
    for (Eigen::Index row = 0; row < result.rows(); ++row) {
        const Component component(times, positions, row);
        for (std::size_t k = 0; k < at.size(); ++k) result(row, static_cast<Eigen::Index>(k)) = component.at(at[k]);
    }
    return result;
}

Eigen::MatrixXd with_gaps_filled(std::span<const double> times, const Eigen::Ref<const Eigen::MatrixXd>& positions)
{
    Eigen::MatrixXd filled = positions;
    for (Eigen::Index row = 0; row < filled.rows(); ++row) {
        if (filled.row(row).allFinite()) continue;
        const Component component(times, positions, row);
        for (Eigen::Index k = 0; k < filled.cols(); ++k)
            if (!std::isfinite(filled(row, k))) filled(row, k) = component.at(times[static_cast<std::size_t>(k)]);
    }
    return filled;
}

}  // namespace syzygy
