#include "physics/compare/comparison.hpp"

#include "core/base/not_finite.hpp"
#include "core/gradient/formula.hpp"
#include "core/ode/methods.hpp"
#include "physics/compare/subject_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace syzygy {

namespace {

/// Seconds of repeats after which a run is not repeated any more.
constexpr double enough_seconds = 0.05;

std::vector<std::string> checked_gradients(const std::vector<std::string>& given)
{
    std::vector<std::string> ids;
    const auto add = [&ids](std::string_view id) {
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.emplace_back(id);
    };
    for (const std::string& id : given) {
        if (id != "all") {
            add(find_gradient_method(id).id);
            continue;
        }
        for (const GradientMethodInfo& info : gradient_method_infos())
            if (info.claim != Claim::differences) add(info.id);
    }
    if (ids.empty()) throw ArgumentError("gradients", "nothing", "name one at least, or all");
    return ids;
}

/// One row to be run; its place is its index.
struct Planned {
    CompareRun run;
    std::size_t horizon;
    std::string variant;
};

/// A request with everything checked and every combination laid out.
class Plan {
public:
    explicit Plan(const CompareRequest& request) : request_(request)
    {
        if (!request.subject) throw ArgumentError("subject", "nothing", "there must be something to compare on");
        if (request.repeats < 1) throw ArgumentError("repeats", fmt::format("{}", request.repeats), "must be at least 1");
        if (request.methods.empty()) throw ArgumentError("methods", "nothing", "name one at least");
        if (request.rtols.empty()) throw ArgumentError("rtols", "nothing", "name one at least");
        variants_ = request.variants.empty() ? std::vector<CompareVariant>{{"", request.options}} : request.variants;
        for (const CompareVariant& variant : variants_) validate(gradient_options(), variant.options);
        for (const std::string& method : request.methods)
            for (const double rtol : request.rtols) check_solver(solver_of(method, rtol));
        for (const double horizon : request.horizons) {
            if (horizon == 0) throw ArgumentError("horizons", "0", "must not be where the solve begins");
            request.subject->validate_horizon(horizon);
        }
        horizons_ = request.horizons.empty() ? std::vector<double>{request.subject->t1()} : request.horizons;
        lay_out(checked_gradients(request.gradients));
    }

    const std::vector<double>& horizons() const { return horizons_; }
    const std::vector<Planned>& rows() const { return rows_; }

private:
    SolverOptions solver_of(const std::string& method, double rtol) const
    {
        SolverOptions solver = request_.solver;
        solver.method = method;
        solver.rtol = rtol;
        return solver;
    }

    static void check_solver(const SolverOptions& solver)
    {
        validate(solver_options(), solver);
        if (!find_method(solver.method).adaptive() && !(solver.step > 0))
            throw ArgumentError("step", fmt::format("{}", solver.step),
                                fmt::format("the method {} has no error estimate and needs a step size", solver.method));
    }

    void lay_out(const std::vector<std::string>& gradients)
    {
        for (std::size_t horizon = 0; horizon < horizons_.size(); ++horizon)
            for (const std::string& method : request_.methods)
                for (const double rtol : request_.rtols)
                    for (const std::string& gradient : gradients) {
                        const bool own = find_gradient_method(gradient).solvers == SolverSupport::own;
                        if (own && method != request_.methods.front()) continue;
                        if (!own && !find_method(method).adaptive() && rtol != request_.rtols.front()) continue;
                        for (const CompareVariant& variant : variants_)
                            rows_.push_back({{gradient, solver_of(method, rtol), horizons_[horizon], variant.options},
                                             horizon,
                                             variant.label});
                    }
    }

    const CompareRequest& request_;
    std::vector<double> horizons_;
    std::vector<CompareVariant> variants_;
    std::vector<Planned> rows_;
};

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

/// Calls `once`, which returns seconds, as often as asked for, or until enough time is spent; the median.
template <class Once>
double median_seconds(long repeats, double first, const Once& once)
{
    std::vector<double> seconds{first};
    double sum = first;
    while (static_cast<long>(seconds.size()) < repeats && sum < enough_seconds) {
        seconds.push_back(once());
        sum += seconds.back();
    }
    return median(std::move(seconds));
}

double seconds_of(const ComparedGradient& gradient)
{
    return gradient.forward.seconds + gradient.backward.seconds;
}

void evaluate_formulas(CompareRow& row)
{
    const GradientMethodInfo& info = find_gradient_method(row.run.gradient);
    const PassCounts& forward = row.gradient.forward;
    const auto steps = static_cast<double>(forward.accepted);
    FormulaCounts counts;
    counts.steps = steps;
    counts.backward_steps = static_cast<double>(row.gradient.backward.accepted);
    // Along steps that were searched for beforehand nothing is rejected: those counted belong to the search.
    const bool searched = row.run.options.control != "state";
    counts.attempts = steps > 0 && !searched ? static_cast<double>(forward.accepted + forward.rejected) / steps : 1;
    counts.stages = info.solvers == SolverSupport::own ? 1 : find_method(row.run.solver.method).stages;
    row.formula_computation = evaluate_formula(info.computation, counts);
    row.formula_memory = evaluate_formula(info.memory, counts);
    row.formula_depth = evaluate_formula(info.depth, counts);
}

void compare_to(const ReferenceGradient& reference, CompareRow& row)
{
    const ComparedGradient& gradient = row.gradient;
    const auto finite = [](double value) { return std::isfinite(value) ? std::optional(value) : std::nullopt; };
    row.relative_error = finite(detail::gradient_distance(gradient.parameters, gradient.initial_state, reference.parameters,
                                                          reference.initial_state));
    row.parameter_error = finite((gradient.parameters - reference.parameters).norm() / reference.parameters.norm());
}

/// Runs rows, and remembers what the plain forward solves beside them took.
class Runner {
public:
    Runner(const CompareRequest& request, std::stop_token stop) : request_(request), stop_(std::move(stop)) {}

