#pragma once

#include "physics/bodies/correction.hpp"
#include "physics/corrections/options.hpp"
#include "physics/units/units.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace syzygy {

/// The magnitudes by which networks scale their inputs and outputs, and the origin of time. Kept with a trained network:
/// other data must not change them.
struct CorrectionContext {
    UnitSystem units;
    double length = 1, velocity = 1;  ///< typical distance and velocity
    double mass = 1;                  ///< typical mass
    double time = 1;                  ///< typical duration
    double t0 = 0;                    ///< the epoch, as in the data: elements hold at this time, and time counts from it
};

/// A row of the table of corrections.
struct CorrectionInfo {
    std::string_view id, label, source, help;
    bool network;               ///< many parameters without names
    bool conserves_momentum;
    bool conserves_energy;      ///< (with --potential, in the case of pairwise)
    std::shared_ptr<const Correction> (*make)(const CorrectionOptions&, const CorrectionContext&);
    std::string_view epoch = {};  ///< what the epoch belongs to; "" if the correction has none
};

/// The one table of corrections.
std::span<const CorrectionInfo> corrections();
const CorrectionInfo& find_correction(std::string_view id);

/// The correction that the options name; null for "none". Throws ArgumentError naming the option, InputError for a file.
std::shared_ptr<const Correction> make_correction(const CorrectionOptions& options, const CorrectionContext& context);

/// 1/c^2 in V^-2, the parameter of post-newtonian at the actual speed of light; 0 if the units are dimensionless.
double physical_inverse_c2(const UnitSystem& units);

}  // namespace syzygy
