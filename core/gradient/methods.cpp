#include "core/gradient/methods.hpp"

namespace syzygy {

std::span<const GradientMethodInfo> gradient_method_infos()
{
    return AllGradientMethods::infos;
}

namespace {

std::size_t gradient_row(std::string_view id)
{
    const auto infos = gradient_method_infos();
    std::string known;
    for (std::size_t row = 0; row < infos.size(); ++row) {
        if (infos[row].id == id) return row;
        known += (known.empty() ? "" : ", ") + std::string(infos[row].id);
    }
    throw ArgumentError("gradient", id, "must be one of " + known);
}

}  // namespace

std::size_t checked_gradient_row(std::string_view id, const SolverOptions& solver, const GradientOptions& options)
{
    const std::size_t row = gradient_row(id);
    const GradientMethodInfo& info = AllGradientMethods::infos[row];
    if (info.solvers == SolverSupport::adaptive && !find_method(solver.method).adaptive())
        throw ArgumentError("method", solver.method,
                            fmt::format("must have an error estimate for the gradient method {}", info.id));
    validate(gradient_options(), options);
    if (options.error_estimate && info.claim == Claim::own_discrete)
        throw ArgumentError("error-estimate", "yes",
                            fmt::format("must be left out for the gradient method {}, whose solution is its own; the estimate is of "
                                        "the solver method's (aca has it, for one)", info.id));
    if (options.control != "state" && !info.takes_given_steps())
        throw ArgumentError("control", options.control,
                            fmt::format("must be state for the gradient method {}, which chooses its own steps", info.id));
    if (options.control != "state" && !find_method(solver.method).adaptive())
        throw ArgumentError("control", options.control,
                            fmt::format("must be state for the method {}, which has no error estimate", solver.method));
    return row;
}

const GradientMethodInfo& find_gradient_method(std::string_view id)
{
    return gradient_method_infos()[gradient_row(id)];
}

}  // namespace syzygy
