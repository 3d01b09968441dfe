#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The part of YAML that ECSV headers are made of.

namespace syzygy {

/// A line of YAML and where it stands in its file.
struct YamlLine {
    std::string_view text;
    std::size_t number = 0;  ///< one-based
    std::size_t column = 1;  ///< of the first character of `text`
};

struct YamlMember;

struct YamlNode {
    enum class Kind { scalar, sequence, mapping };

    Kind kind = Kind::scalar;
    std::string scalar;
    std::vector<YamlNode> items;      ///< of a sequence
    std::vector<YamlMember> members;  ///< of a mapping, in the order given
    std::size_t line = 0, column = 0;

    /// The member of that name of a mapping, or of a sequence of mappings (`!!omap`), or nullptr.
    const YamlNode* find(std::string_view name) const;
};

struct YamlMember {
    std::string key;
    YamlNode value;
};

/// Block and flow mappings and sequences, plain and quoted scalars, also over several lines; tags and anchors are skipped,
/// block scalars keep their line ends. Throws InputError for text that is not YAML, for nesting deeper than 32, and for YAML
/// beyond this subset (`? key`, several documents).
YamlNode parse_yaml_subset(std::span<const YamlLine> lines, const std::string& file);

}  // namespace syzygy
