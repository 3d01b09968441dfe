#include "physics/model/simulate.hpp"

#include "core/base/random.hpp"
#include "core/gradient/observed_steps.hpp"
#include "physics/bodies/invariants.hpp"
#include "physics/model/data.hpp"
#include "physics/model/dynamics.hpp"

#include <tuple>

namespace syzygy {

namespace {

/// Largest relative change of the energy over the states it is shown.
class EnergyError {
public:
    EnergyError(const ThreeBodySystem& system, const State& start)
        : system_(system), energy_(invariants(system.units, system.masses(), start, system.softening, &scale_).energy)
    {
        // Near zero the energy is no measure; the terms that cancel in it are.
        scale_ = std::max(std::abs(energy_), 1e-3 * scale_);
    }

    template <class StepType>
    Continue accepted(StepType& step)
    {
        const double energy = invariants(system_.units, system_.masses(), step.y1(), system_.softening).energy;
        if (scale_ > 0) largest_ = std::max(largest_, std::abs(energy - energy_) / scale_);
        return Continue::yes;
    }
    void rejected(const RejectedAttempt<double>&) {}
    double largest() const { return largest_; }

private:
    const ThreeBodySystem& system_;
    double scale_ = 0, energy_ = 0, largest_ = 0;
};

Observations empty_samples(const ThreeBodySystem& system, const SimulateOptions& options)
{
    Observations samples;
    samples.name = system.name;
    samples.units = system.units;
    for (int body = 0; body < 3; ++body) samples.bodies[body] = system.bodies[body].name;
    samples.true_masses = system.masses();
    const auto count = static_cast<Eigen::Index>(options.samples);
    samples.times.resize(static_cast<std::size_t>(count));
    for (Eigen::Index k = 0; k < count; ++k)
        samples.times[static_cast<std::size_t>(k)] =
            k + 1 == count
                ? options.t1
                : options.t0 + (options.t1 - options.t0) * (static_cast<double>(k) / static_cast<double>(count - 1));
    samples.positions.resize(9, count);
    samples.velocities.resize(9, count);
    samples.series = parse_series(options.series, "series");
    for (ObservedSeries& series : samples.series) series.values.resize(samples.times.size());
    return samples;
}

/// What a loader would make of it: times ascending, only the rows that were reached, noise where asked for.
void finish_samples(Observations& samples, std::size_t reached, const SimulateOptions& options)
{
    const auto count = static_cast<Eigen::Index>(reached);
    samples.times.resize(reached);
    samples.positions.conservativeResize(Eigen::NoChange, count);
    samples.velocities.conservativeResize(Eigen::NoChange, count);
    for (ObservedSeries& series : samples.series) series.values.resize(reached);
    Random random(static_cast<std::uint64_t>(options.seed));
    if (options.noise > 0) {
        for (double& value : samples.positions.reshaped()) value += options.noise * random.normal();
        samples.position_sigmas.setConstant(9, count, options.noise);
    }
    if (options.series_noise > 0)
        for (ObservedSeries& series : samples.series) {
            for (double& value : series.values) value += options.series_noise * random.normal();
            series.sigmas.assign(reached, options.series_noise);
        }
    if (options.t1 < options.t0) {
        std::reverse(samples.times.begin(), samples.times.end());
        samples.positions.rowwise().reverseInPlace();
        samples.velocities.rowwise().reverseInPlace();
        for (ObservedSeries& series : samples.series) std::ranges::reverse(series.values);
    }
    if (!options.velocities && count > 1)
        samples.velocities.rightCols(count - 1).setConstant(std::numeric_limits<double>::quiet_NaN());
}

/// The closest approaches of all pairs and, where asked for, their coming too close.
std::vector<Event<State>> watched_events(const SimulateOptions& options)
{
    std::vector<Event<State>> events = closest_approaches(options.t1 > options.t0);
    if (options.separation > 0)
        for (const auto& [i, j] : body_pairs) events.push_back(separation_event(i, j, options.separation));
    return events;
}

/// In the user's own times: the solve counts from 0.
void validate_times(const SimulateOptions& options)
{
    for (const auto& [name, time] : {std::pair{"t0", options.t0}, std::pair{"t1", options.t1}})
        if (!std::isfinite(time)) throw ArgumentError(name, fmt::format("{}", time), "must be finite");
    if (options.t0 == options.t1)
        throw ArgumentError("t1", fmt::format("{}", options.t1), "must differ from t0, which is the same: nothing is to be solved");
}

}  // namespace

const OptionList<SimulateOptions>& simulate_options()
{
    using O = SimulateOptions;
    static const OptionList<O> list{
        {"t0", "Start time", "time", "time of the initial state", &O::t0},
        {"t1", "End time", "time", "time to solve to; before t0: backward", &O::t1},
        {"samples", "Samples", "", "equidistant times from t0 to t1, both included", &O::samples, 2, 1e8},
        {"velocities", "Velocities", "", "velocities in every row, not in the first only", &O::velocities},
        {"noise", "Noise", "length", "one-sigma error added to positions and written as their error", &O::noise, 0,
         1e100},
        {"series", "Series", "", "additional measured columns, such as rv1:Keck,rv3: radial velocities of bodies 1 and 3",
         &O::series},
        {"series-noise", "Series noise", "", "one-sigma error added to the series, in the unit of each, and written as their error",
         &O::series_noise, 0, 1e100},
        {"seed", "Seed", "", "random seed of the noise", &O::seed, 0},
        {"separation", "Separation", "length", "stop if two bodies come closer than this (0: never stop)", &O::separation, 0},
    };
    return list;
}

CorrectionContext correction_context(const ThreeBodySystem& system, const SimulateOptions& options,
                                     const CorrectionOptions& correction)
{
    CorrectionContext context;
    context.units = system.units;
    std::tie(context.length, context.velocity) = magnitudes(system.units, system.masses(), system.state());
    context.mass = mass_magnitude(system.units, system.masses(), context.length, context.velocity);
    if (options.t1 != options.t0) context.time = std::abs(options.t1 - options.t0);
    context.t0 = parse_epoch(correction.epoch).value_or(std::min(options.t0, options.t1));
    return context;
}

Simulation simulate(const ThreeBodySystem& system, const SimulateOptions& options, const SolverOptions& solver,
                    std::stop_token stop, const CorrectionAt& correction)
{
    validate(simulate_options(), options);
    validate_times(options);
    const Stopwatch watch;
    const State start = system.state();
    const auto [length, velocity] = magnitudes(system.units, system.masses(), start);
    // From 0: the equations know no time, and small numbers carry more of it.
    const SolveTask<State> task{
        start, 0, options.t1 - options.t0, solver, absolute_tolerance(solver, length, velocity), {}, stop, options.t0};
    validate(task);

    Observations samples = empty_samples(system, options);
    std::vector<double> since_start(samples.times.size());
    for (std::size_t k = 0; k < since_start.size(); ++k)
        since_start[k] = k + 1 == since_start.size()
                             ? task.t1
                             : task.t1 * (static_cast<double>(k) / static_cast<double>(since_start.size() - 1));
    // The samples are written while the solve runs: they need no memory of the trajectory.
    std::size_t reached = 0;
    auto sampler = ObservedSteps<18, State, std::function<void(std::size_t, const State&)>>(
        since_start, task.t0, task.t1, start, [&](std::size_t k, const State& y) {
            const auto column = static_cast<Eigen::Index>(k);
            samples.positions.col(column) = y.head<9>();
            samples.velocities.col(column) = y.tail<9>();
            for (ObservedSeries& series : samples.series) series.values[k] = series.observable->value(y, series.body);
            reached = k + 1;
        });
    for (const auto& [i, j] : body_pairs)
        if (options.separation > 0 && (start.segment<3>(3 * j) - start.segment<3>(3 * i)).norm() <= options.separation)
            throw ArgumentError(
                "separation", fmt::format("{}", options.separation),
                fmt::format("{} and {} are already closer at the start", samples.bodies[i], samples.bodies[j]));
    EventDetector<State> events(watched_events(options));
    events.begin(task.t0, start);
    EnergyError energy(system, start);
    ObserverGroup observers(sampler, events, energy);
    ModelOptions model;
    model.softening = system.softening;
    model.correction = correction.correction;
    const ModelPoint point{system.masses(), start, correction.parameters};
    const auto solved = with_dynamics(system.units, point, model, options.t0,
                                      [&](const auto& dynamics) { return solve(dynamics, task, observers); });

    Simulation result{solved.outcome, options.t0 + solved.t, solved.y, solved.counts, energy.largest(), {}, {}, 0};
    result.outcome = with_encounter(result.outcome, result.t, solved.y, samples.bodies, system.units);
    result.encounters = encounters(events.hits());
    for (Encounter& encounter : result.encounters) encounter.t += options.t0;
    if (solved.t == task.t1) result.t = options.t1;
    if (events.ended()) {
        const EventHit<State>& hit = events.hits().back();
        result.t = options.t0 + hit.t;
        result.state = hit.y;
        result.outcome.reason = fmt::format("two bodies came within {} at t = {:.9g}",
                                            with_unit(options.separation, system.units.length_label()), result.t);
        // The last step went on beyond: what was sampled of it there does not count.
        while (reached > 1 && std::abs(since_start[reached - 1]) > std::abs(hit.t)) --reached;
    }
    finish_samples(samples, reached, options);
    result.samples = std::move(samples);
    result.seconds = watch.seconds();
    return result;
}

}  // namespace syzygy
