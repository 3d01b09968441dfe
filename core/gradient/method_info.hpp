#pragma once

#include "core/gradient/options.hpp"
#include "core/ode/options.hpp"

#include <span>
#include <string_view>

namespace syzygy {

/// Which derivative a gradient method gives.
enum class Claim {
    discrete,   ///< that of its own discrete solution with the accepted steps held, to rounding
    own_discrete,  ///< that of the discrete solution of a step of its own, which is not the solver method's, to rounding
    search,     ///< that of its own discrete solution with the dependence of the steps on the state, to rounding
    differences,  ///< that of its own discrete solution, to the digits that differences leave
    continuous  ///< an approximation of the true gradient, which it approaches with the tolerance
};

/// Which solver methods a gradient method works with.
enum class SolverSupport {
    all,
    adaptive,  ///< those with an error estimate
    own        ///< it brings its own step; `method` is not used
};

/// What a menu, `syzygy list gradients`, a table beside measured numbers and an error message show of a gradient method.
struct GradientMethodInfo {
    std::string_view id, label, source, help;
    Claim claim;
    SolverSupport solvers;
    /// The papers' formulas, in N accepted steps, N_r steps of a backward solve, m attempts per accepted step, s stages,
    /// L layers of f (docs/equations.md, "Costs by the papers": the symplectic adjoint's Table 1 and ACA's Table 1); ""
    /// where no paper has one.
    std::string_view computation, memory, depth;
    /// Two sentences for a person who sees it run for the first time: what to look at.
    std::string_view look;
    bool exact() const { return claim == Claim::discrete; }  ///< of the solver method's own solution
    /// Whether it can run along the steps of SolveTask::grid: what differentiates accepted steps as they are.
    bool takes_given_steps() const
    {
        return solvers == SolverSupport::all && (claim == Claim::discrete || claim == Claim::differences);
    }
};

/// All gradient methods, in the order of menus: the descriptions of the one table (methods.hpp).
std::span<const GradientMethodInfo> gradient_method_infos();

/// Throws ArgumentError("gradient", ...) naming the known methods.
const GradientMethodInfo& find_gradient_method(std::string_view id);

/// The row of that method in the table. Throws ArgumentError for an unknown one, where it does not work with the solver's
/// method, and for its own options out of range.
std::size_t checked_gradient_row(std::string_view id, const SolverOptions& solver, const GradientOptions& options);

}  // namespace syzygy
