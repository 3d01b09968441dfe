#pragma once

#include "physics/observations/observations.hpp"

#include <optional>
#include <string>
#include <string_view>

// Replies of JPL Horizons that are no vector table, and the wrapping of its web service.

namespace syzygy {

/// True for a text that JPL Horizons wrote, of whatever kind.
bool is_horizons_reply(std::string_view text);

/// The text in "result" of the web service's JSON {"signature": ..., "result": "..."}; any other text is returned unchanged.
/// Throws InputError with the service's own words if the JSON holds an "error", and for JSON that is cut off.
SourceText unwrapped_reply(const SourceText& source);

/// The text in "result" as far as a truncated JSON reply holds it; "" if the reply ends before it.
std::string beginning_of_result(std::string_view json);

/// Throws InputError that says what a reply without a vector table is (an error message, a list of matching bodies, an
/// observer table, orbital elements) and what to ask for instead. Does nothing if the reply may be a vector table.
void require_vector_table(const SourceText& source);

}  // namespace syzygy
