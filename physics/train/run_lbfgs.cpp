#include "physics/train/run.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy::detail {

/// The loss of a training as L-BFGS minimises it: relative to that at which the arc began, with the penalty of the weights;
/// over all unknowns, or over the correction's alone where masses and states are solved for inside. They are
///
///     x = x(where the arc began) + (D z_physical, s z_weights)
///
/// with directions D in which the residuals do not mix and the loss is curved alike, and the weights' scale s.
class ReducedObjective final : public Objective {
public:
    explicit ReducedObjective(TrainingRun& run)
        : run_(run),
          skipped_(run.arc_.inner ? run.unknowns_.physical() : 0),
          committed_(run.remembered("x")),
          lower_(run.unknowns_.lower().tail(run.unknowns_.size() - skipped_)),
          upper_(run.unknowns_.upper().tail(run.unknowns_.size() - skipped_))
    {
        const Eigen::Index directions = run.unknowns_.physical() - skipped_;
        directions_.setIdentity(directions, directions);
        if (!run.state_.memory.contains("z")) begin();
        begun_ = run.remembered("arc-x");
        directions_ = run.remembered("directions").reshaped(directions, directions);
        scale_ = run.state_.memory.at("weight-scale")[0];
        committed_z_ = run.remembered("z");
        // Bounds are those of x: where there are some, unknowns are as they are.
        lower_ -= begun_.tail(size());
        upper_ -= begun_.tail(size());
    }

    Eigen::Index size() const override { return lower_.size(); }
    const Eigen::VectorXd& lower() const override { return lower_; }
    const Eigen::VectorXd& upper() const override { return upper_; }
    bool linearise(const Eigen::VectorXd&, ReducedLeastSquares&) override { return false; }
    bool sum_of_squares(const Eigen::VectorXd&, double&) override { return false; }

    bool evaluate(const Eigen::VectorXd& z, double& loss, Eigen::VectorXd* gradient) override
    {
        TrainingRun::Trial trial{committed_, {}, 0};
        if (z != committed_z_) trial.x.tail(size()) = begun_.tail(size()) + scaled(z);
        // Where the iteration began, what is inside stands solved: a resumed training must not solve it further.
        if (z != committed_z_ && !run_.solve_inner(trial.x)) return false;
        trial.value = run_.arc_.objective->evaluate(trial.x);
        if (!trial.value.good()) return false;
        const double scale = run_.loss_scale(), decay = run_.setup_.train.weight_decay;
        const Eigen::Index weights = run_.unknowns_.size() - run_.unknowns_.physical();
        loss = trial.value.loss / scale + decay / 2 * trial.x.tail(weights).squaredNorm();
        if (gradient) {
            *gradient = trial.value.gradient.tail(size()) / scale;
            gradient->tail(weights) += decay * trial.x.tail(weights);
            *gradient = of_scaled(*gradient);
        }
        trials_.emplace_back(z, std::move(trial));
        return true;
    }

    /// What was evaluated at z since the iteration began; it is where the next one begins.
    TrainingRun::Trial commit(const Eigen::VectorXd& z)
    {
        const auto found =
            std::find_if(trials_.rbegin(), trials_.rend(), [&](const auto& trial) { return trial.first == z; });
        TrainingRun::Trial trial = std::move(found->second);
        committed_ = trial.x;
        committed_z_ = z;
        trials_.clear();
        return trial;
    }

    const Eigen::VectorXd& z() const { return committed_z_; }

private:
    Eigen::VectorXd scaled(const Eigen::VectorXd& z) const
    {
        Eigen::VectorXd x(z.size());
        const Eigen::Index directions = directions_.cols();
        x << directions_ * z.head(directions), scale_ * z.tail(z.size() - directions);
        return x;
    }
    Eigen::VectorXd of_scaled(const Eigen::VectorXd& gradient) const
    {
        Eigen::VectorXd of(gradient.size());
        const Eigen::Index directions = directions_.cols();
        of << directions_.transpose() * gradient.head(directions), scale_ * gradient.tail(gradient.size() - directions);
        return of;
    }

    /// Directions and scale of an arc, from where it begins; kept, so that a resumed training has them.
    void begin()
    {
        begun_ = committed_;
        committed_z_.setZero(size());
        const bool bounded = (lower_.array() > -std::numeric_limits<double>::infinity()).any() ||
                             (upper_.array() < std::numeric_limits<double>::infinity()).any();
        if (!bounded) {
            scale_ = weight_scale();
            whiten();
        }
        run_.remember("z", committed_z_);
        run_.remember("arc-x", begun_);
        run_.remember("directions", directions_.reshaped());
        run_.state_.memory["weight-scale"] = {scale_};
    }

    /// Along a direction the relative loss rises by 1 where all of the residuals' change is added to them.
    void whiten()
    {
        const Eigen::Index directions = directions_.cols();
        const bool whole = std::none_of(run_.arc_.windows.begin(), run_.arc_.windows.end(),
                                        [](const TrainingWindow& window) { return window.start.has_value(); });
        if (directions == 0 || !whole) return;
        InnerMasses residuals(run_.arc_.windows, run_.unknowns_, run_.model_, run_.pool_, run_.control_.token());
        run_.unknowns_.hold_correction(committed_);
        ReducedLeastSquares reduced;
        if (!residuals.linearise(committed_.head(directions), reduced)) return;
        double rows = 0;
        for (const TrainingWindow& window : run_.arc_.windows) rows += static_cast<double>(window.data.size());
        const Eigen::VectorXd lengths = reduced.r.diagonal().cwiseAbs();
        if (!(lengths.minCoeff() > 1e-10 * lengths.maxCoeff())) return;  // not determined: as they are
        directions_ = std::sqrt(rows * run_.loss_scale()) *
                      reduced.r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(directions, directions));
    }

    /// The loss is curved along its gradient by the weights a quarter as much as along a direction: L-BFGS is slow where
    /// curvatures differ, and weights that move little change little outside of the data.
    double weight_scale()
    {
        constexpr double step = 1e-6, favour = 2;
        const Eigen::Index weights = run_.unknowns_.size() - run_.unknowns_.physical();
        const TrainingValue here = run_.arc_.objective->evaluate(committed_);
        if (!here.good()) return 1;
        const Eigen::VectorXd gradient = here.gradient.tail(weights) / run_.loss_scale();
        if (!(gradient.norm() > 0)) return 1;
        Eigen::VectorXd x = committed_;
        x.tail(weights) += step * gradient.normalized();
        const TrainingValue there = run_.arc_.objective->evaluate(x);
        if (!there.good()) return 1;
        const double curvature =
            std::abs((there.gradient.tail(weights) / run_.loss_scale() - gradient).dot(gradient.normalized())) / step;
        return curvature > 0 ? favour * std::sqrt(2 / curvature) : 1;
    }

    TrainingRun& run_;
    Eigen::Index skipped_;  ///< leading unknowns that are solved for inside
    Eigen::VectorXd committed_, lower_, upper_, begun_, committed_z_;
    Eigen::MatrixXd directions_;
    double scale_ = 1;
    std::vector<std::pair<Eigen::VectorXd, TrainingRun::Trial>> trials_;
};

TrainingRun::Next TrainingRun::run_lbfgs()
{
    ReducedObjective objective(*this);
    OptimizerState optimizer{state_.epoch, objective.z(), 0, {}};
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
        remember("z", at.x);
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
