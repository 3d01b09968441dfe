#include "physics/experiment/hidden_force.hpp"

#include "core/base/not_finite.hpp"
#include "core/base/random.hpp"
#include "core/ode/integrate.hpp"
#include "physics/experiment/hidden_law.hpp"
#include "physics/experiment/parallel.hpp"
#include "physics/experiment/trajectory_objective.hpp"
#include "physics/fit/fit.hpp"
#include "physics/fit/residuals.hpp"
#include "physics/model/correction.hpp"
#include "physics/scenarios/scenario.hpp"
#include "physics/train/common_factor.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// Data of one seed: noisy ones to train on, exact ones behind them.
struct HiddenData {
    Observations training;
    PreparedData prepared;                 ///< of the training window
    PreparedData all;                      ///< both windows, exact
    std::vector<double> times;             ///< of both
    std::vector<NBody<4>::State> states;   ///< of both
    std::size_t test_from;                 ///< index of the first test time
};

/// `samples` equidistant times a window; the first of the training window is 0, the last of both their ends.
HiddenData make_data(const HiddenForceOptions& options, const HiddenSetting& setting, long seed)
{
    const auto samples = static_cast<std::size_t>(options.samples);
    std::vector<double> times(2 * samples - 1);
    for (std::size_t k = 0; k < times.size(); ++k)
        times[k] = setting.duration * static_cast<double>(k) / static_cast<double>(samples - 1);
    const NBody<4> bodies(setting.units.k1(), setting.units.k2(), setting.masses, setting.terms);
    SolverOptions solver;
    solver.method = "dop853";
    solver.rtol = 1e-12;
    solver.atol = {1e-12};
    const auto solved = integrate<dop853>(bodies, task_of(bodies, setting.state, 0, times.back(), solver), times);

    Random random(static_cast<std::uint64_t>(seed));
    Observations all;
    all.name = "hidden force: " + options.force;
    all.units = setting.units;
    all.times = times;
    const auto count = static_cast<Eigen::Index>(times.size()), inside = static_cast<Eigen::Index>(samples);
    all.positions.resize(9, count);
    all.velocities.setConstant(9, count, nan);
    all.velocities.col(0) = setting.state.segment<9>(12);
    for (Eigen::Index k = 0; k < count; ++k) all.positions.col(k) = solved.states[static_cast<std::size_t>(k)].head<9>();
    Observations training = all;
    training.times.resize(samples);
    training.positions.conservativeResize(9, inside);
    training.velocities.conservativeResize(9, inside);
    for (double& value : training.positions.reshaped()) value += options.noise * random.normal();
    for (double& value : training.velocities.col(0)) value += options.noise * random.normal();
    if (options.noise > 0) training.position_sigmas.setConstant(9, inside, options.noise);
    PreparedData prepared = prepare(training, {}), exact = prepare(all, {});
    return {std::move(training), std::move(prepared), std::move(exact), std::move(times), solved.states, samples};
}

double autocorrelation(const Eigen::MatrixXd& residual)
{
    double products = 0, squares = 0;
    const Eigen::Index count = residual.cols();
    for (Eigen::Index c = 0; c < residual.rows(); ++c) {
        products += residual.row(c).head(count - 1).dot(residual.row(c).tail(count - 1));
        squares += 0.5 * (residual.row(c).head(count - 1).squaredNorm() + residual.row(c).tail(count - 1).squaredNorm());
    }
    return products / squares;
}

/// One seed.
class HiddenRun {
public:
    HiddenRun(const HiddenForceOptions& options, const HiddenForce& force, const HiddenSetting& setting, std::string correction,
              long seed, std::stop_token stop)
        : options_(options),
          force_(force),
          setting_(setting),
          correction_id_(std::move(correction)),
          stop_(std::move(stop)),
          data_(make_data(options, setting, seed))
    {
        run_.seed = seed;
        model_.solver.method = "dopri5";
        model_.solver.rtol = options.rtol;
    }

