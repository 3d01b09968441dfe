#include "core/base/option_text.hpp"
#include "core/gradient/observed_steps.hpp"
#include "core/ode/trajectory.hpp"
#include "physics/compare/subject_parts.hpp"
#include "physics/problems/system.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {

namespace {

using Names = std::array<std::string_view, 4>;

std::vector<std::string> leading(const Names& names, int count)
{
    return {names.begin(), names.begin() + count};
}

/// The defaults where nothing is given.
ProblemVector checked_vector(std::string_view option, const std::vector<double>& given, const ProblemVector& defaults,
                             const Names& names, int count)
{
    if (given.empty()) return defaults;
    const bool finite = std::all_of(given.begin(), given.end(), [](double value) { return std::isfinite(value); });
    if (given.size() != static_cast<std::size_t>(count) || !finite) {
        std::string list;
        for (const std::string& name : leading(names, count)) list += (list.empty() ? "" : ",") + name;
        throw ArgumentError(option, value_text(given), fmt::format("must be {} numbers: {}", count, list));
    }
    ProblemVector vector = ProblemVector::Zero();
    std::copy(given.begin(), given.end(), vector.begin());
    return vector;
}

class ProblemSubject final : public CompareSubject {
private:
    /// Calls use(problem) with what the run asks for.
    template <class Use>
    auto with_problem(const CompareRun& run, const std::stop_token& stop, Use&& use) const
    {
        const double t1 = run.horizon == 0 ? t1_ : run.horizon;
        const ProblemSystem system(problem_, parameters_);
        const ProblemLoss loss = ProblemLoss::end_state(t1);
        ProblemGradient problem{&system, &loss, {y0_, 0, t1, run.solver, absolute_tolerance(run.solver), {}, stop}};
        problem.typical_state.setConstant(magnitude());
        problem.options = run.options;
        return use(problem);
    }

    double magnitude() const
    {
        const double largest = y0_.cwiseAbs().maxCoeff();
        return largest > 0 ? largest : 1;
    }

    ProblemVector absolute_tolerance(const SolverOptions& options) const
    {
        const auto& given = options.atol;
        if (given.empty()) return ProblemVector::Constant(options.rtol * magnitude());
        if (given.size() == 1) return ProblemVector::Constant(given[0]);
        return checked_vector("atol", given, ProblemVector::Zero(), problem_.state_names, problem_.states);
    }

public:
    ProblemSubject(const TestProblem& problem, const ProblemVector& parameters, const ProblemVector& y0, double t1)
        : problem_(problem), parameters_(parameters), y0_(y0), t1_(t1)
    {
    }

    std::string name() const override
    {
        std::string name(problem_.label);
        for (int i = 0; i < problem_.parameters; ++i)
            name += fmt::format(", {} = {:.6g}", problem_.parameter_names[static_cast<std::size_t>(i)], parameters_[i]);
        return name;
    }
    std::vector<std::string> parameter_names() const override { return leading(problem_.parameter_names, problem_.parameters); }
    std::vector<double> parameters() const override
    {
        return {parameters_.begin(), parameters_.begin() + problem_.parameters};
    }
    std::vector<std::string> state_names() const override { return leading(problem_.state_names, problem_.states); }
    double t0() const override { return 0; }
    double t1() const override { return t1_; }
    bool three_bodies() const override { return false; }

    void validate_horizon(double horizon) const override
    {
        if (!std::isfinite(horizon))
            throw ArgumentError("horizons", fmt::format("{}", horizon), "must be a time other than 0");
    }

    ComparedGradient run(const CompareRun& run, std::stop_token stop, CompareTrace* trace) const override
    {
        GradientTrace<ProblemVector> own;
        const auto result = with_problem(run, stop, [&](ProblemGradient problem) {
            if (trace) problem.trace = &own;
            return compute_gradient(problem, run.gradient);
        });
        if (trace) {
            detail::take_trace(own, 0, problem_.states, *trace);
            detail::take_forward(own, 0, problem_.states, *trace, [&] {
                return with_problem(run, stop, [](const ProblemGradient& problem) {
                    return record(*problem.system, problem.task);
                });
            });
        }
        return detail::compared_gradient(result, problem_.parameters, problem_.states);
    }

