// In one file: one class, the run of a fit through its arcs, stages and rounds of errors, and how it is called.
#include "physics/fit/fit.hpp"

#include "core/optimize/scaled_objective.hpp"
#include "physics/fit/arcs.hpp"
#include "physics/fit/describe.hpp"
#include "physics/fit/noise_scale.hpp"
#include "physics/fit/objective.hpp"
#include "physics/fit/search_start.hpp"
#include "physics/fit/start.hpp"
#include "physics/fit/start_checks.hpp"
#include "physics/fit/stated_masses.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace syzygy {

namespace {

RobustLoss robust_of(const FitOptions& options)
{
    if (options.robust == "huber") return RobustLoss::huber;
    if (options.robust == "cauchy") return RobustLoss::cauchy;
    return RobustLoss::none;
}

/// All that a fit sees, which must be something.
PreparedData whole_data(const Observations& observations, const FitSetup& setup)
{
    PreparedData data = fit_data(observations, setup);
    require_motion(data, observations);
    return data;
}

/// The errors with the scales that a fit has estimated (FitState::noise_factors); unchanged if the scales are of other data.
MissingErrors with_noise_factors(MissingErrors missing, std::span<const double> factors)
{
    if (factors.size() != error_groups + 1 + missing.jitter.size()) return missing;
    std::copy_n(factors.begin(), error_groups, missing.factor.begin());
    missing.common = factors[error_groups];
    std::copy(factors.begin() + error_groups + 1, factors.end(), missing.jitter.begin());
    return missing;
}

/// How far a mass may move in one stage. From masses far off, a free step can send a light body's mass so far down
/// that nothing leads back: its effect vanishes with it.
constexpr double mass_ratio = 2;
constexpr long most_stages = 40;

/// A stage that others follow only has to bring the next one near.
OptimizerOptions for_early_stage(OptimizerOptions options)
{
    options.iterations = std::min<long>(options.iterations, 30);
    options.loss_tolerance = std::max(options.loss_tolerance, 1e-6);
    return options;
}

/// True where a mass ran into the side of its box that is not a bound of the user's.
bool at_side_of_box(const ParameterSet& parameters, const FitObjective& objective, const Eigen::VectorXd& x)
{
    constexpr double near = 1e-3;
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        if (!parameters.of_column(i).is_mass()) continue;
        if (x[i] < objective.lower()[i] + near && objective.lower()[i] > parameters.lower()[i]) return true;
        if (x[i] > objective.upper()[i] - near && objective.upper()[i] < parameters.upper()[i]) return true;
    }
    return false;
}

/// Where a fit begins: as it did before, if it goes on; `notes` gets what was guessed.
ModelPoint start_of(const PreparedData& data, const FitSetup& setup, const FitState& state, std::vector<std::string>& notes)
{
    ModelPoint start;
    // Masses, the state and offsets; the correction starts where the setup has it.
    const auto offsets = static_cast<Eigen::Index>(data.series.size());
    if (state.start.size() != static_cast<std::size_t>(start.masses.size() + start.initial_state.size() + offsets))
        return starting_point(data, setup, notes);
    start.masses = Eigen::Map<const Eigen::Vector3d>(state.start.data());
    start.initial_state = Eigen::Map<const State>(state.start.data() + start.masses.size());
    start.offsets = Eigen::Map<const Eigen::VectorXd>(state.start.data() + start.masses.size() + start.initial_state.size(), offsets);
    return start;
}

