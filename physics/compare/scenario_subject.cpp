#include "physics/compare/subject.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/option_text.hpp"

#include <cmath>

namespace syzygy {

namespace {

/// Far enough off that the gradient is worth looking at, and near enough that the orbit is still the scenario's.
constexpr std::array<double, 3> off{1.02, 0.97, 1.01};

Eigen::Vector3d masses_of(const std::vector<double>& given, const Scenario& scenario)
{
    if (given.empty()) {
        if (scenario.id == "aca") return {1, 1, 1};
        return scenario.make().masses().cwiseProduct(Eigen::Vector3d(off[0], off[1], off[2]));
    }
    const bool valid = std::all_of(given.begin(), given.end(), [](double mass) { return std::isfinite(mass) && mass >= 0; });
    if (given.size() != 3 || !valid)
        throw ArgumentError("masses", value_text(given), "must be three masses of 0 or above: m1,m2,m3");
    return {given[0], given[1], given[2]};
}

}  // namespace

std::shared_ptr<const CompareSubject> scenario_subject(std::string_view id, const ScenarioSubjectOptions& options,
                                                       std::stop_token stop)
{
    const Scenario& scenario = find_scenario(id);
    const ThreeBodySystem system = scenario.make();
    const bool paper = scenario.id == "aca";
    const Eigen::Vector3d masses = masses_of(options.masses, scenario);

    SimulateOptions simulation;
    simulation.t1 = options.t1 != 0 ? options.t1 : paper ? 1 : scenario.duration;
    simulation.samples = options.samples;
    simulation.velocities = options.data.velocities;
    if (!(simulation.t1 > 0)) throw ArgumentError("t1", fmt::format("{}", simulation.t1), "must be above 0");
    SolverOptions exact;
    exact.method = "dop853";
    exact.rtol = 1e-13;
    const Simulation truth = simulate(system, simulation, exact, stop);
    throw_if_stopped(stop);
    if (!truth.outcome.ok()) throw ArgumentError("scenario", id, "cannot be solved so far: " + truth.outcome.reason);

    DataOptions data = options.data;
    if (paper && data.decay == 1) data.decay = 0.01;
    ModelOptions model;
    model.observe = data.observe;
    model.softening = data.softening > 0 ? data.softening : system.softening;
    return three_body_subject(std::make_shared<PreparedData>(prepare(truth.samples, data)), {masses, system.state()}, model,
                              std::string(scenario.label));
}

}  // namespace syzygy
