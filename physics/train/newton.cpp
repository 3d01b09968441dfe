#include "physics/train/newton.hpp"

#include "physics/fit/fit.hpp"
#include "physics/train/inner_masses.hpp"

namespace syzygy {

namespace {

/// The points of Newton's fit, one a trajectory: of several, masses and states are fitted together.
std::vector<ModelPoint> newton_points(const std::vector<TrainingTrajectory>& parts, const FitSetup& setup,
                                      const ModelPoint& first, Control& control)
{
    if (parts.size() == 1) return {first};
    TrainingUnknowns unknowns(parts, setup, first, nullptr);
    FitSetup whole = setup;
    whole.train.batch_window = 0;
    std::vector<double> ends;
    for (const TrainingTrajectory& part : parts) ends.push_back(part.training.t1);
    const std::vector<TrainingWindow> windows = windows_of(parts, whole, ends);
    const ModelOptions model{setup.solver, setup.data.observe, setup.data.softening};
    WorkerPool pool(static_cast<std::size_t>(setup.train.threads));
    Eigen::VectorXd x = unknowns.start();
    InnerMasses(windows, unknowns, model, pool, control.token()).solve(x);
    std::vector<ModelPoint> points;
    for (std::size_t i = 0; i < parts.size(); ++i) points.push_back(unknowns.point(x, i));
    return points;
}

}  // namespace

FitSetup without_correction(const FitSetup& setup, const ParameterTable& table)
{
    FitSetup newton = setup;
    newton.correction = {};
    newton.train = {};
    newton.train.validation = setup.train.validation;
    newton.trained = nullptr;
    newton.optimizer = {};
    if (setup.fit.free.empty()) return newton;
    FreeParameters free = *parse_free(table, setup.fit.free);
    free.set_group(table, "correction", false);
    newton.fit.free = format_free(table, free);
    return newton;
}

NewtonFit fit_newton(const std::vector<TrainingTrajectory>& parts, const FitSetup& setup, Control& control)
{
    FitSetup newton = without_correction(setup, *parts[0].observations);
    newton.data.window = parts[0].fitted;
    NewtonFit result;
    FitState state;
    result.fit = run_fit(*parts[0].observations, newton, state, {}, control);
    result.points = newton_points(parts, newton, result.fit.point, control);
    return result;
}

}  // namespace syzygy
