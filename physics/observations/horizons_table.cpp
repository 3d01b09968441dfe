// In one file: one format, whose two layouts share how cells are read.
#include "physics/observations/horizons_table.hpp"

#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace syzygy {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view vector_remedy = "in Horizons choose Ephemeris Type 'Vector Table' and save the whole result";
constexpr std::string_view state_remedy = "ask Horizons for output type 2 (position and velocity) or 1 (position)";
constexpr std::string_view damaged_remedy = "save the table again from Horizons";

/// The value of a header line "Key : value     {source: ...}".
std::string header_value(std::string_view line)
{
    std::string_view value = line.substr(line.find(':') + 1);
    if (const std::size_t brace = value.find("  {"); brace != value.npos) value = value.substr(0, brace);
    return std::string(trimmed(value));
}

/// True where the line is one of the header.
bool read_header_line(HorizonsTable& table, const LinePlace& place)
{
    struct Key {
        std::string_view start;
        HorizonsHeader HorizonsTable::*header;
    };
    static constexpr Key keys[] = {
        {"Target body name", &HorizonsTable::target},      {"Center body name", &HorizonsTable::center},
        {"Center-site name", &HorizonsTable::site},        {"Center geodetic", &HorizonsTable::geodetic},
        {"Output units", &HorizonsTable::units},
        {"Output type", &HorizonsTable::output_type},      {"Output format", &HorizonsTable::output_format},
        {"Reference frame", &HorizonsTable::frame},        {"Coordinate systm", &HorizonsTable::coordinates},
        {"Start time", &HorizonsTable::time_scale},
    };
    const std::size_t colon = place.line.find(':');
    if (colon == place.line.npos) return false;
    for (const Key& key : keys) {
        if (!place.line.starts_with(key.start)) continue;
        table.*key.header = {header_value(place.line), place.number};
        if (!is_utf8((table.*key.header).value))
            place.fail(place.line.data(), "the text is not UTF-8:", place.line, "save the file as UTF-8");
    }
    // "Step-size       : 1440 minutes": a line of names has no colon there.
    return colon < 18;
}

Epoch require_epoch(const LinePlace& place, std::string_view text)
{
    const auto epoch = parse_julian_date(text);
    if (!epoch) place.fail(text.data(), "not a Julian date:", text, damaged_remedy);
    return *epoch;
}

constexpr std::string_view component_names[horizons_components] = {"X",   "Y",   "Z",   "VX",   "VY",   "VZ",
                                                                   "X_s", "Y_s", "Z_s", "VX_s", "VY_s", "VZ_s"};
constexpr std::size_t first_error = 6;

std::optional<std::size_t> find_component(std::string_view name)
{
    const auto found = std::find(std::begin(component_names), std::end(component_names), name);
    if (found == std::end(component_names)) return std::nullopt;
    return static_cast<std::size_t>(found - std::begin(component_names));
}

/// What the lines above $$SOE call the numbers of an epoch: one list a line; of comma-separated tables one list.
struct ColumnNames {
    std::vector<std::vector<std::string>> lines;
    std::size_t number = 0;  ///< of the last line of names
    std::string_view text;   ///< that line
    bool commas = false;

    bool has(std::string_view name) const
    {
        return std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
            return std::find(line.begin(), line.end(), name) != line.end();
        });
    }
};

std::vector<std::string> split_names(std::string_view line, bool commas)
{
    std::vector<std::string> names;
    for (std::string_view rest = line; !trimmed(rest).empty();) {
        if (!commas) rest = trimmed(rest);
        const std::size_t size = std::min(rest.find_first_of(commas ? "," : " \t"), rest.size());
        names.emplace_back(trimmed(rest.substr(0, size)));
        rest.remove_prefix(std::min(size + 1, rest.size()));
    }
    return names;
}

/// Stores a number of the table; counts errors that are none.
void store(HorizonsTable& table, HorizonsRow& row, std::size_t component, std::string_view text, const LinePlace& place)
{
    const ReadNumber number = read_number(text);
    const bool finite = number.error == NumberError::none && std::isfinite(number.value);
    if (component >= first_error) {
        // Horizons has no error for planets ("n.a."), and zero where it rounds one away.
        const bool unknown = !finite && lower_case(text).starts_with("n.a");
        if (unknown || (finite && number.value <= 0)) {
            ++table.unusable_errors;
            return;
        }
    }
    if (!finite)
        place.fail(text.data(), fmt::format("{} is not a finite number:", component_names[component]), text, damaged_remedy);
    row.values[component] = number.value;
}

