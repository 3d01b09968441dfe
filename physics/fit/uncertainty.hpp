#pragma once

#include "physics/fit/objective.hpp"
#include "physics/fit/residuals.hpp"
#include "physics/fit/result.hpp"

namespace syzygy {

/// Errors of the free parameters at the end of a fit, by the linearised model.
///
/// The covariance is A^-1 B A^-1 with A = J^T W J and B = J^T W V W J (White 1980), V the variance of the residuals: as the
/// data state it, or, for positions and velocities separately, as the residuals show it. A robust loss has its curvature in A
/// and its scores in B (Huber 1981, sec. 7.6). The shift of the parameters by the solver's own error is added to the errors
/// in quadrature; this shift is no random number, and correlations leave it out. If a parameter's error exceeds the
/// parameter's own size (a mass) or the data's size (a state), the data do not determine the parameter: a warning names it,
/// with the combination that the data leave open.
struct Uncertainty {
    Eigen::VectorXd sigma;        ///< of the free parameters, in their own units; nan if not determined
    Eigen::VectorXd upper_limit;  ///< value + 2 sigma of parameters that are not determined; nan for others
    std::vector<bool> identifiable;
    Eigen::VectorXd solver_sigma;  ///< shift of each free parameter by the solver's own error, in the parameter's unit
    Eigen::MatrixXd correlation;   ///< of the statistical errors
    double reduced_chi_square = 0;
    long degrees_of_freedom = 0;
    double scaled_factor = 1;    ///< errors times this factor fit the residuals
    double numerical_shift = 0;  ///< largest share of a parameter's error that is the shift by the solver's own error
    double from_minimum = 0;     ///< distance to the minimum of the linearised model, in standard deviations
    std::vector<Warning> warnings;
};

/// Returns nothing if the model cannot be linearised at x. Unless the fit has `converged`, residuals of a point off the
/// minimum are not held against the model.
std::optional<Uncertainty> estimate_uncertainty(const PreparedData& data, const ParameterSet& parameters,
                                                FitObjective& objective, const Eigen::VectorXd& x,
                                                const ModelOptions& model, const Residuals& residuals, bool converged,
                                                std::stop_token stop = {});

/// Units of the free parameters in which a change of 1 is as large as the parameter itself: for a mass that went towards 0, a
/// thousandth of its start, so that its effect is still seen.
Eigen::VectorXd natural_units(const ParameterSet& parameters, const ModelPoint& point);

/// A^-1 as half half^T. Columns are first scaled to length one, so that an unknown of little effect is not taken for one
/// without effect; directions below the rounding level are held at that level and come out as not determined.
Eigen::MatrixXd half_inverse(const FitObjective::Information& information, bool robust);

}  // namespace syzygy
