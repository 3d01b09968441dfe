#include "core/base/error.hpp"
#include "physics/problems/families.hpp"

#include <array>
#include <string>

namespace syzygy {

std::span<const TestProblem> test_problems()
{
    static const std::array table{problems::decay(),      problems::van_der_pol(),       problems::lotka_volterra(),
                                  problems::oscillator(), problems::damped_oscillator(), problems::kepler(),
                                  problems::lorenz()};
    return table;
}

const TestProblem& find_test_problem(std::string_view id)
{
    std::string known;
    for (const TestProblem& problem : test_problems()) {
        if (problem.id == id) return problem;
        known += (known.empty() ? "" : ", ") + std::string(problem.id);
    }
    throw ArgumentError("problem", id, "must be one of " + known);
}

}  // namespace syzygy