HorizonsRow empty_row(const Epoch& epoch)
{
    HorizonsRow row{epoch, {}};
    row.values.fill(missing);
    return row;
}

/// Rows of cells between commas.
class CommaLayout {
public:
    CommaLayout(const ColumnNames& names, HorizonsTable& table, const std::string& file) : table_(table)
    {
        const std::vector<std::string>& columns = names.lines.front();
        for (std::size_t column = 0; column < columns.size(); ++column) {
            if (columns[column].starts_with("JD")) julian_date_ = column;
            components_.push_back(find_component(columns[column]));
            if (components_.back() || columns[column].starts_with("JD")) needed_ = column + 1;
        }
        if (!julian_date_)
            LinePlace{file, names.number, names.text}.fail(names.text.data(), "no column is a Julian date:", trimmed(names.text),
                                                           vector_remedy);
    }

    HorizonsRow read(const LinePlace& place) const
    {
        HorizonsRow row = empty_row({});
        std::string_view rest = place.line;
        std::size_t column = 0;
        for (; column < needed_ && !rest.empty(); ++column) {
            const std::size_t size = std::min(rest.find(','), rest.size());
            const std::string_view cell = trimmed(rest.substr(0, size));
            rest.remove_prefix(std::min(size + 1, rest.size()));
            if (column == *julian_date_) row.epoch = require_epoch(place, cell);
            if (components_[column]) store(table_, row, *components_[column], cell, place);
        }
        if (column == needed_) {
            // A comma too many would shift numbers into other columns.
            for (; !trimmed(rest).empty(); ++column) rest.remove_prefix(std::min(std::min(rest.find(','), rest.size()) + 1, rest.size()));
            if (column > components_.size())
                place.fail(place.line.data(), fmt::format("the row has {} cells, but {} columns are named", column, components_.size()), "",
                           damaged_remedy);
        }
        if (column < needed_)
            place.fail(place.line.data() + place.line.size(), "the row is too short", "",
                       "the file is damaged: save the table again from Horizons");
        return row;
    }

private:
    HorizonsTable& table_;
    std::optional<std::size_t> julian_date_;
    std::vector<std::optional<std::size_t>> components_;
    std::size_t needed_ = 0;
};

/// Several lines an epoch: "2457944.5 = A.D. ...", then " X =... Y =... Z =..." and so on, or the numbers alone in the
/// order of the names above $$SOE.
class LineLayout {
public:
    LineLayout(const ColumnNames& names, HorizonsTable& table, const std::string& file)
        : names_(names), table_(table), file_(file)
    {
    }

    void read(const LinePlace& place)
    {
        const std::size_t equals = place.line.find('=');
        if (equals != place.line.npos && parse_julian_date(trimmed(place.line.substr(0, equals)))) {
            finish();
            row_ = empty_row(require_epoch(place, trimmed(place.line.substr(0, equals))));
            open_ = true;
            epoch_line_ = place.number;
            line_ = 0;
            bare_ = false;
            return;
        }
        if (equals != place.line.npos && (place.line.find("= A.D.") != place.line.npos || place.line.find("= B.C.") != place.line.npos))
            place.fail(place.line.data(), "not a Julian date:", trimmed(place.line.substr(0, equals)), damaged_remedy);
        if (!open_) {
            // A damaged first epoch is told as such; other text is no vector table.
            const std::string_view first = trimmed(place.line.substr(0, std::min(equals, place.line.size())));
            place.fail(place.line.data(), "a Julian date is expected:", first, vector_remedy);
        }
        ++line_;
        equals == place.line.npos ? read_bare(place) : read_labelled(place);
    }

