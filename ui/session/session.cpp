#include "ui/session/session.hpp"

#include "core/base/device.hpp"
#include "physics/fit/correction_choice.hpp"
#include "physics/model/correction.hpp"
#include "ui/base/option_words.hpp"
#include "ui/session/ablation.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/worker/fit_worker.hpp"
#include "ui/worker/release.hpp"
#include "ui/worker/solve_worker.hpp"

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// After so long without a change the hand rests.
constexpr int settle_ms = 300;

/// After so long a stopped fit is idle, whatever its thread still does.
constexpr int patience_ms = 50;
/// A training's best point is described before it ends, which is worth waiting for.
constexpr int training_patience_ms = 3000;

/// A correction as far as it can be checked without the data; null where it takes a file to know.
std::shared_ptr<const Correction> checked_correction(const CorrectionOptions& options)
{
    validate(correction_options(), options);
    if (options.correction == "torchscript") return nullptr;
    auto correction = make_correction(options, CorrectionContext{});
    if (correction) starting_parameters(*correction, options.values);
    return correction;
}

void validate(const FitSetup& setup)
{
    checked_correction(setup.correction);
    validate_groups(setup);
    parse_device(setup.train.device);
    if (!find_method(setup.solver.method).adaptive() && setup.solver.step <= 0)
        throw ArgumentError("step", fmt::format("{}", setup.solver.step),
                            fmt::format("the method {} has no error estimate and needs a step size", setup.solver.method));
}

/// Checks that need the data, but not to go through them.
void validate(const FitSetup& setup, const Observations& observations, const Solution* solution)
{
    window_of(observations, setup.data);
    if (!setup.data.relative_to.empty()) find_body(observations.bodies, setup.data.relative_to, "relative-to");
    if (setup.data.velocities && !observations.has_velocities())
        throw ArgumentError("velocities", "true", "the data have no velocity columns");
    if (setup.fit.robust != "none" && !(setup.data.sigma > 0) && observations.position_sigmas.cols() == 0 &&
        (observations.series.empty() || observations.has_positions()))
        throw ArgumentError("robust", setup.fit.robust, "needs the errors of the positions: give a sigma");
    if (!solution || setup.correction.correction == "torchscript") return;
    ModelPoint point = solution->point;
    point.correction.resize(0);
    ParameterSet(*solution->data, setup.fit, point, checked_correction(setup.correction).get());
}

/// The time at which the initial state of a fit holds: the window's first row.
double first_time(const Observations& observations, const FitSetup& setup)
{
    const auto& times = observations.times;
    const double begin = window_of(observations, setup.data).first;
    const auto row = std::lower_bound(times.begin(), times.end(), begin);
    return row == times.end() ? times.back() : *row;
}

template <class Options>
bool equal(const OptionList<Options>& list, const Options& x, const Options& y)
{
    for (const auto& option : list)
        if (!std::visit([&](auto member) { return x.*member == y.*member; }, option.member)) return false;
    return true;
}

TrainState no_training()
{
    TrainState state;
    state.point = state.best = {Eigen::Vector3d::Zero(), State::Zero(), {}};
    return state;
}

bool same_correction(const FitSetup& a, const FitSetup& b)
{
    return a.correction.values == b.correction.values && equal(correction_options(), a.correction, b.correction);
}

bool same(const FitSetup& a, const FitSetup& b)
{
    bool alike = a.correction.values == b.correction.values && a.files == b.files;
    for_each_group([&](const char*, const auto& list, auto member) { alike = alike && equal(list, a.*member, b.*member); });
    return alike;
}

}  // namespace

Session::Session(QObject* parent)
    : QObject(parent),
      ablation_(std::make_unique<Ablation>(*this)),
      solver_(std::make_unique<SolveWorker>(
          [this] { QMetaObject::invokeMethod(this, &Session::take_picture, Qt::QueuedConnection); })),
      fitter_(std::make_unique<FitWorker>(
          [this] { QMetaObject::invokeMethod(this, &Session::take_fit_news, Qt::QueuedConnection); }))
{
    patience_.setSingleShot(true);
    patience_.setTimerType(Qt::PreciseTimer);
    connect(&patience_, &QTimer::timeout, this, [this] {
        if (run_state_ != RunState::stopping) return;
        fitter_->abandon();
        set_search({});
        set_run_state(RunState::idle);
        Q_EMIT said(tr("Stopped on request; the parameters are the last good ones"), false);
    });
    settle_.setSingleShot(true);
    settle_.setInterval(settle_ms);
    connect(&settle_, &QTimer::timeout, this, [this] {
        if (follows() && run_state_ == RunState::idle && !refit_runs_ && has_current_picture())
            run_fit(FitKind::settled_refit);
    });
}

