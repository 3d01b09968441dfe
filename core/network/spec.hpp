#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// Activation functions of the hidden layers; all are smooth, as the order of a solver requires.
enum class Activation { tanh, softplus, silu, sine };

/// How weights are drawn: uniform in +-sqrt(6 / (in + out)) (Glorot, Bengio 2010) or normal with variance 2 / in
/// (He et al. 2015). Biases start at 0.
enum class Initialisation { xavier, he };

/// A fully connected network, described once for all back ends: hidden layers of the given widths with the activation, and a
/// linear last layer.
///
/// The parameters form one vector, layer after layer: W (out x in, column after column), then b (out).
/// With h_0 = x: h_l = activation(W_l h_{l-1} + b_l); the last layer has no activation.
struct NetworkSpec {
    int inputs = 1;
    std::vector<int> hidden{32, 32};
    int outputs = 1;
    Activation activation = Activation::tanh;
    Initialisation initialisation = Initialisation::xavier;
    std::uint64_t seed = 1;
    bool zero_last = true;  ///< the last layer starts at zero, so the network's output does too

    bool operator==(const NetworkSpec&) const = default;

    /// inputs, hidden widths, outputs.
    std::vector<int> widths() const;
    Eigen::Index parameters() const;
    /// A seed gives the same bits on every machine.
    Eigen::VectorXd initial_parameters() const;
};

/// Parses "32,32" as widths ("": no hidden layers). Throws ArgumentError("network", ...) for other lists than positive numbers.
std::vector<int> parse_widths(std::string_view text);
Activation parse_activation(std::string_view id);
Initialisation parse_initialisation(std::string_view id);

}  // namespace syzygy
