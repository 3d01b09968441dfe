// A CSV of a million rows, times and positions: parsed from memory, and loaded from a temporary file.

#include "physics/observations/csv.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace {

using namespace syzygy;

constexpr long rows = 1'000'000;

const std::string& table()
{
    static const std::string text = [] {
        std::string csv = "# units: G=1\nt,x1,y1,z1,x2,y2,z2,x3,y3,z3\n";
        std::mt19937_64 random(1);
        std::uniform_real_distribution<double> position(-1, 1);
        for (long row = 0; row < rows; ++row) {
            fmt::format_to(std::back_inserter(csv), "{}", static_cast<double>(row) / rows);
            for (int c = 0; c < 9; ++c) fmt::format_to(std::back_inserter(csv), ",{}", position(random));
            csv += '\n';
        }
        return csv;
    }();
    return text;
}

void report(benchmark::State& run)
{
    run.SetBytesProcessed(run.iterations() * static_cast<std::int64_t>(table().size()));
    run.SetItemsProcessed(run.iterations() * rows);
}

void parse(benchmark::State& run)
{
    const SourceText source{"memory.csv", table()};
    for (auto _ : run) benchmark::DoNotOptimize(parse_csv({&source, 1}));
    report(run);
}
BENCHMARK(parse)->Unit(benchmark::kMillisecond);

void load(benchmark::State& run)
{
    const auto file =
        std::filesystem::temp_directory_path() / fmt::format("syzygy-bench-{}.csv", std::random_device{}());
    std::ofstream(file, std::ios::binary) << table();
    for (auto _ : run) benchmark::DoNotOptimize(load_observations({&file, 1}));
    std::filesystem::remove(file);
    report(run);
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

}  // namespace