Session::~Session() = default;

bool Session::trains() const
{
    return has_data() && is_training(setup_, *data_.observations);
}

ModelPoint Session::point() const
{
    if (point_ && !shows_point()) return point_->point;
    if (picture_) return picture_->solution->point;
    return {Eigen::Vector3d::Ones(), State::Zero()};
}

bool Session::settled() const
{
    return has_newest_picture() && !refit_runs_ && (run_state_ == RunState::idle || (run_state_ == RunState::paused && !steps_));
}

bool Session::shows_point() const
{
    // An orbit that does not arrive at the window's start has no state there.
    return has_newest_picture() && picture_->solution->point.initial_state.allFinite();
}

std::pair<double, double> Session::data_range() const
{
    if (!has_data()) return {0, 1};
    return {data_.observations->times.front(), data_.observations->times.back()};
}

std::pair<double, double> Session::window() const
{
    const auto [begin, end] = data_range();
    return setup_.data.window.within(begin, end);
}

void Session::set_data(LoadedData data, FitSetup setup)
{
    setup.files = data.files;
    validate(setup);
    validate(setup, *data.observations, nullptr);
    forget_fit();
    const bool had_setup = has_data();
    data_ = std::move(data);
    data_.observations = released_aside(std::move(data_.observations));
    setup_ = std::move(setup);
    point_.reset();
    horizon_.reset();
    if (!had_setup) frame_ = Frame::data;
    oldest_number_ = picture_number_ + 1;
    request_picture();
    Q_EMIT data_changed();
    Q_EMIT setup_changed();
}

void Session::set_saved_fit(LoadedData data, FitSetup setup, FitState state, TrainState train)
{
    set_data(std::move(data), setup);
    setup.files = data_.files;
    fitted_setup_ = setup;
    fitted_begin_ = first_time(*data_.observations, setup);
    history_ = state.history;
    fit_state_ = std::move(state);
    const bool training = is_training(setup, *data_.observations);
    if (training) {
        epochs_ = train.history;
        for (const TrainRecord& record : epochs_) history_.push_back({0, record.epoch, record.loss, record.masses});
        train_state_ = std::move(train);
    }
    fit_context_.reset();
    Q_EMIT history_changed();
    // A finished one goes straight to its result; another takes one iteration to show where it stands, and waits.
    ++run_number_;
    kind_ = FitKind::whole;
    const bool finished = training ? train_state_.finished : fit_state_.finished;
    fitter_->start({run_number_, data_.observations, *fitted_setup_, fit_state_, train_state_, !finished, true});
    steps_ = !finished;
    set_run_state(finished ? RunState::running : RunState::paused);
}

void Session::set_setup(const FitSetup& setup)
{
    FitSetup changed = setup;
    changed.files = data_.files;
    if (same(changed, setup_)) return;
    validate(changed);
    if (has_data()) validate(changed, *data_.observations, has_current_picture() ? picture_->solution.get() : nullptr);
    if (!same_correction(changed, setup_)) {
        // Parameters belong to the correction that they were found for.
        changed.trained.reset();
        if (point_) {
            point_->point.correction.resize(0);
            point_->context.reset();
        }
    }
    FitSetup before = setup_;
    before.data.window = changed.data.window;
    change_setup(std::move(changed), same(before, changed));
}

ParameterTable Session::parameter_table() const
{
    return syzygy::parameter_table(data_.observations->bodies, setup_.correction, data_.observations->series);
}

bool Session::state_is_free_by_data() const
{
    if (!has_current_picture()) {
        // As ParameterSet will find it.
        const Observations& data = *data_.observations;
        return data.position_sigmas.cols() > 0 || setup_.data.sigma > 0 || !data.has_initial_state();
    }
    FitOptions options = setup_.fit;
    options.free.clear();
    options = without_correction_parameters(options, parameter_table());
    ModelPoint point = picture_->solution->point;
    point.correction.resize(0);
    return ParameterSet(*picture_->solution->data, options, point).frees_state();
}