    /// Keeps the last row; a row without X, Y, Z throws.
    void finish()
    {
        if (!open_) return;
        open_ = false;
        if (bare_ && line_ + 1 < names_.lines.size())
            throw InputError({file_, epoch_line_}, fmt::format("an epoch has {} lines, but {} are named above $$SOE", line_, names_.lines.size() - 1),
                             "", damaged_remedy);
        if (!std::all_of(row_.values.begin(), row_.values.begin() + 3, [](double value) { return std::isfinite(value); }))
            throw InputError({file_, epoch_line_}, "an epoch without X, Y and Z", "", vector_remedy);
        // What the first epoch has, every epoch has.
        for (std::size_t component = 3; !table_.rows.empty() && component < first_error; ++component)
            if (std::isnan(row_.values[component]) != std::isnan(table_.rows.front().values[component]))
                throw InputError({file_, epoch_line_}, fmt::format("this epoch and the first do not both have {}", component_names[component]),
                                 "", damaged_remedy);
        table_.rows.push_back(row_);
    }

    /// A number of the epoch that is open; a second one means that the line of the next epoch is lost.
    void keep(std::size_t component, std::string_view text, const LinePlace& place)
    {
        if (!std::isnan(row_.values[component]))
            place.fail(text.data(), fmt::format("{} stands twice in one epoch:", component_names[component]), text,
                       "a line with the next epoch is missing: " + std::string(damaged_remedy));
        store(table_, row_, component, text, place);
    }

private:
    void read_labelled(const LinePlace& place)
    {
        std::string_view rest = place.line;
        for (std::size_t equals; (equals = rest.find('=')) != rest.npos;) {
            const std::string_view name = trimmed(rest.substr(0, equals));
            rest = rest.substr(equals + 1);
            rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
            const std::size_t size = std::min(rest.find_first_of(" \t"), rest.size());
            if (const auto component = find_component(name)) keep(*component, rest.substr(0, size), place);
            rest.remove_prefix(size);
        }
    }

    /// The first line of names is that of the epoch.
    void read_bare(const LinePlace& place)
    {
        bare_ = true;
        if (line_ >= names_.lines.size()) {
            if (!names_.has("X"))
                place.fail(place.line.data(), "numbers without labels, and no line above $$SOE names them:", trimmed(place.line),
                           "save the table with the lines of names above $$SOE, or with labels (VEC_LABELS=YES)");
            place.fail(place.line.data(), "an epoch has more lines than there are names above $$SOE:", trimmed(place.line),
                       "the line of the next epoch is missing, or a line of names: save the table again from Horizons");
        }
        std::string_view rest = trimmed(place.line);
        for (const std::string& name : names_.lines[line_]) {
            const std::size_t size = std::min(rest.find_first_of(" \t"), rest.size());
            if (size == 0)
                place.fail(place.line.data() + place.line.size(), fmt::format("the line has no number for {}", name), "",
                           damaged_remedy);
            if (const auto component = find_component(name)) keep(*component, rest.substr(0, size), place);
            rest = trimmed(rest.substr(size));
        }
    }

    const ColumnNames& names_;
    HorizonsTable& table_;
    const std::string& file_;
    HorizonsRow row_;
    bool open_ = false, bare_ = false;
    std::size_t epoch_line_ = 0;
    std::size_t line_ = 0;
};

/// "A.D. 2017-Jul-10 00:00:00.0000 TDB" -> "TDB"; CT is the old name of TDB.
std::string time_scale_of(std::string_view start_time)
{
    const std::string_view scale = start_time.substr(start_time.rfind(' ') + 1);
    return scale == "CT" ? "TDB" : std::string(scale);
}

[[noreturn]] void fail_truncated(const SourceText& source, std::size_t line)
{
    throw InputError({source.file, line}, "the table is cut off: its end mark $$EOE is missing", "",
                     "save the file again, whole");
}

/// What the table has, by its names or by what was read under labels.
void set_contents(HorizonsTable& table, const ColumnNames& names)
{
    for (std::size_t group = 0; group < table.has.size(); ++group) {
        const std::size_t first = 3 * group;
        table.has[group] =
            std::any_of(table.rows.begin(), table.rows.end(), [&](const HorizonsRow& row) {
                return std::all_of(row.group(group), row.group(group) + 3, [](double value) { return value == value; });
            }) ||
            (group > 1 && names.has(component_names[first]) && names.has(component_names[first + 1]) &&
             names.has(component_names[first + 2]));
    }
    for (const auto& line : names.lines)
        for (const std::string& name : line)
            if (name.ends_with("_s") && !find_component(name)) table.other_errors.push_back(name);
}

}  // namespace

