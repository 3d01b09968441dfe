#pragma once

#include "physics/corrections/corrections.hpp"
#include "physics/model/data.hpp"

namespace syzygy {

/// The magnitudes of the data, by which a correction's network scales its inputs, and the epoch that the options name.
/// `masses`: the first guess of the masses.
CorrectionContext correction_context(const PreparedData& data, const Eigen::Vector3d& masses,
                                     const CorrectionOptions& options = {});

/// A correction as a fit left it: all that is needed to use the correction again, on other data too.
struct TrainedCorrection {
    CorrectionOptions options;
    CorrectionContext context;
    Eigen::VectorXd parameters;
};
/// The correction, ready for use. Throws ArgumentError if options and parameters do not belong together.
CorrectionAt make_correction(const TrainedCorrection& trained);

/// The values at which the parameters start, or are held: `values` ("inverse-c2=1e-8,..."), and the correction's own start
/// for parameters that `values` does not name. Throws ArgumentError("values", ...) for a name that the correction does not
/// have, and for values out of its bounds.
Eigen::VectorXd starting_parameters(const Correction& correction, std::string_view values);

/// The text from which starting_parameters restores these parameters, to the last bit; "" for a correction whose parameters
/// have no names.
std::string values_text(const Correction& correction, const Eigen::VectorXd& parameters);

}  // namespace syzygy
