#include "physics/torch/batch_gradient.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/error.hpp"
#include "core/gradient/problem.hpp"
#include "core/torch/device.hpp"
#include "core/torch/odesolve.hpp"
#include "physics/torch/three_bodies.hpp"
#include "physics/torch/window_losses.hpp"

#include <fmt/format.h>

namespace syzygy {

using torch::Tensor;
using namespace torch_ode;

namespace {

/// LibTorch's own error for a GPU; for the processor a general one that only its sentence tells.
bool is_out_of_memory(const std::exception& error)
{
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error) || dynamic_cast<const std::bad_alloc*>(&error)) return true;
    const std::string_view text = error.what();
    return text.find("allocate memory") != std::string_view::npos || text.find("out of memory") != std::string_view::npos;
}

class TorchBatchGradient final : public BatchGradient {
public:
    TorchBatchGradient(const BatchRequest& request, const torch::TensorOptions& options)
        : setup_(request.setup),
          options_(options),
          windows_(request.windows.size()),
          bodies_(request.windows.front()->units, setup_.model.softening,
                  make_torch_correction(setup_.correction, setup_.context,
                                        setup_.model.correction ? setup_.model.correction->network() : nullptr)),
          losses_(request, options),
          largest_(setup_.largest_batch)
    {
        if (setup_.model.correction) start_ = setup_.model.correction->initial_parameters();
    }

    BatchResult operator()(std::span<const BatchRow> rows, const Eigen::Vector3d& masses, const Eigen::VectorXd& correction,
                           bool gradient, std::stop_token stop) override
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
            const std::size_t part = largest_ > 0 ? std::min(left, static_cast<std::size_t>(largest_)) : left;
            if (!add_part(rows.subspan(done, part), done, masses, p, gradient, stop, result)) continue;
            done += part;
        }
        for (const Outcome& outcome : result.outcomes)
            if (result.outcome.ok() && !outcome.ok()) result.outcome = outcome;
        result.seconds = watch.seconds();
        return result;
    }

