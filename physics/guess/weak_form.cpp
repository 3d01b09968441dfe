#include "physics/guess/weak_form.hpp"

#include "core/base/median.hpp"
#include "physics/model/encounters.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// A node of the quadrature: d_ij / r_ij^3 of the three pairs there, and the observed positions.
struct Node {
    double t, weight;
    Eigen::Matrix<double, 9, 1> q;
    Eigen::Matrix3d pull;          ///< a column a pair of body_pairs
    std::array<bool, 3> resolved;  ///< the pair turns little between the rows around
};

constexpr double gauss_nodes[] = {-0.7745966692414834, 0, 0.7745966692414834};
constexpr double gauss_weights[] = {5.0 / 9, 8.0 / 9, 5.0 / 9};
constexpr double most_turn = 1.3;  ///< of a pair between two rows, radians (or change of the logarithm of its distance)

std::vector<Node> quadrature(const Tracks& tracks)
{
    std::vector<double> grid;
    for (const CoordinateTrack& track : tracks.coordinates) grid.insert(grid.end(), track.t.begin(), track.t.end());
    std::sort(grid.begin(), grid.end());
    grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
    std::vector<Node> nodes;
    for (std::size_t k = 0; k + 1 < grid.size(); ++k) {
        const double half = (grid[k + 1] - grid[k]) / 2, middle = (grid[k + 1] + grid[k]) / 2;
        std::array<bool, 3> resolved{};
        {
            const State y = tracks.state(middle);
            for (std::size_t pair = 0; pair < 3; ++pair) {
                const auto [i, j] = body_pairs[pair];
                const Eigen::Vector3d d = y.segment<3>(3 * j) - y.segment<3>(3 * i);
                const Eigen::Vector3d rate = tracks.k2 * (y.segment<3>(9 + 3 * j) - y.segment<3>(9 + 3 * i));
                resolved[pair] = 2 * half * rate.norm() < most_turn * d.norm();
            }
        }
        for (int g = 0; g < 3; ++g) {
            Node node{middle + half * gauss_nodes[g], half * gauss_weights[g], {}, {}, resolved};
            node.q = tracks.observed_positions(node.t);
            const Eigen::Matrix<double, 9, 1> q = tracks.positions(node.t);
            for (std::size_t pair = 0; pair < 3; ++pair) {
                const auto [i, j] = body_pairs[pair];
                const Eigen::Vector3d d = q.segment<3>(3 * j) - q.segment<3>(3 * i);
                const double r = d.norm();
                node.pull.col(static_cast<Eigen::Index>(pair)) = d / (r * r * r);
                if (!node.pull.col(static_cast<Eigen::Index>(pair)).allFinite()) {
                    node.pull.col(static_cast<Eigen::Index>(pair)).setZero();
                    node.resolved[pair] = false;
                }
            }
            nodes.push_back(node);
        }
    }
    return nodes;
}

/// Equations of one window: 9 rows of (a1, a2, a3 | b), and which bodies' rows count.
struct Equations {
    Eigen::Matrix<double, 9, 4> rows;
    std::array<bool, 3> counts;
};

Equations window_equations(std::span<const Node> nodes, double centre, double half, double k, int reference)
{
    Equations result;
    result.rows.setZero();
    std::array<bool, 3> resolved{true, true, true};
    Eigen::Matrix3d pulls = Eigen::Matrix3d::Zero();
    Eigen::Matrix<double, 9, 1> left = Eigen::Matrix<double, 9, 1>::Zero(), origin = Eigen::Matrix<double, 9, 1>::Zero();
    if (!nodes.empty()) origin = nodes[nodes.size() / 2].q;
    for (const Node& node : nodes) {
        const double s = (node.t - centre) / half, u = 1 - s * s;
        if (!(u > 0)) continue;
        const double u4 = u * u * u * u;
        const double phi = u4 * u * u, phi_second = (-12 * u4 * u + 120 * s * s * u4) / (half * half);
        left += node.weight * phi_second * (node.q - origin);
        pulls += node.weight * phi * node.pull;
        for (std::size_t pair = 0; pair < 3; ++pair) resolved[pair] = resolved[pair] && node.resolved[pair];
    }
    result.counts = {true, true, true};
    for (std::size_t pair = 0; pair < 3; ++pair) {
        const auto [i, j] = body_pairs[pair];
        const Eigen::Vector3d pull = k * pulls.col(static_cast<Eigen::Index>(pair));
        result.rows.block<3, 1>(3 * i, j) += pull;
        result.rows.block<3, 1>(3 * j, i) -= pull;
        if (!resolved[pair]) result.counts[i] = result.counts[j] = false;
    }
    result.rows.col(3) = left;
    if (reference >= 0) {
        const Eigen::Matrix<double, 3, 4> of_reference = result.rows.middleRows<3>(3 * reference);
        // The reference's own position is 0: its acceleration moves the others.
        for (int i = 0; i < 3; ++i)
            if (i != reference) result.rows.block<3, 3>(3 * i, 0) -= of_reference.leftCols<3>();
        if (!result.counts[reference]) result.counts = {false, false, false};
        result.counts[reference] = false;
    }
    return result;
}

