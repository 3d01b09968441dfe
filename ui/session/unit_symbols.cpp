#include "ui/session/unit_symbols.hpp"

namespace syzygy {

bool is_number_of_something(std::string_view label)
{
    return !label.empty() && label.front() >= '0' && label.front() <= '9';
}

UnitSymbols unit_symbols(const UnitSystem& units)
{
    const auto symbol = [](const std::string& label, const char* letter) {
        return is_number_of_something(label) ? std::string(letter) : label;
    };
    return {symbol(units.length_label(), "L"), symbol(units.mass_label(), "M"), symbol(units.time_label(), "T"),
            symbol(units.velocity_label(), "V")};
}

}  // namespace syzygy
