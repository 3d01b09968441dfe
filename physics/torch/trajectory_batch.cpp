#include "physics/torch/trajectory_batch.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/error.hpp"
#include "core/gradient/problem.hpp"
#include "core/torch/device.hpp"
#include "core/torch/odesolve.hpp"
#include "core/torch/parts.hpp"
#include "physics/torch/three_bodies.hpp"
#include "physics/torch/window_losses.hpp"

#include <fmt/format.h>
#include <torch/csrc/autograd/autograd.h>

#include <mutex>

namespace syzygy {

using torch::Tensor;
using namespace torch_ode;

namespace {

class TorchTrajectoryBatch final : public TrajectoryBatch {
public:
    TorchTrajectoryBatch(const BatchRequest& request, const std::vector<c10::Device>& devices)
        : setup_(request.setup),
          scalar_(setup_.single_precision ? torch::kFloat : torch::kDouble),
          windows_(request.windows.size()),
          bodies_(request.windows.front()->units, setup_.model.softening,
                  make_torch_correction(setup_.correction, setup_.context,
                                        setup_.model.correction ? setup_.model.correction->network() : nullptr)),
          devices_(devices),
          largest_(static_cast<std::size_t>(setup_.largest_batch))
    {
        for (const c10::Device device : devices_)
            losses_.emplace_back(request, torch::TensorOptions().dtype(scalar_).device(device));
        if (setup_.model.correction) start_ = setup_.model.correction->initial_parameters();
    }

    BatchResult operator()(std::span<const BatchRow> rows, const Eigen::Vector3d& masses,
                           const Eigen::VectorXd& correction, bool gradient, std::stop_token stop) override
    {
        const Stopwatch watch;
        const Eigen::VectorXd& p = correction.size() == 0 ? start_ : correction;
        check(rows, p);
        BatchResult result;
        const auto count = static_cast<Eigen::Index>(rows.size());
        result.outcomes.resize(rows.size());
        result.losses.setConstant(count, std::numeric_limits<double>::quiet_NaN());
        result.initial_states.setZero(18, count);
        result.correction.setZero(p.size());
        for (std::size_t done = 0; done < rows.size();) {
            const std::size_t left = rows.size() - done;
            const std::size_t at_once = largest_ > 0 ? std::min(left, largest_ * devices_.size()) : left;
            add_rows(rows, done, at_once, masses, p, gradient, stop, result);
            done += at_once;
        }
        for (const Outcome& outcome : result.outcomes)
            if (result.outcome.ok() && !outcome.ok()) result.outcome = outcome;
        result.seconds = watch.seconds();
        return result;
    }

private:
    /// Rows that are solved at once on one device.
    struct OnDevice {
        Tensor windows, weights;     ///< [n]
        std::vector<Tensor> leaves;  ///< y0 [n, 18], masses, parameters
    };

    void check(std::span<const BatchRow> rows, const Eigen::VectorXd& p) const
    {
        for (const BatchRow& row : rows)
            if (row.window >= windows_)
                throw ArgumentError("window", fmt::format("{}", row.window),
                                    fmt::format("there are {} windows", windows_));
        if (p.size() != start_.size())
            throw ArgumentError("correction", fmt::format("{} parameters", p.size()),
                                fmt::format("this correction has {}", start_.size()));
    }

    /// Rows first .. first + count - 1, divided among the devices; what does not fit into the memory of one is divided
    /// again.
    void add_rows(std::span<const BatchRow> rows, std::size_t first, std::size_t count, const Eigen::Vector3d& masses,
                  const Eigen::VectorXd& p, bool gradient, const std::stop_token& stop, BatchResult& result)
    {
        std::mutex mutex;
        std::size_t largest_that_fitted = 0;
        bool too_large = false;
        const PartWork work = [&](const Part& part) {
            const auto begin = first + static_cast<std::size_t>(part.begin);
            const auto of_part = rows.subspan(begin, static_cast<std::size_t>(part.size()));
            PartSums sums = worked_out(of_part, begin, part.device, masses, p, gradient, stop, result, mutex);
            const std::lock_guard lock(mutex);
            largest_that_fitted = std::max(largest_that_fitted, of_part.size());
            return sums;
        };
        const Message message = [&](std::string_view sentence) {
            const std::lock_guard lock(mutex);
            result.messages.emplace_back(sentence);
            too_large = true;
        };
        PartSums sums;
        try {
            sums = work_on_devices(static_cast<std::int64_t>(count), devices_, work, message);
        } catch (const std::exception& error) {
            if (!is_out_of_memory(error)) throw;
            throw ArgumentError("device", setup_.device,
                                "has too little memory for one trajectory: take another device, or a shorter window");
        }
        if (too_large) largest_ = largest_that_fitted;
        if (!gradient) return;
        add_numbers(sums.gradients[0], result.masses);
        add_numbers(sums.gradients[1], result.correction);
        add_numbers(sums.rows[0],
                    result.initial_states.middleCols(static_cast<Eigen::Index>(first), sums.rows[0].size(0)));
    }

    static void add_numbers(const Tensor& bar, auto&& to)
    {
        if (!bar.defined()) return;
        const Eigen::VectorXd numbers = to_vector(bar);
        to += Eigen::Map<const Eigen::MatrixXd>(numbers.data(), to.rows(), to.cols());
    }

