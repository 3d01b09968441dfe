#pragma once

#include "physics/model/data.hpp"
#include "physics/model/gradient.hpp"

namespace syzygy {

/// Where a fit starts from, read off the observations of the window alone.
///
/// State at the first time: what the first row holds; what it does not, from a polynomial through the first rows.
/// Masses: the equations of motion are linear in them, so a least-squares fit of the observed second differences
/// gives all three; one that comes out at or below zero gets 1e-6 of the largest. nan where the data do not
/// allow a guess.
ModelPoint first_guess(const PreparedData& data);

}  // namespace syzygy
