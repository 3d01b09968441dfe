#pragma once

#include "physics/train/inner_masses.hpp"
#include "physics/train/objective.hpp"
#include "physics/train/schedule.hpp"
#include "physics/train/train.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/worker_pool.hpp"
#include "core/ode/solver.hpp"

#include <optional>

namespace syzygy::detail {

/// A training while it runs: what is made once from the setup, and the state that the optimisers advance.
class TrainingRun {
public:
    TrainingRun(std::span<const Observations> trajectories, const FitSetup& setup, TrainState& state,
                const TrainCallback& callback, Control& control);

    TrainResult run();

private:
    /// The windows to train on until the horizon is extended.
    struct Arc {
        std::vector<TrainingWindow> windows;
        std::unique_ptr<BatchGradient> gradients;
        std::unique_ptr<TrainingObjective> objective;
        std::unique_ptr<InnerMasses> inner;  ///< null: masses are trained with the weights
        double end;                          ///< as in the data of the first trajectory
        double size_loss;                    ///< the loss of predictions that are off by the size of the system
    };
    /// A point with its losses.
    struct Trial {
        Eigen::VectorXd x;
        TrainingValue value;
        double validation = 0;
    };
    enum class Next { go_on, arc_settled, finished, stopped };

    void begin();
    /// Takes the masses and states of Newton's fit if they are better; false if the fit was stopped.
    bool begin_at_newton();
    bool begins_at_newton() const;
    void prepare_arc();
    void choose_backend();
    void make_gradients();
    BatchSetup batch_setup() const;
    std::vector<const PreparedData*> window_data() const;
    /// Limits a trial's evaluations: a trial that takes the solver far more work than the start of the arc has gone astray.
    void limit_evaluations(long evaluations);
    /// Runs the optimiser over the present arc.
    Next run_arc();
    Next run_adam(Trial here);
    Next run_lbfgs();
    friend class ReducedObjective;

    /// One epoch of Adam from `here`: full batch, or mini-batches.
    Trial adam_epoch(const Trial& here, AdamMemory& memory);
    Trial evaluate(Eigen::VectorXd x);
    /// Solves for masses and states inside, if the options ask for it; false if that fails.
    bool solve_inner(Eigen::VectorXd& x);
    /// Losses are minimised relative to the loss at the start of the arc: then rates, clipping and tolerances are independent
    /// of units.
    double loss_scale() const;
    bool diverged(const TrainingValue& value) const;

    /// Ends an epoch: history, best point, callback, pause; returns what comes next.
    Next accept(const Trial& trial, double rate);
    bool settled() const;
    /// Keeps the last good point; false if that has happened too often.
    bool back_off(const TrainingValue& value);
    void finish(Status status, std::string reason);
    bool last_arc() const { return state_.arc + 1 == ends_[0].size(); }

    Eigen::VectorXd remembered(const char* name) const;
    void remember(const char* name, const Eigen::VectorXd& values);
    TrainResult result();

    const FitSetup& setup_;
    TrainState& state_;
    const TrainCallback& callback_;
    Control& control_;
    Stopwatch watch_;
    double seconds_before_;
    std::vector<std::string> notes_;
    std::vector<TrainingTrajectory> trajectories_;
    ModelPoint start_;
    std::shared_ptr<const Correction> correction_;
    CorrectionContext context_;
    TrainingUnknowns unknowns_;
    ModelOptions model_;
    ModelOptions held_out_model_;            ///< the same except for the allowed work
    std::vector<std::vector<double>> ends_;  ///< of the arcs of each trajectory
    WorkerPool pool_;
    HeldOut held_out_;
    Arc arc_;
    std::string chosen_because_;
    std::optional<NewtonFit> newton_;
    Outcome outcome_;
};

}  // namespace syzygy::detail