void Session::set_correction(const CorrectionOptions& correction, bool free)
{
    FitSetup changed = setup_;
    changed.correction = correction;
    if (has_data()) {
        const bool state_is_free = state_is_free_by_data();
        const bool none = correction.correction == "none";
        if (correction.correction != setup_.correction.correction)
            changed.fit = without_correction_parameters(changed.fit, parameter_table());
        changed.fit = with_correction_free(
            changed.fit, syzygy::parameter_table(data_.observations->bodies, correction, data_.observations->series), free && !none, state_is_free);
        // What the data need anyway is left to them.
        if (none && changed.fit.free == free_by_data(state_is_free)) changed.fit.free.clear();
    }
    const bool training = has_data() && is_training(changed, *data_.observations);
    if (training && !trains()) {
        fit_optimizer_ = changed.optimizer;
        changed.optimizer = training_defaults();
    } else if (!training && trains() && fit_optimizer_) {
        changed.optimizer = *fit_optimizer_;
    }
    set_setup(changed);
}

void Session::change_setup(FitSetup setup, bool other_rows_only)
{
    setup_ = std::move(setup);
    // A fit that runs, and its result, are of the old options.
    if (!follows()) drop_fit();
    refit_ = follows();
    if (!other_rows_only || !can_refit_at_once()) {
        request_picture();
    } else if (!refit_runs_) {
        // Its end brings the picture.
        refit_ = false;
        run_fit(FitKind::refit, fit_setup_at(setup_, point_->point));
    }
    Q_EMIT setup_changed();
}

bool Session::can_refit_at_once() const
{
    // Slower ones are worth a picture on the way.
    constexpr double quick_seconds = 0.1;
    return follows() && point_ && result_ && result_->seconds < quick_seconds && has_current_picture() &&
           (run_state_ == RunState::idle || kind_ == FitKind::settled_refit) &&
           // In a window that begins elsewhere the state has to be moved there first.
           point_->time == first_time(*data_.observations, setup_);
}

void Session::set_point(const ModelPoint& point)
{
    if (!has_current_picture()) return;
    for (const double mass : point.masses)
        if (!(mass >= 0) || !std::isfinite(mass))
            throw ArgumentError("masses", fmt::format("{}", mass), "must be finite and not below 0");
    if (!point.initial_state.allFinite()) throw ArgumentError("initial", "nan", "must be finite numbers");
    // A fit that runs would take the point back at its next iteration. The state holds where point() said it does.
    const double time = point_ && !shows_point() ? point_->time : picture_->solution->begin();
    std::optional<CorrectionContext> context;
    if (point_ && !shows_point())
        context = point_->context;
    else if (picture_->trained)
        context = picture_->context;
    drop_fit();
    point_ = TimedPoint{point, time, context};
    // Offsets of instruments follow what a hand changes.
    point_->point.offsets.resize(0);
    // Of the correction before, where that was changed since.
    if (!same_correction(picture_->setup, setup_) && shows_point()) point_->point.correction.resize(0);
    request_picture();
    Q_EMIT point_changed();
}

void Session::set_mass(int body, double mass)
{
    ModelPoint changed = point();
    changed.masses[body] = mass;
    set_point(changed);
}

void Session::set_velocity(int body, const Eigen::Vector3d& velocity)
{
    ModelPoint changed = point();
    changed.initial_state.segment<3>(9 + 3 * body) = velocity;
    set_point(changed);
}

void Session::set_correction_parameter(int index, double value)
{
    ModelPoint changed = point();
    if (index < 0 || index >= changed.correction.size()) return;
    if (!std::isfinite(value)) throw ArgumentError("values", fmt::format("{}", value), "must be a finite number");
    changed.correction[index] = value;
    set_point(changed);
}

void Session::set_window(double begin, double end)
{
    if (!has_data()) return;
    FitSetup changed = setup_;
    const auto [first, last] = data_range();
    // Blank sides stay with the data when those change.
    changed.data.window = {};
    // nan is no time: it is left for set_setup to refuse.
    if (!(begin <= first)) changed.data.window.begin = begin;
    if (!(end >= last)) changed.data.window.end = end;
    set_setup(changed);
}

