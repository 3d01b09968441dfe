#include "core/gradient/step_control.hpp"
#include "physics/problems/gradient_parts.hpp"

#include <utility>

namespace syzygy {

GradientResult<ProblemSystem> compute_gradient(const ProblemGradient& problem, std::string_view method)
{
    const std::size_t row = checked_gradient_row(method, problem.task.options, problem.options);
    GradientRun<ProblemGradient> run = nullptr;
    [&]<int... part>(std::integer_sequence<int, part...>) {
        ((run = run ? run : detail::problem_gradient_part<part>()[row]), ...);
    }(std::make_integer_sequence<int, detail::problem_gradient_parts>{});
    return asks_more(problem.options) ? run_as_asked(gradient_method_infos()[row], run, problem) : run(problem);
}

}  // namespace syzygy
