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
    double loss = 0;           ///< on the training data, over the current arc
    double validation = 0;     ///< on the held-out part; nan if there is none
    double learning_rate = 0;
    double horizon = 0;        ///< end of the current arc, as in the data
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
};

/// The state of a training: all that is needed to go on as if the training had never stopped, bit for bit on the same device.
struct TrainState {
    long epoch = 0;
    ModelPoint point;                ///< masses, initial state, weights: the last good ones
    ModelPoint best;                 ///< those with the smallest held-out loss
    double best_validation = 0;
    long since_best = 0;
    double rate_factor = 1;          ///< factor by which divergences have lowered the learning rate
    long divergences = 0;
    std::size_t arc = 0;             ///< index of the growing horizon's arc
    CorrectionContext context;       ///< magnitudes that the correction was made for
    std::string backend, device;     ///< the ones chosen; a resumed training keeps them
    std::map<std::string, std::vector<double>> memory;  ///< moments, pairs, random state: by the optimiser's own names
    std::vector<TrainRecord> history;
    std::vector<std::string> messages;  ///< what was backed off from, and why
    double seconds = 0;
    bool finished = false;
    Outcome outcome;
};

/// What a callback sees after each epoch. Values only.
struct TrainSnapshot {
    TrainRecord record;
    long epochs = 0;                 ///< largest number of epochs
    ModelPoint point;                ///< with the weights
};
using TrainCallback = std::function<void(const TrainSnapshot&, const TrainState&)>;

/// A fit of Newton's forces alone to the data that a training is fitted to.
struct NewtonFit {
    FitResult fit;                   ///< of the first trajectory
    std::vector<ModelPoint> points;  ///< one for each trajectory
};

/// The result of a training.
struct TrainResult {
    Outcome outcome;
    FitResult fit;                   ///< loss, masses, residuals, warnings of the model with the correction at its best
    std::shared_ptr<const Correction> correction;
    ModelPoint point;                ///< the best point, with the weights
    std::vector<ModelPoint> points;  ///< the same for each trajectory: each has its own state
    CorrectionContext context;       ///< magnitudes that the correction was made for
    double training_loss = 0, validation_loss = 0;
    double training_components = 0, held_out_components = 0;  ///< observed per row, on average: losses are sums over them
    std::string backend, device;     ///< what the training ran on
    std::string chosen_because;      ///< why these were chosen
    long epochs = 0;
    double seconds = 0;
    std::optional<NewtonFit> newton;  ///< if this training began with such a fit
};

/// The options of a training unless the user sets others: OptimizerOptions' own defaults are for fits. L-BFGS with 100 pairs
/// (Adam if mini-batches change the loss between iterations), 1000 epochs, learning rate 0.01 (with --schedule exponential
/// times 0.995 per epoch), betas 0.9 and 0.999.
OptimizerOptions training_defaults();
/// The solver's relative tolerance of a training: a gradient step is never accurate enough to show the difference to a
/// tighter one.
inline constexpr double training_rtol = 1e-8;

/// Whether a fit of that setup is a training: its correction is a network, and not held (`fit.free` is empty, or names the
/// correction).
bool is_training(const FitSetup& setup, const ParameterTable& table);

/// Trains the correction, together with all else that is free, on one trajectory or on several with masses and correction in
/// common. Begins afresh if `state` is empty, else goes on from `state`; leaves `state` at the last good point whatever the
/// outcome. Throws ArgumentError for wrong options.
TrainResult train(std::span<const Observations> trajectories, const FitSetup& setup, TrainState& state,
                  const TrainCallback& callback, Control& control);

/// Whether a correction is worth its parameters: the same fit with and without the correction.
struct Justification {
    double held_out_without = 0, held_out_with = 0;  ///< mean squared residual (in sigmas, if known) on the held-out part
    double aic_without = 0, aic_with = 0, bic_without = 0, bic_with = 0;  ///< of the part that was fitted
    FitResult without;               ///< Newton alone, fitted to the same part
    bool justified = false;          ///< Newton alone is rejected in favour of the correction
    std::string words;               ///< the conclusion for a person
    std::string newton_words;        ///< the first half of the verdict: whether Newton alone is rejected, and by what
    bool complete = false;           ///< the correction leaves only noise: it may be the missing force
    std::string correction_words;    ///< the second half: whether the correction may be, and what it leaves
};
Justification justify(std::span<const Observations> trajectories, const FitSetup& setup, const TrainResult& result,
                      Control& control);

}  // namespace syzygy
