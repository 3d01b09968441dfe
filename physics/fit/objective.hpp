#pragma once

#include "core/optimize/objective.hpp"
#include "physics/fit/parameters.hpp"

#include <stop_token>

namespace syzygy {

/// The fit of three bodies to observations as an optimiser sees it: data, parameters and priors.
///
/// As a loss: L of design.md, plus the priors' ((p - mean) / sigma)^2 / N. As a sum of squares: N times that.
class FitObjective final : public Objective {
public:
    /// Refers to `data` and `parameters`, which must outlive it.
    FitObjective(const PreparedData& data, const ParameterSet& parameters, const ModelOptions& model, std::string gradient,
                 std::stop_token stop);

    Eigen::Index size() const override { return parameters_.size(); }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    /// Holds each free mass within a factor `ratio` of its value at `centre`, in addition to the bounds.
    void box_masses(const Eigen::VectorXd& centre, double ratio);
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override;
    bool linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced) override;
    bool sum_of_squares(const Eigen::VectorXd& x, double& sum) override;

    /// The same linearised in given units of the unknowns (those of a parameter's own value), and, where
    /// `scores` is given, the outer product of scores: the middle of the sandwich for errors when weights are not
    /// inverse variances (White 1980). A robust loss takes its residuals as they are; otherwise they have unit variance.
    bool linearise_in(const Eigen::VectorXd& units, const Eigen::VectorXd& x, ReducedLeastSquares& reduced,
                      Eigen::MatrixXd* scores);

    /// Why the last evaluation was false.
    const Outcome& last_outcome() const { return last_outcome_; }

private:
    /// Calls row(derivatives, residual, weight) for each observed component, robustified residual and derivatives in
    /// the given units.
    template <class Row>
    bool visit_rows(const Eigen::VectorXd& units, const Eigen::VectorXd& x, Row&& row);

    const PreparedData& data_;
    const ParameterSet& parameters_;
    Eigen::VectorXd lower_, upper_;
    ModelOptions model_;
    std::stop_token stop_;
    GradientEvaluator evaluator_;
    Outcome last_outcome_;
};

}  // namespace syzygy