/// One fit while it runs: data, parameters and arcs, made once from the setup, and the state that its stages move on.
class FitRun {
public:
    FitRun(const Observations& observations, const FitSetup& setup, FitState& state, const FitCallback& callback,
           Control& control)
        : observations_(observations),
          setup_(setup),
          state_(state),
          callback_(callback),
          control_(control),
          seconds_before_(state.seconds),
          notes_(observations.notes),
          whole_(whole_data(observations, setup)),
          first_missing_(whole_.missing),
          start_(start_of(whole_, setup, state, notes_)),
          correction_(correction_of(setup, whole_, start_)),
          parameters_(whole_, setup.fit, with_offsets(start_), correction_.get()),
          model_(model_options(setup, correction_)),
          // The original recipe knows no growing arcs and no boxes; unasked, Adam follows it.
          recipe_(setup.fit.grow == "auto" && setup.optimizer.optimizer == "adam"),
          ends_(arc_ends(whole_, recipe_ ? "off" : setup.fit.grow, parameters_.free().size()))
    {
        if (setup.fit.robust != "none" && !whole_.sigmas_known)
            throw ArgumentError(
                "robust", setup.fit.robust,
                "needs the errors of the positions, to know what an outlier is: state them in the data or give "
                "--sigma");
        if (setup.fit.start.empty())
            for (int i = 0; i < parameters_.count(); ++i)
                if (const Parameter& parameter = parameters_[i]; parameter.held_at_guess)
                    notes_.push_back(
                        fmt::format("{} is held at the guess {:.6g}; --fix {}=mass holds it at a known one",
                                    parameter.id, parameter.start, parameter.body + 1));
        if (state_.start.empty()) {
            state_.start.assign(start_.masses.begin(), start_.masses.end());
            state_.start.insert(state_.start.end(), start_.initial_state.begin(), start_.initial_state.end());
            state_.start.insert(state_.start.end(), start_.offsets.begin(), start_.offsets.end());
        }
        searches_ = state_.history.empty() && state_.search.empty() && may_search() && searches_start(setup);
        rows_ = whole_.size();
        use_rows();
        require_computable(parameters_, whole_, setup.fit);
        add_start_notes(parameters_, whole_, setup.fit, notes_);
        if (state_.optimizer.x.size() == 0) state_.optimizer.x.setZero(parameters_.size());
        if (state_.optimizer.x.size() != parameters_.size() || state_.arc >= ends_.size())
            throw ArgumentError(
                "resume", fmt::format("{} unknowns", state_.optimizer.x.size()),
                fmt::format("the saved state does not belong to this fit of {} unknowns", parameters_.size()));
        if (recipe_) state_.boxed = false;
        if (!state_.noise_factors.empty()) use_noise_factors();
    }

    FitResult run()
    {
        if (searches_) search();
        FitResult result = run_stages();
        // An orbit that is found arc by arc and cannot be solved in one go reaches beyond its horizon: fewer rows, then.
        if (found_ && found_->found)
            for (std::size_t rows = 3 * rows_ / 4; lost(result) && enough(rows); rows = 3 * rows / 4) {
                begin_at(*found_, rows);
                result = run_stages();
            }
        // If the given start leads to no fit, a start is looked for in the data; not if a longer arc cannot be solved, which says
        // what to do.
        const bool whole_arc = state_.arc + 1 == ends_.size();
        if (!lost(result) || !whole_arc || !state_.search.empty() || !may_search()) return result;
        FitState given = state_;
        if (!search()) {
            if (control_.token().stop_requested()) {
                state_.finished = false;
                state_.outcome = result.outcome = stopped();
            }
            return result;
        }
        FitResult other = run_stages();
        const bool better = !lost(other) && (other.outcome.ok() || other.loss < result.loss);
        if (!better && other.outcome.status != Status::stopped) {
            given.history = std::move(state_.history);
            given.seconds = result.seconds = other.seconds;
            given.search = state_.search;
            state_ = std::move(given);
            result.iterations = other.iterations;
            result.notes.push_back(state_.search + "; the fit from there was no better");
            return result;
        }
        other.notes.push_back(
            "the fit from the given start did not reach the data; this fit began from a start that was found in the data");
        return other;
    }

private:
    /// Runs what stages are left, and describes where they end.
    FitResult run_stages()
    {
        FitResult result;
        result.notes = notes_;
        if (!state_.search.empty()) result.notes.push_back(state_.search);
        do
            while (!state_.finished && run_stage(result.outcome)) {}
        while (begin_noise_round());
        if (state_.finished) result.outcome = state_.outcome;
        const std::stop_token abandoned = control_.abandoned();
        // Where a longer arc could not be solved, the shorter one is what the numbers are about.
        const bool shortened = state_.finished && !result.outcome.ok() && state_.arc + 1 < ends_.size();
        const PreparedData data = shortened ? whole_.up_to(ends_[state_.arc]) : whole_;
        if (shortened)
            result.notes.push_back(fmt::format("loss, residuals and errors are those of the arc up to t = {:.6g}",
                                               data.absolute(data.t1)));
        if (state_.rows > 0)
            result.warnings.push_back(
                {"horizon", fmt::format("the orbit can be followed through the first {} of {} rows, up to t = {:.6g}: the rows after it are "
                                        "not used, and predictions beyond it mean nothing",
                                        whole_.size(), rows_, data.absolute(data.t1))});
        if (!observations_.reference.aberration.empty())
            result.warnings.push_back(
                {"apparent-states",
                 fmt::format("the states are {}, which no equation of motion describes: light from each body left it at another moment. "
                             "Masses fitted to them are wrong; ask for geometric states (Horizons: Vector Correction NONE)",
                             observations_.reference.aberration)});
        FitObjective objective(data, parameters_, model_, setup_.fit.gradient, abandoned);
        describe(data, parameters_, objective, state_.optimizer.x, model_, result, abandoned);
        for (std::string& note : noise_notes(data, first_missing_, parameters_, objective, state_.optimizer.x))
            result.notes.push_back(std::move(note));
        if (observations_.true_masses)
            if (auto note = stated_masses_note(result, *observations_.true_masses, observations_.units, setup_.solver.rtol))
                result.notes.push_back(std::move(*note));
        result.iterations = static_cast<long>(state_.history.size());
        result.seconds = state_.seconds = seconds_before_ + watch_.seconds();
        return result;
    }

