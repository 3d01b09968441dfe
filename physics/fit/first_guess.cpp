#include "physics/fit/first_guess.hpp"

#include "physics/model/interpolate.hpp"

#include <Eigen/QR>

#include <algorithm>
#include <vector>

namespace syzygy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// How a state is read off the rows around it: so many observed rows, a polynomial of so many coefficients (fewer with
/// fewer rows).
struct Reading {
    std::size_t rows;
    Eigen::Index coefficients;
};
constexpr Reading at_the_start{6, 4};  ///< one-sided: a stiffer polynomial would swing
constexpr Reading in_between{9, 5};

/// Value and slope of a component at the time of a row, by the polynomial through the observed values nearest to it.
std::pair<double, double> read_off(const PreparedData& data, const Eigen::MatrixXd& positions, int component,
                                   std::size_t row, const Reading& reading)
{
    std::vector<double> t, q;
    const std::size_t first =
        std::min(row - std::min(row, reading.rows / 2), data.size() - std::min(data.size(), reading.rows));
    for (std::size_t k = first; k < data.size() && t.size() < reading.rows; ++k)
        if (const double value = positions(component, static_cast<Eigen::Index>(k)); std::isfinite(value)) {
            t.push_back(data.times()[k] - data.times()[row]);
            q.push_back(value);
        }
    if (t.size() < 2 || t.back() == t.front()) return {nan, nan};
    const auto rows = static_cast<Eigen::Index>(t.size());
    const Eigen::Index columns = std::min<Eigen::Index>(reading.coefficients, rows);
    const double span = std::max(t.back(), -t.front());
    Eigen::MatrixXd powers(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i)
        for (Eigen::Index power = 0; power < columns; ++power)
            powers(i, power) = std::pow(t[static_cast<std::size_t>(i)] / span, static_cast<double>(power));
    const Eigen::VectorXd coefficients =
        powers.colPivHouseholderQr().solve(Eigen::Map<const Eigen::VectorXd>(q.data(), rows));
    return {coefficients[0], coefficients[1] / span};
}

/// The state at a row: what `known` has, and what it has not (nan) from the rows around.
State completed(const PreparedData& data, const Eigen::MatrixXd& positions, State known, std::size_t row,
                const Reading& reading)
{
    // Of relative data, the reference stands where its row says, or at rest in the origin.
    Eigen::Vector3d reference_position = Eigen::Vector3d::Zero(), reference_velocity = Eigen::Vector3d::Zero();
    if (data.reference >= 0)
        for (int c = 0; c < 3; ++c) {
            double& q = known[3 * data.reference + c];
            double& v = known[9 + 3 * data.reference + c];
            q = std::isfinite(q) ? q : 0;
            v = std::isfinite(v) ? v : 0;
            reference_position[c] = q;
            reference_velocity[c] = v;
        }
    for (int c = 0; c < 9; ++c) {
        double& q = known[c];
        double& v = known[9 + c];
        if (std::isfinite(q) && std::isfinite(v)) continue;
        const auto [value, slope] = read_off(data, positions, c, row, reading);
        if (!std::isfinite(q)) q = value + reference_position[c % 3];
        if (!std::isfinite(v)) v = slope / data.units.k2() + reference_velocity[c % 3];
    }
    return known;
}

/// Positions in time, a column a time.
struct Track {
    std::vector<double> times;
    Eigen::MatrixXd positions;
};

/// Means of so many rows in a row each, of those in which nothing is missing; nan where there are none.
Track means(const Track& rows, std::size_t count)
{
    Track result;
    const std::size_t blocks = rows.times.size() / count;
    result.times.resize(blocks);
    result.positions.setConstant(9, static_cast<Eigen::Index>(blocks), nan);
    for (std::size_t block = 0; block < blocks; ++block) {
        double time = 0, observed = 0;
        Eigen::Matrix<double, 9, 1> sum = Eigen::Matrix<double, 9, 1>::Zero();
        for (std::size_t k = block * count; k < (block + 1) * count; ++k) {
            const auto q = rows.positions.col(static_cast<Eigen::Index>(k));
            if (!q.allFinite()) continue;
            time += rows.times[k];
            sum += q;
            ++observed;
        }
        result.times[block] = observed > 0 ? time / observed : rows.times[block * count];
        if (observed > 0) result.positions.col(static_cast<Eigen::Index>(block)) = sum / observed;
    }
    return result;
}

/// How far second differences are from second derivatives, squared and relative, from 0 to 1, in the mean over rows and
/// bodies: told by fourth differences, which are small in steps that are short against the motion, and large both in noise
/// and in steps that are too long. 1 where there are too few rows to tell.
double roughness(const Track& track)
{
    double sum = 0, count = 0;
    const auto size = static_cast<Eigen::Index>(track.times.size());
    const Eigen::Index stride = std::max<Eigen::Index>(1, size / 2000);
    for (Eigen::Index k = 0; k + 4 < size; k += stride) {
        Eigen::Matrix<double, 9, 5> divided = track.positions.middleCols<5>(k);
        const auto t = [&](Eigen::Index row) { return track.times[static_cast<std::size_t>(k + row)]; };
        if (!divided.allFinite()) continue;
        Eigen::Matrix<double, 9, 1> second;
        for (Eigen::Index order = 1; order <= 4; ++order) {
            for (Eigen::Index i = 0; i + order < 5; ++i)
                divided.col(i) = (divided.col(i + 1) - divided.col(i)) / (t(i + order) - t(i));
            if (order == 2) second = 2 * divided.col(1);
        }
        const double step = (t(4) - t(0)) / 4;
        const Eigen::Matrix<double, 9, 1> fourth = 24 * step * step * divided.col(0);
        for (int body = 0; body < 3; ++body) {
            const double rough = fourth.segment<3>(3 * body).squaredNorm();
            const double all = rough + second.segment<3>(3 * body).squaredNorm();
            if (!(all > 0)) continue;
            sum += rough / all;
            ++count;
        }
    }
    return count > 0 ? sum / count : 1;
}

