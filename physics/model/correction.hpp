#pragma once

#include "physics/corrections/corrections.hpp"
#include "physics/model/data.hpp"

namespace syzygy {

/// The magnitudes of the data, in which a correction's network sees its inputs, and the epoch that the options name. `masses`:
/// the first guess.
CorrectionContext correction_context(const PreparedData& data, const Eigen::Vector3d& masses,
                                     const CorrectionOptions& options = {});

/// A correction as a fit left it: all that is needed to use it again, on other data too.
struct TrainedCorrection {
    CorrectionOptions options;
    CorrectionContext context;
    Eigen::VectorXd parameters;
};
/// Ready for use. Throws ArgumentError where options and parameters do not belong together.
CorrectionAt make_correction(const TrainedCorrection& trained);

/// Where the parameters start, or are held: `values` ("inverse-c2=1e-8,..."), the correction's own start for those not named.
/// Throws ArgumentError("values", ...) for a name that the correction does not have, and values out of its bounds.
Eigen::VectorXd starting_parameters(const Correction& correction, std::string_view values);

/// The text that starting_parameters makes these of again, to the last bit; "" for a correction whose have no names.
std::string values_text(const Correction& correction, const Eigen::VectorXd& parameters);

}  // namespace syzygy