    /// The guess with offsets; and with what the options give if the data allow no guess, so that it can be saved.
    const ModelPoint& with_offsets(ModelPoint& guess) const
    {
        if (whole_.series.empty()) return guess;
        const ModelPoint start = completed_start(whole_, setup_, guess, correction_, control_.token());
        guess.offsets = start.offsets;
        guess.masses = guess.masses.array().isFinite().select(guess.masses, start.masses);
        guess.initial_state = guess.initial_state.array().isFinite().select(guess.initial_state, start.initial_state);
        return guess;
    }

    static Outcome stopped() { return {Status::stopped, "stopped on request; the parameters are the last good ones"}; }

    /// True if arcs may grow, something is free, and there are positions to search with.
    bool may_search() const
    {
        return !recipe_ && setup_.fit.grow != "off" && parameters_.size() > 0 && observations_.has_positions();
    }

    /// Looks for the start in the data; what leads through them, or through the first tenth of them or more, is fitted as a
    /// whole from there. False if there is none.
    bool search()
    {
        SearchResult found = search_start(whole_, parameters_, model_, control_.token(), [this](const SearchProgress& at) {
            if (callback_)
                callback_({0, ends_.size(), whole_.absolute(whole_.t1), 0, std::numeric_limits<double>::quiet_NaN(),
                           {at.masses, start_.initial_state, start_.correction, start_.offsets},
                           fmt::format("looking for a start: mass set {}, fitting {} of {} rows", at.attempt, at.rows, at.of_rows)},
                          state_);
            control_.wait_while_paused();
        });
        if (found.attempts.empty() || control_.token().stop_requested()) return false;
        state_.search = found.summary();
        if (!found.found && !enough(found.rows)) return false;
        begin_at(found, found.found ? 0 : found.rows);
        found_ = std::move(found);
        return true;
    }

    /// True if the fit ended away from the data: no fit, or a pair that is off by turns.
    static bool lost(const FitResult& result)
    {
        return result.outcome.status == Status::no_fit ||
               (result.outcome.status != Status::stopped &&
                std::any_of(result.warnings.begin(), result.warnings.end(),
                            [](const Warning& warning) { return warning.code == "phase-wrap"; }));
    }

    /// Rows that are worth a fit.
    bool enough(std::size_t rows) const
    {
        constexpr std::size_t fewest_rows = 8;
        return rows >= fewest_rows && 10 * rows >= rows_;
    }

    /// The fit begins again where the search has led, with so many rows (0: all).
    void begin_at(const SearchResult& found, std::size_t rows)
    {
        ModelPoint point = found.point;
        point.correction = start_.correction;
        point.offsets = start_.offsets;
        // A mass of nothing has no logarithm: a thousandth of the guess, which is no less than its own error, stands for it.
        constexpr double nothing = 1e-10;  // of the largest mass; the Moon's is 4e-8 of the Sun's
        for (int j = 0; j < 3; ++j)
            if (!(point.masses[j] > nothing * point.masses.maxCoeff())) point.masses[j] = 1e-3 * parameters_[j].start;
        state_.optimizer = {0, parameters_.unknowns(point), 0, {}};
        state_.boxed = false;
        state_.finished = false;
        state_.outcome = {};
        state_.centre.clear();
        if (!state_.history.empty()) ++state_.stage;
        state_.rows = rows;
        use_rows();
        state_.arc = ends_.size() - 1;
    }

