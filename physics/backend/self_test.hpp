#pragma once

#include "physics/backend/choice.hpp"

namespace syzygy {

struct SelfTestOptions {
    std::string device = "auto";  ///< auto: every one that there is
    long batch = 64;              ///< trajectories of the larger batch
};

/// Loss and gradient of one batch on one device, held against the native ones.
struct SelfTestRow {
    std::string device, name;  ///< as in ComputeDevice
    bool single_precision = false;
    long batch = 1;
    double loss_difference = 0;      ///< relative, of the losses
    double gradient_difference = 0;  ///< relative, the largest of masses, initial states and weights
    double allowed = 0;              ///< what the gradient's may be
    double seconds = 0;              ///< the shorter of two calls
    Outcome outcome;
    bool ok = false;
};

struct SelfTestReport {
    Outcome outcome;            ///< not ok where a check failed
    std::string libtorch;       ///< its version; "" where there is none
    double native_seconds = 0;  ///< one loss and gradient, one thread
    std::vector<SelfTestRow> rows;
    std::vector<std::string> absent;  ///< what was not there to be tested, as sentences
    BackendChoice choice;             ///< what auto takes for a single small orbit,
    BackendChoice batch_choice;       ///< and for the larger batch
};

/// The ACA example up to t = 0.5 with a pairwise network 4-32-32-1, at Dopri5 1e-7: losses and gradients by masses,
/// initial states and all weights. Throws ArgumentError for a device that is not there.
SelfTestReport run_self_test(const SelfTestOptions& options, std::stop_token stop = {});

}  // namespace syzygy
