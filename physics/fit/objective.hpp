#pragma once

#include "core/optimize/objective.hpp"
#include "physics/fit/parameters.hpp"

#include <stop_token>
#include <vector>

namespace syzygy {

/// The model linearised, row by row: observed components in order of time, then priors. Residuals are predicted - observed in
/// sigmas, weighted neither by time nor by a robust loss.
struct LinearRows {
    using Tangents = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    std::vector<int> component;    ///< of the loss; -1: a prior
    std::vector<std::size_t> row;  ///< of the data
    Eigen::VectorXd residual;
    Eigen::VectorXd robust_weight;     ///< rho' of a robust loss; 1 without one
    Eigen::VectorXd robust_curvature;  ///< its curvature along the residual; 1 without one
    Tangents tangents;              ///< d residual / d unknown, rows x unknowns; no columns if there are very many rows
    Tangents channel_tangents{};    ///< the same for the rows of channels alone, never left out

    Eigen::Index size() const { return residual.size(); }
};

/// The fit of three bodies to observations as an optimiser sees it: data, parameters and priors.
///
/// As a loss: L of docs/equations.md, plus the priors' ((p - mean) / sigma)^2 / N. As a sum of squares: N times that.
class FitObjective final : public Objective {
public:
    /// Refers to `data` and `parameters`, which must outlive the objective.
    FitObjective(const PreparedData& data, const ParameterSet& parameters, const ModelOptions& model,
                 std::string gradient, std::stop_token stop);

    Eigen::Index size() const override { return parameters_.size(); }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    /// Holds each free mass within a factor `ratio` of its value at `centre`, in addition to the bounds.
    void box_masses(const Eigen::VectorXd& centre, double ratio);
    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override;
    bool linearise(const Eigen::VectorXd& x, ReducedLeastSquares& reduced) override;
    bool sum_of_squares(const Eigen::VectorXd& x, double& sum) override;

    /// Sums over the rows from which errors are computed, in given units of the unknowns (units of a parameter's value).
    struct Information {
        ReducedLeastSquares reduced;      ///< (J | r), the model linearised
        Eigen::MatrixXd curvature;        ///< sum w psi' J^T J / sigma^2: equal to R^T R unless the loss is robust
        Eigen::MatrixXd position_scores;  ///< sum w^2 psi^2 J^T J / sigma^2 over positions, and
        Eigen::MatrixXd
            velocity_scores;  ///< over velocities: the middle of the sandwich (White 1980). Without a robust
                              ///< loss psi^2 is taken as 1, the variance of a residual in units of sigma
        Eigen::MatrixXd prior_scores;
        /// Sums over the numbers whose errors are not given (PreparedData::estimated), by group; the last group: all other
        /// numbers.
        struct Group {
            double squares = 0;         ///< sum w (r / sigma)^2
            double weight = 0;          ///< sum w
            Eigen::MatrixXd scores;     ///< as above
            std::vector<double> sizes;  ///< |r / sigma|, only with a robust loss
        };
        std::array<Group, error_groups + 1> groups;
        Eigen::VectorXd shift;  ///< J^T W times `difference`
        LinearRows rows;        ///< with tangents only up to `most_tangents` numbers, 128 MiB
    };
    static constexpr std::size_t most_tangents = std::size_t{1} << 24;
    /// `difference`, if given (components x K), is a change of the predictions whose effect on the fit is wanted.
    bool information(const Eigen::VectorXd& units, const Eigen::VectorXd& x, Information& information,
                     const Eigen::MatrixXd* difference);

    /// Why the last evaluation returned false.
    const Outcome& last_outcome() const { return last_outcome_; }

private:
    /// One observed component, or one prior, as a row of the least-squares problem.
    struct RowView {
        const Eigen::RowVectorXd& tangent;  ///< d residual / d unknown, in sigmas, not weighted
        double residual;                    ///< in sigmas
        double time_weight;
        RobustValue rho;
        int component;  ///< of the loss; -1: a prior
        std::size_t k;
        double inverse_sigma;
    };
    /// Calls row(RowView) for each observed component and prior, in the given units.
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
