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
        if (!parameters_.of_column(column).is_mass()) continue;
        lower_[column] = std::max(parameters_.lower()[column], centre[column] - std::log(ratio));
        upper_[column] = std::min(parameters_.upper()[column], centre[column] + std::log(ratio));
    }
}

namespace {

/// Calls prior(column, parameter, value, deviation, sigma) for each free parameter with one: in units of the residuals, sigmas
/// where errors are known; else the error that is common to all observations counts as one of the prior.
template <class Prior>
void for_each_prior(const PreparedData& data, const ParameterSet& parameters, const ModelPoint& point, Prior&& prior)
{
    for (Eigen::Index column = 0; column < parameters.size(); ++column) {
        const Parameter& parameter = parameters.of_column(column);
        if (!parameter.prior_sigma) continue;
        const double value = parameter.value(point), sigma = *parameter.prior_sigma / data.missing.common;
        prior(column, parameter, value, (value - *parameter.prior_mean) / sigma, sigma);
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
            const Parameter& parameter = parameters_.of_column(column);
            (*gradient)[column] = parameter.derivative(result) * parameter.slope_at(parameter.value(point));
        }
    const auto n = static_cast<double>(data_.size());
    for_each_prior(data_, parameters_, point,
                   [&](Eigen::Index column, const Parameter& parameter, double value, double deviation, double sigma) {
                       loss += deviation * deviation / n;
                       if (gradient)
                           (*gradient)[column] += 2 * deviation / sigma * parameter.slope_at(value) / n;
                   });
    return true;
}

template <class Row>
bool FitObjective::visit_rows(const Eigen::VectorXd& units, const Eigen::VectorXd& x, Row&& row)
{
    const ModelPoint point = parameters_.point(x);
    const TrajectoryLoss& loss = data_.loss;
    // The columns of tangents: those that the solve carries, and of the offsets, that of each channel (-1: held).
    std::vector<Eigen::Index> of_solve, of_offset(loss.channels().size(), -1);
    for (Eigen::Index column = 0; column < size(); ++column) {
        const Parameter& parameter = parameters_.of_column(column);
        if (parameter.is_offset())
            of_offset[static_cast<std::size_t>(parameter.slot)] = column;
        else
            of_solve.push_back(column);
    }
    Eigen::RowVectorXd tangent = Eigen::RowVectorXd::Zero(size()), solved(static_cast<Eigen::Index>(of_solve.size()));
    State derivative;
    const SensitivityReport report = compute_sensitivities(
        data_, point, model_, {parameters_.free_in_solve()},
        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y,
            const Eigen::Ref<const Eigen::MatrixXd>& tangents) {
            const TrajectoryLoss::Components residuals = loss.residual(k, TrajectoryLoss::Observed(y), offsets_of(data_, point));
            for (int c = 0; c < loss.components(); ++c) {
                const double weight = loss.weight(c, k);
                if (weight == 0) continue;
                const double inverse_sigma = std::sqrt(weight);
                if (const auto* channel = loss.channel(c)) {
                    channel->observable->differentiate(State(y), channel->body, derivative);
                    solved.noalias() = derivative.transpose() * tangents;
                    tangent.setZero();
                    if (const auto column = of_offset[static_cast<std::size_t>(c - 18)]; column >= 0) tangent[column] = 1;
                } else {
                    solved = tangents.row(c);
                    if (loss.reference() >= 0) solved -= tangents.row(loss.reference_row(c));
                    if (!of_offset.empty()) tangent.setZero();
                }
                for (std::size_t i = 0; i < of_solve.size(); ++i) tangent[of_solve[i]] = solved[static_cast<Eigen::Index>(i)];
                tangent.array() *= inverse_sigma * units.transpose().array();
                const double residual = inverse_sigma * residuals[c];
                row(RowView{tangent, residual, loss.time_weight(k),
                            robust_value(loss.robust(), loss.robust_scale(), residual * residual), c, k, inverse_sigma});
            }
        },
        stop_);
    last_outcome_ = report.outcome;
    if (!report.outcome.ok()) return false;
    for_each_prior(data_, parameters_, point, [&](Eigen::Index column, const Parameter&, double, double deviation, double sigma) {
        tangent.setZero();
        tangent[column] = units[column] / sigma;
        row(RowView{tangent, deviation, 1, {deviation * deviation, 1, 1}, -1, 0, 1});
    });
    return true;
}

namespace {

/// A row as Gauss and Newton take it: r = sign sqrt(w rho(s)) and its derivatives, the same sum of squares.
template <class RowView>
void add_row(RowReducer& reducer, Eigen::RowVectorXd& derivatives, const RowView& row)
{
    const double squared = row.residual * row.residual;
    const double shrink = squared > 0 ? row.rho.derivative * std::sqrt(squared / row.rho.value) : 1;
    derivatives = (std::sqrt(row.time_weight) * shrink) * row.tangent;
    reducer.add(derivatives, std::copysign(std::sqrt(row.time_weight * row.rho.value), row.residual));
}

}  // namespace

