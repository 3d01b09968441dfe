#pragma once

#include "physics/fit/objective.hpp"

#include <algorithm>
#include <vector>

namespace syzygy {

/// The residuals of one component, prepared for tests of whiteness.
struct ComponentResiduals {
    int component = 0;              ///< of the loss
    bool stated = false;            ///< in stated errors: white noise of size 1 is expected; else of any size
    double numerical = 0;           ///< rms of the part that the solver's own error causes, in the same unit
    std::vector<std::size_t> rows;  ///< of the data
    std::vector<double> times, values;
    /// Size x rank: the component's part of an orthonormal basis, over all series together, of what the fit can take away.
    /// White noise e becomes e - taken taken^T e.
    Eigen::MatrixXd taken;

    double squares() const;
    /// Number of independent values: the size less the number that the fit has taken.
    double freedom() const { return static_cast<double>(values.size()) - taken.squaredNorm(); }
};

/// What is left of the residuals once the linear model has taken what it can: even if the fit is weighted by time or robust,
/// or has stopped just short of its minimum, these residuals are noise less a known projection. Residuals of a robust loss
/// count by their score rho' r. `held` are the unknowns that a bound holds. `numerical` (components x K, may be empty) is the
/// solver's own error in the predictions.
std::vector<ComponentResiduals> remaining_residuals(const LinearRows& rows, const std::vector<bool>& held,
                                                const PreparedData& data, const Eigen::MatrixXd& numerical);

/// How far residuals are from white noise. Each probability is the probability that white noise shows as much or more in any
/// of the series; 1 if there is too little to tell, or if the effect is not ten times the solver's own error.
struct ResidualStructure {
    /// The largest peak in the periodograms of all series (Baluev 2008).
    double spectrum = 1;
    int component = 0;   ///< component with that peak
    double period = 0;   ///< in the unit of time
    double density = 1;  ///< its spectral density over the density of white noise with the same squares
    /// The largest autocorrelation of all lags, all series pooled.
    double correlation = 1;
    int lag = 0;            ///< in rows
    double correlated = 0;  ///< -1 to 1
    double neighbours = 0;  ///< the same at lag 1
    /// Runs of one sign, all series pooled (Wald, Wolfowitz 1940).
    double runs = 1;
    double run_count = 0, runs_expected = 0;

    double smallest() const { return std::min({spectrum, correlation, runs}); }
};
ResidualStructure residual_structure(const std::vector<ComponentResiduals>& series);

}  // namespace syzygy
