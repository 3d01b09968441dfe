#pragma once

#include "core/base/outcome.hpp"
#include "core/ode/solver.hpp"
#include "core/ode/step_loop.hpp"
#include "core/torch/scheme.hpp"

namespace syzygy::torch_ode {

/// The step control of one trajectory of a batch: a StepLoop with the limits of Solver, in the same order, and counts of the
/// evaluations that a solve of this trajectory alone would take. Times are double, whatever the number type of the state.
class RowControl {
public:
    /// `rounding`: machine epsilon of the state's numbers. With t0 = t1 the trajectory has ended before its first step.
    RowControl(const Scheme& scheme, const SolverOptions& options, double t0, double t1, double rounding);

    /// Sets the size of the first step, once known.
    void begin(double first_step);

    /// Chooses the next attempt, `h()` and `t_end()`. Returns false if the trajectory ends here.
    bool prepare(bool stop_requested);

    enum class Verdict {
        accepted,
        rejected,
        doubtful  ///< the error is not finite: if the derivative at the step's start is not finite either, `end(non_finite)`
    };
    /// Takes the attempt's error in units of the tolerance (fixed steps: 0, or nan if y1 is not finite).
    Verdict judge(double error_ratio);
    /// Advances to the end of the attempt; counts its further evaluations.
    void accept(long evaluations);
    void end(Status status);

    double t() const { return t_; }
    double h() const { return attempt_.h; }
    double t_end() const { return attempt_.t_end; }
    const StepLoop<double>& loop() const { return loop_; }
    bool ended() const { return ended_; }
    const SolveCounts& counts() const { return counts_; }
    /// Status and sentence, as for a solve of this trajectory alone.
    Outcome outcome() const;

private:
    const Scheme* scheme_;
    const SolverOptions* options_;
    StepLoop<double> loop_;
    double t_, t1_;
    StepLoop<double>::Choice attempt_{};
    bool ended_ = false;
    Status status_ = Status::reached;
    SolveCounts counts_;
};

}  // namespace syzygy::torch_ode
