#include "physics/train/run.hpp"

#include <algorithm>

namespace syzygy::detail {

/// The loss of a training as L-BFGS minimises it: relative to that at which the arc began, with the penalty of the weights;
/// over all unknowns, or over the correction's alone where masses and states are solved for inside.
class ReducedObjective final : public Objective {
public:
    explicit ReducedObjective(TrainingRun& run)
        : run_(run),
          skipped_(run.arc_.inner ? run.unknowns_.physical() : 0),
          committed_(run.remembered("x")),
          lower_(run.unknowns_.lower().tail(run.unknowns_.size() - skipped_)),
          upper_(run.unknowns_.upper().tail(run.unknowns_.size() - skipped_))
    {
    }

    Eigen::Index size() const override { return lower_.size(); }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool linearise(const Eigen::VectorXd&, ReducedLeastSquares&) override { return false; }
    bool sum_of_squares(const Eigen::VectorXd&, double&) override { return false; }

    bool evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient) override
    {
        TrainingRun::Trial trial{committed_, {}, 0};
        trial.x.tail(size()) = x;
        // Where the iteration began, what is inside stands solved: a resumed training must not solve it further.
        if (x != committed_.tail(size()) && !run_.solve_inner(trial.x)) return false;
        trial.value = run_.arc_.objective->evaluate(trial.x);
        if (!trial.value.good()) return false;
        const double scale = run_.loss_scale(), decay = run_.setup_.train.weight_decay;
        const Eigen::Index weights = run_.unknowns_.size() - run_.unknowns_.physical();
        loss = trial.value.loss / scale + decay / 2 * x.tail(weights).squaredNorm();
        if (gradient) {
            *gradient = trial.value.gradient.tail(size()) / scale;
            gradient->tail(weights) += decay * x.tail(weights);
        }
        trials_.push_back(std::move(trial));
        return true;
    }

    /// What was evaluated at x since the iteration began; it is where the next one begins.
    TrainingRun::Trial commit(const Eigen::VectorXd& x)
    {
        const auto found = std::find_if(trials_.rbegin(), trials_.rend(),
                                        [&](const auto& trial) { return trial.x.tail(size()) == x; });
        TrainingRun::Trial trial = std::move(*found);
        committed_ = trial.x;
        trials_.clear();
        return trial;
    }

private:
    TrainingRun& run_;
    Eigen::Index skipped_;  ///< leading unknowns that are solved for inside
    Eigen::VectorXd committed_, lower_, upper_;
    std::vector<TrainingRun::Trial> trials_;
};

TrainingRun::Next TrainingRun::run_lbfgs()
{
    ReducedObjective objective(*this);
    OptimizerState optimizer{state_.epoch, remembered("x").tail(objective.size()), 0, {}};
    for (const char* name : {"s", "y", "progress"})
        if (const auto found = state_.memory.find(name); found != state_.memory.end()) optimizer.memory.insert(*found);
    Next next = Next::go_on;
    const auto after_iteration = [&](const OptimizerState& at) {
        Trial trial = objective.commit(at.x);
        const auto tasks = held_out_.tasks(trial.x);
        pool_.run(tasks.size(), [&](std::size_t i) { tasks[i](); });
        trial.validation = held_out_.loss();
        if (control_.token().stop_requested()) {
            next = Next::stopped;
            return false;
        }
        for (const auto& [name, values] : at.memory) state_.memory[name] = values;
        next = accept(trial, 0);
        return next == Next::go_on;
    };
    const Outcome outcome = minimize_lbfgs(objective, setup_.optimizer, optimizer, after_iteration, control_.token());
    if (next == Next::finished || next == Next::arc_settled) return next;
    if (outcome.status == Status::stopped) {
        outcome_ = {Status::stopped, "stopped on request; the parameters are the last good ones"};
        return Next::stopped;
    }
    if (!last_arc() && outcome.ok()) return Next::arc_settled;
    finish(outcome.status, outcome.reason);
    return Next::finished;
}

}  // namespace syzygy::detail
