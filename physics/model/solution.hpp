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

/// Drift of the quantities that Newton's force conserves, along a solve: at the ends of the accepted steps. Under a
/// correction the drift is no error of the solver: the correction may take energy from the bodies' motion and attraction, and
/// give it back.
struct DriftSeries {
    std::vector<double> times;             ///< as in the data
    std::vector<double> energy;            ///< change since the start, relative to the energy (if near zero: to its terms)
    std::vector<double> momentum;          ///< |change| relative to sum m |v| at the start
    std::vector<double> angular_momentum;  ///< |change| relative to sum m |q - q_cm| |v - v_cm| at the start
};

/// Distances of the pairs 1-2, 1-3, 2-3 (the order of body_pairs), at times finer than the steps.
struct DistanceSeries {
    std::vector<double> times;  ///< as in the data
    std::array<std::vector<double>, 3> pairs;
};

/// Predicted minus observed positions from the window's start to the end of the data, as far as the solve reaches.
struct ResidualSeries {
    std::vector<double> times;    ///< K times, as in the data
    std::size_t in_window = 0;    ///< number of leading times in the window; the rest were not fitted
    Eigen::MatrixXd residual;     ///< 9 x K, length units, relative to the reference body; nan where not observed
    Eigen::MatrixXd sigma;        ///< 9 x K, one-sigma errors; empty if none are known
};

/// A series of the data and the model's prediction of it, from the window's start to the end of the data, as far as the solve
/// reaches. Numbers are in units of the series.
struct SeriesComparison {
    ObservedSeries series;           ///< without values
    std::vector<double> times;       ///< of the series' numbers, as in the data
    std::vector<double> values;      ///< observed, less the offset: what the observable is compared with
    std::vector<double> residual;    ///< predicted minus observed
    std::vector<double> sigma;       ///< one-sigma errors, with the jitter
    std::size_t in_window = 0;       ///< number of leading times in the window
    double offset = 0;               ///< what the instrument adds to the observable
};

/// The model's prediction of an observable of a body, at times finer than the steps.
struct ObservableCurve {
    const Observable* observable;
    int body;
    std::vector<double> times, values;
};

/// Everything a person may want to see of the model at one point: the solve over the window with the cost of its gradient,
/// the prediction beyond the window, and what both conserve. Times of trajectories count from `data->epoch`. Immutable once
/// made: solutions cross threads.
struct Solution {
    std::shared_ptr<const PreparedData> data;  ///< the window's observations
    ModelPoint point;
    ModelOptions options;
    std::string gradient_method;

    Outcome outcome;             ///< of the solve over the window
    ThreeBodyGradient gradient;  ///< loss, gradient, counts, seconds, bytes
    Trajectory<State> window;    ///< from the window's start to its end: the steps that the gradient pulls back through
    std::optional<Trajectory<State>> beyond;  ///< from the window's end to the horizon
    DriftSeries drift;
    DistanceSeries distances;
    ResidualSeries residuals;
    std::vector<SeriesComparison> series;   ///< in the order of the data
    std::vector<ObservableCurve> curves;    ///< one for each observable and body of the series
    std::optional<CorrectionSeries> correction;  ///< what the correction does; empty if the model has none
    double seconds = 0;  ///< for all of this

    /// First time, end of the window and last time reached, as in the data.
    double begin() const { return data->epoch; }
    double window_end() const { return data->absolute(window.times().back()); }
    double end() const { return beyond ? data->absolute(beyond->times().back()) : window_end(); }
    /// The state at a time as in the data; times outside are moved to the nearest end.
    State at(double time) const;
    /// The state as it is compared with the data: relative to the reference body if there is one.
    State compared(const State& state) const;
    /// Each accepted step's share of the loss error, in the window; empty if the error was not estimated.
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

/// The request for a solution.
struct SolutionRequest {
    std::shared_ptr<const PreparedData> data;      ///< the window
    std::shared_ptr<const PreparedData> all_data;  ///< all observations, for residuals after the window; may be null
    ModelPoint point;
    ModelOptions options;
    std::string gradient_method = "aca";
    /// Estimate the errors of loss and gradient (`gradient.error`) if that takes at most the time of one picture, about 16
    /// ms: judged by the evaluations of the gradient, so that the estimate does not come and go with the machine's load.
    bool estimate_errors = false;
    double horizon = 0;  ///< as in the data; at or before the window's end: no prediction beyond
};

/// The state at time `to` of the model that has `point.initial_state` at time `from`; times as in the data, in either
/// direction. nan if the solve does not reach `to`.
State propagate(const PreparedData& data, const ModelPoint& point, const ModelOptions& options, double from, double to,
                std::stop_token stop = {});

/// Solves, differentiates and collects the series. A failure of the solve is an outcome, and the part that was reached is
/// kept. Throws ArgumentError for options out of range.
Solution solve_model(const SolutionRequest& request, std::stop_token stop = {});

}  // namespace syzygy
