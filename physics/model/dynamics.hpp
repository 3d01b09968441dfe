#pragma once

#include "physics/corrections/corrected_three_body.hpp"
#include "physics/model/gradient.hpp"

namespace syzygy {

/// The parameters of the model's correction: those of the point, or where it starts. Throws ArgumentError for a number of
/// them that the correction does not have.
Eigen::VectorXd correction_parameters(const Correction& correction, const Eigen::VectorXd& given);

/// Calls use(system) with what moves the three bodies: ThreeBody<double>, or CorrectedThreeBody where there is a correction.
/// `epoch` is what is added to the solver's times to give those of the data.
template <class Use>
decltype(auto) with_dynamics(const UnitSystem& units, const ModelPoint& point, const ModelOptions& options, double epoch,
                             Use&& use)
{
    const ThreeBody<double> newton(units.k1(), units.k2(), point.masses, options.softening);
    if (!options.correction) return use(newton);
    const CorrectedThreeBody corrected(newton, options.correction, correction_parameters(*options.correction, point.correction),
                                       epoch);
    return use(corrected);
}

}  // namespace syzygy
