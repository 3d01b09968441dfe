#pragma once

#include "core/base/outcome.hpp"
#include "physics/fit/parameters.hpp"

#include <Eigen/Core>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// How serious a warning is; `severity()` gives it.
enum class Severity {
    caution,  ///< the values hold as far as their widened errors and the message say
    serious   ///< the values may be those of another orbit, however small their errors are
};

/// Something that a user of the numbers must know. Codes: misfit, halves, unidentifiable, phase-wrap, close-encounter,
/// horizon, gradient-error, apparent-states, not-followed.
struct Warning {
    std::string code, message;
    double time = std::numeric_limits<double>::quiet_NaN();  ///< the time from which it holds, as in the data; nan: always
};

/// A parameter as the fit found it.
struct FittedParameter {
    std::string name;
    double value = 0;
    double sigma = 0;         ///< one standard deviation; nan if the data do not determine it; 0 if fixed
    double scaled_sigma = 0;  ///< the same, widened to what the residuals show (equal to sigma if nothing is amiss)
    double solver_sigma = 0;  ///< shift by the solver's own error: the part of sigma that better tolerances remove
    bool fixed = true;
    bool identifiable = true;
    bool at_bound = false;
    ParameterRole role = ParameterRole::correction;
    int body = -1;            ///< the body it belongs to; -1: none

    bool is_mass() const { return role == ParameterRole::mass; }
    bool is_state() const { return role == ParameterRole::position || role == ParameterRole::velocity; }
    bool is_of_correction() const { return role == ParameterRole::correction; }
    /// The error that a user of the value should take: the widened error if it exceeds the formal one.
    double trusted_sigma() const { return scaled_sigma > sigma ? scaled_sigma : sigma; }
};

/// What a fit found about a series.
struct FittedSeries {
    std::string name;        ///< "rv1:Keck"
    std::string observable;  ///< id: "radial-velocity"
    int body = 0;            ///< 0..2
    std::string instrument;
    long points = 0;         ///< number of points that count
    double rms = 0;          ///< of the residuals, in units of the series
    double weighted_rms = 0; ///< the same, each residual with its weight
    double chi_square = 0;   ///< of the residuals, with the jitter in the errors
    double offset = 0, offset_sigma = 0;  ///< what the instrument adds to the observable; sigma 0 if held
    double jitter = 0, jitter_sigma = 0;  ///< added in quadrature to the stated errors; sigma nan if the jitter is 0
    double spread = 0;       ///< weighted rms of the values about their mean
};

/// The result of a fit.
struct FitResult {
    Outcome outcome;
    double loss = 0;  ///< L of docs/equations.md
    long iterations = 0;
    double seconds = 0;
    std::vector<FittedParameter> parameters;  ///< in the order of ParameterTable: three masses first
    std::vector<FittedSeries> series;         ///< in the order of the data
    std::vector<std::string> correlation_names;
    Eigen::MatrixXd correlation;
    ModelPoint point;
    double rms_residual = 0;  ///< of observed position components, in length units
    double residual_share = 0;  ///< largest rms residual of a pair's separation, relative to the rms of its motion about its mean
    double reduced_chi_square = 0;
    long degrees_of_freedom = 0;
    bool sigmas_known = false;
    std::vector<Warning> warnings;
    std::vector<std::string> notes;  ///< what the loader repaired, what was guessed
};

/// How serious a warning is in this result. Serious are apparent-states, phase-wrap, not-followed, horizon, gradient-error and codes
/// that are not known here; misfit, if residuals are
/// above a hundredth of the motion beyond what stated errors explain; halves, if the widened error of a mass is above a tenth
/// of the mass.
Severity severity(const Warning& warning, const FitResult& result);

/// A warning in a few words, for a headline: "the residuals are not random".
std::string short_text(const Warning& warning, const FitResult& result);

/// How far a result can be trusted: the worst of the fit's outcome and of its warnings.
enum class Trust {
    trusted,    ///< converged, no warning
    with_care,  ///< converged, cautions only
    untrusted,  ///< converged, but a warning is serious
    unfinished  ///< it did not converge: stopped, out of iterations, no fit found
};
Trust trust(const FitResult& result);

/// The result in a line: "Converged after 12 iterations, rms residual 325 km", "Converged, but not to be trusted: bodies are
/// a quarter turn off, 4 warnings". `length` is the unit of lengths, "" if they have none.
std::string headline(const FitResult& result, std::string_view length);

}  // namespace syzygy
