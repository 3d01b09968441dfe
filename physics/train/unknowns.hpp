#pragma once

#include "physics/fit/parameters.hpp"
#include "physics/train/windows.hpp"

#include <vector>

namespace syzygy {

/// What a training moves, as one vector x of scaled unknowns:
///
///     logarithms of the free masses | the free state of each trajectory | parameters of the correction
///
/// The first two as ParameterSet has them (x = 0: where the fit starts); weights of a network as they are, parameters with
/// names like those of any fit.
class TrainingUnknowns {
public:
    /// `start`: of the first trajectory, with the correction's parameters (null: masses and states are all). `fit.initial`, and what `fix`, `bounds` and `prior`
    /// say of states, belong to the first trajectory. Throws ArgumentError as ParameterSet does, and where the correction is
    /// held.
    TrainingUnknowns(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup, const ModelPoint& start,
                     const Correction* correction);

    Eigen::Index size() const { return start_.size(); }
    /// Masses and states: they come first.
    Eigen::Index physical() const { return correction_; }
    Eigen::Index masses() const { return masses_; }
    bool network() const { return network_; }
    std::size_t trajectories() const { return sets_.size(); }

    const Eigen::VectorXd& start() const { return start_; }
    const Eigen::VectorXd& lower() const { return lower_; }
    const Eigen::VectorXd& upper() const { return upper_; }

    ModelPoint point(const Eigen::VectorXd& x, std::size_t trajectory = 0) const;

    /// The unknowns of one trajectory alone, as its ParameterSet has them, and where they stand in x.
    const ParameterSet& set(std::size_t trajectory) const { return sets_[trajectory]; }
    /// Of the masses and states only: a correction with names is held.
    const ParameterSet& physical_set(std::size_t trajectory) const { return physical_sets_[trajectory]; }
    Eigen::VectorXd physical_part(const Eigen::VectorXd& x, std::size_t trajectory) const;
    Eigen::Index column(std::size_t trajectory, Eigen::Index own) const
    {
        return own < masses_ ? own : state_begin_[trajectory] + own - masses_;
    }
    /// The physical sets hold the correction at that of x.
    void hold_correction(const Eigen::VectorXd& x);

    /// The gradient by the unknowns of one by masses, initial states and the correction's parameters: each adds its part.
    void add_masses(const Eigen::Vector3d& masses, const ModelPoint& point, Eigen::VectorXd& gradient) const;
    void add_state(const State& state, std::size_t trajectory, Eigen::VectorXd& gradient) const;
    void add_correction(const Eigen::VectorXd& correction, Eigen::VectorXd& gradient) const;
    /// The priors' ((p - mean) / sigma)^2 over `rows`, and its gradient on top of what is there.
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
