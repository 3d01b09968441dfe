#pragma once

#include "core/gradient/aca.hpp"
#include "core/gradient/finite_difference.hpp"
#include "core/gradient/forward.hpp"

#include <array>
#include <string>
#include <string_view>

namespace syzygy {

/// What a menu, `syzygy list gradients` and an error message show of a gradient method.
struct GradientMethodInfo {
    std::string_view id, label, source, help;
    bool exact;  ///< equals the derivative of its own discrete solution to rounding
};

/// A row of the table: the description and the function, for one kind of problem.
template <class Problem>
struct GradientMethod {
    GradientMethodInfo info;
    GradientResult<typename Problem::System> (*run)(const Problem&);
};

/// The one table of gradient methods. To add one: a file beside this one and a row here.
template <class Problem>
inline constexpr std::array<GradientMethod<Problem>, 3> gradient_methods{{
    {{"aca", "Adaptive checkpoint adjoint", "Zhuang et al., ICML 2020, arXiv:2006.02493, algorithm 2",
      "keeps each accepted state, replays one step at a time; exact for the steps taken", true},
     [](const Problem& problem) { return aca(problem); }},
    {{"forward", "Forward sensitivities", "Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I (1993), I.14",
      "a tangent for each mass and each component of the initial state, along the same steps", true},
     [](const Problem& problem) { return forward_gradient(problem); }},
    {{"finite-difference", "Finite differences", "Ridders, Adv. Eng. Softw. 4, 75 (1982)",
      "extrapolated central differences along the same steps: an independent witness", false},
     [](const Problem& problem) { return finite_difference_gradient(problem); }},
}};

/// Throws ArgumentError("gradient", ...) naming the known methods.
template <class Problem>
const GradientMethod<Problem>& find_gradient_method(std::string_view id)
{
    for (const auto& method : gradient_methods<Problem>)
        if (method.info.id == id) return method;
    std::string known;
    for (const auto& method : gradient_methods<Problem>) known += (known.empty() ? "" : ", ") + std::string(method.info.id);
    throw ArgumentError("gradient", id, "must be one of " + known);
}

}  // namespace syzygy
