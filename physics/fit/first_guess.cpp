#include "physics/fit/first_guess.hpp"

#include <Eigen/QR>

#include <algorithm>
#include <vector>

namespace syzygy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The observed positions of the loss, nan where missing; the reference body of relative data stands at 0.
Eigen::MatrixXd observed_positions(const PreparedData& data)
{
    return std::visit(
        [&](const auto& loss) {
            Eigen::MatrixXd positions = loss.observed().template topRows<9>();
            for (Eigen::Index k = 0; k < positions.cols(); ++k)
                for (int c = 0; c < 9; ++c) {
                    if (loss.weights()(c, k) == 0) positions(c, k) = nan;
                    if (data.reference >= 0 && c / 3 == data.reference) positions(c, k) = 0;
                }
            return positions;
        },
        data.loss);
}

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

/// Masses from second differences: q_i'' = K1 K2 sum_j m_j d_ij / r_ij^3, relative to the reference where there is one.
Eigen::Vector3d guess_masses(const PreparedData& data, const Eigen::MatrixXd& positions)
{
    Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
    Eigen::Vector3d right = Eigen::Vector3d::Zero();
    const Eigen::Index count = positions.cols();
    const Eigen::Index stride = std::max<Eigen::Index>(1, count / 20000);
    for (Eigen::Index k = 1; k + 1 < count; k += stride) {
        const auto t = [&](Eigen::Index row) { return data.times()[static_cast<std::size_t>(row)]; };
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
    const Eigen::MatrixXd positions = observed_positions(data);
    return {guess_masses(data, positions), completed(data, positions, data.first_row, 0, at_the_start)};
}

std::vector<State> states_at(const PreparedData& data, std::span<const std::size_t> rows, const Eigen::MatrixXd& known)
{
    const Eigen::MatrixXd positions = observed_positions(data);
    std::vector<State> states;
    for (std::size_t i = 0; i < rows.size(); ++i)
        states.push_back(completed(data, positions, known.col(static_cast<Eigen::Index>(i)), rows[i],
                                   rows[i] == 0 ? at_the_start : in_between));
    return states;
}

}  // namespace syzygy
