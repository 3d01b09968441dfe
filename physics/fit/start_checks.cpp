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
std::string_view origin(const Parameter& parameter, const FitOptions& options)
{
    if (parameter.is_mass()) return options.start.empty() ? "the guess from the data" : "--start";
    if (parameter.is_of_correction() || parameter.is_offset()) return "its value";
    return options.initial.empty() ? "the first row or the guess from it" : "--initial";
}

/// What holds an offset that is not free, and at which number.
void add_offset_note(const Parameter& parameter, const PreparedData& data, std::vector<std::string>& notes)
{
    const ObservedSeries& series = data.series[static_cast<std::size_t>(parameter.slot)];
    const bool read = (data.loss.weights().row(18 + parameter.slot).array() > 0).any();
    if (!read) {
        notes.push_back(fmt::format("{} holds nothing in this window: it does not count", series.name()));
        return;
    }
    notes.push_back(fmt::format("{} is held at {}", parameter.id, with_unit(parameter.start, series.unit_label(data.units), 6)));
    if (data.reference >= 0)
        notes.push_back(fmt::format("positions are relative to {}, whose own state is held where the first row has it, or at rest: with {} held, "
                                    "the velocities of all bodies depend on it; leave the offset free",
                                    data.bodies[static_cast<std::size_t>(data.reference)], parameter.id));
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
            "nothing to fit; at least one row at a later time must hold an observation",
            data.size(), data.epoch));
}

void require_computable(const ParameterSet& parameters, const PreparedData& data, const FitOptions& options)
{
    constexpr double most = 1e100;
    // The mass about which bodies as far apart as these are as fast as these.
    const double mass = data.velocity * data.velocity * data.length * data.units.k2() / data.units.k1();
    std::vector<bool> fixed(static_cast<std::size_t>(parameters.count()));
    for (const FixedParameter& row : parse_fix(parameters.table(), options.fix))
        if (row.value) fixed[static_cast<std::size_t>(row.index)] = true;
    for (int i = 0; i < parameters.count(); ++i) {
        const Parameter& parameter = parameters[i];
        if (parameter.is_of_correction() || parameter.is_offset()) continue;
        const bool is_mass = parameter.is_mass();
        const double scale = is_mass ? mass : parameter.scale, start = parameter.start;
        const double size = std::abs(start / scale);
        if (start == 0 || (size <= most && (!is_mass || size >= 1 / most))) continue;
        const std::string_view option = fixed[static_cast<std::size_t>(i)]       ? "fix"
                                        : is_mass && !options.start.empty()      ? "start"
                                        : !is_mass && !options.initial.empty()   ? "initial"
                                                                                 : "data";
        const std::string_view what = is_mass ? "the mass that moves bodies as these data do"
                                      : parameter.role == ParameterRole::position ? "the distances in these data"
                                                                                  : "the velocities in these data";
        throw ArgumentError(option, fmt::format("{}", start),
                            fmt::format("{} is {:.3g} times {}, {:.3g}: beyond a factor of 1e100 nothing can be "
                                        "computed with it; {}",
                                        parameter.id, size, what, scale,
                                        size < 1 ? fmt::format("to hold a massless body write --fix {}=0", parameter.body + 1)
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
                "{} starts at {:.9g}, the nearest that its bounds {} allow: {} has it at {:.9g}", parameter.id,
                parameter.start, bounds_text(parameter), origin(parameter, options), *parameter.moved_from));
        else if (!parameter.free && !(parameter.start >= parameter.lower && parameter.start <= parameter.upper))
            notes.push_back(fmt::format("{} is held at {:.9g}, beyond its bounds {}: bounds are for what is free",
                                        parameter.id, parameter.start, bounds_text(parameter)));
        if (parameter.is_offset() && !parameter.free) add_offset_note(parameter, data, notes);
        if (options.initial.empty() || !parameter.is_state()) continue;
        const double given = options.initial[static_cast<std::size_t>(parameter.slot)],
                     observed = data.first_row[parameter.slot];
        if (std::abs(given - observed) > far * parameter.scale)
            notes.push_back(
                fmt::format("{} of --initial, {:.6g}, is {:.2g} times the {} in the data away from where the "
                            "first row has it, {:.6g}: is it in the units of the data?",
                            parameter.id, given, std::abs(given - observed) / parameter.scale,
                            parameter.role == ParameterRole::position ? "distances" : "velocities", observed));
    }
}

}  // namespace syzygy
