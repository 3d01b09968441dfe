#include "physics/fit/halves.hpp"

#include "core/optimize/optimizer.hpp"
#include "physics/fit/residual_tests.hpp"
#include "physics/fit/value_with_error.hpp"

#include <Eigen/Cholesky>
#include <Eigen/SVD>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

// Relative error up to which a mass of a half counts: so far normal errors are a fair picture.
constexpr double known = 0.1;
// Of masses that agree to be told apart.
constexpr double chance = 1e-3;

double inverse_sigma(const PreparedData& data, int component, std::size_t row)
{
    return std::sqrt(data.loss.weight(component, row));
}

/// What rows of the data say of the masses.
struct MassesOfRows {
    Eigen::Vector3d value = Eigen::Vector3d::Constant(std::numeric_limits<double>::quiet_NaN());  ///< nan: held
    Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
    Eigen::Vector3d numerical = Eigen::Vector3d::Zero();  ///< what the solver's own error moves them by
};

/// One Gauss-Newton step of the rows from `begin` to `end` of the data; nothing where they are fewer than the unknowns.
std::optional<MassesOfRows> masses_of_rows(const LinearRows& rows, const PreparedData& data,
                                           const ParameterSet& parameters, const ModelPoint& point,
                                           const HalvesScale& scale, std::size_t begin, std::size_t end)
{
    std::vector<Eigen::Index> columns;
    for (Eigen::Index i = 0; i < rows.tangents.cols(); ++i)
        if (!scale.held[static_cast<std::size_t>(i)]) columns.push_back(i);
    const auto n = static_cast<Eigen::Index>(columns.size());
    const bool robust = data.loss.is_robust();
    RowReducer reducer(n);
    Eigen::MatrixXd scores = Eigen::MatrixXd::Zero(n, n);
    Eigen::VectorXd pull = Eigen::VectorXd::Zero(n);
    Eigen::RowVectorXd tangent(n);
    Eigen::Index count = 0;
    for (Eigen::Index i = 0; i < rows.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const int component = rows.component[at];
        if (component < 0 || rows.row[at] < begin || rows.row[at] >= end) continue;
        ++count;
        const double variance = robust ? 1 : component < 9 ? scale.position_variance : scale.velocity_variance;
        const double weight = rows.robust_weight[i] / variance;
        for (Eigen::Index j = 0; j < n; ++j) tangent[j] = rows.tangents(i, columns[static_cast<std::size_t>(j)]);
        reducer.add(std::sqrt(weight) * tangent, std::sqrt(weight) * rows.residual[i]);
        if (robust) {
            const double score = rows.robust_weight[i] * rows.residual[i];
            scores.noalias() += score * score * tangent.transpose() * tangent;
        }
        if (scale.numerical.size() == 0) continue;
        const double error = scale.numerical(component, static_cast<Eigen::Index>(rows.row[at]));
        if (std::isfinite(error))
            pull += (weight * error * inverse_sigma(data, component, rows.row[at])) * tangent.transpose();
    }
    if (count <= n) return std::nullopt;

    const ReducedLeastSquares reduced = reducer.result();
    Eigen::VectorXd lengths = reduced.r.colwise().norm().transpose();
    lengths = lengths.cwiseMax(std::max(1e-150 * lengths.maxCoeff(), std::numeric_limits<double>::min()));
    const auto scaling = lengths.cwiseInverse().asDiagonal();
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(reduced.r * scaling, Eigen::ComputeThinU | Eigen::ComputeThinV);
    // Directions below rounding are held at it and come out as not determined.
    const Eigen::MatrixXd half =
        scaling * svd.matrixV() * svd.singularValues().cwiseMax(1e-14).cwiseInverse().asDiagonal();
    const Eigen::VectorXd step = -half * (svd.matrixU().transpose() * reduced.q),
                          moved = half * (half.transpose() * pull);
    Eigen::MatrixXd covariance = half * half.transpose();
    if (robust) covariance = (covariance * scores * covariance).eval();

    MassesOfRows result;
    for (Eigen::Index i = 0; i < n; ++i) {
        const Eigen::Index column = columns[static_cast<std::size_t>(i)];
        if (!parameters.of_column(column).is_mass()) continue;
        const int mass = parameters.of_column(column).slot;
        result.value[mass] = point.masses[mass] + scale.units[column] * step[i];
        result.numerical[mass] = scale.units[column] * moved[i];
        for (Eigen::Index j = 0; j < n; ++j) {
            const Eigen::Index other = columns[static_cast<std::size_t>(j)];
            if (const Parameter& parameter = parameters.of_column(other); parameter.is_mass())
                result.covariance(mass, parameter.slot) = covariance(i, j) * scale.units[column] * scale.units[other];
        }
    }
    return result;
}

