#include "physics/guess/pair_masses.hpp"

#include "physics/model/encounters.hpp"

#include <algorithm>

namespace syzygy {

Eigen::Vector3d pair_sums(const PreparedData& data, const Tracks& tracks)
{
    Eigen::Vector3d speeds = Eigen::Vector3d::Zero(), inverse = Eigen::Vector3d::Zero();
    const std::size_t stride = std::max<std::size_t>(1, data.size() / 1000);
    for (std::size_t k = 0; k < data.size(); k += stride) {
        const State y = tracks.state(data.times()[k]);
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const auto [i, j] = body_pairs[pair];
            const double r = (y.segment<3>(3 * j) - y.segment<3>(3 * i)).norm();
            if (!(r > 0)) continue;
            speeds[static_cast<Eigen::Index>(pair)] += (y.segment<3>(9 + 3 * j) - y.segment<3>(9 + 3 * i)).squaredNorm();
            inverse[static_cast<Eigen::Index>(pair)] += 1 / r;
        }
    }
    Eigen::Vector3d sums = Eigen::Vector3d::Zero();
    for (Eigen::Index pair = 0; pair < 3; ++pair)
        if (inverse[pair] > 0) sums[pair] = data.units.k2() * speeds[pair] / (data.units.k1() * inverse[pair]);
    return sums;
}

Eigen::Vector3d masses_of_pairs(const PreparedData& data, const Tracks& tracks)
{
    const Eigen::Vector3d sums = pair_sums(data, tracks);
    if (!(sums.minCoeff() > 0) || !sums.allFinite()) return Eigen::Vector3d::Constant(std::numeric_limits<double>::quiet_NaN());
    Eigen::Index tightest = 0;
    sums.minCoeff(&tightest);
    const auto [i, j] = body_pairs[static_cast<std::size_t>(tightest)];
    Eigen::Vector3d masses;
    masses[i] = masses[j] = sums[tightest] / 2;
    masses[3 - i - j] = std::max(sums.maxCoeff() - sums[tightest], sums[tightest] / 2);
    return masses;
}

}  // namespace syzygy
