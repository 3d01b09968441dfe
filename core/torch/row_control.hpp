#pragma once

#include "core/base/outcome.hpp"
#include "core/ode/controller.hpp"
#include "core/ode/solver.hpp"
#include "core/torch/scheme.hpp"

namespace syzygy::torch_ode {

/// The step control of one trajectory of a batch: the decisions of core/ode/solver.hpp (StepController, end times hit
/// exactly, the limits and their order), from the error of each attempt. Times are double, whatever the state is in.
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
    double h() const { return h_; }
    double t_end() const { return t_end_; }
    double direction() const { return direction_; }
    double span() const;
    bool ended() const { return ended_; }
    const SolveCounts& counts() const { return counts_; }
    /// Status and sentence, as of a solve of its own.
    Outcome outcome() const;

private:
    double smallest_step() const;
    void limit_proposed();

    const Scheme* scheme_;
    const SolverOptions* options_;
    StepController<double> controller_;
    double t_, t0_, t1_, direction_, rounding_;
    double proposed_ = 0, h_ = 0, t_end_ = 0;
    bool shortened_ = false, ended_ = false;
    Status status_ = Status::reached;
    SolveCounts counts_;
};

}  // namespace syzygy::torch_ode
