#pragma once

#include "core/base/control.hpp"
#include "physics/compare/subject.hpp"

#include <functional>
#include <span>

namespace syzygy {

/// Default limit on the right-hand-side evaluations of one run of a comparison: low-order methods at tight tolerances end at
/// this limit, as a row with that outcome, instead of holding up the rest.
inline constexpr long compare_evaluation_limit = 1'000'000;

/// The solver options a comparison starts from.
inline SolverOptions compare_solver_defaults()
{
    SolverOptions options;
    options.max_evaluations = compare_evaluation_limit;
    return options;
}

/// Gradient options with a name, for a comparison over several.
struct CompareVariant {
    std::string label;  ///< "eta = 0.9"
    GradientOptions options;
};

/// The request for a comparison: every combination of the lists is one row, except that a gradient method with its own step
/// runs once whatever the solver methods, and a fixed-step solver method once whatever the tolerances.
struct CompareRequest {
    std::shared_ptr<const CompareSubject> subject;
    std::vector<std::string> gradients{"all"};  ///< ids; "all" stands for the whole table except finite-difference
    std::vector<std::string> methods{"dopri5"};
    std::vector<double> rtols{1e-3, 1e-5, 1e-7, 1e-9};
    std::vector<double> horizons{};      ///< empty: the whole interval
    SolverOptions solver = compare_solver_defaults();  ///< everything but method and rtol
    GradientOptions options;
    std::vector<CompareVariant> variants{};  ///< instead of `options`, if there are any
    long repeats = 3;                    ///< seconds are the median of this many runs, or of as many as fit into 0.05 s
    bool traces = false;                 ///< keep a CompareTrace for each row (from a separate, untimed run)
};

/// One run of a comparison.
struct CompareRow {
    CompareRun run;
    std::string variant;                      ///< label of its gradient options, or ""
    ComparedGradient gradient;
    double seconds = 0;                       ///< forward and backward, median of the repeats
    double seconds_over_forward = 0;          ///< over a plain forward solve measured alongside, with the run's solver (a
                                              ///< method with its own step: the first of the request's)
    std::optional<double> relative_error;     ///< |g - reference| / |reference| over parameters and initial state
    std::optional<double> parameter_error;    ///< the same for the parameters alone (the paper's figure)
    double formula_computation = 0, formula_memory = 0, formula_depth = 0;  ///< the papers' formulas with this run's N, m, s;
                                                                            ///< nan if there is none
    std::shared_ptr<const CompareTrace> trace;
    std::string refused;                      ///< why it was not run (a solver that the method does not support), or ""
};

struct CompareResult {
    Outcome outcome;
    std::string subject;
    std::vector<std::string> parameter_names, state_names;
    std::vector<double> horizons;
    std::vector<ReferenceGradient> references;  ///< one for each horizon
    std::vector<CompareRow> rows;               ///< in the order: horizon, method, rtol, gradient, variant
    double seconds = 0;
};

/// Called after each row, from the thread that runs it: rows done, rows in all, and the row.
using CompareProgress = std::function<void(std::size_t done, std::size_t all, const CompareRow& row)>;

/// Runs all rows, one after the other (their seconds are compared). A row whose solve fails is a row with that outcome. If
/// stopped: the rows done so far. Throws ArgumentError for unknown ids and options out of range.
CompareResult run_comparison(const CompareRequest& request, const CompareProgress& progress = {}, std::stop_token stop = {});

/// The name that tells rows apart: the solver method's id, or "own".
std::string_view method_name(const CompareRow& row);

/// The columns of the table, in one place for CSV, Markdown, JSON and the Studio.
struct CompareColumn {
    std::string_view id, label, unit, help;
    bool brief;  ///< one of the columns that a terminal has room for
    std::function<std::string(const CompareRow&, bool exact)> text;  ///< exact: round-trip digits (CSV); "" for no value
};
std::span<const CompareColumn> compare_columns();
/// Throws ArgumentError("columns", ...) naming the known ones.
const CompareColumn& find_compare_column(std::string_view id);

/// All columns, one row for each run, round-trip digits.
std::string compare_csv(const CompareResult& result);
/// The columns with those ids, or all columns if no ids are given; empty columns are left out, and a solver, tolerance,
/// horizon or outcome that all rows share is written above the table.
std::string compare_markdown(const CompareResult& result, std::span<const std::string> columns = {});

}  // namespace syzygy
