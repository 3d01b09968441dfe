#include "physics/model/loss.hpp"

namespace syzygy {

TrajectoryLoss::TrajectoryLoss(std::vector<double> times, const Table& observed, const Table& weights, double decay,
                               int reference, RobustLoss robust, double robust_scale)
    : times_(std::move(times)),
      components_(observed.rows() > rows_of(9) ? 18 : 9),
      decay_(decay),
      reference_(reference),
      robust_(robust),
      robust_scale_(robust_scale)
{
    const auto count = static_cast<Eigen::Index>(times_.size());
    observed_.setZero(rows_of(components_), count);
    observed_.topRows(observed.rows()) = observed;
    weights_.setZero(rows_of(components_), count);
    weights_.topRows(weights.rows()) = weights;
    scaled_weights_ = weights_;
    for (std::size_t k = 0; k < times_.size(); ++k) {
        time_weights_.push_back(decay_ == 1 ? 1 : std::pow(decay_, times_[k] - times_[0]));
        scaled_weights_.col(static_cast<Eigen::Index>(k)) *= time_weights_[k] / static_cast<double>(times_.size());
    }
}

TrajectoryLoss TrajectoryLoss::range(std::size_t first, std::size_t last) const
{
    const auto from = static_cast<Eigen::Index>(first), count = static_cast<Eigen::Index>(last - first);
    std::vector<double> times(times_.begin() + from, times_.begin() + from + count);
    if (first > 0)
        for (double& time : times) time -= times_[first];
    return {std::move(times), observed_.middleCols(from, count), weights_.middleCols(from, count), decay_, reference_,
            robust_, robust_scale_};
}

TrajectoryLoss TrajectoryLoss::only(std::size_t first, std::size_t last) const
{
    Table weights = weights_;
    weights.leftCols(static_cast<Eigen::Index>(first)).setZero();
    weights.rightCols(static_cast<Eigen::Index>(times_.size() - last)).setZero();
    return {times_, observed_, weights, decay_, reference_, robust_, robust_scale_};
}

}  // namespace syzygy
