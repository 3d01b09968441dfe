#pragma once

#include "core/network/spec.hpp"

#include <vector>

namespace syzygy {

/// A network of a NetworkSpec with hand-written derivatives, for a few columns at a time (three bodies, three pairs).
///
/// Immutable, and allocates nothing: the caller owns `tape` (the data a forward pass keeps for its derivatives) and `scratch`
/// (meaningless between calls). x is inputs x columns, y outputs x columns, both column after column; p holds the parameters in
/// the order of NetworkSpec. The same call gives the same bits, and the values of a column do not depend on other columns.
///
/// The functions ending in `_tangent` carry one direction x' per column through the network, y' = (dy/dx) x'. Their x and y have
/// twice as many columns: first the values, then the tangents. Their derivatives are of second order.
class Network {
public:
    /// Throws ArgumentError("network", ...) if a layer has no width.
    explicit Network(NetworkSpec spec);

    const NetworkSpec& spec() const { return spec_; }
    int inputs() const { return spec_.inputs; }
    int outputs() const { return spec_.outputs; }
    Eigen::Index parameters() const { return parameters_; }

    std::size_t tape_size(int columns) const { return std::size_t(2 * hidden_ * columns); }
    std::size_t scratch_size(int columns) const { return std::size_t(2 * widest_ * columns); }

    void forward(const double* p, const double* x, int columns, double* y, double* tape, double* scratch) const;
    /// x_bar = (dy/dx)^T y_bar; p_bar += (dy/dp)^T y_bar unless null.
    void vjp(const double* p, const double* x, int columns, const double* tape, const double* y_bar, double* x_bar,
             double* p_bar, double* scratch) const;
    /// y_dot = (dy/dx) x_dot + (dy/dp) p_dot; a null `p_dot` means zero.
    void jvp(const double* p, const double* x, int columns, const double* tape, const double* x_dot,
             const double* p_dot, double* y_dot, double* scratch) const;

    std::size_t tangent_tape_size(int columns) const { return std::size_t(4 * hidden_ * columns); }
    std::size_t tangent_scratch_size(int columns) const { return std::size_t(4 * widest_ * columns); }

    void forward_tangent(const double* p, const double* x, int columns, double* y, double* tape, double* scratch) const;
    void vjp_tangent(const double* p, const double* x, int columns, const double* tape, const double* y_bar,
                     double* x_bar, double* p_bar, double* scratch) const;
    void jvp_tangent(const double* p, const double* x, int columns, const double* tape, const double* x_dot,
                     const double* p_dot, double* y_dot, double* scratch) const;

private:
    struct Layer {
        int in, out;
        Eigen::Index weights, biases;  ///< their offsets in the parameters
        int before;                    ///< sum of the widths of the hidden layers before it
    };
    /// `parts` 1: values; 2: values and tangents.
    template <int parts>
    void run(const double* p, const double* x, int columns, double* y, double* tape, double* scratch) const;
    template <int parts>
    void pull_back(const double* p, const double* x, int columns, const double* tape, const double* y_bar,
                   double* x_bar, double* p_bar, double* scratch) const;
    template <int parts>
    void push_forward(const double* p, const double* x, int columns, const double* tape, const double* x_dot,
                      const double* p_dot, double* y_dot, double* scratch) const;

    NetworkSpec spec_;
    std::vector<Layer> layers_;
    Eigen::Index parameters_ = 0;
    int hidden_ = 0;  ///< sum of the widths of the hidden layers
    int widest_ = 0;
};

}  // namespace syzygy
