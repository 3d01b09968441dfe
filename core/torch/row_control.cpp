#include "core/torch/row_control.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy::torch_ode {

RowControl::RowControl(const Scheme& scheme, const SolverOptions& options, double t0, double t1, double rounding)
    : scheme_(&scheme),
      options_(&options),
      loop_(options, scheme.adaptive() ? std::max(scheme.error_order, 1) : 0, t0, t1, rounding),
      t_(t0),
      t1_(t1),
      ended_(t0 == t1)
{
    // The first stage, and the one that the first step's size takes.
    if (!ended_) counts_.rhs_evaluations = scheme.adaptive() && !(options.step > 0) ? 2 : 1;
}

void RowControl::begin(double first_step)
{
    loop_.begin(first_step);
}

bool RowControl::prepare(bool stop_requested)
{
    if (stop_requested) {
        end(Status::stopped);
    } else if (counts_.rhs_evaluations + scheme_->stages > options_->max_evaluations) {
        end(Status::evaluation_limit);
    } else if (loop_.too_small(t_)) {
        end(Status::step_too_small);
    }
    if (ended_) return false;
    attempt_ = loop_.choose(t_, t1_);
    counts_.rhs_evaluations += scheme_->stages - 1 + (scheme_->error_uses_end_stage ? 1 : 0);
    return true;
}

RowControl::Verdict RowControl::judge(double error_ratio)
{
    if (!scheme_->adaptive()) {
        if (std::isfinite(error_ratio)) return Verdict::accepted;
        end(Status::non_finite);
        return Verdict::rejected;
    }
    if (!(error_ratio <= 1)) {
        ++counts_.rejected;
        loop_.rejected(attempt_, error_ratio);
        return std::isfinite(error_ratio) ? Verdict::rejected : Verdict::doubtful;
    }
    loop_.accepted(attempt_, error_ratio);
    return Verdict::accepted;
}

void RowControl::accept(long evaluations)
{
    t_ = attempt_.t_end;
    ++counts_.accepted;
    counts_.rhs_evaluations += evaluations;
    if (t_ == t1_) end(Status::reached);
}

void RowControl::end(Status status)
{
    status_ = status;
    ended_ = true;
}

Outcome RowControl::outcome() const
{
    return solve_outcome(status_, t_, options_->max_evaluations);
}

}  // namespace syzygy::torch_ode
