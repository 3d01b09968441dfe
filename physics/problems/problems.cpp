#include "physics/problems/problem.hpp"

#include "core/base/error.hpp"

#include <cmath>
#include <string>

namespace syzygy {
namespace {

using V = ProblemVector;
using C = ComplexProblemVector;

const std::array<TestProblem, 1> table{{
    {"decay", "dz/dt = k z", "Zhuang et al., ICML 2020, arXiv:2006.02493, section 4.1",
     "closed form: error of the gradient against horizon and rate", 1, 1, {"z"}, {"k"}, V(1, 0, 0, 0), V(-0.5, 0, 0, 0), 10,
     [](double, const V& y, const V& p, V& dydt) { dydt = V(p[0] * y[0], 0, 0, 0); },
     [](double, const V& y, const V& p, const V& w, V& y_bar, V& p_bar) {
         y_bar = V(p[0] * w[0], 0, 0, 0);
         p_bar[0] += y[0] * w[0];
     },
     [](double, const V& y, const V& p, const V& y_dot, const V& p_dot, V& f_dot) {
         f_dot = V(p[0] * y_dot[0] + p_dot[0] * y[0], 0, 0, 0);
     },
     nullptr, [](double t, const C& y0, const C& p) { return C(y0[0] * std::exp(p[0] * t), 0, 0, 0); }},
}};

}  // namespace

std::span<const TestProblem> test_problems()
{
    return table;
}

const TestProblem& find_test_problem(std::string_view id)
{
    std::string known;
    for (const TestProblem& problem : table) {
        if (problem.id == id) return problem;
        known += (known.empty() ? "" : ", ") + std::string(problem.id);
    }
    throw ArgumentError("problem", id, "must be one of " + known);
}

}  // namespace syzygy
