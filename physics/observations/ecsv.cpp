#include "physics/observations/ecsv.hpp"

#include "physics/observations/columns.hpp"
#include "physics/observations/delimited_table.hpp"
#include "physics/observations/ecsv_columns.hpp"
#include "physics/observations/metadata.hpp"
#include "physics/observations/one_body_tables.hpp"
#include "physics/observations/table_text.hpp"
#include "physics/observations/time_order.hpp"
#include "physics/observations/yaml_subset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace syzygy {

namespace {

constexpr std::string_view signature = "# %ECSV";

Metadata read_metadata(const YamlNode& header, const std::string& file)
{
    Metadata metadata;
    const YamlNode* const meta = header.find("meta");
    if (!meta) return metadata;
    const auto add = [&](const std::string& key, const YamlNode& node) {
        MetadataEntry entry{node.scalar, {}, {file, node.line, node.column}};
        for (const YamlNode& item : node.items) entry.items.push_back(item.scalar);
        // YAML's quotes are gone; a name is taken as it is.
        const std::string known = Metadata::known_key(key);
        if (known == "name" || known == "relative-to" || known == "centre" || known == "frame" || known == "aberration")
            entry.text = in_quotes(entry.text);
        metadata.add(key, std::move(entry));
    };
    for (const auto& [key, member] : meta->members) add(key, member);
    for (const YamlNode& item : meta->items)
        for (const auto& [key, member] : item.members) add(key, member);
    return metadata;
}

char read_delimiter(const YamlNode& header, const std::string& file)
{
    const YamlNode* const node = header.find("delimiter");
    if (!node || node->scalar.empty() || node->scalar == " ") return ' ';
    if (node->scalar == ",") return ',';
    throw InputError({file, node->line, node->column},
                     "the delimiter is neither a comma nor a blank:", shown(node->scalar),
                     "ECSV 1.0 knows only these two");
}

/// Converts columns with units to one unit system (see parse_ecsv).
class UnitConversion {
public:
    UnitConversion(const std::vector<EcsvColumn>& columns, const std::vector<TableColumn>& placed,
                   const std::vector<ObservedSeries>& series)
    {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (placed[i].is_series()) {
                (columns[i].unit.empty() ? without_ : with_).push_back({ignored_slot, columns[i], {}, placed[i]});
                continue;
            }
            if (placed[i].slot == ignored_slot || placed[i].kind == CellKind::mask) continue;
            if (placed[i].kind == CellKind::epoch) continue;
            for (int slot = placed[i].slot; slot < placed[i].slot + placed[i].width(); ++slot)
                (columns[i].unit.empty() ? without_ : with_).push_back({slot, columns[i], {}, {}});
        }
        for (Column& column : with_) column.unit = require_unit(column, series);
        if (!with_.empty() && !without_.empty())
            throw InputError(without_[0].ecsv.place,
                             "a column without a unit among columns with units:", without_[0].ecsv.name,
                             "give every column its unit, or none");
    }

    /// Of the times that epochs become; 0 if nothing says in which units they are.
    double seconds_per_time(const Observations& observations, bool has_units) const
    {
        if (has_units) return observations.units.time_si();
        return with_.empty() ? 0 : find_unit("d")->si;
    }

    /// Sets G = 1 with the columns' own units where the metadata gave none, then converts.
    void apply(Observations& observations, bool has_units) const
    {
        if (with_.empty()) return;
        if (!has_units) observations.units = own_units();
        const UnitSystem& units = observations.units;
        if (units.length_si() == 0)
            throw InputError(with_[0].ecsv.place,
                             "a column has a unit, but 'units' in meta is without dimensions:", with_[0].ecsv.unit,
                             "give lengths and times in 'units', or remove the columns' units");
        for (const Column& column : with_) {
            const double target = column.slot == 0                                ? units.time_si()
                                  : is_velocity(column, observations.series) ? units.velocity_si()
                                                                             : units.length_si();
            if (column.unit.si != target) scale(observations, column, column.unit.si / target);
        }
    }

private:
    struct Column {
        int slot;
        EcsvColumn ecsv;
        Unit unit;
        TableColumn placed;  ///< of a series
    };

    static bool is_velocity(const Column& column, const std::vector<ObservedSeries>& series)
    {
        if (column.placed.is_series())
            return series[column.placed.series].observable->info().quantity == Quantity::velocity;
        return column_groups[static_cast<std::size_t>(group_of(column.slot))].is_velocity;
    }

