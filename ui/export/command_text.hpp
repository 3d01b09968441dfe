#pragma once

#include "physics/fit/options.hpp"
#include "ui/document/loaded_data.hpp"

#include <string>
#include <string_view>

namespace syzygy {

/// The commands for a shell that make the fit of `setup` to `data` again, with the same bits: one that makes the
/// data, where they came from a scenario, and one that fits them. Options at their default are left out.
std::string command_line(const LoadedData& data, const FitSetup& setup);

/// A word as a POSIX shell reads it back: quoted where it has to be.
std::string shell_word(std::string_view text);

}  // namespace syzygy
