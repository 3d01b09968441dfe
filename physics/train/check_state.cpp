#include "physics/train/check_state.hpp"

#include "core/base/device_choice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace syzygy {

namespace {

std::string damage_of_point(const ModelPoint& point, std::string_view name)
{
    const bool finite = point.masses.allFinite() && point.initial_state.allFinite() && point.correction.allFinite();
    return finite && (point.masses.array() >= 0).all() ? "" : fmt::format("{} has masses or numbers that cannot be", name);
}

/// What an optimiser remembers: vectors as long as the unknowns, and single numbers.
std::string damage_of_memory(const TrainState& state)
{
    const auto& memory = state.memory;
    const auto x = memory.find("x");
    if (x == memory.end()) return "training.memory has no x";
    const std::size_t unknowns = x->second.size();
    if (unknowns < static_cast<std::size_t>(state.point.correction.size()))
        return fmt::format("training.memory.x has {} numbers for {} weights", unknowns, state.point.correction.size());
    constexpr std::array<std::string_view, 4> vectors{"arc-x", "best-x", "first-moment", "second-moment"};
    constexpr std::array<std::string_view, 5> numbers{"weight-scale", "steps", "arc-loss", "arc-begin", "arc-evaluations"};
    for (const auto& [name, values] : memory) {
        if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
            return fmt::format("training.memory.{} has a number that is none", name);
        const auto must_have = [&](std::size_t count) {
            return values.size() == count ? ""
                                          : fmt::format("training.memory.{} has {} numbers instead of {}", name, values.size(), count);
        };
        std::string damage;
        if (std::find(vectors.begin(), vectors.end(), name) != vectors.end()) damage = must_have(unknowns);
        if (std::find(numbers.begin(), numbers.end(), name) != numbers.end()) damage = must_have(1);
        if (name == "progress" && !values.empty()) damage = must_have(2);
        if (!damage.empty()) return damage;
    }
    const auto together = [&](std::initializer_list<const char*> names) {
        return std::all_of(names.begin(), names.end(), [&](const char* name) { return memory.contains(name); }) ||
               std::none_of(names.begin(), names.end(), [&](const char* name) { return memory.contains(name); });
    };
    if (!together({"first-moment", "second-moment", "steps"}) || !together({"arc-loss", "arc-begin", "arc-evaluations"}) ||
        !together({"s", "y"}) || !together({"z", "arc-x", "directions", "weight-scale"}))
        return "training.memory is not whole";
    if (memory.contains("s") && memory.at("s").size() != memory.at("y").size())
        return "training.memory.s and y are not of one length";
    for (const char* name : {"steps", "arc-begin", "arc-evaluations"})
        if (memory.contains(name) && !(memory.at(name)[0] >= 0 && memory.at(name)[0] < 1e15))
            return fmt::format("training.memory.{} cannot be", name);
    if (memory.contains("arc-begin") && memory.at("arc-begin")[0] > static_cast<double>(state.epoch))
        return "training.memory.arc-begin lies ahead";
    return "";
}

}  // namespace

std::string damage_of(const TrainState& state)
{
    for (const auto& [point, name] : {std::pair{&state.point, "training.point"}, std::pair{&state.best, "training.best"}})
        if (std::string damage = damage_of_point(*point, name); !damage.empty()) return damage;
    if (state.best.correction.size() != state.point.correction.size())
        return "training.best and training.point have weights of another number";
    if (!state.backend.empty() && state.backend != "native" && state.backend != "torch")
        return fmt::format("training.backend is no back end: {}", state.backend);
    if (state.epoch < 0 || (state.history.empty() ? state.epoch > 0
                                                  : state.history.size() != static_cast<std::size_t>(state.epoch) + 1))
        return fmt::format("training.history has {} rows after {} epochs", state.history.size(), state.epoch);
    if (std::string damage = damage_of_memory(state); !damage.empty()) return damage;
    if (!(state.rate_factor > 0 && state.rate_factor <= 1)) return "training.rate_factor is not between 0 and 1";
    if (state.since_best < 0 || state.divergences < 0) return "training.since_best or divergences is negative";
    if (!state.device.empty()) try {
            parse_device(state.device);
        } catch (const ArgumentError&) {
            return fmt::format("training.device is no device: {}", state.device);
        }
    return "";
}

}  // namespace syzygy
