#include "physics/observations/series.hpp"

#include "core/base/error.hpp"
#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {

std::string ObservedSeries::name() const
{
    return fmt::format("{}{}{}{}", observable->info().column, body + 1, instrument.empty() ? "" : ":", instrument);
}

std::string ObservedSeries::text(const std::string& body_name) const
{
    return fmt::format("{} of {}{}{}", lower_case(observable->info().label), body_name, instrument.empty() ? "" : " by ", instrument);
}

std::optional<SeriesColumn> find_series_column(std::string_view name)
{
    const std::size_t colon = std::min(name.find(':'), name.size());
    const std::string quantity = lower_case(trimmed(name.substr(0, colon)));
    const std::string_view instrument = colon < name.size() ? trimmed(name.substr(colon + 1)) : std::string_view{};
    if (colon < name.size() && (instrument.empty() || instrument.find_first_of("\"\\,;") != instrument.npos || !is_utf8(instrument)))
        return std::nullopt;
    for (const Observable* observable : observables())
        for (const bool is_sigma : {false, true})
            for (int body = 0; body < 3; ++body)
                if (quantity == fmt::format("{}{}{}", is_sigma ? "s" : "", observable->info().column, body + 1))
                    return SeriesColumn{observable, body, std::string(instrument), is_sigma};
    return std::nullopt;
}

std::vector<ObservedSeries> parse_series(std::string_view text, std::string_view option)
{
    std::vector<ObservedSeries> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view part = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto column = find_series_column(part);
        if (!column || column->is_sigma) {
            std::string known;
            for (const Observable* observable : observables())
                known += fmt::format("{0}{1}1, {1}2, {1}3 ({2})", known.empty() ? "" : ", ", observable->info().column, observable->info().help);
            throw ArgumentError(option, part, fmt::format("must be one of {}; an instrument may follow: rv1:Keck", known));
        }
        const std::size_t before = all.size();
        series_of(*column, all);
        if (all.size() == before) throw ArgumentError(option, part, "is named twice");
        if (all.size() > most_series) throw ArgumentError(option, part, fmt::format("is one of more than {} series", most_series));
    }
    return all;
}

std::size_t series_of(const SeriesColumn& column, std::vector<ObservedSeries>& all)
{
    const auto found = std::ranges::find_if(all, [&](const ObservedSeries& series) {
        return series.observable == column.observable && series.body == column.body && series.instrument == column.instrument;
    });
    const auto index = static_cast<std::size_t>(found - all.begin());
    if (index == all.size()) all.push_back({column.observable, column.body, column.instrument});
    return index;
}

}  // namespace syzygy