std::optional<HalvesComparison> compared(const MassesOfRows& first, const MassesOfRows& second, std::size_t divided_at)
{
    HalvesComparison result;
    result.divided_at = divided_at;
    for (int mass = 0; mass < 3; ++mass) {
        const double error = std::sqrt(std::max(first.covariance(mass, mass), second.covariance(mass, mass)));
        if (error > 0 && error < known * std::min(first.value[mass], second.value[mass])) result.masses.push_back(mass);
    }
    if (result.masses.empty()) return std::nullopt;
    result.first = first.value(result.masses);
    result.second = second.value(result.masses);
    const Eigen::VectorXd numerical = (second.numerical - first.numerical)(result.masses);
    const Eigen::MatrixXd covariance =
        (first.covariance + second.covariance)(result.masses, result.masses) + numerical * numerical.transpose();
    result.sigma = covariance.diagonal().cwiseSqrt();
    const auto inverse = result.sigma.cwiseInverse().asDiagonal();
    const Eigen::VectorXd apart = inverse * (result.second - result.first);
    const Eigen::MatrixXd correlation = inverse * covariance * inverse;
    result.chi_square = apart.dot(correlation.ldlt().solve(apart));
    if (!(result.chi_square >= 0)) return std::nullopt;
    result.probability = chi_square_tail(result.chi_square, static_cast<double>(result.masses.size()));
    return result;
}

/// The row of the data that begins the later half of the observed components.
std::size_t middle_row(const LinearRows& rows, const PreparedData& data)
{
    const auto observed =
        std::count_if(rows.component.begin(), rows.component.end(), [](int component) { return component >= 0; });
    std::ptrdiff_t seen = 0;
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
        if (rows.component[i] < 0) continue;
        if (2 * seen >= observed && i > 0 && rows.row[i] != rows.row[i - 1]) return rows.row[i];
        ++seen;
    }
    return data.size();
}

/// The data with nothing observed outside the rows from `begin` to `end`.
PreparedData only_rows(PreparedData data, std::size_t begin, std::size_t end)
{
    data.loss = data.loss.only(begin, end);
    return data;
}

/// Masses of a fit to these rows alone, from x on; nothing where that fit does not converge.
std::optional<MassesOfRows> refitted(const PreparedData& whole, const ParameterSet& parameters,
                                     const Eigen::VectorXd& x, HalvesScale scale, const ModelOptions& model,
                                     std::size_t begin, std::size_t end, std::stop_token stop)
{
    const PreparedData data = only_rows(whole, begin, end);
    FitObjective objective(data, parameters, model, "aca", stop);
    OptimizerOptions options;
    options.loss_tolerance = 1e-6;  // what is left of the way is one step of the linear model
    OptimizerState state;
    state.x = x;
    if (minimize(
            objective, options, state, [](const OptimizerState&) { return true; }, stop)
            .status != Status::converged)
        return std::nullopt;
    const ModelPoint point = parameters.point(state.x);
    for (Eigen::Index i = 0; i < x.size(); ++i)
        if (parameters.of_column(i).is_mass()) scale.units[i] = parameters.of_column(i).value(point);
    FitObjective::Information information;
    if (!objective.information(scale.units, state.x, information, nullptr)) return std::nullopt;
    return masses_of_rows(information.rows, data, parameters, point, scale, begin, end);
}

}  // namespace

std::optional<HalvesComparison> compare_halves(const LinearRows& rows, const PreparedData& data,
                                               const ParameterSet& parameters, const Eigen::VectorXd& x,
                                               const HalvesScale& scale)
{
    if (rows.tangents.cols() == 0) return std::nullopt;
    const ModelPoint point = parameters.point(x);
    const std::size_t middle = middle_row(rows, data);
    const auto first = masses_of_rows(rows, data, parameters, point, scale, 0, middle),
               second = masses_of_rows(rows, data, parameters, point, scale, middle, data.size());
    return first && second ? compared(*first, *second, middle) : std::nullopt;
}

std::optional<Warning> halves_warning(const LinearRows& rows, const PreparedData& data, const ParameterSet& parameters,
                                      const Eigen::VectorXd& x, const HalvesScale& scale, const ModelOptions& model,
                                      double& factor, std::stop_token stop)
{
    auto halves = compare_halves(rows, data, parameters, x, scale);
    if (!halves || halves->probability >= chance) return std::nullopt;
    const auto first = refitted(data, parameters, x, scale, model, 0, halves->divided_at, stop);
    if (!first) return std::nullopt;
    const auto second = refitted(data, parameters, x, scale, model, halves->divided_at, data.size(), stop);
    if (!second) return std::nullopt;
    halves = compared(*first, *second, halves->divided_at);
    if (!halves || halves->probability >= chance) return std::nullopt;

    std::string named;
    for (std::size_t i = 0; i < halves->masses.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        const int body = halves->masses[i];
        const double apart = std::abs(halves->second[at] - halves->first[at]) / halves->sigma[at];
        if (apart < 2 && halves->masses.size() > 1) continue;
        named +=
            fmt::format("{}{} ({}) is {} by the first half and {} by the second, {:.1f} sigma apart",
                        named.empty() ? "" : "; ", parameters[parameters.table().of_mass(body)].id, data.bodies[static_cast<std::size_t>(body)],
                        value_with_error(halves->first[at], halves->sigma[at]).first,
                        value_with_error(halves->second[at], halves->sigma[at]).first, apart);
    }
    const double together = std::sqrt(halves->chi_square);
    if (named.empty())
        named = fmt::format("no mass alone, but one combination of them is {:.1f} sigma apart", together);
    factor = together / std::sqrt(static_cast<double>(halves->masses.size()));
    return Warning{
        "halves",
        fmt::format("the halves of the data, before t = {:.6g} and from there on, do not agree on the masses: {}; the "
                    "model lacks something that acts on these bodies, or the fit sits in a wrong minimum, and the "
                    "formal errors are too small: take the widened ones, at least {:.3g} times larger",
                    data.absolute(data.times()[halves->divided_at]), named, factor)};
}

}  // namespace syzygy
