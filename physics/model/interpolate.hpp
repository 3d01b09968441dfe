#pragma once

#include <Eigen/Core>

#include <span>

namespace syzygy {

/// Positions of three bodies at other times than those they were observed at, by local interpolation: each component by
/// the polynomial of degree 3 at most through the two observations before and the two after (Lagrange's form).
/// Of neighbours, those closer together than half of the gap that is bridged are passed over, since a polynomial
/// through such a pair would follow their errors across the gap. Knows no units.
///
/// `times`: N ascending times; `positions`: 9 x N, nan where not observed; `at`: M times in any order. The result is
/// 9 x M: at the time of an observation its value itself (of several, the first); nan before the first and after the
/// last observation of the component.
Eigen::MatrixXd interpolated_positions(std::span<const double> times,
                                       const Eigen::Ref<const Eigen::MatrixXd>& positions, std::span<const double> at);

/// The observed positions, 9 x N, with what a row lacks interpolated as above. Rows that hold all bodies stay as they
/// are.
Eigen::MatrixXd with_gaps_filled(std::span<const double> times, const Eigen::Ref<const Eigen::MatrixXd>& positions);

}  // namespace syzygy
