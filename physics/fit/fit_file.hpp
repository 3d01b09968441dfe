#pragma once

#include "physics/fit/fit.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace syzygy {

/// A fit on disk, `.syzygy`: JSON with
///
///     format      "syzygy-fit"
///     version     1
///     data        {"files": [...], "fingerprint": "16 hex digits"}   // of the numbers read, so that changed data are
///     seen options     {"data": {...}, "solver": {...}, "optimizer": {...}, "fit": {...}}   // by option id state
///     where the fit stands (FitState): arc, stage, boxed, centre, iteration, x, loss, memory, seconds, finished,
///     outcome, reason history     [[stage, iteration, loss, m1, m2, m3], ...] result      what `syzygy fit --json`
///     writes, once it has ended; null before
///
/// All numbers round-trip, so a fit resumed from it gives the bits of one that was never interrupted.
struct FitFile {
    FitSetup setup;
    std::string fingerprint;
    FitState state;
    nlohmann::ordered_json result;
};

/// The result as `syzygy fit --json` writes it (design.md, "Command line").
nlohmann::ordered_json to_json(const FitResult& result);

/// A hash of the numbers of the observations.
std::string fingerprint(const Observations& observations);

/// Written whole or not at all.
void write_fit_file(const std::filesystem::path& path, const FitFile& file);

/// Throws InputError naming the file, what is wrong with it and the remedy.
FitFile read_fit_file(const std::filesystem::path& path);

}  // namespace syzygy
