#pragma once

#include <string_view>

namespace syzygy {

/// The quantities in the papers' formulas (GradientMethodInfo), as measured in one run. L, the layers of f, is 1: one evaluation
/// is the unit.
struct FormulaCounts {
    double steps = 0;           ///< N: accepted steps
    double backward_steps = 0;  ///< N_r: steps of a backward solve
    double attempts = 1;        ///< m: mean number of attempts per accepted step
    double stages = 1;          ///< s
};

/// The value of a formula such as "N L (m + 1)": sums and products of whole numbers and the names N, N_r, m, s and L; factors are
/// written side by side. nan for "" and for text that is not such a formula.
double evaluate_formula(std::string_view formula, const FormulaCounts& counts);

}  // namespace syzygy
