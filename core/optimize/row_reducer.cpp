#include "core/optimize/objective.hpp"

#include <Eigen/QR>

#include <algorithm>

namespace syzygy {

RowReducer::RowReducer(Eigen::Index unknowns)
    : unknowns_(unknowns), filled_(0), buffer_(Eigen::MatrixXd::Zero(4 * (unknowns + 1) + 60, unknowns + 1))
{
}

void RowReducer::reduce()
{
    const Eigen::Index kept = unknowns_ + 1;
    buffer_.bottomRows(buffer_.rows() - filled_).setZero();
    Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXd>> qr(buffer_);
    for (Eigen::Index column = 0; column < kept; ++column)
        buffer_.col(column).segment(column + 1, kept - column - 1).setZero();
    filled_ = kept;
}

ReducedLeastSquares RowReducer::result()
{
    reduce();
    ReducedLeastSquares result;
    result.r = buffer_.topLeftCorner(unknowns_, unknowns_);
    result.q = buffer_.col(unknowns_).head(unknowns_);
    const double last = buffer_(unknowns_, unknowns_);
    result.rest = last * last;
    return result;
}

}  // namespace syzygy
