#include "physics/fit/objective.hpp"

#include <cmath>

namespace syzygy {

FitObjective::FitObjective(const PreparedData& data, const ParameterSet& parameters, const ModelOptions& model,
                           std::string gradient, std::stop_token stop)
    : data_(data),
      parameters_(parameters),
      lower_(parameters.lower()),
      upper_(parameters.upper()),
      model_(model),
      stop_(std::move(stop)),
      evaluator_(data, model, std::move(gradient))
{
}

void FitObjective::box_masses(const Eigen::VectorXd& centre, double ratio)
{
    for (Eigen::Index column = 0; column < size(); ++column) {
        if (parameters_.free()[static_cast<std::size_t>(column)] >= 3) continue;
        lower_[column] = std::max(parameters_.lower()[column], centre[column] - std::log(ratio));
        upper_[column] = std::min(parameters_.upper()[column], centre[column] + std::log(ratio));
    }
}

namespace {

/// Calls prior(column, deviation in sigmas, sigma) for each free parameter with one.
template <class Prior>
void for_each_prior(const ParameterSet& parameters, const ModelPoint& point, Prior&& prior)
{
    for (Eigen::Index column = 0; column < parameters.size(); ++column) {
        const int index = parameters.free()[static_cast<std::size_t>(column)];
        const Parameter& parameter = parameters[index];
        if (!parameter.prior_sigma) continue;
        const double value = ParameterSet::value(point, index);
        prior(column, index, value, (value - *parameter.prior_mean) / *parameter.prior_sigma, *parameter.prior_sigma);
    }
}

}  // namespace

bool FitObjective::evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient)
{
    const ModelPoint point = parameters_.point(x);
    const ThreeBodyGradient result = evaluator_(point, stop_);
    last_outcome_ = result.outcome;
    if (!result.outcome.ok()) return false;
    loss = result.loss;
    if (gradient)
        for (Eigen::Index column = 0; column < size(); ++column) {
            const int index = parameters_.free()[static_cast<std::size_t>(column)];
            const double by_value = index < 3 ? result.parameters[index] : result.initial_state[index - 3];
            (*gradient)[column] = by_value * parameters_.derivative(index, ParameterSet::value(point, index));
        }
    const auto n = static_cast<double>(data_.size());
    for_each_prior(parameters_, point, [&](Eigen::Index column, int index, double value, double deviation, double sigma) {
        loss += deviation * deviation / n;
        if (gradient) (*gradient)[column] += 2 * deviation / sigma * parameters_.derivative(index, value) / n;
    });
    return true;
}

template <class Row>
bool FitObjective::visit_rows(const Eigen::VectorXd& units, const Eigen::VectorXd& x, Row&& row)
{
    const ModelPoint point = parameters_.point(x);
    Eigen::RowVectorXd derivatives(size());
    const auto visit = [&](const auto& loss) {
        constexpr int rows = std::remove_cvref_t<decltype(loss)>::rows;
        const SensitivityReport report = compute_sensitivities(
            data_, point, model_, {parameters_.free()},
            [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y, const Eigen::Ref<const Eigen::MatrixXd>& tangents) {
                const auto column = static_cast<Eigen::Index>(k);
                const Eigen::Matrix<double, rows, 1> residuals =
                    loss.compared(Eigen::Matrix<double, rows, 1>(y)) - loss.observed().col(column);
                for (int c = 0; c < rows; ++c) {
                    const double weight = loss.weights()(c, column);
                    if (weight == 0) continue;
                    derivatives = tangents.row(c);
                    if (loss.reference() >= 0) derivatives -= tangents.row(loss.reference() * 3 + c % 3 + (c >= 9 ? 9 : 0));
                    derivatives.array() *= units.transpose().array();
                    const double squared = weight * residuals[c] * residuals[c];
                    const RobustValue rho = robust_value(loss.robust(), loss.robust_scale(), squared);
                    // r = sign sqrt(rho(s)), dr = rho'(s) sqrt(s / rho) ds^(1/2): the same sum of squares.
                    const double shrink = squared > 0 ? rho.derivative * std::sqrt(squared / rho.value) : 1;
                    const double time_weight = loss.time_weight(k);
                    const double root = std::sqrt(time_weight * weight) * shrink;
                    derivatives *= root;
                    row(derivatives, std::copysign(std::sqrt(time_weight * rho.value), residuals[c]), time_weight);
                }
            },
            stop_);
        last_outcome_ = report.outcome;
        return report.outcome.ok();
    };
    if (!std::visit(visit, data_.loss)) return false;
    for_each_prior(parameters_, point, [&](Eigen::Index column, int, double, double deviation, double sigma) {
        derivatives.setZero();
        derivatives[column] = units[column] / sigma;
        row(derivatives, deviation, 1.0);
    });
    return true;
}

bool FitObjective::linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced)
{
    const ModelPoint point = parameters_.point(x);
    Eigen::VectorXd units(size());
    for (Eigen::Index column = 0; column < size(); ++column) {
        const int index = parameters_.free()[static_cast<std::size_t>(column)];
        units[column] = parameters_.derivative(index, ParameterSet::value(point, index));
    }
    return linearise_in(units, x, reduced, nullptr);
}

bool FitObjective::linearise_in(const Eigen::VectorXd& units, const Eigen::VectorXd& x, ReducedLeastSquares& reduced,
                                Eigen::MatrixXd* scores)
{
    RowReducer reducer(size());
    if (scores) scores->setZero(size(), size());
    const bool robust = std::visit([](const auto& loss) { return loss.robust() != RobustLoss::none; }, data_.loss);
    const auto row = [&](const Eigen::RowVectorXd& derivatives, double residual, double time_weight) {
        reducer.add(derivatives, residual);
        if (scores) scores->noalias() += (robust ? residual * residual : time_weight) * derivatives.transpose() * derivatives;
    };
    if (!visit_rows(units, x, row)) return false;
    reduced = reducer.result();
    return true;
}

bool FitObjective::sum_of_squares(const Eigen::VectorXd& x, double& sum)
{
    const ModelPoint point = parameters_.point(x);
    sum = 0;
    const auto run = [&](const auto& loss) {
        constexpr int rows = std::remove_cvref_t<decltype(loss)>::rows;
        Eigen::Matrix<double, rows, 1> unused;
        return predict(data_, point, model_,
                       [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
                           sum += loss.add(k, Eigen::Matrix<double, rows, 1>(y), unused);
                       },
                       stop_);
    };
    last_outcome_ = std::visit(run, data_.loss);
    if (!last_outcome_.ok()) return false;
    sum *= static_cast<double>(data_.size());
    for_each_prior(parameters_, point,
                   [&](Eigen::Index, int, double, double deviation, double) { sum += deviation * deviation; });
    return true;
}

}  // namespace syzygy
