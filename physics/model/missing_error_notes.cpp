#include "physics/model/missing_error_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace syzygy {

std::string missing_error_text(const PreparedData& data, const MissingErrors& missing, int group)
{
    const std::string& unit = group < 3 ? data.units.length_label() : data.units.velocity_label();
    double least = std::numeric_limits<double>::infinity(), most = 0;
    for (int row = 0; row < data.estimated.rows(); ++row) {
        if (error_group(row) != group || !data.estimated.row(row).any()) continue;
        least = std::min(least, missing.sigma(row));
        most = std::max(most, missing.sigma(row));
    }
    return least < most ? fmt::format("{:.3g} to {}", least, with_unit(most, unit)) : with_unit(most, unit);
}

std::vector<std::string> missing_error_notes(const PreparedData& data)
{
    std::vector<std::string> notes;
    for (int group = 0; group < error_groups && data.sigmas_known; ++group) {
        const auto i = static_cast<std::size_t>(group);
        if (data.missing.values[i] > 0)
            notes.push_back(fmt::format("{} {} of {} have no error: they count with {}, by the errors that are given",
                                        data.missing.values[i], group < 3 ? "positions" : "velocities",
                                        data.bodies[i % 3], missing_error_text(data, data.missing, group)));
    }
    if (!data.sigmas_known && data.loss.has_velocities())
        notes.push_back(
            data.missing.common_velocities
                ? fmt::format("no errors are given: an error of {:.3g} in velocity counts as one of 1 in length",
                              data.missing.sigma(9))
                : "no errors are given: in this loss a unit of velocity counts as a unit of length; a fit weighs them "
                  "by their residuals");
    return notes;
}

}  // namespace syzygy
