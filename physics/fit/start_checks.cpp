#include "physics/fit/start_checks.hpp"

namespace syzygy {

namespace {

/// "0.5:2", as --bounds has it.
std::string bounds_text(const Parameter& parameter)
{
    const auto side = [](double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; };
    return side(parameter.lower) + ':' + side(parameter.upper);
}

/// What said where the parameter starts.
std::string_view origin(int index, const FitOptions& options)
{
    if (index < 3) return options.start.empty() ? "the guess from the data" : "--start";
    if (index >= parameter_count) return "its value";
    return options.initial.empty() ? "the first row or the guess from it" : "--initial";
}

}  // namespace

void require_motion(const PreparedData& data, const Observations& observations)
{
    const std::span<const double> times = data.times();
    for (std::size_t k = 0; k < times.size(); ++k)
        if (times[k] > data.t0 && (data.loss.weights().col(static_cast<Eigen::Index>(k)).array() > 0).any()) return;
    throw ArgumentError(
        "data", observations.called(),
        fmt::format(
            "of the {} rows to be fitted, those at t = {} alone hold observations, and a fit starts there: there is "
            "nothing to fit; at least one row at a later time must hold a position",
            data.size(), data.epoch));
}

void require_computable(const ParameterSet& parameters, const PreparedData& data, const FitOptions& options)
{
    constexpr double most = 1e100;
    // The mass about which bodies as far apart as these are as fast as these.
    const double mass = data.velocity * data.velocity * data.length * data.units.k2() / data.units.k1();
    std::array<bool, parameter_count> fixed{};
    ParameterNames names(data.bodies);
    for (int i = parameter_count; i < parameters.count(); ++i) names.correction.push_back(parameters[i].name);
    for (const FixedParameter& row : parse_fix(names, options.fix))
        if (row.value && row.index < parameter_count) fixed[static_cast<std::size_t>(row.index)] = true;
    for (int i = 0; i < parameter_count; ++i) {
        const double scale = i < 3 ? mass : parameters[i].scale, start = parameters[i].start;
        const double size = std::abs(start / scale);
        if (start == 0 || (size <= most && (i >= 3 || size >= 1 / most))) continue;
        const std::string_view option = fixed[static_cast<std::size_t>(i)]   ? "fix"
                                        : i < 3 && !options.start.empty()    ? "start"
                                        : i >= 3 && !options.initial.empty() ? "initial"
                                                                             : "data";
        const std::string_view what = i < 3    ? "the mass that moves bodies as these data do"
                                      : i < 12 ? "the distances in these data"
                                               : "the velocities in these data";
        throw ArgumentError(option, fmt::format("{}", start),
                            fmt::format("{} is {:.3g} times {}, {:.3g}: beyond a factor of 1e100 nothing can be "
                                        "computed with it; {}",
                                        parameters[i].name, size, what, scale,
                                        size < 1 ? fmt::format("to hold a massless body write --fix {}=0", i + 1)
                                                 : "is it in the units of the data?"));
    }
}

void add_start_notes(const ParameterSet& parameters, const PreparedData& data, const FitOptions& options,
                     std::vector<std::string>& notes)
{
    constexpr double far = 100;
    for (int i = 0; i < parameters.count(); ++i) {
        const Parameter& parameter = parameters[i];
        if (parameter.moved_from)
            notes.push_back(fmt::format(
                "{} starts at {:.9g}, the nearest that its bounds {} allow: {} has it at {:.9g}", parameter.name,
                parameter.start, bounds_text(parameter), origin(i, options), *parameter.moved_from));
        else if (!parameter.free && !(parameter.start >= parameter.lower && parameter.start <= parameter.upper))
            notes.push_back(fmt::format("{} is held at {:.9g}, beyond its bounds {}: bounds are for what is free",
                                        parameter.name, parameter.start, bounds_text(parameter)));
        if (options.initial.empty() || i < 3 || i >= parameter_count) continue;
        const double given = options.initial[static_cast<std::size_t>(i - 3)], observed = data.first_row[i - 3];
        if (std::abs(given - observed) > far * parameter.scale)
            notes.push_back(
                fmt::format("{} of --initial, {:.6g}, is {:.2g} times the {} in the data away from where the "
                            "first row has it, {:.6g}: is it in the units of the data?",
                            parameter.name, given, std::abs(given - observed) / parameter.scale,
                            i < 12 ? "distances" : "velocities", observed));
    }
}

}  // namespace syzygy
