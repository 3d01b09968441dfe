#pragma once

/// The library for ODEs of one's own: a system, solves, losses, and gradients by ACA. docs/library.md is the guide, and
/// examples/lotka-volterra a project that uses it. Beyond it:
///
///     core/gradient/methods.hpp             every gradient method, by id: run_gradient("reversible", problem); slower to compile
///     core/gradient/hessian.hpp             second derivatives
///     core/ode/events.hpp                   zeros of functions of the solution
///     core/optimize/optimizer.hpp           optimisers
///     core/optimize/problem_objective.hpp   a gradient problem as what they minimise
///     core/optimize/scaled_objective.hpp    the same in another unit of the loss

#include "core/gradient/aca.hpp"
#include "core/gradient/loss.hpp"
#include "core/ode/blocks.hpp"
#include "core/ode/dual_system.hpp"
#include "core/ode/integrate.hpp"
