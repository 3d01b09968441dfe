#include "physics/fit/arcs.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace syzygy {

namespace {

/// Index of the first row at which some pair has turned by `angle` since the start; the size where none does.
std::size_t row_of_turn(const PreparedData& data, double angle)
{
    const auto search = [&](const auto& loss) -> std::size_t {
        std::array<double, 3> turned{};
        std::array<Eigen::Vector3d, 3> previous;
        std::array<bool, 3> have_previous{};
        for (std::size_t k = 0; k < data.size(); ++k) {
            const auto column = static_cast<Eigen::Index>(k);
            for (int pair = 0; pair < 3; ++pair) {
                const int i = pair == 2 ? 1 : 0, j = pair == 0 ? 1 : 2;
                const auto position = [&](int body) -> Eigen::Vector3d {
                    if (body == data.reference) return Eigen::Vector3d::Zero();
                    Eigen::Vector3d q = loss.observed().template block<3, 1>(3 * body, column);
                    for (int c = 0; c < 3; ++c)
                        if (loss.weights()(3 * body + c, column) == 0) q[c] = std::numeric_limits<double>::quiet_NaN();
                    return q;
                };
                const Eigen::Vector3d d = position(j) - position(i);
                if (!d.allFinite()) continue;
                if (have_previous[pair])
                    turned[pair] += std::atan2(d.cross(previous[pair]).norm(), d.dot(previous[pair]));
                previous[pair] = d;
                have_previous[pair] = true;
                if (turned[pair] >= angle) return k;
            }
        }
        return data.size();
    };
    return std::visit(search, data.loss);
}

}  // namespace

std::vector<double> arc_ends(const PreparedData& data, const std::string& grow, std::size_t unknowns)
{
    if (grow == "off") return {data.t1};
    const std::size_t half_turn = row_of_turn(data, std::numbers::pi);
    if (grow == "auto" && half_turn >= data.size()) return {data.t1};
    // Six relative coordinates a row, and as many rows again for safety.
    const std::size_t enough = 2 * (unknowns / 6 + 2);
    const std::size_t first = std::max(std::min(half_turn, data.size() / 2), enough);
    std::vector<double> ends;
    for (std::size_t rows = first; rows < data.size() * 3 / 4; rows *= 2) ends.push_back(data.times()[rows - 1]);
    ends.push_back(data.t1);
    return ends;
}

}  // namespace syzygy
