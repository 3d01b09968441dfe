#pragma once

#include "core/gradient/method_info.hpp"
#include "core/gradient/problem.hpp"
#include "physics/model/gradient.hpp"

#include <Eigen/Core>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// How a gradient method is run on a subject: the request for one row of a comparison.
struct CompareRun {
    std::string gradient = "aca";
    SolverOptions solver;      ///< `rtol`, `method`, ... of this run
    double horizon = 0;        ///< end of the interval, in the subject's times; 0: the whole interval
    GradientOptions options;
};

/// The result of a gradient run with vectors of any size, so that three bodies and test problems share one table.
struct ComparedGradient {
    Outcome outcome;
    double loss = 0;
    Eigen::VectorXd parameters;     ///< derivatives with respect to the subject's parameters
    Eigen::VectorXd initial_state;
    std::optional<double> t0, t1;
    PassCounts forward, backward;
    std::size_t checkpoint_bytes = 0, tape_bytes_peak = 0;
    long graph_depth = 0;
    std::optional<double> reverse_error;
    std::optional<ErrorEstimate<double>> error;
};

/// What a comparison draws of one run, if asked for: the forward trajectory, and what the method did. If there are more than
/// compare_trace_steps steps, only every second, third, ... step is kept (and the ends), with its events.
inline constexpr std::size_t compare_trace_steps = 20'000;
struct CompareTrace {
    std::vector<double> times;             ///< N + 1 accepted times: of the method's own steps if it has any
    std::vector<Eigen::VectorXd> states;
    std::vector<SweepEvent> events;
    std::vector<double> reverse_times;
    std::vector<Eigen::VectorXd> reverse_states, cotangents;
    std::vector<double> reverse_distances;  ///< |reverse state - forward solution at that time|, all components together
};

/// A gradient to compare others with, with an estimate of its own error.
struct ReferenceGradient {
    Eigen::VectorXd parameters, initial_state;
    double loss = 0;
    double relative_error = 0;  ///< estimated, of (parameters, initial state), norm over norm
    std::string how;            ///< "closed form", "forward sensitivities, dop853 at 1e-13, tangents controlled"
};

/// Something that gradient methods are compared on: three bodies with their data, or a test problem. Immutable: may be run
/// on several threads.
class CompareSubject {
public:
    virtual ~CompareSubject() = default;

    virtual std::string name() const = 0;                        ///< "ACA example", "Van der Pol, mu = 5"
    virtual std::vector<std::string> parameter_names() const = 0;  ///< "m1", ...
    virtual std::vector<double> parameters() const = 0;            ///< values at which the gradient is taken
    virtual std::vector<std::string> state_names() const = 0;      ///< "x1", ...
    virtual double t0() const = 0;
    virtual double t1() const = 0;                                ///< the whole interval; a run's horizon may be nearer
    virtual bool three_bodies() const = 0;
    /// Throws ArgumentError("horizons", ...) if a run cannot end at `horizon`.
    virtual void validate_horizon(double horizon) const = 0;

    /// Loss and gradient. Throws ArgumentError for options out of range and for what a method does not support. `trace`, if
    /// given, is filled.
    virtual ComparedGradient run(const CompareRun& run, std::stop_token stop, CompareTrace* trace) const = 0;
    /// The true gradient of the exact solution up to the horizon, worked out once. nullopt if stopped, and if even the
    /// reference does not reach the horizon.
    virtual std::optional<ReferenceGradient> reference(double horizon, std::stop_token stop) const = 0;
    /// Seconds of a plain forward solve with the run's solver, evaluating the loss: the denominator of ratios.
    virtual double forward_seconds(const CompareRun& run, std::stop_token stop) const = 0;
};

/// Three bodies against observations, at a point. Parameters are the masses. Times are as in the data. Solver and gradient
/// options come from each run; only the rest of `options` counts.
std::shared_ptr<const CompareSubject> three_body_subject(std::shared_ptr<const PreparedData> data, const ModelPoint& point,
                                                         const ModelOptions& options, std::string name);

/// How a scenario becomes data and a point near the truth.
struct ScenarioSubjectOptions {
    std::vector<double> masses{};  ///< of the point; empty: near the true ones (see below)
    double t1 = 0;                 ///< observations end there; 0: chosen
    long samples = 1000;
    DataOptions data{};            ///< loss and forces; `decay` is the paper's for the ACA example if it is left at 1
};

/// A built-in system against its own exact positions at equidistant times, at masses that are a little wrong: the true ones
/// times (1.02, 0.97, 1.01). The ACA example is as in the paper: 1000 times on [0, 1], masses (1, 1, 1), weights 0.01^t.
/// Throws ArgumentError.
std::shared_ptr<const CompareSubject> scenario_subject(std::string_view id, const ScenarioSubjectOptions& options = {},
                                                       std::stop_token stop = {});

/// The default end of a scenario's observations: 1 for the ACA example, else the scenario's duration.
double scenario_subject_end(std::string_view id);
/// Masses off the true ones by the factors of scenario_subject: far enough for a gradient worth looking at, and near enough
/// that the orbit is still that system's.
Eigen::Vector3d near_masses(const Eigen::Vector3d& true_masses);

/// A test problem with its own parameters and initial state if `parameters` or `initial_state` are empty. The loss is
/// |y(t1)|^2. `t1` 0: the problem's own. Throws ArgumentError for an unknown id and vectors of the wrong length.
std::shared_ptr<const CompareSubject> problem_subject(std::string_view id, std::vector<double> parameters = {},
                                                      std::vector<double> initial_state = {}, double t1 = 0);

}  // namespace syzygy
