#pragma once

#include "physics/fit/options.hpp"
#include "physics/fit/parameter_text.hpp"
#include "physics/model/data.hpp"
#include "physics/model/gradient.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace syzygy {

/// One parameter of a fit. Its bounds and scale are those of this fit.
struct Parameter : ParameterRow {
    double start = 0;
    bool free = false;
    std::optional<double> moved_from{};  ///< the requested start, if beyond a bound
    std::optional<double> prior_mean{}, prior_sigma{};
    bool held_at_guess = false;  ///< a mass that is neither free nor given

    /// The value at an unknown x, and the inverse.
    double value_at(double x) const { return transform == Transform::logarithmic ? start * std::exp(x) : start + scale * x; }
    double unknown_of(double value) const
    {
        return transform == Transform::logarithmic ? std::log(value / start) : (value - start) / scale;
    }
    /// d value / d x at a value.
    double slope_at(double value) const { return transform == Transform::logarithmic ? value : scale; }
};

/// Which parameters of a table are free and how the optimiser's scaled unknowns x map to them, by their transforms.
class ParameterSet {
public:
    /// Built from the data's first row, the guesses and the options. The state of a reference body is held: relative
    /// positions do not show it. Throws ArgumentError for unknown names, values out of bounds, masses that cannot be free,
    /// and states that neither the data nor the fit determine. The named parameters of the correction and the offsets start
    /// at their values in `guess` (a network's weights are no parameters here, and stay unchanged in the point).
    ParameterSet(const PreparedData& data, const FitOptions& options, const ModelPoint& guess,
                 const Correction* correction = nullptr);

    const ParameterTable& table() const { return table_; }
    int count() const { return static_cast<int>(parameters_.size()); }

    const Parameter& operator[](int index) const { return parameters_[static_cast<std::size_t>(index)]; }
    const std::vector<int>& free() const { return free_; }
    Eigen::Index size() const { return static_cast<Eigen::Index>(free_.size()); }

    /// Holds the correction, if it is not free, at these parameters from now on.
    void hold_correction(const Eigen::VectorXd& parameters);

    ModelPoint point(const Eigen::VectorXd& x) const;
    Eigen::VectorXd unknowns(const ModelPoint& point) const;
    const Eigen::VectorXd& lower() const { return lower_; }
    const Eigen::VectorXd& upper() const { return upper_; }
    /// The free parameters that the solve depends on, as indices of the table: all but offsets.
    std::vector<int> free_in_solve() const;
    /// True if a number of the initial state is free.
    bool frees_state() const;
    /// The parameter of a column of x.
    const Parameter& of_column(Eigen::Index column) const { return (*this)[free_[static_cast<std::size_t>(column)]]; }

private:
    ParameterTable table_;
    std::vector<Parameter> parameters_;
    Eigen::VectorXd correction_;  ///< parameters of the correction at the start of a fit
    Eigen::Index offsets_ = 0;    ///< number of series
    std::vector<int> free_;
    Eigen::VectorXd lower_, upper_;
};

}  // namespace syzygy
