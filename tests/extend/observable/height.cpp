#include "physics/observables/observable.hpp"

namespace syzygy {

namespace {

struct Height {
    template <class Vector>
    static typename Vector::Scalar value(const Vector& y, int body)
    {
        return y[3 * body + 2] * y[3 * body + 2];
    }
};

}  // namespace

const Observable& height()
{
    static const ObservableOf<Height> row({"height", "Height", "square of z, for this test", "zz", Quantity::length});
    return row;
}

}  // namespace syzygy
