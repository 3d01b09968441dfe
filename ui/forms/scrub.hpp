#pragma once

namespace syzygy {

/// How a number moves under the hand: by factors where its size is what matters, else evenly over its range.
struct ScrubRule {
    enum class Scale { logarithmic, linear, integer };
    Scale scale = Scale::logarithmic;
    double lowest = 0, highest = 0;
};

/// The rule for a number of that range and default.
ScrubRule scrub_rule(double lowest, double highest, double default_value);

/// The value after a drag by so many pixels from `start`: round numbers, or finer ones. A logarithmic value that is
/// 0 stays 0: no factor leads away from it.
double scrubbed(const ScrubRule& rule, double start, double pixels, bool fine);

/// The next round value up (1) or down (-1).
double stepped(const ScrubRule& rule, double value, int direction);

}  // namespace syzygy