void Session::set_horizon(std::optional<double> horizon)
{
    if (horizon == horizon_) return;
    if (horizon && !std::isfinite(*horizon))
        throw ArgumentError("horizon", fmt::format("{}", *horizon), "must be a finite time");
    horizon_ = horizon;
    request_picture();
    Q_EMIT display_changed();
}

void Session::set_frame(Frame frame)
{
    if (frame == frame_) return;
    frame_ = frame;
    request_picture();
    Q_EMIT display_changed();
}

void Session::move_observation(std::size_t row, int body, const Eigen::Vector3d& position)
{
    if (!has_data() || row >= data_.observations->size()) return;
    auto moved = std::make_shared<Observations>(*data_.observations);
    moved->positions.block<3, 1>(3 * body, static_cast<Eigen::Index>(row)) = position;
    data_.observations = std::move(moved);
    data_.remapped = true;
    // The first row of the window may be the initial state.
    change_setup(setup_, !point_ || data_.observations->times[row] != point_->time);
    Q_EMIT data_changed();
}

void Session::forget_files()
{
    data_.remapped = true;
    Q_EMIT data_changed();
}

void Session::adopt_file(const std::shared_ptr<const Observations>& saved, const std::filesystem::path& file)
{
    if (saved != data_.observations || (!data_.remapped && !data_.recipe)) return;
    data_.files = {file};
    data_.recipe.reset();
    data_.remapped = false;
    setup_.files = data_.files;
    if (fitted_setup_) fitted_setup_->files = data_.files;
    Q_EMIT data_changed();
}

void Session::set_pace(double iterations_a_second)
{
    if (!(iterations_a_second >= 0) || iterations_a_second == pace_) return;
    pace_ = iterations_a_second;
    fitter_->set_pace(pace_);
    Q_EMIT display_changed();
}

void Session::set_keeps_fitted(bool keeps)
{
    if (keeps == keeps_fitted_) return;
    keeps_fitted_ = keeps;
    refit_ = follows();
    if (refit_) request_picture();
    Q_EMIT display_changed();
}

void Session::start_fit()
{
    if (run_state_ == RunState::paused) {
        resume_fit();
        return;
    }
    if (run_state_ == RunState::idle) begin_fit(FitKind::whole);
}

void Session::begin_fit(FitKind kind)
{
    if (!has_data()) return;
    // The point that a fit starts from comes with the newest picture.
    if (has_newest_picture()) {
        run_fit(kind);
    } else if (newest_picture_failed()) {
        Q_EMIT said(tr("The fit cannot start: %1").arg(failure_), true);
    } else {
        fit_waits_ = kind;
        set_run_state(RunState::starting);
    }
}

void Session::step_fit()
{
    if (run_state_ == RunState::paused) {
        steps_ = true;
        fitter_->step();
    } else if (run_state_ == RunState::idle) {
        begin_fit(FitKind::one_step);
    } else if (run_state_ == RunState::running) {
        steps_ = false;
        fitter_->pause();
        set_run_state(RunState::paused);
    }
}

void Session::pause_fit()
{
    if (run_state_ != RunState::running) return;
    steps_ = false;
    fitter_->pause();
    set_run_state(RunState::paused);
}

void Session::resume_fit()
{
    if (run_state_ != RunState::paused) return;
    fitter_->resume();
    set_run_state(RunState::running);
}

void Session::stop_fit()
{
    settle_.stop();
    if (refit_runs_) {
        fitter_->abandon();
        refit_runs_ = refit_ = false;
    }
    if (run_state_ == RunState::starting) {
        fit_waits_.reset();
        set_run_state(RunState::idle);
        Q_EMIT said(tr("Stopped before it began"), false);
        return;
    }
    if (run_state_ != RunState::running && run_state_ != RunState::paused) return;
    refit_ = false;
    fitter_->stop();
    set_run_state(RunState::stopping);
    patience_.start(fit_context_ ? training_patience_ms : patience_ms);
}

void Session::reset()
{
    if (!has_data()) return;
    forget_fit();
    setup_.trained.reset();
    setup_.fit.initial.clear();
    point_.reset();
    request_picture();
    Q_EMIT setup_changed();
}

void Session::run_fit(FitKind kind)
{
    run_fit(kind, fit_setup());
}

