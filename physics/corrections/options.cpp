#include "physics/corrections/corrections.hpp"

#include <charconv>
#include <cmath>

namespace syzygy {

const OptionList<CorrectionOptions>& correction_options()
{
    using O = CorrectionOptions;
    static const OptionList<O> list = [] {
        std::vector<std::string_view> ids{"none"};
        for (const CorrectionInfo& info : corrections()) ids.push_back(info.id);
        return OptionList<O>{
            {"correction", "Correction", "", "an acceleration in addition to Newton's (see `syzygy list corrections`)",
             &O::correction, 0, 0, ids},
            {"values", "Values", "", "name=number,...: initial values of named parameters, or their fixed values: inverse-c2=1e-8",
             &O::values},
            {"epoch", "Epoch", "time",
             "reference time: the epoch of a hidden body's orbital elements, and t = 0 for a network that depends on time: a number, data (the first time of the "
             "data) or window (the first time of the window)",
             &O::epoch},
            {"network", "Hidden layers", "", "widths of the network's hidden layers, between commas (none: linear)",
             &O::network},
            {"activation", "Activation", "", "function of the hidden layers", &O::activation, 0, 0,
             {"tanh", "softplus", "silu", "sine"}},
            {"initialisation", "Initial weights", "",
             "how weights are drawn: uniform (Glorot, Bengio) or normal (He et al.); the last layer starts at 0",
             &O::initialisation, 0, 0, {"xavier", "he"}},
            {"network-seed", "Seed of the weights", "", "the same seed draws the same weights", &O::network_seed, 0, 1e15},
            {"potential", "Potential", "", "pairwise: the network is a potential, its slope the force: energy is conserved",
             &O::potential},
            {"mass-inputs", "Masses are inputs", "", "pairwise: sum and product of the two masses are inputs of the network",
             &O::mass_inputs},
            {"augmented", "Augmented inputs", "",
             "full: further inputs: r_i - r_j, also divided by its length, by the square and by the cube of its length", &O::augmented},
            {"replace-newton", "Replace Newton", "", "full: the network stands in the place of Newton's accelerations",
             &O::replace_newton},
            {"script", "Network file", "", "torchscript: the file of a network exported from PyTorch", &O::script},
            {"script-units", "Units of the network", "", "torchscript: units that the network expects (data: those of the data)",
             &O::script_units},
            {"script-scalar", "Numbers of the network", "", "torchscript: type of its numbers", &O::script_scalar, 0, 0,
             {"double", "float"}},
        };
    }();
    return list;
}

std::optional<double> parse_epoch(std::string_view text)
{
    if (text == "data" || text == "window") return std::nullopt;
    double time = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(time))
        throw ArgumentError("epoch", text, "must be a time as the data have it, or data, or window");
    return time;
}

}  // namespace syzygy
