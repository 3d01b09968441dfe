#pragma once

#include "core/torch/batch_solver.hpp"

#include <string_view>

/// Solving ordinary differential equations in a LibTorch graph:
///
///     auto solution = odesolve(field_of_module(net), y0, times, options);
///     loss(solution.y).backward();        // into y0, and all parameters of the field
///
/// y0 is [batch, ...] in float or double on any device; each trajectory has its own steps (batch_solver.hpp).
namespace syzygy::torch_ode {

/// How gradients are computed: always of the discrete solution with its step sizes held fixed, equal up to rounding.
enum class GradientMode {
    aca,         ///< keeps the accepted states, replays one step at a time: N states and s L
    symplectic,  ///< keeps the accepted states, pulls back one evaluation at a time: N + s states and L
    backprop     ///< solves again with a graph of all accepted steps: N s L
};

/// Parses "aca", "symplectic", "backprop"; throws ArgumentError("gradient", ...) for any other text.
GradientMode parse_gradient_mode(std::string_view text);

struct OdeOptions {
    SolverOptions solver{};  ///< method, rtol, atol, ...
    Tensor atol = {};        ///< replaces solver.atol: any tensor that broadcasts to y0
    GradientMode gradient = GradientMode::aca;
    std::stop_token stop = {};  ///< ends a solve (an outcome of each trajectory); the backward pass throws Cancelled
};

/// Solves for `times` (BatchTask::times; y0 holds at the first). `y` [batch, K, ...] of the solution has a graph to y0 and to
/// field.parameters if gradients are enabled and one of these requires them; to nothing else that the field uses (except with
/// `backprop`). Its derivatives may be differentiated again (create_graph), which takes the memory of backprop. Readings that a
/// trajectory did not reach are nan and have no gradient: mask them by `reached()`.
BatchSolution odesolve(const Field& field, const Tensor& y0, const Tensor& times, const OdeOptions& options = {});

/// Solves for a function (t [n], y [n, ...]) -> dy/dt; `parameters` are the tensors in it whose gradients are wanted.
template <class Function>
BatchSolution odesolve(Function&& function, std::vector<Tensor> parameters, const Tensor& y0, const Tensor& times,
                       const OdeOptions& options = {})
{
    Field field;
    field.rhs = [f = std::forward<Function>(function)](const Tensor& t, const Tensor& y, const Tensor&, at::TensorList) {
        return f(t, y);
    };
    field.parameters = std::move(parameters);
    return odesolve(field, y0, times, options);
}

}  // namespace syzygy::torch_ode
