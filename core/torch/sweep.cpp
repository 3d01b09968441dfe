#include "core/torch/sweep.hpp"

#include "core/base/cancelled.hpp"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <limits>

namespace syzygy::torch_ode {

namespace {

/// Pulls cotangents back through one step after the other.
class Sweep {
public:
    Sweep(const Field& field, at::TensorList parameters, const StepRecord& record, const Tensor& of_read)
        : field_(field), parameters_(parameters), record_(record), scheme_(*record.scheme->scheme)
    {
        std::vector<std::int64_t> flat(record.shape.begin() + 1, record.shape.end());
        flat[0] = record.shape[0] * record.shape[1];
        of_read_ = of_read.detach().reshape(flat);
        std::vector<std::int64_t> state = flat;
        state[0] = record.shape[0];
        lambda_ = torch::zeros(state, of_read.options().requires_grad(false));
        of_parameters_.resize(parameters.size());
    }

    void pull_back(const AcceptedStep& step, Pull pull)
    {
        Tensor lambda = take_rows(lambda_, step.rows);
        if (step.at_end.any())
            lambda = lambda.index_add(0, step.at_end.local, of_read_.index_select(0, step.at_end.slot));
        lambda = pull == Pull::taped ? through_tape(step, lambda) : through_stages(step, lambda);
        lambda_ = step.rows.defined() ? lambda_.index_copy(0, step.rows, lambda) : lambda;
    }

    SweepResult finish()
    {
        const Readings& start = record_.at_start;
        if (start.any()) lambda_ = lambda_.index_add(0, start.local, of_read_.index_select(0, start.slot));
        return {std::move(lambda_), std::move(of_parameters_)};
    }

private:
    /// The vjp of outputs that came of `y` and the parameters: adds the parameters' part, returns y's.
    Tensor vjp(const torch::autograd::variable_list& outputs, const Tensor& y, const torch::autograd::variable_list& cotangents)
    {
        torch::autograd::variable_list inputs{y};
        for (const Tensor& parameter : parameters_)
            if (parameter.requires_grad()) inputs.push_back(parameter);
        const auto found = torch::autograd::grad(outputs, inputs, cotangents, false, false, true);
        auto part = found.begin();
        for (std::size_t i = 0; i < parameters_.size(); ++i) {
            if (!parameters_[i].requires_grad() || !(++part)->defined()) continue;
            Tensor& sum = of_parameters_[i];
            // The first part may be shared with the graph it came of.
            sum = sum.defined() ? sum.add_(*part) : part->clone();
        }
        return found[0].defined() ? found[0] : torch::zeros_like(y);
    }

    Tensor through_tape(const AcceptedStep& step, const Tensor& lambda)
    {
        const at::AutoGradMode with_graph(true);
        const Tensor y = step.y.detach().requires_grad_();
        BatchStep again(*record_.scheme, field_, parameters_, step.rows, step.t, step.h, y);
        again.compute();
        torch::autograd::variable_list outputs{again.y1()}, cotangents{lambda};
        if (step.inside.any()) {
            outputs.push_back(again.read(step.inside));
            cotangents.push_back(of_read_.index_select(0, step.inside.slot));
        }
        return vjp(outputs, y, cotangents);
    }

