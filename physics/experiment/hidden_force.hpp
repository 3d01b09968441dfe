#pragma once

#include "core/base/outcome.hpp"
#include "physics/bodies/correction.hpp"
#include "physics/experiment/n_body.hpp"
#include "physics/experiment/options.hpp"
#include "physics/fit/result.hpp"

#include <functional>
#include <limits>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// A force that acts in the data but not in Newton's three bodies.
struct HiddenForce {
    std::string_view id, label;
    std::string_view help;          ///< the set-up in a sentence
    std::string_view strength;      ///< what `--strength` is
    double default_strength;
    std::string_view correction;    ///< fitted by default
    std::string_view abscissa, ordinate;  ///< of its law
    double duration;                ///< of the training window; the test window after it is as long
    long iterations;
};
std::span<const HiddenForce> hidden_forces();
const HiddenForce& find_hidden_force(std::string_view id);

/// The system that makes the data: four bodies, of which the fourth is not observed (or has no mass).
struct HiddenSetting {
    UnitSystem units;
    NBody<4>::Masses masses;
    NBody<4>::State state;
    HiddenTerms terms;
    double duration;
};
HiddenSetting hidden_setting(const HiddenForceOptions& options);

/// The force law at one point of its abscissa: means over the samples near this point.
struct LawPoint {
    double at = 0;
    double truth = 0, corrected = 0;
    long samples = 0;  ///< 0: outside the sampled range, the correction's own extrapolation
};

/// Newton's fit or the corrected fit of one run.
struct HiddenFit {
    Outcome outcome;
    Eigen::Vector3d masses = Eigen::Vector3d::Constant(std::numeric_limits<double>::quiet_NaN());
    double rms_residual = 0;       ///< over the training window
    double reduced_chi_square = 0;
    double autocorrelation = 0;    ///< of residuals one observation apart: 0 for noise, near 1 for structure
    double test_mse = 0;           ///< after that window, against the noise-free truth: mean over times and coordinates
    double reached = 0;            ///< last test time that the prediction reaches
    std::vector<Warning> warnings;
    long iterations = 0;
    double seconds = 0;
};

struct HiddenForceRun {
    long seed = 0;
    Outcome outcome;
    HiddenFit newton, corrected;
    double improvement = 0;       ///< test_mse of Newton over test_mse of the correction
    double force_error = 0, law_error = 0;  ///< of the force found (hidden_law.hpp), where sampled
    std::vector<LawPoint> law;
    long parameters = 0;          ///< of the correction
};

struct HiddenForceExperiment {
    Outcome outcome;
    HiddenForceOptions options;
    HiddenSetting setting;
    std::string correction;       ///< that was fitted
    std::vector<HiddenForceRun> runs;
    double seconds = 0;

    Eigen::Vector3d true_masses() const { return setting.masses.head<3>(); }
    /// The run with the median improvement; null if there is none.
    const HiddenForceRun* typical() const;
};

/// Called after each run.
using HiddenForceProgress = std::function<void(std::size_t done, std::size_t all, const HiddenForceRun& run)>;

/// Makes data with the force, fits Newton alone (masses and initial state, Levenberg-Marquardt), then with the correction
/// (masses, initial state and parameters together, by ACA), and compares both predictions after the training window with the
/// truth. If stopped: the runs done so far. Throws ArgumentError.
HiddenForceExperiment run_hidden_force_experiment(const HiddenForceOptions& options, const HiddenForceProgress& progress,
                                                  std::stop_token stop);

/// What the experiment does, for --help and documents.
std::string hidden_force_text();

}  // namespace syzygy
