#pragma once

#include "core/base/outcome.hpp"
#include "physics/fit/parameters.hpp"

#include <Eigen/Core>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// How far a warning goes. Of a code: `severity()`.
enum class Severity {
    caution,  ///< the values hold as far as their widened errors and the message say
    serious   ///< the values may be those of another orbit, however small their errors are
};

/// Something that a user of the numbers must know. Codes: misfit, halves, unidentifiable, phase-wrap, close-encounter,
/// horizon, gradient-error, apparent-states, not-followed.
struct Warning {
    std::string code, message;
    double time = std::numeric_limits<double>::quiet_NaN();  ///< from when on it holds, as the data count time; nan: all along
};

/// A parameter as it was found.
struct FittedParameter {
    std::string name;
    double value = 0;
    double sigma = 0;         ///< one standard deviation; nan where the data do not determine it; 0 where fixed
    double scaled_sigma = 0;  ///< the same, widened to what the residuals show (equal to sigma where nothing is amiss)
    double solver_sigma = 0;  ///< what the solver's own error moves it by: the part of sigma that better tolerances take away
    bool fixed = true;
    bool identifiable = true;
    bool at_bound = false;
    ParameterRole role = ParameterRole::correction;
    int body = -1;            ///< the body it belongs to; -1: none

    bool is_mass() const { return role == ParameterRole::mass; }
    bool is_state() const { return role == ParameterRole::position || role == ParameterRole::velocity; }
    bool is_of_correction() const { return role == ParameterRole::correction; }
    /// The error that a user of the value is to take: the widened one where residuals show more than the formal one says.
    double trusted_sigma() const { return scaled_sigma > sigma ? scaled_sigma : sigma; }
};

/// What a fit found of a series.
struct FittedSeries {
    std::string name;        ///< "rv1:Keck"
    std::string observable;  ///< id: "radial-velocity"
    int body = 0;            ///< 0..2
    std::string instrument;
    long points = 0;         ///< that count
    double rms = 0;          ///< of the residuals, in units of the series, and
    double weighted_rms = 0; ///< each with its weight
    double chi_square = 0;   ///< of the residuals, with the jitter in the errors
    double offset = 0, offset_sigma = 0;  ///< what the instrument reads beside the observable; sigma 0 if held
    double jitter = 0, jitter_sigma = 0;  ///< added in quadrature to the stated errors; sigma nan if that is 0
    double spread = 0;       ///< weighted rms of the values about their mean
};

/// A fit as it ended.
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
    double residual_share = 0;  ///< largest rms residual of a pair's separation, as a share of the rms of its motion about its mean
    double reduced_chi_square = 0;
    long degrees_of_freedom = 0;
    bool sigmas_known = false;
    std::vector<Warning> warnings;
    std::vector<std::string> notes;  ///< what the loader repaired, what was guessed
};

/// How far a warning goes in this result. Serious are phase-wrap, horizon and gradient-error; misfit, if residuals are above a
/// hundredth of the motion beyond what stated errors explain; halves, if the widened error of a mass is above a tenth of it.
Severity severity(const Warning& warning, const FitResult& result);

/// A warning in some words, for a headline: "the residuals are not random".
std::string short_text(const Warning& warning, const FitResult& result);

/// What may be made of a result: the worst of how the fit ended and of its warnings.
enum class Trust {
    trusted,    ///< converged, no warning
    with_care,  ///< converged, cautions only
    untrusted,  ///< converged, but a warning is serious
    unfinished  ///< it did not converge: stopped, out of iterations, no fit found
};
Trust trust(const FitResult& result);

/// The result in a line: "Converged after 12 iterations, rms residual 325 km", "Converged, but not to be trusted: bodies are a
/// quarter turn off, 4 warnings". `length` is the unit of lengths, "" where they have none.
std::string headline(const FitResult& result, std::string_view length);

}  // namespace syzygy
