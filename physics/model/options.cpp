#include "physics/model/options.hpp"

namespace syzygy {

const OptionList<DataOptions>& data_options()
{
    using O = DataOptions;
    static const OptionList<O> list{
        {"window", "Window", "time", "use only the rows from t0 to t1 (either side may be left out)", &O::window},
        {"relative-to", "Relative to", "", "take positions relative to this body (number or name)", &O::relative_to},
        {"velocities", "Velocities count", "", "observed velocities count in the loss as well", &O::velocities},
        {"decay", "Weight decay", "", "weight of time t: decay^(t - t0)", &O::decay, 1e-300, 1},
        {"sigma", "Position error", "length", "one-sigma position error used if the data give none (0: unknown; estimated if the data give some errors)",
         &O::sigma, 0},
        {"observe",
         "Observe",
         "",
         "evaluate observations with the dense output, or end a step at each",
         &O::observe,
         0,
         0,
         {"dense", "stop"}},
        {"jitter", "Jitter", "", "estimate for each instrument an error that is added in quadrature to the stated ones", &O::jitter},
        {"softening", "Softening", "length", "softening length of the forces (0: point masses)", &O::softening, 0},
    };
    return list;
}

}  // namespace syzygy