HorizonsTable parse_horizons_table(const SourceText& source, std::stop_token stop)
{
    LineReader lines(checked_text(source), std::move(stop));
    HorizonsTable table;
    // The last lines between two rows of stars (or one and $$SOE) are the names of the columns.
    struct Line {
        std::string_view text;
        std::size_t number;
    };
    std::vector<Line> block, last_block;
    std::string_view line;
    bool found = false;
    while (!found && lines.next(line)) {
        const std::string_view text = trimmed(line);
        found = text == "$$SOE";
        if (text.starts_with("****")) {
            if (!block.empty()) last_block = std::move(block);
            block.clear();
        }
        if (found || text.empty() || text.starts_with("****")) continue;
        if (!read_header_line(table, {source.file, lines.number(), line})) block.push_back({line, lines.number()});
    }
    if (!found)
        throw InputError({source.file, lines.number()}, "the table's start mark $$SOE is missing", "",
                         fmt::format("the file is cut off, or Horizons reported an error in it; {}", vector_remedy));
    table.time_scale.value = time_scale_of(table.time_scale.value);
    if (table.target.value.empty() || table.units.value.empty())
        throw InputError({source.file, lines.number()},
                         fmt::format("the header line '{}' is missing above $$SOE",
                                     table.target.value.empty() ? "Target body name" : "Output units"),
                         "", "save the whole result of Horizons, with its header");

    if (block.empty()) block = std::move(last_block);
    ColumnNames names;
    for (const Line& its : block)
        if (its.text.find(',') != its.text.npos) names.commas = true;
    for (const Line& its : block) {
        if (names.commas && its.text.find(',') == its.text.npos) continue;
        names.lines.push_back(split_names(its.text, names.commas));
        names.number = its.number;
        names.text = its.text;
    }
    if (names.commas) names.lines.erase(names.lines.begin(), names.lines.end() - 1);
    for (const auto& its : names.lines)
        for (const std::string& name : its)
            if (const std::string_view scale = std::string_view(name).substr(std::min<std::size_t>(2, name.size()));
                name.starts_with("JD") && find_time_scale(scale))
                table.time_scale.value = std::string(scale == "CT" ? "TDB" : scale);
    if (!names.has("X") && !names.lines.empty()) {
        const std::string kind = names.has("VX")   ? "velocities alone"
                                 : names.has("RG") ? "distances and light times alone"
                                                   : "no positions";
        if (names.has("VX") || names.has("RG") || names.commas)
            LinePlace{source.file, names.number, names.text}.fail(
                names.text.data(), fmt::format("the table holds {}:", kind),
                table.output_format.value.empty() ? std::string(trimmed(names.text))
                                                  : "Output format " + table.output_format.value,
                names.has("VX") || names.has("RG") ? state_remedy : vector_remedy);
    }

    std::unique_ptr<CommaLayout> commas;
    if (names.commas) commas = std::make_unique<CommaLayout>(names, table, source.file);
    LineLayout by_lines(names, table, source.file);
    bool ended = false;
    while (!ended && lines.next(line)) {
        const std::string_view text = trimmed(line);
        const LinePlace place{source.file, lines.number(), line};
        if (text == "$$SOE") place.fail(line.data(), "a second $$SOE", "", "give one table a file");
        ended = text == "$$EOE";
        if (ended || text.empty()) continue;
        // A row that the end of the file cuts is told as such, not as a wrong number.
        if (!lines.line_was_ended()) fail_truncated(source, lines.number());
        if (commas)
            table.rows.push_back(commas->read(place));
        else
            by_lines.read(place);
    }
    if (!ended) fail_truncated(source, lines.number());
    by_lines.finish();
    if (table.rows.empty())
        throw InputError({source.file, lines.number()}, "the table has no row", "", "ask Horizons for more epochs");
    while (lines.next(line))
        if (trimmed(line) == "$$SOE")
            LinePlace{source.file, lines.number(), line}.fail(line.data(), "a second $$SOE", "",
                                                              "give one table a file");
    set_contents(table, names);
    return table;
}

}  // namespace syzygy
