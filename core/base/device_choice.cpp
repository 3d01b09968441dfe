#include "core/base/device_choice.hpp"

#include "core/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace syzygy {

namespace {

MeasuredDevice measure(const std::string& id, const std::function<void()>& work)
{
    using Clock = std::chrono::steady_clock;
    MeasuredDevice measured{id, std::numeric_limits<double>::infinity(), ""};
    try {
        work();  // first use loads and compiles what later uses have
        double spent = 0;
        for (int run = 0; run < 3 && spent < 1; ++run) {
            const auto start = Clock::now();
            work();
            const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
            measured.seconds = std::min(measured.seconds, seconds);
            spent += seconds;
        }
    } catch (const std::exception& error) {
        const std::string_view text = error.what();
        // The first line: LibTorch adds where in its source it happened.
        measured.problem = text.substr(0, text.find('\n'));
    }
    return measured;
}

std::string duration(double seconds)
{
    if (seconds < 1e-3) return fmt::format("{:.3g} us", 1e6 * seconds);
    if (seconds < 1) return fmt::format("{:.3g} ms", 1e3 * seconds);
    return fmt::format("{:.3g} s", seconds);
}

std::string called(const std::string& id)
{
    if (id == "native") return "the native solver on the CPU";
    return "LibTorch on " + (id == "cpu" ? "the CPU" : id);
}

}  // namespace

ChosenDevice choose_device(std::span<const ComputeDevice> devices, std::int64_t batch,
                           const std::function<void(const ComputeDevice&)>& work, const std::function<void()>& native)
{
    ChosenDevice chosen;
    if (native) chosen.measured.push_back(measure("native", native));
    for (const ComputeDevice& device : devices) chosen.measured.push_back(measure(device.id, [&] { work(device); }));

    const MeasuredDevice* best = nullptr;
    for (const MeasuredDevice& candidate : chosen.measured)
        if (candidate.problem.empty() && (!best || candidate.seconds < best->seconds)) best = &candidate;
    std::string others, failures;
    for (const MeasuredDevice& candidate : chosen.measured) {
        if (!candidate.problem.empty())
            failures += fmt::format("; {} could not: {}", called(candidate.id), candidate.problem);
        else if (&candidate != best)
            others += fmt::format(", {} {} ({:.3g} times as long)", called(candidate.id), duration(candidate.seconds),
                                  candidate.seconds / best->seconds);
    }
    if (!best) throw ArgumentError("device", "auto", "no device could do it" + failures);

    chosen.id = best->id;
    const std::string what = batch == 1 ? "one trajectory" : fmt::format("{} trajectories", batch);
    chosen.reason = fmt::format("{}: a loss and gradient of {} takes it {}{}{}", called(best->id), what, duration(best->seconds),
                                others, failures);
    if (best->id == "native" && batch == 1)
        chosen.reason += "; a single small orbit is too little work for LibTorch or a GPU to pay";
    return chosen;
}

}  // namespace syzygy
