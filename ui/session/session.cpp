// In one file: one class, the document; each change of it ends in a request for a picture.
#include "ui/session/session.hpp"

#include "physics/fit/setup_checks.hpp"
#include "physics/model/correction.hpp"
#include "physics/run/correction_choice.hpp"
#include "ui/base/option_words.hpp"
#include "ui/session/ablation.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/worker/release.hpp"
#include "ui/worker/solve_worker.hpp"

#include <cmath>

namespace syzygy {

Session::Session(QObject* parent)
    : QObject(parent),
      ablation_(std::make_unique<Ablation>(*this)),
      solver_(std::make_unique<SolveWorker>(
          [this] { QMetaObject::invokeMethod(this, &Session::take_picture, Qt::QueuedConnection); }))
{
    connect(&fits_, &FitDriver::history_changed, this, &Session::history_changed);
    connect(&fits_, &FitDriver::search_changed, this, &Session::search_changed);
    connect(&fits_, &FitDriver::result_changed, this, &Session::result_changed);
    connect(&fits_, &FitDriver::state_changed, this, &Session::run_state_changed);
    connect(&fits_, &FitDriver::said, this, &Session::said);
    connect(&fits_, &FitDriver::moved, this, [this](const ModelPoint& point) {
        point_ = TimedPoint{point, fits_.begin(), fits_.context()};
        request_picture();
        Q_EMIT point_changed();
    });
    connect(&fits_, &FitDriver::ended, this, &Session::end_fit);
    connect(&fits_, &FitDriver::hand_rests, this, [this] {
        if (follows() && run_state() == RunState::idle && !fits_.refits() && has_current_picture())
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
    return has_newest_picture() && !fits_.refits() &&
           (run_state() == RunState::idle || (run_state() == RunState::paused && !fits_.steps()));
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
    check_setup(setup);
    check_setup(setup, *data.observations);
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
    fits_.go_on(data_.observations, setup, initial_time(*data_.observations, setup), std::move(state), std::move(train));
}

void Session::set_setup(const FitSetup& setup)
{
    FitSetup changed = setup;
    changed.files = data_.files;
    if (same_setup(changed, setup_)) return;
    check_setup(changed);
    if (has_data()) check_setup(changed, *data_.observations);
    if (has_data() && has_current_picture()) check_parameters(changed, *picture_->solution->data, picture_->solution->point);
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
    change_setup(std::move(changed), same_setup(before, changed));
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
    } else if (!fits_.refits()) {
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
    return follows() && point_ && result() && result()->seconds < quick_seconds && has_current_picture() &&
           (run_state() == RunState::idle || fits_.kind() == FitKind::settled_refit) &&
           // In a window that begins elsewhere the state has to be moved there first.
           point_->time == initial_time(*data_.observations, setup_);
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
    fits_.set_files(data_.files);
    Q_EMIT data_changed();
}

void Session::set_pace(double iterations_a_second)
{
    if (!(iterations_a_second >= 0) || iterations_a_second == pace_) return;
    pace_ = iterations_a_second;
    fits_.set_pace(pace_);
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
    if (run_state() == RunState::paused)
        fits_.resume();
    else if (run_state() == RunState::idle)
        begin_fit(FitKind::whole);
}

void Session::begin_fit(FitKind kind)
{
    if (!has_data()) return;
    // The point that a fit starts from comes with the newest picture.
    if (has_newest_picture())
        run_fit(kind);
    else if (newest_picture_failed())
        Q_EMIT said(tr("The fit cannot start: %1").arg(failure_), true);
    else
        fits_.wait_for_picture(kind);
}

void Session::step_fit()
{
    if (run_state() == RunState::paused)
        fits_.step();
    else if (run_state() == RunState::idle)
        begin_fit(FitKind::one_step);
    else
        fits_.pause();
}

void Session::pause_fit()
{
    fits_.pause();
}

void Session::resume_fit()
{
    fits_.resume();
}

void Session::stop_fit()
{
    // A short fit that follows the hand ends with what it was to take in.
    if (fits_.refits() || run_state() == RunState::running || run_state() == RunState::paused) refit_ = false;
    fits_.stop();
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
    std::optional<CorrectionContext> context;
    if (is_training(setup, *data_.observations)) context = setup.trained ? setup.trained->context : picture_->context;
    const double begin = initial_time(*data_.observations, setup);
    fits_.run(kind, data_.observations, std::move(setup), begin, std::move(context));
}

void Session::drop_fit()
{
    refit_ = false;
    fits_.drop();
}

void Session::forget_fit()
{
    refit_ = false;
    fits_.forget();
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
    if (fitted_setup() && same_data_options(*fitted_setup(), setup_))
        request.noise_factors = fit_state().noise_factors;
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
        if (newest_picture_failed()) fits_.stop_waiting();
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
    if (fits_.waiting() && newest) {
        run_fit(*fits_.waiting());
        return;
    }
    const bool gives_way = run_state() == RunState::starting ? false
                           : run_state() == RunState::idle   ? !fits_.refits() : fits_.kind() == FitKind::settled_refit;
    if (picture->fit_next && follows() && gives_way) {
        refit_ = false;
        run_fit(FitKind::refit);
    }
}

void Session::end_fit(const FitEnd& end, bool was_shown)
{
    // Whoever hears that the fit has ended finds its result, and that a picture of it is on its way.
    if (!end.result) {
        if (refit_) request_picture();
        if (was_shown) Q_EMIT run_state_changed();
        Q_EMIT said(QString::fromStdString(end.error), true);
        return;
    }
    // In a window that has moved on since, the state found holds at the old one's start.
    point_ = TimedPoint{end.result->point, fits_.begin(), fits_.context()};
    const FitKind kind = fits_.kind();
    const bool again = refit_ && kind == FitKind::refit && can_refit_at_once();
    if (again) refit_ = false;
    request_picture();
    if (was_shown) Q_EMIT run_state_changed();
    if (again) run_fit(FitKind::refit, fit_setup_at(setup_, point_->point));
    Q_EMIT point_changed();
    Q_EMIT result_changed();
    if (kind == FitKind::refit) return;
    const Outcome& outcome = end.result->outcome;
    Q_EMIT said(window_words(headline(*end.result, unit_symbols(data_.observations->units).length)),
                !outcome.ok() && outcome.status != Status::stopped);
}

}  // namespace syzygy
