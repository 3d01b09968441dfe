#pragma once

#include "core/gradient/options.hpp"
#include "core/ode/options.hpp"

#include <span>
#include <string_view>

namespace syzygy {

/// Which derivative a gradient method returns.
enum class Claim {
    discrete,   ///< of the method's discrete solution with the accepted steps held fixed, up to rounding
    own_discrete,  ///< of the discrete solution of the method's own kind of step, not the solver method's, up to rounding
    search,     ///< of the discrete solution, including the dependence of the steps on the state, up to rounding
    differences,  ///< of the discrete solution, to the digits that finite differences leave
    continuous  ///< an approximation of the true gradient, approached with the tolerance
};

/// Which solver methods a gradient method works with.
enum class SolverSupport {
    all,
    adaptive,  ///< solver methods with an error estimate
    own        ///< the gradient method has its own step; `method` is not used
};

/// The description of a gradient method in a menu, `syzygy list gradients`, a table beside measured numbers and an error message.
struct GradientMethodInfo {
    std::string_view id, label, source, help;
    Claim claim;
    SolverSupport solvers;
    /// The papers' formulas, in N accepted steps, N_r steps of a backward solve, m attempts per accepted step, s stages, L layers
    /// of f (docs/equations.md, "Costs by the papers": the symplectic adjoint's Table 1 and ACA's Table 1); "" if no paper gives
    /// a formula.
    std::string_view computation, memory, depth;
    /// Two sentences for a first-time viewer of a run: what to look at.
    std::string_view look;
    bool exact() const { return claim == Claim::discrete; }  ///< for the solver method's own solution
    /// Whether the method can run along SolveTask::grid: true for methods that differentiate accepted steps as they are.
    bool takes_given_steps() const
    {
        return solvers == SolverSupport::all && (claim == Claim::discrete || claim == Claim::differences);
    }
};

/// All gradient methods, in menu order: the descriptions from the one table (methods.hpp).
std::span<const GradientMethodInfo> gradient_method_infos();

/// Throws ArgumentError("gradient", ...) naming the known methods.
const GradientMethodInfo& find_gradient_method(std::string_view id);

/// The row of the given method in the table. Throws ArgumentError for an unknown method, for one that does not work with the
/// solver's method, and for options of the method that are out of range.
std::size_t checked_gradient_row(std::string_view id, const SolverOptions& solver, const GradientOptions& options);

}  // namespace syzygy
