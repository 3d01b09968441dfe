#pragma once

#include "core/gradient/aca.hpp"
#include "physics/model/gradient.hpp"

#include <span>

/// The functions of gradient.hpp for one number of observed rows (9 or 18), each compiled in a file of its own:
/// they hold all solver methods and are slow to compile.
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

/// The table of gradient methods is compiled in so many files a number of rows (gradients/); null where a method is in
/// another part.
inline constexpr int gradient_parts = 4;
template <int Rows, int part>
std::span<const GradientRun<ThreeBodyProblem<Rows>>> gradient_part();

/// What the options ask of all methods (step_control.hpp).
template <int Rows>
NewtonGradient run_as_asked_of(const GradientMethodInfo& info, GradientRun<ThreeBodyProblem<Rows>> run,
                                  const ThreeBodyProblem<Rows>& problem);

template <int Rows>
NewtonGradient gradient_of(const ThreeBodyProblem<Rows>& problem, std::string_view method)
{
    const std::size_t row = checked_gradient_row(method, problem.task.options, problem.options);
    GradientRun<ThreeBodyProblem<Rows>> run = nullptr;
    [&]<int... part>(std::integer_sequence<int, part...>) {
        ((run = run ? run : gradient_part<Rows, part>()[row]), ...);
    }(std::make_integer_sequence<int, gradient_parts>{});
    return asks_more(problem.options) ? run_as_asked_of<Rows>(gradient_method_infos()[row], run, problem) : run(problem);
}

template <int Rows>
SensitivityReport sensitivities_of(const ThreeBodyProblem<Rows>& problem, const SensitivityRequest& request,
                                   const SensitivityVisit& visit);

}  // namespace syzygy::detail
