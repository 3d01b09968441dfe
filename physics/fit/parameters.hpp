#pragma once

#include "physics/fit/options.hpp"
#include "physics/fit/parameter_text.hpp"
#include "physics/model/data.hpp"
#include "physics/model/gradient.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace syzygy {

/// The 21 parameters of three bodies, in the order of tangents: masses, positions, velocities. Those of a correction that
/// have names follow them.
inline constexpr int parameter_count = 21;

/// "m1", "x1" .. "z3", "vx1" .. "vz3".
std::string parameter_name(int index);

/// One parameter of a fit.
struct Parameter {
    double start = 0;
    bool free = false;
    double lower, upper;  ///< infinite where unbounded
    std::optional<double> moved_from{};  ///< where it was to start, beyond a bound
    std::optional<double> prior_mean, prior_sigma;
    std::string name;
    bool held_at_guess = false;  ///< a mass that is neither free nor given
    double scale = 1;            ///< value = start + scale x. Masses: value = start exp(x).
};

/// Which parameters are free and how the optimiser's scaled unknowns x map to them. Masses are fitted by their
/// logarithm, so they stay positive and km^3/s^2 fit as well as G = 1; states in units of the data's magnitudes.
class ParameterSet {
public:
    /// From the data's first row, the guesses and the options. With a reference body its own state is held: it
    /// cannot be seen in relative positions. Throws ArgumentError for names unknown, values out of bounds, masses
    /// that cannot be free, and states that neither the data nor the fit determine. The named parameters of the correction
    /// start where `guess` has them (those of a network are no parameters here, and stay in the point as they are).
    ParameterSet(const PreparedData& data, const FitOptions& options, const ModelPoint& guess,
                 const Correction* correction = nullptr);

    /// 21, and the named parameters of the correction.
    int count() const { return static_cast<int>(parameters_.size()); }

    const Parameter& operator[](int index) const { return parameters_[static_cast<std::size_t>(index)]; }
    const std::vector<int>& free() const { return free_; }
    Eigen::Index size() const { return static_cast<Eigen::Index>(free_.size()); }

    /// Holds the correction, where it is not free, at these parameters from now on.
    void hold_correction(const Eigen::VectorXd& parameters);

    ModelPoint point(const Eigen::VectorXd& x) const;
    Eigen::VectorXd unknowns(const ModelPoint& point) const;
    /// d value / d x of a free parameter at its value.
    double derivative(int index, double value) const { return index < 3 ? value : (*this)[index].scale; }
    const Eigen::VectorXd& lower() const { return lower_; }
    const Eigen::VectorXd& upper() const { return upper_; }

    static double value(const ModelPoint& point, int index)
    {
        if (index < 3) return point.masses[index];
        return index < parameter_count ? point.initial_state[index - 3] : point.correction[index - parameter_count];
    }

private:
    void add_correction(const Correction& correction, const Eigen::VectorXd& guess, const FreeParameters& free);

    std::vector<Parameter> parameters_;
    Eigen::VectorXd correction_;  ///< parameters of the correction where a fit begins
    std::vector<int> free_;
    Eigen::VectorXd lower_, upper_;
};

}  // namespace syzygy
