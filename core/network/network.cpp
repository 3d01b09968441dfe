#include "core/network/network.hpp"

#include "core/base/error.hpp"
#include "core/network/activation.hpp"
#include "core/network/kernels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace syzygy {

using namespace network_kernels;

namespace {

// What a hidden layer of n = width * columns numbers leaves on the tape: h and, with tangents, h'; then slopes
// activation'(z) and, with tangents, bends = activation''(z) z'. So h and h' are the next layer's input as they lie
// there.

/// h_bar becomes z_bar: z_bar = slopes h_bar + bends h'_bar, z'_bar = slopes h'_bar.
template <int parts>
void pull_back_activation(const double* slopes, Eigen::Index n, double* bar)
{
    if constexpr (parts == 1) {
        for (Eigen::Index i = 0; i < n; ++i) bar[i] *= slopes[i];
    } else {
        const double* bends = slopes + n;
        for (Eigen::Index i = 0; i < n; ++i) {
            bar[i] = slopes[i] * bar[i] + bends[i] * bar[n + i];
            bar[n + i] *= slopes[i];
        }
    }
}

/// A tangent of z becomes one of h.
template <int parts>
void push_forward_activation(const double* slopes, Eigen::Index n, double* dot)
{
    if constexpr (parts == 1) {
        for (Eigen::Index i = 0; i < n; ++i) dot[i] *= slopes[i];
    } else {
        const double* bends = slopes + n;
        for (Eigen::Index i = 0; i < n; ++i) {
            dot[n + i] = slopes[i] * dot[n + i] + bends[i] * dot[i];
            dot[i] *= slopes[i];
        }
    }
}

}  // namespace

Network::Network(NetworkSpec spec) : spec_(std::move(spec))
{
    const std::vector<int> widths = spec_.widths();
    for (const int width : widths) {
        if (width < 1)
            throw ArgumentError("network", fmt::format("{}", width), "a layer must have a width of at least 1");
        widest_ = std::max(widest_, width);
    }
    for (std::size_t layer = 1; layer < widths.size(); ++layer) {
        const int in = widths[layer - 1], out = widths[layer];
        const Eigen::Index biases = parameters_ + Eigen::Index(in) * out;
        layers_.push_back({in, out, parameters_, biases, hidden_});
        parameters_ = biases + out;
        if (layer + 1 < widths.size()) hidden_ += out;
    }
}

template <int parts>
void Network::run(const double* p, const double* x, int columns, double* y, double* tape, double* scratch) const
{
    for (const Layer& layer : layers_) {
        const bool last = &layer == &layers_.back();
        double* z = last ? y : scratch;
        const Eigen::Index n = Eigen::Index(layer.out) * columns;
        multiply(p + layer.weights, p + layer.biases, layer.in, layer.out, x, columns, z);
        if constexpr (parts == 2)
            multiply(p + layer.weights, nullptr, layer.in, layer.out, x + Eigen::Index(layer.in) * columns, columns,
                     z + n);
        if (last) return;
        double *h = tape + 2 * parts * layer.before * columns, *slopes = h + parts * n;
        double* bends = parts == 2 ? slopes + n : nullptr;
        activate(spec_.activation, z, std::size_t(n), h, slopes, bends);
        if constexpr (parts == 2)
            for (Eigen::Index i = 0; i < n; ++i) {
                h[n + i] = slopes[i] * z[n + i];
                bends[i] *= z[n + i];
            }
        x = h;
    }
}

template <int parts>
void Network::pull_back(const double* p, const double* x, int columns, const double* tape, const double* y_bar,
                        double* x_bar, double* p_bar, double* scratch) const
{
    double *bar = scratch, *other = scratch + Eigen::Index(parts * widest_) * columns;
    for (std::size_t l = layers_.size(); l-- > 0;) {
        const Layer& layer = layers_[l];
        const double* h = l == 0 ? x : tape + 2 * parts * layers_[l - 1].before * columns;
        if (p_bar) {
            add_outer(y_bar, layer.in, layer.out, h, parts * columns, p_bar + layer.weights);
            add_columns(y_bar, layer.out, columns, p_bar + layer.biases);
        }
        double* h_bar = l == 0 ? x_bar : bar;
        multiply_transposed(p + layer.weights, layer.in, layer.out, y_bar, parts * columns, h_bar);
        if (l == 0) return;
        const Eigen::Index n = Eigen::Index(layer.in) * columns;
        pull_back_activation<parts>(h + parts * n, n, h_bar);
        y_bar = h_bar;
        std::swap(bar, other);
    }
}

template <int parts>
void Network::push_forward(const double* p, const double* x, int columns, const double* tape, const double* x_dot,
                           const double* p_dot, double* y_dot, double* scratch) const
{
    double *dot = scratch, *other = scratch + Eigen::Index(parts * widest_) * columns;
    for (const Layer& layer : layers_) {
        const bool last = &layer == &layers_.back();
        double* z_dot = last ? y_dot : dot;
        const Eigen::Index n = Eigen::Index(layer.out) * columns;
        multiply(p + layer.weights, nullptr, layer.in, layer.out, x_dot, parts * columns, z_dot);
        if (p_dot) {
            add_product(p_dot + layer.weights, layer.in, layer.out, x, parts * columns, z_dot);
            for (Eigen::Index c = 0; c < columns; ++c)
                for (int row = 0; row < layer.out; ++row) z_dot[c * layer.out + row] += p_dot[layer.biases + row];
        }
        if (last) return;
        const double* h = tape + 2 * parts * layer.before * columns;
        push_forward_activation<parts>(h + parts * n, n, z_dot);
        x = h;
        x_dot = z_dot;
        std::swap(dot, other);
    }
}

void Network::forward(const double* p, const double* x, int columns, double* y, double* tape, double* scratch) const
{
    run<1>(p, x, columns, y, tape, scratch);
}

void Network::vjp(const double* p, const double* x, int columns, const double* tape, const double* y_bar, double* x_bar,
                  double* p_bar, double* scratch) const
{
    pull_back<1>(p, x, columns, tape, y_bar, x_bar, p_bar, scratch);
}

void Network::jvp(const double* p, const double* x, int columns, const double* tape, const double* x_dot,
                  const double* p_dot, double* y_dot, double* scratch) const
{
    push_forward<1>(p, x, columns, tape, x_dot, p_dot, y_dot, scratch);
}

void Network::forward_tangent(const double* p, const double* x, int columns, double* y, double* tape,
                              double* scratch) const
{
    run<2>(p, x, columns, y, tape, scratch);
}

void Network::vjp_tangent(const double* p, const double* x, int columns, const double* tape, const double* y_bar,
                          double* x_bar, double* p_bar, double* scratch) const
{
    pull_back<2>(p, x, columns, tape, y_bar, x_bar, p_bar, scratch);
}

void Network::jvp_tangent(const double* p, const double* x, int columns, const double* tape, const double* x_dot,
                          const double* p_dot, double* y_dot, double* scratch) const
{
    push_forward<2>(p, x, columns, tape, x_dot, p_dot, y_dot, scratch);
}

}  // namespace syzygy
