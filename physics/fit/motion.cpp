#include "physics/fit/motion.hpp"

#include "core/base/not_finite.hpp"
#include "physics/fit/residual_structure.hpp"
#include "physics/model/encounters.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

constexpr double of_spread = 0.5;         // an rms residual that is as large as the motion
constexpr double of_line = 0.1;           // the same where a straight line does better
constexpr double left_by_outliers = 0.8;  // rows of a robust fit that are judged
constexpr std::size_t fewest_rows = 20;   // that show whether residuals are noise
constexpr double of_chance = 1e-3;        // of noise to be taken for structure

/// A pair at one time.
struct PairRow {
    std::size_t k;
    double time, weight;
    Eigen::Vector3d predicted, residual, variance;  ///< nan where neither is observed
    bool turned() const { return predicted.dot(observed()) < 0; }
    /// Missing components are where they are predicted.
    Eigen::Vector3d observed() const
    {
        return predicted - residual.array().isNaN().select(0.0, residual.array()).matrix();
    }
    double squares() const { return residual.array().isNaN().select(0.0, residual.array()).square().sum(); }
};

std::vector<PairRow> rows_of_pair(const PreparedData& data, const Residuals& residuals, int i, int j)
{
    std::vector<PairRow> rows;
    for (Eigen::Index k = 0; k < residuals.residual.cols(); ++k) {
        PairRow row{static_cast<std::size_t>(k),
                    data.loss.times()[static_cast<std::size_t>(k)],
                    data.loss.time_weight(static_cast<std::size_t>(k)),
                    {},
                    {},
                    {}};
        bool any = false;
        for (int axis = 0; axis < 3; ++axis) {
            double predicted[2], residual[2], variance[2];
            for (const int side : {0, 1}) {
                const int body = side == 0 ? i : j, c = 3 * body + axis;
                const bool reference = body == data.reference;
                predicted[side] = reference ? 0 : residuals.predicted(c, k);
                residual[side] = reference ? nan : residuals.residual(c, k);
                variance[side] = std::isnan(residual[side]) ? 0 : 1 / data.loss.weights()(c, k);
            }
            const auto or_zero = [](double value) { return std::isnan(value) ? 0 : value; };
            const bool seen = !std::isnan(residual[0]) || !std::isnan(residual[1]);
            row.predicted[axis] = predicted[1] - predicted[0];
            row.residual[axis] = seen ? or_zero(residual[1]) - or_zero(residual[0]) : nan;
            row.variance[axis] = variance[0] + variance[1];
            any = any || seen;
        }
        if (any && row.weight > 0) rows.push_back(row);
    }
    return rows;
}

/// Mean squares of a pair over its rows, summed over the axes.
struct PairSizes {
    double residual = 0, spread = 0;  ///< of residuals, of the observed relative position about its mean
    double line = 0;                  ///< the same about a straight line, of as many independent numbers
    double chi_square = 0, count = 0;
};

PairSizes sizes_of(const std::vector<PairRow>& rows)
{
    PairSizes sizes;
    for (int axis = 0; axis < 3; ++axis) {
        double weight = 0, n = 0, t = 0, y = 0, tt = 0, ty = 0, yy = 0, squares = 0;
        for (const PairRow& row : rows)
            if (!std::isnan(row.residual[axis])) {
                weight += row.weight;
                t += row.weight * row.time;
                y += row.weight * row.observed()[axis];
            }
        if (!(weight > 0)) continue;
        t /= weight;
        y /= weight;
        for (const PairRow& row : rows) {
            if (std::isnan(row.residual[axis])) continue;
            const double dt = row.time - t, dy = row.observed()[axis] - y,
                         square = row.residual[axis] * row.residual[axis];
            tt += row.weight * dt * dt;
            ty += row.weight * dt * dy;
            yy += row.weight * dy * dy;
            squares += row.weight * square;
            sizes.chi_square += square / row.variance[axis];
            ++n;
        }
        sizes.residual += squares / weight;
        sizes.spread += yy / weight;
        if (n > 2) sizes.line += (yy - (tt > 0 ? ty * ty / tt : 0)) / weight * n / (n - 2);
        sizes.count += n;
    }
    return sizes;
}

