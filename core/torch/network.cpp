#include "core/torch/network.hpp"

namespace syzygy::torch_ode {

using torch::Tensor;

namespace {

/// Beyond this, softplus(z) is z to the last bit of a double. (LibTorch's own limit of 20 costs seven digits.)
constexpr double softplus_limit = 40;

Tensor activate(Activation activation, const Tensor& z)
{
    switch (activation) {
    case Activation::tanh: return at::tanh(z);
    case Activation::softplus: return at::softplus(z, 1, softplus_limit);
    case Activation::silu: return at::silu(z);
    case Activation::sine: return at::sin(z);
    }
    return z;
}

/// activation'(z); `h` is activation(z).
Tensor slope(Activation activation, const Tensor& z, const Tensor& h)
{
    switch (activation) {
    case Activation::tanh: return 1 - h * h;
    case Activation::softplus: return at::sigmoid(z);
    case Activation::silu: {
        const Tensor s = at::sigmoid(z);
        return s + h * (1 - s);
    }
    case Activation::sine: return at::cos(z);
    }
    return z;
}

/// [..., n] as [rows, n].
Tensor rows_of(const Tensor& x)
{
    return x.dim() == 2 ? x : x.reshape({-1, x.size(-1)});
}

Tensor shaped_like(const Tensor& rows, const Tensor& x)
{
    if (x.dim() == 2) return rows;
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = rows.size(1);
    return rows.view(shape);
}

}  // namespace

TorchNetwork::TorchNetwork(NetworkSpec spec) : spec_(std::move(spec))
{
    const std::vector<int> widths = spec_.widths();
    for (std::size_t layer = 1; layer < widths.size(); ++layer) {
        sizes_.push_back(std::int64_t(widths[layer - 1]) * widths[layer]);
        sizes_.push_back(widths[layer]);
    }
}

std::vector<TorchNetwork::Layer> TorchNetwork::layers(const Tensor& p) const
{
    // One operation of the graph, whatever the number of layers.
    const std::vector<Tensor> parts = p.split_with_sizes(sizes_);
    std::vector<Layer> layers;
    for (std::size_t part = 0; part < parts.size(); part += 2) {
        const std::int64_t out = sizes_[part + 1];
        layers.push_back({parts[part].view({sizes_[part] / out, out}), parts[part + 1]});
    }
    return layers;
}

Tensor TorchNetwork::forward(const std::vector<Layer>& layers, const Tensor& x) const
{
    Tensor h = rows_of(x);
    for (const Layer& layer : layers) {
        h = at::addmm(layer.biases, h, layer.weights);
        if (&layer != &layers.back()) h = activate(spec_.activation, h);
    }
    return shaped_like(h, x);
}

std::pair<Tensor, Tensor> TorchNetwork::forward_tangent(const std::vector<Layer>& layers, const Tensor& x,
                                                        const Tensor& x_dot) const
{
    Tensor h = rows_of(x), h_dot = rows_of(x_dot);
    for (const Layer& layer : layers) {
        const Tensor z = at::addmm(layer.biases, h, layer.weights), z_dot = at::mm(h_dot, layer.weights);
        if (&layer == &layers.back()) return {shaped_like(z, x), shaped_like(z_dot, x)};
        h = activate(spec_.activation, z);
        h_dot = slope(spec_.activation, z, h) * z_dot;
    }
    return {x, x_dot};
}

Tensor to_tensor(const Eigen::Ref<const Eigen::VectorXd>& numbers, const torch::TensorOptions& options)
{
    // from_blob only reads here; the copy is the tensor's own.
    const Tensor there = torch::from_blob(const_cast<double*>(numbers.data()), {numbers.size()}, torch::kDouble);
    return there.to(options, /*non_blocking=*/false, /*copy=*/true);
}

Eigen::VectorXd to_vector(const Tensor& tensor)
{
    const Tensor numbers = tensor.detach().to(torch::kCPU, torch::kDouble).contiguous();
    return Eigen::Map<const Eigen::VectorXd>(numbers.data_ptr<double>(), numbers.numel());
}

}  // namespace syzygy::torch_ode