    std::optional<ReferenceGradient> reference(double horizon, std::stop_token stop) const override
    {
        const double t1 = horizon == 0 ? t1_ : horizon;
        return references_.get(t1, [&]() -> std::optional<ReferenceGradient> {
            if (auto exact = closed_form(t1, parameters_, y0_)) {
                // What rounding of the data alone does to it.
                const double ulps = 1 + 2 * std::numeric_limits<double>::epsilon();
                const auto moved = closed_form(t1, ulps * parameters_, ulps * y0_);
                exact->relative_error = distance(*moved, *exact);
                return exact;
            }
            auto reference = sensitivities(t1, 1e-13, stop);
            const auto witness = reference ? sensitivities(t1, 1e-12, stop) : std::nullopt;
            if (!reference || !witness) return std::nullopt;
            reference->relative_error = distance(*witness, *reference);
            return reference;
        });
    }

    double forward_seconds(const CompareRun& run, std::stop_token stop) const override
    {
        return with_problem(run, stop, [](const ProblemGradient& problem) {
            double loss = 0;
            ProblemVector cotangent;
            const Stopwatch watch;
            auto observations = observe_steps(problem, problem.task.y0, [&](std::size_t k, const ProblemVector& y) {
                loss += problem.loss->add(k, y, cotangent);
            });
            solve(*problem.system, problem.task, observations);
            return watch.seconds();
        });
    }

private:
    double distance(const ReferenceGradient& a, const ReferenceGradient& b) const
    {
        return detail::gradient_distance(a.parameters, a.initial_state, b.parameters, b.initial_state);
    }

    /// By complex steps through the exact solution, good to rounding (Squire and Trapp, SIAM Rev. 40, 110 (1998)).
    std::optional<ReferenceGradient> closed_form(double t1, const ProblemVector& parameters, const ProblemVector& y0) const
    {
        if (!problem_.exact) return std::nullopt;
        ReferenceGradient reference;
        reference.how = "closed form";
        reference.loss = exact_solution(problem_, t1, y0, parameters).squaredNorm();
        if (!std::isfinite(reference.loss)) return std::nullopt;
        const std::complex<double> step(0, 1e-30);
        ComplexProblemVector p = parameters.cast<std::complex<double>>(), y = y0.cast<std::complex<double>>();
        const auto slope = [&](std::complex<double>& moved) {
            const auto kept = moved;
            moved += step;
            const ComplexProblemVector end = problem_.exact(t1, y, p);
            moved = kept;
            return (end.transpose() * end).value().imag() / step.imag();
        };
        reference.parameters.resize(problem_.parameters);
        reference.initial_state.resize(problem_.states);
        for (int i = 0; i < problem_.parameters; ++i) reference.parameters[i] = slope(p[i]);
        for (int i = 0; i < problem_.states; ++i) reference.initial_state[i] = slope(y[i]);
        return reference;
    }

    /// The gradient by tangents whose own errors choose the steps; nullopt where the solve does not arrive.
    std::optional<ReferenceGradient> sensitivities(double t1, double tolerance, std::stop_token stop) const
    {
        CompareRun run;
        run.horizon = t1;
        run.solver.method = "dop853";
        run.solver.rtol = tolerance;
        const auto result = with_problem(run, stop, [](ProblemGradient problem) {
            problem.control_tangents = true;
            return compute_gradient(problem, "forward");
        });
        if (!result.outcome.ok()) return std::nullopt;
        ReferenceGradient reference;
        reference.how = "forward sensitivities, dop853 at 1e-13, tangents controlled";
        reference.loss = result.loss;
        reference.parameters = result.parameters.head(problem_.parameters);
        reference.initial_state = result.initial_state.head(problem_.states);
        return reference;
    }

    const TestProblem& problem_;
    ProblemVector parameters_, y0_;
    double t1_;
    detail::ReferenceCache references_;
};

}  // namespace

std::shared_ptr<const CompareSubject> problem_subject(std::string_view id, std::vector<double> parameters,
                                                      std::vector<double> initial_state, double t1)
{
    const TestProblem& problem = find_test_problem(id);
    if (!std::isfinite(t1)) throw ArgumentError("t1", fmt::format("{}", t1), "must be a time other than 0");
    return std::make_shared<ProblemSubject>(
        problem, checked_vector("parameters", parameters, problem.p0, problem.parameter_names, problem.parameters),
        checked_vector("initial", initial_state, problem.y0, problem.state_names, problem.states), t1 != 0 ? t1 : problem.t1);
}

}  // namespace syzygy
