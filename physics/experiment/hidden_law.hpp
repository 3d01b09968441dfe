#pragma once

#include "physics/experiment/hidden_force.hpp"
#include "physics/model/gradient.hpp"

namespace syzygy {

/// The force of a setting compared with the force that a model has found, at the true states of the training window. The
/// force that a model has found is everything that the model adds to Newton's law with the true masses: the model's own
/// masses count, since a correction between pairs and a common factor of all masses cannot be told apart.
struct HiddenLaw {
    double force_error = 0;  ///< rms of (found - true) acceleration over rms of the true one, over times and bodies
    double law_error = 0;    ///< the same for the curve `points`, over the sampled range; nan if there is no curve
    /// The law as a curve, means over bins of the abscissa:
    ///   post-Newtonian: the acceleration of a pair towards each other along its line, divided by both masses, against distance,
    ///   fourth body: the acceleration towards it, against the distance to it,
    ///   drag: the acceleration opposite to the velocity, against the speed.
    std::vector<LawPoint> points;
};
HiddenLaw compare_law(const HiddenForceOptions& options, const HiddenSetting& setting, std::span<const double> times,
                      std::span<const NBody<4>::State> states, const ModelPoint& point, const Correction& correction);

}  // namespace syzygy
