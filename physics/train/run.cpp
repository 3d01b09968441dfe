// In one file: one class, the run of a training.
#include "physics/train/run.hpp"

#include "physics/batch/choice.hpp"
#include "physics/fit/parameter_text.hpp"
#include "physics/fit/start.hpp"
#include "physics/fit/start_checks.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy::detail {

namespace {

/// Divergences after which a training ends: by then the learning rate is a thousandth.
constexpr long most_divergences = 10;
/// An arc is settled when so many epochs have not lowered its loss by this factor.
constexpr long settling_epochs = 10;
constexpr double settled_factor = 0.98;

void check(const FitSetup& setup)
{
    validate_groups(setup);
    const TrainOptions& train = setup.train;
    if (setup.correction.correction == "none")
        throw ArgumentError("correction", "none", "must name a correction: it is what is trained");
    if (!find_optimizer(setup.optimizer.optimizer).uses_gradient)
        throw ArgumentError("optimizer", setup.optimizer.optimizer,
                            "must be adam or lbfgs: a network has too many weights for least squares");
    if (setup.optimizer.optimizer == "lbfgs" && train.batch_size > 0)
        throw ArgumentError("batch-size", fmt::format("{}", train.batch_size),
                            "must be 0 with --optimizer lbfgs, which needs the same loss in every iteration");
    const bool torch = train.backend == "torch" || parse_device(train.device).kind == DeviceChoice::Kind::cuda;
    if (torch && train.backend != "native" && setup.fit.gradient != "aca")
        throw ArgumentError("gradient", setup.fit.gradient, "must be aca where LibTorch trains: it has no other gradient method");
    if (train.masses == "inner" && (train.batch_size > 0 || train.batch_window > 0))
        throw ArgumentError("train-masses", "inner",
                            "needs whole trajectories in every step: leave out --batch-window and --batch-size");
}

void refuse_series(std::span<const Observations> trajectories)
{
    for (const Observations& observations : trajectories)
        if (!observations.series.empty())
            throw ArgumentError("data", observations.called(),
                                fmt::format("holds the series {}: a training compares positions and velocities alone; fit it with a "
                                            "correction of few parameters, or leave its column out",
                                            observations.series.front().name()));
}

ModelPoint first_point(const std::vector<TrainingTrajectory>& trajectories, const FitSetup& setup,
                       std::vector<std::string>& notes)
{
    notes = trajectories[0].observations->notes;
    return starting_point(trajectories[0].training, setup, notes);
}

/// The loss of predictions that are off by the magnitude of the data in every component.
double loss_of_size(const PreparedData& data)
{
    double total = 0;
    for (Eigen::Index k = 0; k < data.loss.weights().cols(); ++k) {
        const double weight = data.loss.time_weight(static_cast<std::size_t>(k));
        total += weight * data.loss.weights().col(k).head<9>().sum() * data.length * data.length;
    }
    return total;
}

}  // namespace

TrainingRun::TrainingRun(std::span<const Observations> trajectories, const FitSetup& setup, TrainState& state,
                         const TrainCallback& callback, Control& control)
    : setup_((check(setup), refuse_series(trajectories), setup)),
      state_(state),
      callback_(callback),
      control_(control),
      seconds_before_(state.seconds),
      trajectories_(split(trajectories, setup)),
      start_(first_point(trajectories_, setup, notes_)),
      correction_(correction_of(setup, trajectories_[0].training, start_)),
      context_(setup.trained ? setup.trained->context : correction_context(trajectories_[0].training, start_.masses, setup.correction)),
      unknowns_(trajectories_, setup, start_, correction_.get()),
      model_(model_options(setup, correction_)),
      held_out_model_(model_),
      ends_(horizons(trajectories_, setup, static_cast<std::size_t>(unknowns_.physical()))),
      pool_(static_cast<std::size_t>(setup.train.threads)),
      held_out_(trajectories_, unknowns_, held_out_model_, control.token())
{
    if (correction_->size() == 0)
        notes_.push_back("the correction has no parameter that can be trained (a network that was frozen, or whose parameters do not require "
                         "gradients): it stays as it is");
    require_computable(unknowns_.set(0), trajectories_[0].training, setup.fit);
    add_start_notes(unknowns_.set(0), trajectories_[0].training, setup.fit, notes_);
    begin();
}

