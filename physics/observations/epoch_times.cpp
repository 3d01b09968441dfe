#include "physics/observations/epoch_times.hpp"

#include "core/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace syzygy {

namespace {

/// By how much times were shifted where they count from.
std::string converted_note(TimeScale scale, const Epoch& as_given, std::string_view what)
{
    return fmt::format("Times are in {} in the file and were converted to TDB ({:+.3f} s at the {}).", to_string(scale),
                       seconds_between(as_given, to_tdb(as_given, scale)), what);
}

}  // namespace

void set_times(std::vector<Epoch> epochs, std::optional<TimeScale> scale, double seconds_per_time, const std::string& file,
               Observations& observations)
{
    const Epoch first_as_given = *std::min_element(epochs.begin(), epochs.end());
    if (const std::string date = iso_text(first_as_given); date < "1600" || date >= "2400")
        observations.notes.push_back(fmt::format("The first epoch is {}: are the dates or Julian dates of the file complete?", date));
    if (scale) {
        try {
            for (Epoch& epoch : epochs) epoch = to_tdb(epoch, *scale);
        } catch (const std::domain_error& error) {
            throw InputError({file}, fmt::format("times in {} cannot be converted to TDB: {}", to_string(*scale), error.what()),
                             iso_text(first_as_given), "give the times in TDB or TT");
        }
        observations.reference.time_scale = to_string(TimeScale::tdb);
        if (*scale != TimeScale::tdb)
            observations.notes.push_back(converted_note(*scale, first_as_given, "first epoch"));
    } else {
        observations.notes.push_back("The file does not say in which time scale its Julian dates are; TDB was assumed.");
    }
    const Epoch first = *std::min_element(epochs.begin(), epochs.end());
    observations.reference.epoch = first;
    for (std::size_t row = 0; row < epochs.size(); ++row)
        observations.times[row] = time_between(first, epochs[row], seconds_per_time);
}

void count_in_tdb(Observations& observations, const std::vector<TableColumn>& columns)
{
    ReferenceSystem& reference = observations.reference;
    const auto scale = find_time_scale(reference.time_scale);
    const bool has_epochs =
        std::any_of(columns.begin(), columns.end(), [](const auto& column) { return column.kind == CellKind::epoch; });
    if (has_epochs || !scale || scale == TimeScale::tdb || observations.times.empty()) return;
    const double unit = observations.units.time_si();
    if (!reference.epoch || unit == 0) {
        observations.notes.push_back(fmt::format("Times are numbers in {}, and no epoch says from when they count: they are taken as they are{}.",
                                                 to_string(*scale),
                                                 scale == TimeScale::utc ? ", without leap seconds" : ""));
        return;
    }
    try {
        const Epoch first = to_tdb(*reference.epoch, *scale);
        for (double& time : observations.times)
            time = time_between(first, to_tdb(moved(*reference.epoch, time * unit), *scale), unit);
        observations.notes.push_back(converted_note(*scale, *reference.epoch, "epoch"));
        reference.epoch = first;
        reference.time_scale = to_string(TimeScale::tdb);
    } catch (const std::domain_error& error) {
        observations.notes.push_back(fmt::format("Times in {} are taken as they are: {}.", to_string(*scale), error.what()));
    }
}

}  // namespace syzygy
