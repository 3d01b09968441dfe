// Rows reduced as they come give what a dense QR of all rows gives.
#include "core/optimize/objective.hpp"

#include <gtest/gtest.h>

#include <Eigen/QR>

namespace syzygy {
namespace {

struct Rows {
    Eigen::MatrixXd jacobian;
    Eigen::VectorXd residual;
};

Rows random_rows(Eigen::Index count, Eigen::Index unknowns)
{
    std::srand(5);
    return {Eigen::MatrixXd::Random(count, unknowns), Eigen::VectorXd::Random(count)};
}

ReducedLeastSquares reduce(const Rows& rows)
{
    RowReducer reducer(rows.jacobian.cols());
    for (Eigen::Index i = 0; i < rows.jacobian.rows(); ++i) reducer.add(rows.jacobian.row(i), rows.residual[i]);
    return reducer.result();
}

/// Rounding of orthogonal transformations: a few units in the last place of the norms, times the blocks.
constexpr double rounding = 1e-13;

void expect_same_problem(const Rows& rows)
{
    const ReducedLeastSquares reduced = reduce(rows);
    const double size = rows.jacobian.norm() * (rows.jacobian.norm() + rows.residual.norm());
    EXPECT_LT((reduced.r.transpose() * reduced.r - rows.jacobian.transpose() * rows.jacobian).norm(), rounding * size);
    EXPECT_LT((reduced.r.transpose() * reduced.q - rows.jacobian.transpose() * rows.residual).norm(), rounding * size);
    EXPECT_NEAR(reduced.squared_norm(), rows.residual.squaredNorm(), rounding * rows.residual.squaredNorm());
    EXPECT_TRUE(reduced.r.isUpperTriangular(0));
    EXPECT_GE(reduced.rest, 0);
}

TEST(RowReducer, ManyRowsAreTheSameProblem)
{
    for (const Eigen::Index count : {1, 5, 20, 63, 64, 65, 200, 5000}) expect_same_problem(random_rows(count, 5));
    expect_same_problem(random_rows(1000, 1));
    expect_same_problem(random_rows(1000, 21));
}

TEST(RowReducer, ItsSolutionIsThatOfADenseQr)
{
    const Rows rows = random_rows(3000, 7);
    const ReducedLeastSquares reduced = reduce(rows);
    const Eigen::VectorXd dense = rows.jacobian.householderQr().solve(rows.residual);
    const Eigen::VectorXd solution = reduced.r.triangularView<Eigen::Upper>().solve(reduced.q);
    EXPECT_LT((solution - dense).norm(), rounding * dense.norm());
    EXPECT_NEAR(reduced.rest, (rows.jacobian * dense - rows.residual).squaredNorm(),
                rounding * rows.residual.squaredNorm());
}

TEST(RowReducer, ADependentColumnIsSeenInItsSingularValues)
{
    Rows rows = random_rows(500, 4);
    rows.jacobian.col(3) = rows.jacobian.col(0) - 2 * rows.jacobian.col(1);
    expect_same_problem(rows);
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(reduce(rows).r);
    EXPECT_EQ(qr.rank(), 3);
}

TEST(RowReducer, NearlyDependentColumnsKeepDigitsThatTheNormalMatrixLoses)
{
    // Columns that differ by 1e-9: squared, 1e-18, below rounding.
    Rows rows = random_rows(500, 2);
    const Eigen::VectorXd other = rows.jacobian.col(1);
    rows.jacobian.col(1) = rows.jacobian.col(0) + 1e-9 * other;
    const ReducedLeastSquares reduced = reduce(rows);
    const Eigen::VectorXd orthogonal =
        other - rows.jacobian.col(0) * (rows.jacobian.col(0).dot(other) / rows.jacobian.col(0).squaredNorm());
    // Of rounding 1e-16 in columns of size 20, relative to a difference of 1e-9.
    EXPECT_NEAR(std::abs(reduced.r(1, 1)) / (1e-9 * orthogonal.norm()), 1, 1e-5);
}

TEST(RowReducer, OfNoRowsIsZero)
{
    const ReducedLeastSquares reduced = RowReducer(3).result();
    EXPECT_EQ(reduced.r, Eigen::Matrix3d::Zero());
    EXPECT_EQ(reduced.squared_norm(), 0);
}

TEST(RowReducer, AResultMayBeAskedForInTheMiddle)
{
    const Rows rows = random_rows(300, 3);
    RowReducer reducer(3);
    for (Eigen::Index i = 0; i < 300; ++i) {
        reducer.add(rows.jacobian.row(i), rows.residual[i]);
        if (i == 150) reducer.result();
    }
    EXPECT_NEAR(reducer.result().squared_norm(), rows.residual.squaredNorm(), rounding * rows.residual.squaredNorm());
}

}  // namespace
}  // namespace syzygy
