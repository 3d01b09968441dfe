#pragma once

#include "physics/corrections/corrected_three_body.hpp"
#include "physics/model/gradient.hpp"

namespace syzygy {

/// The parameters of the model's correction: `given`, or the correction's own start if `given` is empty. Throws ArgumentError
/// if the number of parameters in `given` is not the correction's.
Eigen::VectorXd correction_parameters(const Correction& correction, const Eigen::VectorXd& given);

/// Calls use(system) with the dynamics of the three bodies: ThreeBody<double>, or CorrectedThreeBody if there is a
/// correction. `epoch` is added to the solver's times to give the times of the data.
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
