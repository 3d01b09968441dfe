#include "physics/observations/horizons_table.hpp"

#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace syzygy {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view vector_remedy = "in Horizons choose Ephemeris Type 'Vector Table' and save the whole result";

/// The value of a header line "Key : value     {source: ...}".
std::string header_value(std::string_view line)
{
    std::string_view value = line.substr(line.find(':') + 1);
    if (const std::size_t brace = value.find("  {"); brace != value.npos) value = value.substr(0, brace);
    return std::string(trimmed(value));
}

void read_header_line(HorizonsTable& table, const LinePlace& place)
{
    struct Key {
        std::string_view start;
        HorizonsHeader HorizonsTable::*header;
    };
    static constexpr Key keys[] = {
        {"Target body name", &HorizonsTable::target},      {"Center body name", &HorizonsTable::center},
        {"Center-site name", &HorizonsTable::site},        {"Output units", &HorizonsTable::units},
        {"Output type", &HorizonsTable::output_type},      {"Reference frame", &HorizonsTable::frame},
        {"Coordinate systm", &HorizonsTable::coordinates}, {"Start time", &HorizonsTable::time_scale},
    };
    for (const Key& key : keys) {
        if (!place.line.starts_with(key.start) || place.line.find(':') == place.line.npos) continue;
        table.*key.header = {header_value(place.line), place.number};
        if (!is_utf8((table.*key.header).value))
            place.fail(place.line.data(), "the text is not UTF-8:", place.line, "save the file as UTF-8");
    }
}

/// A Julian date "2457944.500000000" as an exact epoch. Its 9 decimals cut whole seconds that are no
/// decimal fraction of a day (01:00 is .041666667): within half of the last decimal of a whole second
/// it is that second.
std::optional<HorizonsEpoch> read_julian_date(std::string_view text)
{
    constexpr int decimals = 9;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    std::int64_t days = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + point, days);
    // 6e6 days keep every difference of two epochs within 64 bits; Horizons ends at 5373484.5.
    if (error != std::errc{} || end != text.data() + point || days < 0 || days >= 6'000'000) return std::nullopt;
    std::int64_t fraction = 0;
    const std::string_view digits = point < text.size() ? text.substr(point + 1) : std::string_view{};
    for (int i = 0; i < decimals; ++i) {
        const std::size_t at = static_cast<std::size_t>(i);
        fraction = 10 * fraction + (at < digits.size() ? digits[at] - '0' : 0);
    }
    if (digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
    constexpr HorizonsEpoch ticks_per_unit_1e9 = horizons_ticks_per_day / 1'000'000'000;
    static_assert(ticks_per_unit_1e9 == 864);
    HorizonsEpoch epoch = days * horizons_ticks_per_day + fraction * ticks_per_unit_1e9;
    if (digits.size() >= decimals) {
        const HorizonsEpoch nearest =
            (epoch + horizons_ticks_per_second / 2) / horizons_ticks_per_second * horizons_ticks_per_second;
        if (std::abs(epoch - nearest) <= ticks_per_unit_1e9 / 2) epoch = nearest;
    }
    return negative ? -epoch : epoch;
}

HorizonsEpoch require_epoch(const LinePlace& place, std::string_view text)
{
    const auto epoch = read_julian_date(text);
    if (!epoch) place.fail(text.data(), "not a Julian date:", text, "save the table again from Horizons");
    return *epoch;
}

double require_number(const LinePlace& place, std::string_view text, std::string_view name)
{
    const ReadNumber number = read_number(text);
    if (number.error != NumberError::none || !std::isfinite(number.value))
        place.fail(text.data(), fmt::format("{} is not a finite number:", name), text,
                   "save the table again from Horizons");
    return number.value;
}

constexpr std::string_view component_names[] = {"X", "Y", "Z", "VX", "VY", "VZ"};

std::optional<int> find_component(std::string_view name)
{
    const auto found = std::find(std::begin(component_names), std::end(component_names), name);
    if (found == std::end(component_names)) return std::nullopt;
    return static_cast<int>(found - std::begin(component_names));
}

double& component(HorizonsRow& row, int index)
{
    const auto at = static_cast<std::size_t>(index % 3);
    return index < 3 ? row.position[at] : row.velocity[at];
}

/// The CSV layout: columns found by the line of names above $$SOE; those we do not need are skipped.
class CommaLayout {
public:
    explicit CommaLayout(const LinePlace& names)
    {
        std::string_view rest = names.line;
        for (int column = 0; !rest.empty(); ++column) {
            const std::string_view name = trimmed(rest.substr(0, rest.find(',')));
            rest.remove_prefix(std::min(rest.find(','), rest.size() - 1) + 1);
            if (name.starts_with("JD")) julian_date_ = column;
            if (const auto index = find_component(name)) columns_[static_cast<std::size_t>(*index)] = column;
        }
        for (int index = 0; index < 3; ++index)
            if (julian_date_ < 0 || columns_[static_cast<std::size_t>(index)] < 0)
                names.fail(names.line.data(), "the columns are not those of a vector table:", trimmed(names.line),
                           vector_remedy);
    }

    bool has_velocities() const { return std::min({columns_[3], columns_[4], columns_[5]}) >= 0; }

