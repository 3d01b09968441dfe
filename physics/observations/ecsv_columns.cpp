#include "physics/observations/ecsv_columns.hpp"

#include "physics/observations/column_guess.hpp"
#include "physics/observations/delimited_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace syzygy {

namespace {

std::string member_text(const YamlNode& node, std::string_view name)
{
    const YamlNode* const member = node.find(name);
    return member ? member->scalar : std::string();
}

/// A column of Astropy's that was written as several, or in a form of its own.
struct Mixin {
    std::string name, type;  ///< "body1", "CartesianRepresentation"
    std::string path;        ///< within the mixin: "differentials.s.d_x"
    const YamlNode* node = nullptr;
};

/// Finds the columns of cells {name: ...} below a mixin.
void add_leaves(const YamlNode& node, const Mixin& mixin, std::map<std::string, Mixin>& leaves)
{
    for (const YamlMember& member : node.members) {
        const YamlNode& value = member.value;
        if (value.kind != YamlNode::Kind::mapping) continue;
        Mixin below = mixin;
        below.path += (below.path.empty() ? "" : ".") + member.key;
        const std::string name = member_text(value, "name");
        if (!name.empty() && !value.find("__class__"))
            leaves[name] = below;
        else
            add_leaves(value, below, leaves);
    }
}

/// For each column of cells the mixin that it is part of.
std::map<std::string, Mixin> mixins_of(const YamlNode& header)
{
    std::map<std::string, Mixin> leaves;
    const YamlNode* const meta = header.find("meta");
    const YamlNode* const serialized = meta ? meta->find("__serialized_columns__") : nullptr;
    if (!serialized) return leaves;
    for (const YamlMember& member : serialized->members) {
        const std::string path = member_text(member.value, "__class__");
        const Mixin mixin{member.key, path.substr(path.rfind('.') + 1), "", &member.value};
        add_leaves(member.value, mixin, leaves);
    }
    return leaves;
}

/// "x" of "x", "differentials.s.d_x" and "d_x.value": the axis, and whether it is a velocity's.
std::optional<std::string> cartesian_component(std::string_view path)
{
    const bool velocity = path.find("differentials") != path.npos;
    for (std::string_view rest = path; !rest.empty();) {
        const std::string_view word = rest.substr(0, rest.find('.'));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        for (const char axis : {'x', 'y', 'z'}) {
            if (word == std::string("d_") + axis || word == std::string("v_") + axis) return std::string("v") + axis;
            if (word == std::string(1, axis)) return velocity ? std::string("v") + axis : std::string(1, axis);
        }
    }
    return std::nullopt;
}

void set_time(EcsvColumn& column, const Mixin& mixin)
{
    const std::string format = member_text(*mixin.node, "format");
    const std::string scale = member_text(*mixin.node, "scale");
    column.format = find_epoch_format(format);
    column.scale = find_time_scale(scale);
    column.kind = CellKind::epoch;
    column.usable = column.format && (mixin.path == "value" || mixin.path == "value.data");
    if (!column.usable) {
        column.problem = fmt::format("column {} is a Time in the format {}, which is not read:", mixin.name, shown(format));
        column.remedy = mixin.path.starts_with("jd")
                            ? fmt::format("set table['{}'].info.serialize_method['ecsv'] = 'formatted_value'", mixin.name)
                            : fmt::format("set table['{}'].format = 'jd' before you write the table; known are {}", mixin.name,
                                          epoch_formats_text());
    }
    if (column.usable && !scale.empty() && scale != "local" && !column.scale) {
        column.usable = false;
        column.problem = fmt::format("column {} is a Time in the scale {}, which is not known:", mixin.name, shown(scale));
        column.remedy = fmt::format("save table['{}'].tdb instead", mixin.name);
    }
}

void set_time_delta(EcsvColumn& column, const Mixin& mixin)
{
    const std::string format = member_text(*mixin.node, "format");
    if (format == "jd" || format == "sec") {
        column.unit = format == "jd" ? "d" : "s";
        return;
    }
    column.usable = false;
    column.problem = fmt::format("column {} is a TimeDelta in the format {}, which is not read:", mixin.name, shown(format));
    column.remedy = fmt::format("set table['{}'].format = 'jd' before you write the table", mixin.name);
}

/// What the mixin says about a column of its cells.
void set_mixin(EcsvColumn& column, const Mixin& mixin)
{
    if (mixin.path == "mask" || mixin.path.ends_with(".mask")) {
        column.kind = CellKind::mask;
        return;
    }
    if (mixin.type == "Time") return set_time(column, mixin);
    if (mixin.type == "TimeDelta") return set_time_delta(column, mixin);
    const bool coordinates = mixin.type == "SkyCoord" || mixin.type.ends_with("Representation") ||
                             mixin.type.ends_with("Differential");
    if (!coordinates) return;
    const auto component = cartesian_component(mixin.path);
    if (!component) {
        column.usable = false;
        column.problem = fmt::format("column {} holds no Cartesian coordinates:", mixin.name);
        column.remedy = fmt::format("save table['{0}'] = table['{0}']{1}.cartesian instead", mixin.name,
                                    mixin.type == "SkyCoord" ? ".icrs" : "");
        return;
    }
    column.frame = member_text(*mixin.node, "frame");
    column.meaning = {fmt::format("{}_{}", mixin.name, *component)};
}

/// Vectors that are neither where a body is nor how it moves: accelerations, momenta, forces.
bool is_other_vector(std::string_view name)
{
    std::string stem = lower_case(name);
    stem.erase(std::remove_if(stem.begin(), stem.end(), [](char letter) { return (letter >= '0' && letter <= '9') || letter == '_'; }),
               stem.end());
    for (const std::string_view other : {"a", "acc", "acceleration", "p", "mom", "momentum", "f", "force", "j", "l", "spin", "u", "w"})
        if (stem == other) return true;
    return false;
}

}  // namespace