    CompareRow run(const Planned& planned, const ReferenceGradient* reference)
    {
        const CompareSubject& subject = *request_.subject;
        CompareRow row;
        row.run = planned.run;
        row.variant = planned.variant;
        try {
            checked_gradient_row(row.run.gradient, row.run.solver, row.run.options);
            row.gradient = subject.run(row.run, stop_, nullptr);
            if (!row.gradient.outcome.ok()) {
                row.seconds = seconds_of(row.gradient);
                return row;
            }
            row.seconds = median_seconds(request_.repeats, seconds_of(row.gradient),
                                         [&] { return seconds_of(subject.run(row.run, stop_, nullptr)); });
            row.seconds_over_forward = row.seconds / forward_seconds(planned);
            if (reference) compare_to(*reference, row);
            evaluate_formulas(row);
            if (request_.traces) {
                auto trace = std::make_shared<CompareTrace>();
                subject.run(row.run, stop_, trace.get());
                row.trace = std::move(trace);
            }
        } catch (const ArgumentError& error) {
            // Of what the request holds everything was checked: this method does not do it.
            row.refused = error.what();
        }
        return row;
    }

private:
    double forward_seconds(const Planned& planned)
    {
        const auto key = std::tuple(planned.horizon, planned.run.solver.method, planned.run.solver.rtol);
        if (const auto found = forward_.find(key); found != forward_.end()) return found->second;
        const auto once = [&] { return request_.subject->forward_seconds(planned.run, stop_); };
        once();  // the first of its kind pays for cold caches, as the first gradient run did
        return forward_[key] = median_seconds(request_.repeats, once(), once);
    }

    const CompareRequest& request_;
    std::stop_token stop_;
    std::map<std::tuple<std::size_t, std::string, double>, double> forward_;
};


/// What stands for a reference where there is none.
ReferenceGradient no_reference(const CompareSubject& subject)
{
    return {Eigen::VectorXd::Constant(static_cast<Eigen::Index>(subject.parameter_names().size()), nan),
            Eigen::VectorXd::Constant(static_cast<Eigen::Index>(subject.state_names().size()), nan), nan, nan, ""};
}

}  // namespace

std::string_view method_name(const CompareRow& row)
{
    const bool own = find_gradient_method(row.run.gradient).solvers == SolverSupport::own;
    return own ? std::string_view("own") : std::string_view(row.run.solver.method);
}

CompareResult run_comparison(const CompareRequest& request, const CompareProgress& progress, std::stop_token stop)
{
    const Stopwatch watch;
    const Plan plan(request);
    const CompareSubject& subject = *request.subject;
    CompareResult result;
    result.subject = subject.name();
    result.parameter_names = subject.parameter_names();
    result.state_names = subject.state_names();
    result.horizons = plan.horizons();
    const auto stopped = [&] {
        result.outcome = {Status::stopped, fmt::format("stopped on request after {} of {} runs", result.rows.size(),
                                                       plan.rows().size())};
        result.references.resize(result.horizons.size(), no_reference(subject));
        result.seconds = watch.seconds();
        return result;
    };

    Runner runner(request, stop);
    for (const Planned& planned : plan.rows()) {
        if (planned.horizon == result.references.size()) {
            auto reference = subject.reference(result.horizons[planned.horizon], stop);
            if (stop.stop_requested()) return stopped();
            result.references.push_back(reference ? *reference : no_reference(subject));
        }
        const ReferenceGradient& reference = result.references[planned.horizon];
        CompareRow row = runner.run(planned, reference.how.empty() ? nullptr : &reference);
        if (stop.stop_requested()) return stopped();
        result.rows.push_back(std::move(row));
        if (progress) progress(result.rows.size(), plan.rows().size(), result.rows.back());
    }
    result.seconds = watch.seconds();
    return result;
}

}  // namespace syzygy
