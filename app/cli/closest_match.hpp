#pragma once

#include <span>
#include <string>
#include <string_view>

namespace syzygy {

/// The known word that `typed` was probably meant to be: one that it begins, or the one that fewest insertions,
/// deletions, replacements and swaps of neighbours away from it (a third of its letters at most); else "".
std::string closest_match(std::string_view typed, std::span<const std::string> known);

}  // namespace syzygy
