#pragma once

#include "physics/time/epoch.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace syzygy {

/// A way to write epochs in a column; names are those of astropy.time.
struct EpochFormat {
    enum class Kind { date, day_of_year, julian_date, modified_julian_date, count };

    std::string_view name;
    Kind kind;
    double unit = 0;                         ///< of a count, in s
    Epoch zero{};                            ///< of a count
    std::optional<TimeScale> scale{};        ///< if the format has a scale of its own, whatever scale is stated with it
};

/// The format of that name: jd, mjd, jyear, unix, unix_tai, cxcsec, gps, iso, isot, fits, datetime, datetime64,
/// yday. nullptr if unknown.
const EpochFormat* find_epoch_format(std::string_view name);

/// "jd, mjd, ...", for messages.
std::string epoch_formats_text();

/// The epoch that a cell holds. Nothing if the text is not in the format.
std::optional<Epoch> parse_epoch(const EpochFormat& format, std::string_view text);

/// What the name of a column says about epochs in it: "jd", "MJD_UTC", "bjd_tdb", "JDTDB", "datetime_jd". Nothing if the name
/// speaks of no Julian date. The scale is empty if the name does not say it.
struct NamedEpochs {
    const EpochFormat* format;
    std::optional<TimeScale> scale;
};
std::optional<NamedEpochs> epochs_named(std::string_view column);

}  // namespace syzygy
