#pragma once

#include "physics/observations/observations.hpp"

#include <optional>
#include <string>
#include <string_view>

// Replies of JPL Horizons that are no vector table, and the wrapping of its web service.

namespace syzygy {

/// True for a text that JPL Horizons wrote, of whatever kind.
bool is_horizons_reply(std::string_view text);

/// The text in "result" of the web service's JSON {"signature": ..., "result": "..."}; another text comes back as it is.
/// Throws InputError with the service's own words where the JSON holds an "error", and for JSON that is cut off.
SourceText unwrapped_reply(const SourceText& source);

/// The text in "result" as far as a cut JSON reply goes; "" if it does not go so far.
std::string beginning_of_result(std::string_view json);

/// Throws InputError that says what a reply without a vector table is (an error message, a list of matching bodies, an observer
/// table, orbital elements) and what to ask for instead. Does nothing if it may be a vector table.
void require_vector_table(const SourceText& source);

}  // namespace syzygy
