#pragma once

#include "core/base/option.hpp"
#include "core/base/option_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace syzygy {

/// An options struct as a JSON object, keyed by the ids of its list.
template <class Options>
nlohmann::ordered_json options_to_json(const OptionList<Options>& list, const Options& options)
{
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const Option<Options>& option : list)
        std::visit(
            [&](auto member) {
                if constexpr (std::is_same_v<decltype(member), Interval Options::*>)
                    json[std::string(option.id)] = value_text(options.*member);
                else
                    json[std::string(option.id)] = options.*member;
            },
            option.member);
    return json;
}

/// Sets the members that the JSON object has; the others keep their value. Throws ArgumentError naming an option of the wrong
/// type, or an option that does not exist.
template <class Options>
void options_from_json(const OptionList<Options>& list, const nlohmann::ordered_json& json, Options& options)
{
    for (const auto& [key, value] : json.items()) {
        const auto option = std::find_if(list.begin(), list.end(), [&key = key](const auto& row) { return row.id == key; });
        if (option == list.end()) throw ArgumentError(key, value.dump(), "is not an option of this version");
        try {
            const auto set = [&, &from = value](auto member) {
                if constexpr (std::is_same_v<decltype(member), Interval Options::*>)
                    read_value(option->id, from.template get<std::string>(), options.*member);
                else
                    from.get_to(options.*member);
            };
            std::visit(set, option->member);
        } catch (const nlohmann::json::exception&) {
            throw ArgumentError(key, value.dump(), "has the wrong type");
        }
    }
}

}  // namespace syzygy
