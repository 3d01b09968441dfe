#pragma once

#include "physics/experiment/hidden_force.hpp"
#include "physics/model/gradient.hpp"

namespace syzygy {

/// The force of a setting beside the one that a model has found, at the true states of the training window. The force that
/// a model has found is all that it adds to Newton's law with the true masses: its own masses count, since a correction
/// between pairs and a common factor of all masses cannot be told apart.
struct HiddenLaw {
    double force_error = 0;  ///< root mean square of (found - true) acceleration over that of the true one: times, bodies
    double law_error = 0;    ///< the same of the curve `points`, over the sampled range; nan where there is no curve
    /// The law as a curve, means over bins of the abscissa:
    ///   post-Newtonian: the acceleration of a pair towards each other along its line, over both masses, over the distance,
    ///   fourth body: the acceleration towards it over the distance to it,
    ///   drag: the acceleration against the velocity over the speed.
    std::vector<LawPoint> points;
};
HiddenLaw compare_law(const HiddenForceOptions& options, const HiddenSetting& setting, std::span<const double> times,
                      std::span<const NBody<4>::State> states, const ModelPoint& point, const Correction& correction);

}  // namespace syzygy
