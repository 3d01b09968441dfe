#include "physics/fit/train_options.hpp"

namespace syzygy {

const OptionList<TrainOptions>& train_options()
{
    using O = TrainOptions;
    static const OptionList<O> list{
        {"begin", "Begin", "", "start training from the fit without the correction, or from the initial masses and states", &O::begin, 0, 0,
         {"newton", "start"}},
        {"schedule", "Learning-rate schedule", "", "how the learning rate changes with the epoch", &O::schedule, 0, 0,
         {"cosine", "exponential", "constant"}},
        {"weight-decay", "Weight decay", "", "Adam: decoupled weight decay (AdamW); L-BFGS: penalty 0.5 * weight-decay * |weights|^2",
         &O::weight_decay, 0, 1},
        {"clip", "Gradient clipping", "", "Adam: largest gradient norm, relative to the arc's initial loss (0: no limit)", &O::clip, 0},
        {"validation", "Held-out part", "", "fraction of the window, at its end, that is held out from training", &O::validation,
         0, 0.9},
        {"patience", "Patience", "", "stop after this many epochs without a lower held-out loss, counted at the full horizon (0: never)", &O::patience, 0,
         1e9},
        {"horizon", "Horizon", "", "begin with a short arc and lengthen it, or train on the whole", &O::horizon, 0, 0,
         {"grow", "full"}},
        {"batch-window", "Batch window", "time", "duration of the windows of a mini-batch (0: whole trajectories)",
         &O::batch_window, 0},
        {"batch-size", "Batch size", "", "windows in a mini-batch (0: all)", &O::batch_size, 0, 1e9},
        {"train-masses", "Masses", "",
         "train masses together with the weights, or solve for them in every evaluation (variable projection)", &O::masses, 0, 0, {"joint", "inner"}},
        {"mass-rate", "Rate of masses", "", "learning rate of masses and state, as a multiple of that of the weights",
         &O::mass_rate, 0, 1e3},
        {"backend", "Back end", "", "what evaluates the network: our own code, LibTorch, or the faster one", &O::backend, 0, 0,
         {"auto", "native", "torch"}},
        {"device", "Device", "", "auto, cpu, cuda or cuda:n", &O::device},
        {"threads", "Threads", "", "number of threads of the native back end (0: as many as there are processors)", &O::threads, 0, 1024},
        {"train-seed", "Training seed", "", "random seed of the order of windows", &O::train_seed, 0},
    };
    return list;
}

}  // namespace syzygy
