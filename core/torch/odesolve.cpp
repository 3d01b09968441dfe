#include "core/torch/odesolve.hpp"

#include "core/base/error.hpp"
#include "core/torch/sweep.hpp"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace syzygy::torch_ode {

namespace {

using torch::autograd::variable_list;

/// A solve on its way through the graph. The graph keeps it for the way back.
struct SolveInGraph : torch::CustomClassHolder {
    Field field;
    BatchTask task;
    Pull pull = Pull::taped;
    BatchSolution solution;
};

/// The solve as one node of the graph: parents are y0 and the parameters of the field.
class SolveNode : public torch::autograd::Function<SolveNode> {
public:
    static variable_list forward(torch::autograd::AutogradContext* context, const c10::intrusive_ptr<SolveInGraph>& solve,
                                 const Tensor& y0, at::TensorList parameters)
    {
        solve->solution = solve_batch(solve->field, parameters, solve->task, Keep::checkpoints);
        variable_list saved{y0};
        saved.insert(saved.end(), parameters.begin(), parameters.end());
        context->save_for_backward(std::move(saved));
        context->saved_data["solve"] = c10::IValue::make_capsule(solve);
        return {std::move(solve->solution.y)};
    }

    static variable_list backward(torch::autograd::AutogradContext* context, variable_list cotangents)
    {
        const auto& solve = static_cast<const SolveInGraph&>(*context->saved_data["solve"].toCapsule());
        const variable_list saved = context->get_saved_variables();
        const Tensor& y0 = saved[0];
        const at::TensorList parameters = at::TensorList(saved).slice(1);
        const StepRecord& record = solve.solution.record;
        variable_list result{Tensor()};
        if (at::GradMode::is_enabled()) {
            // Somebody will differentiate this derivative: so it has a graph itself.
            const Tensor y = replay(solve.field, parameters, record, y0);
            variable_list wanted;
            for (const Tensor& input : saved)
                if (input.requires_grad()) wanted.push_back(input);
            auto found = y.requires_grad() ? torch::autograd::grad({y}, wanted, {cotangents[0]}, true, true, true)
                                           : variable_list(wanted.size());
            auto next = found.begin();
            for (const Tensor& input : saved) result.push_back(input.requires_grad() ? *next++ : Tensor());
        } else {
            SweepResult found = sweep_back(solve.field, parameters, record, cotangents[0], solve.pull);
            result.push_back(y0.requires_grad() ? std::move(found.y0) : Tensor());
            for (Tensor& parameter : found.parameters) result.push_back(std::move(parameter));
        }
        return result;
    }
};

}  // namespace

GradientMode parse_gradient_mode(std::string_view text)
{
    if (text == "aca") return GradientMode::aca;
    if (text == "symplectic") return GradientMode::symplectic;
    if (text == "backprop") return GradientMode::backprop;
    throw ArgumentError("gradient", text, "must be aca, symplectic or backprop");
}

BatchSolution odesolve(const Field& field, const Tensor& y0, const Tensor& times, const OdeOptions& options)
{
    const BatchTask task{y0, times, options.solver, options.atol, options.stop};
    const auto wanted = [](const Tensor& tensor) { return tensor.requires_grad(); };
    const bool with_graph = at::GradMode::is_enabled() &&
                            ((y0.defined() && y0.requires_grad()) ||
                             std::any_of(field.parameters.begin(), field.parameters.end(), wanted));
    if (!with_graph) return solve_batch(field, field.parameters, task, Keep::nothing);
    if (options.gradient == GradientMode::backprop) {
        BatchSolution solution = solve_batch(field, field.parameters, task, Keep::steps);
        solution.y = replay(field, field.parameters, solution.record, y0);
        return solution;
    }
    auto solve = c10::make_intrusive<SolveInGraph>();
    solve->field = field;
    solve->task = task;
    solve->pull = options.gradient == GradientMode::aca ? Pull::taped : Pull::stage_wise;
    Tensor y = SolveNode::apply(solve, y0, at::TensorList(field.parameters))[0];
    BatchSolution solution{y, solve->solution.trajectories, {}, solve->solution.attempts};
    return solution;
}

}  // namespace syzygy::torch_ode