void Session::run_fit(FitKind kind, FitSetup setup)
{
    fitted_setup_ = setup;
    fitted_begin_ = first_time(*data_.observations, setup);
    kind_ = kind;
    refit_runs_ = kind == FitKind::refit;
    const bool refitting = refit_runs_ || kind == FitKind::settled_refit;
    fit_state_ = {};
    train_state_ = no_training();
    fit_context_.reset();
    set_search({});
    if (is_training(setup, *data_.observations))
        fit_context_ = setup.trained ? setup.trained->context : picture_->context;
    if (!history_.empty()) {
        history_.clear();
        epochs_.clear();
        Q_EMIT history_changed();
    }
    if (result_ && !refitting) {
        result_.reset();
        training_.reset();
        Q_EMIT result_changed();
    }
    FitRequest request{++run_number_, data_.observations, std::move(setup), {}, {}, kind == FitKind::one_step, true};
    if (kind == FitKind::refit) {
        // From a minimum that has moved a little: a few free steps. The whole fit follows once the hand rests.
        OptimizerOptions& options = request.setup.optimizer;
        options.iterations = std::min<long>(options.iterations, 6);
        options.loss_tolerance = std::max(options.loss_tolerance, 1e-4);
        request.setup.fit.grow = "off";
        request.paced = false;
        request.state.boxed = false;
        settle_.start();
    } else {
        settle_.stop();
    }
    fitter_->start(std::move(request));
    steps_ = kind == FitKind::one_step;
    if (!refit_runs_) set_run_state(kind == FitKind::one_step ? RunState::paused : RunState::running);
}

void Session::drop_fit()
{
    settle_.stop();
    patience_.stop();
    if (run_state_ != RunState::idle || refit_runs_) {
        fitter_->abandon();
        set_search({});
        ++run_number_;
    }
    const bool ran = run_state_ != RunState::idle;
    refit_ = refit_runs_ = false;
    fit_waits_.reset();
    fitted_setup_.reset();
    set_run_state(RunState::idle);
    if (ran) Q_EMIT said(tr("The fit was stopped: what it fits was changed"), false);
    training_.reset();
    if (result_) {
        result_.reset();
        Q_EMIT result_changed();
    }
}

void Session::forget_fit()
{
    drop_fit();
    fit_state_ = {};
    train_state_ = no_training();
    epochs_.clear();
    history_.clear();
    Q_EMIT history_changed();
}

FitSetup Session::fit_setup() const
{
    if (!has_current_picture()) return setup_;
    // Untouched guesses are made again by the fit, so that its command line need not name them.
    if (picture_->guessed) return picture_->setup;
    return fit_setup_at(picture_->setup, picture_->solution->point);
}

FitSetup Session::fit_setup_at(FitSetup setup, const ModelPoint& point) const
{
    setup.fit.start.assign(point.masses.begin(), point.masses.end());
    const State& first = picture_->solution->data->first_row;
    setup.fit.initial.clear();
    if (!first.allFinite() || point.initial_state != first)
        setup.fit.initial.assign(point.initial_state.begin(), point.initial_state.end());
    // The point is what is meant: no second scatter on top of it.
    setup.fit.scatter = 0;
    if (const Correction* correction = picture_->solution->options.correction.get();
        correction && point.correction.size() == correction->size() && same_correction(setup, picture_->setup)) {
        if (!correction->named_parameters().empty())
            setup.correction.values = values_text(*correction, point.correction);
        else if (picture_->trained)
            setup.trained = std::make_shared<const TrainedCorrection>(
                TrainedCorrection{setup.correction, picture_->context, point.correction});
    }
    return setup;
}

void Session::request_picture()
{
    if (!has_data()) return;
    PictureRequest request;
    request.number = ++picture_number_;
    request.data = data_;
    request.setup = setup_;
    request.point = point_;
    request.horizon = horizon_;
    // Of a fit of these data under these options.
    if (fitted_setup_ && equal(data_options(), fitted_setup_->data, setup_.data)) request.noise_factors = fit_state_.noise_factors;
    request.frame = frame_;
    request.fit_next = refit_;
    solver_->request(std::move(request));
}

