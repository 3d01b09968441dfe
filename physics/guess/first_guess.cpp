#include "physics/guess/first_guess.hpp"

#include "core/base/not_finite.hpp"
#include "physics/guess/pair_masses.hpp"
#include "physics/guess/weak_form.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// The state at a row: what `known` has, and what it has not (nan) from the tracks.
State completed(const PreparedData& data, const Tracks& tracks, State known, std::size_t row)
{
    const double time = data.times()[row];
    // Of relative data, the reference stands where its row says, or at rest in the origin.
    Eigen::Vector3d reference_position = Eigen::Vector3d::Zero(), reference_velocity = Eigen::Vector3d::Zero();
    if (data.reference >= 0)
        for (int c = 0; c < 3; ++c) {
            double& q = known[3 * data.reference + c];
            double& v = known[9 + 3 * data.reference + c];
            q = std::isfinite(q) ? q : 0;
            v = std::isfinite(v) ? v : 0;
            reference_position[c] = q;
            reference_velocity[c] = v;
        }
    for (int c = 0; c < 9; ++c) {
        double& q = known[c];
        double& v = known[9 + c];
        if (std::isfinite(q) && std::isfinite(v)) continue;
        const CoordinateTrack& track = tracks.coordinates[c];
        const auto [value, slope] = interpolate(track, track.smooth, time);
        if (!std::isfinite(q)) q = track.empty() ? nan : value + reference_position[c % 3];
        if (!std::isfinite(v)) v = track.t.size() < 2 ? nan : slope / data.units.k2() + reference_velocity[c % 3];
    }
    return known;
}

Eigen::Vector3d guess_masses(const PreparedData& data, const Tracks& tracks)
{
    if (const auto weak = weak_form_masses(data, tracks); !weak.empty()) {
        const Eigen::Vector3d masses = weak.front().masses.cwiseMax(weak.front().sigmas);
        if (masses.allFinite() && masses.minCoeff() > 0) return masses;
    }
    return masses_of_pairs(data, tracks);
}

}  // namespace

ModelPoint first_guess(const PreparedData& data)
{
    const Tracks tracks = make_tracks(data);
    return {guess_masses(data, tracks), completed(data, tracks, data.first_row, 0), {}};
}

std::vector<State> states_at(const PreparedData& data, std::span<const std::size_t> rows, const Eigen::MatrixXd& known)
{
    const Tracks tracks = make_tracks(data);
    std::vector<State> states;
    for (std::size_t i = 0; i < rows.size(); ++i)
        states.push_back(completed(data, tracks, known.col(static_cast<Eigen::Index>(i)), rows[i]));
    return states;
}

}  // namespace syzygy
