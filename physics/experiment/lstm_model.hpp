#pragma once

#include "core/network/lstm.hpp"
#include "core/optimize/objective.hpp"
#include "physics/observations/observations.hpp"

#include <stop_token>

namespace syzygy {

/// An LSTM as the ACA paper compares it with ODEs: the LSTM gets the positions at one time and predicts how far the bodies
/// move to the next time. It is given no velocity and no force; it must remember what it needs to know of these.
///
/// Inputs: positions (9 numbers, from their mean over the data, in units of `length`); if augmented, also d_ij = q_j - q_i of
/// the three pairs, alone and divided by |d_ij|, |d_ij|^2 and |d_ij|^3 (45 numbers). Outputs: the increments of the positions
/// (9 numbers, in units of their root mean square over the data).
class LstmModel {
public:
    LstmModel(const Observations& observations, double length, int width, bool augmented);

    const Lstm& network() const { return network_; }
    /// Inputs of the columns of a table of positions.
    Eigen::MatrixXd inputs(const ObservedTable& positions) const;
    double increment_scale() const { return increment_; }

    /// Positions at `count` further times with the spacing of the data, the data's own times first: within the data, each is
    /// predicted from the observed positions before it; beyond the data, from the LSTM's own. Columns: the data's first time
    /// (as observed), then the predictions.
    ObservedTable predict(const Eigen::VectorXd& p, const ObservedTable& observed, std::size_t count) const;

private:
    Eigen::VectorXd input(const Eigen::Matrix<double, 9, 1>& positions) const;

    bool augmented_;
    double length_, increment_;
    Eigen::Vector3d mean_;
    Lstm network_;
};

/// Weighted mean squared error of the increments that are predicted from the observed positions (teacher forcing), in the
/// increments' units; gradient by back-propagation through the whole sequence.
class LstmObjective final : public Objective {
public:
    /// `weights`: one for each predicted time (the observations' times except the first). `model` must outlive the objective.
    LstmObjective(const LstmModel& model, const ObservedTable& observed, const Eigen::VectorXd& weights, std::stop_token stop);

    Eigen::Index size() const override { return model_.network().parameters(); }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override;
    bool linearise(const Eigen::VectorXd&, ReducedLeastSquares&) override { return false; }
    bool sum_of_squares(const Eigen::VectorXd&, double&) override { return false; }

private:
    const LstmModel& model_;
    Eigen::MatrixXd inputs_, targets_;
    Eigen::VectorXd weights_, lower_, upper_;
    std::stop_token stop_;
    Eigen::MatrixXd outputs_, bars_;
    Lstm::Tape tape_;
};

}  // namespace syzygy
