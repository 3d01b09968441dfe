#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "physics/model/simulate.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace syzygy {

namespace {

using Json = nlohmann::json;

[[noreturn]] void fail(const std::string& file, std::string_view problem, const std::string& value,
                       std::string_view remedy)
{
    throw InputError({file}, problem, value, remedy);
}

/// One-based line and column of a byte offset.
SourcePlace place_of(const std::string& file, std::string_view text, std::size_t byte)
{
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const auto start = before.rfind('\n');
    return {file, line, start == std::string_view::npos ? before.size() + 1 : before.size() - start};
}

Eigen::Vector3d read_vector(const std::string& file, const Json& body, const char* key)
{
    if (!body.contains(key))
        fail(file, fmt::format("a body has no {}", key), "", R"(give "position" and "velocity" as [x, y, z])");
    const Json& value = body[key];
    Eigen::Vector3d result;
    if (!value.is_array() || value.size() != 3)
        fail(file, fmt::format("{} is not three numbers:", key), value.dump(), "write [x, y, z]");
    for (int c = 0; c < 3; ++c) {
        if (!value[c].is_number())
            fail(file, fmt::format("{} is not three numbers:", key), value.dump(), "write [x, y, z]");
        result[c] = value[c].get<double>();
    }
    return result;
}

/// Units as the text of the CSV header or as an object of its parts.
UnitSystem read_units(const std::string& file, const Json& units)
{
    std::string text;
    if (units.is_string()) {
        text = units.get<std::string>();
    } else if (units.is_object()) {
        for (const auto& [key, value] : units.items())
            text += fmt::format("{}{}={}", text.empty() ? "" : ", ", key,
                                value.is_string() ? value.get<std::string>() : value.dump());
    } else {
        fail(file, "units are neither a text nor an object:", units.dump(), R"(write "units": {"G": 1})");
    }
    try {
        return UnitSystem::parse(text);
    } catch (const ArgumentError& error) {
        fail(file, "units cannot be read:", text, error.rule());
    }
}

}  // namespace

ThreeBodySystem read_system(const std::filesystem::path& path)
{
    const std::string file = path.string(), text = read_file(path);
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw InputError(place_of(file, text, error.byte > 0 ? error.byte - 1 : 0), "is not JSON", "",
                         "a system file reads {\"units\": {\"G\": 1}, \"bodies\": [{\"name\", \"mass\", \"position\", "
                         "\"velocity\"} x3]}");
    } catch (const Json::out_of_range& error) {
        fail(file, "holds a number beyond the range of doubles:", error.what(), "write numbers of at most 1e308");
    }
    if (!json.is_object() || !json.contains("bodies") || !json["bodies"].is_array() || json["bodies"].size() != 3)
        fail(file, "has no list of three bodies", "", R"("bodies" must hold three objects)");
    ThreeBodySystem system;
    system.name =
        json.contains("name") && json["name"].is_string() ? json["name"].get<std::string>() : path.stem().string();
    if (json.contains("units")) system.units = read_units(file, json["units"]);
    if (json.contains("softening")) {
        if (!json["softening"].is_number() || json["softening"].get<double>() < 0)
            fail(file, "softening is not a length:", json["softening"].dump(), "write a number, 0 or above");
        system.softening = json["softening"].get<double>();
    }
    for (int i = 0; i < 3; ++i) {
        const Json& from = json["bodies"][i];
        Body& body = system.bodies[i];
        if (!from.is_object())
            fail(file, "a body is not an object:", from.dump(),
                 "write {\"name\", \"mass\", \"position\", \"velocity\"}");
        body.name = from.contains("name") && from["name"].is_string() ? from["name"].get<std::string>()
                                                                      : fmt::format("body {}", i + 1);
        if (!from.contains("mass") || !from["mass"].is_number() || !(from["mass"].get<double>() >= 0))
            fail(file, fmt::format("{} has no mass of 0 or above", body.name),
                 from.contains("mass") ? from["mass"].dump() : "", "write \"mass\": number");
        body.mass = from["mass"].get<double>();
        body.position = read_vector(file, from, "position");
        body.velocity = read_vector(file, from, "velocity");
    }
    return system;
}

}  // namespace syzygy
