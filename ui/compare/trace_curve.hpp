#pragma once

#include <Eigen/Core>

#include <QPointF>

#include <vector>

namespace syzygy {

/// Two components of states over time as a smooth line: Hermite cubics with slopes of parabolas through three states.
/// For the eye; what is measured is measured at the states themselves.
class TraceCurve {
public:
    /// `times` ascending or descending. `across`, `up`: components; -1: the time. Both lists must outlive it.
    TraceCurve(const std::vector<double>& times, const std::vector<Eigen::VectorXd>& states, int across, int up);

    bool empty() const { return times_.size() < 2; }
    /// At a time; times outside are moved to the nearest end.
    QPointF at(double time) const;
    /// The whole line in about so many points, at each state where there are fewer.
    std::vector<QPointF> line(std::size_t points) const;

private:
    QPointF state(std::size_t i) const;
    bool goes_on(std::size_t i) const;
    QPointF slope(std::size_t i) const;
    QPointF between(std::size_t i, double share) const;

    const std::vector<double>& times_;
    const std::vector<Eigen::VectorXd>& states_;
    int across_, up_;
};

}  // namespace syzygy
