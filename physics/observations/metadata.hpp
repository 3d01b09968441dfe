#pragma once

#include "physics/observations/observations.hpp"
#include "physics/observations/text_reading.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a file says about its observations: name, units, bodies, masses, relative-to.

namespace syzygy {

/// One entry as the file gives it. A list may be given as a list (ECSV) or as text with commas (CSV).
struct MetadataEntry {
    std::string text;
    std::vector<std::string> items;  ///< of a list; empty if `text` is to be split
    SourcePlace place;
};

/// The position at which the key of a comment "units: ..." or "units = ..." ends: the first ':' or '='; npos if the comment
/// has neither.
std::size_t key_end(std::string_view comment);

class Metadata {
public:
    /// The known keys; letter case and '_' for '-' do not count.
    static std::span<const std::string> keys();

    /// The known key that is meant, or "".
    static std::string known_key(std::string_view key);

    /// Keeps an entry of a known key (throws InputError if the key was there before). An unknown key is a comment, but a key
    /// one letter off a known key gets a note.
    void add(std::string_view key, MetadataEntry entry);

    bool has(const std::string& key) const { return entries_.contains(key); }

    /// Fills the fields of `observations`. Throws InputError at the entry that is wrong.
    void apply(Observations& observations) const;

private:
    std::map<std::string, MetadataEntry> entries_;
    std::vector<std::string> notes_;
};

}  // namespace syzygy
