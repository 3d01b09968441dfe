#pragma once

#include "physics/fit/options.hpp"
#include "ui/document/loaded_data.hpp"

#include <QString>

namespace syzygy {

/// What a fit of newly opened files begins with, where their format tells more than the numbers do.
///
/// Ephemerides of JPL Horizons are exact, but not of three bodies alone: the other planets pull all three, which cancels out
/// in positions relative to one of them, the heaviest; and the centre of a planet wobbles about that of its system, so that no
/// row holds the initial state of the motion: it is free. What files or the import dialog say stays as they say it.
/// Works through the rows: for a worker.
FitSetup file_defaults(const LoadedData& data, bool frame_was_chosen = false);

/// What file_defaults() set in this setup, in a sentence; "" for nothing, or where it was changed since.
QString file_defaults_text(const LoadedData& data, const FitSetup& setup);

}  // namespace syzygy
