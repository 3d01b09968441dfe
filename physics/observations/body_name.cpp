#include "physics/observations/body_name.hpp"

#include "physics/observations/text_reading.hpp"

namespace syzygy {

std::optional<int> body_named(const std::array<std::string, 3>& bodies, std::string_view name)
{
    std::optional<int> alike;
    int count = 0;
    for (int body = 0; body < 3; ++body) {
        const std::string& known = bodies[static_cast<std::size_t>(body)];
        if (known == name) return body;
        if (lower_case(known) != lower_case(name)) continue;
        alike = body;
        ++count;
    }
    return count == 1 ? alike : std::nullopt;
}

}  // namespace syzygy
