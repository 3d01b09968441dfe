#pragma once

#include "core/base/control.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/fit/options.hpp"
#include "physics/fit/result.hpp"
#include "physics/observations/observations.hpp"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace syzygy {

/// One epoch, as histories and plots show it.
struct TrainRecord {
    long epoch = 0;
    double loss = 0;           ///< on what it was trained on, over the arc at hand
    double validation = 0;     ///< on the held-out part; nan where there is none
    double learning_rate = 0;
    double horizon = 0;        ///< end of the arc at hand, as the data have it
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
};

/// Where a training stands: all that is needed to go on as if it had never stopped, bit for bit on the same device.
struct TrainState {
    long epoch = 0;
    ModelPoint point;                ///< masses, initial state, weights: the last good ones
    ModelPoint best;                 ///< those with the least held-out loss
    double best_validation = 0;
    long since_best = 0;
    double rate_factor = 1;          ///< by which divergences have lowered the learning rate
    long divergences = 0;
    std::size_t arc = 0;             ///< of the growing horizon
    CorrectionContext context;       ///< magnitudes that the correction was made for
    std::string backend, device;     ///< that were chosen; a resumed training stays there
    std::map<std::string, std::vector<double>> memory;  ///< moments, pairs, random state: by the optimiser's own names
    std::vector<TrainRecord> history;
    std::vector<std::string> messages;  ///< what backed off and why
    double seconds = 0;
    bool finished = false;
    Outcome outcome;
};

/// What a callback sees after each epoch. Values only.
struct TrainSnapshot {
    TrainRecord record;
    long epochs = 0;                 ///< at most
    ModelPoint point;                ///< with the weights
};
using TrainCallback = std::function<void(const TrainSnapshot&, const TrainState&)>;

/// Newton's forces alone, fitted to what a training is fitted to.
struct NewtonFit {
    FitResult fit;                   ///< of the first trajectory
    std::vector<ModelPoint> points;  ///< one a trajectory
};

/// A training as it ended.
struct TrainResult {
    Outcome outcome;
    FitResult fit;                   ///< loss, masses, residuals, warnings of the model with the correction at its best
    std::shared_ptr<const Correction> correction;
    ModelPoint point;                ///< the best, with the weights
    std::vector<ModelPoint> points;  ///< the same for each trajectory: each has its own state
    CorrectionContext context;       ///< magnitudes that the correction was made for
    double training_loss = 0, validation_loss = 0;
    double training_components = 0, held_out_components = 0;  ///< observed in a row, on average: losses are sums over them
    std::string backend, device;     ///< what it ran on, and
    std::string chosen_because;      ///< why
    long epochs = 0;
    double seconds = 0;
    std::optional<NewtonFit> newton;  ///< where this training began with it
};

/// What a training takes where the user names nothing else: OptimizerOptions' own defaults are those of fits. L-BFGS of
/// 100 pairs (Adam where mini-batches make losses of iterations another), 1000 epochs, learning rate 0.01 (with --schedule exponential times 0.995 an epoch), betas 0.9 and 0.999.
OptimizerOptions training_defaults();
/// And the solver's relative tolerance: a gradient step never comes near the difference to a tighter one.
inline constexpr double training_rtol = 1e-8;

/// Whether a fit of that setup is a training: its correction is a network, and not held (`fit.free` says nothing, or names it).
bool is_training(const FitSetup& setup, const ParameterTable& table);

/// Trains the correction, together with what else is free, on one trajectory or on several with masses and correction in
/// common. Begins afresh where `state` is empty, else goes on from it; leaves it at the last good point whatever the
/// outcome. Throws ArgumentError for wrong options.
TrainResult train(std::span<const Observations> trajectories, const FitSetup& setup, TrainState& state,
                  const TrainCallback& callback, Control& control);

/// Whether a correction is worth its parameters: the same fit with and without it.
struct Justification {
    double held_out_without = 0, held_out_with = 0;  ///< mean squared residual (in sigmas, where known) on the held-out part
    double aic_without = 0, aic_with = 0, bic_without = 0, bic_with = 0;  ///< of the part that was fitted
    FitResult without;               ///< Newton alone, fitted to the same part
    bool justified = false;          ///< Newton alone is rejected in favour of the correction
    std::string words;               ///< what a person should take from it
    std::string newton_words;        ///< the first half of the verdict: whether Newton alone is rejected, and by what
    bool complete = false;           ///< what the correction leaves is noise: it may be the force that is missing
    std::string correction_words;    ///< the second half: whether it is, and what it leaves
};
Justification justify(std::span<const Observations> trajectories, const FitSetup& setup, const TrainResult& result,
                      Control& control);

}  // namespace syzygy
