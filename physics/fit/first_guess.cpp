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

/// Value and slope at t0 of the polynomial of degree 3 (fewer with fewer points) through the first observed values.
std::pair<double, double> start_of(const PreparedData& data, const Eigen::MatrixXd& positions, int component)
{
    constexpr int most = 6;
    std::vector<double> t, q;
    for (std::size_t k = 0; k < data.size() && t.size() < most; ++k)
        if (const double value = positions(component, static_cast<Eigen::Index>(k)); std::isfinite(value)) {
            t.push_back(data.times()[k] - data.t0);
            q.push_back(value);
        }
    if (t.size() < 2 || t.back() == t.front()) return {nan, nan};
    const auto rows = static_cast<Eigen::Index>(t.size());
    const Eigen::Index columns = std::min<Eigen::Index>(4, rows);
    const double span = t.back();
    Eigen::MatrixXd powers(rows, columns);
    for (Eigen::Index row = 0; row < rows; ++row)
        for (Eigen::Index power = 0; power < columns; ++power)
            powers(row, power) = std::pow(t[static_cast<std::size_t>(row)] / span, static_cast<double>(power));
    const Eigen::VectorXd coefficients =
        powers.colPivHouseholderQr().solve(Eigen::Map<const Eigen::VectorXd>(q.data(), rows));
    return {coefficients[0], coefficients[1] / span};
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
    ModelPoint guess{guess_masses(data, positions), data.first_row};
    // Of relative data, the reference stands where its row says, or at rest in the origin.
    Eigen::Vector3d reference_position = Eigen::Vector3d::Zero(), reference_velocity = Eigen::Vector3d::Zero();
    if (data.reference >= 0)
        for (int c = 0; c < 3; ++c) {
            double& q = guess.initial_state[3 * data.reference + c];
            double& v = guess.initial_state[9 + 3 * data.reference + c];
            q = std::isfinite(q) ? q : 0;
            v = std::isfinite(v) ? v : 0;
            reference_position[c] = q;
            reference_velocity[c] = v;
        }
    for (int c = 0; c < 9; ++c) {
        double& q = guess.initial_state[c];
        double& v = guess.initial_state[9 + c];
        if (std::isfinite(q) && std::isfinite(v)) continue;
        const auto [value, slope] = start_of(data, positions, c);
        if (!std::isfinite(q)) q = value + reference_position[c % 3];
        if (!std::isfinite(v)) v = slope / data.units.k2() + reference_velocity[c % 3];
    }
    return guess;
}

}  // namespace syzygy
