#include "core/base/error.hpp"

#include <fmt/format.h>

namespace syzygy {

namespace {

std::string describe(const SourcePlace& place, std::string_view problem, std::string_view value,
                     std::string_view remedy)
{
    std::string text = place.file;
    if (place.line > 0) text += fmt::format(":{}", place.line);
    if (place.column > 0) text += fmt::format(":{}", place.column);
    text += fmt::format(": {}", problem);
    if (!value.empty()) text += fmt::format(" '{}'", value);
    if (!remedy.empty()) text += fmt::format("; {}", remedy);
    return text;
}

}  // namespace

ArgumentError::ArgumentError(std::string_view option, std::string_view value, std::string_view rule)
    : std::invalid_argument(fmt::format("{} = {}: {}", option, value, rule)),
      option_(option),
      value_(value),
      rule_(rule)
{
}

InputError::InputError(SourcePlace place, std::string_view problem, std::string_view value,
                       std::string_view remedy)
    : std::runtime_error(describe(place, problem, value, remedy)),
      place_(std::move(place)),
      value_(value),
      remedy_(remedy)
{
}

}  // namespace syzygy