    /// docs/equations.md, "The discrete adjoint": kbar_i = h sum_{j > i} a_ji Xbar_j + (of the dense output) h sum_m
    /// b_i(theta_m) w_m; Xbar_i = (df/dX at X_i)^T kbar_i, and lambda before the step is the sum of all Xbar and w. The
    /// row of the end stage is b, and its Xbar has lambda in it: so the solution is a row like the others.
    Tensor through_stages(const AcceptedStep& step, const Tensor& lambda)
    {
        BatchStep again(*record_.scheme, field_, parameters_, step.rows, step.t, step.h, step.y);
        const bool read = step.inside.any();
        const int rows = read ? scheme_.rows : scheme_.stages + 1;
        std::vector<Tensor> states;
        for (int row = 0; row < rows; ++row) {
            states.push_back(again.stage_state(row));
            if (row + 1 < rows) again.set_stage(row, again.evaluate(row, states.back()));
        }
        Tensor of_readings, weights, local;
        if (read) {
            of_readings = of_read_.index_select(0, step.inside.slot);
            weights = again.dense_weights(step.inside.theta);
            local = step.inside.in_step();
        }

        std::vector<Tensor> state_bar(static_cast<std::size_t>(rows));
        Tensor before = torch::zeros_like(lambda);
        for (int row = rows - 1; row >= 0; --row) {
            const auto i = static_cast<std::size_t>(row);
            Tensor k_bar;
            for (std::size_t j = i + 1; j < state_bar.size(); ++j) {
                const double weight = scheme_.a[j][i];
                if (weight == 0 || !state_bar[j].defined()) continue;
                k_bar = k_bar.defined() ? k_bar.add_(state_bar[j], weight) : state_bar[j] * weight;
            }
            if (read && scheme_.is_read(row)) {
                if (!k_bar.defined()) k_bar = torch::zeros_like(lambda);
                k_bar = k_bar.index_add(0, local, of_readings * as_column(weights.select(0, row), of_readings));
            }
            if (k_bar.defined()) {
                const at::AutoGradMode with_graph(true);
                const Tensor state = states[i].detach().requires_grad_();
                const Tensor k = again.evaluate(row, state);
                const Tensor cotangent = k_bar * again.h_column();
                state_bar[i] = k.requires_grad() ? vjp({k}, state, {cotangent}) : torch::zeros_like(state);
            }
            if (row == scheme_.end_stage()) state_bar[i] = state_bar[i].defined() ? state_bar[i] + lambda : lambda;
            if (state_bar[i].defined()) before.add_(state_bar[i]);
            states[i] = Tensor();
        }
        return read ? before.index_add(0, local, of_readings) : before;
    }

    const Field& field_;
    at::TensorList parameters_;
    const StepRecord& record_;
    const Scheme& scheme_;
    Tensor of_read_;  ///< [batch K, ...]
    Tensor lambda_;   ///< [batch, ...]
    std::vector<Tensor> of_parameters_;
};

}  // namespace

SweepResult sweep_back(const Field& field, at::TensorList parameters, const StepRecord& record, const Tensor& of_read, Pull pull)
{
    const at::NoGradGuard no_graph;
    Sweep sweep(field, parameters, record, of_read);
    for (auto step = record.steps.rbegin(); step != record.steps.rend(); ++step) {
        throw_if_stopped(record.stop);
        sweep.pull_back(*step, pull);
    }
    return sweep.finish();
}

Tensor replay(const Field& field, at::TensorList parameters, const StepRecord& record, const Tensor& y0)
{
    const at::AutoGradMode with_graph(true);
    std::vector<Tensor> values, slots;
    const auto read = [&](const Readings& readings, const Tensor& value) {
        values.push_back(value);
        slots.push_back(readings.slot);
    };
    if (record.at_start.any()) read(record.at_start, y0.index_select(0, record.at_start.local));
    Tensor y = y0;
    for (const AcceptedStep& step : record.steps) {
        throw_if_stopped(record.stop);
        BatchStep again(*record.scheme, field, parameters, step.rows, step.t, step.h, take_rows(y, step.rows));
        again.compute();
        if (step.inside.any()) read(step.inside, again.read(step.inside));
        if (step.at_end.any()) read(step.at_end, again.y1().index_select(0, step.at_end.local));
        y = step.rows.defined() ? y.index_copy(0, step.rows, again.y1()) : again.y1();
    }
    std::vector<std::int64_t> flat(record.shape.begin() + 1, record.shape.end());
    flat[0] = record.shape[0] * record.shape[1];
    Tensor all = torch::full(flat, std::numeric_limits<double>::quiet_NaN(), y0.options().requires_grad(false));
    if (!values.empty()) all = all.index_copy(0, torch::cat(slots), torch::cat(values));
    return all.reshape(record.shape);
}

}  // namespace syzygy::torch_ode
