#include "physics/backend/choice.hpp"

#include "core/base/error.hpp"
#include "physics/backend/backend.hpp"

#include <fmt/format.h>

#include <cmath>

namespace syzygy {

namespace {

/// The shorter of two calls: the first may have to wake a device up.
template <class Call>
double best_of_two(const Call& call)
{
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 2; ++i) {
        const Stopwatch watch;
        call();
        best = std::min(best, watch.seconds());
    }
    return best;
}

std::string place(const BackendTime& time)
{
    return time.backend == "native" ? "native on the CPU" : "LibTorch on " + (time.device == "cpu" ? "the CPU" : time.device);
}

std::string reason(const std::vector<BackendTime>& times, const BackendTime& best, std::size_t rows)
{
    std::string text = fmt::format("{}: {}", place(best), seconds_text(best.seconds));
    std::string_view word = " against ";
    for (const BackendTime& time : times) {
        if (&time == &best) continue;
        if (!time.problem.empty()) continue;
        text += fmt::format("{}{} ({})", word, seconds_text(time.seconds), place(time));
        word = ", ";
    }
    text += fmt::format(" for loss and gradient of {}", rows == 1 ? "one trajectory" : fmt::format("{} trajectories", rows));
    if (best.backend == "native" && rows == 1 && word == ", ")
        text += "; a single small orbit is faster natively on the CPU";
    for (const BackendTime& time : times)
        if (!time.problem.empty()) text += fmt::format("; {}: {}", place(time), time.problem);
    return text;
}

/// The processor first, then each GPU; none where there is no LibTorch.
std::vector<ComputeDevice> torch_devices(std::string_view backend)
{
    if (backend == "native" || (backend == "auto" && !torch_available())) return {};
    return torch_backend().devices();
}

}  // namespace

std::string seconds_text(double seconds)
{
    if (seconds < 1e-3) return fmt::format("{:.3g} us", 1e6 * seconds);
    if (seconds < 1) return fmt::format("{:.3g} ms", 1e3 * seconds);
    return fmt::format("{:.3g} s", seconds);
}

BackendChoice choose_backend(std::span<const PreparedData* const> windows, std::span<const BatchRow> rows,
                             const Eigen::Vector3d& masses, const Eigen::VectorXd& correction, const BatchSetup& setup,
                             std::string_view backend, std::string_view device, long threads, std::stop_token stop)
{
    const DeviceChoice wanted = parse_device(device);
    const std::vector<ComputeDevice> devices = torch_devices(backend);
    const bool automatic = wanted.kind == DeviceChoice::Kind::automatic;
    if (!automatic && wanted.kind == DeviceChoice::Kind::cuda) {
        // Nothing but LibTorch computes there: an absent device or LibTorch says so here.
        if (backend == "native")
            throw ArgumentError("device", device, "the native back end computes on the CPU; take --backend torch or auto");
        torch_backend();
        find_device(wanted, devices);
    }
    std::vector<BackendTime> times;
    if (backend != "torch" && (automatic || wanted.kind == DeviceChoice::Kind::cpu))
        times.push_back({"native", "cpu", "processor", 0, ""});
    for (const ComputeDevice& found : devices)
        if (automatic || found.id == wanted.id()) times.push_back({"torch", found.id, found.name, 0, ""});

    if (times.size() == 1) {
        const bool alone = backend == "auto" && devices.empty();
        return {times[0].backend, times[0].device,
                place(times[0]) + (alone ? ", the only one there is: " + torch_problem() : ", as asked for"), times};
    }
    for (BackendTime& time : times) {
        if (stop.stop_requested()) break;
        if (time.backend == "native") {
            GradientEvaluator evaluate(*windows[rows[0].window], setup.model, "aca");
            const double one =
                best_of_two([&] { evaluate({masses, rows[0].initial_state, correction}, stop); });
            time.seconds = one * std::ceil(static_cast<double>(rows.size()) / static_cast<double>(std::max(threads, 1L)));
            continue;
        }
        try {
            BatchSetup there = setup;
            there.device = time.device;
            const auto batch = make_batch_gradient(windows, there);
            time.seconds = best_of_two([&] { (*batch)(rows, masses, correction, true, stop); });
        } catch (const ArgumentError& error) {
            // A correction that LibTorch does not compute: no choice where native code may do it.
            if (backend == "torch") throw;
            time.problem = error.what();
        }
    }
    const auto slower = [](const BackendTime& a, const BackendTime& b) {
        return std::pair(!a.problem.empty(), a.seconds) < std::pair(!b.problem.empty(), b.seconds);
    };
    const BackendTime& best = *std::min_element(times.begin(), times.end(), slower);
    return {best.backend, best.device, reason(times, best, rows.size()), times};
}

}  // namespace syzygy
