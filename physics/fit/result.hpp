#pragma once

#include "core/base/outcome.hpp"
#include "physics/fit/parameters.hpp"

#include <Eigen/Core>

#include <string>
#include <vector>

namespace syzygy {

/// Something that a user of the numbers must know. Codes: misfit, halves, unidentifiable, phase-wrap, close-encounter,
/// horizon, gradient-error.
struct Warning {
    std::string code, message;
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
};

/// A fit as it ended.
struct FitResult {
    Outcome outcome;
    double loss = 0;  ///< L of docs/equations.md
    long iterations = 0;
    double seconds = 0;
    std::vector<FittedParameter> parameters;  ///< 21: masses, positions, velocities; then those of a correction with names
    std::vector<std::string> correlation_names;
    Eigen::MatrixXd correlation;
    ModelPoint point;
    double rms_residual = 0;  ///< of observed position components, in length units
    double reduced_chi_square = 0;
    long degrees_of_freedom = 0;
    bool sigmas_known = false;
    std::vector<Warning> warnings;
    std::vector<std::string> notes;  ///< what the loader repaired, what was guessed
};

}  // namespace syzygy
