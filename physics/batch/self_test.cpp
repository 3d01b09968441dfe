#include "physics/batch/self_test.hpp"

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "physics/backend/backend.hpp"
#include "physics/model/correction.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <fmt/format.h>

#include <thread>

namespace syzygy {

namespace {

/// Batch, double against double: both round, and the orbit multiplies what is rounded by some hundreds.
constexpr double allowed_double = 1e-9;
/// Float has seven digits, of which the orbit takes three and the residuals some.
constexpr double allowed_float = 3e-2;

/// The problem: a window, where its rows begin, and what is differentiated by.
struct Problem {
    explicit Problem(long batch)
    {
        const ThreeBodySystem system = find_scenario("aca").make();
        SimulateOptions simulation;
        simulation.t1 = 0.5;
        simulation.samples = 100;
        data = std::make_unique<PreparedData>(prepare(simulate(system, simulation, {}).samples, {}));
        windows = {data.get()};
        setup.model.solver.rtol = 1e-7;
        setup.correction.correction = "pairwise";
        setup.context = correction_context(*data, masses);
        setup.model.correction = make_correction(setup.correction, setup.context);
        weights = setup.model.correction->initial_parameters();
        Random random(1);
        // Away from zero in the last layer too, so that every weight has a gradient.
        for (double& weight : weights) weight += 0.02 * random.normal();
        for (long i = 0; i < batch; ++i) {
            BatchRow row{0, system.state()};
            for (double& value : row.initial_state) value += 1e-3 * random.normal();
            rows.push_back(row);
        }
    }

    std::unique_ptr<PreparedData> data;
    std::vector<const PreparedData*> windows;
    BatchSetup setup;
    std::vector<BatchRow> rows;
    const Eigen::Vector3d masses{1, 1, 1};
    Eigen::VectorXd weights;
};

/// The rows' losses and gradients natively, one by one.
BatchResult native(const Problem& problem, std::span<const BatchRow> rows, double& seconds, std::stop_token stop)
{
    GradientEvaluator evaluate(*problem.data, problem.setup.model, "aca");
    BatchResult all;
    const auto count = static_cast<Eigen::Index>(rows.size());
    all.losses.resize(count);
    all.initial_states.resize(18, count);
    all.correction.setZero(problem.weights.size());
    seconds = std::numeric_limits<double>::infinity();
    for (Eigen::Index i = 0; i < count && all.outcome.ok(); ++i) {
        const Stopwatch watch;
        const auto one =
            evaluate({problem.masses, rows[static_cast<std::size_t>(i)].initial_state, problem.weights}, stop);
        seconds = std::min(seconds, watch.seconds());
        all.outcome = one.outcome;
        all.losses[i] = one.loss;
        all.initial_states.col(i) = one.initial_state;
        all.masses += one.parameters;
        all.correction += one.correction;
    }
    return all;
}

double difference(const Eigen::Ref<const Eigen::MatrixXd>& found, const Eigen::Ref<const Eigen::MatrixXd>& truth)
{
    return (found - truth).norm() / truth.norm();
}

SelfTestRow tested(const Problem& problem, std::span<const BatchRow> rows, const BatchResult& truth,
                   const ComputeDevice& device, bool single_precision, std::stop_token stop)
{
    SelfTestRow row;
    row.device = device.id;
    row.name = device.name;
    row.single_precision = single_precision;
    row.batch = static_cast<long>(rows.size());
    row.allowed = single_precision ? allowed_float : allowed_double;
    BatchSetup setup = problem.setup;
    setup.device = device.id;
    setup.single_precision = single_precision;
    if (single_precision) setup.model.solver.rtol = 1e-5;  // below, steps would follow the rounding
    const auto batch = make_trajectory_batch(problem.windows, setup);
    row.seconds = std::numeric_limits<double>::infinity();
    for (int call = 0; call < 2; ++call) {
        const BatchResult found = (*batch)(rows, problem.masses, problem.weights, true, stop);
        row.outcome = found.outcome;
        if (!found.outcome.ok()) return row;
        row.seconds = std::min(row.seconds, found.seconds);
        row.loss_difference = difference(found.losses, truth.losses);
        row.gradient_difference =
            std::max({difference(found.masses, truth.masses), difference(found.initial_states, truth.initial_states),
                      difference(found.correction, truth.correction)});
    }
    row.ok = row.loss_difference <= row.allowed && row.gradient_difference <= row.allowed;
    return row;
}

/// Those that are asked for: all, or one.
std::vector<ComputeDevice> asked_devices(const DeviceChoice& choice)
{
    std::vector<ComputeDevice> devices = torch_backend().devices();
    if (choice.kind == DeviceChoice::Kind::automatic) return devices;
    return {find_device(choice, devices)};
}

}  // namespace

SelfTestReport run_self_test(const SelfTestOptions& options, std::stop_token stop)
{
    const DeviceChoice choice = parse_device(options.device);
    if (options.batch < 1) throw ArgumentError("batch", fmt::format("{}", options.batch), "must be at least 1");
    SelfTestReport report;
    const Problem problem(options.batch);
    const BatchResult truth = native(problem, problem.rows, report.native_seconds, stop);
    report.outcome = truth.outcome;
    if (!truth.outcome.ok()) return report;

    if (choice.kind == DeviceChoice::Kind::automatic && !torch_available()) {
        report.absent.push_back("LibTorch: " + torch_problem());
        report.choice = {"native", "cpu", "the native solver on the CPU: there is no LibTorch to compare it with", {}};
        report.batch_choice = report.choice;
        return report;
    }
    report.libtorch = torch_backend().version();
    const std::vector<ComputeDevice> devices = asked_devices(choice);
    const auto on_gpu = [](const ComputeDevice& device) { return device.id != "cpu"; };
    if (choice.kind == DeviceChoice::Kind::automatic && std::none_of(devices.begin(), devices.end(), on_gpu))
        report.absent.push_back(
            "cuda: LibTorch " + report.libtorch +
            " finds no GPU here (it has none, its driver is missing, or this LibTorch is for the CPU alone)");

    double unused = 0;
    const std::span<const BatchRow> all(problem.rows);
    const BatchResult first = native(problem, all.first(1), unused, stop);
    for (const ComputeDevice& device : devices)
        for (const bool single_precision : {false, true})
            for (const std::size_t count : {std::size_t(1), all.size()}) {
                if (stop.stop_requested()) {
                    report.outcome = {Status::stopped, "stopped on request"};
                    return report;
                }
                if (count == 1 && all.size() == 1 && !report.rows.empty() && report.rows.back().device == device.id &&
                    report.rows.back().single_precision == single_precision)
                    continue;
                report.rows.push_back(
                    tested(problem, all.first(count), count == 1 ? first : truth, device, single_precision, stop));
                const SelfTestRow& row = report.rows.back();
                if (!row.ok && report.outcome.ok())
                    report.outcome =
                        row.outcome.ok()
                            ? Outcome{Status::no_progress,
                                      fmt::format("on {} the gradient of {} trajectories is {:.1e} off the native "
                                                  "one, more than {:.0e}: do not train there",
                                                  row.device, row.batch, row.gradient_difference, row.allowed)}
                            : row.outcome;
            }
    const long threads = std::max(1L, static_cast<long>(std::thread::hardware_concurrency()));
    report.choice = choose_backend(problem.windows, all.first(1), problem.masses, problem.weights, problem.setup,
                                   "auto", options.device, threads, stop);
    report.batch_choice = choose_backend(problem.windows, all, problem.masses, problem.weights, problem.setup, "auto",
                                         options.device, threads, stop);
    return report;
}

}  // namespace syzygy
