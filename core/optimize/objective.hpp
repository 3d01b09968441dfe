#pragma once

#include <Eigen/Core>

#include <string>

namespace syzygy {

/// A least-squares problem min |r|^2 at one point, reduced by QR to the n unknowns: |J d + r|^2 = |R d + q|^2 + rest. No normal
/// equations are formed, and the reduced size does not depend on the amount of data.
struct ReducedLeastSquares {
    Eigen::MatrixXd r;   ///< R, n x n, upper triangular
    Eigen::VectorXd q;   ///< Q^T r, n
    double rest = 0;     ///< |r|^2 - |q|^2

    double squared_norm() const { return q.squaredNorm() + rest; }
};

/// Reduces rows (J | r) as they arrive, a block at a time.
class RowReducer {
public:
    explicit RowReducer(Eigen::Index unknowns);

    /// One row: its n derivatives and its residual.
    template <class Row>
    void add(const Row& derivatives, double residual)
    {
        buffer_.row(filled_).head(unknowns_) = derivatives;
        buffer_(filled_, unknowns_) = residual;
        if (++filled_ == buffer_.rows()) reduce();
    }

    ReducedLeastSquares result();

private:
    void reduce();

    Eigen::Index unknowns_, filled_;
    Eigen::MatrixXd buffer_;
};

/// A function of n unknowns to be minimised. The unknowns are scaled so that a change of 1 is large. The loss is dimensionless
/// (by scaled_objective.hpp), since stopping criteria of optimisers compare the loss and its gradient with numbers.
class Objective {
public:
    virtual ~Objective() = default;

    virtual Eigen::Index size() const = 0;
    /// Bounds of each unknown; infinite if unbounded.
    virtual const Eigen::VectorXd& lower() const = 0;
    virtual const Eigen::VectorXd& upper() const = 0;

    /// Computes the loss, and its gradient if `gradient` is not null. Returns false if the loss cannot be evaluated at x (the
    /// solve did not reach its end, or a stop was requested).
    virtual bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) = 0;

    /// The loss as a sum of squares, up to a constant factor, linearised at x. Returns false as `evaluate` does.
    virtual bool linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced) = 0;
    /// The sum of squares of `linearise` alone.
    virtual bool sum_of_squares(const Eigen::VectorXd& x, double& sum) = 0;
};

}  // namespace syzygy
