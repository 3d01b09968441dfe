#include "physics/fit/residual_structure.hpp"

#include "core/base/periodogram.hpp"
#include "physics/fit/residual_tests.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace syzygy {

namespace {

constexpr double above_numerical = 10;    // structure below this many of the solver's own errors may be the solver's
constexpr std::size_t fewest_pairs = 20;  // of neighbours, to speak of correlation
constexpr int most_lags = 20;

/// Orthonormal columns that span those of `tangents`, but for directions that rounding hides.
Eigen::MatrixXd basis_of(const LinearRows::Tangents& tangents, const std::vector<bool>& held)
{
    std::vector<Eigen::Index> columns;
    Eigen::RowVectorXd lengths = tangents.colwise().norm();
    for (Eigen::Index i = 0; i < tangents.cols(); ++i)
        if (!held[static_cast<std::size_t>(i)] && lengths[i] > 0) columns.push_back(i);
    const auto n = static_cast<Eigen::Index>(columns.size());
    if (n == 0) return Eigen::MatrixXd(tangents.rows(), 0);
    Eigen::MatrixXd scaled(tangents.rows(), n);
    for (Eigen::Index i = 0; i < n; ++i)
        scaled.col(i) =
            tangents.col(columns[static_cast<std::size_t>(i)]) / lengths[columns[static_cast<std::size_t>(i)]];
    // Squared: a direction that shows 1e-6 times less than the others is one number in thousands, and may stay.
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(scaled.transpose() * scaled);
    constexpr double smallest = 1e-12;
    Eigen::Index first = 0;
    while (axes.eigenvalues()[first] < smallest * axes.eigenvalues()[n - 1]) ++first;
    return scaled * axes.eigenvectors().rightCols(n - first) *
           axes.eigenvalues().tail(n - first).cwiseSqrt().cwiseInverse().asDiagonal();
}

double variance(const ComponentResiduals& series)
{
    const double freedom = series.freedom();
    return freedom > 0 ? series.squares() / freedom : 0;
}

/// What part of structure counts: residuals below their stated errors are small whatever they look like.
double share_of_stated(const ComponentResiduals& series)
{
    return series.stated ? std::min(1.0, variance(series)) : 1;
}

void look_at_spectrum(const std::vector<ComponentResiduals>& all, ResidualStructure& found)
{
    double probability = 1;
    for (const ComponentResiduals& series : all) {
        const double freedom = series.freedom(), count = static_cast<double>(series.values.size());
        const FrequencyGrid grid = frequency_grid(series.times);
        if (grid.count == 0 || freedom <= 3) continue;
        const Eigen::VectorXd power = periodogram(series.times, series.values, grid);
        Eigen::Index peak = 0;
        const double height = power.maxCoeff(&peak);
        if (std::sqrt(height * series.squares() / count) <= above_numerical * series.numerical) continue;
        const double single = false_alarm_probability(height * share_of_stated(series), freedom,
                                                      spectral_width(series.times, grid.highest()));
        if (single >= probability) continue;
        probability = single;
        found.component = series.component;
        found.period = 1 / (grid.step * static_cast<double>(peak + 1));
        found.density = std::max(1.0, height * freedom / 2);
    }
    found.spectrum = std::min(1.0, probability * static_cast<double>(all.size()));
}

/// Sums over pairs of numbers of all series, by the row of the data where a pair begins: components of one row may
/// share an error, so that only sums over whole rows are independent.
class RowSums {
public:
    explicit RowSums(const std::vector<ComponentResiduals>& all)
    {
        std::size_t rows = 0;
        for (const ComponentResiduals& series : all) rows = std::max(rows, series.rows.back() + 1);
        sums_.assign(rows, 0);
    }
    void add(std::size_t row, double value)
    {
        sums_[row] += value;
        total_ += value;
    }
    double total() const { return total_; }
    double variance() const
    {
        double squares = 0;
        for (const double sum : sums_) squares += sum * sum;
        return squares;
    }

private:
    std::vector<double> sums_;
    double total_ = 0;
};

bool above_the_solver(const std::vector<ComponentResiduals>& all, double share)
{
    double squares = 0, numerical = 0;
    for (const ComponentResiduals& series : all) {
        squares += series.squares();
        numerical += series.numerical * series.numerical * static_cast<double>(series.values.size());
    }
    return share * squares > above_numerical * above_numerical * numerical;
}

double pooled_share_of_stated(const std::vector<ComponentResiduals>& all)
{
    double squares = 0, expected = 0;
    for (const ComponentResiduals& series : all) {
        squares += series.squares();
        expected += (series.stated ? 1 : variance(series)) * series.freedom();
    }
    return expected > 0 ? std::min(1.0, squares / expected) : 0;
}

void look_at_lags(const std::vector<ComponentResiduals>& all, ResidualStructure& found)
{
    std::size_t longest = 0;
    for (const ComponentResiduals& series : all) longest = std::max(longest, series.values.size());
    const int lags = std::clamp(static_cast<int>(longest / 4), 1, most_lags);
    const double share = pooled_share_of_stated(all);
    for (int lag = 1; lag <= lags; ++lag) {
        RowSums sums(all);
        double products = 0, squares = 0;
        std::size_t pairs = 0;
        const auto step = static_cast<std::size_t>(lag);
        for (const ComponentResiduals& series : all) {
            const double size = variance(series);
            if (!(size > 0)) continue;
            for (std::size_t i = 0; i + step < series.values.size(); ++i, ++pairs) {
                const auto a = static_cast<Eigen::Index>(i);
                const double first = series.values[i], second = series.values[i + step];
                // What a fit takes away leaves neighbours with opposite signs.
                const double expected = -series.taken.row(a).dot(series.taken.row(a + lag));
                sums.add(series.rows[i], first * second / size - expected);
                products += first * second / size;
                squares += (first * first + second * second) / (2 * size);
            }
        }
        if (pairs < fewest_pairs || !(squares > 0)) break;
        const double correlated = products / squares;
        if (lag == 1) found.neighbours = correlated;
        if (!above_the_solver(all, std::abs(correlated))) continue;
        const double probability = lags * normal_two_sided(share * sums.total() / std::sqrt(sums.variance()));
        if (probability >= found.correlation) continue;
        found.correlation = probability;
        found.lag = lag;
        found.correlated = correlated;
    }
}

void look_at_runs(const std::vector<ComponentResiduals>& all, ResidualStructure& found)
{
    RowSums sums(all);
    double variance = 0;
    std::size_t pairs = 0;
    for (const ComponentResiduals& series : all) {
        const Runs runs = runs_of_signs(series.values);
        const std::size_t size = series.values.size();
        if (size < 2 || runs.variance == 0) continue;
        found.run_count += static_cast<double>(runs.count);
        found.runs_expected += runs.expected;
        variance += runs.variance;
        const double chance = (runs.expected - 1) / static_cast<double>(size - 1);
        for (std::size_t i = 0; i + 1 < size; ++i, ++pairs) {
            const auto a = static_cast<Eigen::Index>(i);
            const double free =
                std::sqrt((1 - series.taken.row(a).squaredNorm()) * (1 - series.taken.row(a + 1).squaredNorm()));
            const double correlation =
                free > 0 ? std::clamp(-series.taken.row(a).dot(series.taken.row(a + 1)) / free, -1.0, 1.0) : 0;
            // Signs of two normal numbers with that correlation differ with probability 1/2 - asin(correlation) / pi
            // (Sheppard 1899).
            const double shift = -std::asin(correlation) / std::numbers::pi;
            const bool changes = (series.values[i] > 0) != (series.values[i + 1] > 0);
            sums.add(series.rows[i], (changes ? 1 : 0) - chance - shift);
            found.runs_expected += shift;
        }
    }
    if (pairs < fewest_pairs) return;
    const double z = sums.total() / std::sqrt(std::max(variance, sums.variance()));
    if (above_the_solver(all, std::min(1.0, std::abs(sums.total()) / static_cast<double>(pairs))))
        found.runs = normal_two_sided(z * pooled_share_of_stated(all));
}

}  // namespace