void TrainingRun::begin()
{
    if (!state_.memory.contains("x")) {
        state_ = {};
        state_.context = context_;
        remember("x", unknowns_.start());
        state_.point = state_.best = unknowns_.point(unknowns_.start());
        state_.best_validation = std::numeric_limits<double>::infinity();
    }
    if (state_.memory["x"].size() != static_cast<std::size_t>(unknowns_.size()) || state_.arc >= ends_[0].size() ||
        state_.point.correction.size() != (correction_ ? correction_->size() : 0))
        throw ArgumentError(
            "resume", fmt::format("{} unknowns", state_.memory["x"].size()),
            fmt::format("the saved state does not belong to this training of {} unknowns", unknowns_.size()));
    const auto has = [&](const char* name, Eigen::Index count) {
        const auto found = state_.memory.find(name);
        return found == state_.memory.end() || found->second.size() == static_cast<std::size_t>(count);
    };
    const Eigen::Index moved = unknowns_.size() - (setup_.train.masses == "inner" ? unknowns_.physical() : 0);
    if (const auto pairs = state_.memory.find("s");
        !has("z", moved) || !has("arc-x", unknowns_.size()) ||
        !has("directions", (unknowns_.physical() - unknowns_.size() + moved) * (unknowns_.physical() - unknowns_.size() + moved)) ||
        (pairs != state_.memory.end() && pairs->second.size() % static_cast<std::size_t>(moved) != 0))
        throw ArgumentError("resume", "memory",
                            fmt::format("what L-BFGS remembers does not belong to this training of {} unknowns", moved));
}

Eigen::VectorXd TrainingRun::remembered(const char* name) const
{
    const auto found = state_.memory.find(name);
    if (found == state_.memory.end()) return {};
    return Eigen::Map<const Eigen::VectorXd>(found->second.data(), static_cast<Eigen::Index>(found->second.size()));
}

void TrainingRun::remember(const char* name, const Eigen::VectorXd& values)
{
    state_.memory[name].assign(values.begin(), values.end());
}

void TrainingRun::prepare_arc()
{
    std::vector<double> ends;
    for (const std::vector<double>& own : ends_) ends.push_back(own[state_.arc]);
    arc_ = {};
    arc_.end = trajectories_[0].training.absolute(ends[0]);
    arc_.windows = windows_of(trajectories_, setup_, ends);
    double rows = 0;
    arc_.size_loss = 0;
    for (const TrainingWindow& window : arc_.windows) {
        rows += static_cast<double>(window.data.size());
        arc_.size_loss += loss_of_size(window.data);
    }
    arc_.size_loss /= rows;
    model_.solver.max_evaluations = setup_.solver.max_evaluations;
    make_gradients();
}

std::vector<const PreparedData*> TrainingRun::window_data() const
{
    std::vector<const PreparedData*> data;
    for (const TrainingWindow& window : arc_.windows) data.push_back(&window.data);
    return data;
}

BatchSetup TrainingRun::batch_setup() const
{
    return {model_, setup_.correction, context_, state_.device};
}

void TrainingRun::make_gradients()
{
    if (state_.backend.empty()) choose_backend();
    arc_.gradients = state_.backend == "torch"
                         ? torch_gradient(window_data(), batch_setup(), pool_)
                         : native_gradient(window_data(), model_, setup_.fit.gradient, pool_);
    arc_.objective = std::make_unique<TrainingObjective>(arc_.windows, unknowns_, *arc_.gradients, control_.token());
    if (setup_.train.masses == "inner")
        arc_.inner = std::make_unique<InnerMasses>(arc_.windows, unknowns_, model_, pool_, control_.token());
}

void TrainingRun::choose_backend()
{
    // Below so many windows a batch is too small for LibTorch to catch up with our own code; measuring it would take longer
    // than many an epoch.
    constexpr std::size_t worth_measuring = 32;
    const TrainOptions& train = setup_.train;
    const bool automatic = train.backend == "auto" && parse_device(train.device).kind != DeviceChoice::Kind::cuda;
    const std::size_t at_once = train.batch_size > 0 ? std::min(arc_.windows.size(), static_cast<std::size_t>(train.batch_size))
                                                     : arc_.windows.size();
    BackendChoice choice{"native", "cpu", "", {}};
    if (automatic && at_once < worth_measuring) {
        choice.because = fmt::format("our own code on the CPU: LibTorch gains by batches of {} windows or more, and here are {} "
                                     "at once",
                                     worth_measuring, at_once);
    } else if (automatic && setup_.fit.gradient != "aca") {
        choice.because = fmt::format("our own code on the CPU: LibTorch has no gradient method {}", setup_.fit.gradient);
    } else {
        std::vector<BatchRow> rows;
        for (std::size_t i = 0; i < at_once; ++i)
            rows.push_back({i, arc_.windows[i].start ? *arc_.windows[i].start
                                                     : unknowns_.point(remembered("x"), arc_.windows[i].trajectory).initial_state});
        try {
            choice = syzygy::choose_backend(window_data(), rows, state_.point.masses, state_.point.correction, batch_setup(),
                                            train.backend, train.device, static_cast<long>(pool_.threads()), control_.token());
        } catch (const ArgumentError& error) {
            if (!automatic) throw;
            choice.because = fmt::format("our own code on the CPU, since for LibTorch {}", error.what());
        } catch (const Cancelled&) {
            choice.because = "our own code on the CPU: stopped before it was compared";
            chosen_because_ = choice.because;
            state_.device = choice.device;
            return;  // nothing was chosen: a resumed training does
        }
    }
    state_.backend = choice.backend;
    state_.device = choice.device;
    chosen_because_ = choice.because;
}

