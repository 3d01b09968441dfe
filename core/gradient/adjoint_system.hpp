#pragma once

#include "core/gradient/evaluation.hpp"
#include "core/ode/trajectory.hpp"

#include <algorithm>

namespace syzygy {

/// The state z, its cotangent lambda and the cotangent of the parameters as one system that is solved backward in time (Chen et
/// al. 2018, algorithm 1; sizes n, n, p; p may be known only at run time):
///
///     dz/dt = f(t, z),   d lambda/dt = -(df/dz)^T lambda,   d theta_bar/dt = -(df/dtheta)^T lambda
///
/// If a forward trajectory is given, z is read from it: the n rows of z stay constant and out of the error norm. With `seminorm`,
/// theta_bar is left out of the norm (Kidger, Chen, Lyons 2021, sec. 3): nothing depends on theta_bar, so its error is no reason
/// for smaller steps.
template <class SystemType>
class AdjointSystem {
public:
    using Inner = typename SystemType::State;
    using Parameters = typename SystemType::Parameters;
    using Real = RealOf<Inner>;
    static constexpr int n = Inner::RowsAtCompileTime;
    static constexpr int p = Parameters::RowsAtCompileTime;
    using State = Eigen::Matrix<typename Inner::Scalar, p == Eigen::Dynamic ? Eigen::Dynamic : 2 * n + p, 1>;

    AdjointSystem(const SystemType& system, const Trajectory<Inner>* forward, bool seminorm)
        : evaluation_(system),
          forward_(forward),
          first_controlled_(forward ? n : 0),
          controlled_end_(2 * n + (seminorm ? 0 : zero_parameters(system).size()))
    {
        if (!forward) return;
        earliest_ = std::min(forward->times().front(), forward->times().back());
        latest_ = std::max(forward->times().front(), forward->times().back());
    }

    static auto state(const State& a) { return a.template head<n>(); }
    static auto cotangent(const State& a) { return a.template segment<n>(n); }
    static auto parameters(const State& a) { return parameters_of(a); }
    static auto state(State& a) { return a.template head<n>(); }
    static auto cotangent(State& a) { return a.template segment<n>(n); }
    static auto parameters(State& a) { return parameters_of(a); }

    /// A state of zeros.
    State zero() const
    {
        if constexpr (p == Eigen::Dynamic)
            return State::Zero(2 * n + zero_parameters(evaluation_.system()).size());
        else
            return State::Zero();
    }

    void rhs(Real t, const State& a, State& dadt) const
    {
        const Inner lambda = cotangent(a);
        Inner z, slope = Inner::Zero(), z_bar;
        Parameters parameters_bar = zero_parameters(evaluation_.system());
        if (forward_) {
            // Rounding may put a stage outside the trajectory.
            z = forward_->at(std::clamp(t, earliest_, latest_));
            evaluation_.vjp_alone(t, z, lambda, z_bar, parameters_bar);
        } else {
            z = state(a);
            evaluation_.rhs(t, z, slope);
            evaluation_.vjp(t, z, lambda, z_bar, parameters_bar);
        }
        dadt.resize(a.size());
        dadt << slope, -z_bar, -parameters_bar;
    }

    /// The part that counts in the error norm.
    template <class V>
    auto controlled(const V& a) const
    {
        return a.segment(first_controlled_, controlled_end_ - first_controlled_);
    }

    long rhs_evaluations() const { return evaluation_.rhs_evaluations(); }
    long vjp_evaluations() const { return evaluation_.vjp_evaluations(); }

private:
    template <class Whole>
    static auto parameters_of(Whole& a)
    {
        if constexpr (p == Eigen::Dynamic)
            return a.tail(a.size() - 2 * n);
        else
            return a.template tail<p>();
    }

    mutable Evaluation<SystemType> evaluation_;  ///< mutable: counts and tape are not part of the value
    const Trajectory<Inner>* forward_;
    Eigen::Index first_controlled_, controlled_end_;
    Real earliest_ = 0, latest_ = 0;
};

}  // namespace syzygy
