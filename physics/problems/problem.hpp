#pragma once

#include "core/gradient/problem.hpp"

#include <Eigen/Core>

#include <array>
#include <complex>
#include <span>
#include <string_view>
#include <vector>

namespace syzygy {

/// Test problems have at most four states and four parameters; vectors are that long and zero beyond.
using ProblemVector = Eigen::Vector4d;
using ComplexProblemVector = Eigen::Vector4cd;

/// A small ODE with known behaviour: what gradient methods are shown on besides three bodies.
struct TestProblem {
    std::string_view id;      ///< "decay": the command line's name
    std::string_view label;   ///< "dz/dt = k z"
    std::string_view source;  ///< paper, equation
    std::string_view help;    ///< what it is good for showing
    int states, parameters;
    std::array<std::string_view, 4> state_names, parameter_names;
    ProblemVector y0, p0;     ///< defaults
    double t1;                ///< default end; t0 = 0
    /// f(t, y, p), its vjp (y_bar = (df/dy)^T w, p_bar += (df/dp)^T w) and jvp.
    void (*rhs)(double t, const ProblemVector& y, const ProblemVector& p, ProblemVector& dydt);
    void (*vjp)(double t, const ProblemVector& y, const ProblemVector& p, const ProblemVector& w, ProblemVector& y_bar,
                ProblemVector& p_bar);
    void (*jvp)(double t, const ProblemVector& y, const ProblemVector& p, const ProblemVector& y_dot,
                const ProblemVector& p_dot, ProblemVector& f_dot);
    /// (df/dt)^T w; null if f does not depend on t.
    double (*time_vjp)(double t, const ProblemVector& y, const ProblemVector& p, const ProblemVector& w);
    /// The exact solution, or null if there is none in closed form; nan if it does not hold (an unbound orbit). Analytic in
    /// y0 and p, so that a complex step gives its derivatives.
    ComplexProblemVector (*exact)(double t, const ComplexProblemVector& y0, const ComplexProblemVector& p);
};

/// The exact solution; `problem.exact` must not be null.
inline ProblemVector exact_solution(const TestProblem& problem, double t, const ProblemVector& y0, const ProblemVector& p)
{
    return problem.exact(t, y0.cast<std::complex<double>>(), p.cast<std::complex<double>>()).real();
}

/// All test problems, in the order of menus.
std::span<const TestProblem> test_problems();
/// Throws ArgumentError("problem", ...) naming the known ones.
const TestProblem& find_test_problem(std::string_view id);

}  // namespace syzygy
