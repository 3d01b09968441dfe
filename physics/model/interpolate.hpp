#pragma once

#include <Eigen/Core>

#include <span>

namespace syzygy {

/// Positions of three bodies at times at which they were not observed, by local interpolation: each component by the
/// polynomial of degree at most 3 through the two observations before and the two after (Lagrange's form). An outer neighbour
/// closer to the inner one than half of the bridged gap is passed over, since a polynomial through such a pair would carry
/// the pair's errors across the gap. Independent of units.
///
/// `times`: N ascending times; `positions`: 9 x N, nan where not observed; `at`: M times in any order. The result is 9 x M:
/// at the time of an observation the observed value itself (the first one if there are several); nan before the first and
/// after the last observation of the component.
Eigen::MatrixXd interpolated_positions(std::span<const double> times,
                                       const Eigen::Ref<const Eigen::MatrixXd>& positions, std::span<const double> at);

/// The observed positions, 9 x N, with numbers that a row lacks interpolated as above. Rows that hold all bodies stay as they
/// are.
Eigen::MatrixXd with_gaps_filled(std::span<const double> times, const Eigen::Ref<const Eigen::MatrixXd>& positions);

}  // namespace syzygy
