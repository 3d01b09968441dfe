#pragma once

#include "physics/compare/subject.hpp"

#include <cstddef>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace syzygy {

/// What is there at one moment of a gradient run: what a player of the sweep draws.
struct SweepState {
    std::set<double> kept;                        ///< times of the checkpoints that are there
    std::vector<std::pair<double, double>> tape;  ///< steps that are held whole, from .. to
    double reached = 0;                           ///< how far the forward pass has come
    double pulled_back = 0;                       ///< how far back the cotangent has come
    bool backward = false;
    long recomputed = 0, rejected = 0;  ///< steps and attempts so far
    const SweepEvent* last = nullptr;   ///< null before the first
    std::size_t bytes = 0;
};

/// The events of a gradient run along its unfolded time: forward from 0 to 1, then backward from 1 to 2, so that runs
/// with different steps stand side by side. Within a step events are spread evenly.
class SweepSeries {
public:
    SweepSeries() = default;
    explicit SweepSeries(std::shared_ptr<const CompareTrace> trace);

    const std::vector<SweepEvent>& events() const;
    std::size_t size() const { return places_.size(); }
    /// The index of the first event of the backward pass.
    std::size_t turn() const { return turn_; }
    double begin() const { return begin_; }
    double end() const { return end_; }

    /// 0..2, ascending: where event i stands.
    double place(std::size_t i) const { return places_[i]; }
    const std::vector<double>& places() const { return places_; }
    /// The time of a place: it rises to the end and falls again.
    double time(double place) const { return begin_ + (place <= 1 ? place : 2 - place) * (end_ - begin_); }
    /// The place of a time in the one pass or the other.
    double place(double time, bool backward) const;
    /// Events up to and at a place.
    std::size_t events_until(double place) const;

    /// What there is after the first `count` events.
    SweepState state(std::size_t count) const;
    std::size_t most_bytes() const;
    bool empty() const { return places_.empty(); }

private:
    std::size_t find_turn() const;
    void apply(const SweepEvent& event, bool forward, SweepState& state) const;
    void drop_consumed(SweepState& state) const;

    std::shared_ptr<const CompareTrace> trace_;
    std::vector<double> places_;
    std::size_t turn_ = 0;
    double begin_ = 0, end_ = 1;
    bool keeps_tapes_ = false;  ///< what it stores are steps held whole: it never has to load or replay one
};

/// What an event is called: "checkpoint kept", "step replayed, held whole".
std::string_view event_name(SweepEvent::Kind kind);

}  // namespace syzygy