std::vector<EcsvColumn> read_ecsv_columns(const YamlNode& header, const std::string& file)
{
    const YamlNode* const list = header.find("datatype");
    if (!list || list->kind != YamlNode::Kind::sequence || list->items.empty())
        throw InputError({file, 1}, "the header has no list 'datatype' of columns", "",
                         "write the file with Astropy's Table.write(format='ascii.ecsv')");
    const std::map<std::string, Mixin> mixins = mixins_of(header);
    constexpr std::array numeric{"float", "int", "uint"};
    const auto is_numeric = [&](const std::string& type) {
        return std::any_of(numeric.begin(), numeric.end(), [&](std::string_view start) { return type.starts_with(start); });
    };
    std::vector<EcsvColumn> columns;
    for (const YamlNode& item : list->items) {
        EcsvColumn column;
        column.name = member_text(item, "name");
        column.unit = member_text(item, "unit");
        column.place = {file, item.line, item.column};
        column.meaning = {column.name};
        const std::string type = member_text(item, "datatype"), subtype = member_text(item, "subtype");
        column.usable = is_numeric(type);
        const bool is_vector = type == "string" && is_numeric(subtype) && subtype.ends_with("[3]") && !is_other_vector(column.name);
        const bool is_mask = (type == "bool" || subtype.starts_with("bool")) && column.name.ends_with(".mask");
        if (is_mask) {
            column.kind = CellKind::mask;
        } else if (is_vector) {
            column.kind = CellKind::vector;
            column.usable = true;
            column.meaning = {column.name + "_x", column.name + "_y", column.name + "_z"};
        } else if (!subtype.empty() && !is_other_vector(column.name)) {
            column.problem = fmt::format("column {} has cells of another shape than one number or three:", column.name);
            column.remedy = "give positions as N x 3, or as a column each for x, y and z";
        } else if (!column.usable && find_column(column.name) && !mixins.contains(column.name)) {
            column.problem = fmt::format("column {} has a datatype that is no number:", column.name);
            column.remedy = "write it as float64";
        }
        if (const auto mixin = mixins.find(column.name); mixin != mixins.end()) set_mixin(column, mixin->second);
        if (column.kind == CellKind::mask) {
            column.usable = false;
            column.masks = column.name.substr(0, column.name.rfind(".mask"));
        }
        // A string of the name t: dates, whose scale the metadata may state.
        if (!mixins.contains(column.name) && type == "string" && subtype.empty() && find_column(column.name) == 0) {
            column.kind = CellKind::epoch;
            column.format = find_epoch_format("isot");
            column.usable = true;
            column.problem.clear();
        }
        // A Julian date by its name alone, as astroquery writes it.
        if (const auto epochs = epochs_named(column.name); epochs && column.kind == CellKind::number && column.usable) {
            column.kind = CellKind::epoch;
            column.format = epochs->format;
            column.scale = epochs->scale;
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

std::vector<TableColumn> place_ecsv_columns(const std::vector<EcsvColumn>& columns, const LinePlace& place, bool one_body,
                                            std::vector<std::string>& ignored, std::vector<ObservedSeries>& series)
{
    // The names of all numbers, and of which column each is.
    std::vector<std::string> names;
    std::vector<std::size_t> owner;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].usable)
            for (const std::string& name : columns[i].meaning) {
                names.push_back(name);
                owner.push_back(i);
            }
    std::vector<int> slots;
    std::vector<int> known;
    const auto has = [&](int slot) { return std::find(known.begin(), known.end(), slot) != known.end(); };
    for (std::size_t k = 0; k < names.size(); ++k) {
        std::optional<int> slot = find_column(names[k]);
        // Julian dates are the time, if no column is called so.
        if (!slot && columns[owner[k]].kind == CellKind::epoch && !std::any_of(names.begin(), names.end(), [](const auto& name) {
                return find_column(name) == 0;
            }))
            slot = 0;
        if (slot && has(*slot)) {
            if (*slot != 0)
                throw InputError(columns[owner[k]].place, "a column is named twice:", names[k], "remove one of the two");
            slot.reset();
        }
        slots.push_back(slot.value_or(ignored_slot));
        if (slot) known.push_back(*slot);
    }
    bool by_name = has(0) && !one_body;
    for (int component = 0; component < 9; ++component) by_name = by_name && has(slot_of(0, component));
    if (!by_name) {
        const ColumnGuess told = guess_columns(names);
        if (told.found.size() > (one_body ? 1u : 3u))
            throw InputError({place.file, place.number}, "more bodies than expected have x, y and z:", fmt::format("{}", fmt::join(told.found, ", ")),
                             one_body ? "give one body a file" : "call the columns of the three bodies 1, 2 and 3 (x1 or r1, ...), or remove others");
        const std::vector<int>& guess = told.slots;
        const int bodies = one_body ? 1 : 3;
        bool guessed = std::find(guess.begin(), guess.end(), 0) != guess.end();
        for (int component = 0; component < 3 * bodies; ++component)
            guessed = guessed && std::find(guess.begin(), guess.end(), slot_of(0, component)) != guess.end();
        if (guessed) {
            slots = guess;
        } else {
            for (const EcsvColumn& column : columns)
                if (!column.problem.empty()) throw InputError(column.place, column.problem, shown(column.name), column.remedy);
            // The words for names of CSV say what is unknown or missing.
            read_column_names(place, place.line.find(',') == place.line.npos ? ' ' : ',');
        }
    } else {
        for (const EcsvColumn& column : columns)
            if (!column.problem.empty() && find_column(column.name))
                throw InputError(column.place, column.problem, shown(column.name), column.remedy);
        for (std::size_t k = 0; k < names.size(); ++k) {
            const bool unknown = slots[k] == ignored_slot && !find_series_column(names[k]);
            const auto meant = unknown ? nearest_word(names[k], column_names()) : std::nullopt;
            if (meant && !has(*find_column(*meant)))
                throw InputError(columns[owner[k]].place, "unknown column", shown(names[k]),
                                 fmt::format("did you mean {}?", *meant));
        }
    }
    std::vector<TableColumn> placed(columns.size());
    if (one_body) {
        std::vector<int> complete;
        for (const int slot : slots) {
            complete.push_back(slot);
            if (slot > 0 && slot != ignored_slot) complete.insert(complete.end(), {slot + 3, slot + 6});
        }
        require_complete_groups(place, complete);
    } else {
        for (std::size_t k = 0; k < names.size(); ++k)
            if (slots[k] == ignored_slot && columns[owner[k]].kind == CellKind::number)
                if (const auto column = series_column(place, names[k], series)) placed[owner[k]] = *column;
        require_complete_groups(place, slots, !series.empty());
        require_series_values(place, placed, series);
    }

    // Axes of different frames do not go together.
    const EcsvColumn* framed = nullptr;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const EcsvColumn& column = columns[owner[k]];
        if (slots[k] == ignored_slot || column.frame.empty()) continue;
        if (framed && framed->frame != column.frame)
            throw InputError(column.place, fmt::format("column {} is in another frame than {} ({}):", column.name, framed->name, framed->frame),
                             column.frame, "bring all to one frame: table['Sun'] = table['Sun'].icrs, and the same for the others");
        if (!framed) framed = &column;
    }

    for (std::size_t k = 0; k < names.size(); ++k) {
        const EcsvColumn& column = columns[owner[k]];
        TableColumn& to = placed[owner[k]];
        if (to.is_series()) continue;
        // Of a vector the first number's slot counts; the guess gives the three in their order.
        if (column.kind == CellKind::vector && to.slot != ignored_slot) continue;
        to.slot = slots[k];
        to.kind = slots[k] == ignored_slot ? CellKind::number : column.kind;
        to.format = column.format;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].masks.empty()) {
            if (placed[i].slot == ignored_slot && !placed[i].is_series()) ignored.push_back(shown(columns[i].name));
            continue;
        }
        for (std::size_t j = 0; j < columns.size(); ++j) {
            if (columns[j].name == columns[i].masks && placed[j].is_series())
                throw InputError(columns[i].place, "a column of a series has its mask in a column of its own:", shown(columns[j].name),
                                 "write missing values as blank cells: table.write('file.ecsv', serialize_method='null_value')");
            if (columns[j].name != columns[i].masks || placed[j].slot == ignored_slot) continue;
            placed[i].slot = placed[j].slot;
            placed[i].kind = CellKind::mask;
            placed[i].covers_vector = placed[j].kind == CellKind::vector;
        }
    }
    return placed;
}

}  // namespace syzygy
