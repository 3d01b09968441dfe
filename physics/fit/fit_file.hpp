#pragma once

#include "physics/fit/fit.hpp"
#include "physics/train/train.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <span>

namespace syzygy {

/// A fit on disk, `.syzygy`: JSON with
///
///     format      "syzygy-fit"
///     version     3. Files of version 1 (and 2, of a training) are read: they have no epoch in their options, and the epoch
///                 of their correction is the first time of their window
///     data        {"files": [...], "also": [[...], ...], "fingerprint": "16 hex digits"}: of the numbers read, so that changed
///                 data are seen
///     options     {"data": {...}, "solver": {...}, "optimizer": {...}, "fit": {...}, "correction": {...}, "train": {...}}, by
///                 option id
///     trained     the correction that it begins with, where it is not the correction's own start
///     state       where the fit stands (FitState): arc, stage, boxed, centre, iteration, x, loss, memory, noise_factors,
///                 noise_rounds, seconds, finished, outcome, reason; memory_dimensionless: true (what older files remember
///                 of gradients is in units of the data, and forgotten)
///     history     [[stage, iteration, loss, m1, m2, m3], ...]
///     training    where the training of a network stands (train_json.hpp); no state and history then
///     correction  {"options", "context", "parameters"}: the correction as it is now, for --correction-from; "t0" of the context
///                 is its epoch, a time as the data have it
///     result      what `syzygy fit --json` writes, once it has ended; null before
///
/// All numbers round-trip, so a fit resumed from it gives the bits of one that was never interrupted.
struct FitFile {
    FitSetup setup;
    std::string fingerprint;
    FitState state;
    nlohmann::ordered_json result;
    std::optional<TrainState> training{};
    std::optional<TrainedCorrection> correction{};
};

/// The result as `syzygy fit --json` writes it (docs/architecture.md, "Command line and JSON").
nlohmann::ordered_json to_json(const FitResult& result);

/// A hash of the numbers of the observations, and of several.
std::string fingerprint(const Observations& observations);
std::string fingerprint(std::span<const Observations> trajectories);

/// Written whole or not at all.
void write_fit_file(const std::filesystem::path& path, const FitFile& file);

/// Throws InputError naming the file, what is wrong with it and the remedy.
FitFile read_fit_file(const std::filesystem::path& path);

/// The correction that the fit on that file found. Throws InputError where the fit had none.
TrainedCorrection read_correction(const std::filesystem::path& path);

}  // namespace syzygy