    static Unit require_unit(const Column& column, const std::vector<ObservedSeries>& series)
    {
        const std::optional<Unit> unit = find_unit(column.ecsv.unit);
        if (!unit)
            throw InputError(column.ecsv.place, fmt::format("column {} has an unknown unit", column.ecsv.name),
                             shown(column.ecsv.unit), fmt::format("known are {}", known_units()));
        const Dimension needed = column.slot == 0              ? Dimension::time
                                 : is_velocity(column, series) ? Dimension::velocity
                                                               : Dimension::length;
        if (unit->dimension != needed)
            throw InputError(column.ecsv.place,
                             fmt::format("column {} has a unit of the wrong kind:", column.ecsv.name),
                             shown(column.ecsv.unit),
                             needed == Dimension::time       ? "give a time such as s, d or yr"
                             : needed == Dimension::velocity ? "give a velocity such as km/s"
                                                             : "give a length such as km or AU");
        return *unit;
    }

    UnitSystem own_units() const
    {
        const Column* position = nullptr;
        const Column* time = nullptr;
        for (const Column& column : with_) {
            if (column.slot == 0) time = &column;
            if (column.slot < slot_of(0, 0) || column.slot > slot_of(0, 8)) continue;
            if (position && position->unit.name != column.unit.name)
                throw InputError(
                    column.ecsv.place,
                    fmt::format("column {} has another unit than {}:", column.ecsv.name, position->ecsv.name),
                    shown(column.ecsv.unit),
                    fmt::format("give all positions in {}, or say with 'units' in meta which is meant",
                                position->unit.name));
            if (!position) position = &column;
        }
        const Unit unit = time ? time->unit : *find_unit("d");
        if (!position)
            throw InputError(with_[0].ecsv.place, "the table has no positions, and its units are not known:", shown(with_[0].ecsv.unit),
                             "give 'units' in meta: length=1 au, mass=1 Msun, time=1 d (or others)");
        return UnitSystem::gravitational_parameter(position->unit.si, unit.si, position->unit.name, unit.name);
    }

    static void scale(Observations& observations, const Column& column, double factor)
    {
        if (column.slot == 0) {
            for (double& time : observations.times) time *= factor;
            return;
        }
        if (column.placed.is_series()) {
            ObservedSeries& series = observations.series[column.placed.series];
            for (double& number : column.placed.is_series_sigma ? series.sigmas : series.values) number *= factor;
            return;
        }
        const ColumnGroup& group = column_groups[static_cast<std::size_t>(group_of(column.slot))];
        (observations.*(group.table)).row((column.slot - 1) % 9) *= factor;
    }

    std::vector<Column> with_, without_;
};

/// The names in the header and above the rows must be the same.
void require_same_names(const LinePlace& place, char delimiter, const std::vector<EcsvColumn>& columns)
{
    const std::vector<Cell> cells = split_cells(place, delimiter);
    for (std::size_t i = 0; i < std::max(cells.size(), columns.size()); ++i) {
        const std::string_view name = i < cells.size() ? cells[i].content : std::string_view{};
        if (i < columns.size() && name == columns[i].name) continue;
        const char* const at = i < cells.size() ? name.data() : place.line.data() + place.line.size();
        place.fail(at,
                   fmt::format("column {} is not the one that 'datatype' names ({}):", i + 1,
                               i < columns.size() ? shown(columns[i].name) : "none"),
                   name, "give the same names in the header and above the rows");
    }
}

}  // namespace

bool recognises_ecsv(const SourceText& source)
{
    std::string_view text = source.text;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return text.starts_with(signature);
}