/// min |A m - b|^2 over m >= 0 from the normal equations, by trying each set of masses that may be above 0.
Eigen::Vector3d non_negative(const Eigen::Matrix3d& normal, const Eigen::Vector3d& right)
{
    Eigen::Vector3d best = Eigen::Vector3d::Zero();
    double lowest = 0;
    for (int set = 1; set < 8; ++set) {
        std::vector<int> members;
        for (int j = 0; j < 3; ++j)
            if (set >> j & 1 && normal(j, j) > 0) members.push_back(j);
        const auto n = static_cast<Eigen::Index>(members.size());
        if (n == 0) continue;
        Eigen::MatrixXd a(n, n);
        Eigen::VectorXd b(n);
        for (Eigen::Index i = 0; i < n; ++i) {
            const auto scale = 1 / std::sqrt(normal(members[static_cast<std::size_t>(i)], members[static_cast<std::size_t>(i)]));
            b[i] = right[members[static_cast<std::size_t>(i)]] * scale;
            for (Eigen::Index j = 0; j < n; ++j)
                a(i, j) = normal(members[static_cast<std::size_t>(i)], members[static_cast<std::size_t>(j)]) * scale /
                          std::sqrt(normal(members[static_cast<std::size_t>(j)], members[static_cast<std::size_t>(j)]));
        }
        const Eigen::VectorXd x = a.completeOrthogonalDecomposition().solve(b);
        Eigen::Vector3d m = Eigen::Vector3d::Zero();
        for (Eigen::Index i = 0; i < n; ++i) {
            const int j = members[static_cast<std::size_t>(i)];
            m[j] = x[i] / std::sqrt(normal(j, j));
        }
        if (!(m.minCoeff() >= 0) || !m.allFinite()) continue;
        const double value = m.dot(normal * m) - 2 * right.dot(m);
        if (value < lowest) {
            lowest = value;
            best = m;
        }
    }
    return best;
}

