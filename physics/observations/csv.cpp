#include "physics/observations/csv.hpp"

#include "physics/observations/delimited_table.hpp"
#include "physics/observations/metadata.hpp"
#include "physics/observations/table_text.hpp"
#include "physics/observations/time_order.hpp"

#include <fmt/format.h>

namespace syzygy {

bool recognises_csv(const SourceText&)
{
    return true;
}

Observations parse_csv(std::span<const SourceText> sources, std::stop_token stop)
{
    const SourceText& source = only_source(sources, "CSV");
    LineReader lines(checked_text(source), stop);
    Metadata metadata;
    for (std::string_view line; lines.next(line);) {
        const std::string_view text = trimmed(line);
        if (text.empty()) continue;
        const LinePlace place{source.file, lines.number(), line};
        if (!text.starts_with('#')) {
            Observations observations;
            metadata.apply(observations);
            const char delimiter = detect_delimiter(line);
            const std::vector<int> slots = read_column_names(place, delimiter);
            read_rows(lines, source.file, slots, delimiter, observations);
            order_by_time(observations, source.file, stop);
            return observations;
        }
        const std::size_t colon = key_end(text);
        if (colon == std::string_view::npos) continue;
        const std::string_view value = trimmed(text.substr(colon + 1));
        metadata.add(trimmed(text.substr(1, colon - 1)),
                     {std::string(value), {}, {source.file, lines.number(), character_column(line, value.data())}});
    }
    throw InputError({source.file, lines.number()}, "there is no line of column names", "",
                     "put t,x1,y1,z1,...,z3 above the rows");
}

std::string to_csv(const Observations& observations)
{
    std::string text;
    if (!observations.name.empty()) text += "# name: " + metadata_text(observations.name) + '\n';
    text += fmt::format("# units: {}\n", observations.units.text());
    text += fmt::format("# bodies: {}\n", bodies_text(observations));
    if (observations.true_masses) text += fmt::format("# masses: {}\n", masses_text(observations));
    if (observations.relative_to) text += fmt::format("# relative-to: {}\n", *observations.relative_to + 1);
    append_table(text, observations, ',');
    return text;
}

}  // namespace syzygy
