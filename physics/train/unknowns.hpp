#pragma once

#include "physics/fit/parameters.hpp"
#include "physics/train/windows.hpp"

#include <vector>

namespace syzygy {

/// The unknowns of a training, scaled, as one vector x:
///
///     logarithms of the free masses | the free state of each trajectory | parameters of the correction
///
/// The first two are as in ParameterSet (x = 0: the start of the fit); weights of a network are unscaled, named parameters
/// are as in any fit.
class TrainingUnknowns {
public:
    /// `start`: of the first trajectory, with the correction's parameters (null correction: only masses and states are
    /// unknown). `fit.initial`, and what `fix`, `bounds` and `prior` say about states, belong to the first trajectory. Throws
    /// ArgumentError as ParameterSet does, and if the correction is held.
    TrainingUnknowns(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup, const ModelPoint& start,
                     const Correction* correction);

    Eigen::Index size() const { return start_.size(); }
    /// Number of masses and states, which come first.
    Eigen::Index physical() const { return correction_; }
    Eigen::Index masses() const { return masses_; }
    bool network() const { return network_; }
    std::size_t trajectories() const { return sets_.size(); }

    const Eigen::VectorXd& start() const { return start_; }
    const Eigen::VectorXd& lower() const { return lower_; }
    const Eigen::VectorXd& upper() const { return upper_; }

    ModelPoint point(const Eigen::VectorXd& x, std::size_t trajectory = 0) const;

    /// The unknowns of one trajectory alone, as in its ParameterSet, and their positions in x.
    const ParameterSet& set(std::size_t trajectory) const { return sets_[trajectory]; }
    /// The set of the masses and states only: a correction with named parameters is held.
    const ParameterSet& physical_set(std::size_t trajectory) const { return physical_sets_[trajectory]; }
    Eigen::VectorXd physical_part(const Eigen::VectorXd& x, std::size_t trajectory) const;
    Eigen::Index column(std::size_t trajectory, Eigen::Index own) const
    {
        return own < masses_ ? own : state_begin_[trajectory] + own - masses_;
    }
    /// Makes the physical sets hold the correction at its parameters in x.
    void hold_correction(const Eigen::VectorXd& x);

    /// Converts a gradient by masses, initial states and the correction's parameters to a gradient by the unknowns: each
    /// function adds its part.
    void add_masses(const Eigen::Vector3d& masses, const ModelPoint& point, Eigen::VectorXd& gradient) const;
    void add_state(const State& state, std::size_t trajectory, Eigen::VectorXd& gradient) const;
    void add_correction(const Eigen::VectorXd& correction, Eigen::VectorXd& gradient) const;
    /// The priors' ((p - mean) / sigma)^2 over `rows`; adds its gradient to `gradient`.
    double add_priors(const Eigen::VectorXd& x, double rows, Eigen::VectorXd& gradient) const;

private:
    std::vector<ParameterSet> sets_, physical_sets_;
    std::vector<Eigen::Index> state_begin_;
    Eigen::Index masses_ = 0, correction_ = 0;
    bool network_ = false;
    double prior_unit_ = 1;  ///< what a prior's sigma counts as in the loss (MissingErrors::common)
    Eigen::VectorXd start_, lower_, upper_;
};

}  // namespace syzygy