    HiddenForceRun operator()()
    {
        const ModelPoint newton = fit_newton();
        judge(run_.newton, newton, model_);
        if (stop_.stop_requested()) return std::move(run_);
        CorrectionOptions correction;
        correction.correction = correction_id_;
        correction.network = options_.network;
        correction.mass_inputs = false;
        correction.network_seed = run_.seed;
        ModelOptions corrected = model_;
        corrected.correction = make_correction(correction, correction_context(data_.prepared, newton.masses, correction));
        run_.parameters = corrected.correction->size();
        const Stopwatch watch;
        ModelPoint point = newton;
        point.correction = corrected.correction->initial_parameters();
        point = corrected.correction->named_parameters().empty() ? train(point, corrected) : fit_named(newton);
        run_.corrected.seconds = watch.seconds();
        judge(run_.corrected, point, corrected);
        warn(correction);
        const std::span states = data_.states;
        const HiddenLaw law = compare_law(options_, setting_, std::span(data_.times).first(data_.test_from),
                                          states.first(data_.test_from), point, *corrected.correction);
        run_.force_error = law.force_error;
        run_.law_error = law.law_error;
        run_.law = law.points;
        run_.improvement = run_.newton.test_mse / run_.corrected.test_mse;
        run_.outcome = {Status::finished, ""};
        if (!std::isfinite(run_.corrected.test_mse))
            run_.outcome = {Status::non_finite, "the corrected model did not reach the end of the test window"};
        return std::move(run_);
    }

private:
    FitSetup setup() const
    {
        FitSetup setup;
        setup.solver = model_.solver;
        setup.fit.free = "masses,initial";
        return setup;
    }

    ModelPoint fit(const FitSetup& setup, HiddenFit& result)
    {
        Control control;
        const std::stop_callback stopped(stop_, [&] { control.stop(); });
        FitState state;
        const FitResult fitted = run_fit(data_.training, setup, state, {}, control);
        result.outcome = fitted.outcome;
        result.warnings = fitted.warnings;
        result.iterations = fitted.iterations;
        result.seconds = fitted.seconds;
        return fitted.point;
    }
    ModelPoint fit_newton() { return fit(setup(), run_.newton); }

    /// A correction of few parameters with names: Levenberg-Marquardt over all.
    ModelPoint fit_named(const ModelPoint& newton)
    {
        FitSetup setup = this->setup();
        setup.fit.free = "masses,initial,correction";
        setup.fit.start.assign(newton.masses.begin(), newton.masses.end());
        setup.correction.correction = correction_id_;
        return fit(setup, run_.corrected);
    }

    /// A network: L-BFGS by ACA over everything, from Newton's fit on. Masses and initial state move along the directions in
    /// which the residuals do not mix (the inverse of R of their Jacobian); how far a weight moves beside them follows from
    /// the curvatures.
    ModelPoint train(const ModelPoint& start, const ModelOptions& corrected)
    {
        TrajectoryObjective::Unknowns unknowns;
        unknowns.directions = whitened_directions(start);
        unknowns.weight_scale = weight_scale(start, corrected);
        TrajectoryObjective objective(data_.prepared, corrected, "aca", start, unknowns, stop_);
        OptimizerOptions lbfgs;
        lbfgs.optimizer = "lbfgs";
        lbfgs.history = 400;
        lbfgs.iterations = options_.iterations > 0 ? options_.iterations : force_.iterations / (options_.quick ? 2 : 1);
        lbfgs.loss_tolerance = 1e-9;
        const Descent descent = descend(objective, lbfgs, objective.start(), stop_);
        run_.corrected.outcome = descent.outcome;
        // Training ends after so many iterations: whether they sufficed shows behind the window.
        if (descent.outcome.status == Status::iteration_limit)
            run_.corrected.outcome = {Status::finished, fmt::format("{} iterations of L-BFGS done", descent.iterations)};
        run_.corrected.iterations = descent.iterations;
        return objective.point(descent.x);
    }

    /// The loss is curved along its gradient by the weights about as much as along a whitened direction (by which residuals
    /// change by the data's length), or a quarter of that: L-BFGS is slow where curvatures differ, and weights that move
    /// little change little outside of the data.
    double weight_scale(const ModelPoint& start, const ModelOptions& corrected)
    {
        constexpr double step = 1e-6, favour = 2;
        TrajectoryObjective::Unknowns weights;
        weights.directions.setZero(21, 0);
        weights.weight_scale = 1;
        TrajectoryObjective objective(data_.prepared, corrected, "aca", start, weights, stop_);
        Eigen::VectorXd here, there;
        double loss = 0;
        if (!objective.evaluate(objective.start(), loss, &here) || !(here.norm() > 0)) return 1;
        const Eigen::VectorXd direction = here.normalized();
        if (!objective.evaluate(step * direction, loss, &there)) return 1;
        const double sigma = options_.noise > 0 ? options_.noise : 1;
        const double of_weights = std::abs((there - here).dot(direction)) / step;
        const double of_states = 2 * std::pow(data_.prepared.length / sigma, 2);
        return of_weights > 0 ? favour * std::sqrt(of_states / of_weights) : 1;
    }

