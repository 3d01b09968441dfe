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
            add_part(rows.subspan(done, part), done, masses, p, gradient, stop, result);
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

    /// Solves for rows `first`, ... of the batch, and adds what they give.
    void add_part(std::span<const BatchRow> rows, std::size_t first, const Eigen::Vector3d& masses, const Eigen::VectorXd& p,
                  bool gradient, std::stop_token stop, BatchResult& result) const
    {
        const auto count = static_cast<std::int64_t>(rows.size());
        Tensor windows = torch::empty({count}, torch::kLong), weights = torch::empty({count}, torch::kDouble);
        Eigen::VectorXd states(18 * count);
        for (std::int64_t i = 0; i < count; ++i) {
            const BatchRow& row = rows[static_cast<std::size_t>(i)];
            windows.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(row.window);
            weights.data_ptr<double>()[i] = row.weight;
            states.segment<18>(18 * i) = row.initial_state;
        }
        windows = windows.to(options_.device());
        weights = weights.to(options_);
        const Tensor y0 = to_tensor(states, options_).view({count, 18});
        const Tensor mass_leaf = to_tensor(masses, options_), p_leaf = to_tensor(p, options_);
        const std::vector<Tensor> leaves{y0, mass_leaf, p_leaf};
        for (const Tensor& leaf : leaves) leaf.set_requires_grad(gradient);

        const torch::AutoGradMode mode(gradient);
        OdeOptions ode;
        ode.solver = setup_.model.solver;
        ode.atol = losses_.atol(windows);
        ode.stop = stop;
        const BatchSolution solution = odesolve(field(windows, mass_leaf, p_leaf), y0, losses_.times(windows), ode);

        std::vector<std::int64_t> reached;
        for (std::int64_t i = 0; i < count; ++i) {
            const TrajectoryResult& trajectory = solution.trajectories[static_cast<std::size_t>(i)];
            result.outcomes[first + static_cast<std::size_t>(i)] = trajectory.outcome;
            result.accepted += trajectory.counts.accepted;
            result.rejected += trajectory.counts.rejected;
            if (trajectory.outcome.ok()) reached.push_back(i);
        }
        if (reached.empty()) return;
        const Tensor ended = torch::tensor(reached, torch::kLong).to(options_.device());
        const Tensor losses = losses_.losses(windows.index_select(0, ended), solution.y.index_select(0, ended));
        const Tensor loss = (losses * weights.index_select(0, ended)).sum();
        const Eigen::VectorXd numbers = to_vector(losses);
        for (std::size_t i = 0; i < reached.size(); ++i) {
            result.losses[static_cast<Eigen::Index>(first) + reached[i]] = numbers[static_cast<Eigen::Index>(i)];
            result.loss += rows[static_cast<std::size_t>(reached[i])].weight * numbers[static_cast<Eigen::Index>(i)];
        }
        if (!gradient) return;

        std::vector<Tensor> bars;
        try {
            bars = torch::autograd::grad({loss}, leaves, {}, false, false, /*allow_unused=*/true);
        } catch (const Cancelled&) {
            for (std::size_t i = 0; i < rows.size(); ++i) result.outcomes[first + i] = stopped_backward();
            return;
        }
        const auto add = [](const Tensor& bar, auto&& to) {
            if (bar.defined()) to += Eigen::Map<const Eigen::VectorXd>(to_vector(bar).data(), to.size());
        };
        if (bars[0].defined())
            result.initial_states.middleCols(static_cast<Eigen::Index>(first), count) =
                Eigen::Map<const Eigen::Matrix<double, 18, Eigen::Dynamic>>(to_vector(bars[0]).data(), 18, count);
        add(bars[1], result.masses);
        add(bars[2], result.correction);
    }

    static Outcome stopped_backward() { return {Status::stopped, "stopped on request during the backward pass"}; }

    BatchSetup setup_;
    torch::TensorOptions options_;
    std::size_t windows_;
    TorchThreeBodies bodies_;
    WindowLosses losses_;
    Eigen::VectorXd start_;
    long largest_;
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
