#include "physics/model/loss.hpp"

namespace syzygy {

TrajectoryLoss::TrajectoryLoss(std::vector<double> times, Table observed, Table weights, double decay, int reference,
                               RobustLoss robust, double robust_scale, std::vector<Channel> channels)
    : times_(std::move(times)),
      observed_(std::move(observed)),
      weights_(std::move(weights)),
      channels_(std::move(channels)),
      state_components_(observed_.rows() > rows_of(9) ? 18 : 9),
      decay_(decay),
      reference_(reference),
      robust_(robust),
      robust_scale_(robust_scale)
{
    const auto count = static_cast<Eigen::Index>(times_.size());
    const auto rows = state_rows() + static_cast<Eigen::Index>(channels_.size());
    if (!channels_.empty() && (state_components_ < 18 || observed_.rows() != rows))
        throw std::logic_error("a loss with channels has 18 rows for the state and one for each channel");
    for (Table* table : {&observed_, &weights_}) {
        const Eigen::Index given = table->rows();
        if (given == rows) continue;
        table->conservativeResize(rows, count);
        table->bottomRows(rows - given).setZero();
    }
    if (channels_.empty()) scaled_weights_ = weights_;
    for (std::size_t k = 0; k < times_.size(); ++k) {
        time_weights_.push_back(decay_ == 1 ? 1 : std::pow(decay_, times_[k] - times_[0]));
        if (channels_.empty())
            scaled_weights_.col(static_cast<Eigen::Index>(k)) *= time_weights_[k] / static_cast<double>(times_.size());
    }
}

TrajectoryLoss::Components TrajectoryLoss::compared(const Observed& y, Offsets offsets) const
{
    Components result(components());
    result.head(state_components_) = relative(y).head(state_components_);
    for (std::size_t i = 0; i < channels_.size(); ++i)
        result[static_cast<Eigen::Index>(18 + i)] =
            channels_[i].observable->value(State(y), channels_[i].body) + (offsets.empty() ? 0 : offsets[i]);
    return result;
}

TrajectoryLoss::Components TrajectoryLoss::residual(std::size_t k, const Observed& y, Offsets offsets) const
{
    return compared(y, offsets) - observed_.col(static_cast<Eigen::Index>(k)).head(components());
}

double TrajectoryLoss::add(std::size_t k, const Observed& y, Observed& cotangent, Offsets offsets, double* offset_cotangents) const
{
    const auto sized = [&]<int Rows>(std::integral_constant<int, Rows>) {
        Eigen::Matrix<double, Rows, 1> part;
        const double loss = add(k, Eigen::Matrix<double, Rows, 1>(y), part, offsets, offset_cotangents);
        cotangent = part;
        return loss;
    };
    return has_velocities() ? sized(std::integral_constant<int, 18>()) : sized(std::integral_constant<int, rows_of(9)>());
}

double TrajectoryLoss::term(std::size_t k, const Observed& y, Offsets offsets) const
{
    Observed unused;
    return add(k, y, unused, offsets);
}

long TrajectoryLoss::count() const
{
    return (weights_.array() > 0).count();
}

TrajectoryLoss TrajectoryLoss::range(std::size_t first, std::size_t last) const
{
    const auto from = static_cast<Eigen::Index>(first), count = static_cast<Eigen::Index>(last - first);
    std::vector<double> times(times_.begin() + from, times_.begin() + from + count);
    if (first > 0)
        for (double& time : times) time -= times_[first];
    return {std::move(times), observed_.middleCols(from, count), weights_.middleCols(from, count), decay_, reference_,
            robust_, robust_scale_, channels_};
}

TrajectoryLoss TrajectoryLoss::only(std::size_t first, std::size_t last) const
{
    Table weights = weights_;
    weights.leftCols(static_cast<Eigen::Index>(first)).setZero();
    weights.rightCols(static_cast<Eigen::Index>(times_.size() - last)).setZero();
    return {times_, observed_, std::move(weights), decay_, reference_, robust_, robust_scale_, channels_};
}

}  // namespace syzygy
