// In one file: one experiment, from its data to its table.
#include "physics/experiment/three_body.hpp"

#include "core/base/name_list.hpp"
#include "core/base/not_finite.hpp"
#include "core/base/random.hpp"
#include "core/gradient/method_info.hpp"
#include "core/ode/integrate.hpp"
#include "physics/experiment/lstm_model.hpp"
#include "physics/experiment/parallel.hpp"
#include "physics/experiment/trajectory_objective.hpp"
#include "physics/model/correction.hpp"
#include "physics/scenarios/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace syzygy {

namespace {

constexpr int observed_times = 1000, test_times = 2000;
constexpr double training_end = 1, test_end = 2, decay_of_weights = 0.01;

/// What all runs share.
struct Setting {
    ThreeBodySystem system;
    Observations training;                      ///< 1000 times on [0, 1], both ends included
    PreparedData data;                          ///< the same as a loss
    Observations test;                          ///< time 0 with the initial state, then the test times
    PreparedData test_data;
};

std::vector<double> training_times()
{
    std::vector<double> times(observed_times);
    for (int k = 0; k < observed_times; ++k) times[static_cast<std::size_t>(k)] = training_end * k / (observed_times - 1);
    return times;
}

std::vector<double> offset_test_times()
{
    std::vector<double> times(test_times);
    for (int k = 0; k < test_times; ++k) times[static_cast<std::size_t>(k)] = test_end * (k + 0.5) / test_times;
    return times;
}

/// Exact positions at the times, and velocities at the first.
Observations observe(const ThreeBodySystem& system, const std::vector<double>& times)
{
    const ThreeBody<double> newton(system.units.k1(), system.units.k2(), system.masses());
    SolverOptions solver;
    solver.method = "dop853";
    solver.rtol = 1e-13;
    const auto task = task_of(newton, system.state(), 0, times.back(), solver);
    const auto solved = integrate<dop853>(newton, task, times);
    Observations observations;
    observations.name = system.name;
    observations.units = system.units;
    for (std::size_t i = 0; i < 3; ++i) observations.bodies[i] = system.bodies[i].name;
    observations.true_masses = system.masses();
    observations.times = times;
    const auto count = static_cast<Eigen::Index>(times.size());
    observations.positions.resize(9, count);
    observations.velocities = ObservedTable::Constant(9, count, nan);
    for (Eigen::Index k = 0; k < count; ++k)
        observations.positions.col(k) = solved.states[static_cast<std::size_t>(k)].head<9>();
    observations.velocities.col(0) = solved.states[0].tail<9>();
    return observations;
}

Setting make_setting()
{
    const ThreeBodySystem system = find_scenario("aca").make();
    Observations training = observe(system, training_times());
    std::vector<double> times = offset_test_times();
    times.insert(times.begin(), 0);
    Observations test = observe(system, times);
    DataOptions weighted;
    weighted.decay = decay_of_weights;
    PreparedData data = prepare(training, weighted), test_data = prepare(test, {});
    return {system, std::move(training), std::move(data), std::move(test), std::move(test_data)};
}

OptimizerOptions adam_of(const ExperimentModel& model, long epochs)
{
    OptimizerOptions options;
    options.optimizer = "adam";
    options.iterations = epochs;
    options.gradient_tolerance = 0;
    options.learning_rate = model.learning_rate;
    options.learning_rate_decay = model.decay;
    options.beta1 = model.beta1;
    options.beta2 = model.beta2;
    return options;
}

/// The squared errors of a prediction at the test times.
void judge(const Setting& setting, ThreeBodyRun& run)
{
    const auto truth = setting.test.positions.rightCols(test_times);
    const Eigen::ArrayXd squares = (run.prediction - truth).colwise().squaredNorm().transpose().array() / 9;
    constexpr Eigen::Index inside = test_times / 2;
    run.test_mse = squares.mean();
    run.inside_mse = squares.head(inside).mean();
    run.beyond_mse = squares.tail(test_times - inside).mean();
    if (!std::isfinite(run.test_mse) && run.outcome.ok())
        run.outcome = {Status::non_finite, "the prediction became nan or infinite"};
}

/// One run while it is made.
class Training {
public:
    Training(const Setting& setting, const ThreeBodyExperimentOptions& options, const ExperimentModel& model,
             std::stop_token stop)
        : setting_(setting), options_(options), model_(model), stop_(std::move(stop))
    {
    }

