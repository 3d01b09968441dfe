#pragma once

#include "core/network/spec.hpp"
#include "core/ode/options.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/model/gradient.hpp"

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace syzygy {

/// What moves the three bodies of every trajectory of a batch, and how it is solved.
struct BatchModel {
    UnitSystem units;
    double softening = 0;
    CorrectionOptions correction;        ///< which one; none: Newton alone
    CorrectionContext context;
    std::optional<NetworkSpec> network;  ///< its network
    SolverOptions solver;
    std::string observe = "dense";
};

/// One trajectory: what of PreparedData a loss is made of, on the time that counts from its own epoch.
struct BatchTrajectory {
    const PreparedData* data;  ///< must outlive the call that is given it only
    State atol;
};

/// Losses of all trajectories of a batch at once, and the gradient of their weighted sum.
struct BatchResult {
    std::vector<Outcome> outcomes;    ///< one a trajectory
    Eigen::VectorXd losses;           ///< one a trajectory; nan where it ended early
    double loss = 0;                  ///< sum_i weight_i loss_i
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
    Eigen::Matrix<double, 18, Eigen::Dynamic> initial_states;  ///< a column a trajectory
    Eigen::VectorXd correction;
    long accepted = 0, rejected = 0;  ///< steps of all trajectories
    double seconds = 0;
    long batch = 0;                   ///< most trajectories that were solved at once
    std::vector<std::string> messages;  ///< what was done about memory that ran out
};

}  // namespace syzygy
