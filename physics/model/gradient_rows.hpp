#pragma once

#include "core/gradient/aca.hpp"
#include "physics/model/gradient.hpp"

#include <functional>

/// The fast paths of gradient.hpp, for Newton's force alone and, some, for one number of observed rows (9 or 18), each
/// compiled in a file of its own: they hold all solver methods and are slow to compile.
namespace syzygy::detail {

/// A problem that points at `system` and `loss`.
template <int Rows>
ThreeBodyProblem<Rows> make_problem(const PreparedData& data, const ThreeBody<double>& system,
                                    const LeadingLoss<Rows>& loss, const ModelPoint& point,
                                    const ModelOptions& options, std::stop_token stop)
{
    ThreeBodyProblem<Rows> problem{&system, &loss, {point.initial_state, data.t0, data.t1, options.solver, {}, {}, stop, data.epoch}};
    problem.task.atol = absolute_tolerance(options.solver, data.length, data.velocity);
    problem.options = options.gradient;
    problem.observe = options.observe == "stop" ? Observe::stop : Observe::dense;
    problem.typical_state.template head<9>().setConstant(data.length);
    problem.typical_state.template tail<9>().setConstant(data.velocity);
    problem.typical_parameters.setConstant(std::max(point.masses.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min()));
    return problem;
}

template <int Rows>
NewtonGradient aca_of(const ThreeBodyProblem<Rows>& problem, AcaWorkspace<ThreeBodyProblem<Rows>>& workspace);

/// What the options ask of all methods (step_control.hpp), for a method that `run` runs.
NewtonGradient run_as_asked_of(const GradientMethodInfo& info, const std::function<NewtonGradient(const ThreeBodyProblem<18>&)>& run,
                               const ThreeBodyProblem<18>& problem);

template <int Rows>
SensitivityReport sensitivities_of(const ThreeBodyProblem<Rows>& problem, const SensitivityRequest& request,
                                   const SensitivityVisit& visit);

}  // namespace syzygy::detail