void TrainingRun::limit_evaluations(long evaluations)
{
    constexpr long far_more = 50;
    if (evaluations == 0) return;
    double longest = 0, shortest = std::numeric_limits<double>::infinity();
    for (const TrainingTrajectory& trajectory : trajectories_) longest = std::max(longest, trajectory.whole.t1);
    for (const TrainingWindow& window : arc_.windows) shortest = std::min(shortest, window.data.t1);
    const auto most = static_cast<double>(setup_.solver.max_evaluations), limit = static_cast<double>(far_more * evaluations);
    model_.solver.max_evaluations = static_cast<long>(std::min(most, limit));
    held_out_model_.solver.max_evaluations = static_cast<long>(std::min(most, limit * longest / shortest));
    make_gradients();
}

TrainResult TrainingRun::run()
{
    if (!state_.finished && begins_at_newton() && !begin_at_newton()) {
        outcome_ = {Status::stopped, "stopped on request before the first epoch"};
        return result();
    }
    while (!state_.finished) {
        prepare_arc();
        const Next next = run_arc();
        if (next == Next::stopped) break;
        if (next != Next::arc_settled) continue;
        ++state_.arc;
        state_.since_best = 0;
        for (const char* name : {"arc-loss", "arc-begin", "arc-evaluations", "s", "y", "progress", "z",
                                 "arc-x", "directions", "weight-scale"}) state_.memory.erase(name);
    }
    if (state_.finished) outcome_ = state_.outcome;
    return result();
}

TrainingRun::Next TrainingRun::run_arc()
{
    // Not solved inside anew: a resumed training stands where it stood.
    Trial here{remembered("x"), {}, 0};
    here.value = arc_.objective->evaluate(here.x, held_out_.tasks(here.x));
    here.validation = held_out_.loss();
    if (control_.token().stop_requested()) {
        outcome_ = {Status::stopped, "stopped on request; the parameters are the last good ones"};
        return Next::stopped;
    }
    const bool fresh = !state_.memory.contains("arc-loss");
    if (!here.value.good()) {
        if (!fresh || state_.arc == 0) {
            finish(here.value.outcome.status, here.value.outcome.reason);
            return Next::finished;
        }
        state_.messages.push_back(fmt::format("epoch {}: the horizon stays where it is for now: up to t = {:.6g}, {}",
                                              state_.epoch, arc_.end, here.value.outcome.reason));
        --state_.arc;
        return Next::go_on;
    }
    if (fresh) {
        state_.memory["arc-loss"] = {here.value.loss};
        state_.memory["arc-begin"] = {static_cast<double>(state_.epoch)};
        state_.memory["arc-evaluations"] = {static_cast<double>(here.value.evaluations)};
    }
    limit_evaluations(static_cast<long>(state_.memory.at("arc-evaluations")[0]));
    if (state_.history.empty()) {
        --state_.epoch;  // the start is no epoch
        if (const Next next = accept(here, 0); next != Next::go_on) return next;
    }
    return setup_.optimizer.optimizer == "lbfgs" ? run_lbfgs() : run_adam(std::move(here));
}

double TrainingRun::loss_scale() const
{
    const double begun = state_.memory.at("arc-loss")[0];
    return begun > 0 ? begun : arc_.size_loss;
}

bool TrainingRun::diverged(const TrainingValue& value) const
{
    constexpr double blown_up = 1e3;
    return !value.good() || (value.loss > blown_up * loss_scale() && value.loss > arc_.size_loss);
}

bool TrainingRun::solve_inner(Eigen::VectorXd& x)
{
    return !arc_.inner || arc_.inner->solve(x);
}

TrainingRun::Trial TrainingRun::evaluate(Eigen::VectorXd x)
{
    Trial trial{std::move(x), {}, 0};
    if (!solve_inner(trial.x)) {
        trial.value.outcome = {Status::non_finite, "no masses could be found under this correction"};
        return trial;
    }
    trial.value = arc_.objective->evaluate(trial.x, held_out_.tasks(trial.x));
    trial.validation = held_out_.loss();
    return trial;
}

