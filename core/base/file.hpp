#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

namespace syzygy {

/// The whole file. Throws InputError if the path cannot be read or is a folder, Cancelled if stopped.
std::string read_file(const std::filesystem::path& path, std::stop_token stop = {});

/// At most the first `bytes` bytes of the file, to identify its kind.
std::string read_file_start(const std::filesystem::path& path, std::size_t bytes);

/// Writes to a temporary file beside `path`, flushes it to the disk and renames it, so that `path` holds either its old or its
/// new content at every moment. Throws InputError if the file cannot be written.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace syzygy
