#include "physics/observations/csv.hpp"

#include "physics/observations/delimited_table.hpp"
#include "physics/observations/epoch_times.hpp"
#include "physics/observations/metadata.hpp"
#include "physics/observations/one_body_tables.hpp"
#include "physics/observations/table_start.hpp"
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
    if (sources.size() == 3) return parse_one_body_tables(sources, std::move(stop));
    const SourceText& source = only_source(sources, "CSV");
    TableStart start = read_table_start(source, stop);
    const LinePlace place{source.file, start.names_number, start.names_line};
    Observations observations;
    start.metadata.apply(observations);
    const NamedColumns named = read_column_names(place, start.delimiter);
    if (const std::string note = ignored_note(named.ignored); !note.empty()) observations.notes.push_back(note);
    const std::vector<TableColumn> columns = with_dates(named.columns, start, observations.units, source.file);
    observations.series = named.series;
    read_rows(start.rows, source.file, columns, row_format(start, columns, observations, source.file), observations);
    count_in_tdb(observations, columns);
    order_by_time(observations, source.file, stop);
    return observations;
}

std::string to_csv(const Observations& observations)
{
    std::string text;
    if (!observations.name.empty()) text += "# name: " + metadata_text(observations.name) + '\n';
    text += fmt::format("# units: {}\n", observations.units.text());
    text += fmt::format("# bodies: {}\n", bodies_text(observations));
    if (observations.true_masses) text += fmt::format("# masses: {}\n", masses_text(observations));
    if (observations.relative_to) text += fmt::format("# relative-to: {}\n", *observations.relative_to + 1);
    append_reference(text, observations);
    append_table(text, observations, ',');
    return text;
}

}  // namespace syzygy
