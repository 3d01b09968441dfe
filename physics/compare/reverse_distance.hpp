#pragma once

#include "physics/compare/subject.hpp"

#include <vector>

namespace syzygy {

/// |reverse - forward| at each of the trace's reverse times, all components together. At an accepted time the forward
/// state is the one that was accepted; between them it is interpolated by a polynomial through the nearest eight accepted
/// states, whose own error is of the order of the solver's.
std::vector<double> reverse_distances(const CompareTrace& trace);

}  // namespace syzygy
