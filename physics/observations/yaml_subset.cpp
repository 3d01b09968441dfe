#include "physics/observations/yaml_subset.hpp"

#include "physics/observations/text_reading.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace syzygy {

namespace {

constexpr int deepest = 32;

bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t';
}

class YamlReader {
public:
    YamlReader(std::span<const YamlLine> lines, const std::string& file) : file_(file)
    {
        for (const YamlLine& line : lines) {
            const std::string_view content = trimmed(line.text);
            if (content.empty() || content[0] == '#' || content == "---") continue;
            const std::size_t indent = line.text.find_first_not_of(" \t");
            lines_.push_back({line, indent, content});
        }
    }

    YamlNode document()
    {
        if (lines_.empty()) return {};
        YamlNode node = block(lines_[0].indent, 0);
        if (next_ < lines_.size()) fail(lines_[next_].content, "the indentation is wrong at");
        return node;
    }

private:
    struct Line {
        YamlLine source;
        std::size_t indent;
        std::string_view content;
    };

    [[noreturn]] void fail(std::string_view at, std::string_view problem) const
    {
        const Line& line = lines_[std::min(next_, lines_.size() - 1)];
        const char* const first = line.source.text.data();
        const bool inside = at.data() >= first && at.data() <= first + line.source.text.size();
        const std::size_t column =
            line.source.column + (inside ? character_column(line.source.text, at.data()) - 1 : 0);
        throw InputError({file_, line.source.number, column}, problem, shown(at),
                         "write the header as Astropy does, or remove what it does not need");
    }

    YamlNode new_node(YamlNode::Kind kind) const
    {
        YamlNode node;
        node.kind = kind;
        const Line& line = lines_[std::min(next_, lines_.size() - 1)];
        node.line = line.source.number;
        node.column = line.source.column + line.indent;
        return node;
    }

    static bool is_item(std::string_view content)
    {
        return content.starts_with('-') && (content.size() == 1 || is_blank(content[1]));
    }

    /// Past a tag (`!!omap`) or an anchor (`&id001`).
    static std::string_view without_tags(std::string_view text)
    {
        while (text.starts_with('!') || text.starts_with('&')) {
            const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
            text = trimmed(text.substr(blank));
        }
        return text;
    }

    /// The lines from next_ on that are indented by `indent`.
    YamlNode block(std::size_t indent, int depth)
    {
        if (depth > deepest) fail(lines_[next_].content, "the header is nested too deeply at");
        return is_item(lines_[next_].content) ? block_sequence(indent, depth) : block_mapping(indent, depth);
    }

    YamlNode block_sequence(std::size_t indent, int depth)
    {
        YamlNode node = new_node(YamlNode::Kind::sequence);
        while (next_ < lines_.size() && lines_[next_].indent == indent && is_item(lines_[next_].content)) {
            Line& line = lines_[next_];
            const std::string_view rest = without_tags(trimmed(line.content.substr(1)));
            const bool nested = is_item(rest) || (!rest.empty() && key_end(rest));
            if (nested && rest[0] != '{' && rest[0] != '[') {
                // "- key: value": a mapping that starts where the item's text does.
                line.indent += static_cast<std::size_t>(rest.data() - line.content.data());
                line.content = rest;
                node.items.push_back(block(line.indent, depth + 1));
            } else {
                node.items.push_back(value(rest, indent, depth, false));
            }
        }
        return node;
    }

    YamlNode block_mapping(std::size_t indent, int depth)
    {
        YamlNode node = new_node(YamlNode::Kind::mapping);
        while (next_ < lines_.size() && lines_[next_].indent == indent && !is_item(lines_[next_].content)) {
            const std::string_view content = lines_[next_].content;
            const std::optional<std::size_t> end = key_end(content);
            if (!end) fail(content, "'key: value' is expected instead of");
            std::string key = scalar_of(trimmed(content.substr(0, *end)));
            node.members.push_back(
                {std::move(key), value(without_tags(trimmed(content.substr(*end + 1))), indent, depth, true)});
        }
        return node;
    }

    /// Where the colon after a key stands, which may be quoted.
    static std::optional<std::size_t> key_end(std::string_view content)
    {
        std::size_t from = 0;
        if (content.starts_with('"') || content.starts_with('\'')) {
            from = content.find(content[0], 1);
            if (from == content.npos) return std::nullopt;
        } else if (content.starts_with('{') || content.starts_with('[')) {
            return std::nullopt;
        }
        for (std::size_t colon = content.find(':', from); colon != content.npos; colon = content.find(':', colon + 1))
            if (colon + 1 == content.size() || is_blank(content[colon + 1])) return colon;
        return std::nullopt;
    }

    /// The value whose first line holds `text` (of line next_, which is left behind).
    YamlNode value(std::string_view text, std::size_t indent, int depth, bool of_mapping)
    {
        const auto deeper = [&] { return next_ < lines_.size() && lines_[next_].indent > indent; };
        if (text.empty()) {
            YamlNode empty = new_node(YamlNode::Kind::scalar);
            ++next_;
            if (deeper()) return block(lines_[next_].indent, depth + 1);
            // "key:" and its list may stand at one indent.
            if (of_mapping && next_ < lines_.size() && lines_[next_].indent == indent && is_item(lines_[next_].content))
                return block_sequence(indent, depth + 1);
            return empty;
        }
        if (text[0] == '{' || text[0] == '[') return flow_value(text, indent, depth);
        YamlNode node = new_node(YamlNode::Kind::scalar);
        node.column = column_of(text);
        const bool literal = text[0] == '|' || text[0] == '>';
        std::string joined = literal ? std::string() : std::string(text);
        for (++next_; deeper(); ++next_) {
            if (!joined.empty()) joined += literal ? '\n' : ' ';
            joined += lines_[next_].content;
        }
        node.scalar = literal ? joined : scalar_of(joined);
        return node;
    }

