#pragma once

#include "physics/observations/observations.hpp"

#include <span>
#include <stop_token>
#include <string_view>

namespace syzygy {

/// A file format of observations. Parsing is pure: text in, Observations out, InputError otherwise.
struct ObservationLoader {
    std::string_view id;     ///< "csv"
    std::string_view label;  ///< "CSV"
    std::string_view help;   ///< one line
    bool (*recognises)(const SourceText&);
    Observations (*parse)(std::span<const SourceText>, std::stop_token);
};

/// All formats; the first that recognises a text reads it.
std::span<const ObservationLoader> observation_loaders();

/// Parses with the first loader that recognises the first text. Throws InputError if the other texts are of another format,
/// Cancelled if stopped.
Observations parse_observations(std::span<const SourceText> sources, std::stop_token stop = {});

/// The first loader that recognises the text; CSV if no other loader does.
const ObservationLoader& find_loader(const SourceText& source);

}  // namespace syzygy
