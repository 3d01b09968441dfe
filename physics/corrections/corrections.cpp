#include "physics/corrections/corrections.hpp"

#include "core/base/error.hpp"
#include "physics/corrections/kinds.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace syzygy {

std::span<const CorrectionInfo> corrections()
{
    static const std::array table{
        kinds::pairwise(),
        kinds::external(),
        kinds::full(),
        kinds::post_newtonian(),
        kinds::drag(),
        kinds::j2(),
        kinds::hidden_body(),
        kinds::torchscript(),
    };
    return table;
}

const CorrectionInfo& find_correction(std::string_view id)
{
    std::string known;
    for (const CorrectionInfo& info : corrections()) {
        if (info.id == id) return info;
        known += (known.empty() ? "" : ", ") + std::string(info.id);
    }
    throw ArgumentError("correction", id, "must be one of " + known);
}

std::shared_ptr<const Correction> make_correction(const CorrectionOptions& options, const CorrectionContext& context)
{
    validate(correction_options(), options);
    parse_epoch(options.epoch);
    if (options.correction == "none") return nullptr;
    const std::pair<std::string_view, double> scales[] = {
        {"length", context.length}, {"velocity", context.velocity}, {"mass", context.mass}, {"time", context.time}};
    for (const auto& [name, value] : scales)
        if (!(value > 0 && std::isfinite(value)))
            throw ArgumentError(fmt::format("scale of {}", name), fmt::format("{}", value), "must be positive and finite");
    return find_correction(options.correction).make(options, context);
}

NetworkSpec kinds::network_spec(const CorrectionOptions& options, int inputs, int outputs)
{
    return {.inputs = inputs,
            .hidden = parse_widths(options.network),
            .outputs = outputs,
            .activation = parse_activation(options.activation),
            .initialisation = parse_initialisation(options.initialisation),
            .seed = static_cast<std::uint64_t>(options.network_seed)};
}

std::string kinds::per(std::string_view label, std::string_view other)
{
    if (label.empty()) return "";
    return other.empty() ? fmt::format("1/({})", label) : fmt::format("1/({} {})", label, other);
}

std::string kinds::squared(std::string_view label)
{
    return label.empty() ? "" : fmt::format("({})^2", label);
}

}  // namespace syzygy