TrainingRun::Next TrainingRun::accept(const Trial& trial, double rate)
{
    ++state_.epoch;
    remember("x", trial.x);
    state_.point = unknowns_.point(trial.x);
    for (const std::string& message : trial.value.messages)
        state_.messages.push_back(fmt::format("epoch {}: {}", state_.epoch, message));
    const TrainRecord record{state_.epoch, trial.value.loss, trial.validation, rate, arc_.end, state_.point.masses};
    state_.history.push_back(record);
    // With nothing held out, losses compare over the whole only.
    const double measure = !held_out_.empty()                                    ? trial.validation
                           : last_arc() && setup_.train.batch_size == 0 ? trial.value.loss
                                                                        : std::numeric_limits<double>::quiet_NaN();
    const bool better = measure < state_.best_validation;
    if (better || (std::isnan(measure) && std::isinf(state_.best_validation))) {
        state_.best = state_.point;
        remember("best-x", trial.x);
    }
    if (better) state_.best_validation = measure;
    state_.since_best = better || !last_arc() ? 0 : state_.since_best + 1;
    state_.seconds = seconds_before_ + watch_.seconds();
    if (setup_.train.patience > 0 && state_.since_best > setup_.train.patience)
        finish(Status::converged,
               fmt::format("{} not better for {} epochs: the best point, with {:.6g}, is kept",
                           held_out_.empty() ? "loss" : "held-out loss", setup_.train.patience, state_.best_validation));
    else if (state_.epoch >= setup_.optimizer.iterations)
        finish(Status::finished, fmt::format("{} epochs done", state_.epoch));
    if (callback_) callback_({record, setup_.optimizer.iterations, state_.point}, state_);
    control_.wait_while_paused();
    if (state_.finished) return Next::finished;
    if (control_.token().stop_requested()) {
        outcome_ = {Status::stopped, "stopped on request; the parameters are the last good ones"};
        return Next::stopped;
    }
    return !last_arc() && settled() ? Next::arc_settled : Next::go_on;
}

bool TrainingRun::settled() const
{
    const long begun = static_cast<long>(state_.memory.at("arc-begin")[0]), epochs = state_.epoch - begun;
    // Half of the epochs are left for the whole.
    const auto early_arcs = static_cast<long>(ends_[0].size()) - 1;
    if (epochs >= std::max(settling_epochs, setup_.optimizer.iterations / (2 * early_arcs))) return true;
    if (epochs < 2 * settling_epochs) return false;
    const auto least = [&](long from, long to) {
        double loss = std::numeric_limits<double>::infinity();
        for (long i = from; i < to; ++i)
            loss = std::min(loss, state_.history[state_.history.size() - static_cast<std::size_t>(i) - 1].loss);
        return loss;
    };
    return least(0, settling_epochs) > settled_factor * least(settling_epochs, epochs);
}

bool TrainingRun::back_off(const TrainingValue& value)
{
    state_.rate_factor /= 2;
    ++state_.divergences;
    const std::string why = value.outcome.ok() ? fmt::format("the loss rose to {:.3g}", value.loss) : value.outcome.reason;
    state_.messages.push_back(fmt::format("epoch {}: {}; back to the last good point, learning rate halved (now {:.3g} of "
                                          "what was asked for)",
                                          state_.epoch + 1, why, state_.rate_factor));
    if (state_.divergences < most_divergences) return true;
    finish(value.outcome.ok() ? Status::no_progress : value.outcome.status,
           fmt::format("the training diverged {} times ({}); the parameters are the last good ones: lower the learning rate",
                       state_.divergences, why));
    return false;
}

void TrainingRun::finish(Status status, std::string reason)
{
    state_.finished = true;
    state_.outcome = {status, std::move(reason)};
}

}  // namespace syzygy::detail

namespace syzygy {

TrainResult train(std::span<const Observations> trajectories, const FitSetup& setup, TrainState& state,
                  const TrainCallback& callback, Control& control)
{
    return detail::TrainingRun(trajectories, setup, state, callback, control).run();
}

bool is_training(const FitSetup& setup, const ParameterTable& table)
{
    if (setup.correction.correction == "none" || !find_correction(setup.correction.correction).network) return false;
    return setup.fit.free.empty() || parse_free(table, setup.fit.free)->any_of_correction(table);
}

OptimizerOptions training_defaults()
{
    OptimizerOptions options;
    options.optimizer = "lbfgs";
    options.history = 100;
    options.iterations = 1000;
    options.learning_rate = 0.01;
    options.learning_rate_decay = 0.995;
    options.beta1 = 0.9;
    options.beta2 = 0.999;
    return options;
}

}  // namespace syzygy
