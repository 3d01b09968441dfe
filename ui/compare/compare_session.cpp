#include "ui/compare/compare_session.hpp"

#include "ui/base/text.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/worker/release.hpp"

namespace syzygy {

namespace {

/// A hand that stops something sees it end within a tenth of a second.
constexpr int patience_ms = 60;

/// Where the player stands after a first comparison: in the backward pass.
constexpr double first_place = 1.35;

}  // namespace

bool same_run(const CompareRun& a, const CompareRun& b, bool gradient, bool rtol, bool horizon)
{
    return a.solver.method == b.solver.method && (!gradient || a.gradient == b.gradient) &&
           (!rtol || a.solver.rtol == b.solver.rtol) && (!horizon || a.horizon == b.horizon);
}

CompareSession::CompareSession(Session& session, Timeline& timeline, QObject* parent)
    : QObject(parent), session_(session), sweep_(timeline), worker_(compare, [this] {
          QMetaObject::invokeMethod(this, &CompareSession::take_news, Qt::QueuedConnection);
      })
{
    patience_.setSingleShot(true);
    patience_.setInterval(patience_ms);
    connect(&patience_, &QTimer::timeout, this, &CompareSession::end_without_answer);
    connect(&session_, &Session::picture_changed, this, &CompareSession::check_basis);
    connect(&session_, &Session::data_changed, this, &CompareSession::check_basis);
}

CompareSession::~CompareSession() = default;

void CompareSession::set_setup(const CompareSetup& setup)
{
    validate(setup);
    setup_ = setup;
    check_basis();
    Q_EMIT setup_changed();
}

void CompareSession::set_shown(bool shown)
{
    if (shown == shown_) return;
    shown_ = shown;
    if (!shown) sweep_.pause();
    say_outdated();
    Q_EMIT shown_changed();
}

const CompareRow* CompareSession::selected() const
{
    return result_ && selected_ < result_->rows.size() ? &result_->rows[selected_] : nullptr;
}

void CompareSession::select(std::size_t row)
{
    if (!result_ || row >= result_->rows.size()) return;
    wanted_ = result_->rows[row].run;
    if (row == selected_) return;
    selected_ = row;
    sweep_.set_series(series(result_->rows[row]));
    Q_EMIT selected_changed();
}

void CompareSession::select(const CompareRun& run)
{
    for (std::size_t i = 0; result_ && i < result_->rows.size(); ++i)
        if (same_run(result_->rows[i].run, run, true)) return select(i);
}

std::vector<const CompareRow*> CompareSession::beside_selected() const
{
    std::vector<const CompareRow*> rows;
    const CompareRow* const chosen = selected();
    if (!chosen) return rows;
    for (const CompareRow& row : result_->rows)
        if (same_run(row.run, chosen->run, false)) rows.push_back(&row);
    return rows;
}

const ReferenceGradient* CompareSession::reference(const CompareRow& row) const
{
    if (!result_ || result_->references.empty()) return nullptr;
    for (std::size_t i = 0; i < std::min(result_->horizons.size(), result_->references.size()); ++i)
        if (result_->horizons[i] == row.run.horizon) return &result_->references[i];
    return result_->references.size() == 1 ? &result_->references.front() : nullptr;
}

std::pair<double, double> CompareSession::interval() const
{
    const CompareRow* const row = selected();
    const auto drawn = [](const CompareRow* each) { return each->trace && each->trace->times.size() >= 2; };
    if (row && drawn(row)) return {row->trace->times.front(), row->trace->times.back()};
    // A run that ended early has no times of its own: those of the runs beside it, which go as far as it was to go.
    const std::vector<const CompareRow*> beside = beside_selected();
    const auto other = std::find_if(beside.begin(), beside.end(), drawn);
    if (other == beside.end()) return {0, 1};
    return {(*other)->trace->times.front(), (*other)->trace->times.back()};
}

std::string CompareSession::time_unit() const
{
    return of_problem_ || !session_.has_data() ? std::string() : unit_symbols(session_.data().observations->units).time;
}

const SweepSeries& CompareSession::series(const CompareRow& row) const
{
    const auto [found, is_new] = series_.try_emplace(row.trace.get());
    if (is_new) found->second = SweepSeries(row.trace);
    return found->second;
}

std::function<CompareRequest()> CompareSession::request() const
{
    CompareRequest request;
    request.gradients = setup_.gradients;
    request.methods = setup_.methods;
    request.rtols = setup_.rtols;
    request.horizons = setup_.horizons;
    request.options = setup_.options;
    request.repeats = setup_.repeats;
    request.traces = true;
    if (!setup_.problem.empty())
        return [request, setup = setup_]() mutable {
            request.subject = problem_subject(setup.problem, setup.parameters, setup.initial, setup.t1);
            return request;
        };
    const auto picture = session_.picture();
    const FitSetup& fit = picture->setup;
    request.solver = fit.solver;
    request.solver.max_evaluations = std::min(fit.solver.max_evaluations, compare_evaluation_limit);
    // A tolerance of its own would be the same for all of them.
    request.solver.atol.clear();
    const ModelOptions options{fit.solver, fit.data.observe, fit.data.softening, setup_.options,
                               picture->solution->options.correction};
    return [request, options, solution = picture->solution, name = picture->observations->name]() mutable {
        request.subject = three_body_subject(solution->data, solution->point, options, name);
        return request;
    };
}

void CompareSession::run()
{
    if (state_ == CompareState::running) return;
    if (const QString broken = entry_check_ ? entry_check_() : QString(); !broken.isEmpty()) {
        Q_EMIT said(tr("Nothing was run: %1").arg(broken), true);
        return;
    }
    if (setup_.problem.empty() && !session_.picture()) {
        Q_EMIT said(tr("There are no data to compare on: open some, or choose a test problem"), true);
        return;
    }
    patience_.stop();
    done_ = all_ = 0;
    rows_are_new_ = false;
    run_basis_ = basis();
    worker_.start({request()});
    set_state(CompareState::running);
}

void CompareSession::stop()
{
    if (state_ != CompareState::running) return;
    worker_.stop();
    set_state(CompareState::stopping);
    patience_.start();
}

void CompareSession::show(CompareResult result)
{
    of_problem_ = !result.state_names.empty() && result.state_names.size() < 18;
    done_ = all_ = result.rows.size();
    rows_basis_.reset();
    set_result(released_aside(std::make_shared<const CompareResult>(std::move(result))));
}

void CompareSession::take_news()
{
    const auto news = worker_.take();
    if (!news || state_ == CompareState::idle) return;
    if (news->subject) subject_ = news->subject;
    if (!news->rows.empty()) {
        done_ = news->done;
        all_ = news->all;
        // A result is never changed once it was handed out: rows are few, what they hold is shared.
        CompareResult grown = rows_are_new_ && result_ ? *result_ : CompareResult{};
        if (!rows_are_new_) of_problem_ = !run_basis_.setup.problem.empty();
        rows_are_new_ = true;
        rows_basis_ = run_basis_;
        grown.subject = subject_->name();
        grown.parameter_names = subject_->parameter_names();
        grown.state_names = subject_->state_names();
        grown.rows.insert(grown.rows.end(), news->rows.begin(), news->rows.end());
        if (!news->end) set_result(released_aside(std::make_shared<const CompareResult>(std::move(grown))));
    }
    if (news->end)
        end(*news->end);
    else
        Q_EMIT state_changed();
}

void CompareSession::end(const CompareEnd& end)
{
    patience_.stop();
    if (!end.result) {
        set_state(CompareState::idle);
        Q_EMIT said(tr("Comparison refused: %1").arg(text_of(end.error)), true);
        Q_EMIT ended(false);
        return;
    }
    const CompareResult& result = *end.result;
    const bool complete = result.outcome.ok();
    if (!result.rows.empty()) {
        of_problem_ = !run_basis_.setup.problem.empty();
        rows_basis_ = run_basis_;
        set_result(released_aside(std::make_shared<const CompareResult>(result)));
    }
    // In the midst of the sweep there is something to see.
    if (std::exchange(first_, false)) sweep_.set_place(first_place);
    set_state(CompareState::idle);
    const auto early = std::count_if(result.rows.begin(), result.rows.end(), [](const CompareRow& row) {
        return !row.refused.empty() || !row.gradient.outcome.ok();
    });
    Q_EMIT said(complete ? tr("Compared %L1 runs of %2 in %3 s%4")
                               .arg(result.rows.size())
                               .arg(text_of(result.subject), QString::number(result.seconds, 'g', 3),
                                    early > 0 ? tr("; %L1 did not get to the end, the table says why").arg(early) : QString())
                         : tr("Comparison ended with %L1 of %L2 runs: %3")
                               .arg(result.rows.size())
                               .arg(std::max(all_, result.rows.size()))
                               .arg(text_of(result.outcome.reason)),
                !complete && result.outcome.status != Status::stopped);
    Q_EMIT ended(complete);
}

void CompareSession::end_without_answer()
{
    worker_.abandon();
    set_state(CompareState::idle);
    Q_EMIT said(tr("Comparison stopped with %L1 of %L2 runs").arg(done_).arg(all_), false);
    Q_EMIT ended(false);
}

void CompareSession::set_result(std::shared_ptr<const CompareResult> result)
{
    result_ = std::move(result);
    series_.clear();
    check_basis();
    select_again();
    Q_EMIT rows_changed();
    Q_EMIT selected_changed();
}

void CompareSession::select_again()
{
    const auto& rows = result_->rows;
    selected_ = 0;
    const auto find = [&](auto fits) {
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (fits(rows[i].run)) return selected_ = i, true;
        return false;
    };
    if (!wanted_ || !find([&](const CompareRun& run) { return same_run(run, *wanted_, true); })) {
        // The longest horizon at a middling tolerance: drifts can be seen there, and gradients are worth something.
        std::vector<double> rtols;
        for (const CompareRow& row : rows)
            if (rtols.empty() || std::find(rtols.begin(), rtols.end(), row.run.solver.rtol) == rtols.end())
                rtols.push_back(row.run.solver.rtol);
        if (!rows.empty()) {
            const double rtol = rtols[rtols.size() / 2], horizon = rows.back().run.horizon;
            find([&](const CompareRun& run) { return run.solver.rtol == rtol && run.horizon == horizon; });
        }
    }
    sweep_.set_series(rows.empty() ? SweepSeries() : series(rows[selected_]));
}

CompareBasis CompareSession::basis() const
{
    return compare_basis(setup_, session_.picture().get());
}

void CompareSession::check_basis()
{
    QString now;
    if (result_ && rows_basis_) {
        if (const CompareBasis wanted = basis(); !same_setup(wanted.setup, rows_basis_->setup))
            now = tr("Settings changed: press Run (Shift+F5)");
        else if (!same_data(wanted, *rows_basis_))
            now = tr("Data or masses changed: press Run (Shift+F5)");
    }
    // While it runs, rows of the new settings are on their way.
    if (!now.isEmpty() && state_ == CompareState::running && !rows_are_new_) now = tr("Running with the new settings");
    if (now == outdated_) return;
    outdated_ = now;
    if (now.isEmpty() && shown_ && state_ == CompareState::idle)
        Q_EMIT said(tr("The rows shown are those of the settings again"), false);
    say_outdated();
    Q_EMIT outdated_changed();
}

void CompareSession::say_outdated()
{
    if (shown_ && state_ == CompareState::idle) Q_EMIT said(outdated_, false);
}

void CompareSession::set_state(CompareState state)
{
    state_ = state;
    check_basis();
    Q_EMIT state_changed();
}

}  // namespace syzygy
