#pragma once

#include "core/base/control.hpp"
#include "physics/compare/subject.hpp"

#include <functional>
#include <span>

namespace syzygy {

/// What a comparison is asked for: every combination of the four lists is one row.
struct CompareRequest {
    std::shared_ptr<const CompareSubject> subject;
    std::vector<std::string> gradients;  ///< ids; "all" stands for the whole table but finite-difference
    std::vector<std::string> methods{"dopri5"};
    std::vector<double> rtols{1e-3, 1e-5, 1e-7, 1e-9};
    std::vector<double> horizons{};      ///< empty: the whole interval
    SolverOptions solver;                ///< everything but method and rtol
    GradientOptions options;
    long repeats = 3;                    ///< seconds are the median of so many runs
    bool traces = false;                 ///< keep a CompareTrace a row (run apart from the timed ones)
};

/// One run of a comparison.
struct CompareRow {
    CompareRun run;
    ComparedGradient gradient;
    double seconds = 0;                       ///< forward and backward, median of the repeats
    double seconds_over_forward = 0;          ///< over a plain forward solve measured beside it
    std::optional<double> relative_error;     ///< |g - reference| / |reference| over parameters and initial state
    std::optional<double> parameter_error;    ///< the same of the parameters alone (the paper's figure)
    double formula_computation = 0, formula_memory = 0, formula_depth = 0;  ///< the papers' formulas with this run's N, m, s;
                                                                            ///< nan where there is none
    std::shared_ptr<const CompareTrace> trace;
    std::string refused;                      ///< why it was not run (a solver that the method does not support), or ""
};

struct CompareResult {
    Outcome outcome;
    std::string subject;
    std::vector<std::string> parameter_names, state_names;
    std::vector<double> horizons;
    std::vector<ReferenceGradient> references;  ///< one a horizon
    std::vector<CompareRow> rows;               ///< in the order: horizon, method, rtol, gradient
    double seconds = 0;
};

/// Called after each row, from the thread that runs it: rows done and in all, and the row.
using CompareProgress = std::function<void(std::size_t done, std::size_t all, const CompareRow& row)>;

/// Runs all rows, one after the other (their seconds are compared). A row whose solve fails is a row with that outcome.
/// Stopped: the rows there are. Throws ArgumentError for unknown ids and options out of range.
CompareResult run_comparison(const CompareRequest& request, const CompareProgress& progress = {}, std::stop_token stop = {});

/// The columns of the table, in one place for CSV, Markdown, JSON and the Studio.
struct CompareColumn {
    std::string_view id, label, unit, help;
    std::function<std::string(const CompareRow&, bool exact)> text;  ///< exact: round-trip digits (CSV)
};
std::span<const CompareColumn> compare_columns();
std::string compare_csv(const CompareResult& result);
std::string compare_markdown(const CompareResult& result);

}  // namespace syzygy
