#pragma once

#include "core/base/option.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syzygy {

/// The options of a solve. `solver_options()` declares each member's name, range and help.
struct SolverOptions {
    std::string method = "dopri5";
    double rtol = 1e-12;
    std::vector<double> atol{};     ///< one value, or one per component; empty: rtol times the state's magnitude
    double step = 0;                ///< fixed-step methods: the step; adaptive: the first step, 0: automatic
    double min_step = 0;            ///< 0: 16 units in the last place of t
    double max_step = 0;            ///< 0: unlimited
    double safety = 0.9;
    double min_factor = 0.2;
    double max_factor = 10;
    double pi_beta = 0.2;           ///< weight of the previous error in the controller; 0: an I controller
    long max_evaluations = 10'000'000;
};

const OptionList<SolverOptions>& solver_options();

}  // namespace syzygy
