#pragma once

namespace syzygy {

/// The eccentric anomaly E of a mean anomaly, E - e sin(E) = mean, |mean| <= pi, 0 <= e < 1, radians: Newton's iteration
/// from Danby's start (Celest. Mech. 40, 303 (1987)), held between the bounds mean +- e.
double eccentric_anomaly(double mean, double e);

}  // namespace syzygy