/// True where the residuals of a pair are noise of any size.
bool are_noise(const std::vector<PairRow>& rows)
{
    double heaviest = 0;
    for (const PairRow& row : rows) heaviest = std::max(heaviest, row.weight);
    std::vector<ComponentResiduals> all;
    for (int axis = 0; axis < 3; ++axis) {
        ComponentResiduals series;
        series.component = axis;
        for (const PairRow& row : rows) {
            if (std::isnan(row.residual[axis]) || row.weight < 0.01 * heaviest) continue;
            series.rows.push_back(row.k);
            series.times.push_back(row.time);
            series.values.push_back(row.residual[axis]);
        }
        series.taken.resize(static_cast<Eigen::Index>(series.values.size()), 0);
        if (series.values.size() >= fewest_rows && series.squares() > 0) all.push_back(std::move(series));
    }
    return !all.empty() && residual_structure(all).smallest() > of_chance;
}

/// The share of weight in rows that are predicted more than a quarter turn away, and by as much as the pair is wide.
struct Turned {
    double share = 0;
    std::size_t rows = 0;
    double first = 0;  ///< time
};
Turned turned_rows(const std::vector<PairRow>& rows, double spread)
{
    Turned turned;
    double weight = 0;
    for (const PairRow& row : rows) {
        weight += row.weight;
        if (!row.turned() || row.squares() < 0.25 * spread) continue;
        turned.share += row.weight;
        if (turned.rows++ == 0) turned.first = row.time;
    }
    turned.share /= weight;
    return turned;
}

}  // namespace

MotionJudgement judge_motion(const PreparedData& data, const Residuals& residuals)
{
    MotionJudgement judgement;
    const bool robust = data.loss.is_robust();
    double worst = 0;
    for (const auto& [i, j] : body_pairs) {
        std::vector<PairRow> rows = rows_of_pair(data, residuals, i, j);
        if (robust) {
            const auto kept = static_cast<std::size_t>(left_by_outliers * static_cast<double>(rows.size()));
            std::sort(rows.begin(), rows.end(),
                      [](const PairRow& a, const PairRow& b) { return a.squares() < b.squares(); });
            rows.resize(kept);
            std::sort(rows.begin(), rows.end(), [](const PairRow& a, const PairRow& b) { return a.k < b.k; });
        }
        if (rows.size() < 2) continue;
        const PairSizes sizes = sizes_of(rows);
        if (!(sizes.spread > 0)) continue;
        judgement.share = std::max(judgement.share, std::sqrt(sizes.residual / sizes.spread));
        const Turned turned = turned_rows(rows, sizes.spread);
        // What a few outliers do is no turn.
        const bool wrapped = turned.share >= 0.02 && (turned.rows >= 3 || rows.size() <= 10);
        const bool beside_line = sizes.residual > sizes.line && sizes.residual > of_line * of_line * sizes.spread;
        const bool as_large = sizes.residual > of_spread * of_spread * sizes.spread || beside_line;
        if (!wrapped && !as_large) continue;
        if (data.sigmas_known && sizes.chi_square < sizes.count + 5 * std::sqrt(2 * sizes.count)) continue;
        // A line of two numbers an axis is better by chance by two standard deviations of its own mean square, 20 % of
        // 200 rows.
        if (sizes.residual < 1.2 * sizes.line && are_noise(rows)) continue;

        const auto &first = data.bodies[static_cast<std::size_t>(i)],
                   &second = data.bodies[static_cast<std::size_t>(j)];
        if (wrapped && !judgement.phase_wrap)
            judgement.phase_wrap = Warning{
                "phase-wrap",
                fmt::format(
                    "{} and {} are predicted more than a quarter turn away from where they are observed, first at "
                    "t = {:.6g}: the fit may sit in a wrong minimum; use --grow on, a better start, or a shorter "
                    "window",
                    first, second, data.absolute(turned.first)),
                data.absolute(turned.first)};
        const double ratio = std::sqrt(sizes.residual / sizes.spread);
        if (judgement.no_fit && ratio <= worst) continue;
        worst = ratio;
        const std::string& label = data.units.length_label();
        std::string reason = fmt::format(
            "the residuals of {} relative to {} are {} rms, where its motion about its mean is {} rms", second, first,
            with_unit(std::sqrt(sizes.residual), label), with_unit(std::sqrt(sizes.spread), label));
        if (sizes.residual > sizes.line) reason += ": a straight line describes it better";
        if (wrapped)
            reason += fmt::format("{} in {} of {} rows it is predicted more than a quarter turn away",
                                  sizes.residual > sizes.line ? ", and" : ";", turned.rows, rows.size());
        judgement.no_fit = reason +
                           "; give masses near the right ones (--start), lengthen the arc step by step (--grow on), or "
                           "fit a shorter window";
    }
    return judgement;
}

}  // namespace syzygy
