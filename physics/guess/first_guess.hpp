#pragma once

#include "physics/model/data.hpp"
#include "physics/model/gradient.hpp"

#include <span>
#include <vector>

namespace syzygy {

/// Masses and initial state from the observations of the window alone, in milliseconds: the start of a search.
///
/// State at the first time: what the first row holds; the rest from local polynomials (tracks.hpp). Masses: by the weak form
/// of the equations of motion (weak_form.hpp), or, if the data do not allow it, by the speeds of the pairs (virial theorem).
/// A mass that comes out below its own error gets that error. nan if the data do not allow a guess.
ModelPoint first_guess(const PreparedData& data);

/// States at rows of the data in the same way: column i of `known` (18 x rows) holds what is observed at row rows[i], nan
/// where nothing is; the rest is taken from local polynomials. nan if the data do not allow that.
std::vector<State> states_at(const PreparedData& data, std::span<const std::size_t> rows, const Eigen::MatrixXd& known);

}  // namespace syzygy
