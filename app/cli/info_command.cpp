#include "app/cli/commands.hpp"
#include "app/cli/option_flags.hpp"
#include "app/cli/report.hpp"
#include "core/base/not_finite.hpp"
#include "physics/observations/observations.hpp"

namespace syzygy {

namespace {

/// Smallest, median and largest time between neighbouring rows; all nan with fewer than two rows.
struct Spacing {
    double min, median, max;
};

Spacing spacing_of(const std::vector<double>& times)
{
    if (times.size() < 2) return {nan, nan, nan};
    std::vector<double> gaps(times.size() - 1);
    for (std::size_t k = 0; k < gaps.size(); ++k) gaps[k] = times[k + 1] - times[k];
    std::sort(gaps.begin(), gaps.end());
    const std::size_t half = gaps.size() / 2;
    const double median = gaps.size() % 2 == 1 ? gaps[half] : (gaps[half - 1] + gaps[half]) / 2;
    return {gaps.front(), median, gaps.back()};
}

/// The row in which a pair is nearest; none where the two are never observed together.
struct Approach {
    int first, second;
    double t, distance;
};

std::vector<Approach> observed_approaches(const Observations& data)
{
    std::vector<Approach> approaches;
    for (const auto& [first, second] : {std::pair{0, 1}, {0, 2}, {1, 2}}) {
        Approach nearest{first, second, 0, std::numeric_limits<double>::infinity()};
        for (std::size_t k = 0; k < data.size(); ++k) {
            const auto row = data.positions.col(static_cast<Eigen::Index>(k));
            const double distance = (row.segment<3>(3 * second) - row.segment<3>(3 * first)).norm();
            if (distance < nearest.distance) nearest = {first, second, data.times[k], distance};
        }
        if (std::isfinite(nearest.distance)) approaches.push_back(nearest);
    }
    return approaches;
}

long missing_count(const ObservedTable& table)
{
    return table.array().isNaN().count();
}

/// Observed numbers without an error, in a table where some have one.
long missing_sigmas(const ObservedTable& values, const ObservedTable& sigmas)
{
    return sigmas.cols() == 0 || values.cols() == 0 ? 0 : (values.array().isFinite() && sigmas.array().isNaN()).count();
}

Json approaches_json(const Observations& data)
{
    Json list = Json::array();
    for (const Approach& approach : observed_approaches(data))
        list.push_back({{"bodies", {data.bodies[approach.first], data.bodies[approach.second]}},
                        {"t", approach.t},
                        {"distance", approach.distance}});
    return list;
}

long points_of(const ObservedSeries& series)
{
    return std::ranges::count_if(series.values, [](double value) { return value == value; });
}

Json info_json(const Observations& data)
{
    const Spacing spacing = spacing_of(data.times);
    Json json;
    json["name"] = data.name;
    json["units"] = data.units.text();
    json["bodies"] = data.bodies;
    json["rows"] = data.size();
    json["t0"] = data.times.empty() ? Json() : Json(data.times.front());
    json["t1"] = data.times.empty() ? Json() : Json(data.times.back());
    json["spacing"] = {{"min", spacing.min}, {"median", spacing.median}, {"max", spacing.max}};
    json["missing_positions"] = missing_count(data.positions);
    json["velocities"] = data.has_velocities();
    json["missing_velocities"] = missing_count(data.velocities);
    json["initial_state"] = data.has_initial_state();
    json["position_sigmas"] = data.position_sigmas.cols() > 0;
    json["velocity_sigmas"] = data.velocity_sigmas.cols() > 0;
    json["missing_position_sigmas"] = missing_sigmas(data.positions, data.position_sigmas);
    json["missing_velocity_sigmas"] = missing_sigmas(data.velocities, data.velocity_sigmas);
    json["relative_to"] = data.relative_to ? Json(data.bodies[*data.relative_to]) : Json();
    json["true_masses"] = data.true_masses ? json_list(*data.true_masses) : Json();
    json["series"] = Json::array();
    for (const ObservedSeries& series : data.series)
        json["series"].push_back({{"name", series.name()},
                                  {"kind", series.observable->info().id},
                                  {"body", series.body + 1},
                                  {"instrument", series.instrument},
                                  {"points", points_of(series)},
                                  {"sigmas", !series.sigmas.empty()}});
    const ReferenceSystem& reference = data.reference;
    json["epoch"] = reference.epoch ? Json(iso_text(*reference.epoch)) : Json();
    json["epoch_jd"] = reference.epoch ? Json(julian_date_text(*reference.epoch)) : Json();
    json["time_scale"] = reference.time_scale.empty() ? Json() : Json(reference.time_scale);
    json["centre"] = reference.centre.empty() ? Json() : Json(reference.centre);
    json["frame"] = reference.frame.empty() ? Json() : Json(reference.frame);
    json["aberration"] = reference.aberration.empty() ? Json() : Json(reference.aberration);
    json["closest_approaches"] = approaches_json(data);
    json["notes"] = data.notes;
    return json;
}

std::string velocities_text(const Observations& data)
{
    if (!data.has_velocities()) return "none";
    const long missing = missing_count(data.velocities);
    if (missing == 0) return "in every row";
    if (missing == data.velocities.size() - 9 && data.has_initial_state()) return "in the first row";
    return fmt::format("{} of {} components", data.velocities.size() - missing, data.velocities.size());
}

std::string sigmas_text(const Observations& data)
{
    std::string text;
    const auto add = [&text](std::string_view what, const ObservedTable& values, const ObservedTable& sigmas) {
        if (sigmas.cols() == 0) return;
        const long missing = missing_sigmas(values, sigmas);
        text += fmt::format("{}{}{}", text.empty() ? "of " : " and ", what,
                            missing > 0 ? fmt::format(" ({} of {} missing)", missing, values.array().isFinite().count()) : "");
    };
    add("positions", data.positions, data.position_sigmas);
    add("velocities", data.velocities, data.velocity_sigmas);
    return text.empty() ? "none" : text;
}

std::string info_report(const Observations& data)
{
    const std::string &time = data.units.time_label(), &length = data.units.length_label();
    const Spacing spacing = spacing_of(data.times);
    std::string text;
    const auto line = [&text](std::string_view label, const std::string& value) {
        text += fmt::format("{:<20}{}\n", label, value);
    };
    line("name", data.name.empty() ? "(none)" : data.name);
    line("units", data.units.text());
    line("bodies", fmt::format("{}", fmt::join(data.bodies, ", ")));
    line("rows", fmt::format("{}", data.size()));
    if (!data.times.empty())
        line("time", fmt::format("{:.9g} to {}", data.times.front(), with_unit(data.times.back(), time, 9)));
    const ReferenceSystem& reference = data.reference;
    if (reference.epoch)
        line("epoch (t = 0)", fmt::format("{} {} (JD {})", iso_text(*reference.epoch), reference.time_scale,
                                          julian_date_text(*reference.epoch)));
    else if (!reference.time_scale.empty())
        line("time scale", reference.time_scale);
    if (!reference.centre.empty()) line("centre", reference.centre);
    if (!reference.frame.empty()) line("frame", reference.frame);
    if (!reference.aberration.empty()) line("aberration", reference.aberration);
    if (data.size() > 1)
        line("spacing", fmt::format("min {:.6g}, median {:.6g}, max {:.6g}", spacing.min, spacing.median, spacing.max));
    line("missing positions", fmt::format("{} of {} components", missing_count(data.positions), data.positions.size()));
    line("velocities", velocities_text(data));
    line("errors (sigma)", sigmas_text(data));
    for (const ObservedSeries& series : data.series)
        line(series.name(), fmt::format("{}, {} points{}", series.text(data.bodies[static_cast<std::size_t>(series.body)]),
                                        points_of(series), series.sigmas.empty() ? ", without errors" : ""));
    line("relative to", data.relative_to ? data.bodies[*data.relative_to] : "nothing");
    if (data.true_masses)
        line("true masses",
             fmt::format("{}, {}, {}", (*data.true_masses)[0], (*data.true_masses)[1], (*data.true_masses)[2]));
    for (const Approach& approach : observed_approaches(data))
        line("closest observed",
             fmt::format("{} and {}: {} at t = {}", data.bodies[approach.first], data.bodies[approach.second],
                         with_unit(approach.distance, length, 9), with_unit(approach.t, time, 9)));
    for (const std::string& note : data.notes) line("note", note);
    return text;
}

}  // namespace

CommandAction setup_info(CLI::App& app)
{
    const auto files = std::make_shared<std::vector<std::filesystem::path>>();
    add_data_files(app, *files);
    return [files](const CommandContext&) {
        const Observations data = load_observations(checked_data(*files));
        return CommandResult{info_json(data), info_report(data), {}};
    };
}

}  // namespace syzygy
