#pragma once

#include <QString>

#include <string>
#include <utility>

namespace syzygy {

/// Units that data often come in, by the text of a `units:` line.
inline constexpr std::pair<const char*, const char*> unit_presets[] = {
    {"Dimensionless, G = 1", "G=1"},
    {"km, s; masses as GM", "G=1, length=1 km, time=1 s"},
    {"au, d; masses as GM", "G=1, length=1 au, time=1 d"},
    {"au, yr, solar masses", "length=1 au, mass=1 Msun, time=1 yr"},
    {"au, d, solar masses", "length=1 au, mass=1 Msun, time=1 d"},
    {"SI: m, kg, s", "length=1 m, mass=1 kg, time=1 s"},
};

/// The name of units in lists: that of the preset with this text (as after `units:`), else the text.
QString units_words(const std::string& text);

}  // namespace syzygy
