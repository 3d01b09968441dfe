#include "core/base/option.hpp"

#include <algorithm>

namespace syzygy::detail {

void check_number(std::string_view id, double value, double lowest, double highest)
{
    if (value >= lowest && value <= highest) return;
    std::string rule = "must be a number";
    if (std::isfinite(lowest) && std::isfinite(highest))
        rule = fmt::format("must be between {} and {}", lowest, highest);
    else if (std::isfinite(lowest))
        rule = fmt::format("must be at least {}", lowest);
    else if (std::isfinite(highest))
        rule = fmt::format("must be at most {}", highest);
    throw ArgumentError(id, fmt::format("{}", value), rule);
}

void check_choice(std::string_view id, const std::string& value, std::span<const std::string_view> choices)
{
    if (choices.empty() || std::ranges::find(choices, value) != choices.end()) return;
    std::string rule = "must be one of";
    for (const std::string_view choice : choices) rule += fmt::format("{} {}", choice == choices.front() ? "" : ",", choice);
    throw ArgumentError(id, value, rule);
}

}  // namespace syzygy::detail
