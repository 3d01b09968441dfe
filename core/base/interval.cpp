#include "core/base/interval.hpp"

#include "core/base/error.hpp"
#include "core/base/option_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace syzygy {

namespace {

std::optional<double> read_side(std::string_view id, std::string_view side, const std::string& whole)
{
    if (side.empty()) return std::nullopt;
    double value = 0;
    try {
        read_value(id, std::string(side), value);
    } catch (const ArgumentError&) {
        value = std::numeric_limits<double>::quiet_NaN();
    }
    if (!std::isfinite(value)) throw ArgumentError(id, whole, fmt::format("'{}' is not a time; write t0:t1", side));
    return value;
}

}  // namespace

std::string value_text(const Interval& interval)
{
    if (interval.whole()) return "";
    return (interval.begin ? value_text(*interval.begin) : "") + ':' + (interval.end ? value_text(*interval.end) : "");
}

void read_value(std::string_view id, const std::string& text, Interval& interval)
{
    Interval read;
    if (!text.empty()) {
        const std::size_t colon = text.find(':');
        if (colon == std::string::npos) throw ArgumentError(id, text, "must be t0:t1");
        read.begin = read_side(id, std::string_view(text).substr(0, colon), text);
        read.end = read_side(id, std::string_view(text).substr(colon + 1), text);
        if (read.begin && read.end && *read.end <= *read.begin)
            throw ArgumentError(id, text, "its end must come after its start");
    }
    interval = read;
}

}  // namespace syzygy
