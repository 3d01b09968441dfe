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
/// `rows` [n] holds the batch indices of these trajectories (ended trajectories are left out), to select data of single
/// trajectories (`masses.index_select(0, rows)`); undefined if they are all trajectories, in order. `parameters` are the tensors
/// below, or replacements (copies on another device): f must read from them every tensor whose gradient is wanted. The values of
/// f for one trajectory must not depend on the other trajectories present.
struct Field {
    std::function<Tensor(const Tensor& t, const Tensor& y, const Tensor& rows, at::TensorList parameters)> rhs;
    std::vector<Tensor> parameters{};
};

/// A field of a torch::nn::Module (or its holder) with `Tensor forward(Tensor t, Tensor y)`; t is [n]. The field's parameters are
/// the module's own parameters that require gradients.
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

/// The rows of a batch tensor for the trajectories `rows`; all rows if `rows` is undefined.
inline Tensor take_rows(const Tensor& of_batch, const Tensor& rows)
{
    return rows.defined() ? of_batch.index_select(0, rows) : of_batch;
}

}  // namespace syzygy::torch_ode