    Eigen::MatrixXd whitened_directions(const ModelPoint& newton)
    {
        SensitivityRequest request;
        for (int i = 0; i < 21; ++i) request.unknowns.push_back(i);
        RowReducer rows(21);
        compute_sensitivities(
            data_.prepared, newton, model_, request,
            [&](std::size_t, const Eigen::Ref<const Eigen::VectorXd>&, const Eigen::Ref<const Eigen::MatrixXd>& s) {
                for (Eigen::Index c = 0; c < 9; ++c) rows.add(s.row(c), 0);
            },
            stop_);
        const Eigen::MatrixXd r = rows.result().r / std::sqrt(static_cast<double>(data_.prepared.size()));
        return data_.prepared.length * r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(21, 21));
    }

    /// What a network's fit must say of itself: a fit of named parameters has said it.
    void warn(const CorrectionOptions& correction)
    {
        if (!find_correction(correction_id_).network) return;
        const auto freedom = static_cast<double>(9 * options_.samples - 21 - run_.parameters);
        if (const double chi_square = run_.corrected.reduced_chi_square; freedom > 0 && chi_square > 1 + 5 * std::sqrt(2 / freedom))
            run_.corrected.warnings.push_back(
                {"misfit", fmt::format("reduced chi-square {:.3g}: the residuals are larger than the noise", chi_square)});
        if (const auto warning = common_factor_warning(correction)) run_.corrected.warnings.push_back(*warning);
    }

    /// What a model at a point says about the training window and the one behind it.
    void judge(HiddenFit& fit, const ModelPoint& point, const ModelOptions& model)
    {
        fit.masses = point.masses;
        const Residuals residuals = compute_residuals(data_.prepared, point, model, stop_);
        fit.rms_residual = residuals.rms;
        fit.autocorrelation = autocorrelation(residuals.residual);
        const double sigma = options_.noise > 0 ? options_.noise : nan;
        const auto freedom = static_cast<double>(9 * options_.samples - 21 - (&fit == &run_.corrected ? run_.parameters : 0));
        fit.reduced_chi_square = residuals.residual.squaredNorm() / (sigma * sigma) / freedom;
        double squares = 0;
        const Outcome outcome = predict(
            data_.all, point, model,
            [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
                if (k < data_.test_from) return;
                squares += (y.head<9>() - data_.states[k].head<9>()).squaredNorm();
                fit.reached = data_.times[k];
            },
            stop_);
        fit.test_mse = outcome.ok() ? squares / static_cast<double>(9 * (data_.times.size() - data_.test_from)) : nan;
    }

    const HiddenForceOptions& options_;
    const HiddenForce& force_;
    const HiddenSetting& setting_;
    std::string correction_id_;
    std::stop_token stop_;
    HiddenData data_;
    ModelOptions model_;
    HiddenForceRun run_;
};

HiddenSetting figure_eight(double duration)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    HiddenSetting setting;
    setting.units = system.units;
    setting.masses << system.masses(), 0;
    // The fourth has no mass, and stands where it is in nobody's way.
    setting.state << system.state().head<9>(), 100, 100, 100, system.state().tail<9>(), 0, 0, 0;
    setting.duration = duration;
    return setting;
}

/// The figure-eight with a heavy body far off, on a circular orbit about each other.
HiddenSetting beside_unseen(double mass, double duration)
{
    constexpr double distance = 30;
    HiddenSetting setting = figure_eight(duration);
    setting.masses[3] = mass;
    const double total = setting.masses.sum(), speed = std::sqrt(total / distance);
    const Eigen::Vector3d place = distance * Eigen::Vector3d(0.6, 0.8, 0), velocity = speed * Eigen::Vector3d(-0.8, 0.6, 0);
    setting.state.segment<3>(9) = place;
    setting.state.segment<3>(21) = velocity;
    return setting;
}

}  // namespace

