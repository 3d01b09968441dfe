#pragma once

#include "core/base/outcome.hpp"
#include "physics/experiment/options.hpp"
#include "physics/observations/observations.hpp"

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// A model of the three-body experiment.
struct ExperimentModel {
    std::string_view id, label, help;
    bool ode;              ///< trained by a gradient method of ODEs; otherwise by back-propagation through time
    bool has_masses;
    long epochs;           ///< of Adam, by default
    double learning_rate, decay, beta1, beta2;
};

/// The one table of models, in the order of the paper.
std::span<const ExperimentModel> experiment_models();
const ExperimentModel& find_experiment_model(std::string_view id);

/// One training of one model from one seed, and its test. Squared errors are means over times and the nine coordinates, in
/// square length units; nan if the model could not be evaluated.
struct ThreeBodyRun {
    std::string model, method;
    long seed = 0;
    Outcome outcome;               ///< of training and prediction: ok if there is a test error
    double training_loss = 0;      ///< the minimised loss, at the best epoch
    double test_mse = 0;           ///< over [0, 2]
    double inside_mse = 0;         ///< over [0, 1], the training interval
    double beyond_mse = 0;         ///< over (1, 2]
    std::optional<Eigen::Vector3d> start_masses, masses;  ///< of models that have masses
    long parameters = 0;           ///< number of trained parameters
    long epochs = 0;
    long backed_off = 0;           ///< times that the learning rate was halved because a solve had failed
    double seconds = 0;
    ObservedTable prediction;      ///< at the test times
};

/// The runs of one model and method together.
struct ThreeBodyRow {
    std::string model, method;
    long runs = 0, failed = 0;
    double mean = 0, deviation = 0, median = 0, lowest = 0, highest = 0;  ///< of the test MSE of runs that did not fail
    double inside_mean = 0, beyond_mean = 0;
    std::optional<Eigen::Vector3d> masses, masses_deviation;              ///< mean and standard deviation
    long parameters = 0;
    double epochs = 0;
    double seconds = 0;                                                   ///< mean per run
};

struct ThreeBodyExperiment {
    Outcome outcome;
    ThreeBodyExperimentOptions options;
    std::vector<ThreeBodyRun> runs;  ///< in the order of the tables: model, method, seed
    std::vector<ThreeBodyRow> rows;
    std::vector<double> test_times;  ///< 2000, offset from the observations by half a step
    ObservedTable truth;             ///< at the test times
    Eigen::Vector3d true_masses;
    std::array<std::string, 3> bodies;
    double seconds = 0;
};

/// Called after each run: runs done, and all runs.
using ThreeBodyProgress = std::function<void(std::size_t done, std::size_t all, const ThreeBodyRun& run)>;

/// The experiment of Zhuang et al. (ICML 2020), sec. 4.3: every model is given the initial state and 1000 exact observations
/// of positions on [0, 1] of the ACA example, is trained on L = sum_k 0.01^t_k |error_k|^2 / K, and tested on [0, 2]. Runs in
/// threads; if stopped: the runs done so far. Throws ArgumentError.
ThreeBodyExperiment run_three_body_experiment(const ThreeBodyExperimentOptions& options, const ThreeBodyProgress& progress,
                                              std::stop_token stop);

/// Which run of a row a figure shows: the one with the median test error; null if all failed.
const ThreeBodyRun* median_run(const ThreeBodyExperiment& experiment, const ThreeBodyRow& row);

/// What each model is and how it is trained: for --help and documents.
std::string three_body_experiment_text();

}  // namespace syzygy
