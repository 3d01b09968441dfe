#include "physics/fit/search_start.hpp"

namespace syzygy {

bool searches_start(const FitSetup& setup)
{
    return setup.fit.start.empty() && setup.fit.initial.empty() && setup.fit.grow != "off" && setup.fit.scatter == 0;
}

SearchResult search_start(const PreparedData& data, const ParameterSet& parameters, const ModelOptions& model, std::stop_token stop,
                          const std::function<void(const SearchProgress&)>& report)
{
    ShootingProblem problem;
    problem.model = model;
    problem.model.correction = nullptr;
    problem.model.observe = "dense";
    problem.model.gradient = {};
    // Arcs are short and tolerances tight: a method of high order, whatever the fit itself is solved with.
    problem.model.solver.method = "dop853";
    problem.model.solver.step = 0;
    for (int j = 0; j < 3; ++j) {
        const Parameter& mass = parameters[parameters.table().of_mass(j)];
        problem.mass_free[j] = mass.free;
        problem.lower[j] = mass.free ? mass.lower : mass.start;
        problem.upper[j] = mass.free ? mass.upper : mass.start;
    }
    for (int c = 0; c < 18; ++c) {
        const Parameter& component = parameters[parameters.table().of_state(c)];
        problem.initial_state[c] = component.start;
        problem.held[c] = !component.free && component.body != data.reference;
    }
    return search_orbit(data, problem, std::move(stop), report);
}

}  // namespace syzygy
