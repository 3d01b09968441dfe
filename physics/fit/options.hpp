#pragma once

#include "core/gradient/options.hpp"
#include "core/optimize/optimizer.hpp"
#include "physics/model/correction.hpp"
#include "physics/model/gradient.hpp"
#include "physics/model/options.hpp"
#include "physics/fit/train_options.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace syzygy {

/// What is unknown and how a fit searches for it. `fit_options()` declares each member; lists are comma-separated texts.
/// Parameters are named m1 m2 m3, x1 y1 z1 .. z3, vx1 .. vz3, and a correction's parameters as the correction names them.
struct FitOptions {
    std::string free;  ///< masses, initial, positions, velocities, correction, and parameter names; empty: what the data need
    std::vector<double> start{};  ///< masses to start from; empty: found from the data
    std::vector<double> initial{};  ///< state to start from (x1 .. z3, vx1 .. vz3); empty: the first row, or a guess
    std::string fix;              ///< bodies or parameters held, "3=0.9,x1": at a value, or at their start
    std::string bounds;           ///< "m1=0.5:2,x1=:1"
    std::string priors;           ///< "m1=1.1:0.05": Gaussian, mean and standard deviation
    std::string gradient = "aca";
    std::string robust = "none";
    double robust_scale = 1.5;
    std::string grow = "auto";  ///< arcs from short to long: auto, on, off
    double scatter = 0;         ///< starting masses times a random factor in [1 - scatter, 1 + scatter]
    long seed = 1;
};

const OptionList<FitOptions>& fit_options();

/// The whole setup of a fit. The `.syzygy` file holds exactly this setup and the state of the fit.
struct FitSetup {
    std::vector<std::filesystem::path> files;
    DataOptions data;
    SolverOptions solver;
    OptimizerOptions optimizer;
    FitOptions fit;
    CorrectionOptions correction{};
    TrainOptions train{};  ///< of a correction that is a network
    std::vector<std::vector<std::filesystem::path>> also{};  ///< further trajectories of a training, each like `files`
    std::shared_ptr<const TrainedCorrection> trained{};  ///< parameters of an earlier fit that this fit begins with, or holds
    GradientOptions gradient{};  ///< of the method `fit.gradient`; `control` and `error_estimate` are for single gradients
};

/// Calls visit(name, list, member) for each group of a fit's options: its name in files ("solver"), its list, and the pointer
/// to member of FitSetup. This is the only list of groups.
template <class Visit>
void for_each_group(Visit&& visit)
{
    visit("data", data_options(), &FitSetup::data);
    visit("solver", solver_options(), &FitSetup::solver);
    visit("optimizer", optimizer_options(), &FitSetup::optimizer);
    visit("fit", fit_options(), &FitSetup::fit);
    visit("correction", correction_options(), &FitSetup::correction);
    visit("train", train_options(), &FitSetup::train);
    visit("gradient", gradient_options(), &FitSetup::gradient);
}

/// Throws ArgumentError naming the first option of any group that is out of its range, or that is for single gradients.
void validate_groups(const FitSetup& setup);

/// The relative tolerance if the user gives none: the solver's default; with Adam 1e-7, as in its recipe, since a first-order
/// fit never becomes accurate enough to show the difference.
double default_rtol(const std::string& optimizer);

}  // namespace syzygy
