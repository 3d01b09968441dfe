#include "core/torch/row_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace syzygy::torch_ode {

RowControl::RowControl(const Scheme& scheme, const SolverOptions& options, double t0, double t1, double rounding)
    : scheme_(&scheme),
      options_(&options),
      controller_(options, std::max(scheme.error_order, 1)),
      t_(t0),
      t0_(t0),
      t1_(t1),
      direction_(t1 < t0 ? -1 : 1),
      rounding_(rounding),
      ended_(t0 == t1)
{
    // The first stage, and the one that the first step's size takes.
    if (!ended_) counts_.rhs_evaluations = scheme.adaptive() && !(options.step > 0) ? 2 : 1;
}

void RowControl::begin(double first_step)
{
    proposed_ = first_step;
    limit_proposed();
}

double RowControl::span() const
{
    return std::abs(t1_ - t0_);
}

bool RowControl::prepare(bool stop_requested)
{
    if (stop_requested) {
        end(Status::stopped);
    } else if (counts_.rhs_evaluations + scheme_->stages > options_->max_evaluations) {
        end(Status::evaluation_limit);
    } else if (!(proposed_ > smallest_step())) {
        end(Status::step_too_small);
    }
    if (ended_) return false;

    const double remaining = std::abs(t1_ - t_);
    // Up to 1 % longer rather than a sliver left over; a fixed step and the largest allowed are stretched by rounding only.
    const bool stretches = scheme_->adaptive() && !(options_->max_step > 0 && 1.01 * proposed_ > options_->max_step);
    const double stretch = stretches ? 1.01 : 1 + 64 * rounding_ * (1 + std::abs(t_) / proposed_);
    const bool to_target = proposed_ * stretch >= remaining;
    h_ = to_target ? t1_ - t_ : direction_ * proposed_;
    t_end_ = to_target ? t1_ : t_ + h_;
    shortened_ = to_target && remaining < proposed_;
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
        proposed_ = std::abs(h_) * controller_.rejected(error_ratio);
        return std::isfinite(error_ratio) ? Verdict::rejected : Verdict::doubtful;
    }
    const double next = std::abs(h_) * controller_.accepted(error_ratio);
    proposed_ = shortened_ ? std::max(next, proposed_) : next;
    limit_proposed();
    return Verdict::accepted;
}

void RowControl::accept(long evaluations)
{
    t_ = t_end_;
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
    switch (status_) {
    case Status::reached: return {status_, ""};
    case Status::stopped: return {status_, fmt::format("stopped on request at t = {:.9g}", t_)};
    case Status::evaluation_limit:
        return {status_, fmt::format("{} evaluations did not suffice: the solve is at t = {:.9g}; raise max-evaluations or "
                                     "loosen rtol",
                                     options_->max_evaluations, t_)};
    case Status::step_too_small:
        return {status_, fmt::format("the step fell below its smallest size at t = {:.9g}", t_)};
    case Status::non_finite: return {status_, fmt::format("the state became nan or infinite near t = {:.9g}", t_)};
    default: return {status_, fmt::format("ended at t = {:.9g}", t_)};
    }
}

double RowControl::smallest_step() const
{
    const double rounding = 16 * rounding_ * std::max(std::abs(t_), 1e-10 * span());
    return scheme_->adaptive() ? std::max(rounding, options_->min_step) : rounding;
}

void RowControl::limit_proposed()
{
    if (options_->max_step > 0) proposed_ = std::min(proposed_, options_->max_step);
}

}  // namespace syzygy::torch_ode
