#pragma once

#include <torch/types.h>

#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace syzygy::torch_ode {

using torch::Tensor;

/// The right-hand side dy/dt = f(t, y) of n trajectories at once, on any device and in float or double:
///
///     t [n], y [n, ...]  ->  dy/dt [n, ...]
///
/// `rows` [n] says which trajectories of the batch these are (trajectories that have ended are left out), for what each
/// has of its own (`masses.index_select(0, rows)`); undefined where they are all, in order. `parameters` are the tensors
/// below, or others in their place (copies on another device): all that gradients are wanted for is read from there.
/// What f computes of one trajectory must not depend on which others are beside it.
struct Field {
    std::function<Tensor(const Tensor& t, const Tensor& y, const Tensor& rows, at::TensorList parameters)> rhs;
    std::vector<Tensor> parameters{};
};

/// A field of a torch::nn::Module (or its holder) with `Tensor forward(Tensor t, Tensor y)`; t is [n]. Its parameters are
/// the module's own that require gradients.
template <class Module>
Field field_of_module(Module module)
{
    Field field;
    for (const Tensor& parameter : module->parameters())
        if (parameter.requires_grad()) field.parameters.push_back(parameter);
    field.rhs = [module = std::move(module)](const Tensor& t, const Tensor& y, const Tensor&, at::TensorList) {
        return module->forward(t, y);
    };
    return field;
}

/// Rows of a tensor that may be undefined for all of them: what belongs to trajectories `rows`.
inline Tensor take_rows(const Tensor& of_batch, const Tensor& rows)
{
    return rows.defined() ? of_batch.index_select(0, rows) : of_batch;
}

}  // namespace syzygy::torch_ode
