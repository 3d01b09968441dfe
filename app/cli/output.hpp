#pragma once

#include <string>
#include <string_view>

namespace syzygy {

/// Throws InputError where the file can be foreseen not to be writable (a folder, or in a folder that does not
/// exist): before a long computation, not after it. "-" and "" are fine.
void check_output(const std::string& file);

/// Writes a file atomically, or standard output where it is "-". Throws InputError.
void write_output(const std::string& file, std::string_view content);

/// Writes standard output. Where its reader has gone away (`| head`), the rest is dropped without a word. Throws
/// InputError where it cannot be written otherwise (a full disk).
void write_standard_output(std::string_view content);

}  // namespace syzygy
