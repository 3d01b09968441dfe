#include "ui/session/fit_driver.hpp"

#include "physics/run/correction_choice.hpp"

#include <algorithm>

namespace syzygy {

namespace {

/// After so long without a change the hand rests.
constexpr int rest_ms = 300;

/// After so long a stopped fit is idle, whatever its thread still does.
constexpr int patience_ms = 50;
/// A training's best point is described before it ends, which is worth waiting for.
constexpr int training_patience_ms = 3000;

TrainState no_training()
{
    TrainState state;
    state.point = state.best = {Eigen::Vector3d::Zero(), State::Zero(), {}};
    return state;
}

/// From a minimum that has moved a little: a few free steps. The whole fit follows once the hand rests.
void shorten(FitRequest& request)
{
    OptimizerOptions& options = request.setup.optimizer;
    options.iterations = std::min<long>(options.iterations, 6);
    options.loss_tolerance = std::max(options.loss_tolerance, 1e-4);
    request.setup.fit.grow = "off";
    request.paced = false;
    request.state.boxed = false;
}

}  // namespace

FitDriver::FitDriver(QObject* parent)
    : QObject(parent), worker_([this] { QMetaObject::invokeMethod(this, &FitDriver::take_news, Qt::QueuedConnection); })
{
    patience_.setSingleShot(true);
    patience_.setTimerType(Qt::PreciseTimer);
    connect(&patience_, &QTimer::timeout, this, [this] {
        if (state_ != RunState::stopping) return;
        worker_.abandon();
        set_search({});
        set_state(RunState::idle);
        Q_EMIT said(tr("Stopped on request; the parameters are the last good ones"), false);
    });
    rest_.setSingleShot(true);
    rest_.setInterval(rest_ms);
    connect(&rest_, &QTimer::timeout, this, &FitDriver::hand_rests);
}

FitDriver::~FitDriver() = default;

void FitDriver::set_files(const std::vector<std::filesystem::path>& files)
{
    if (setup_) setup_->files = files;
}

void FitDriver::wait_for_picture(FitKind kind)
{
    waiting_ = kind;
    set_state(RunState::starting);
}

void FitDriver::stop_waiting()
{
    waiting_.reset();
    if (state_ == RunState::starting) set_state(RunState::idle);
}

void FitDriver::run(FitKind kind, std::shared_ptr<const Observations> observations, FitSetup setup, double begin,
                    std::optional<CorrectionContext> context)
{
    waiting_.reset();
    setup_ = setup;
    begin_ = begin;
    kind_ = kind;
    refits_ = kind == FitKind::refit;
    fit_state_ = {};
    train_state_ = no_training();
    context_ = std::move(context);
    set_search({});
    if (!history_.empty()) {
        history_.clear();
        epochs_.clear();
        Q_EMIT history_changed();
    }
    if (result_ && !refits_ && kind != FitKind::settled_refit) {
        result_.reset();
        training_.reset();
        Q_EMIT result_changed();
    }
    FitRequest request{std::move(observations), std::move(setup), {}, {}, kind == FitKind::one_step, true};
    if (refits_) {
        shorten(request);
        rest_.start();
    } else {
        rest_.stop();
    }
    worker_.start(std::move(request));
    steps_ = kind == FitKind::one_step;
    if (!refits_) set_state(kind == FitKind::one_step ? RunState::paused : RunState::running);
}

void FitDriver::go_on(std::shared_ptr<const Observations> observations, FitSetup setup, double begin, FitState state,
                      TrainState train)
{
    setup_ = setup;
    begin_ = begin;
    history_ = state.history;
    fit_state_ = std::move(state);
    const bool training = is_training(setup, *observations);
    if (training) {
        epochs_ = train.history;
        for (const TrainRecord& record : epochs_) history_.push_back({0, record.epoch, record.loss, record.masses});
        train_state_ = std::move(train);
    }
    context_.reset();
    Q_EMIT history_changed();
    // One that has not ended takes one iteration to show where it stands, and waits.
    kind_ = FitKind::whole;
    const bool finished = training ? train_state_.finished : fit_state_.finished;
    worker_.start({std::move(observations), std::move(setup), fit_state_, train_state_, !finished, true});
    steps_ = !finished;
    set_state(finished ? RunState::running : RunState::paused);
}

void FitDriver::pause()
{
    if (state_ != RunState::running) return;
    steps_ = false;
    worker_.pause();
    set_state(RunState::paused);
}

void FitDriver::resume()
{
    if (state_ != RunState::paused) return;
    worker_.resume();
    set_state(RunState::running);
}

void FitDriver::step()
{
    if (state_ != RunState::paused) return;
    steps_ = true;
    worker_.step();
}

void FitDriver::stop()
{
    rest_.stop();
    if (refits_) {
        worker_.abandon();
        refits_ = false;
    }
    if (state_ == RunState::starting) {
        stop_waiting();
        Q_EMIT said(tr("Stopped before it began"), false);
        return;
    }
    if (state_ != RunState::running && state_ != RunState::paused) return;
    worker_.stop();
    set_state(RunState::stopping);
    patience_.start(context_ ? training_patience_ms : patience_ms);
}

void FitDriver::drop()
{
    rest_.stop();
    patience_.stop();
    if (state_ != RunState::idle || refits_) {
        worker_.abandon();
        set_search({});
    }
    const bool ran = state_ != RunState::idle;
    refits_ = false;
    waiting_.reset();
    setup_.reset();
    set_state(RunState::idle);
    if (ran) Q_EMIT said(tr("The fit was stopped: what it fits was changed"), false);
    training_.reset();
    if (result_) {
        result_.reset();
        Q_EMIT result_changed();
    }
}

void FitDriver::forget()
{
    drop();
    fit_state_ = {};
    train_state_ = no_training();
    epochs_.clear();
    history_.clear();
    Q_EMIT history_changed();
}

void FitDriver::take_news()
{
    auto news = worker_.take();
    if (!news) return;
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
        context_ = train_state_.context;
    }
    // A fit under a moving hand shows where it arrives, not its way there.
    if (news->snapshot && !news->end && kind_ != FitKind::refit && kind_ != FitKind::settled_refit) {
        steps_ = false;
        Q_EMIT moved(news->snapshot->point);
    }
    if (news->end) end(*news->end);
}

void FitDriver::end(const FitEnd& end)
{
    patience_.stop();
    set_search({});
    refits_ = false;
    const bool was_shown = state_ != RunState::starting && state_ != RunState::idle;
    if (was_shown) state_ = RunState::idle;
    if (end.result) {
        fit_state_ = end.state;
        train_state_ = end.train;
        if (end.training) {
            context_ = end.training->context;
            training_ = std::make_shared<const TrainResult>(*end.training);
        }
        result_ = std::make_shared<const FitResult>(*end.result);
    }
    Q_EMIT ended(end, was_shown);
}

void FitDriver::set_search(const QString& search)
{
    if (search == search_) return;
    search_ = search;
    Q_EMIT search_changed();
}

void FitDriver::set_state(RunState state)
{
    if (state == state_) return;
    state_ = state;
    Q_EMIT state_changed();
}

}  // namespace syzygy