double ComponentResiduals::squares() const
{
    double sum = 0;
    for (const double value : values) sum += value * value;
    return sum;
}

std::vector<ComponentResiduals> remaining_residuals(const LinearRows& rows, const std::vector<bool>& held,
                                                const PreparedData& data, const Eigen::MatrixXd& numerical)
{
    const Eigen::MatrixXd basis = basis_of(rows.tangents, held);
    const Eigen::VectorXd score = rows.residual.cwiseProduct(rows.robust_weight);
    const Eigen::VectorXd left = score - basis * (basis.transpose() * score);

    const int components = data.loss.components();
    std::vector<std::vector<Eigen::Index>> members(static_cast<std::size_t>(components));
    for (Eigen::Index i = 0; i < rows.size(); ++i) {
        const int component = rows.component[static_cast<std::size_t>(i)];
        // A row that the fit cannot reach and that it predicts exactly is the held initial state itself.
        const bool empty = rows.residual[i] == 0 && rows.tangents.row(i).isZero(0);
        if (component >= 0 && !empty) members[static_cast<std::size_t>(component)].push_back(i);
    }
    std::vector<ComponentResiduals> all;
    const std::span<const double> times = data.times();
    for (int component = 0; component < components; ++component) {
        const auto& indices = members[static_cast<std::size_t>(component)];
        if (indices.empty()) continue;
        ComponentResiduals series;
        series.component = component;
        const auto estimated = std::count_if(indices.begin(), indices.end(), [&](Eigen::Index i) {
            return data.is_estimated(component, rows.row[static_cast<std::size_t>(i)]);
        });
        series.stated = data.sigmas_known && 2 * static_cast<std::size_t>(estimated) < indices.size();
        series.taken.resize(static_cast<Eigen::Index>(indices.size()), basis.cols());
        double squares = 0;
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const std::size_t k = rows.row[static_cast<std::size_t>(indices[i])];
            series.rows.push_back(k);
            series.times.push_back(times[k]);
            series.values.push_back(left[indices[i]]);
            series.taken.row(static_cast<Eigen::Index>(i)) = basis.row(indices[i]);
            if (numerical.size() == 0) continue;
            const auto column = static_cast<Eigen::Index>(k);
            const double error = numerical(component, column);
            if (std::isfinite(error)) squares += data.loss.weight(component, k) * error * error;
        }
        series.numerical = std::sqrt(squares / static_cast<double>(indices.size()));
        all.push_back(std::move(series));
    }
    return all;
}

ResidualStructure residual_structure(const std::vector<ComponentResiduals>& series)
{
    ResidualStructure found;
    look_at_spectrum(series, found);
    look_at_lags(series, found);
    look_at_runs(series, found);
    return found;
}

}  // namespace syzygy
