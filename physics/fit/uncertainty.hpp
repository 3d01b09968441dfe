#pragma once

#include "physics/fit/objective.hpp"
#include "physics/fit/residuals.hpp"
#include "physics/fit/result.hpp"

namespace syzygy {

/// Errors of the free parameters at the end of a fit, by the linearised model.
///
/// The covariance is A^-1 B A^-1 with A = J^T W J and B = J^T W V W J (White 1980), V the variance of the residuals:
/// that which the data state, or, for positions and for velocities each, what their residuals show. A robust loss has
/// its curvature in A and its scores in B (Huber 1981, sec. 7.6). What the solver's own error moves the parameters by
/// is added to the errors in quadrature; it is no random number, and correlations leave it out. Where a parameter's error
/// exceeds its own size (a mass) or the data's (a state), the data do not determine it: it is named, with the combination
/// that they leave open.
struct Uncertainty {
    Eigen::VectorXd sigma;        ///< of the free parameters, in their own units; nan where not determined
    Eigen::VectorXd upper_limit;  ///< value + 2 sigma of those that are not determined; nan elsewhere
    std::vector<bool> identifiable;
    Eigen::VectorXd solver_sigma;  ///< what the solver's own error moves each free parameter by, in their own units
    Eigen::MatrixXd correlation;   ///< of the statistical errors
    double reduced_chi_square = 0;
    long degrees_of_freedom = 0;
    double scaled_factor = 1;    ///< errors times this fit the residuals
    double numerical_shift = 0;  ///< largest part of a parameter's error that is what the solver's own moves it by
    double from_minimum = 0;     ///< how far the minimum of the linearised model is, in standard deviations
    std::vector<Warning> warnings;
};

/// Nothing where the model cannot be linearised there. Unless the fit has `converged`, residuals of a point off the
/// minimum are not held against the model.
std::optional<Uncertainty> estimate_uncertainty(const PreparedData& data, const ParameterSet& parameters,
                                                FitObjective& objective, const Eigen::VectorXd& x,
                                                const ModelOptions& model, const Residuals& residuals, bool converged,
                                                std::stop_token stop = {});

/// Units of the free parameters in which a change of 1 is as large as the parameter itself: for a mass that went towards 0, a
/// thousandth of where it started, so that its effect is still seen.
Eigen::VectorXd natural_units(const ParameterSet& parameters, const ModelPoint& point);

/// A^-1 as half half^T. Columns are brought to length one first, so that an unknown of little effect is not taken for
/// none; directions below rounding are held at it and come out as not determined.
Eigen::MatrixXd half_inverse(const FitObjective::Information& information, bool robust);

}  // namespace syzygy
