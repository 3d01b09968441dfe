#pragma once

#include "physics/compare/comparison.hpp"

#include <string>
#include <vector>

namespace syzygy {

/// What the Compare workspace runs. `compare_setup_options()` declares name, range and help of the members that a form
/// shows; the lists of methods come from their tables.
struct CompareSetup {
    std::string problem;               ///< id of a test problem; "": the data on screen, at the point on screen
    std::vector<double> parameters{};  ///< of a test problem; empty: its own
    std::vector<double> initial{};     ///< likewise its initial state
    double t1 = 0;                     ///< likewise its end; 0: its own
    std::vector<std::string> gradients = usual_gradients();
    std::vector<std::string> methods{"dopri5"};
    std::vector<double> rtols{1e-3, 1e-5, 1e-7, 1e-9};
    std::vector<double> horizons{};  ///< empty: the whole interval
    long repeats = 3;
    GradientOptions options;

    /// The whole table but finite differences, which take an evaluation of the loss a number.
    static std::vector<std::string> usual_gradients();
};

const OptionList<CompareSetup>& compare_setup_options();

/// Throws ArgumentError naming the first thing that is out of range or not known.
void validate(const CompareSetup& setup);

}  // namespace syzygy
