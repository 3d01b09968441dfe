#pragma once

#include "physics/observations/observations.hpp"

#include <array>
#include <span>
#include <stop_token>

namespace syzygy {

/// Body 1 of three tables at the times that all three have. Bodies are named after their tables' own names if those are not
/// the usual "body 1", else after the files. Throws InputError if units differ or no time is common.
Observations joined_tables(std::span<const SourceText> sources, std::array<Observations, 3> tables);

/// Reads three delimited tables (CSV, ECSV) of one body each: the meaning of the columns is taken from their names. Throws
/// InputError.
Observations parse_one_body_tables(std::span<const SourceText> sources, std::stop_token stop = {});

}  // namespace syzygy
