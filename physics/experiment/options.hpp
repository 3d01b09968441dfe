#pragma once

#include "core/base/option.hpp"

#include <string>

namespace syzygy {

/// The three-body experiment of the ACA paper. `three_body_experiment_options()` declares each member.
struct ThreeBodyExperimentOptions {
    std::string models = "all";                 ///< ids of three_body.hpp's table
    std::string methods = "adjoint,naive,aca";  ///< gradient methods of the models that are ODEs
    long seeds = 3;
    long first_seed = 1;
    long epochs = 0;                  ///< of every model; 0: each model's own
    std::string network = "64,64";    ///< hidden layers of NODE
    std::string correction_network = "16,16";  ///< of ODE + correction
    long lstm_width = 32;
    double rtol = 1e-7;
    long threads = 0;
    bool quick = false;               ///< a tenth of the epochs, two seeds at most
};
const OptionList<ThreeBodyExperimentOptions>& three_body_experiment_options();

/// Data with a force that Newton's three bodies lack. `hidden_force_options()` declares each member.
struct HiddenForceOptions {
    std::string force = "post-newtonian";  ///< ids of hidden_force.hpp's table
    std::string correction = "auto";       ///< id of corrections.hpp's table; auto: the one that shows the force best
    double strength = 0;                   ///< of the force, in its own measure; 0: its default
    double alpha = 2;                      ///< coordinates of the post-Newtonian term (HiddenTerms)
    double duration = 0;                   ///< of the training window; 0: the force's own
    long samples = 300;                    ///< observations in the training window
    double noise = 1e-4;                   ///< one-sigma error of positions
    long seeds = 3;
    long first_seed = 1;
    long iterations = 0;                   ///< of L-BFGS; 0: the force's own
    std::string network = "16,16";
    double rtol = 1e-9;
    long threads = 0;
    bool quick = false;
};
const OptionList<HiddenForceOptions>& hidden_force_options();

}  // namespace syzygy