    HorizonsRow read(const LinePlace& place) const
    {
        HorizonsRow row{0, {missing, missing, missing}, {missing, missing, missing}};
        std::string_view rest = place.line;
        int found = 0;
        for (int column = 0; !rest.empty(); ++column) {
            const std::string_view cell = trimmed(rest.substr(0, rest.find(',')));
            rest.remove_prefix(std::min(rest.find(','), rest.size() - 1) + 1);
            if (column == julian_date_) {
                row.epoch = require_epoch(place, cell);
                ++found;
            }
            for (int index = 0; index < (has_velocities() ? 6 : 3); ++index) {
                if (columns_[static_cast<std::size_t>(index)] != column) continue;
                component(row, index) = require_number(place, cell, component_names[index]);
                ++found;
            }
        }
        if (found < (has_velocities() ? 7 : 4))
            place.fail(place.line.data() + place.line.size(), "the row is too short", "",
                       "the file is damaged: save the table again from Horizons");
        return row;
    }

private:
    int julian_date_ = -1;
    std::array<int, 6> columns_{-1, -1, -1, -1, -1, -1};
};

/// The layout of several lines an epoch: "2457944.5 = A.D. ...", then " X =... Y =... Z =..." and so
/// on, or the same without labels.
class LabelledLayout {
public:
    /// True where the line starts an epoch: a number and an equals sign.
    static bool starts_epoch(std::string_view line)
    {
        const std::size_t equals = line.find('=');
        return equals != line.npos && read_julian_date(trimmed(line.substr(0, equals))).has_value();
    }

    /// The row that is complete when `place` starts the next epoch.
    void read(HorizonsTable& table, const LinePlace& place)
    {
        const std::size_t equals = place.line.find('=');
        if (starts_epoch(place.line)) {
            finish(table);
            row_ = {require_epoch(place, trimmed(place.line.substr(0, equals))),
                    {missing, missing, missing},
                    {missing, missing, missing}};
            open_ = true;
            epoch_line_ = place.number;
            lines_ = 0;
            return;
        }
        if (!open_) place.fail(place.line.data(), "a Julian date is expected:", trimmed(place.line), vector_remedy);
        equals == place.line.npos ? read_bare(place) : read_labelled(place);
        ++lines_;
    }

    /// Keeps the last row; a row without X, Y, Z throws.
    void finish(HorizonsTable& table)
    {
        if (!open_) return;
        open_ = false;
        const auto finite = [](const std::array<double, 3>& values) {
            return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
        };
        if (!finite(row_.position))
            throw InputError({file_, epoch_line_}, "an epoch without X, Y and Z", "", vector_remedy);
        table.has_velocities = table.has_velocities || finite(row_.velocity);
        table.rows.push_back(row_);
    }

    explicit LabelledLayout(const std::string& file) : file_(file) {}

private:
    void read_labelled(const LinePlace& place)
    {
        std::string_view rest = place.line;
        for (std::size_t equals; (equals = rest.find('=')) != rest.npos;) {
            const std::string_view name = trimmed(rest.substr(0, equals));
            rest = rest.substr(equals + 1);
            rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
            const std::size_t size = std::min(rest.find_first_of(" \t"), rest.size());
            if (const auto index = find_component(name))
                component(row_, *index) = require_number(place, rest.substr(0, size), name);
            rest.remove_prefix(size);
        }
    }

    /// Without labels the first line after the date is the position, the second the velocity.
    void read_bare(const LinePlace& place)
    {
        if (lines_ > 1) return;
        std::string_view rest = trimmed(place.line);
        for (int axis = 0; axis < 3; ++axis) {
            const std::size_t size = std::min(rest.find_first_of(" \t"), rest.size());
            const int index = 3 * lines_ + axis;
            // A position-only table with LT, RG, RR has other numbers here; Horizons has no such type.
            component(row_, index) = require_number(place, rest.substr(0, size), component_names[index]);
            rest = trimmed(rest.substr(size));
        }
    }

    const std::string& file_;
    HorizonsRow row_;
    bool open_ = false;
    std::size_t epoch_line_ = 0;
    int lines_ = 0;
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

}  // namespace

HorizonsTable parse_horizons_table(const SourceText& source, std::stop_token stop)
{
    LineReader lines(checked_text(source), std::move(stop));
    HorizonsTable table;
    std::string_view line, names;
    std::size_t names_number = 0;
    bool found = false;
    while (!found && lines.next(line)) {
        const std::string_view text = trimmed(line);
        found = text == "$$SOE";
        if (found || text.empty() || text.starts_with("****")) continue;
        read_header_line(table, {source.file, lines.number(), line});
        names = line;
        names_number = lines.number();
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

    // The epoch line of the labelled layout has no comma.
    std::optional<CommaLayout> commas;
    const LinePlace names_place{source.file, names_number, names};
    if (names.find(',') != names.npos) commas.emplace(names_place);
    LabelledLayout labelled(source.file);
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
            labelled.read(table, place);
    }
    if (!ended) fail_truncated(source, lines.number());
    labelled.finish(table);
    if (commas) table.has_velocities = commas->has_velocities();
    if (table.rows.empty())
        throw InputError({source.file, lines.number()}, "the table has no row", "", "ask Horizons for more epochs");
    while (lines.next(line))
        if (trimmed(line) == "$$SOE")
            LinePlace{source.file, lines.number(), line}.fail(line.data(), "a second $$SOE", "",
                                                              "give one table a file");
    return table;
}

}  // namespace syzygy
