#include "core/network/lstm.hpp"

#include "core/base/error.hpp"
#include "core/base/random.hpp"

#include <fmt/format.h>

#include <cmath>

namespace syzygy {

namespace {

int positive(const char* name, int value)
{
    if (value < 1) throw ArgumentError(name, fmt::format("{}", value), "must be at least 1");
    return value;
}

/// The activations of one column of gates, in place.
template <class Column>
void activate(Column&& gates, Eigen::Index hidden)
{
    const auto sigmoid = [](auto&& part) { part = (1 + (-part.array()).exp()).inverse().matrix(); };
    sigmoid(gates.head(2 * hidden));
    gates.segment(2 * hidden, hidden) = gates.segment(2 * hidden, hidden).array().tanh().matrix();
    sigmoid(gates.tail(hidden));
}

}  // namespace

Lstm::Lstm(int inputs, int hidden, int outputs)
    : inputs_(positive("inputs", inputs)), hidden_(positive("hidden", hidden)), outputs_(positive("outputs", outputs))
{
    const Eigen::Index gates = 4 * Eigen::Index(hidden_);
    recurrent_ = gates * inputs_;
    biases_ = recurrent_ + gates * hidden_;
    readout_ = biases_ + gates;
    offsets_ = readout_ + Eigen::Index(outputs_) * hidden_;
    size_ = offsets_ + outputs_;
}

Eigen::VectorXd Lstm::initial_parameters(std::uint64_t seed) const
{
    Random random(seed);
    const double bound = 1 / std::sqrt(static_cast<double>(hidden_));
    Eigen::VectorXd p = Eigen::VectorXd::Zero(size_);
    for (Eigen::Index i = 0; i < biases_; ++i) p[i] = bound * (2 * random.uniform() - 1);
    p.segment(biases_ + hidden_, hidden_).setOnes();
    return p;
}

void Lstm::forward(const Eigen::VectorXd& p, const Eigen::MatrixXd& x, Eigen::MatrixXd& y, Tape& tape) const
{
    const Eigen::Index length = x.cols(), H = hidden_;
    tape.cells.resize(H, length);
    tape.memory.resize(H, length + 1);
    tape.hidden.resize(H, length + 1);
    tape.memory.col(0).setZero();
    tape.hidden.col(0).setZero();
    tape.gates.resize(4 * H, length);
    tape.gates.noalias() = input_weights(p) * x;
    tape.gates.colwise() += biases(p);
    const auto recurrent = recurrent_weights(p);
    for (Eigen::Index t = 0; t < length; ++t) {
        auto gates = tape.gates.col(t);
        gates.noalias() += recurrent * tape.hidden.col(t);
        activate(gates, H);
        tape.memory.col(t + 1) = gates.segment(H, H).cwiseProduct(tape.memory.col(t)) +
                                 gates.head(H).cwiseProduct(gates.segment(2 * H, H));
        tape.cells.col(t) = tape.memory.col(t + 1).array().tanh().matrix();
        tape.hidden.col(t + 1) = gates.tail(H).cwiseProduct(tape.cells.col(t));
    }
    y.resize(outputs_, length);
    y.noalias() = readout(p) * tape.hidden.rightCols(length);
    y.colwise() += offsets(p);
}

void Lstm::backward(const Eigen::VectorXd& p, const Eigen::MatrixXd& x, const Eigen::MatrixXd& y_bar, Tape& tape,
                    Eigen::VectorXd& p_bar) const
{
    const Eigen::Index length = x.cols(), H = hidden_;
    tape.gate_bars.resize(4 * H, length);
    tape.hidden_bar.setZero(H);
    tape.memory_bar.setZero(H);
    tape.readout_bar.resize(H);
    const auto recurrent = recurrent_weights(p);
    const auto readout = this->readout(p);
    for (Eigen::Index t = length; t-- > 0;) {
        const auto i = tape.gates.col(t).head(H).array(), f = tape.gates.col(t).segment(H, H).array(),
                   g = tape.gates.col(t).segment(2 * H, H).array(), o = tape.gates.col(t).tail(H).array();
        const auto cell = tape.cells.col(t).array();
        tape.readout_bar.noalias() = readout.transpose() * y_bar.col(t);
        tape.hidden_bar += tape.readout_bar;
        tape.memory_bar.array() += tape.hidden_bar.array() * o * (1 - cell.square());
        auto bar = tape.gate_bars.col(t).array();
        bar.head(H) = tape.memory_bar.array() * g * i * (1 - i);
        bar.segment(H, H) = tape.memory_bar.array() * tape.memory.col(t).array() * f * (1 - f);
        bar.segment(2 * H, H) = tape.memory_bar.array() * i * (1 - g.square());
        bar.tail(H) = tape.hidden_bar.array() * cell * o * (1 - o);
        tape.memory_bar.array() *= f;
        tape.hidden_bar.noalias() = recurrent.transpose() * tape.gate_bars.col(t);
    }
    using MutableMatrix = Eigen::Map<Eigen::MatrixXd>;
    using MutableVector = Eigen::Map<Eigen::VectorXd>;
    double* out = p_bar.data();
    MutableMatrix(out, 4 * H, inputs_).noalias() += tape.gate_bars * x.transpose();
    MutableMatrix(out + recurrent_, 4 * H, H).noalias() += tape.gate_bars * tape.hidden.leftCols(length).transpose();
    MutableVector(out + biases_, 4 * H) += tape.gate_bars.rowwise().sum();
    MutableMatrix(out + readout_, outputs_, H).noalias() += y_bar * tape.hidden.rightCols(length).transpose();
    MutableVector(out + offsets_, outputs_) += y_bar.rowwise().sum();
}

Eigen::VectorXd Lstm::step(const Eigen::VectorXd& p, const Eigen::VectorXd& x, Memory& memory) const
{
    const Eigen::Index H = hidden_;
    Eigen::VectorXd gates = input_weights(p) * x + recurrent_weights(p) * memory.hidden + biases(p);
    activate(gates, H);
    memory.cell = gates.segment(H, H).cwiseProduct(memory.cell) + gates.head(H).cwiseProduct(gates.segment(2 * H, H));
    memory.hidden = gates.tail(H).cwiseProduct(memory.cell.array().tanh().matrix());
    return readout(p) * memory.hidden + offsets(p);
}

}  // namespace syzygy
