#pragma once

#include "core/torch/field.hpp"

#include <Eigen/Core>

#include <cmath>

/// Systems in tensors, and the same for the solver of core/ode.
namespace syzygy::testing {

/// Planar motion about a fixed centre, (x, y, vx, vy): r'' = -r / |r|^3.
struct PlanarKepler {
    using State = Eigen::Vector4d;

    template <class Time>
    void rhs(Time, const State& y, State& dydt) const
    {
        const double cube = std::pow(y.head<2>().squaredNorm(), 1.5);
        dydt << y.tail<2>(), -y.head<2>() / cube;
    }
    static at::Tensor field(const at::Tensor& /*t*/, const at::Tensor& y)
    {
        const at::Tensor r = y.narrow(1, 0, 2), v = y.narrow(1, 2, 2);
        return torch::cat({v, -r / r.square().sum(1, true).pow(1.5)}, 1);
    }
    /// At the far point of an orbit with semi-major axis 1.
    static State start(double eccentricity)
    {
        return State(1 + eccentricity, 0, 0, std::sqrt((1 - eccentricity) / (1 + eccentricity)));
    }
};

/// systems.hpp's ForcedDuffing: x'' = -p0 x - x^3 + p1 cos 2t. `p` is [2], or [n, 2] of each trajectory's own.
inline at::Tensor duffing(const at::Tensor& t, const at::Tensor& y, const at::Tensor& p)
{
    const at::Tensor x = y.select(1, 0), v = y.select(1, 1);
    return torch::stack({v, -p.select(-1, 0) * x - x * x * x + p.select(-1, 1) * torch::cos(2 * t)}, 1);
}

/// A field of Duffing oscillators with shared parameters.
inline torch_ode::Field duffing_field(const at::Tensor& p)
{
    return {[](const at::Tensor& t, const at::Tensor& y, const at::Tensor&, at::TensorList parameters) {
                return duffing(t, y, parameters[0]);
            },
            {p}};
}

/// Each trajectory with parameters of its own, p [batch, 2].
inline torch_ode::Field own_duffing_field(const at::Tensor& p)
{
    return {[](const at::Tensor& t, const at::Tensor& y, const at::Tensor& rows, at::TensorList parameters) {
                return duffing(t, y, torch_ode::take_rows(parameters[0], rows));
            },
            {p}};
}

}  // namespace syzygy::testing
