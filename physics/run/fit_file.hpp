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
///     data        {"files": [...], "also": [[...], ...], "fingerprint": "16 hex digits"}: a hash of the numbers read, which
///                 reveals changed data
///     options     {"data": {...}, "solver": {...}, "optimizer": {...}, "fit": {...}, "correction": {...}, "train": {...}}, by
///                 option id
///     trained     the correction that the fit begins with, if that is not the correction's own start
///     state       the state of the fit (FitState): arc, stage, boxed, centre, iteration, x, loss, memory, noise_factors,
///                 noise_rounds, seconds, finished, outcome, reason; memory_dimensionless: true (the memory of
///                 gradients in older files is in units of the data, and is dropped)
///     history     [[stage, iteration, loss, m1, m2, m3], ...]
///     training    the state of a network's training (train_json.hpp); then there is no state or history
///     correction  {"options", "context", "parameters"}: the correction as it is now, for --correction-from; "t0" of the context
///                 is the correction's epoch, a time as in the data
///     result      what `syzygy fit --json` writes, once the fit has ended; null before
///
/// All numbers round-trip, so a fit resumed from the file gives the same bits as a fit that was never interrupted.
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

/// A hash of the numbers of one or several sets of observations.
std::string fingerprint(const Observations& observations);
std::string fingerprint(std::span<const Observations> trajectories);

/// Writes the file whole or not at all.
void write_fit_file(const std::filesystem::path& path, const FitFile& file);

/// Throws InputError naming the file, what is wrong with it and the remedy.
FitFile read_fit_file(const std::filesystem::path& path);

/// The correction that the fit in that file found. Throws InputError if the fit had none.
TrainedCorrection read_correction(const std::filesystem::path& path);

}  // namespace syzygy
