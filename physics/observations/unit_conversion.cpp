#include "physics/observations/unit_conversion.hpp"

#include "core/base/error.hpp"
#include "core/base/median.hpp"
#include "physics/observations/columns.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace syzygy {

void convert_units(Observations& observations, const UnitSystem& units)
{
    if (observations.units == units) return;
    for (const UnitSystem* const system : {&std::as_const(observations.units), &units})
        if (system->length_si() == 0)
            throw ArgumentError("units", system->text(), "is without dimensions and cannot be converted");
    const UnitSystem::Factors factors = UnitSystem::factors(observations.units, units);
    for (double& time : observations.times) time *= factors.time;
    for (const ColumnGroup& group : column_groups)
        observations.*(group.table) *= group.is_velocity ? factors.velocity : factors.length;
    for (ObservedSeries& series : observations.series)
        for (std::vector<double>* column : {&series.values, &series.sigmas})
            for (double& number : *column) number *= of_quantity(factors, series.observable->info().quantity);
    if (observations.true_masses) *observations.true_masses *= factors.mass;
    observations.units = units;
}

std::string scale_sentence(const Observations& observations)
{
    const UnitSystem& units = observations.units;
    if (units.length_si() == 0) return "";
    std::string text;
    for (const auto& [a, b] : {std::pair{0, 1}, std::pair{0, 2}, std::pair{1, 2}}) {
        std::vector<double> distances;
        for (Eigen::Index row = 0; row < observations.positions.cols(); ++row) {
            const double distance = (observations.positions.col(row).segment<3>(3 * a) -
                                     observations.positions.col(row).segment<3>(3 * b))
                                        .norm();
            if (distance == distance) distances.push_back(distance);
        }
        if (distances.empty()) continue;
        const double metres = median(distances) * units.length_si();
        const double in_au = metres / astronomical_unit;
        text += fmt::format("{}{}-{} {}", text.empty() ? "" : ", ", observations.bodies[static_cast<std::size_t>(a)],
                            observations.bodies[static_cast<std::size_t>(b)],
                            in_au >= 0.01 ? fmt::format("{:.3g} au", in_au) : fmt::format("{:.4g} km", metres / 1000));
    }
    return text.empty() ? "" : fmt::format("{} (if lengths are in {})", text, units.length_label());
}

}  // namespace syzygy
