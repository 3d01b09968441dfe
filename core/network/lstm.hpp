#pragma once

#include <Eigen/Core>

#include <cstdint>

namespace syzygy {

/// A long short-term memory with a linear read-out (Hochreiter, Schmidhuber 1997; with the forget gate of Gers, Schmidhuber,
/// Cummins 2000), over sequences of T inputs, one per column:
///
///     z_t = W x_t + U h_{t-1} + b,   (i, f, g, o) = (sigma, sigma, tanh, sigma)(z_t),   h_0 = c_0 = 0
///     c_t = f c_{t-1} + i g,         h_t = o tanh(c_t),                                 y_t = V h_t + d
///
/// The parameters form one vector: W (4H x n), U (4H x H), b (4H), V (m x H), d (m), matrices column after column, the gates in
/// the order i, f, g, o.
///
/// Immutable; the caller owns the memory. Repeated sequences of the same length allocate nothing.
class Lstm {
public:
    /// Throws ArgumentError if a width is not positive.
    Lstm(int inputs, int hidden, int outputs);

    int inputs() const { return inputs_; }
    int hidden() const { return hidden_; }
    int outputs() const { return outputs_; }
    Eigen::Index parameters() const { return size_; }

    /// W and U uniform in +-1/sqrt(H), b = 0 except 1 for the forget gates (Jozefowicz, Zaremba, Sutskever 2015), V and d zero,
    /// so the initial prediction is 0. A seed gives the same bits on every machine.
    Eigen::VectorXd initial_parameters(std::uint64_t seed) const;

    /// The data that a forward pass keeps for its derivatives.
    struct Tape {
        Eigen::MatrixXd gates;      ///< 4H x T, after their activation
        Eigen::MatrixXd cells;      ///< H x T, tanh(c_t)
        Eigen::MatrixXd memory;     ///< H x (T + 1), c_t itself, c_0 first
        Eigen::MatrixXd hidden;     ///< H x (T + 1), h_0 first
        Eigen::MatrixXd gate_bars;  ///< 4H x T, from the backward pass
        Eigen::VectorXd hidden_bar, memory_bar, readout_bar;
    };

    /// Computes y (outputs x T) from x (inputs x T).
    void forward(const Eigen::VectorXd& p, const Eigen::MatrixXd& x, Eigen::MatrixXd& y, Tape& tape) const;
    /// p_bar += (dy/dp)^T y_bar: back-propagation through time over the whole sequence.
    void backward(const Eigen::VectorXd& p, const Eigen::MatrixXd& x, const Eigen::MatrixXd& y_bar, Tape& tape,
                  Eigen::VectorXd& p_bar) const;

    /// The state between inputs that arrive one at a time.
    struct Memory {
        Eigen::VectorXd hidden, cell;
    };
    Memory start() const { return {Eigen::VectorXd::Zero(hidden_), Eigen::VectorXd::Zero(hidden_)}; }
    /// The output for one more input.
    Eigen::VectorXd step(const Eigen::VectorXd& p, const Eigen::VectorXd& x, Memory& memory) const;

private:
    using Matrix = Eigen::Map<const Eigen::MatrixXd>;
    using Vector = Eigen::Map<const Eigen::VectorXd>;
    Matrix input_weights(const Eigen::VectorXd& p) const { return {p.data(), 4 * hidden_, inputs_}; }
    Matrix recurrent_weights(const Eigen::VectorXd& p) const { return {p.data() + recurrent_, 4 * hidden_, hidden_}; }
    Vector biases(const Eigen::VectorXd& p) const { return {p.data() + biases_, 4 * hidden_}; }
    Matrix readout(const Eigen::VectorXd& p) const { return {p.data() + readout_, outputs_, hidden_}; }
    Vector offsets(const Eigen::VectorXd& p) const { return {p.data() + offsets_, outputs_}; }

    int inputs_, hidden_, outputs_;
    Eigen::Index recurrent_, biases_, readout_, offsets_, size_;  ///< offset of each part in the parameters
};

}  // namespace syzygy
