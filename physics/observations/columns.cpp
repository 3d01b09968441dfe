#include "physics/observations/columns.hpp"

#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {

std::string column_name(int slot)
{
    if (slot == 0) return "t";
    const int component = (slot - 1) % 9;
    return fmt::format("{}{}{}", column_groups[group_of(slot)].prefix, "xyz"[component % 3], 1 + component / 3);
}

const std::vector<std::string>& column_names()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (int slot = 0; slot < column_slots; ++slot) all.push_back(column_name(slot));
        return all;
    }();
    return names;
}

std::optional<int> find_column(std::string_view name)
{
    const auto& names = column_names();
    const std::string lower = lower_case(name);
    if (lower == "time") return 0;
    const auto found = std::find(names.begin(), names.end(), lower);
    if (found == names.end()) return std::nullopt;
    return static_cast<int>(found - names.begin());
}

}  // namespace syzygy
