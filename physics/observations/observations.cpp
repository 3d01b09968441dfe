#include "physics/observations/observations.hpp"

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "physics/observations/loaders.hpp"

#include <algorithm>

namespace syzygy {

bool Observations::has_initial_state() const
{
    return size() > 0 && has_velocities() && positions.col(0).allFinite() && velocities.col(0).allFinite();
}

std::string files_text(std::span<const SourceText> sources)
{
    std::string text;
    for (const SourceText& source : sources) text += (text.empty() ? "" : ", ") + source.file;
    return text;
}

std::string Observations::called() const
{
    if (!source.empty()) return source;
    return name.empty() ? "the data" : name;
}

Observations load_observations(std::span<const std::filesystem::path> files, std::stop_token stop)
{
    if (std::count(files.begin(), files.end(), "-") > 1)
        throw InputError({"-"}, "standard input is given more than once", "", "give the other files by name");
    std::vector<SourceText> sources;
    for (const std::filesystem::path& file : files) {
        if (file == "-")
            sources.push_back({"standard input", read_file("/dev/stdin", stop)});
        else
            sources.push_back({file.string(), read_file(file, stop)});
    }
    return parse_observations(sources, std::move(stop));
}

}  // namespace syzygy
