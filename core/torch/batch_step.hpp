#pragma once

#include "core/torch/field.hpp"
#include "core/torch/scheme.hpp"

#include <vector>

namespace syzygy::torch_ode {

/// A scheme on a device: the tensors that its arithmetic uses, made once per solve.
struct SchemeOnDevice {
    SchemeOnDevice(const Scheme& scheme, const Tensor& like);

    const Scheme* scheme;
    Tensor c;      ///< [rows, 1], double
    Tensor dense;  ///< [rows, degree], double
};

/// The readings of a solution within a step: M readings of its n trajectories.
struct Readings {
    Tensor of;     ///< [U] the trajectories of the step that are read; undefined: all
    Tensor local;  ///< [M] which of these trajectories
    Tensor slot;   ///< [M] the place of each reading in the readings of the whole batch
    Tensor theta;  ///< [M] in (0, 1), double; undefined at the end of a step
    bool any() const { return local.defined(); }
    /// [M] indices of the trajectories in the step.
    Tensor in_step() const { return of.defined() ? of.index_select(0, local) : local; }
};

/// A Runge-Kutta step of n trajectories at once, each with its own t and its own size h (core/ode/step.hpp does the same for one
/// trajectory). Records a graph if gradients are enabled.
class BatchStep {
public:
    /// t, h [n] double; y [n, ...]; `rows` as in Field. `first` is the first stage, if already known.
    BatchStep(const SchemeOnDevice& scheme, const Field& field, at::TensorList parameters, Tensor rows, const Tensor& t,
              const Tensor& h, Tensor y, Tensor first = {});

    /// Computes the stages and y1.
    void compute();
    /// The end stage f(t + h, y1), evaluated on the first call.
    const Tensor& end_stage();
    /// [n] the local error in units of atol + rtol |y|, as in core/ode/solver.hpp.
    Tensor error_ratio(const Tensor& atol, double rtol);
    /// [M, ...] the dense output. Evaluates the end stage, and the dense stages of the trajectories that are read.
    Tensor read(const Readings& inside);

    /// The step restricted to some of its trajectories. `stages`: include all that `read` needs.
    BatchStep select(const Tensor& local, bool stages) const;

    const Tensor& y0() const { return y_; }
    const Tensor& y1() const { return y1_; }
    const Tensor& first_stage() const { return k_[0]; }
    const Tensor& rows() const { return rows_; }

    /// The state at which a stage is evaluated, from the stages before it.
    Tensor stage_state(int row) const;
    Tensor evaluate(int row, const Tensor& state) const;
    void set_stage(int row, Tensor k) { k_[static_cast<std::size_t>(row)] = std::move(k); }
    /// h as a column that can multiply states.
    const Tensor& h_column() const { return h_column_; }
    /// [rows, M] weights b_i(theta) of the dense output, in the number type of the state.
    Tensor dense_weights(const Tensor& theta) const;

private:
    void compute_dense_stages();

    const SchemeOnDevice* on_device_;
    const Scheme* scheme_;
    const Field* field_;
    at::TensorList parameters_;
    Tensor rows_, y_, y1_, h_column_;
    Tensor stage_times_;     ///< [scheme rows, n] in the number type of the state
    std::vector<Tensor> k_;  ///< scheme rows; undefined if not evaluated
};

/// sum_i weights_i k_i over the nonzero weights; undefined if all are zero.
Tensor weighted_sum(const std::vector<double>& weights, const std::vector<Tensor>& k);

/// A column [n], shaped so that it can multiply states [n, ...].
Tensor as_column(const Tensor& of_rows, const Tensor& state);

}  // namespace syzygy::torch_ode