    /// Leaves the rows out that the orbit cannot be followed through.
    void use_rows()
    {
        if (state_.rows == 0 || state_.rows >= rows_) return;
        if (!window_) window_ = whole_;
        whole_ = window_->up_to(window_->times()[state_.rows - 1]);
        ends_ = {whole_.t1};
    }

    /// One run of the optimiser, over an arc, with the masses boxed or not. True where another is to follow.
    bool run_stage(Outcome& outcome)
    {
        const bool whole_arc = state_.arc + 1 == ends_.size(), early = !whole_arc || state_.boxed;
        const PreparedData data = whole_arc ? whole_ : whole_.up_to(ends_[state_.arc]);
        FitObjective objective(data, parameters_, model_, setup_.fit.gradient, control_.token());
        if (state_.centre.empty()) state_.centre.assign(state_.optimizer.x.begin(), state_.optimizer.x.end());
        if (state_.boxed)
            objective.box_masses(Eigen::Map<const Eigen::VectorXd>(state_.centre.data(), parameters_.size()),
                                 mass_ratio);

        const bool sums = !find_optimizer(setup_.optimizer.optimizer).uses_gradient;
        ScaledObjective scaled(objective, data.loss_unit());
        const double loss_of = sums ? data.loss_unit() / static_cast<double>(data.size()) : data.loss_unit();
        outcome = minimize(
            scaled, early ? for_early_stage(setup_.optimizer) : setup_.optimizer, state_.optimizer,
            [&](const OptimizerState& at) { return report(at, loss_of); }, control_.token());

        if (outcome.status == Status::stopped || control_.token().stop_requested()) {
            outcome = stopped();
            return false;
        }
        if (!outcome.ok() && state_.history.empty()) {
            // Not even the start could be evaluated: the solver's own reason says more.
            if (!objective.last_outcome().ok()) outcome = objective.last_outcome();
            return false;
        }
        if (!outcome.ok() && state_.optimizer.iteration == 0 && state_.arc > 0) {
            --state_.arc;
            outcome.reason = fmt::format(
                "the arc up to t = {:.6g} cannot be solved with what the one up to t = {:.6g} gave ({}); the parameters are "
                "those of the shorter arc. Hold some, give bounds, or shorten the window",
                data.absolute(data.t1), whole_.absolute(ends_[state_.arc]),
                objective.last_outcome().ok() ? outcome.reason : objective.last_outcome().reason);
            state_.finished = true;
            state_.outcome = outcome;
            return false;
        }
        if (!early) {
            state_.finished = true;
            state_.outcome = outcome;
            return false;
        }
        begin_next_stage(whole_arc, at_side_of_box(parameters_, objective, state_.optimizer.x));
        return true;
    }

    /// The same arc again from where a box stopped a mass; else the next arc, or the whole one without boxes.
    void begin_next_stage(bool whole_arc, bool at_side)
    {
        const bool again = state_.boxed && at_side && state_.stage < most_stages;
        if (!again && whole_arc) state_.boxed = false;
        if (!again && !whole_arc) ++state_.arc;
        ++state_.stage;
        state_.centre.clear();
        state_.optimizer = {0, state_.optimizer.x, 0, {}};
    }

    /// Missing errors are what the last round made of them.
    void use_noise_factors()
    {
        const MissingErrors missing = with_noise_factors(whole_.missing, state_.noise_factors);
        whole_ = fit_data(observations_, setup_, &missing);
        window_.reset();
        use_rows();
    }

