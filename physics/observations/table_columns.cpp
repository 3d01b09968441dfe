#include "physics/observations/table_columns.hpp"

#include "physics/observations/cells.hpp"
#include "physics/observations/column_guess.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace syzygy {

namespace {

/// True if names that are none of series look like those of positions under other names.
bool names_bodies(const std::vector<Cell>& cells)
{
    std::vector<std::string> names;
    for (const Cell& cell : cells)
        if (!find_series_column(cell.content)) names.emplace_back(cell.content);
    return !guess_columns(names).found.empty();
}

}  // namespace

NamedColumns read_column_names(const LinePlace& place, char delimiter)
{
    const std::vector<Cell> cells = split_cells(place, delimiter);
    const auto known_remedy = [](const std::optional<std::string>& meant) {
        std::string known = "t, x1..z3, vx1..vz3, sx1..sz3, svx1..svz3";
        for (const Observable* observable : observables())
            known += fmt::format(", {0}1..{0}3, s{0}1..s{0}3", observable->info().column);
        return fmt::format("{}known are {}", meant ? fmt::format("did you mean {}? ", *meant) : "", known);
    };
    NamedColumns named;
    std::vector<int> slots;
    std::vector<std::size_t> unknown;
    for (const Cell& cell : cells) {
        TableColumn column;
        if (const auto slot = find_column(cell.content)) {
            if (std::find(slots.begin(), slots.end(), *slot) != slots.end())
                place.fail(cell.content.data(), "a column is named twice:", cell.content, "remove one of the two");
            column.slot = *slot;
            slots.push_back(*slot);
        } else if (const auto of_series = series_column(place, cell.content, named.series)) {
            column = *of_series;
        } else if (!cell.content.empty()) {
            if (read_number(cell.content).error == NumberError::none)
                place.fail(cell.content.data(), "a number stands where a column name is needed:", cell.content,
                           "put a line of column names above the rows: t,x1,y1,z1,...,z3");
            unknown.push_back(named.columns.size());
        }
        named.columns.push_back(column);
    }
    const auto has = [&](int slot) { return std::find(slots.begin(), slots.end(), slot) != slots.end(); };
    const auto names_axis = [&](std::string_view axis) {
        return std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) { return lower_case(cell.content) == axis; });
    };
    if (!has(slot_of(0, 0)) && names_axis("x") && names_axis("y") && names_axis("z"))
        place.fail(place.line.data(), "the columns are of one body:", "x, y, z", "give three files, one for each body");
    for (const std::size_t index : unknown) {
        const std::string_view name = cells[index].content;
        if (const auto epochs = epochs_named(name); epochs && !has(0)) {
            named.columns[index] = {0, CellKind::epoch, epochs->format};
            slots.push_back(0);
            continue;
        }
        const auto meant = nearest_word(name, column_names());
        if (meant && !has(*find_column(*meant))) place.fail(name.data(), "unknown column", name, known_remedy(meant));
        named.ignored.emplace_back(shown(name));
    }
    while (!named.columns.empty() && cells[named.columns.size() - 1].content.empty()) named.columns.pop_back();
    // Where nothing is an observation, the first name is what the person must hear of.
    if (slots.empty() && named.series.empty() && !unknown.empty())
        place.fail(cells[unknown.front()].content.data(), "unknown column", cells[unknown.front()].content, known_remedy({}));
    require_complete_groups(place, slots, !named.series.empty() && !names_bodies(cells));
    require_series_values(place, named.columns, named.series);
    return named;
}

std::string ignored_note(const std::vector<std::string>& names)
{
    if (names.empty()) return "";
    constexpr std::size_t most = 12;
    std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size())), ", "));
    if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
    return fmt::format("{} {} left out: {}.", names.size() == 1 ? "A column that holds no observation" : "Columns that hold no observation",
                       names.size() == 1 ? "was" : "were", text);
}

std::optional<TableColumn> series_column(const LinePlace& place, std::string_view name, std::vector<ObservedSeries>& series)
{
    const auto found = find_series_column(name);
    if (!found) return std::nullopt;
    TableColumn column;
    column.kind = CellKind::series;
    column.series = series_of(*found, series);
    column.is_series_sigma = found->is_sigma;
    if (series.size() > most_series)
        place.fail(name.data(), fmt::format("more than {} series stand in one table:", most_series), name, "take the columns of fewer instruments");
    return column;
}

void require_series_values(const LinePlace& place, const std::vector<TableColumn>& columns, const std::vector<ObservedSeries>& series)
{
    for (std::size_t i = 0; i < series.size(); ++i)
        for (const bool sigma : {false, true}) {
            const auto count = std::ranges::count_if(columns, [&](const TableColumn& column) {
                return column.is_series() && column.series == i && column.is_series_sigma == sigma;
            });
            const std::string name = sigma ? series[i].sigma_name() : series[i].name();
            if (count > 1) place.fail(place.line.data(), "a column is named twice:", name, "remove one of the two");
            if (count == 0 && !sigma)
                place.fail(place.line.data(), "a column of errors stands without its values:", series[i].sigma_name(),
                           fmt::format("add the column {}, or remove this one", name));
        }
}

void require_complete_groups(const LinePlace& place, const std::vector<int>& slots, bool has_series)
{
    const auto has = [&](int slot) { return std::find(slots.begin(), slots.end(), slot) != slots.end(); };
    const auto fail = [&](const std::string& name, std::string_view remedy) {
        place.fail(place.line.data(), "the columns lack", name, remedy);
    };
    if (!has(0)) fail("t", "name the column of times t; the file needs a line of column names above its rows");
    for (int group = 0; group < static_cast<int>(column_groups.size()); ++group) {
        int present = 0, absent = -1;
        for (int component = 8; component >= 0; --component)
            has(slot_of(group, component)) ? ++present : absent = slot_of(group, component);
        if (absent < 0 || (present == 0 && (group > 0 || has_series))) continue;
        const bool planar = column_name(absent).find('z') != std::string::npos;
        fail(column_name(absent),
             fmt::format("give all nine columns of {}{}", column_groups[static_cast<std::size_t>(group)].what,
                         planar && group == 0 ? "; for motion in a plane add z1, z2, z3 of zeros"
                                              : ", with blank cells where nothing is known"));
    }
}

}  // namespace syzygy
