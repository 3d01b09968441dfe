#include "physics/observables/observable.hpp"

namespace syzygy {

namespace {

/// dz/dt: z points away from the observer.
struct RadialVelocity {
    template <class Vector>
    static typename Vector::Scalar value(const Vector& y, int body)
    {
        return y[9 + 3 * body + 2];
    }
};

}  // namespace

const Observable& radial_velocity()
{
    static const ObservableOf<RadialVelocity> row({"radial-velocity", "Radial velocity",
                                                   "velocity of a body along the line of sight, the z axis; above zero if the body recedes",
                                                   "rv", Quantity::velocity});
    return row;
}

}  // namespace syzygy
