#pragma once

#include "ui/compare/basis.hpp"
#include "ui/compare/compare_worker.hpp"
#include "ui/compare/setup.hpp"
#include "ui/compare/sweep_cursor.hpp"
#include "ui/session/session.hpp"

#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace syzygy {

/// How a comparison stands.
enum class CompareState { idle, running, stopping };

/// The document of the Compare workspace: what is to be run, what it has found so far, which run everybody looks at,
/// and where in that run. Views only read and listen. Lives in the window's thread and never computes there.
class CompareSession : public QObject {
    Q_OBJECT
public:
    /// Own data are those of `session`, at its point. Both must outlive it.
    CompareSession(Session& session, Timeline& timeline, QObject* parent = nullptr);
    ~CompareSession() override;

    const CompareSetup& setup() const { return setup_; }
    /// Throws ArgumentError and leaves everything as it was.
    void set_setup(const CompareSetup& setup);
    /// What an entry on screen breaks, "" where all are taken: results of other values beside it would mislead, so nothing is
    /// run until it is right.
    void set_entry_check(std::function<QString()> check) { entry_check_ = std::move(check); }

    CompareState state() const { return state_; }
    std::size_t done() const { return done_; }
    std::size_t all() const { return all_; }
    /// The rows there are: while it runs, those so far. Null where there are none.
    const std::shared_ptr<const CompareResult>& result() const { return result_; }

    /// Why the rows there are do not hold: they were run with other settings than those on screen, or of other data or
    /// masses. "" where they hold, and where they were made elsewhere.
    const QString& outdated() const { return outdated_; }

    /// The row that everybody looks at; null where there is none.
    const CompareRow* selected() const;
    std::size_t selected_index() const { return selected_; }
    void select(std::size_t row);
    /// The row of that run, if there is one.
    void select(const CompareRun& run);
    /// Rows that differ from the selected one only in the gradient method.
    std::vector<const CompareRow*> beside_selected() const;
    /// The reference gradient of a row; null where there is none (yet).
    const ReferenceGradient* reference(const CompareRow& row) const;
    /// Begin and end of the selected run; 0 and 1 where there is none.
    std::pair<double, double> interval() const;
    /// The unit of times, "" for test problems.
    std::string time_unit() const;

    /// Whether its workspace is in front: the time of all views is then that of the selected run.
    bool shown() const { return shown_; }
    void set_shown(bool shown);

    /// Where in the selected run everybody looks.
    SweepCursor& sweep() { return sweep_; }
    const SweepCursor& sweep() const { return sweep_; }
    /// The events of any row, worked out once.
    const SweepSeries& series(const CompareRow& row) const;

    /// Runs what is set up; one that runs already is left.
    void run();
    /// Keeps the rows there are.
    void stop();
    /// Shows a comparison that was made elsewhere.
    void show(CompareResult result);

Q_SIGNALS:
    void setup_changed();
    void state_changed();
    /// New rows, or they were emptied.
    void rows_changed();
    void selected_changed();
    /// Rows no longer hold, or hold again.
    void outdated_changed();
    void shown_changed();
    /// How something ended and why, for the status line; `error` asks for attention.
    void said(const QString& message, bool error);
    /// A comparison ended: true where all of it ran.
    void ended(bool complete);

private:
    void take_news();
    void end(const CompareEnd& end);
    void end_without_answer();
    void set_result(std::shared_ptr<const CompareResult> result);
    void select_again();
    void set_state(CompareState state);
    CompareBasis basis() const;
    void check_basis();
    void say_outdated();
    std::function<CompareRequest()> request() const;

    Session& session_;
    CompareSetup setup_;
    CompareState state_ = CompareState::idle;
    std::shared_ptr<const CompareResult> result_;
    std::size_t selected_ = 0, done_ = 0, all_ = 0;
    std::optional<CompareRun> wanted_;  ///< what was selected last by hand: found again in the next comparison
    bool shown_ = false;
    bool of_problem_ = false;  ///< the rows there are
    bool first_ = true;        ///< nothing was compared yet
    std::optional<CompareBasis> rows_basis_;  ///< of the rows there are; nothing where they were made elsewhere
    CompareBasis run_basis_;                  ///< of the run that goes on
    QString outdated_;
    std::function<QString()> entry_check_;
    std::shared_ptr<const CompareSubject> subject_;  ///< of the run that goes on
    bool rows_are_new_ = true;  ///< of the run that goes on; else those of the one before are still shown
    SweepCursor sweep_;
    mutable std::map<const CompareTrace*, SweepSeries> series_;
    QTimer patience_;  ///< a stopped comparison that does not answer is let go
    CompareWorker worker_;  ///< last: ends before what it uses
};

/// Whether two runs differ in nothing but what is left out.
bool same_run(const CompareRun& a, const CompareRun& b, bool gradient, bool rtol = true, bool horizon = true);

}  // namespace syzygy
