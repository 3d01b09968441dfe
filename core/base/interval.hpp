#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace syzygy {

/// A closed interval, of times usually. A side that is missing is open: it goes as far as what it is applied to.
struct Interval {
    std::optional<double> begin, end;

    /// True if both sides are open.
    bool whole() const { return !begin && !end; }
    /// Both sides, the open ones at `lowest` and `highest`.
    std::pair<double, double> within(double lowest, double highest) const
    {
        return {begin.value_or(lowest), end.value_or(highest)};
    }
    friend bool operator==(const Interval&, const Interval&) = default;
};

/// "t0:t1"; an open side is blank, and the whole is "". Numbers are written so that they are read to the same bits.
std::string value_text(const Interval& interval);

/// Reads what value_text writes. Throws ArgumentError(id, text, ...) for another text, and if the end does not come after
/// the beginning.
void read_value(std::string_view id, const std::string& text, Interval& interval);

}  // namespace syzygy
