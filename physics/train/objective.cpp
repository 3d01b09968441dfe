#include "physics/train/objective.hpp"

#include <numeric>

namespace syzygy {

TrainingValue TrainingObjective::evaluate(const Eigen::VectorXd& x, std::span<const std::size_t> indices,
                                          std::span<const std::function<void()>> beside)
{
    std::vector<ModelPoint> points;
    std::vector<double> weights;
    double rows = 0;
    for (const std::size_t index : indices) {
        const TrainingWindow& window = windows_[index];
        points.push_back(unknowns_.point(x, window.trajectory));
        if (window.start) points.back().initial_state = *window.start;
        weights.push_back(static_cast<double>(window.data.size()));
        rows += weights.back();
    }
    for (double& weight : weights) weight /= rows;
    WindowsGradient result = gradients_.evaluate(indices, points, weights, beside, stop_);

    TrainingValue value{result.outcome, result.loss, Eigen::VectorXd::Zero(unknowns_.size()), result.evaluations,
                        std::move(result.messages)};
    if (!value.outcome.ok()) return value;
    unknowns_.add_masses(result.masses, points.front(), value.gradient);
    for (std::size_t i = 0; i < indices.size(); ++i)
        if (!windows_[indices[i]].start)
            unknowns_.add_state(result.initial_states.col(static_cast<Eigen::Index>(i)), windows_[indices[i]].trajectory,
                                value.gradient);
    unknowns_.add_correction(result.correction, value.gradient);
    value.loss += unknowns_.add_priors(x, rows, value.gradient);
    if (!value.good()) value.outcome = {Status::non_finite, "the loss or its gradient is not finite"};
    return value;
}

TrainingValue TrainingObjective::evaluate(const Eigen::VectorXd& x, std::span<const std::function<void()>> beside)
{
    std::vector<std::size_t> all(windows_.size());
    std::iota(all.begin(), all.end(), std::size_t(0));
    return evaluate(x, all, beside);
}

double loss_sum(const PreparedData& data, std::size_t begin, const ModelPoint& point, const ModelOptions& model,
                std::stop_token stop)
{
    double sum = 0;
    const Outcome outcome = predict(
        data, point, model,
        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
            if (k >= begin) sum += data.loss.term(k, y);
        },
        std::move(stop));
    return outcome.ok() ? sum * static_cast<double>(data.size()) : std::numeric_limits<double>::quiet_NaN();
}

std::span<const std::function<void()>> HeldOut::tasks(const Eigen::VectorXd& x)
{
    tasks_.clear();
    sums_.assign(trajectories_.size(), 0.0);
    if (empty()) return tasks_;
    for (std::size_t i = 0; i < trajectories_.size(); ++i)
        tasks_.emplace_back([this, i, point = unknowns_.point(x, i)] {
            sums_[i] = loss_sum(trajectories_[i].whole, trajectories_[i].held_out, point, model_, stop_);
        });
    return tasks_;
}

double HeldOut::loss() const
{
    double sum = 0, rows = 0;
    for (std::size_t i = 0; i < trajectories_.size(); ++i) {
        sum += sums_[i];
        rows += static_cast<double>(trajectories_[i].held_out_rows());
    }
    return rows > 0 ? sum / rows : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace syzygy
