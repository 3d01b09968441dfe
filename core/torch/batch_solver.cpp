#include "core/torch/batch_solver.hpp"

#include "core/base/error.hpp"
#include "core/torch/row_control.hpp"

#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>

namespace syzygy::torch_ode {

namespace {

using Rows = std::vector<std::int64_t>;

Tensor index_tensor(const Rows& rows, const Tensor& like)
{
    return rows.empty() ? Tensor() : torch::tensor(rows, at::kLong).to(like.device());
}

std::vector<double> on_host(const Tensor& numbers)
{
    const Tensor plain = numbers.detach().to(at::kCPU, at::kDouble).contiguous();
    return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

double epsilon_of(at::ScalarType type)
{
    return type == at::kFloat ? static_cast<double>(std::numeric_limits<float>::epsilon())
                              : std::numeric_limits<double>::epsilon();
}

/// The times of all trajectories, and how far each has been read.
class TimeTable {
public:
    TimeTable(const Tensor& times, std::int64_t batch)
    {
        if (times.dim() != 1 && times.dim() != 2) refuse(times, "must be [K] or [batch, K]");
        if (times.dim() == 2 && times.size(0) != batch) refuse(times, fmt::format("must have one row for each of {}", batch));
        count_ = times.size(-1);
        if (count_ < 1) refuse(times, "must hold the time of y0");
        own_ = times.dim() == 2;
        times_ = on_host(times);
        next_.assign(static_cast<std::size_t>(batch), 0);
        for (std::int64_t row = 0; row < (own_ ? batch : 1); ++row) check(row);
    }

    std::int64_t count() const { return count_; }
    double start(std::int64_t row) const { return at(row, 0); }
    double end(std::int64_t row) const { return at(row, count_ - 1); }

    /// Calls visit(slot, time) for each time not yet read that is before `end`, or at it.
    template <class Visit>
    void read_before(std::int64_t row, double direction, double end, Visit&& visit)
    {
        auto& k = next_[static_cast<std::size_t>(row)];
        for (; k < count_ && direction * at(row, k) < direction * end; ++k) visit(row * count_ + k, at(row, k));
    }
    template <class Visit>
    void read_at(std::int64_t row, double end, Visit&& visit)
    {
        auto& k = next_[static_cast<std::size_t>(row)];
        for (; k < count_ && at(row, k) == end; ++k) visit(row * count_ + k);
    }

private:
    double at(std::int64_t row, std::int64_t k) const
    {
        return times_[static_cast<std::size_t>((own_ ? row * count_ : 0) + k)];
    }
    void check(std::int64_t row) const
    {
        const double direction = end(row) < start(row) ? -1 : 1;
        for (std::int64_t k = 0; k < count_; ++k) {
            if (!std::isfinite(at(row, k))) throw ArgumentError("times", fmt::format("{}", at(row, k)), "must be finite");
            if (k > 0 && direction * at(row, k) < direction * at(row, k - 1))
                throw ArgumentError("times", fmt::format("{}", at(row, k)),
                                    fmt::format("must run from {} to {} without going back", start(row), end(row)));
        }
    }
    [[noreturn]] static void refuse(const Tensor& times, const std::string& rule)
    {
        throw ArgumentError("times", fmt::format("[{}]", fmt::join(times.sizes(), ", ")), rule);
    }

    std::vector<double> times_;
    std::vector<std::int64_t> next_;
    std::int64_t count_;
    bool own_;
};

/// Readings as they are found, trajectory after trajectory.
struct ReadingList {
    Rows of, local, slot;
    std::vector<double> theta;

    void add(std::int64_t in_step, std::int64_t place)
    {
        if (of.empty() || of.back() != in_step) of.push_back(in_step);
        local.push_back(static_cast<std::int64_t>(of.size()) - 1);
        slot.push_back(place);
    }
    /// `select`: dense stages cost, so only trajectories that are read shall have them.
    Readings on_device(const Tensor& like, std::int64_t step_rows, bool select) const
    {
        Readings readings;
        if (local.empty()) return readings;
        readings.local = index_tensor(local, like);
        readings.slot = index_tensor(slot, like);
        const Tensor trajectories = index_tensor(of, like);
        if (select && static_cast<std::int64_t>(of.size()) < step_rows)
            readings.of = trajectories;
        else
            readings.local = trajectories.index_select(0, readings.local);
        if (!theta.empty()) readings.theta = torch::tensor(theta, at::kDouble).to(like.device());
        return readings;
    }
};

/// atol as the task has it: broadcasts to the batch, or (by default) rtol times a trajectory's largest component.
Tensor tolerance(const BatchTask& task)
{
    const Tensor& y0 = task.y0;
    const auto options = y0.options().requires_grad(false);
    if (task.atol.defined()) return task.atol.detach().to(options).expand_as(y0);
    const std::vector<double>& given = task.options.atol;
    const std::int64_t components = y0.size(0) > 0 ? y0[0].numel() : 0;
    if (given.empty()) {
        const Tensor largest = y0.reshape({y0.size(0), -1}).abs().amax(1);
        return as_column(task.options.rtol * largest.masked_fill(largest == 0, 1), y0).expand_as(y0);
    }
    if (given.size() == 1) return torch::full({1}, given[0], options).expand_as(y0);
    if (static_cast<std::int64_t>(given.size()) == components)
        return torch::tensor(given, at::kDouble).to(options).reshape(y0[0].sizes()).expand_as(y0);
    throw ArgumentError("atol", fmt::format("{} numbers", given.size()),
                        fmt::format("must be one number, or one for each of the {} components", components));
}

void validate(const BatchTask& task)
{
    if (!task.y0.defined() || task.y0.dim() < 1)
        throw ArgumentError("y0", "no batch", "must be [batch, ...]");
    if (task.y0.scalar_type() != at::kFloat && task.y0.scalar_type() != at::kDouble)
        throw ArgumentError("y0", c10::toString(task.y0.scalar_type()), "must be float or double");
    if (!task.times.defined()) throw ArgumentError("times", "none", "must be [K] or [batch, K]");
    syzygy::validate(solver_options(), task.options);
    if (!scheme(task.options.method).adaptive() && !(task.options.step > 0))
        throw ArgumentError("step", fmt::format("{}", task.options.step),
                            fmt::format("the method {} has no error estimate and needs a step size", task.options.method));
}

/// The loop over attempts of all unfinished trajectories at once. What decides is on the host; what computes is where
/// the state is, and one transfer of errors an attempt is all that waits for it.
class Loop {
public:
    Loop(const Field& field, at::TensorList parameters, const BatchTask& task, Keep keep)
        : field_(field),
          parameters_(parameters),
          task_(task),
          keep_(keep),
          scheme_(scheme(task.options.method)),
          batch_(task.y0.size(0)),
          times_(task.times, batch_),
          atol_(tolerance(task)),
          y_(task.y0.detach())
    {
        StepRecord& record = solution_.record;
        record.method = task.options.method;
        record.scheme = std::make_shared<const SchemeOnDevice>(scheme_, y_);
        record.stop = task.stop;
        record.shape = y_.sizes().vec();
        record.shape.insert(record.shape.begin() + 1, times_.count());
        std::vector<std::int64_t> flat = y_.sizes().vec();
        flat[0] = batch_ * times_.count();
        read_ = torch::full(flat, std::numeric_limits<double>::quiet_NaN(), y_.options());
    }

    BatchSolution run()
    {
        begin();
        while (!active_.empty()) attempt();
        solution_.y = read_.reshape(solution_.record.shape);
        for (const RowControl& control : controls_)
            solution_.trajectories.push_back({control.outcome(), control.t(), control.counts()});
        return std::move(solution_);
    }

private:
    RowControl& control(std::int64_t row) { return controls_[static_cast<std::size_t>(row)]; }

    void begin()
    {
        const double rounding = epsilon_of(y_.scalar_type());
        ReadingList start;
        for (std::int64_t row = 0; row < batch_; ++row) {
            controls_.emplace_back(scheme_, task_.options, times_.start(row), times_.end(row), rounding);
            active_.push_back(row);
            times_.read_at(row, times_.start(row), [&](std::int64_t slot) { start.add(row, slot); });
        }
        Readings& at_start = solution_.record.at_start;
        at_start = start.on_device(y_, batch_, false);
        if (at_start.any()) read_.index_copy_(0, at_start.slot, y_.index_select(0, at_start.local));
        drop_ended();
        if (active_.empty()) return;
        const Tensor t = host_table([](const RowControl& c) { return c.t(); }, [](const RowControl&) { return 0.0; });
        BatchStep step(*solution_.record.scheme, field_, parameters_, rows_, t.select(0, 0), t.select(0, 1), y_);
        k0_ = step.evaluate(0, y_);
        choose_first_steps();
    }

    /// Hairer, Norsett, Wanner I, II.4, as core/ode/solver.hpp has it: one evaluation.
    void choose_first_steps()
    {
        const double given = task_.options.step;
        if (!scheme_.adaptive() || given > 0) {
            for (const std::int64_t row : active_) control(row).begin(given);
            return;
        }
        const Tensor scale = atol_ + task_.options.rtol * y_.abs();
        const auto norm = [&](const Tensor& value) {
            const Tensor part = (value / scale).masked_fill_(scale <= 0, 0).reshape({value.size(0), -1});
            return on_host(part.square().mean(1).sqrt());
        };
        const std::vector<double> d0 = norm(y_), d1 = norm(k0_);
        std::size_t i = 0;
        const Tensor table = host_table([](const RowControl& c) { return c.t(); },
                                        [&](const RowControl& c) {
                                            const double h = c.loop().euler_step(d0[i], d1[i]);
                                            ++i;
                                            return c.loop().direction() * h;
                                        });
        const std::vector<double> h0 = on_host(table.select(0, 1));
        // The Euler step as the one-stage step that it is.
        BatchStep step(*solution_.record.scheme, field_, parameters_, rows_, table.select(0, 0), table.select(0, 1), y_, k0_);
        const Tensor euler = torch::addcmul(y_, k0_, step.h_column());
        const std::vector<double> difference = norm(step.evaluate(scheme_.end_stage(), euler) - k0_);
        for (i = 0; i < active_.size(); ++i) {
            RowControl& c = control(active_[i]);
            const double h = std::abs(h0[i]);
            c.begin(c.loop().first_step(h, d1[i], difference[i] / h));
        }
    }

    /// One attempt of all: the steps that are accepted go into the record and into what is read.
    void attempt()
    {
        const bool stop = task_.stop.stop_requested();
        for (const std::int64_t row : active_) control(row).prepare(stop);
        drop_ended();
        if (active_.empty()) return;
        ++solution_.attempts;

        const Tensor table = host_table([](const RowControl& c) { return c.t(); }, [](const RowControl& c) { return c.h(); });
        const Tensor t = table.select(0, 0), h = table.select(0, 1);
        BatchStep step(*solution_.record.scheme, field_, parameters_, rows_, t, h, y_, k0_);
        step.compute();
        const Rows accepted = judge(step);
        const auto [inside, at_end] = accept(accepted);
        if (accepted.size() == active_.size()) {
            finish(step, t, h, inside, at_end);
            y_ = step.y1();
            k0_ = step.end_stage();
        } else if (!accepted.empty()) {
            const Tensor local = index_tensor(accepted, y_);
            BatchStep some = step.select(local, !inside.local.empty());
            finish(some, t.index_select(0, local), h.index_select(0, local), inside, at_end);
            y_ = y_.index_copy(0, local, some.y1());
            k0_ = k0_.index_copy(0, local, some.end_stage());
        }
        drop_ended();
    }

    /// Which of the active trajectories accept the attempt.
    Rows judge(BatchStep& step)
    {
        // Of fixed steps only whether they are finite counts: x - x is 0 or nan.
        const auto finite = [](const Tensor& y) { return (y - y).reshape({y.size(0), -1}).sum(1); };
        const std::vector<double> errors =
            on_host(scheme_.adaptive() ? step.error_ratio(atol_, task_.options.rtol) : finite(step.y1()));
        Rows accepted;
        for (std::size_t i = 0; i < active_.size(); ++i) {
            RowControl& c = control(active_[i]);
            const auto verdict = c.judge(errors[i]);
            if (verdict == RowControl::Verdict::accepted) accepted.push_back(static_cast<std::int64_t>(i));
            if (verdict == RowControl::Verdict::doubtful &&
                !k0_[static_cast<std::int64_t>(i)].isfinite().all().item<bool>())
                c.end(Status::non_finite);
        }
        return accepted;
    }

    /// Moves the trajectories on (`local`: their places among the active ones) and finds what is read in their steps:
    /// inside, and at the end.
    std::pair<ReadingList, ReadingList> accept(const Rows& local)
    {
        ReadingList inside, at_end;
        for (std::size_t i = 0; i < local.size(); ++i) {
            const std::int64_t row = active_[static_cast<std::size_t>(local[i])];
            const auto in_step = static_cast<std::int64_t>(i);
            RowControl& c = control(row);
            times_.read_before(row, c.loop().direction(), c.t_end(), [&](std::int64_t slot, double time) {
                inside.add(in_step, slot);
                inside.theta.push_back((time - c.t()) / c.h());
            });
            times_.read_at(row, c.t_end(), [&](std::int64_t slot) { at_end.add(in_step, slot); });
            const bool read = !inside.of.empty() && inside.of.back() == in_step;
            c.accept((scheme_.error_uses_end_stage ? 0 : 1) + (read ? scheme_.dense_stages() : 0));
        }
        return {std::move(inside), std::move(at_end)};
    }

    /// The end stage of an accepted step, what is read in it, and its record.
    void finish(BatchStep& step, const Tensor& t, const Tensor& h, const ReadingList& inside, const ReadingList& at_end)
    {
        const std::int64_t n = t.size(0);
        AcceptedStep kept{step.rows(), t, h, keep_ == Keep::checkpoints ? step.y0() : Tensor(),
                          inside.on_device(y_, n, scheme_.dense_stages() > 0), at_end.on_device(y_, n, false)};
        step.end_stage();
        if (kept.inside.any()) read_.index_copy_(0, kept.inside.slot, step.read(kept.inside));
        if (kept.at_end.any()) read_.index_copy_(0, kept.at_end.slot, step.y1().index_select(0, kept.at_end.local));
        if (keep_ != Keep::nothing) solution_.record.steps.push_back(std::move(kept));
    }

    /// Leaves out the trajectories that have ended.
    void drop_ended()
    {
        Rows left, local;
        for (std::size_t i = 0; i < active_.size(); ++i) {
            if (control(active_[i]).ended()) continue;
            left.push_back(active_[i]);
            local.push_back(static_cast<std::int64_t>(i));
        }
        if (left.size() == active_.size()) return;
        active_ = std::move(left);
        if (active_.empty()) return;
        rows_ = index_tensor(active_, y_);
        const Tensor kept = index_tensor(local, y_);
        y_ = y_.index_select(0, kept);
        atol_ = atol_.index_select(0, kept);
        if (k0_.defined()) k0_ = k0_.index_select(0, kept);
    }

    /// [2, active] two numbers of each active trajectory, where the state is; one transfer.
    template <class First, class Second>
    Tensor host_table(First&& first, Second&& second)
    {
        const auto n = static_cast<std::int64_t>(active_.size());
        Tensor table = torch::empty({2, n}, at::kDouble);
        auto* const numbers = table.data_ptr<double>();
        for (std::int64_t i = 0; i < n; ++i) {
            const RowControl& c = control(active_[static_cast<std::size_t>(i)]);
            numbers[i] = first(c);
            numbers[n + i] = second(c);
        }
        return table.to(y_.device());
    }

    const Field& field_;
    at::TensorList parameters_;
    const BatchTask& task_;
    Keep keep_;
    const Scheme& scheme_;
    std::int64_t batch_;
    TimeTable times_;
    std::vector<RowControl> controls_;  ///< of the whole batch
    Rows active_;                       ///< those that have not ended, in order
    Tensor rows_;                       ///< the same on the device; undefined while none has
    Tensor atol_, y_, k0_;              ///< of the active ones
    Tensor read_;                       ///< [batch K, ...]
    BatchSolution solution_;
};

}  // namespace

bool BatchSolution::ok() const
{
    return std::all_of(trajectories.begin(), trajectories.end(), [](const TrajectoryResult& t) { return t.outcome.ok(); });
}

Tensor BatchSolution::reached() const
{
    Tensor flags = torch::empty({static_cast<std::int64_t>(trajectories.size())}, at::kBool);
    for (std::size_t i = 0; i < trajectories.size(); ++i) flags.data_ptr<bool>()[i] = trajectories[i].outcome.ok();
    return flags;
}

BatchSolution solve_batch(const Field& field, at::TensorList parameters, const BatchTask& task, Keep keep)
{
    validate(task);
    const at::NoGradGuard no_graph;
    return Loop(field, parameters, task, keep).run();
}

}  // namespace syzygy::torch_ode
