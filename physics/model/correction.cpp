#include "physics/model/correction.hpp"

#include <charconv>

namespace syzygy {

CorrectionContext correction_context(const PreparedData& data, const Eigen::Vector3d& masses,
                                     const CorrectionOptions& options)
{
    CorrectionContext context;
    context.units = data.units;
    context.length = data.length;
    context.velocity = data.velocity;
    context.mass = mass_magnitude(data.units, masses, data.length, data.velocity);
    context.time = data.t1 - data.t0;
    context.t0 = parse_epoch(options.epoch).value_or(options.epoch == "window" ? data.epoch : data.first_time);
    return context;
}

CorrectionAt make_correction(const TrainedCorrection& trained)
{
    CorrectionAt result{make_correction(trained.options, trained.context), trained.parameters};
    if (!result.correction || result.correction->size() != trained.parameters.size())
        throw ArgumentError("correction-from", fmt::format("{} parameters", trained.parameters.size()),
                            fmt::format("do not belong to the correction '{}'", trained.options.correction));
    return result;
}

Eigen::VectorXd starting_parameters(const Correction& correction, std::string_view values)
{
    Eigen::VectorXd parameters = correction.initial_parameters();
    const auto named = correction.named_parameters();
    std::vector<bool> seen(named.size());
    for (std::size_t begin = 0; begin < values.size();) {
        const std::size_t end = std::min(values.find(',', begin), values.size());
        const std::string_view part = values.substr(begin, end - begin);
        begin = end + 1;
        const std::size_t equals = part.find('=');
        const std::string_view name = part.substr(0, equals);
        std::string known;
        Eigen::Index index = -1;
        for (std::size_t i = 0; i < named.size(); ++i) {
            if (named[i].name == name) index = static_cast<Eigen::Index>(i);
            known += (known.empty() ? "" : ", ") + named[i].name;
        }
        if (index < 0)
            throw ArgumentError("values", part,
                                known.empty() ? "the parameters of this correction have no names"
                                              : "must be name=number, with the names " + known);
        if (seen[static_cast<std::size_t>(index)]) throw ArgumentError("values", part, fmt::format("{} is given twice", name));
        seen[static_cast<std::size_t>(index)] = true;
        double value = 0;
        const std::string_view number = equals == std::string_view::npos ? "" : part.substr(equals + 1);
        const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), value);
        if (error != std::errc() || stop != number.data() + number.size() || !std::isfinite(value))
            throw ArgumentError("values", part, "must be name=number");
        const CorrectionParameter& parameter = named[static_cast<std::size_t>(index)];
        if (value < parameter.lower || value > parameter.upper)
            throw ArgumentError("values", part,
                                fmt::format("{} must be from {} to {}", name, parameter.lower, parameter.upper));
        parameters[index] = value;
    }
    return parameters;
}

std::string values_text(const Correction& correction, const Eigen::VectorXd& parameters)
{
    std::string text;
    const auto named = correction.named_parameters();
    for (std::size_t i = 0; i < named.size() && i < static_cast<std::size_t>(parameters.size()); ++i)
        text += fmt::format("{}{}={}", text.empty() ? "" : ",", named[i].name, parameters[static_cast<Eigen::Index>(i)]);
    return text;
}

}  // namespace syzygy
