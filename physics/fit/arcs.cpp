#include "physics/fit/arcs.hpp"

#include "physics/model/interpolate.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace syzygy {

namespace {

/// Index of the first row at which some pair has turned by `angle` since the start; the size where none does. Bodies that
/// a row lacks are where the rows around say.
std::size_t row_of_turn(const PreparedData& data, double angle)
{
    const Eigen::MatrixXd positions = with_gaps_filled(data.times(), compared_positions(data));
    std::array<double, 3> turned{};
    std::array<Eigen::Vector3d, 3> previous;
    std::array<bool, 3> have_previous{};
    for (std::size_t k = 0; k < data.size(); ++k)
        for (int pair = 0; pair < 3; ++pair) {
            const int i = pair == 2 ? 1 : 0, j = pair == 0 ? 1 : 2;
            const auto at = positions.col(static_cast<Eigen::Index>(k));
            const Eigen::Vector3d d = at.segment<3>(3 * j) - at.segment<3>(3 * i);
            if (!d.allFinite()) continue;
            if (have_previous[pair]) turned[pair] += std::atan2(d.cross(previous[pair]).norm(), d.dot(previous[pair]));
            previous[pair] = d;
            have_previous[pair] = true;
            if (turned[pair] >= angle) return k;
        }
    return data.size();
}

/// The number of rows from the first on that hold as many numbers as `complete` complete ones.
std::size_t rows_that_hold(const PreparedData& data, std::size_t complete)
{
    const std::size_t in_a_row = data.reference < 0 ? 9 : 6;
    std::size_t numbers = 0, rows = 0;
    for (; rows < data.size() && numbers < complete * in_a_row; ++rows)
        numbers += static_cast<std::size_t>(
            (data.loss.weights().col(static_cast<Eigen::Index>(rows)).head<9>().array() > 0).count());
    return rows + (complete * in_a_row - std::min(complete * in_a_row, numbers));
}

}  // namespace

std::vector<double> arc_ends(const PreparedData& data, const std::string& grow, std::size_t unknowns)
{
    if (grow == "off") return {data.t1};
    const std::size_t half_turn = row_of_turn(data, std::numbers::pi);
    if (grow == "auto" && half_turn >= data.size()) return {data.t1};
    // Six relative coordinates a row, and as many rows again for safety.
    const std::size_t enough = rows_that_hold(data, 2 * (unknowns / 6 + 2));
    const std::size_t first = std::max(std::min(half_turn, data.size() / 2), enough);
    std::vector<double> ends;
    for (std::size_t rows = first; rows < data.size() * 3 / 4; rows *= 2) ends.push_back(data.times()[rows - 1]);
    ends.push_back(data.t1);
    return ends;
}

}  // namespace syzygy
