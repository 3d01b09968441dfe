// Any bytes either parse or throw InputError: nothing else may leave a loader. The first byte picks
// the loader; a line "%%%" parts files (a single Horizons table is given three times, under three names).

#include "core/base/error.hpp"
#include "physics/observations/csv.hpp"
#include "physics/observations/ecsv.hpp"
#include "physics/observations/loaders.hpp"
#include "physics/observations/text_reading.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::vector<syzygy::SourceText> split(std::string_view text)
{
    constexpr std::string_view separator = "\n%%%\n";
    std::vector<syzygy::SourceText> sources;
    for (;;) {
        const std::size_t end = text.find(separator);
        sources.push_back({"fuzz", std::string(text.substr(0, end))});
        if (end == text.npos || sources.size() == 4) return sources;
        text.remove_prefix(end + separator.size());
    }
}

void make_three(std::vector<syzygy::SourceText>& sources)
{
    sources.resize(1);
    constexpr std::string_view key = "Target body name:";
    for (const char* name : {"B", "C"}) {
        syzygy::SourceText copy = sources[0];
        if (const std::size_t at = copy.text.find(key); at != copy.text.npos) copy.text.insert(at + key.size(), name);
        sources.push_back(std::move(copy));
    }
}

/// What was read is written and read back: it must be accepted, with as many rows.
void check_round_trip(const syzygy::Observations& read)
{
    using namespace syzygy;
    if (!is_utf8(read.name)) std::abort();
    for (const std::string& body : read.bodies)
        if (!is_utf8(body)) std::abort();
    const std::vector<SourceText> csv{{"csv", to_csv(read)}}, ecsv{{"ecsv", to_ecsv(read)}};
    if (parse_csv(csv).size() != read.size() || parse_ecsv(ecsv).size() != read.size()) std::abort();
    if (parse_csv(csv).bodies != read.bodies || parse_ecsv(ecsv).name != read.name) std::abort();
    if (!(parse_csv(csv).units == read.units)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const auto loaders = syzygy::observation_loaders();
    const syzygy::ObservationLoader& loader = loaders[data[0] % loaders.size()];
    auto sources = split(std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
    if (loader.id == "horizons" && sources.size() < 3) make_three(sources);
    syzygy::Observations read;
    try {
        read = loader.parse(sources, {});
    } catch (const syzygy::InputError&) {
        return 0;
    }
    check_round_trip(read);
    return 0;
}
