#pragma once

#include "app/cli/command.hpp"
#include "physics/run/fit_file.hpp"
#include "physics/observations/observations.hpp"

#include <functional>
#include <span>

namespace syzygy {

/// The part of `syzygy fit` that trains a network: goes on from `file.training`, keeps it in `save` (called at every epoch,
/// true: at the end), and says what was found; with `justify` whether it was worth it.
CommandResult run_training(FitFile& file, std::span<const Observations> trajectories, bool justify,
                           const std::function<void(const FitFile&, bool ended)>& save, const CommandContext& context);

}  // namespace syzygy
