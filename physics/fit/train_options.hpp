#pragma once

#include "core/base/option.hpp"

#include <string>

namespace syzygy {

/// How a correction is trained. `train_options()` declares each member; the optimiser's name, iterations (epochs), learning
/// rate and betas are those of OptimizerOptions.
struct TrainOptions {
    std::string begin = "newton";       ///< newton: first fit masses and states without the correction; start
    std::string schedule = "cosine";    ///< of the learning rate over the epochs: constant, exponential, cosine
    double weight_decay = 0;            ///< decoupled from the gradient (AdamW), for weights only
    double clip = 1;                    ///< largest norm of the gradient in a gradient step; 0: any
    double validation = 0.2;            ///< share of the window's time that is held out, at its end
    long patience = 200;                ///< epochs without a better held-out loss after which training ends; 0: never
    std::string horizon = "grow";       ///< grow: begin with a short arc and lengthen it; full
    double batch_window = 0;            ///< duration of a mini-batch's windows; 0: whole trajectories
    long batch_size = 0;                ///< windows in a mini-batch; 0: all
    std::string masses = "joint";       ///< joint: with the weights; inner: Levenberg-Marquardt inside (variable projection)
    double mass_rate = 0.1;             ///< learning rate of masses and state, as a multiple of the weights' rate
    std::string backend = "auto";       ///< native, torch, auto
    std::string device = "auto";        ///< auto, cpu, cuda, cuda:n
    long threads = 0;                   ///< of the native back end; 0: one per processor
    long train_seed = 1;                ///< of the order of windows
};

const OptionList<TrainOptions>& train_options();

}  // namespace syzygy