namespace {

Observations read_ecsv(const SourceText& source, bool one_body, const std::stop_token& stop)
{
    LineReader lines(checked_text(source), stop);
    std::vector<YamlLine> header_lines;
    for (std::string_view line; lines.next(line);) {
        if (lines.number() == 1) {
            if (!line.starts_with(signature))
                throw InputError({source.file, 1, 1}, "the first line is not '# %ECSV 1.0':", shown(line),
                                 "write the file with Astropy, or take the line from there");
            continue;
        }
        if (line.starts_with("#")) {
            const std::size_t start = line.starts_with("# ") ? 2 : 1;
            header_lines.push_back({line.substr(start), lines.number(), start + 1});
            continue;
        }
        if (trimmed(line).empty()) continue;
        const YamlNode header = parse_yaml_subset(header_lines, source.file);
        const char delimiter = read_delimiter(header, source.file);
        const std::vector<EcsvColumn> columns = read_ecsv_columns(header, source.file);
        const LinePlace place{source.file, lines.number(), line};
        require_same_names(place, delimiter, columns);
        std::vector<std::string> ignored;
        Observations observations;
        const std::vector<TableColumn> placed = place_ecsv_columns(columns, place, one_body, ignored, observations.series);
        const UnitConversion conversion(columns, placed, observations.series);
        const Metadata metadata = read_metadata(header, source.file);
        metadata.apply(observations);
        if (const std::string note = ignored_note(ignored); !note.empty()) observations.notes.push_back(note);
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (placed[i].slot != ignored_slot && observations.reference.frame.empty()) observations.reference.frame = columns[i].frame;
        RowFormat format{delimiter, trimmed(line), find_time_scale(observations.reference.time_scale),
                         conversion.seconds_per_time(observations, metadata.has("units"))};
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (placed[i].kind == CellKind::epoch && columns[i].scale) format.scale = columns[i].scale;
        read_rows(lines, source.file, placed, format, observations);
        conversion.apply(observations, metadata.has("units"));
        order_by_time(observations, source.file, stop);
        return observations;
    }
    throw InputError({source.file, lines.number()}, "there is no line of column names below the header", "",
                     "the file is cut off: save it again");
}

}  // namespace

Observations parse_ecsv(std::span<const SourceText> sources, std::stop_token stop)
{
    if (sources.size() == 3) return parse_one_body_tables(sources, std::move(stop));
    return read_ecsv(only_source(sources, "ECSV"), false, stop);
}

Observations parse_ecsv_of_one_body(const SourceText& source, std::stop_token stop)
{
    return read_ecsv(source, true, stop);
}

std::string to_ecsv(const Observations& observations)
{
    // Astropy shows a column's unit; only a plain one ("km", not "5e12 m") is one of its names.
    const UnitSystem& units = observations.units;
    const bool plain = units.length_si() > 0 && find_unit(units.length_label()) && find_unit(units.time_label()) &&
                       find_unit(units.velocity_label());
    const auto unit = [&](int slot) -> std::string {
        if (!plain) return "";
        const std::string& label = slot == 0 ? units.time_label()
                                   : column_groups[static_cast<std::size_t>(group_of(slot))].is_velocity
                                       ? units.velocity_label()
                                       : units.length_label();
        return label == "au" ? "AU" : label;
    };
    std::string text = "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n";
    for (const int slot : filled_slots(observations)) {
        const std::string its_unit = unit(slot);
        text += its_unit.empty()
                    ? fmt::format("# - {{name: {}, datatype: float64}}\n", column_name(slot))
                    : fmt::format("# - {{name: {}, unit: {}, datatype: float64}}\n", column_name(slot), its_unit);
    }
    for (const ObservedSeries& series : observations.series) {
        const std::string& label = series.unit_label(units);
        const std::string its_unit = plain ? fmt::format(" unit: {},", label == "au" ? "AU" : label) : "";
        for (const std::string& name : {series.name(), series.sigma_name()})
            if (name == series.name() || !series.sigmas.empty())
                text += fmt::format("# - {{name: {},{} datatype: float64}}\n", in_quotes(name), its_unit);
    }
    text += "# meta: !!omap\n";
    if (!observations.name.empty()) text += fmt::format("# - {{name: {}}}\n", in_quotes(observations.name));
    text += fmt::format("# - {{units: {}}}\n", in_quotes(units.text()));
    const auto& bodies = observations.bodies;
    text += fmt::format("# - bodies: [{}, {}, {}]\n", in_quotes(bodies[0]), in_quotes(bodies[1]), in_quotes(bodies[2]));
    if (observations.true_masses) text += fmt::format("# - masses: [{}]\n", masses_text(observations));
    if (observations.relative_to) text += fmt::format("# - {{relative-to: {}}}\n", *observations.relative_to + 1);
    for (const auto& [key, value] : reference_entries(observations.reference))
        text += fmt::format("# - {{{}: {}}}\n", key, in_quotes(value));
    text += "# schema: astropy-2.0\n";
    append_table(text, observations, ',');
    return text;
}

}  // namespace syzygy