    /// The last stage again under the scales of missing errors that the residuals show. False where there are none, or they
    /// are settled.
    bool begin_noise_round()
    {
        if (!state_.finished || !state_.outcome.ok() || state_.noise_rounds >= most_noise_rounds) return false;
        FitObjective objective(whole_, parameters_, model_, setup_.fit.gradient, control_.token());
        const auto scales = estimate_noise_scales(whole_, parameters_, objective, state_.optimizer.x);
        if (!scales || !(scales->change > settled_noise)) return false;
        ++state_.noise_rounds;
        state_.noise_factors.assign(scales->factor.begin(), scales->factor.end());
        state_.noise_factors.push_back(scales->common);
        state_.noise_factors.insert(state_.noise_factors.end(), scales->jitter.begin(), scales->jitter.end());
        use_noise_factors();
        state_.finished = false;
        ++state_.stage;
        state_.centre.clear();
        state_.optimizer = {0, state_.optimizer.x, 0, {}};
        return true;
    }

    /// After an iteration: history, the callback, a pause. False where the fit is to stop. `loss_of`: what one unit of the
    /// optimiser's loss is.
    bool report(const OptimizerState& at, double loss_of)
    {
        const ModelPoint point = parameters_.point(at.x);
        const double loss = at.loss * loss_of;
        const bool again = !state_.history.empty() && state_.history.back().iteration == at.iteration &&
                           state_.history.back().stage == state_.stage;
        if (!again) state_.history.push_back({state_.stage, at.iteration, loss, point.masses});
        state_.seconds = seconds_before_ + watch_.seconds();
        if (callback_)
            callback_({state_.arc, ends_.size(), whole_.absolute(ends_[state_.arc]),
                       static_cast<long>(state_.history.size()), loss, point},
                      state_);
        control_.wait_while_paused();
        return !control_.token().stop_requested();
    }

    const Observations& observations_;
    const FitSetup& setup_;
    FitState& state_;
    const FitCallback& callback_;
    Control& control_;
    Stopwatch watch_;
    double seconds_before_;
    std::vector<std::string> notes_;
    PreparedData whole_;                 ///< what is fitted: the window, or the rows of it that the orbit can be followed through
    std::optional<PreparedData> window_;  ///< all rows of it, if fewer are fitted
    MissingErrors first_missing_;
    ModelPoint start_;
    std::shared_ptr<const Correction> correction_;
    ParameterSet parameters_;
    ModelOptions model_;
    bool recipe_;
    bool searches_ = false;  ///< this run begins and was given no start
    std::size_t rows_ = 0;   ///< of the window
    std::optional<SearchResult> found_;  ///< of a search in this run
    std::vector<double> ends_;
};

}  // namespace

PreparedData fit_data(const Observations& observations, const FitSetup& setup, const MissingErrors* missing)
{
    PreparedData data = prepare(observations, setup.data, robust_of(setup.fit), setup.fit.robust_scale, missing);
    require_comparable(data);
    if (missing || data.sigmas_known || !setup.data.velocities) return data;
    // The loss takes a unit of velocity for one of length; a fit must not.
    const MissingErrors weights =
        missing_errors(observations, setup.data, data.reference, data.length, data.velocity, true);
    return prepare(observations, setup.data, robust_of(setup.fit), setup.fit.robust_scale, &weights);
}

ModelPoint fit_start(const PreparedData& data, const FitSetup& setup, std::vector<std::string>& notes, std::stop_token stop)
{
    ModelPoint start = starting_point(data, setup, notes);
    const auto correction = correction_of(setup, data, start);
    if (!data.series.empty()) start.offsets = completed_start(data, setup, start, correction, std::move(stop)).offsets;
    const ParameterSet parameters(data, setup.fit, start, correction.get());
    require_computable(parameters, data, setup.fit);
    add_start_notes(parameters, data, setup.fit, notes);
    return parameters.point(Eigen::VectorXd::Zero(parameters.size()));
}

PreparedData fit_data(const Observations& observations, const FitSetup& setup, std::span<const double> noise_factors)
{
    PreparedData data = fit_data(observations, setup);
    if (noise_factors.empty()) return data;
    const MissingErrors missing = with_noise_factors(std::move(data.missing), noise_factors);
    return fit_data(observations, setup, &missing);
}

FitResult run_fit(const Observations& observations, const FitSetup& setup, FitState& state, const FitCallback& callback,
                  Control& control)
{
    validate_groups(setup);
    return FitRun(observations, setup, state, callback, control).run();
}

FitResult run_fit(const Observations& observations, const FitSetup& setup)
{
    FitState state;
    Control control;
    return run_fit(observations, setup, state, {}, control);
}

}  // namespace syzygy
