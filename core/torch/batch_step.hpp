#pragma once

#include "core/torch/field.hpp"
#include "core/torch/scheme.hpp"

#include <vector>

namespace syzygy::torch_ode {

/// A scheme on a device: what its arithmetic takes as tensors, made once a solve.
struct SchemeOnDevice {
    SchemeOnDevice(const Scheme& scheme, const Tensor& like);

    const Scheme* scheme;
    Tensor c;      ///< [rows, 1], double
    Tensor dense;  ///< [rows, degree], double
};

/// Where a solution is read off within a step: M readings of its n trajectories.
struct Readings {
    Tensor of;     ///< [U] the trajectories of the step that are read; undefined: all
    Tensor local;  ///< [M] which of these
    Tensor slot;   ///< [M] the place of the reading among those of the whole batch
    Tensor theta;  ///< [M] in (0, 1), double; undefined at a step's end
    bool any() const { return local.defined(); }
    /// [M] which of the step's trajectories.
    Tensor in_step() const { return of.defined() ? of.index_select(0, local) : local; }
};

/// A Runge-Kutta step of n trajectories at once, each from its own t and of its own size h (core/ode/step.hpp is the same
/// for one). Records a graph where gradients are enabled.
class BatchStep {
public:
    /// t, h [n] double; y [n, ...]; `rows` as in Field. `first` is the first stage, where it is known already.
    BatchStep(const SchemeOnDevice& scheme, const Field& field, at::TensorList parameters, Tensor rows, const Tensor& t,
              const Tensor& h, Tensor y, Tensor first = {});

    /// The stages and y1.
    void compute();
    /// The end stage f(t + h, y1), evaluated when asked for first.
    const Tensor& end_stage();
    /// [n] the local error in units of atol + rtol |y|, as in core/ode/solver.hpp.
    Tensor error_ratio(const Tensor& atol, double rtol);
    /// [M, ...] the dense output. Evaluates the end stage, and the dense stages of the trajectories that are read.
    Tensor read(const Readings& inside);

    /// The step of some of its trajectories. `stages`: with all that `read` needs.
    BatchStep select(const Tensor& local, bool stages) const;

    const Tensor& y0() const { return y_; }
    const Tensor& y1() const { return y1_; }
    const Tensor& first_stage() const { return k_[0]; }
    const Tensor& rows() const { return rows_; }

    /// The state at which a stage is evaluated, from the stages before it.
    Tensor stage_state(int row) const;
    Tensor evaluate(int row, const Tensor& state) const;
    void set_stage(int row, Tensor k) { k_[static_cast<std::size_t>(row)] = std::move(k); }
    /// h as a column that multiplies states.
    const Tensor& h_column() const { return h_column_; }
    /// [rows, M] weights b_i(theta) of the dense output, in the state's numbers.
    Tensor dense_weights(const Tensor& theta) const;

private:
    void compute_dense_stages();

    const SchemeOnDevice* on_device_;
    const Scheme* scheme_;
    const Field* field_;
    at::TensorList parameters_;
    Tensor rows_, y_, y1_, h_column_;
    Tensor stage_times_;     ///< [scheme rows, n] in the state's numbers
    std::vector<Tensor> k_;  ///< scheme rows; undefined where not evaluated
};

/// sum_i weights_i k_i over the weights that are not zero; undefined where all are.
Tensor weighted_sum(const std::vector<double>& weights, const std::vector<Tensor>& k);

/// A column [n] shaped so that it multiplies states [n, ...].
Tensor as_column(const Tensor& of_rows, const Tensor& state);

}  // namespace syzygy::torch_ode
