#pragma once

#include "core/network/spec.hpp"

#include <torch/types.h>

#include <utility>
#include <vector>

namespace syzygy::torch_ode {

/// A network of a NetworkSpec on LibTorch: any device, any floating type, any number of rows at once. The parameters are one
/// tensor of P numbers in the spec's order, so parameters of the native network are copied in, and gradients copied out, without
/// reordering. Agrees with the values of core/network/network.hpp to rounding.
class TorchNetwork {
public:
    explicit TorchNetwork(NetworkSpec spec);

    const NetworkSpec& spec() const { return spec_; }

    /// W of a layer, transposed (in x out), and b (out), as views of the parameters.
    struct Layer {
        torch::Tensor weights, biases;
    };
    /// The layers of parameters p [P].
    std::vector<Layer> layers(const torch::Tensor& p) const;

    /// Maps x [..., inputs] to y [..., outputs].
    torch::Tensor forward(const std::vector<Layer>& layers, const torch::Tensor& x) const;
    /// With one direction x' per row, [..., inputs] like x: y and (dy/dx) x'.
    std::pair<torch::Tensor, torch::Tensor> forward_tangent(const std::vector<Layer>& layers, const torch::Tensor& x,
                                                            const torch::Tensor& x_dot) const;

private:
    NetworkSpec spec_;
    std::vector<std::int64_t> sizes_;  ///< sizes of W and b, layer after layer
};

/// The numbers as a tensor [n] with the given options.
torch::Tensor to_tensor(const Eigen::Ref<const Eigen::VectorXd>& numbers, const torch::TensorOptions& options);
/// A tensor of any shape as numbers, row after row.
Eigen::VectorXd to_vector(const torch::Tensor& tensor);

}  // namespace syzygy::torch_ode
