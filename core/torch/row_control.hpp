#pragma once

#include "core/base/outcome.hpp"
#include "core/ode/solver.hpp"
#include "core/ode/step_loop.hpp"
#include "core/torch/scheme.hpp"

namespace syzygy::torch_ode {

/// The step control of one trajectory of a batch: a StepLoop with the limits of Solver in their order, and counts of what a solve of
/// its own would evaluate. Times are double, whatever the state is in.
class RowControl {
public:
    /// `rounding`: machine epsilon of the state's numbers. t0 = t1 has ended before it began.
    RowControl(const Scheme& scheme, const SolverOptions& options, double t0, double t1, double rounding);

    /// The size of the first step, once it is known.
    void begin(double first_step);

    /// Chooses the next attempt, `h()` and `t_end()`. False where the trajectory ends here.
    bool prepare(bool stop_requested);

    enum class Verdict {
        accepted,
        rejected,
        doubtful  ///< the error is not finite: where the derivative at the step's start is neither, `end(non_finite)`
    };
    /// Hears of the attempt's error in units of the tolerance (fixed steps: 0, or nan where y1 is not finite).
    Verdict judge(double error_ratio);
    /// Goes on to the attempt's end; counts its further evaluations.
    void accept(long evaluations);
    void end(Status status);

    double t() const { return t_; }
    double h() const { return attempt_.h; }
    double t_end() const { return attempt_.t_end; }
    const StepLoop<double>& loop() const { return loop_; }
    bool ended() const { return ended_; }
    const SolveCounts& counts() const { return counts_; }
    /// Status and sentence, as of a solve of its own.
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