std::optional<WeakFormMasses> regression(const std::vector<Equations>& windows, double rows)
{
    // Each body's equations relative to their own size.
    std::array<double, 3> size{};
    for (int body = 0; body < 3; ++body) {
        std::vector<double> sizes;
        for (const Equations& window : windows)
            if (window.counts[body]) sizes.push_back(window.rows.block<3, 1>(3 * body, 3).norm());
        size[body] = median(sizes);
    }
    struct Row {
        Eigen::Vector3d a;
        double b;
    };
    std::vector<Row> equations;
    for (const Equations& window : windows)
        for (int c = 0; c < 9; ++c)
            if (window.counts[c / 3] && size[c / 3] > 0)
                equations.push_back({window.rows.row(c).head<3>().transpose() / size[c / 3], window.rows(c, 3) / size[c / 3]});
    if (equations.size() < 6) return std::nullopt;
    std::vector<double> weights(equations.size(), 1), residuals(equations.size());
    WeakFormMasses result{};
    result.rows = rows;
    Eigen::Matrix3d normal;
    double scale = 0;
    for (int round = 0; round < 12; ++round) {
        normal.setZero();
        Eigen::Vector3d right = Eigen::Vector3d::Zero();
        for (std::size_t i = 0; i < equations.size(); ++i) {
            normal += weights[i] * equations[i].a * equations[i].a.transpose();
            right += weights[i] * equations[i].b * equations[i].a;
        }
        result.masses = non_negative(normal, right);
        for (std::size_t i = 0; i < equations.size(); ++i)
            residuals[i] = std::abs(equations[i].a.dot(result.masses) - equations[i].b);
        std::vector<double> sorted = residuals;
        scale = median(sorted) / 0.6745;
        if (!(scale > 0)) break;
        for (std::size_t i = 0; i < equations.size(); ++i) {
            const double u = residuals[i] / (2.4 * scale);
            weights[i] = 1 / (1 + u * u);
        }
    }
    if (!(result.masses.maxCoeff() > 0) || !result.masses.allFinite()) return std::nullopt;
    std::vector<double> sizes;
    for (const Row& row : equations) sizes.push_back(std::abs(row.b));
    const double usual = median(sizes) / 0.6745;
    result.residual = usual > 0 ? scale / usual : 1;
    const Eigen::Vector3d lengths = normal.diagonal().cwiseSqrt();
    const Eigen::Matrix3d scaled = lengths.cwiseInverse().asDiagonal() * normal * lengths.cwiseInverse().asDiagonal();
    if (!scaled.allFinite()) return std::nullopt;
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> axes(scaled);
    const double least = std::max(axes.eigenvalues()[0], 1e-16);
    result.condition = std::sqrt(axes.eigenvalues()[2] / least);
    const Eigen::Matrix3d inverse =
        axes.eigenvectors() * axes.eigenvalues().cwiseMax(1e-16).cwiseInverse().asDiagonal() * axes.eigenvectors().transpose();
    // Windows overlap sixfold.
    result.sigmas = (std::sqrt(6.0) * scale * inverse.diagonal().cwiseSqrt()).cwiseQuotient(lengths);
    return result;
}

}  // namespace

std::vector<WeakFormMasses> weak_form_masses(const PreparedData& data, const Tracks& tracks)
{
    std::vector<WeakFormMasses> result;
    double values = 0, tracked = 0, begin = -std::numeric_limits<double>::infinity(), end = std::numeric_limits<double>::infinity();
    for (const CoordinateTrack& track : tracks.coordinates) {
        if (track.empty()) continue;
        values += static_cast<double>(track.t.size());
        ++tracked;
        begin = std::max(begin, track.t.front());
        end = std::min(end, track.t.back());
    }
    if (tracked == 0 || !(end > begin)) return result;
    const double row = (end - begin) / std::max(1.0, values / tracked - 1);
    const std::vector<Node> nodes = quadrature(tracks);
    const double k = data.units.k1() * data.units.k2();
    for (double rows = 6; rows * row <= end - begin; rows *= 1.35) {
        const double half = rows * row / 2;
        std::vector<Equations> windows;
        const double stride = std::max(half / 3, (end - begin) / 2000);
        for (double centre = begin + half; centre <= (end - half) * (1 + 1e-12); centre += stride) {
            const auto first = std::lower_bound(nodes.begin(), nodes.end(), centre - half,
                                                [](const Node& node, double t) { return node.t < t; });
            const auto last = std::upper_bound(first, nodes.end(), centre + half,
                                               [](double t, const Node& node) { return t < node.t; });
            windows.push_back(window_equations({first, last}, centre, half, k, data.reference));
        }
        if (const auto masses = regression(windows, rows)) result.push_back(*masses);
        if (rows > 300) break;
    }
    // Formal errors say how well a length determines masses; lengths that agree support each other.
    std::vector<std::pair<double, WeakFormMasses>> ranked;
    for (const WeakFormMasses& one : result) {
        double spread = 0, support = 1;
        for (int j = 0; j < 3; ++j) {
            const double share = one.sigmas[j] / std::max(one.masses[j], std::numeric_limits<double>::min());
            spread += std::min(1.0, share * share);
        }
        for (const WeakFormMasses& other : result) {
            const Eigen::Array3d joint = (one.sigmas.array().square() + other.sigmas.array().square()).sqrt();
            if (&other != &one && ((one.masses - other.masses).array().abs() < 3 * joint).all()) ++support;
        }
        // A residual near 1 explains nothing.
        const double explained = std::max(1 - one.residual, 1e-3);
        ranked.emplace_back(spread / (support * support * explained * explained), one);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = ranked[i].second;
    return result;
}

}  // namespace syzygy
