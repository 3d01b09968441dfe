#pragma once

#include "physics/time/epoch.hpp"

namespace syzygy {

/// Seconds by which `day` in UTC is longer than 86400 s: 1 before a leap second, else 0 (ERFA's table; before 1972 UTC was
/// steered by fractions, which do not count here).
double leap_second_of(std::int64_t day);

/// A Julian date in UTC counts a day with a leap second as one day: its fraction is a fraction of 86401 s (ERFA's quasi-JD,
/// as Astropy writes it). Takes an epoch whose second was made from the fraction of 86400 s.
Epoch of_stretched_day(const Epoch& epoch);

}  // namespace syzygy
