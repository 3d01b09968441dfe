#include "physics/experiment/lstm_model.hpp"

#include <cmath>
#include <limits>

namespace syzygy {

namespace {

constexpr int plain_inputs = 9, augmented_inputs = 45;

}  // namespace

LstmModel::LstmModel(const Observations& observations, double length, int width, bool augmented)
    : augmented_(augmented),
      length_(length),
      mean_(observations.positions.reshaped(3, observations.positions.size() / 3).rowwise().mean()),
      network_(augmented ? augmented_inputs : plain_inputs, width, 9)
{
    const ObservedTable& q = observations.positions;
    const Eigen::Index steps = q.cols() - 1;
    increment_ = std::sqrt((q.rightCols(steps) - q.leftCols(steps)).squaredNorm() / static_cast<double>(9 * steps));
}

Eigen::VectorXd LstmModel::input(const Eigen::Matrix<double, 9, 1>& positions) const
{
    Eigen::VectorXd x(network_.inputs());
    x.head<9>() = (positions - mean_.replicate<3, 1>()) / length_;
    if (!augmented_) return x;
    constexpr int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    for (int k = 0; k < 3; ++k) {
        Eigen::Vector3d d = (positions.segment<3>(3 * pairs[k][1]) - positions.segment<3>(3 * pairs[k][0])) / length_;
        const double r = d.norm();
        for (int power = 0; power < 4; ++power, d /= r) x.segment<3>(9 + 9 * power + 3 * k) = d;
    }
    return x;
}

Eigen::MatrixXd LstmModel::inputs(const ObservedTable& positions) const
{
    Eigen::MatrixXd x(network_.inputs(), positions.cols());
    for (Eigen::Index k = 0; k < positions.cols(); ++k) x.col(k) = input(positions.col(k));
    return x;
}

ObservedTable LstmModel::predict(const Eigen::VectorXd& p, const ObservedTable& observed, std::size_t count) const
{
    ObservedTable result(9, static_cast<Eigen::Index>(count) + 1);
    result.col(0) = observed.col(0);
    Lstm::Memory memory = network_.start();
    for (Eigen::Index k = 0; k + 1 < result.cols(); ++k) {
        const Eigen::Matrix<double, 9, 1> from = (k < observed.cols() ? observed : result).col(k);
        result.col(k + 1) = from + increment_ * network_.step(p, input(from), memory);
    }
    return result;
}

LstmObjective::LstmObjective(const LstmModel& model, const ObservedTable& observed, const Eigen::VectorXd& weights,
                             std::stop_token stop)
    : model_(model),
      inputs_(model.inputs(observed.leftCols(observed.cols() - 1))),
      targets_((observed.rightCols(observed.cols() - 1) - observed.leftCols(observed.cols() - 1)) / model.increment_scale()),
      weights_(weights / static_cast<double>(9 * weights.size())),
      stop_(std::move(stop))
{
    lower_.setConstant(model.network().parameters(), -std::numeric_limits<double>::infinity());
    upper_ = -lower_;
}

bool LstmObjective::evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient)
{
    if (stop_.stop_requested()) return false;
    model_.network().forward(x, inputs_, outputs_, tape_);
    bars_ = (outputs_ - targets_) * weights_.asDiagonal();
    loss = bars_.cwiseProduct(outputs_ - targets_).sum();
    if (!std::isfinite(loss)) return false;
    if (!gradient) return true;
    bars_ *= 2;
    gradient->setZero(x.size());
    model_.network().backward(x, inputs_, bars_, tape_, *gradient);
    return gradient->allFinite();
}

}  // namespace syzygy
