#include "physics/train/windows.hpp"

#include "physics/fit/arcs.hpp"
#include "physics/fit/fit.hpp"
#include "physics/fit/start_checks.hpp"
#include "physics/guess/first_guess.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// Index of the first of the observations' rows that the prepared data hold.
Eigen::Index first_row_of(const Observations& observations, const PreparedData& data)
{
    return std::lower_bound(observations.times.begin(), observations.times.end(), data.epoch) - observations.times.begin();
}

/// Rows at which windows of a duration begin, and the last row: a window has two rows at least.
std::vector<std::size_t> cuts_of(std::span<const double> times, double duration)
{
    std::vector<std::size_t> cuts{0};
    for (std::size_t k = 1; k < times.size(); ++k)
        if (times[k] - times[cuts.back()] >= duration * (1 - 1e-9)) cuts.push_back(k);
    if (cuts.back() + 1 < times.size()) {
        // What is left is a window if it is half as long as the others; else the last one gets it.
        if (cuts.size() > 1 && times.back() - times[cuts.back()] < duration / 2) cuts.pop_back();
        cuts.push_back(times.size() - 1);
    }
    return cuts;
}

void add_stretches(const TrainingTrajectory& trajectory, std::size_t index, const FitSetup& setup,
                   std::vector<TrainingWindow>& windows)
{
    const PreparedData& training = trajectory.training;
    const Observations& observations = *trajectory.observations;
    const std::vector<std::size_t> cuts = cuts_of(training.times(), setup.train.batch_window);
    const Eigen::Index offset = first_row_of(observations, training);
    Eigen::MatrixXd known = Eigen::MatrixXd::Constant(18, static_cast<Eigen::Index>(cuts.size()) - 1,
                                                      std::numeric_limits<double>::quiet_NaN());
    for (Eigen::Index i = 0; i < known.cols(); ++i) {
        const Eigen::Index row = offset + static_cast<Eigen::Index>(cuts[static_cast<std::size_t>(i)]);
        if (!observations.has_velocities() || !observations.velocities.col(row).allFinite()) continue;
        known.col(i) << observations.positions.col(row), observations.velocities.col(row);
    }
    const std::span<const std::size_t> starts(cuts.data(), cuts.size() - 1);
    const std::vector<State> states = states_at(training, starts, known);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        if (i > 0 && !states[i].allFinite())
            throw ArgumentError("batch-window", fmt::format("{}", setup.train.batch_window),
                                fmt::format("the state at t = {} can neither be read in the data nor estimated from the rows "
                                            "around: train on whole trajectories",
                                            observations.times[static_cast<std::size_t>(offset) + cuts[i]]));
        // All rows of the time at which it ends.
        const auto times = training.times();
        const auto end = std::upper_bound(times.begin(), times.end(), times[cuts[i + 1]]) - times.begin();
        PreparedData rows = training.rows(cuts[i], static_cast<std::size_t>(end));
        if (rows.loss.count() == 0)
            throw ArgumentError("batch-window", fmt::format("{}", setup.train.batch_window),
                                fmt::format("no position is observed from t = {} to {}: make it longer", rows.epoch,
                                            rows.absolute(rows.t1)));
        windows.push_back({index, std::move(rows),
                           i == 0 ? std::nullopt : std::optional<State>(states[i])});
    }
}

}  // namespace

std::vector<TrainingTrajectory> split(std::span<const Observations> trajectories, const FitSetup& setup)
{
    if (trajectories.empty()) throw ArgumentError("data", "nothing", "there must be a trajectory to train on");
    std::vector<TrainingTrajectory> result;
    for (const Observations& observations : trajectories) {
        if (observations.units.k1() != trajectories[0].units.k1() || observations.units.k2() != trajectories[0].units.k2())
            throw ArgumentError("also", observations.name,
                                "must be in the units of the first trajectory: masses and force law are the same");
        PreparedData whole = fit_data(observations, setup);
        const auto times = whole.times();
        const double limit = (1 - setup.train.validation) * (whole.t1 - whole.t0) * (1 + 1e-12);
        const auto count = static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), limit) - times.begin());
        const std::size_t held_out = setup.train.validation == 0 ? times.size() : count;
        if (held_out < 2 || (setup.train.validation > 0 && held_out == times.size()))
            throw ArgumentError("validation", fmt::format("{}", setup.train.validation),
                                fmt::format("leaves {} rows to train on and {} to hold out", held_out,
                                            times.size() - held_out));
        const auto last = static_cast<std::size_t>(first_row_of(observations, whole)) + held_out - 1;
        FitSetup part = setup;
        part.data.window = {whole.epoch, observations.times[last]};
        PreparedData training = fit_data(observations, part);
        require_motion(training, observations);
        if (training.missing.any()) whole = fit_data(observations, setup, &training.missing);
        whole.length = training.length;
        whole.velocity = training.velocity;
        result.push_back({&observations, part.data.window, std::move(training), std::move(whole), held_out});
    }
    return result;
}

std::vector<std::vector<double>> horizons(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup,
                                          std::size_t unknowns)
{
    const bool grow = setup.train.horizon == "grow" && setup.train.batch_window == 0;
    std::vector<std::vector<double>> ends;
    std::size_t most = 1;
    for (const TrainingTrajectory& trajectory : trajectories) {
        ends.push_back(arc_ends(trajectory.training, grow ? "on" : "off", unknowns));
        most = std::max(most, ends.back().size());
    }
    // Trajectories of fewer arcs begin with their first and wait.
    for (std::vector<double>& own : ends) own.insert(own.begin(), most - own.size(), own.front());
    return ends;
}

std::vector<TrainingWindow> windows_of(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup,
                                       std::span<const double> ends)
{
    std::vector<TrainingWindow> windows;
    for (std::size_t i = 0; i < trajectories.size(); ++i) {
        const TrainingTrajectory& trajectory = trajectories[i];
        const PreparedData& training = trajectory.training;
        if (setup.train.batch_window > 0)
            add_stretches(trajectory, i, setup, windows);
        else if (ends[i] == training.t1)
            windows.push_back({i, training, std::nullopt});
        else
            windows.push_back({i, training.up_to(ends[i]), std::nullopt});
    }
    return windows;
}

}  // namespace syzygy
