#pragma once

#include "physics/fit/fit.hpp"
#include "physics/train/train.hpp"
#include "ui/document/loaded_data.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace syzygy {

/// A fit as it stands in the window, with all that its file needs. Values: for a worker.
struct FitToSave {
    LoadedData data;
    FitSetup setup;
    FitState state;
    std::shared_ptr<const FitResult> result;  ///< null where it has not ended
    std::optional<TrainState> training{};     ///< of a fit that trains a network
    std::optional<TrainedCorrection> correction{};  ///< as it is on screen, where the fit has one
};

/// Writes a fit as `.syzygy`, as `syzygy fit -o` would. The file refers to data that it belongs to: to the files the
/// data came from where they still hold the same numbers, else to a CSV file that is written beside it first, whose
/// name is returned. Whole or not at all. Slow for many rows: for a worker. Throws InputError.
std::optional<std::filesystem::path> save_fit(const std::filesystem::path& file, FitToSave fit);

/// Where the data of a saved fit are.
struct KeptData {
    std::vector<std::filesystem::path> files;
    std::string fingerprint;
    std::optional<std::filesystem::path> written;
};
/// The files and the fingerprint that save_fit would state for a fit of these data in `file`. Writes the data's CSV if one
/// is needed.
KeptData keep_data(const std::filesystem::path& file, const LoadedData& data);

}  // namespace syzygy
