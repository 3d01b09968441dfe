#pragma once

#include "physics/train/train.hpp"
#include "tests/physics/fit/fit_samples.hpp"

/// Observations under a force beside Newton's, and setups of trainings, that the tests of training share.
namespace syzygy::testing {

/// A correction of few parameters with these values, in the units of the system.
inline CorrectionAt force(const UnitSystem& units, const std::string& kind, std::vector<double> values)
{
    CorrectionContext context;
    context.units = units;
    CorrectionOptions options;
    options.correction = kind;
    CorrectionAt result{make_correction(options, context), {}};
    result.parameters = Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
    return result;
}

/// Exact positions from 0 to t1 under that force.
inline Observations samples_under(const ThreeBodySystem& system, const CorrectionAt& correction, double t1, long samples,
                                  bool velocities = false)
{
    SimulateOptions options;
    options.t1 = t1;
    options.samples = samples;
    options.velocities = velocities;
    SolverOptions solver;
    solver.method = "dop853";
    solver.rtol = 1e-13;
    return simulate(system, options, solver, {}, correction).samples;
}

/// The figure eight with drag: three equal masses of 1.
inline Observations dragged_eight(double t1, long samples, double drag = 0.05, bool velocities = false)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    return samples_under(system, force(system.units, "drag", {drag, 0}), t1, samples, velocities);
}

/// A small network of pairs; masses free with it.
inline FitSetup training_setup(long epochs = 50, std::string optimizer = "adam")
{
    FitSetup setup;
    setup.correction.correction = "pairwise";
    setup.correction.network = "6";
    setup.optimizer = training_defaults();
    setup.optimizer.optimizer = std::move(optimizer);
    setup.optimizer.iterations = epochs;
    setup.solver.rtol = 1e-8;
    setup.fit.start = {1, 1, 1};
    setup.train.threads = 1;
    setup.train.horizon = "full";
    return setup;
}

inline TrainResult train_quietly(const Observations& data, const FitSetup& setup)
{
    TrainState state;
    Control control;
    return train(std::span(&data, 1), setup, state, {}, control);
}

}  // namespace syzygy::testing
