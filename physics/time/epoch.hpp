#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace syzygy {

/// Time scales of astronomical data. UT is what tables call UTC from 1972 on, and UT1 before.
enum class TimeScale { tdb, tt, tai, utc, ut1, tcb, tcg };

/// "TDB", "UTC", ...
std::string_view to_string(TimeScale scale);

/// The scale of that name, in any letter case; "ET" and "CT" are old names of TDB, "UT", "GMT" and "Z" of UTC, "TDT" of TT.
/// Nothing if the name is unknown; UT1 is known but has no conversion (it needs the measured rotation of the Earth).
std::optional<TimeScale> find_time_scale(std::string_view name);

/// A moment, to 1e-11 s: the calendar day, counted as in the Modified Julian Date (JD - 2400000.5), and the seconds since its
/// midnight. In UTC a day with a leap second has 86401 seconds.
struct Epoch {
    std::int64_t day = 0;
    double second = 0;  ///< 0 <= second < length of the day

    auto operator<=>(const Epoch&) const = default;
};

/// Seconds from `first` to `last`, exact for whole seconds. Both must be in the same uniform scale (any but UTC).
double seconds_between(const Epoch& first, const Epoch& last);

/// The same in units of `seconds_per_unit`: whole multiples of the unit come out exactly.
double time_between(const Epoch& first, const Epoch& last, double seconds_per_unit);

/// `epoch` moved by a time, in a uniform scale.
Epoch moved(const Epoch& epoch, double seconds);

/// "2457944.500000000" -> the epoch, with all digits of the text: they are not rounded to one double. A fraction of
/// nine or more decimals stands for a whole second if that is within half a unit of the last decimal, or within the rounding
/// of a Julian date that was kept in one double (2e-5 s): 01:00 is .041666667. Nothing if the text is no plain decimal number, or
/// beyond 6e6 days.
std::optional<Epoch> parse_julian_date(std::string_view text);

/// The same for a Modified Julian Date (JD - 2400000.5).
std::optional<Epoch> parse_modified_julian_date(std::string_view text);

/// "2018-01-01", "2018-01-01T00:00:00.000", "2018-01-01 00:00", with or without a final "Z". Years from -4799 on; the
/// calendar is proleptic Gregorian, as in ISO 8601. Second 60 is read on days that have it in UTC. Nothing otherwise.
std::optional<Epoch> parse_iso_date(std::string_view text);

/// True for a text that starts like a calendar date: four digits, '-', two digits, '-'.
bool looks_like_date(std::string_view text);

/// "2018-01-01T00:00:00.000": milliseconds, or fewer decimals if the rest is zero.
std::string iso_text(const Epoch& epoch);

/// A text that parse_epoch_text reads back to the same bits: a date if that is exact, else "MJD 58119 + 3600.00000001 s".
std::string exact_epoch_text(const Epoch& epoch);

/// Reads what exact_epoch_text writes, a date, "JD 2458119.5" and "MJD 58119"; nothing otherwise.
std::optional<Epoch> parse_epoch_text(std::string_view text);

/// "2458119.5": the fewest decimals that keep 1e-9 d.
std::string julian_date_text(const Epoch& epoch);

/// The epoch in TDB (ERFA: leap seconds of the library's table, TT - TAI = 32.184 s, and the 1.7 ms of the geocentre's periodic
/// terms, Fairhead & Bretagnon 1990). Throws std::domain_error for UT1, and for UTC before 1960.
Epoch to_tdb(const Epoch& epoch, TimeScale scale);

}  // namespace syzygy
