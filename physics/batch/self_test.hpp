#pragma once

#include "physics/batch/choice.hpp"

namespace syzygy {

struct SelfTestOptions {
    std::string device = "auto";  ///< auto: every device present
    long batch = 64;              ///< trajectories of the larger batch
};

/// Loss and gradient of one batch on one device, compared with the native ones.
struct SelfTestRow {
    std::string device, name;  ///< as in ComputeDevice
    bool single_precision = false;
    long batch = 1;
    double loss_difference = 0;      ///< relative, of the losses
    double gradient_difference = 0;  ///< relative, the largest of masses, initial states and weights
    double allowed = 0;              ///< largest allowed gradient_difference
    double seconds = 0;              ///< the shorter of two calls
    Outcome outcome;
    bool ok = false;
};

struct SelfTestReport {
    Outcome outcome;            ///< not ok if a check failed
    std::string libtorch;       ///< its version; "" if there is none
    double native_seconds = 0;  ///< one loss and gradient, one thread
    std::vector<SelfTestRow> rows;
    std::vector<std::string> absent;  ///< what was not present to be tested, as sentences
    BackendChoice choice;             ///< what auto takes for a single small orbit
    BackendChoice batch_choice;       ///< what auto takes for the larger batch
};

/// The ACA example up to t = 0.5 with a pairwise network 4-32-32-1, with Dopri5 at 1e-7: losses and gradients by masses,
/// initial states and all weights. Throws ArgumentError for a device that is not present.
SelfTestReport run_self_test(const SelfTestOptions& options, std::stop_token stop = {});

}  // namespace syzygy
