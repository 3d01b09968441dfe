#pragma once

#include "ui/worker/fit_worker.hpp"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace syzygy {

/// How a fit stands. Starting: it waits for the picture that it begins from.
enum class RunState { idle, starting, running, paused, stopping };

/// A whole fit, one that pauses after its first iteration, a short one that follows a moving hand, and the whole one after the
/// hand rests.
enum class FitKind { whole, one_step, refit, settled_refit };

/// The life of the fits of a session: which one runs, how it stands, what it has found so far. It knows nothing of pictures; the
/// session says what a fit begins from and moves the point on screen. Lives in the window's thread.
class FitDriver : public QObject {
    Q_OBJECT
public:
    explicit FitDriver(QObject* parent = nullptr);
    ~FitDriver() override;

    RunState state() const { return state_; }
    /// Kind of the fit that runs or ran last.
    FitKind kind() const { return kind_; }
    /// A short fit follows a moving hand. It has no state of its own, since buttons would flicker.
    bool refits() const { return refits_; }
    /// A paused fit makes one iteration more.
    bool steps() const { return steps_; }
    /// The fit that starts once there is a picture.
    const std::optional<FitKind>& waiting() const { return waiting_; }

    /// Setup of the fit that runs, or of the one that found what is on screen; nothing after the point, the data or an option was
    /// changed by hand.
    const std::optional<FitSetup>& setup() const { return setup_; }
    /// Time at which that fit's initial state holds.
    double begin() const { return begin_; }
    /// Every iteration, and of a training every epoch.
    const std::vector<FitRecord>& history() const { return history_; }
    const std::vector<TrainRecord>& epochs() const { return epochs_; }
    /// Progress of the search for a start, in words; empty if none runs.
    const QString& search() const { return search_; }
    const FitState& fit_state() const { return fit_state_; }
    const TrainState& train_state() const { return train_state_; }
    /// Units and scales of the network that the fit trains; nothing if it trains none.
    const std::optional<CorrectionContext>& context() const { return context_; }
    /// Null unless the last fit has ended and nothing was changed since.
    std::shared_ptr<const FitResult> result() const { return result_; }
    std::shared_ptr<const TrainResult> training() const { return training_; }

    /// Iterations a second at which a fit is shown; 0: as fast as possible.
    void set_pace(double iterations_a_second) { worker_.set_pace(iterations_a_second); }
    /// The files of the setup, after the data were saved.
    void set_files(const std::vector<std::filesystem::path>& files);

    /// A fit of that kind starts once there is a picture.
    void wait_for_picture(FitKind kind);
    /// There will be no picture, or nobody wants the fit any more.
    void stop_waiting();
    /// Starts. `begin` is the time of the initial state, `context` what a training begins from.
    void run(FitKind kind, std::shared_ptr<const Observations> observations, FitSetup setup, double begin,
             std::optional<CorrectionContext> context);
    /// Goes on with a fit as it was saved: a finished one to its result, another one iteration further.
    void go_on(std::shared_ptr<const Observations> observations, FitSetup setup, double begin, FitState state, TrainState train);
    void pause();
    void resume();
    void step();
    /// The fit ends soon and says how; one that does not answer is abandoned.
    void stop();
    /// Abandons the fit that runs and forgets result and setup, not the history.
    void drop();
    /// Forgets everything.
    void forget();

Q_SIGNALS:
    void history_changed();
    void search_changed();
    void result_changed();
    void state_changed();
    /// The point of the newest iteration of a fit that is shown on its way.
    void moved(const ModelPoint& point);
    /// The fit ended. state() is idle; if `was_shown`, state_changed() is left to the receiver, which first takes what was found.
    void ended(const FitEnd& end, bool was_shown);
    /// The hand that a short fit follows has rested for a while.
    void hand_rests();
    void said(const QString& message, bool error);

private:
    void take_news();
    void end(const FitEnd& end);
    void set_state(RunState state);
    void set_search(const QString& search);

    RunState state_ = RunState::idle;
    FitKind kind_ = FitKind::whole;
    bool refits_ = false, steps_ = false;
    std::optional<FitKind> waiting_;
    std::optional<FitSetup> setup_;
    double begin_ = 0;
    std::vector<FitRecord> history_;
    std::vector<TrainRecord> epochs_;
    QString search_;
    FitState fit_state_;
    TrainState train_state_;
    std::optional<CorrectionContext> context_;
    std::shared_ptr<const FitResult> result_;
    std::shared_ptr<const TrainResult> training_;
    QTimer patience_;  ///< a stopped fit that does not answer is abandoned
    QTimer rest_;      ///< since the last short fit
    FitWorker worker_; ///< last: ends before what it uses
};

}  // namespace syzygy
