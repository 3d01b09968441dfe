#pragma once

#include "ui/orbit/orbit_display.hpp"

#include <optional>

namespace syzygy {

/// What lies under the pointer, within a few logical pixels. All take the display as it is drawn.

/// The body whose velocity arrow ends there, or -1.
int pick_arrow_tip(const OrbitDisplay& display, QPointF pointer);
/// The body that is there at the time shown, or -1.
int pick_body(const OrbitDisplay& display, QPointF pointer);

struct PickedBead {
    int body = 0;
    std::size_t bead = 0;
};
std::optional<PickedBead> pick_bead(const OrbitDisplay& display, QPointF pointer);

struct PickedObservation {
    int body = 0;
    std::size_t index = 0;  ///< in the scene's observed points
};
std::optional<PickedObservation> pick_observation(const OrbitDisplay& display, QPointF pointer);

/// The time at which a predicted curve passes there; of several passes the one nearest to the time shown.
std::optional<double> pick_time(const OrbitDisplay& display, QPointF pointer);

}  // namespace syzygy