    OnDevice on_device(std::span<const BatchRow> rows, const torch::TensorOptions& options,
                       const Eigen::Vector3d& masses, const Eigen::VectorXd& p, bool gradient) const
    {
        const auto count = static_cast<std::int64_t>(rows.size());
        Tensor windows = torch::empty({count}, torch::kLong);
        Eigen::VectorXd weights(count), states(18 * count);
        for (std::int64_t i = 0; i < count; ++i) {
            const BatchRow& row = rows[static_cast<std::size_t>(i)];
            windows.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(row.window);
            weights[i] = row.weight;
            states.segment<18>(18 * i) = row.initial_state;
        }
        OnDevice there{
            windows.to(options.device()),
            to_tensor(weights, options),
            {to_tensor(states, options).view({count, 18}), to_tensor(masses, options), to_tensor(p, options)}};
        for (const Tensor& leaf : there.leaves) leaf.set_requires_grad(gradient);
        return there;
    }

    /// The equations of these windows; parameters: the masses, and those of the correction.
    Field field(const WindowLosses& losses, const OnDevice& there) const
    {
        Field field;
        const Tensor epochs = losses.epochs(there.windows);
        field.rhs = [this, epochs](const Tensor& t, const Tensor& y, const Tensor& rows, at::TensorList parameters) {
            return bodies_.rhs(t + take_rows(epochs, rows), y, parameters[0], parameters[1]);
        };
        field.parameters = {there.leaves[1], there.leaves[2]};
        return field;
    }

    /// Solves for rows which are rows `begin`, ... of the result, and writes their losses and outcomes there. Gives the
    /// gradients by masses and correction, summed, and by each initial state.
    PartSums worked_out(std::span<const BatchRow> rows, std::size_t begin, c10::Device device,
                        const Eigen::Vector3d& masses, const Eigen::VectorXd& p, bool gradient,
                        const std::stop_token& stop, BatchResult& result, std::mutex& mutex) const
    {
        const torch::AutoGradMode mode(gradient);
        const auto index = std::find(devices_.begin(), devices_.end(), device) - devices_.begin();
        const WindowLosses& losses = losses_[static_cast<std::size_t>(index)];
        const OnDevice there =
            on_device(rows, torch::TensorOptions().dtype(scalar_).device(device), masses, p, gradient);
        OdeOptions ode;
        ode.solver = setup_.model.solver;
        ode.atol = losses.atol(there.windows);
        ode.stop = stop;
        const BatchSolution solution =
            odesolve(field(losses, there), there.leaves[0], losses.times(there.windows), ode);

        std::vector<std::int64_t> reached;
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (solution.trajectories[i].outcome.ok()) reached.push_back(static_cast<std::int64_t>(i));
        Eigen::VectorXd numbers;
        std::vector<Tensor> bars(3);
        bool stopped = false;
        if (!reached.empty()) {
            const Tensor ended = torch::tensor(reached, torch::kLong).to(device);
            const Tensor of_rows =
                losses.losses(there.windows.index_select(0, ended), solution.y.index_select(0, ended));
            numbers = to_vector(of_rows);
            if (gradient) {
                const Tensor loss = (of_rows * there.weights.index_select(0, ended)).sum();
                try {
                    bars = torch::autograd::grad({loss}, there.leaves, {}, false, false, /*allow_unused=*/true);
                } catch (const Cancelled&) {
                    stopped = true;
                }
            }
        }
        {
            // Now nothing can run out of memory any more: what is written stays.
            const std::lock_guard lock(mutex);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const TrajectoryResult& trajectory = solution.trajectories[i];
                result.accepted += trajectory.counts.accepted;
                result.rejected += trajectory.counts.rejected;
                result.outcomes[begin + i] =
                    stopped ? Outcome{Status::stopped, "stopped on request during the backward pass"}
                            : trajectory.outcome;
            }
            for (std::size_t i = 0; i < reached.size() && !stopped; ++i) {
                const double loss = numbers[static_cast<Eigen::Index>(i)];
                const auto row = static_cast<std::size_t>(reached[i]);
                result.losses[static_cast<Eigen::Index>(begin + row)] = loss;
                result.loss += rows[row].weight * loss;
            }
        }
        if (!gradient) return {};
        return {Tensor(), {bars[1], bars[2]}, {bars[0].defined() ? bars[0] : at::zeros_like(there.leaves[0])}};
    }

    BatchSetup setup_;
    at::ScalarType scalar_;
    std::size_t windows_;
    TorchThreeBodies bodies_;
    std::vector<c10::Device> devices_;
    std::vector<WindowLosses> losses_;  ///< one a device
    Eigen::VectorXd start_;
    std::size_t largest_;  ///< most trajectories at once on a device; 0: none are known to be too many
};

}  // namespace

std::unique_ptr<TrajectoryBatch> make_torch_trajectory_batch(const BatchRequest& request)
{
    const std::vector<ComputeDevice> present = compute_devices();
    std::vector<c10::Device> devices;
    const std::string_view names = request.setup.device;
    for (std::size_t begin = 0; begin <= names.size();) {
        const std::size_t end = std::min(names.find(',', begin), names.size());
        const DeviceChoice choice = parse_device(names.substr(begin, end - begin));
        if (choice.kind == DeviceChoice::Kind::automatic)
            throw ArgumentError("device", names, "must be chosen before (choose_backend)");
        devices.push_back(device_of(find_device(choice, present)));
        begin = end + 1;
    }
    return std::make_unique<TorchTrajectoryBatch>(request, devices);
}

}  // namespace syzygy