    ThreeBodyRun operator()(const std::string& method, long seed)
    {
        const Stopwatch watch;
        run_.model = model_.id;
        run_.method = method;
        run_.seed = seed;
        run_.prediction = ObservedTable::Constant(9, test_times, nan);
        model_.ode ? train_ode() : train_lstm();
        judge(setting_, run_);
        run_.seconds = watch.seconds();
        return std::move(run_);
    }

private:
    long epochs() const
    {
        if (options_.epochs > 0) return options_.epochs;
        return options_.quick && !quick_enough() ? std::max<long>(1, model_.epochs / 10) : model_.epochs;
    }
    /// The recipe of masses alone is quick as it stands.
    bool quick_enough() const { return model_.id == "ode"; }

    /// Takes over how a descent ended; false where there is nothing to predict with.
    void ended(const Descent& descent)
    {
        run_.epochs += descent.iterations;
        run_.backed_off += descent.backed_off;
        run_.training_loss = descent.loss;
        run_.outcome = descent.outcome;
        // A learning rate that had to be halved too often still leaves the best point before.
        if (run_.outcome.status == Status::non_finite && std::isfinite(descent.loss))
            run_.outcome = {Status::finished, "the learning rate was halved " + std::to_string(descent.backed_off) + " times"};
    }

    void train_ode()
    {
        ModelOptions model;
        model.solver.method = "dopri5";
        model.solver.rtol = options_.rtol;
        Random random(static_cast<std::uint64_t>(run_.seed));
        ModelPoint point{Eigen::Vector3d::Ones(), setting_.system.state(), {}};
        for (double& mass : point.masses) mass = 0.9 + 0.2 * random.uniform();
        TrajectoryObjective::Unknowns unknowns;
        unknowns.directions.setZero(21, 0);
        if (model_.has_masses) {
            run_.start_masses = point.masses;
            unknowns.directions.setIdentity(21, 3);
        }
        run_.parameters = unknowns.directions.cols();
        if (model_.has_masses) point = descended(point, model, unknowns, adam_of(find_experiment_model("ode"), mass_epochs()));
        if (model_.id != "ode" && run_.outcome.ok()) {
            CorrectionOptions correction;
            correction.correction = model_.id == "ode-correction" ? "pairwise" : "full";
            correction.network = model_.id == "ode-correction" ? options_.correction_network : options_.network;
            correction.replace_newton = !model_.has_masses;
            correction.augmented = model_.id == "node-augmented";
            correction.network_seed = run_.seed;
            model.correction = make_correction(correction, correction_context(setting_.data, point.masses, correction));
            run_.parameters += model.correction->size();
            unknowns.weight_scale = 1;
            // Masses that a recipe of their own has brought near move as slowly as weights do.
            point = descended(point, model, unknowns, adam_of(model_, epochs()));
        }
        if (model_.has_masses) run_.masses = point.masses;
        if (run_.outcome.ok()) predict_ode(point, model);
    }

    long mass_epochs() const { return model_.id == "ode" ? epochs() : find_experiment_model("ode").epochs; }

    ModelPoint descended(const ModelPoint& point, const ModelOptions& model, const TrajectoryObjective::Unknowns& unknowns,
                         const OptimizerOptions& adam)
    {
        TrajectoryObjective objective(setting_.data, model, run_.method, point, unknowns, stop_);
        const Descent descent = descend(objective, adam, objective.start(), stop_);
        ended(descent);
        if (!std::isfinite(descent.loss) && objective.evaluations() == 1) run_.outcome = objective.last_failure();
        return objective.point(descent.x);
    }

    void predict_ode(const ModelPoint& point, const ModelOptions& model)
    {
        const Outcome outcome = predict(
            setting_.test_data, point, model,
            [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
                if (k > 0) run_.prediction.col(static_cast<Eigen::Index>(k) - 1) = y.head<9>();
            },
            stop_);
        if (!outcome.ok()) run_.outcome = outcome;
    }

    void train_lstm()
    {
        const Observations& observed = setting_.training;
        const LstmModel model(observed, setting_.data.length, static_cast<int>(options_.lstm_width), model_.id == "lstm-augmented");
        run_.parameters = model.network().parameters();
        Eigen::VectorXd weights(observed_times - 1);
        for (Eigen::Index k = 0; k < weights.size(); ++k)
            weights[k] = std::pow(decay_of_weights, observed.times[static_cast<std::size_t>(k) + 1]);
        LstmObjective objective(model, observed.positions, weights, stop_);
        const Descent descent =
            descend(objective, adam_of(model_, epochs()),
                    model.network().initial_parameters(static_cast<std::uint64_t>(run_.seed)), stop_);
        ended(descent);
        if (!run_.outcome.ok()) return;
        const double step = observed.times[1];
        const auto count = static_cast<std::size_t>(std::ceil(setting_.test.times.back() / step));
        const ObservedTable steps = model.predict(descent.x, observed.positions, count);
        // The test times lie between the steps.
        for (Eigen::Index k = 0; k < test_times; ++k) {
            const double at = setting_.test.times[static_cast<std::size_t>(k) + 1] / step;
            const auto before = std::min(static_cast<Eigen::Index>(at), steps.cols() - 2);
            const double theta = at - static_cast<double>(before);
            run_.prediction.col(k) = (1 - theta) * steps.col(before) + theta * steps.col(before + 1);
        }
    }

