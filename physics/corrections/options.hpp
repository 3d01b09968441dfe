#pragma once

#include "core/base/option.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace syzygy {

/// Which correction, and how its network is made. `correction_options()` declares each member.
struct CorrectionOptions {
    std::string correction = "none";    ///< id of corrections.hpp's table, or none
    std::string values;                 ///< "inverse-c2=1e-8": values at which named parameters start or are held
    std::string epoch = "data";         ///< the time that elements and time count from: data, window, or a number
    std::string network = "32,32";      ///< widths of the hidden layers
    std::string activation = "tanh";    ///< tanh, softplus, silu, sine
    std::string initialisation = "xavier";  ///< xavier (uniform) or he (normal)
    long network_seed = 1;
    bool potential = false;             ///< pairwise: the network is a potential, and its slope is the force
    bool mass_inputs = true;            ///< pairwise: masses are inputs of the network
    bool augmented = false;             ///< full: d_ij, also divided by |d_ij|, |d_ij|^2, |d_ij|^3, as inputs
    bool replace_newton = false;        ///< full: the network replaces Newton's accelerations
    std::string script;                 ///< torchscript: the file
    std::string script_units = "data";  ///< torchscript: units that the network was made for
    std::string script_scalar = "double";  ///< torchscript: double or float
};

const OptionList<CorrectionOptions>& correction_options();

/// The time that the text of `epoch` gives, as in the data; nothing for "data" (the first time of the data, whatever the
/// window) and "window" (the first time of the window). Throws ArgumentError("epoch", ...) for other texts.
std::optional<double> parse_epoch(std::string_view text);

}  // namespace syzygy
