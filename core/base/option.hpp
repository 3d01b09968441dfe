#pragma once

#include "core/base/error.hpp"
#include "core/base/interval.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace syzygy {

/// One option of an options struct, declared once: command-line flag, form, tooltip, validation, JSON and documentation all use
/// this row.
template <class Options>
struct Option {
    /// How the value is stored; a vector is written as comma-separated numbers, an interval as "t0:t1".
    using Member = std::variant<double Options::*, long Options::*, bool Options::*, std::string Options::*,
                                std::vector<double> Options::*, Interval Options::*>;

    std::string_view id;     ///< "rtol": flag --rtol, JSON key, field name
    std::string_view label;  ///< "Relative tolerance"
    std::string_view unit;   ///< "time"; "" if it has none
    std::string_view help;   ///< one line
    Member member;
    double lowest = -std::numeric_limits<double>::infinity();  ///< numbers: the range, bounds included
    double highest = std::numeric_limits<double>::infinity();
    std::vector<std::string_view> choices = {};  ///< strings: the values allowed; empty: any
};

/// A list of options with all that its users need.
template <class Options>
using OptionList = std::vector<Option<Options>>;

namespace detail {

void check_number(std::string_view id, double value, double lowest, double highest);
void check_choice(std::string_view id, const std::string& value, std::span<const std::string_view> choices);

}  // namespace detail

/// Throws ArgumentError naming the first option that is out of its range, its value and the rule.
template <class Options>
void validate(const OptionList<Options>& list, const Options& options)
{
    for (const Option<Options>& option : list) {
        const auto check = [&](auto member) {
            using Value = std::remove_cvref_t<decltype(options.*member)>;
            if constexpr (std::is_same_v<Value, std::string>)
                detail::check_choice(option.id, options.*member, option.choices);
            else if constexpr (std::is_same_v<Value, std::vector<double>>)
                for (const double value : options.*member)
                    detail::check_number(option.id, value, option.lowest, option.highest);
            else if constexpr (!std::is_same_v<Value, bool> && !std::is_same_v<Value, Interval>)
                detail::check_number(option.id, static_cast<double>(options.*member), option.lowest, option.highest);
        };
        std::visit(check, option.member);
    }
}

}  // namespace syzygy