bool FitObjective::linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced)
{
    const ModelPoint point = parameters_.point(x);
    Eigen::VectorXd units(size());
    for (Eigen::Index column = 0; column < size(); ++column) {
        const Parameter& parameter = parameters_.of_column(column);
        units[column] = parameter.slope_at(parameter.value(point));
    }
    RowReducer reducer(size());
    Eigen::RowVectorXd derivatives(size());
    if (!visit_rows(units, x, [&](const RowView& row) { add_row(reducer, derivatives, row); })) return false;
    reduced = reducer.result();
    return true;
}

bool FitObjective::information(const Eigen::VectorXd& units, const Eigen::VectorXd& x, Information& information,
                               const Eigen::MatrixXd* difference)
{
    const Eigen::Index n = size();
    RowReducer reducer(n);
    Eigen::RowVectorXd derivatives(n);
    for (Eigen::MatrixXd* matrix : {&information.curvature, &information.position_scores, &information.velocity_scores,
                                    &information.prior_scores})
        matrix->setZero(n, n);
    information.shift.setZero(n);
    for (auto& group : information.groups) group.scores.setZero(n, n);
    const bool robust = data_.loss.is_robust();
    const auto observed = static_cast<std::size_t>(data_.loss.count());
    const Eigen::Index columns = observed * static_cast<std::size_t>(n) <= most_tangents ? n : 0;
    LinearRows& kept = information.rows = {};
    std::vector<double> residuals, robust_weights, robust_curvatures, tangents, channel_tangents;
    const auto add = [&](const RowView& row) {
        add_row(reducer, derivatives, row);
        kept.component.push_back(row.component);
        kept.row.push_back(row.k);
        residuals.push_back(row.residual);
        robust_weights.push_back(robust && row.component >= 0 ? row.rho.derivative : 1);
        robust_curvatures.push_back(row.rho.curvature);
        tangents.insert(tangents.end(), row.tangent.data(), row.tangent.data() + columns);
        if (row.component >= 18) channel_tangents.insert(channel_tangents.end(), row.tangent.data(), row.tangent.data() + n);
        information.curvature.noalias() +=
            (row.time_weight * row.rho.curvature) * row.tangent.transpose() * row.tangent;
        const double psi = robust && row.component >= 0 ? row.rho.derivative * row.residual : 1;
        Eigen::MatrixXd& scores = row.component < 0   ? information.prior_scores
                                  : row.component < 9 ? information.position_scores
                                                      : information.velocity_scores;
        scores.noalias() += (row.time_weight * row.time_weight * psi * psi) * row.tangent.transpose() * row.tangent;
        if (row.component >= 0 && (data_.missing.any() || !data_.sigmas_known)) {
            const bool estimated = data_.is_estimated(row.component, row.k);
            auto& group = information.groups[static_cast<std::size_t>(estimated ? error_group(row.component) : error_groups)];
            group.squares += row.time_weight * row.residual * row.residual;
            group.weight += row.time_weight;
            group.scores.noalias() += (row.time_weight * row.time_weight * psi * psi) * row.tangent.transpose() * row.tangent;
            if (robust) group.sizes.push_back(std::abs(row.residual));
        }
        if (difference && row.component >= 0) {
            const double change = (*difference)(row.component, static_cast<Eigen::Index>(row.k));
            if (std::isfinite(change))
                information.shift +=
                    (row.time_weight * row.rho.curvature * row.inverse_sigma * change) * row.tangent.transpose();
        }
    };
    if (!visit_rows(units, x, add)) return false;
    information.reduced = reducer.result();
    const auto rows = static_cast<Eigen::Index>(residuals.size());
    kept.residual = Eigen::Map<const Eigen::VectorXd>(residuals.data(), rows);
    kept.robust_weight = Eigen::Map<const Eigen::VectorXd>(robust_weights.data(), rows);
    kept.robust_curvature = Eigen::Map<const Eigen::VectorXd>(robust_curvatures.data(), rows);
    kept.tangents = Eigen::Map<const LinearRows::Tangents>(tangents.data(), rows, columns);
    const auto of_series = [](int component) { return component >= 18; };
    const auto channel_rows = n > 0 ? static_cast<Eigen::Index>(channel_tangents.size()) / n
                                    : std::ranges::count_if(kept.component, of_series);
    kept.channel_tangents = Eigen::Map<const LinearRows::Tangents>(channel_tangents.data(), channel_rows, n);
    return true;
}

bool FitObjective::sum_of_squares(const Eigen::VectorXd& x, double& sum)
{
    const ModelPoint point = parameters_.point(x);
    sum = 0;
    last_outcome_ = predict(
        data_, point, model_,
        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) { sum += data_.loss.term(k, y, offsets_of(data_, point)); }, stop_);
    if (!last_outcome_.ok()) return false;
    sum *= static_cast<double>(data_.size());
    for_each_prior(data_, parameters_, point,
                   [&](Eigen::Index, const Parameter&, double, double deviation, double) { sum += deviation * deviation; });
    return true;
}

}  // namespace syzygy
