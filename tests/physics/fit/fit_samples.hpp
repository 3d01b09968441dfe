#pragma once

#include "core/base/random.hpp"
#include "physics/fit/fit.hpp"
#include "physics/fit/residuals.hpp"
#include "physics/model/correction.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// Observations and setups that the tests of fits share.
namespace syzygy::testing {

inline const Eigen::Vector3d aca_masses(1.1, 1.1, 0.9);

/// A system's exact positions from 0 to t1, by dop853 (or dopri5 of the fit) at 1e-13: below what a fit can see.
inline Observations exact_samples(const ThreeBodySystem& system, double t1, long samples, bool velocities = false)
{
    SimulateOptions options;
    options.t1 = t1;
    options.samples = samples;
    options.velocities = velocities;
    SolverOptions solver;
    solver.method = "dop853";
    solver.rtol = 1e-14;
    return simulate(system, options, solver).samples;
}
inline Observations exact_samples(std::string_view scenario, double t1, long samples, bool velocities = false)
{
    return exact_samples(find_scenario(scenario).make(), t1, samples, velocities);
}

/// A scenario whose plane holds the line of sight, the z axis, so that its radial velocities change.
inline ThreeBodySystem edge_on(std::string_view scenario)
{
    ThreeBodySystem system = find_scenario(scenario).make();
    for (Body& body : system.bodies) {
        std::swap(body.position.x(), body.position.z());
        std::swap(body.velocity.x(), body.velocity.z());
    }
    return system;
}

/// Exact positions at any times, ascending from 0, under a correction where one is given ("drag", "drag-linear=0.1");
/// the first row has velocities, and all rows where asked for.
inline Observations samples_at(const ThreeBodySystem& system, const std::vector<double>& times,
                               const std::string& correction = "", const std::string& values = "",
                               bool velocities = false)
{
    SolverOptions solver;
    solver.method = "dop853";
    solver.rtol = 1e-13;
    SimulateOptions ends;
    ends.t1 = times.back();
    ends.samples = 2;
    Observations data = simulate(system, ends, solver).samples;
    const State start = system.state();
    const auto count = static_cast<Eigen::Index>(times.size());
    data.times = times;
    data.positions = start.head<9>().replicate(1, count);
    data.velocities.setConstant(9, count, std::numeric_limits<double>::quiet_NaN());
    data.velocities.col(0) = start.tail<9>();
    if (velocities) data.velocities = start.tail<9>().replicate(1, count);

    DataOptions options;
    options.velocities = velocities;
    const PreparedData prepared = prepare(data, options);
    ModelPoint point{system.masses(), start};
    ModelOptions model{solver, "dense", system.softening};
    if (!correction.empty()) {
        CorrectionOptions chosen;
        chosen.correction = correction;
        CorrectionContext context = correction_context(prepared, point.masses);
        model.correction = make_correction(chosen, context);
        point.correction = starting_parameters(*model.correction, values);
    }
    const Residuals exact = compute_residuals(prepared, point, model);
    if (!exact.outcome.ok()) throw std::runtime_error(exact.outcome.reason);
    data.positions = exact.predicted.topRows(9);
    if (velocities) data.velocities = exact.predicted.bottomRows(9);
    return data;
}

/// The same with normal noise; its size stands in the data only where `stated`.
inline Observations with_noise(Observations data, double sigma, long seed, bool stated = true)
{
    Random random(static_cast<std::uint64_t>(seed));
    for (double& value : data.positions.reshaped()) value += sigma * random.normal();
    if (stated) data.position_sigmas.setConstant(9, data.positions.cols(), sigma);
    return data;
}

inline Observations without_velocities(Observations data)
{
    data.velocities.resize(9, 0);
    return data;
}

/// Every `stride`th row.
inline Observations thinned(const Observations& data, Eigen::Index stride)
{
    Observations thin = data;
    const Eigen::Index count = (data.positions.cols() + stride - 1) / stride;
    thin.times.resize(static_cast<std::size_t>(count));
    for (Eigen::Index k = 0; k < count; ++k) {
        thin.times[static_cast<std::size_t>(k)] = data.times[static_cast<std::size_t>(k * stride)];
        thin.positions.col(k) = data.positions.col(k * stride);
        if (data.has_velocities()) thin.velocities.col(k) = data.velocities.col(k * stride);
    }
    thin.positions.conservativeResize(Eigen::NoChange, count);
    if (data.has_velocities()) thin.velocities.conservativeResize(Eigen::NoChange, count);
    return thin;
}

inline FitSetup setup_from(const Eigen::Vector3d& start, std::string free = "", std::string optimizer = "lm")
{
    FitSetup setup;
    setup.fit.start = {start[0], start[1], start[2]};
    setup.fit.free = std::move(free);
    setup.optimizer.optimizer = std::move(optimizer);
    return setup;
}

/// Largest relative error of the masses.
inline double mass_error(const FitResult& result, const Eigen::Vector3d& truth)
{
    return (result.point.masses - truth).cwiseQuotient(truth).cwiseAbs().maxCoeff();
}

/// The message of the warning with that code; "" where there is none.
inline std::string warning(const FitResult& result, std::string_view code)
{
    const auto found = std::find_if(result.warnings.begin(), result.warnings.end(),
                                    [code](const Warning& warning) { return warning.code == code; });
    return found == result.warnings.end() ? "" : found->message;
}

inline const FittedParameter& parameter(const FitResult& result, std::string_view name)
{
    const auto found = std::find_if(result.parameters.begin(), result.parameters.end(),
                                    [name](const FittedParameter& parameter) { return parameter.name == name; });
    if (found == result.parameters.end()) throw std::out_of_range(std::string(name));
    return *found;
}

}  // namespace syzygy::testing
