#pragma once

#include "core/gradient/aca.hpp"
#include "physics/model/gradient.hpp"

#include <span>

/// The functions of gradient.hpp for Newton's force alone, for 9 and for 18 observed components. Each function is in a file
/// of its own, since all the solver methods make it slow to compile. Rarely used functions are compiled for 18 only.
namespace syzygy::detail {

/// A problem that points at `system` and `loss`. Parameters after the masses have the typical magnitude 1.
template <class System, int Rows>
GradientProblem<System, LeadingLoss<Rows>> make_problem(const PreparedData& data, const System& system,
                                                        const LeadingLoss<Rows>& loss, const ModelPoint& point,
                                                        const ModelOptions& options, std::stop_token stop)
{
    GradientProblem<System, LeadingLoss<Rows>> problem{
        &system, &loss, {point.initial_state, data.t0, data.t1, options.solver, {}, {}, std::move(stop), data.epoch}};
    problem.task.atol = absolute_tolerance(options.solver, data.length, data.velocity);
    problem.options = options.gradient;
    problem.observe = options.observe == "stop" ? Observe::stop : Observe::dense;
    problem.typical_state.template head<9>().setConstant(data.length);
    problem.typical_state.template tail<9>().setConstant(data.velocity);
    problem.typical_parameters.setOnes(system.parameters().size());
    problem.typical_parameters.template head<3>().setConstant(
        std::max(point.masses.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min()));
    return problem;
}

template <int Rows>
NewtonGradient aca_of(const ThreeBodyProblem<Rows>& problem, AcaWorkspace<ThreeBodyProblem<Rows>>& workspace);

/// The table of gradient methods, split into parts (newton/); an entry is null if its method is in another part. Methods that
/// read 18 rows of each state take up to a quarter longer than methods that read nine (gradient_methods_bench), hence both.
inline constexpr int newton_parts = 4;
template <int Rows, int part>
std::span<const GradientRun<ThreeBodyProblem<Rows>>> newton_part();

/// Runs a method with the options that apply to all methods (step_control.hpp).
NewtonGradient run_as_asked_of(const GradientMethodInfo& info, GradientRun<ThreeBodyProblem<18>> run,
                               const ThreeBodyProblem<18>& problem);

template <int Rows>
SensitivityReport sensitivities_of(const ThreeBodyProblem<Rows>& problem, const SensitivityRequest& request,
                                   const SensitivityVisit& visit);

}  // namespace syzygy::detail
