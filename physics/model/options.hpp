#pragma once

#include "core/base/interval.hpp"
#include "core/base/option.hpp"

#include <string>

namespace syzygy {

/// Which observations count and how: what a loss is made of (docs/equations.md, "The loss").
struct DataOptions {
    Interval window;          ///< of times, as in the data
    std::string relative_to;  ///< a body's number (1..3) or name; empty: as the data say
    bool velocities = false;  ///< observed velocities count as well
    double decay = 1;         ///< weight of time t: decay^(t - t0)
    double sigma = 0;         ///< one-sigma error of every position, if the data give none; 0: unknown
    std::string observe = "dense";
    double softening = 0;     ///< of the forces, in length units
    bool jitter = true;       ///< a fit estimates the error of each series beyond its stated errors
};

const OptionList<DataOptions>& data_options();

}  // namespace syzygy
