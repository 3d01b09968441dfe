#include "ui/compare/sweep_series.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

using Kind = SweepEvent::Kind;

SweepSeries::SweepSeries(std::shared_ptr<const CompareTrace> trace) : trace_(std::move(trace))
{
    if (!trace_ || trace_->times.size() < 2) return;
    begin_ = trace_->times.front();
    end_ = trace_->times.back();
    turn_ = find_turn();
    const auto& all = trace_->events;
    keeps_tapes_ = std::none_of(all.begin(), all.end(), [](const SweepEvent& event) {
        return event.kind == Kind::load || event.kind == Kind::tape || event.kind == Kind::recompute;
    });
    places_.resize(all.size());
    const auto share = [&](double t) { return std::clamp((t - begin_) / (end_ - begin_), 0.0, 1.0); };
    // An accepted step, and a step pulled back, say how far the run is; what lies between is spread between them.
    double from = 0;
    std::size_t first = 0;
    const auto spread = [&](std::size_t last, double to) {
        to = std::max(to, from);
        const auto count = static_cast<double>(last + 1 - first);
        for (std::size_t i = first; i <= last; ++i)
            places_[i] = from + (to - from) * static_cast<double>(i + 1 - first) / count;
        from = to;
        first = last + 1;
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i < turn_ && all[i].kind == Kind::step) spread(i, share(all[i].t1));
        if (i + 1 == turn_) spread(i, 1);
        if (i >= turn_ && all[i].kind == Kind::pull_back) spread(i, 2 - share(all[i].t0));
    }
    if (!all.empty() && first < all.size()) spread(all.size() - 1, turn_ < all.size() ? 2 : 1);
}

const std::vector<SweepEvent>& SweepSeries::events() const
{
    static const std::vector<SweepEvent> none;
    return empty() ? none : trace_->events;
}

std::size_t SweepSeries::find_turn() const
{
    // The forward pass ends with the step that arrives, and what is kept of it.
    const auto& all = trace_->events;
    const double near_end = 1e-12 * std::abs(end_ - begin_);
    std::size_t i = 0;
    while (i < all.size() && !(all[i].kind == Kind::step && std::abs(all[i].t1 - end_) <= near_end)) ++i;
    if (i == all.size()) return i;
    const long last = all[i++].step;
    const auto is = [&](std::size_t k, Kind kind) { return k < all.size() && all[k].kind == kind; };
    // One checkpoint may give way to another.
    while ((is(i, Kind::store) || is(i, Kind::tape)) && all[i].step >= last) ++i;
    if (is(i, Kind::discard) && is(i + 1, Kind::store)) i += 2;
    return i;
}

double SweepSeries::place(double time, bool backward) const
{
    const double share = std::clamp((time - begin_) / (end_ - begin_), 0.0, 1.0);
    return backward ? 2 - share : share;
}

std::size_t SweepSeries::events_until(double place) const
{
    return static_cast<std::size_t>(std::upper_bound(places_.begin(), places_.end(), place + 1e-12) - places_.begin());
}

SweepState SweepSeries::state(std::size_t count) const
{
    SweepState state;
    state.reached = begin_;
    state.pulled_back = end_;
    const auto& all = events();
    count = std::min(count, all.size());
    state.backward = count > turn_;
    for (std::size_t i = 0; i < count; ++i) {
        drop_consumed(state);
        apply(all[i], i < turn_, state);
    }
    if (count > 0 && count == all.size()) drop_consumed(state);
    return state;
}

void SweepSeries::apply(const SweepEvent& event, bool forward, SweepState& state) const
{
    state.last = &event;
    state.bytes = event.bytes;
    switch (event.kind) {
    case Kind::step:
        if (forward) state.reached = event.t1;
        break;
    case Kind::rejected: ++state.rejected; break;
    case Kind::store:
        if (keeps_tapes_ && event.t0 != event.t1)
            state.tape.emplace_back(event.t0, event.t1);
        else
            state.kept.insert(event.t0);
        break;
    case Kind::load: break;
    case Kind::recompute: ++state.recomputed; break;
    case Kind::tape: state.tape.emplace_back(event.t0, event.t1); break;
    case Kind::pull_back: state.pulled_back = event.t0; break;
    case Kind::discard:
        // What came last goes first.
        const auto held = std::find_if(state.tape.rbegin(), state.tape.rend(),
                                       [&](const auto& step) { return step.first == event.t0; });
        if (held != state.tape.rend()) state.tape.erase(std::next(held).base());
        state.kept.erase(event.t0);
        break;
    }
}

/// A tape that was pulled back through is of no use any more, whether it is said to be dropped or written over.
void SweepSeries::drop_consumed(SweepState& state) const
{
    if (state.last && state.last->kind != Kind::pull_back) return;
    const double direction = end_ > begin_ ? 1 : -1;
    while (!state.tape.empty() && direction * (state.tape.back().first - state.pulled_back) >= 0) state.tape.pop_back();
}

std::size_t SweepSeries::most_bytes() const
{
    std::size_t most = 0;
    for (const SweepEvent& event : events()) most = std::max(most, event.bytes);
    return most;
}

std::string_view event_name(Kind kind)
{
    switch (kind) {
    case Kind::step: return "step accepted";
    case Kind::rejected: return "attempt rejected";
    case Kind::store: return "checkpoint kept";
    case Kind::load: return "checkpoint loaded";
    case Kind::recompute: return "step recomputed";
    case Kind::tape: return "step held whole, on the tape";
    case Kind::pull_back: return "cotangent pulled back";
    case Kind::discard: return "thrown away";
    }
    return "";
}

}  // namespace syzygy