private:
    void check(std::span<const BatchRow> rows, const Eigen::VectorXd& p) const
    {
        for (const BatchRow& row : rows)
            if (row.window >= windows_)
                throw ArgumentError("window", fmt::format("{}", row.window), fmt::format("there are {} windows", windows_));
        if (p.size() != start_.size())
            throw ArgumentError("correction", fmt::format("{} parameters", p.size()),
                                fmt::format("this correction has {}", start_.size()));
    }

    /// The masses and the correction's parameters, in this order.
    Field field(const Tensor& windows, const Tensor& masses, const Tensor& p) const
    {
        Field field;
        const Tensor epochs = losses_.epochs(windows);
        field.rhs = [this, epochs](const Tensor& t, const Tensor& y, const Tensor& rows, at::TensorList parameters) {
            return bodies_.rhs(t + take_rows(epochs, rows), y, parameters[0], parameters[1]);
        };
        field.parameters = {masses, p};
        return field;
    }

    /// Rows of the batch that are solved at once, on the device, and what came of them.
    struct Part {
        Tensor windows, weights;    ///< [n]
        std::vector<Tensor> leaves; ///< y0 [n, 18], masses, parameters
        std::vector<TrajectoryResult> trajectories;
        std::vector<std::int64_t> reached;
        Eigen::VectorXd losses;     ///< of those
        std::vector<Tensor> bars;   ///< the leaves' gradients; none where they are not wanted
        bool stopped = false;       ///< on the way back
    };

    /// Solves for rows `first`, ... of the batch, and adds what they give. Where they do not fit into memory adds nothing, makes
    /// later parts smaller and is false.
    bool add_part(std::span<const BatchRow> rows, std::size_t first, const Eigen::Vector3d& masses, const Eigen::VectorXd& p,
                  bool gradient, std::stop_token stop, BatchResult& result)
    {
        Part part;
        try {
            part = prepared(rows, masses, p, gradient);
            compute(part, gradient, stop);
        } catch (const std::exception& error) {
            if (!is_out_of_memory(error)) throw;
            const std::string device = options_.device().str();
            if (rows.size() == 1)
                throw ArgumentError("device", device,
                                    "has too little memory for one trajectory: take another, or a shorter window");
            largest_ = static_cast<long>((rows.size() + 1) / 2);
            result.messages.push_back(fmt::format("the memory of {} does not hold {} trajectories at once: going on with {}, "
                                                  "nothing is lost",
                                                  device, rows.size(), largest_));
            return false;
        }
        add(part, rows, first, result);
        return true;
    }

    Part prepared(std::span<const BatchRow> rows, const Eigen::Vector3d& masses, const Eigen::VectorXd& p, bool gradient) const
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
        Part part;
        part.windows = windows.to(options_.device());
        part.weights = to_tensor(weights, options_);
        part.leaves = {to_tensor(states, options_).view({count, 18}), to_tensor(masses, options_), to_tensor(p, options_)};
        for (const Tensor& leaf : part.leaves) leaf.set_requires_grad(gradient);
        return part;
    }

    void compute(Part& part, bool gradient, std::stop_token stop) const
    {
        const torch::AutoGradMode mode(gradient);
        OdeOptions ode;
        ode.solver = setup_.model.solver;
        ode.atol = losses_.atol(part.windows);
        ode.stop = stop;
        const Field moving = field(part.windows, part.leaves[1], part.leaves[2]);
        const BatchSolution solution = odesolve(moving, part.leaves[0], losses_.times(part.windows), ode);
        part.trajectories = solution.trajectories;
        for (std::size_t i = 0; i < part.trajectories.size(); ++i)
            if (part.trajectories[i].outcome.ok()) part.reached.push_back(static_cast<std::int64_t>(i));
        if (part.reached.empty()) return;

        const Tensor reached = torch::tensor(part.reached, torch::kLong).to(options_.device());
        const Tensor losses = losses_.losses(part.windows.index_select(0, reached), solution.y.index_select(0, reached));
        part.losses = to_vector(losses);
        if (!gradient) return;
        try {
            const Tensor loss = (losses * part.weights.index_select(0, reached)).sum();
            part.bars = torch::autograd::grad({loss}, part.leaves, {}, false, false, /*allow_unused=*/true);
        } catch (const Cancelled&) {
            part.stopped = true;
        }
    }

    static void add(const Part& part, std::span<const BatchRow> rows, std::size_t first, BatchResult& result)
    {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const TrajectoryResult& trajectory = part.trajectories[i];
            result.accepted += trajectory.counts.accepted;
            result.rejected += trajectory.counts.rejected;
            result.outcomes[first + i] =
                part.stopped ? Outcome{Status::stopped, "stopped on request during the backward pass"} : trajectory.outcome;
        }
        if (part.stopped) return;
        const auto begin = static_cast<Eigen::Index>(first), count = static_cast<Eigen::Index>(rows.size());
        for (std::size_t i = 0; i < part.reached.size(); ++i) {
            const double loss = part.losses[static_cast<Eigen::Index>(i)];
            result.losses[begin + part.reached[i]] = loss;
            result.loss += rows[static_cast<std::size_t>(part.reached[i])].weight * loss;
        }
        const auto add_numbers = [](const Tensor& bar, auto&& to) {
            if (!bar.defined()) return;
            const Eigen::VectorXd numbers = to_vector(bar);
            to += Eigen::Map<const Eigen::MatrixXd>(numbers.data(), to.rows(), to.cols());
        };
        if (part.bars.empty()) return;
        add_numbers(part.bars[0], result.initial_states.middleCols(begin, count));
        add_numbers(part.bars[1], result.masses);
        add_numbers(part.bars[2], result.correction);
    }

    BatchSetup setup_;
    torch::TensorOptions options_;
    std::size_t windows_;
    TorchThreeBodies bodies_;
    WindowLosses losses_;
    Eigen::VectorXd start_;
    long largest_;  ///< most trajectories at once; 0: not known to be too many
};

}  // namespace

std::unique_ptr<BatchGradient> make_torch_batch_gradient(const BatchRequest& request)
{
    const std::vector<ComputeDevice> devices = compute_devices();
    const c10::Device device = device_of(find_device(parse_device(request.setup.device), devices));
    const auto scalar = request.setup.single_precision ? torch::kFloat : torch::kDouble;
    return std::make_unique<TorchBatchGradient>(request, torch::TensorOptions().dtype(scalar).device(device));
}

}  // namespace syzygy
