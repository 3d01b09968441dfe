#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace syzygy {

/// A closed interval, usually of times. A missing side is open: it extends as far as the data to which the interval is applied.
struct Interval {
    std::optional<double> begin, end;

    /// True if both sides are open.
    bool whole() const { return !begin && !end; }
    /// Both sides; an open side is replaced by `lowest` or `highest`.
    std::pair<double, double> within(double lowest, double highest) const
    {
        return {begin.value_or(lowest), end.value_or(highest)};
    }
    friend bool operator==(const Interval&, const Interval&) = default;
};

/// "t0:t1"; an open side is blank, and the whole interval is "". Written numbers read back to the same bits.
std::string value_text(const Interval& interval);

/// Reads the text that value_text writes. Throws ArgumentError(id, text, ...) for any other text, and if the end does not come
/// after the beginning.
void read_value(std::string_view id, const std::string& text, Interval& interval);

}  // namespace syzygy