    const Setting& setting_;
    const ThreeBodyExperimentOptions& options_;
    const ExperimentModel& model_;
    std::stop_token stop_;
    ThreeBodyRun run_;
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return n == 0 ? nan : 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

ThreeBodyRow summarised(const std::vector<const ThreeBodyRun*>& runs)
{
    ThreeBodyRow row;
    row.model = runs.front()->model;
    row.method = runs.front()->method;
    row.parameters = runs.front()->parameters;
    std::vector<double> errors;
    std::vector<Eigen::Vector3d> masses;
    for (const ThreeBodyRun* run : runs) {
        ++row.runs;
        row.seconds += run->seconds;
        row.epochs += static_cast<double>(run->epochs);
        if (!run->outcome.ok()) {
            ++row.failed;
            continue;
        }
        errors.push_back(run->test_mse);
        row.inside_mean += run->inside_mse;
        row.beyond_mean += run->beyond_mse;
        if (run->masses) masses.push_back(*run->masses);
    }
    row.seconds /= static_cast<double>(row.runs);
    row.epochs /= static_cast<double>(row.runs);
    const auto count = static_cast<double>(errors.size());
    row.inside_mean /= count;
    row.beyond_mean /= count;
    row.median = median(errors);
    row.mean = row.deviation = row.lowest = row.highest = nan;
    if (errors.empty()) return row;
    row.mean = Eigen::Map<const Eigen::ArrayXd>(errors.data(), static_cast<Eigen::Index>(errors.size())).mean();
    double squares = 0;
    for (const double error : errors) squares += (error - row.mean) * (error - row.mean);
    row.deviation = errors.size() > 1 ? std::sqrt(squares / (count - 1)) : nan;
    const auto [lowest, highest] = std::minmax_element(errors.begin(), errors.end());
    row.lowest = *lowest;
    row.highest = *highest;
    if (masses.empty()) return row;
    Eigen::Vector3d mean = Eigen::Vector3d::Zero(), spread = mean;
    for (const Eigen::Vector3d& m : masses) mean += m / static_cast<double>(masses.size());
    for (const Eigen::Vector3d& m : masses) spread += (m - mean).cwiseAbs2();
    row.masses = mean;
    row.masses_deviation = masses.size() > 1 ? Eigen::Vector3d((spread / (static_cast<double>(masses.size()) - 1)).cwiseSqrt())
                                             : Eigen::Vector3d::Constant(nan);
    return row;
}

struct Planned {
    const ExperimentModel* model;
    std::string method;
    long seed;
};

std::vector<Planned> plan(const ThreeBodyExperimentOptions& options)
{
    const std::vector<std::string> methods = names_of(options.methods);
    if (methods.empty()) throw ArgumentError("methods", options.methods, "must name a gradient method at least");
    for (const std::string& method : methods) try {
            find_gradient_method(method);
        } catch (const ArgumentError& error) {
            throw ArgumentError("methods", method, error.rule());
        }
    const std::vector<std::string> asked = names_of(options.models);
    if (asked.empty()) throw ArgumentError("models", options.models, "must name a model at least, or all");
    const bool all = std::find(asked.begin(), asked.end(), "all") != asked.end();
    for (const std::string& id : asked)
        if (id != "all") find_experiment_model(id);
    std::vector<Planned> runs;
    const long seeds = options.quick ? std::min<long>(options.seeds, 2) : options.seeds;
    for (const ExperimentModel& model : experiment_models()) {
        if (!all && std::find(asked.begin(), asked.end(), model.id) == asked.end()) continue;
        const std::vector<std::string> ways = model.ode ? methods : std::vector<std::string>{"bptt"};
        for (const std::string& way : ways)
            for (long seed = 0; seed < seeds; ++seed) runs.push_back({&model, way, options.first_seed + seed});
    }
    return runs;
}

}  // namespace

std::span<const ExperimentModel> experiment_models()
{
    static constexpr ExperimentModel table[] = {
        {"lstm", "LSTM", "positions at one time in, their increments to the next out", false, false, 400, 0.01, 0.99, 0.9, 0.999},
        {"lstm-augmented", "LSTM, augmented input",
         "the same, with d_ij, d_ij/|d_ij|, d_ij/|d_ij|^2 and d_ij/|d_ij|^3 as inputs as well", false, false, 400, 0.01, 0.99,
         0.9, 0.999},
        {"node", "NODE", "an ODE whose accelerations are a network of the whole state", true, false, 300, 0.01, 0.99, 0.9, 0.999},
        {"node-augmented", "NODE, augmented input", "the same, with the augmented inputs", true, false, 300, 0.01, 0.99, 0.9,
         0.999},
        {"ode", "ODE", "Newton's equations; the three masses are unknown", true, true, 100, 0.1, 0.95, 0.5, 0.5},
        {"ode-correction", "ODE + correction",
         "Newton's equations and a pairwise network that starts at zero; first the masses alone, then all", true, true, 100,
         0.001, 0.97, 0.9, 0.999},
    };
    return table;
}

const ExperimentModel& find_experiment_model(std::string_view id)
{
    std::string known = "all";
    for (const ExperimentModel& model : experiment_models()) {
        if (model.id == id) return model;
        known += ", " + std::string(model.id);
    }
    throw ArgumentError("models", id, "must be among " + known);
}

ThreeBodyExperiment run_three_body_experiment(const ThreeBodyExperimentOptions& options, const ThreeBodyProgress& progress,
                                              std::stop_token stop)
{
    const Stopwatch watch;
    validate(three_body_experiment_options(), options);
    const std::vector<Planned> planned = plan(options);
    const Setting setting = make_setting();
    std::vector<std::optional<ThreeBodyRun>> runs(planned.size());
    std::mutex mutex;
    std::size_t done = 0;
    for_each_parallel(planned.size(), thread_count(options.threads), stop, [&](std::size_t i) {
        const Planned& row = planned[i];
        ThreeBodyRun run = Training(setting, options, *row.model, stop)(row.method, row.seed);
        // What was cut short is no result.
        if (stop.stop_requested()) return;
        const std::lock_guard lock(mutex);
        runs[i] = std::move(run);
        if (progress) progress(++done, planned.size(), *runs[i]);
    });

    ThreeBodyExperiment result;
    result.options = options;
    result.bodies = setting.training.bodies;
    result.true_masses = setting.system.masses();
    result.test_times.assign(setting.test.times.begin() + 1, setting.test.times.end());
    result.truth = setting.test.positions.rightCols(test_times);
    for (std::optional<ThreeBodyRun>& run : runs)
        if (run) result.runs.push_back(std::move(*run));
    for (std::size_t begin = 0; begin < result.runs.size();) {
        std::vector<const ThreeBodyRun*> together;
        std::size_t end = begin;
        for (; end < result.runs.size() && result.runs[end].model == result.runs[begin].model &&
               result.runs[end].method == result.runs[begin].method;
             ++end)
            together.push_back(&result.runs[end]);
        result.rows.push_back(summarised(together));
        begin = end;
    }
    result.outcome = {Status::finished, ""};
    if (stop.stop_requested())
        result.outcome = {Status::stopped,
                          fmt::format("stopped on request after {} of {} runs", result.runs.size(), planned.size())};
    result.seconds = watch.seconds();
    return result;
}

const ThreeBodyRun* median_run(const ThreeBodyExperiment& experiment, const ThreeBodyRow& row)
{
    std::vector<const ThreeBodyRun*> runs;
    for (const ThreeBodyRun& run : experiment.runs)
        if (run.model == row.model && run.method == row.method && run.outcome.ok()) runs.push_back(&run);
    if (runs.empty()) return nullptr;
    std::sort(runs.begin(), runs.end(), [](const auto* a, const auto* b) { return a->test_mse < b->test_mse; });
    return runs[(runs.size() - 1) / 2];
}

std::string three_body_experiment_text()
{
    std::string text =
        "three-body: the experiment of Zhuang et al., ICML 2020, sec. 4.3. Every model knows the initial state and is trained "
        "on 1000 exact observations of positions of the ACA example on [0, 1], weighted by 0.01^t; it is tested at 2000 times "
        "on [0, 2], offset by half a step. ODEs are trained by Adam with the gradient methods named and solved by Dopri5; "
        "their whole trajectory is predicted from the initial state. LSTMs are trained by Adam and back-propagation through "
        "time to predict the next positions from the observed ones (teacher forcing); in the test they receive the observations "
        "up to t = 1 and predict one step at a time, and after t = 1 they receive their own predictions; between steps their "
        "predictions are interpolated linearly. Models:\n";
    for (const ExperimentModel& model : experiment_models())
        text += fmt::format("  {:<16}{}; {} epochs of Adam, learning rate {} x {}^epoch, betas {}, {}\n", model.id, model.help,
                            model.epochs, model.learning_rate, model.decay, model.beta1, model.beta2);
    return text;
}

}  // namespace syzygy