void Session::take_picture()
{
    const auto taken = solver_->take();
    if (!taken) return;
    if (const auto* error = std::get_if<PictureError>(&*taken)) {
        if (error->number < oldest_number_) return;
        failed_number_ = error->number;
        failure_ = QString::fromStdString(error->message);
        // What waited for this picture waits in vain.
        if (run_state_ == RunState::starting && newest_picture_failed()) {
            fit_waits_.reset();
            set_run_state(RunState::idle);
        }
        if (refit_) drop_fit();
        picture_failed_ = true;
        Q_EMIT said(failure_, true);
        return;
    }
    const auto& picture = std::get<std::shared_ptr<const Picture>>(*taken);
    // Of data that were replaced since.
    if (picture->number < oldest_number_) return;
    const bool newest = picture->number == picture_number_, first = !has_current_picture();
    picture_ = picture;
    Q_EMIT picture_changed();
    if (first) Q_EMIT data_shown();
    if (newest) Q_EMIT point_changed();
    if (newest && picture->guessed && !picture->note.empty()) Q_EMIT said(window_words(picture->note), false);
    const Outcome& outcome = picture->solution->outcome;
    if (!outcome.ok())
        Q_EMIT said(window_words(outcome.reason), true);
    else if (picture_failed_)
        Q_EMIT said(tr("Solved to the end of the window again"), false);
    picture_failed_ = !outcome.ok();
    if (fit_waits_ && newest) {
        run_fit(*std::exchange(fit_waits_, std::nullopt));
        return;
    }
    const bool gives_way = run_state_ == RunState::starting ? false
                           : run_state_ == RunState::idle   ? !refit_runs_ : kind_ == FitKind::settled_refit;
    if (picture->fit_next && follows() && gives_way) {
        refit_ = false;
        run_fit(FitKind::refit);
    }
}

void Session::take_fit_news()
{
    auto news = fitter_->take();
    if (!news || news->run != run_number_) return;
    if (!news->search.empty() && news->records.empty()) set_search(QString::fromStdString(news->search));
    if (!news->records.empty()) {
        set_search({});
        history_.insert(history_.end(), news->records.begin(), news->records.end());
        epochs_.insert(epochs_.end(), news->epochs.begin(), news->epochs.end());
        Q_EMIT history_changed();
    }
    if (news->state) {
        fit_state_ = std::move(*news->state);
        fit_state_.history = history_;
    }
    if (news->train) {
        train_state_ = std::move(*news->train);
        fit_context_ = train_state_.context;
    }
    // A refit under a dragging hand shows where it arrives, not its way there.
    if (news->snapshot && !news->end && kind_ != FitKind::refit && kind_ != FitKind::settled_refit) {
        steps_ = false;
        point_ = TimedPoint{news->snapshot->point, fitted_begin_, fit_context_};
        request_picture();
        Q_EMIT point_changed();
    }
    if (news->end) end_fit(*news->end);
}

void Session::end_fit(const FitEnd& end)
{
    patience_.stop();
    set_search({});
    refit_runs_ = false;
    // Whoever hears that the fit has ended finds its result, and that a picture of it is on its way.
    const bool ends = run_state_ != RunState::starting && run_state_ != RunState::idle;
    if (ends) run_state_ = RunState::idle;
    if (!end.result) {
        if (refit_) request_picture();
        if (ends) Q_EMIT run_state_changed();
        Q_EMIT said(QString::fromStdString(end.error), true);
        return;
    }
    fit_state_ = end.state;
    train_state_ = end.train;
    if (end.training) {
        fit_context_ = end.training->context;
        training_ = std::make_shared<const TrainResult>(*end.training);
    }
    result_ = std::make_shared<const FitResult>(*end.result);
    // In a window that has moved on since, the state found holds at the old one's start.
    point_ = TimedPoint{end.result->point, fitted_begin_, fit_context_};
    const bool again = refit_ && kind_ == FitKind::refit && can_refit_at_once();
    if (again) refit_ = false;
    request_picture();
    if (ends) Q_EMIT run_state_changed();
    if (again) run_fit(FitKind::refit, fit_setup_at(setup_, point_->point));
    Q_EMIT point_changed();
    Q_EMIT result_changed();
    if (kind_ == FitKind::refit) return;
    const Outcome& outcome = end.result->outcome;
    Q_EMIT said(window_words(headline(*end.result, unit_symbols(data_.observations->units).length)),
                !outcome.ok() && outcome.status != Status::stopped);
}

void Session::set_search(const QString& search)
{
    if (search == search_) return;
    search_ = search;
    Q_EMIT search_changed();
}

void Session::set_run_state(RunState state)
{
    if (state == run_state_) return;
    run_state_ = state;
    Q_EMIT run_state_changed();
}

}  // namespace syzygy
