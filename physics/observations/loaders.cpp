#include "physics/observations/loaders.hpp"

#include "core/base/error.hpp"
#include "physics/observations/csv.hpp"
#include "physics/observations/ecsv.hpp"
#include "physics/observations/horizons.hpp"
#include "physics/observations/radial_velocity_guess.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace syzygy {

std::span<const ObservationLoader> observation_loaders()
{
    // CSV last: it is what a text is taken for that is nothing else.
    static constexpr std::array loaders{
        ObservationLoader{"horizons", "JPL Horizons vector tables",
                          "three files as saved from JPL Horizons (Ephemeris Type: Vector Table), one a body",
                          recognises_horizons, parse_horizons},
        ObservationLoader{"ecsv", "ECSV", "one Astropy ECSV file with columns t,x1,y1,z1,...,z3 and their units",
                          recognises_ecsv, parse_ecsv},
        ObservationLoader{"csv", "CSV", "one file with columns t,x1,y1,z1,...,z3 below '# key: value' lines",
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
    const ObservationLoader& loader = find_loader(sources.front());
    for (const SourceText& other : sources.subspan(1))
        if (const ObservationLoader& its = find_loader(other); &its != &loader)
            throw InputError({other.file},
                             fmt::format("the file is {}, but {} is {}", its.label, sources.front().file, loader.label),
                             "", "give files of one format");
    try {
        Observations observations = loader.parse(sources, std::move(stop));
        observations.source = files_text(sources);
        return observations;
    } catch (const InputError&) {
        if (const auto velocities = radial_velocity_guess(sources)) throw *velocities;
        throw;
    }
}

}  // namespace syzygy