std::span<const HiddenForce> hidden_forces()
{
    static constexpr HiddenForce table[] = {
        {"post-newtonian", "First post-Newtonian term",
         "the figure-eight of three unit masses (G = 1) with the first post-Newtonian term of each pair, computed as for a test "
         "body that orbits the total mass of the pair, in the coordinates of --alpha",
         "1/c^2, in 1/velocity^2", 0.003, "pairwise", "distance of a pair", "acceleration of a pair over mass", 13, 400},
        {"fourth-body", "Unseen fourth body",
         "the figure-eight of three unit masses (G = 1) on a circular orbit of radius 30 about a heavy body that is not observed",
         "its mass", 10, "external", "distance to the unseen body", "acceleration towards it", 13, 300},
        {"drag", "Drag", "the figure-eight of three unit masses (G = 1), each with a drag -k v", "k, in 1/time", 0.002, "external",
         "speed", "acceleration against the velocity", 13, 300},
    };
    return table;
}

const HiddenForce& find_hidden_force(std::string_view id)
{
    std::string known;
    for (const HiddenForce& force : hidden_forces()) {
        if (force.id == id) return force;
        known += (known.empty() ? "" : ", ") + std::string(force.id);
    }
    throw ArgumentError("force", id, "must be one of " + known);
}

HiddenSetting hidden_setting(const HiddenForceOptions& options)
{
    const HiddenForce& force = find_hidden_force(options.force);
    const double duration = options.duration > 0 ? options.duration : force.duration;
    const double strength = options.strength != 0 ? options.strength : force.default_strength;
    if (force.id == "fourth-body") return beside_unseen(strength, duration);
    HiddenSetting setting = figure_eight(duration);
    if (force.id == "drag")
        setting.terms.drag = strength;
    else
        setting.terms = {.inverse_c2 = strength, .alpha = options.alpha};
    return setting;
}

const HiddenForceRun* HiddenForceExperiment::typical() const
{
    if (runs.empty()) return nullptr;
    std::vector<const HiddenForceRun*> sorted;
    for (const HiddenForceRun& run : runs) sorted.push_back(&run);
    // A run without a result counts as no improvement.
    const auto key = [](const HiddenForceRun* run) { return run->outcome.ok() ? run->improvement : -1; };
    std::sort(sorted.begin(), sorted.end(), [&](const auto* a, const auto* b) { return key(a) < key(b); });
    return sorted[(sorted.size() - 1) / 2];
}

HiddenForceExperiment run_hidden_force_experiment(const HiddenForceOptions& options, const HiddenForceProgress& progress,
                                                  std::stop_token stop)
{
    const Stopwatch watch;
    validate(hidden_force_options(), options);
    const HiddenForce& force = find_hidden_force(options.force);
    HiddenForceExperiment result;
    result.options = options;
    result.setting = hidden_setting(options);
    result.correction = options.correction == "auto" ? std::string(force.correction) : options.correction;
    find_correction(result.correction);
    const auto seeds = static_cast<std::size_t>(options.quick ? 1 : options.seeds);
    std::vector<std::optional<HiddenForceRun>> runs(seeds);
    std::mutex mutex;
    std::size_t done = 0;
    for_each_parallel(seeds, thread_count(options.threads), stop, [&](std::size_t i) {
        HiddenForceRun run = HiddenRun(options, force, result.setting, result.correction,
                                       options.first_seed + static_cast<long>(i), stop)();
        if (stop.stop_requested()) return;
        const std::lock_guard lock(mutex);
        runs[i] = std::move(run);
        if (progress) progress(++done, seeds, *runs[i]);
    });
    for (auto& run : runs)
        if (run) result.runs.push_back(std::move(*run));
    result.outcome = {Status::finished, ""};
    if (stop.stop_requested())
        result.outcome = {Status::stopped, fmt::format("stopped on request after {} of {} seeds", result.runs.size(), seeds)};
    else if (const HiddenForceRun* typical = result.typical(); typical && !typical->outcome.ok())
        result.outcome = typical->outcome;
    result.seconds = watch.seconds();
    return result;
}

std::string hidden_force_text()
{
    std::string text =
        "hidden-force: positions of three bodies with a force in addition to Newton's, observed with noise over a training window. "
        "Newton alone is fitted first (masses and initial state, Levenberg-Marquardt), then Newton with a correction: a network "
        "that starts at zero, by L-BFGS over masses, initial state and all weights together, with gradients by ACA (a "
        "correction of few named parameters: by Levenberg-Marquardt). Both then predict a test window that "
        "follows the training window and has the same length; there the truth is known without noise. The reported force is the "
        "corrected model's acceleration minus Newton's acceleration for the true masses. Forces:\n";
    for (const HiddenForce& force : hidden_forces())
        text += fmt::format("  {:<16}{}; {}: {} by default\n", force.id, force.help, force.strength, force.default_strength);
    return text;
}

}  // namespace syzygy
