#pragma once

#include "physics/fit/fit.hpp"
#include "physics/fit/parameter_text.hpp"
#include "physics/train/train.hpp"
#include "ui/document/loaded_data.hpp"
#include "ui/document/picture.hpp"
#include "ui/session/fit_driver.hpp"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace syzygy {

class Ablation;
class SolveWorker;
/// The document of the Studio: data, options, the point on screen, and what the workers made of them. Every change
/// goes through a set_ function and is answered by a new picture; views only read and listen. Lives in the
/// window's thread and never computes there.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    /// What is there. Null pointers where there is nothing yet.
    bool has_data() const { return data_.observations != nullptr; }
    const LoadedData& data() const { return data_; }
    /// All options; `fit.start` and `fit.initial` are where the next fit starts.
    const FitSetup& setup() const { return setup_; }
    /// Masses and the state at the window's start: as the newest picture has them, or as they will be in the one that
    /// is being made. Ones and zeros before the first picture.
    ModelPoint point() const;
    std::shared_ptr<const Picture> picture() const { return picture_; }
    /// Of the fit that runs or ran last: every iteration.
    const std::vector<FitRecord>& history() const { return fits_.history(); }
    /// Of the last fit that ended, as long as its data and setup stand.
    std::shared_ptr<const FitResult> result() const { return fits_.result(); }
    /// What a fit from the point on screen would be given.
    FitSetup fit_setup() const;
    /// The setup of the fit that runs, or that found what is on screen: for saving and for the command line. Nothing
    /// once the point, the data or an option was changed by hand.
    const std::optional<FitSetup>& fitted_setup() const { return fits_.setup(); }
    const FitState& fit_state() const { return fits_.fit_state(); }
    /// A fit of the setup trains a network.
    bool trains() const;
    /// Of a fit that trains or trained a network: every epoch (each an iteration of history() too), where it stands, and
    /// how it ended.
    const std::vector<TrainRecord>& epochs() const { return fits_.epochs(); }
    /// Where a search for a start stands, in words; empty: none runs.
    const QString& search() const { return fits_.search(); }
    const TrainState& train_state() const { return fits_.train_state(); }
    std::shared_ptr<const TrainResult> training() const { return fits_.training(); }
    /// The same fit without its correction.
    Ablation& ablation() { return *ablation_; }
    const Ablation& ablation() const { return *ablation_; }
    RunState run_state() const { return fits_.state(); }
    /// picture() is of everything as it stands now.
    bool has_newest_picture() const { return picture_ && picture_->number == picture_number_; }
    /// There will be none: failure() says why.
    bool newest_picture_failed() const { return failed_number_ == picture_number_ && !failure_.isEmpty(); }
    const QString& failure() const { return failure_; }
    /// Nothing will change by itself: the newest picture is there, and no fit goes on.
    bool settled() const;
    /// Training window as the data have it.
    std::pair<double, double> window() const;
    /// First and last time of the data.
    std::pair<double, double> data_range() const;
    /// The parameters of the model; there must be data.
    ParameterTable parameter_table() const;
    /// What was asked for; nothing: chosen by the data.
    std::optional<double> chosen_horizon() const { return horizon_; }
    double horizon() const { return picture_ ? picture_->horizon : 0; }
    Frame frame() const { return frame_; }
    /// Iterations a second at which a fit is shown; 0: as fast as it goes.
    double pace() const { return pace_; }
    bool keeps_fitted() const { return keeps_fitted_; }

    /// Changes. Those that cannot be throw ArgumentError and leave everything as it was.
    /// Replaces the data and begins with `setup` (its `files` are set from the data). Stops a running fit.
    void set_data(LoadedData data, FitSetup setup);
    /// A fit from a file: as it stood when saved.
    void set_saved_fit(LoadedData data, FitSetup setup, FitState state, TrainState train = {});
    /// Another correction, and whether a fit looks for its parameters. Its parameters on screen are those that it starts with.
    void set_correction(const CorrectionOptions& correction, bool free);
    void set_setup(const FitSetup& setup);
    void set_point(const ModelPoint& point);
    void set_mass(int body, double mass);
    void set_velocity(int body, const Eigen::Vector3d& velocity);
    /// A parameter of a correction that has names for them.
    void set_correction_parameter(int index, double value);
    void set_window(double begin, double end);
    void set_horizon(std::optional<double> horizon);
    void set_frame(Frame frame);
    /// Moves one observed position, in the frame of the data; the file is left alone.
    void move_observation(std::size_t row, int body, const Eigen::Vector3d& position);
    /// The files of the data will not stay: a fit of them is then saved together with a copy of its data.
    void forget_files();
    /// The file that `saved` were written to is theirs from now on, where they had none that gives them.
    void adopt_file(const std::shared_ptr<const Observations>& saved, const std::filesystem::path& file);
    void set_pace(double iterations_a_second);
    void set_keeps_fitted(bool keeps);

    /// The fit. Each does nothing where it has no meaning.
    void start_fit();  ///< of new data: once they have their first picture
    void pause_fit();
    void resume_fit();
    void step_fit();   ///< one iteration, then pause; starts a fit where none runs
    void stop_fit();   ///< keeps the last good parameters
    /// Back to where a fit of the setup starts (guessed masses, the first row's state); forgets the last fit.
    void reset();

Q_SIGNALS:
    void data_changed();
    void setup_changed();
    /// The point on screen: by hand or by a fit.
    void point_changed();
    /// A new picture(); at most one a turn of the event loop.
    void picture_changed();
    /// The first picture of new data, after its picture_changed().
    void data_shown();
    /// New iterations in history(), or it was emptied.
    void history_changed();
    void search_changed();
    void result_changed();
    void run_state_changed();
    /// Pace, keeps_fitted, frame, horizon.
    void display_changed();
    /// How something ended and why, for the status line; `error` asks for attention.
    void said(const QString& message, bool error);

private:
    /// True if a fit frees the initial state where its options leave that to the data.
    bool state_is_free_by_data() const;
    /// A training is too slow to follow a hand.
    bool follows() const { return keeps_fitted_ && !trains(); }
    bool has_current_picture() const { return picture_ && picture_->number >= oldest_number_; }
    bool shows_point() const;
    bool can_refit_at_once() const;
    void begin_fit(FitKind kind);
    void change_setup(FitSetup setup, bool other_rows_only);
    FitSetup fit_setup_at(FitSetup setup, const ModelPoint& point) const;
    void request_picture();
    void take_picture();
    void end_fit(const FitEnd& end, bool was_shown);
    void run_fit(FitKind kind);
    void run_fit(FitKind kind, FitSetup setup);
    void drop_fit();
    void forget_fit();

    LoadedData data_;
    FitSetup setup_;
    std::optional<TimedPoint> point_;  ///< as it was given, kept under a window that moves; nothing: where a fit starts
    std::shared_ptr<const Picture> picture_;
    std::optional<OptimizerOptions> fit_optimizer_;  ///< of fits, while a training has its own in the setup
    std::unique_ptr<Ablation> ablation_;
    Frame frame_ = Frame::data;
    std::optional<double> horizon_;
    double pace_ = 0;
    bool keeps_fitted_ = false;
    bool refit_ = false;         ///< something moved that the next refit has to take in
    bool picture_failed_ = false;
    std::uint64_t failed_number_ = 0;  ///< of the last picture that could not be made, and
    QString failure_;                  ///< why
    std::uint64_t picture_number_ = 0, oldest_number_ = 0;
    std::unique_ptr<SolveWorker> solver_;
    FitDriver fits_;
};

}  // namespace syzygy