    std::size_t column_of(std::string_view text) const
    {
        const YamlLine& line = lines_[next_].source;
        return line.column + character_column(line.text, text.data()) - 1;
    }

    std::string scalar_of(std::string_view text)
    {
        if (!text.starts_with('"') && !text.starts_with('\'')) {
            const std::size_t comment = text.find(" #");
            return std::string(trimmed(text.substr(0, comment)));
        }
        std::string_view rest = text;
        std::string content = take_quoted_scalar(rest);
        rest = trimmed(rest);
        if (!rest.empty() && rest[0] != '#') fail_after_block(text, "text follows a closing quote:");
        return content;
    }

    std::string take_quoted_scalar(std::string_view& rest)
    {
        const std::string_view whole = rest;
        if (rest[0] == '"') {
            if (auto content = take_quoted(rest)) return *content;
            fail_after_block(whole, "a quote is not closed, or an escape is unknown:");
        }
        std::string content;
        for (std::size_t i = 1; i < rest.size(); ++i) {
            if (rest[i] != '\'') {
                content += rest[i];
            } else if (i + 1 < rest.size() && rest[i + 1] == '\'') {
                content += rest[i++];
            } else {
                rest.remove_prefix(i + 1);
                return content;
            }
        }
        fail_after_block(whole, "a quote is not closed:");
    }

    /// For values whose lines were left behind already.
    [[noreturn]] void fail_after_block(std::string_view at, std::string_view problem)
    {
        if (next_ > 0) --next_;
        fail(at, problem);
    }

    /// A flow collection: its lines joined until its brackets are closed.
    YamlNode flow_value(std::string_view text, std::size_t indent, int depth)
    {
        YamlNode place = new_node(YamlNode::Kind::scalar);
        std::string joined(text);
        for (++next_; next_ < lines_.size() && lines_[next_].indent > indent; ++next_) {
            joined += ' ';
            joined += lines_[next_].content;
        }
        std::string_view rest = joined;
        YamlNode node = flow(rest, depth, place);
        rest = trimmed(rest);
        if (!rest.empty() && rest[0] != '#') fail_after_block(rest, "text follows a closing bracket:");
        return node;
    }

    YamlNode flow(std::string_view& rest, int depth, const YamlNode& place)
    {
        if (depth > deepest) fail_after_block(rest, "the header is nested too deeply at");
        rest = without_tags(trimmed(rest));
        YamlNode node;
        node.line = place.line;
        node.column = place.column;
        if (rest.empty()) fail_after_block(rest, "a bracket is not closed");
        if (rest[0] == '{' || rest[0] == '[') {
            const bool mapping = rest[0] == '{';
            const char close = mapping ? '}' : ']';
            node.kind = mapping ? YamlNode::Kind::mapping : YamlNode::Kind::sequence;
            rest = trimmed(rest.substr(1));
            while (!rest.starts_with(close)) {
                if (mapping) {
                    std::string key = flow_scalar(rest, ":,}");
                    rest = trimmed(rest);
                    YamlNode member;
                    member.line = place.line;
                    member.column = place.column;
                    if (rest.starts_with(':')) {
                        rest.remove_prefix(1);
                        rest = trimmed(rest);
                        if (!rest.starts_with(',') && !rest.starts_with('}')) member = flow(rest, depth + 1, place);
                    }
                    node.members.push_back({std::move(key), std::move(member)});
                } else {
                    node.items.push_back(flow(rest, depth + 1, place));
                }
                rest = trimmed(rest);
                if (rest.starts_with(',')) {
                    rest = trimmed(rest.substr(1));
                } else if (!rest.starts_with(close)) {
                    fail_after_block(rest, "a comma or a closing bracket is expected at");
                }
            }
            rest.remove_prefix(1);
            return node;
        }
        node.scalar = flow_scalar(rest, ",}]");
        return node;
    }

    std::string flow_scalar(std::string_view& rest, std::string_view ends)
    {
        if (rest.empty()) fail_after_block(rest, "a bracket is not closed");
        if (rest[0] == '"' || rest[0] == '\'') return take_quoted_scalar(rest);
        std::size_t end = 0;
        while (end < rest.size()) {
            const bool stops = ends.find(rest[end]) != ends.npos;
            // A colon ends a key only before a blank or a bracket.
            if (stops && (rest[end] != ':' || end + 1 == rest.size() || is_blank(rest[end + 1]) ||
                          rest[end + 1] == ',' || rest[end + 1] == '}'))
                break;
            ++end;
        }
        std::string content(trimmed(rest.substr(0, end)));
        rest.remove_prefix(end);
        return content;
    }

    const std::string& file_;
    std::vector<Line> lines_;
    std::size_t next_ = 0;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view name) const
{
    for (const auto& [key, member] : members)
        if (key == name) return &member;
    for (const YamlNode& item : items)
        for (const auto& [key, member] : item.members)
            if (key == name) return &member;
    return nullptr;
}

YamlNode parse_yaml_subset(std::span<const YamlLine> lines, const std::string& file)
{
    return YamlReader(lines, file).document();
}

}  // namespace syzygy
