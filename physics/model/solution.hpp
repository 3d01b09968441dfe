#pragma once

#include "core/ode/trajectory.hpp"
#include "physics/model/correction_series.hpp"
#include "physics/model/gradient.hpp"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace syzygy {

/// What the three bodies conserve under Newton's force, as it drifts along a solve: at the ends of the accepted steps.
/// Under a correction that is no error of the solver: it may take the energy of the bodies' motion and attraction, and give
/// it back.
struct DriftSeries {
    std::vector<double> times;             ///< as the data have them
    std::vector<double> energy;            ///< change since the start, relative to the energy (near zero: to its terms)
    std::vector<double> momentum;          ///< |change| relative to sum m |v| at the start
    std::vector<double> angular_momentum;  ///< |change| relative to sum m |q - q_cm| |v - v_cm| at the start
};

/// Distances of the pairs 1-2, 1-3, 2-3 (the order of body_pairs), finer than the steps.
struct DistanceSeries {
    std::vector<double> times;  ///< as the data have them
    std::array<std::vector<double>, 3> pairs;
};

/// Predicted minus observed positions from the window's start to the end of the data, within the solve's reach.
struct ResidualSeries {
    std::vector<double> times;    ///< K times, as the data have them
    std::size_t in_window = 0;    ///< the first so many belong to the window, the rest was not fitted
    Eigen::MatrixXd residual;     ///< 9 x K, length units, relative to the reference body; nan where not observed
    Eigen::MatrixXd sigma;        ///< 9 x K, one-sigma errors; empty where none are known
};

/// A series of the data beside what the model says of it, from the window's start to the end of the data, within the solve's
/// reach. Numbers are in units of the series.
struct SeriesComparison {
    ObservedSeries series;           ///< without values
    std::vector<double> times;       ///< of its numbers, as the data have them
    std::vector<double> values;      ///< observed, less the offset: what the observable is compared with
    std::vector<double> residual;    ///< predicted minus observed
    std::vector<double> sigma;       ///< one-sigma errors, with the jitter
    std::size_t in_window = 0;       ///< the first so many belong to the window
    double offset = 0;               ///< what the instrument reads beside the observable
};

/// What the model says of an observable of a body, finer than the steps.
struct ObservableCurve {
    const Observable* observable;
    int body;
    std::vector<double> times, values;
};

/// Everything a person may want to see of the model at one point: the solve over the window with what its gradient
/// took, the prediction beyond the window, and what both conserve. Times of trajectories count from `data->epoch`.
/// Immutable once made: values cross threads.
struct Solution {
    std::shared_ptr<const PreparedData> data;  ///< the window's observations
    ModelPoint point;
    ModelOptions options;
    std::string gradient_method;

    Outcome outcome;             ///< of the solve over the window
    ThreeBodyGradient gradient;  ///< loss, gradient, counts, seconds, bytes
    Trajectory<State> window;    ///< from the window's start to its end: the steps that the gradient pulls back through
    std::optional<Trajectory<State>> beyond;  ///< from there to the horizon
    DriftSeries drift;
    DistanceSeries distances;
    ResidualSeries residuals;
    std::vector<SeriesComparison> series;   ///< in the order of the data
    std::vector<ObservableCurve> curves;    ///< one for each observable and body of the series
    std::optional<CorrectionSeries> correction;  ///< what the correction does; nothing where the model has none
    double seconds = 0;  ///< all of it

    /// First time, end of the window and last time reached, as the data have them.
    double begin() const { return data->epoch; }
    double window_end() const { return data->absolute(window.times().back()); }
    double end() const { return beyond ? data->absolute(beyond->times().back()) : window_end(); }
    /// The state at a time as the data have it; times outside are moved to the nearest end.
    State at(double time) const;
    /// The state as the data are compared: relative to the reference body where there is one.
    State compared(const State& state) const;
    /// Each accepted step's share of the loss error, in the window; empty where it was not estimated.
    std::span<const double> step_shares() const
    {
        if (!gradient.error || gradient.error->step_shares.size() != window.steps().size()) return {};
        return gradient.error->step_shares;
    }
    /// Bytes of the checkpoint that each accepted step of the window leaves.
    std::size_t bytes_per_checkpoint() const
    {
        return window.times().empty() ? 0 : gradient.checkpoint_bytes / window.times().size();
    }
};

/// What a solution is asked for.
struct SolutionRequest {
    std::shared_ptr<const PreparedData> data;      ///< the window
    std::shared_ptr<const PreparedData> all_data;  ///< all observations, for residuals after the window; may be null
    ModelPoint point;
    ModelOptions options;
    std::string gradient_method = "aca";
    /// Estimate the errors of loss and gradient (`gradient.error`) where that takes a picture's time at most, about 16 ms:
    /// judged by the evaluations of the gradient, so that it does not come and go with the machine's load.
    bool estimate_errors = false;
    double horizon = 0;  ///< as the data have it; at or before the window's end: nothing beyond
};

/// The state at time `to` of the model that has `point.initial_state` at time `from`; times as the data have them, in
/// either direction. nan where the solve does not arrive.
State propagate(const PreparedData& data, const ModelPoint& point, const ModelOptions& options, double from, double to,
                std::stop_token stop = {});

/// Solves, differentiates and looks. Whatever goes wrong in the solve is an outcome, and what was reached is there
/// all the same. Throws ArgumentError for options out of range.
Solution solve_model(const SolutionRequest& request, std::stop_token stop = {});

}  // namespace syzygy
