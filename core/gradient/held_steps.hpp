#pragma once

#include "core/gradient/aca.hpp"
#include "core/ode/grid.hpp"

#include <optional>

namespace syzygy {

/// Loss and gradient over given steps, in the scalar of the state: plain numbers, or duals that carry a derivative of every
/// result.
template <class Problem>
struct HeldGradient {
    using Scalar = typename Problem::State::Scalar;
    Scalar loss{0};
    typename Problem::System::Parameters parameters;
    typename Problem::State initial_state;
    Scalar t0{0}, t1{0};  ///< with respect to the ends of the interval, as in GradientResult
    long forward_rhs_evaluations = 0, backward_rhs_evaluations = 0, vjp_evaluations = 0;
};

namespace detail {

/// Forwards a solve to another observer and remembers the latest state.
template <class State, class Inner>
class EndState {
public:
    EndState(Inner& inner, const State& y0) : inner_(inner), state_(y0) {}

    template <class StepType>
    Continue accepted(StepType& step)
    {
        state_ = step.y1();
        return inner_.accepted(step);
    }
    template <class Real>
    void rejected(const RejectedAttempt<Real>& attempt)
    {
        inner_.rejected(attempt);
    }
    const State& state() const { return state_; }

private:
    Inner& inner_;
    State state_;
};

}  // namespace detail

/// Takes the steps of the grid from `problem.task.y0` and sweeps back over them, as ACA does, without error estimate or step
/// control. Returns nothing if the stop token ended it.
template <const auto& tableau, class Problem>
std::optional<HeldGradient<Problem>> gradient_over(const Problem& problem, const StepGrid<typename Problem::Real>& grid,
                                                   AcaWorkspace<Problem>& workspace)
{
    HeldGradient<Problem> result;
    workspace.cotangents.resize(problem.loss->times().size());
    auto observations =
        observe_steps(problem, problem.task.y0, [&](std::size_t k, const typename Problem::Observed& y) {
            result.loss += problem.loss->add(k, y, workspace.cotangents[k]);
        });
    detail::AcaKeeper<Problem> keeper(workspace.checkpoints);
    detail::KeptForward<Problem, decltype(keeper), decltype(observations)> forward(problem, keeper, observations);
    detail::EndState<typename Problem::State, decltype(forward)> observer(forward, problem.task.y0);
    const auto evaluations = replay_with<tableau>(*problem.system, problem.task.y0, grid, observer, problem.task.stop);
    if (!evaluations) return std::nullopt;
    workspace.checkpoints.push_back({grid.t.back(), 0, observer.state(), observations.next()});

    Sweep<tableau, Problem> sweep(problem, workspace.cotangents);
    if (!detail::sweep_back(sweep, problem, workspace, [](auto&&...) {})) return std::nullopt;
    result.parameters = sweep.parameters();
    result.initial_state = sweep.initial_state();
    result.t0 = sweep.t0();
    result.t1 = sweep.t1();
    result.forward_rhs_evaluations = *evaluations;
    result.backward_rhs_evaluations = sweep.rhs_evaluations();
    result.vjp_evaluations = sweep.vjp_evaluations();
    return result;
}

}  // namespace syzygy