/// How many rows belong together: 1 where they are far enough apart for their differences to show the motion rather than
/// their errors. Twice as many while second differences of their means gain by it.
std::size_t rows_together(const Track& rows)
{
    constexpr std::size_t fewest_means = 20;
    std::size_t best = 1;
    double smoothest = roughness(rows);
    for (std::size_t count = 2; rows.times.size() / count >= fewest_means; count *= 2) {
        const double rough = roughness(means(rows, count));
        if (rough >= smoothest) continue;
        smoothest = rough;
        best = count;
    }
    return best;
}

Reading wider(Reading reading, std::size_t rows)
{
    reading.rows *= rows;
    return reading;
}

/// Masses from second differences: q_i'' = K1 K2 sum_j m_j d_ij / r_ij^3, relative to the reference where there is one.
Eigen::Vector3d guess_masses(const PreparedData& data, const Track& track)
{
    const Eigen::MatrixXd& positions = track.positions;
    Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
    Eigen::Vector3d right = Eigen::Vector3d::Zero();
    const Eigen::Index count = positions.cols();
    const Eigen::Index stride = std::max<Eigen::Index>(1, count / 20000);
    for (Eigen::Index k = 1; k + 1 < count; k += stride) {
        const auto t = [&](Eigen::Index row) { return track.times[static_cast<std::size_t>(row)]; };
        const double before = t(k) - t(k - 1), after = t(k + 1) - t(k);
        if (!(before > 0 && after > 0) || !positions.middleCols(k - 1, 3).allFinite()) continue;
        const Eigen::Matrix<double, 9, 1> acceleration =
            2 *
            ((positions.col(k + 1) - positions.col(k)) / after - (positions.col(k) - positions.col(k - 1)) / before) /
            (before + after);
        Eigen::Matrix<double, 9, 3> design = Eigen::Matrix<double, 9, 3>::Zero();
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j)
                if (i != j) {
                    const Eigen::Vector3d d = positions.col(k).segment<3>(3 * j) - positions.col(k).segment<3>(3 * i);
                    design.block<3, 1>(3 * i, j) = data.units.k1() * data.units.k2() / std::pow(d.norm(), 3) * d;
                }
        if (!design.allFinite()) continue;
        Eigen::Matrix<double, 9, 1> target = acceleration;
        if (data.reference >= 0) {
            const Eigen::Matrix3d of_reference = design.middleRows<3>(3 * data.reference);
            const Eigen::Vector3d target_reference = target.segment<3>(3 * data.reference);
            for (int i = 0; i < 3; ++i) {
                design.middleRows<3>(3 * i) -= of_reference;
                target.segment<3>(3 * i) -= target_reference;
            }
        }
        // Each body by its own acceleration, so that a close pair does not drown the others.
        for (int i = 0; i < 3; ++i) {
            const double size = target.segment<3>(3 * i).squaredNorm();
            if (size == 0) continue;
            normal += design.middleRows<3>(3 * i).transpose() * design.middleRows<3>(3 * i) / size;
            right += design.middleRows<3>(3 * i).transpose() * target.segment<3>(3 * i) / size;
        }
    }
    // Scaled to unit diagonal: masses of very different size are then equally well conditioned.
    const Eigen::Vector3d scale = normal.diagonal().cwiseSqrt();
    if (!(scale.minCoeff() > 0)) return Eigen::Vector3d::Constant(nan);
    const Eigen::Matrix3d scaled = scale.cwiseInverse().asDiagonal() * normal * scale.cwiseInverse().asDiagonal();
    Eigen::Vector3d masses = scaled.colPivHouseholderQr().solve(right.cwiseQuotient(scale)).cwiseQuotient(scale);
    const double largest = masses.maxCoeff();
    if (!(largest > 0) || !masses.allFinite()) return Eigen::Vector3d::Constant(nan);
    return masses.cwiseMax(1e-6 * largest);
}

}  // namespace

ModelPoint first_guess(const PreparedData& data)
{
    // Forces need all bodies at one time: what a row lacks is interpolated.
    const Eigen::MatrixXd positions = compared_positions(data);
    const Track rows{{data.times().begin(), data.times().end()}, with_gaps_filled(data.times(), positions)};
    const std::size_t together = rows_together(rows);
    return {guess_masses(data, together > 1 ? means(rows, together) : rows),
            completed(data, positions, data.first_row, 0, wider(at_the_start, together))};
}

std::vector<State> states_at(const PreparedData& data, std::span<const std::size_t> rows, const Eigen::MatrixXd& known)
{
    const Eigen::MatrixXd positions = compared_positions(data);
    const std::size_t together =
        rows_together({{data.times().begin(), data.times().end()}, with_gaps_filled(data.times(), positions)});
    std::vector<State> states;
    for (std::size_t i = 0; i < rows.size(); ++i)
        states.push_back(completed(data, positions, known.col(static_cast<Eigen::Index>(i)), rows[i],
                                   wider(rows[i] == 0 ? at_the_start : in_between, together)));
    return states;
}

}  // namespace syzygy
