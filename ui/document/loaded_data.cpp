#include "ui/document/loaded_data.hpp"

#include "core/base/cancelled.hpp"
#include "core/ode/options.hpp"
#include "physics/model/correction.hpp"
#include "physics/model/orbit.hpp"
#include "physics/observations/import.hpp"
#include "physics/observations/loaders.hpp"
#include "physics/scenarios/scenario.hpp"

#include <fmt/format.h>

namespace syzygy {

namespace {

/// How far beyond the data the true orbit is known, as a share of their length.
constexpr double beyond = 0.3;

/// More would need more memory than desktops have (144 bytes a row, several times over).
constexpr long most_samples = 5'000'000;

/// Null where the orbit does not reach the end of the data.
std::shared_ptr<const Trajectory<State>> true_orbit(const OrbitStart& start, double length, std::stop_token stop)
{
    if (!(length > 0) || !std::isfinite((1 + beyond) * length)) return nullptr;
    auto orbit = std::make_shared<Trajectory<State>>(solve_orbit(start, (1 + beyond) * length, stop));
    throw_if_stopped(stop);
    return orbit->times().back() >= length ? orbit : nullptr;
}

}  // namespace

std::optional<Truth> stated_truth(const Observations& observations, std::stop_token stop)
{
    if (!observations.true_masses) return std::nullopt;
    Truth truth{*observations.true_masses, nullptr, observations.times.front()};
    const bool exact = observations.position_sigmas.cols() == 0 && observations.velocity_sigmas.cols() == 0;
    if (!exact || !observations.has_initial_state()) return truth;
    OrbitStart start{observations.units, truth.masses, {}, 0};
    start.state << observations.positions.col(0), observations.velocities.col(0);
    truth.trajectory = true_orbit(start, observations.times.back() - observations.times.front(), std::move(stop));
    return truth;
}

LoadedData load_data(std::vector<std::filesystem::path> files, std::stop_token stop)
{
    auto observations = std::make_shared<const Observations>(load_observations(files, stop));
    // What no fit could use is refused here, where it harms nothing.
    prepare(*observations, DataOptions{});
    std::optional<Truth> truth = stated_truth(*observations, stop);
    return {std::move(observations), files, std::nullopt, std::move(truth), format_of(files)};
}

std::string format_of(const std::vector<std::filesystem::path>& files)
{
    return std::string(find_loader(read_beginning(files.front())).id);
}

CorrectionAt correction_of(const Recipe& recipe)
{
    const ThreeBodySystem system = find_scenario(recipe.scenario).make();
    CorrectionAt correction{
        make_correction(recipe.correction, correction_context(system, recipe.simulate, recipe.correction)), {}};
    if (correction.correction)
        correction.parameters = starting_parameters(*correction.correction, recipe.correction.values);
    return correction;
}

Recipe with_telling_values(Recipe recipe)
{
    recipe.correction.values.clear();
    const CorrectionAt chosen = correction_of(recipe);
    const auto named = chosen.correction ? chosen.correction->named_parameters() : std::vector<CorrectionParameter>{};
    if (!named.empty()) recipe.correction.values = fmt::format("{}={:.1g}", named.front().name, named.front().scale);
    return recipe;
}

LoadedData make_data(const Recipe& recipe, std::stop_token stop)
{
    const ThreeBodySystem system = find_scenario(recipe.scenario).make();
    if (recipe.simulate.samples > most_samples)
        throw ArgumentError("samples", fmt::format("{}", recipe.simulate.samples),
                            fmt::format("must be at most {}", most_samples));
    const CorrectionAt correction = correction_of(recipe);
    Simulation simulation = simulate(system, recipe.simulate, SolverOptions{}, stop, correction);
    throw_if_stopped(stop);
    auto observations = std::make_shared<Observations>(std::move(simulation.samples));
    if (observations->size() < 2)
        throw ArgumentError("t1", fmt::format("{}", recipe.simulate.t1),
                            fmt::format("leaves fewer than two samples: {}", simulation.outcome.reason));
    if (!simulation.outcome.reason.empty())
        observations->notes.push_back(fmt::format("The data end early: {}.", simulation.outcome.reason));

    if (correction.correction)
        observations->notes.push_back(fmt::format("Made with the correction {}: {}.", recipe.correction.correction,
                                                  values_text(*correction.correction, correction.parameters)));

    // Solved backward, the data begin where the simulation ended.
    const bool backward = recipe.simulate.t1 < recipe.simulate.t0;
    const double first = observations->times.front();
    const OrbitStart start{system.units,     system.masses(), backward ? simulation.state : system.state(),
                           system.softening, correction,      first};
    Truth truth{start.masses, nullptr, first, correction};
    if (!backward || simulation.t == first)
        truth.trajectory = true_orbit(start, observations->times.back() - first, stop);
    return {std::move(observations), {}, recipe, std::move(truth)};
}

}  // namespace syzygy
