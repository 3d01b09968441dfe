#pragma once

#include "app/cli/command.hpp"
#include "physics/model/correction.hpp"

#include <memory>
#include <string>

namespace syzygy {

/// Flags of a force beside Newton's: which, and with which parameters.
struct CorrectionFlags {
    CorrectionOptions options;
    std::string from;  ///< a .syzygy file whose fit had one
    const CLI::App* app = nullptr;
};

/// Adds them: those of correction_options(), and --correction-from.
void add_correction_flags(CLI::App& app, CorrectionFlags& flags);

/// The correction of the file named by --correction-from, null where none is; `options` becomes the file's then. Throws
/// ArgumentError where other flags of corrections stand beside it.
std::shared_ptr<const TrainedCorrection> trained_by_flags(CorrectionFlags& flags);

/// The correction to compute with, in that context unless it is an earlier fit's: then the context becomes that one's. None: a
/// null pointer.
CorrectionAt correction_by_flags(CorrectionFlags& flags, CorrectionContext& context);

/// "of its elements: t = 2459274.5 d", for a report; "" of a correction (by its id) that knows no epoch.
std::string epoch_text(const std::string& kind, const CorrectionContext& context);
/// Adds "epoch", a time as the data have it, where the correction knows one.
void add_epoch(const std::string& kind, const CorrectionContext& context, Json& json);

/// {"kind", "size", "epoch" (of those that know one), "parameters", "names" (of those that have some), "options", "context"}.
Json correction_json(const TrainedCorrection& correction);

}  // namespace syzygy
