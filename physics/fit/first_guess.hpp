#pragma once

#include "physics/model/data.hpp"
#include "physics/model/gradient.hpp"

#include <span>
#include <vector>

namespace syzygy {

/// Where a fit starts from, read off the observations of the window alone.
///
/// State at the first time: what the first row holds; what it does not, from a polynomial through the first rows.
/// Masses: the equations of motion are linear in them, so a least-squares fit of the observed second differences
/// gives all three; one that comes out at or below zero gets 1e-6 of the largest. nan where the data do not
/// allow a guess.
ModelPoint first_guess(const PreparedData& data);

/// States at rows of the data in the same way: column i of `known` (18 x rows) holds what is observed at row rows[i], nan
/// where nothing is; the rest is read off polynomials through the rows on both sides (degree 4 through nine). nan where the
/// data do not allow that.
std::vector<State> states_at(const PreparedData& data, std::span<const std::size_t> rows, const Eigen::MatrixXd& known);

}  // namespace syzygy
