#pragma once

#include "ui/document/loaded_data.hpp"

#include <filesystem>
#include <string>

namespace syzygy {

/// Throws InputError, with the remedy, where `file` cannot be written or is one of the files that `data` came from:
/// an export never replaces what it was made of.
void check_output_file(const std::filesystem::path& file, const LoadedData& data);

/// What the files of an export are named after: the first data file's name without its suffix, or the scenario's.
std::string export_name(const LoadedData& data);

}  // namespace syzygy
