#include "physics/observations/loaders.hpp"

#include "core/base/error.hpp"
#include "physics/observations/csv.hpp"
#include "physics/observations/ecsv.hpp"
#include "physics/observations/horizons.hpp"
#include "physics/observations/horizons_reply.hpp"
#include "physics/observations/radial_velocity_guess.hpp"
#include "physics/observations/text_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace syzygy {

namespace {

/// Texts that no loader is for, by what they begin with.
void refuse_other_formats(const SourceText& source)
{
    const std::string_view text = trimmed(std::string_view(source.text).substr(0, 1024));
    const std::string start = lower_case(text.substr(0, 64));
    if (start.starts_with("<!doctype html") || start.starts_with("<html"))
        throw InputError({source.file}, "the file is a web page, not a table", "",
                         "save the data that the page offers, as text");
    if (start.starts_with("<?xml") || start.starts_with("<votable"))
        throw InputError({source.file}, "the file is XML (a VOTable?), not a table of text", "",
                         "with Astropy: Table.read(file).write('file.ecsv', format='ascii.ecsv')");
    if (start.starts_with("simple  =") || start.starts_with("\x89hdf"))
        throw InputError({source.file}, "the file is FITS or HDF5, not a table of text", "",
                         "with Astropy: Table.read(file).write('file.ecsv', format='ascii.ecsv')");
    if (start.starts_with('{') && !is_horizons_reply(source.text))
        throw InputError({source.file}, "the file is JSON, but no reply of JPL Horizons", "",
                         "give CSV, ECSV or Horizons tables");
}

/// Two bodies that are all but one: their distance is below 1e-5 of that to the third, throughout.
std::string one_point_note(const Observations& observations)
{
    constexpr double nearly_one = 1e-5;
    for (const auto& [a, b] : {std::pair{0, 1}, std::pair{0, 2}, std::pair{1, 2}}) {
        const int c = 3 - a - b;
        double apart = 0, third = std::numeric_limits<double>::infinity();
        for (Eigen::Index row = 0; row < observations.positions.cols(); ++row) {
            const auto body = [&](int index) { return observations.positions.col(row).segment<3>(3 * index); };
            const double pair = (body(a) - body(b)).norm(), other = (body(a) - body(c)).norm();
            if (pair == pair) apart = std::max(apart, pair);
            if (other == other) third = std::min(third, other);
        }
        if (apart > 0 && third < std::numeric_limits<double>::infinity() && apart < nearly_one * third)
            return fmt::format("{} and {} are all but one body: at most {} apart, and {} or more from {}. Their masses can "
                               "hardly be told apart.",
                               observations.bodies[static_cast<std::size_t>(a)],
                               observations.bodies[static_cast<std::size_t>(b)],
                               with_unit(apart, observations.units.length_label()),
                               with_unit(third, observations.units.length_label()),
                               observations.bodies[static_cast<std::size_t>(c)]);
    }
    return "";
}

}  // namespace

std::span<const ObservationLoader> observation_loaders()
{
    // CSV last: it is what a text is taken for that is nothing else.
    static constexpr std::array loaders{
        ObservationLoader{"horizons", "JPL Horizons vector tables",
                          "three files as saved from JPL Horizons (Ephemeris Type: Vector Table), one a body",
                          recognises_horizons, parse_horizons},
        ObservationLoader{"ecsv", "ECSV", "one Astropy ECSV file with columns t,x1,y1,z1,...,z3 and their units; or three, one a body",
                          recognises_ecsv, parse_ecsv},
        ObservationLoader{"csv", "CSV", "one file with columns t,x1,y1,z1,...,z3 below '# key: value' lines; or three, one a body",
                          recognises_csv, parse_csv},
    };
    return loaders;
}

const ObservationLoader& find_loader(const SourceText& source)
{
    const auto loaders = observation_loaders();
    return *std::find_if(loaders.begin(), loaders.end(),
                         [&](const ObservationLoader& loader) { return loader.recognises(source); });
}

Observations parse_observations(std::span<const SourceText> sources, std::stop_token stop)
{
    if (sources.empty()) throw InputError({}, "no file was given", "", "give one file, or three of one body each");
    for (const SourceText& source : sources) refuse_other_formats(source);
    // Any text is taken for CSV: where one of the files says what it is, the others are held against it.
    const auto recognised = std::find_if(sources.begin(), sources.end(),
                                         [](const SourceText& source) { return find_loader(source).id != "csv"; });
    const SourceText& first = recognised == sources.end() ? sources.front() : *recognised;
    const ObservationLoader& loader = find_loader(first);
    for (const SourceText& other : sources)
        if (const ObservationLoader& its = find_loader(other); &its != &loader)
            throw InputError({other.file},
                             fmt::format("the file is {}, but {} is {}", its.label, first.file, loader.label),
                             "", "give files of one format");
    try {
        Observations observations = loader.parse(sources, std::move(stop));
        observations.source = files_text(sources);
        if (observations.velocity_sigmas.cols() > 0 && !observations.has_velocities()) {
            observations.velocity_sigmas.resize(9, 0);
            observations.notes.push_back("Standard errors of velocities stand without velocities, and are not used.");
        }
        if (const std::string note = one_point_note(observations); !note.empty()) observations.notes.push_back(note);
        return observations;
    } catch (const InputError&) {
        if (const auto velocities = radial_velocity_guess(sources)) throw *velocities;
        throw;
    }
}

}  // namespace syzygy
