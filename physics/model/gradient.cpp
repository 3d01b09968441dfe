#include "physics/model/gradient.hpp"

#include "physics/model/corrected_rows.hpp"
#include "physics/model/dynamics.hpp"
#include "physics/model/gradient_rows.hpp"

namespace syzygy {

namespace {

ThreeBody<double> make_system(const PreparedData& data, const ModelPoint& point, const ModelOptions& options)
{
    return {data.units.k1(), data.units.k2(), point.masses, options.softening};
}

/// A problem of a model with a correction, that points at `system` and `loss`.
detail::CorrectedProblem make_corrected_problem(const PreparedData& data, const CorrectedThreeBody& system,
                                                const LeadingLoss<18>& loss, const ModelPoint& point,
                                                const ModelOptions& options, std::stop_token stop)
{
    detail::CorrectedProblem problem = detail::make_problem(data, system, loss, point, options, std::move(stop));
    const auto named = options.correction->named_parameters();
    for (std::size_t i = 0; i < named.size(); ++i)
        problem.typical_parameters[static_cast<Eigen::Index>(3 + i)] = named[i].scale;
    return problem;
}

CorrectedThreeBody make_corrected(const PreparedData& data, const ModelPoint& point, const ModelOptions& options)
{
    return {make_system(data, point, options), options.correction,
            correction_parameters(*options.correction, point.correction), data.epoch};
}

/// The gradient with its parameters divided among masses and correction.
ThreeBodyGradient divided(detail::CorrectedGradient&& whole)
{
    ThreeBodyGradient result;
    result.outcome = std::move(whole.outcome);
    result.loss = whole.loss;
    result.initial_state = whole.initial_state;
    result.t0 = whole.t0;
    result.t1 = whole.t1;
    result.forward = whole.forward;
    result.backward = whole.backward;
    result.checkpoint_bytes = whole.checkpoint_bytes;
    result.tape_bytes_peak = whole.tape_bytes_peak;
    result.graph_depth = whole.graph_depth;
    result.reverse_error = whole.reverse_error;
    if (whole.parameters.size() < 3) return result;
    result.parameters = whole.parameters.head<3>();
    result.correction = whole.parameters.tail(whole.parameters.size() - 3);
    return result;
}

/// The function of a method, which stands in one of `parts` tables: that of part k is table(k).
template <class Problem, int... part, class Table>
GradientRun<Problem> run_of(std::size_t row, std::integer_sequence<int, part...>, Table&& table)
{
    GradientRun<Problem> run = nullptr;
    ((run = run ? run : table(std::integral_constant<int, part>())[row]), ...);
    return run;
}

/// Loss and gradient by the method of that id, for a model with a correction or without.
detail::CorrectedGradient gradient_of(const detail::CorrectedProblem& problem, std::string_view method)
{
    const std::size_t row = checked_gradient_row(method, problem.task.options, problem.options);
    const auto run = run_of<detail::CorrectedProblem>(row, std::make_integer_sequence<int, detail::corrected_parts>(),
                                                      [](auto part) { return detail::corrected_part<part()>(); });
    return run(problem);
}
template <int Rows>
NewtonGradient gradient_of(const ThreeBodyProblem<Rows>& problem, std::string_view method)
{
    const std::size_t row = checked_gradient_row(method, problem.task.options, problem.options);
    const auto run = run_of<ThreeBodyProblem<Rows>>(row, std::make_integer_sequence<int, detail::newton_parts>(),
                                                    [](auto part) { return detail::newton_part<Rows, part()>(); });
    if constexpr (Rows == 18)
        if (asks_more(problem.options)) return detail::run_as_asked_of(gradient_method_infos()[row], run, problem);
    return run(problem);
}

void refuse_with_correction(const GradientOptions& options)
{
    if (asks_more(options))
        throw ArgumentError(options.error_estimate ? "error-estimate" : "control",
                            options.error_estimate ? "yes" : options.control,
                            "is not offered for a model with a correction");
}

/// Loss and gradient by the table of methods: each in the same way, so that what they take can be compared.
ThreeBodyGradient by_table(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                           std::string_view method, std::stop_token stop, GradientTrace<State>* trace)
{
    if (options.correction) {
        refuse_with_correction(options.gradient);
        const CorrectedThreeBody system = make_corrected(data, point, options);
        const LeadingLoss<18> loss(data.loss, offsets_of(data, point));
        auto problem = make_corrected_problem(data, system, loss, point, options, std::move(stop));
        problem.trace = trace;
        return divided(gradient_of(problem, method));
    }
    const ThreeBody<double> system = make_system(data, point, options);
    const auto run = [&](const auto& loss) {
        auto problem = detail::make_problem(data, system, loss, point, options, stop);
        problem.trace = trace;
        return gradient_of(problem, method);
    };
    const auto offsets = offsets_of(data, point);
    return asks_more(options.gradient) ? run(LeadingLoss<18>(data.loss, offsets)) : with_leading_loss(data.loss, offsets, run);
}

/// With respect to the offsets: they are no part of the solve, so one prediction gives them whatever the method.
ThreeBodyGradient with_offsets(ThreeBodyGradient result, const PreparedData& data, const ModelPoint& point,
                               const ModelOptions& options, std::stop_token stop)
{
    const auto channels = static_cast<Eigen::Index>(data.loss.channels().size());
    if (channels == 0 || !result.outcome.ok()) return result;
    result.offsets.setZero(channels);
    Eigen::VectorXd cotangents(channels);
    TrajectoryLoss::Observed unused;
    const Outcome outcome = predict(
        data, point, options,
        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
            data.loss.add(k, TrajectoryLoss::Observed(y), unused, offsets_of(data, point), cotangents.data());
            result.offsets += cotangents;
        },
        std::move(stop));
    if (!outcome.ok()) result.outcome = outcome;
    return result;
}

}  // namespace

Eigen::VectorXd correction_parameters(const Correction& correction, const Eigen::VectorXd& given)
{
    if (given.size() == 0) return correction.initial_parameters();
    if (given.size() != correction.size())
        throw ArgumentError("correction", fmt::format("{} parameters", given.size()),
                            fmt::format("this correction has {}", correction.size()));
    return given;
}

TrajectoryLoss::Offsets offsets_of(const PreparedData& data, const ModelPoint& point)
{
    const std::size_t channels = data.loss.channels().size();
    const auto given = static_cast<std::size_t>(point.offsets.size());
    if (given != 0 && given != channels)
        throw ArgumentError("offsets", fmt::format("{} numbers", given), fmt::format("these data have {} series", channels));
    return {point.offsets.data(), given};
}

Eigen::VectorXd best_offsets(const PreparedData& data, const ModelPoint& point, const ModelOptions& options, std::stop_token stop)
{
    const auto channels = static_cast<Eigen::Index>(data.loss.channels().size());
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(channels), weights = sum;
    if (channels == 0) return sum;
    const Outcome outcome = predict(
        data, point, options,
        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
            const auto residual = data.loss.residual(k, TrajectoryLoss::Observed(y));
            for (Eigen::Index i = 0; i < channels; ++i) {
                const double weight = data.loss.time_weight(k) * data.loss.weight(static_cast<int>(18 + i), k);
                if (weight == 0) continue;
                sum[i] -= weight * residual[18 + i];
                weights[i] += weight;
            }
        },
        std::move(stop));
    if (!outcome.ok() || !sum.allFinite()) return Eigen::VectorXd::Zero(channels);
    return (weights.array() > 0).select(sum.array() / weights.array(), 0).matrix();
}

Outcome with_encounter(Outcome outcome, double t, const State& state, const std::array<std::string, 3>& bodies,
                       const UnitSystem& units)
{
    if (outcome.status != Status::step_too_small && outcome.status != Status::non_finite) return outcome;
    int first = 0, second = 1;
    double closest = std::numeric_limits<double>::infinity(), farthest = 0;
    for (int i = 0; i < 3; ++i)
        for (int j = i + 1; j < 3; ++j) {
            const double distance = (state.segment<3>(3 * j) - state.segment<3>(3 * i)).norm();
            farthest = std::max(farthest, distance);
            if (distance < closest) {
                closest = distance;
                first = i;
                second = j;
            }
        }
    // A nearest pair there always is; an encounter is when it is much nearer than the others.
    if (closest < 0.02 * farthest)
        outcome.reason = fmt::format(
            "close encounter of {} and {} at t = {:.9g}: distance {}; shorten the window, or set a softening "
            "length",
            bodies[first], bodies[second], t, with_unit(closest, units.length_label()));
    else if (outcome.status == Status::step_too_small)
        outcome.reason += fmt::format(
            ", with no pair close ({} and {} are {} apart): masses, step or tolerance are out of proportion",
            bodies[first], bodies[second], with_unit(closest, units.length_label()));
    return outcome;
}

struct GradientEvaluator::Implementation {
    const PreparedData& data;
    ModelOptions options;
    std::string method;
    AcaWorkspace<ThreeBodyProblem<9>> positions;
    AcaWorkspace<ThreeBodyProblem<18>> states;
    AcaWorkspace<detail::CorrectedProblem> corrected;
    Eigen::MatrixXd offset_cotangents;  ///< channels x K
};

GradientEvaluator::GradientEvaluator(const PreparedData& data, const ModelOptions& options, std::string method)
    : implementation_(new Implementation{data, options, std::move(method), {}, {}, {}, {}})
{
    if (options.correction) refuse_with_correction(options.gradient);
}

GradientEvaluator::~GradientEvaluator() = default;

ThreeBodyGradient GradientEvaluator::operator()(const ModelPoint& point, std::stop_token stop, GradientTrace<State>* trace)
{
    Implementation& my = *implementation_;
    if (my.method != "aca" || asks_more(my.options.gradient))
        return with_offsets(by_table(my.data, point, my.options, my.method, stop, trace), my.data, point, my.options, stop);
    const auto channels = static_cast<Eigen::Index>(my.data.loss.channels().size());
    if (channels > 0) my.offset_cotangents.setZero(channels, static_cast<Eigen::Index>(my.data.size()));
    const LeadingLoss<18> whole(my.data.loss, offsets_of(my.data, point), channels > 0 ? my.offset_cotangents.data() : nullptr);
    const auto finished = [&](ThreeBodyGradient&& result) {
        if (channels > 0) result.offsets = my.offset_cotangents.rowwise().sum();
        return std::move(result);
    };
    if (my.options.correction) {
        const CorrectedThreeBody system = make_corrected(my.data, point, my.options);
        auto problem = make_corrected_problem(my.data, system, whole, point, my.options, std::move(stop));
        problem.trace = trace;
        return finished(divided(detail::corrected_aca(problem, my.corrected)));
    }
    const ThreeBody<double> system = make_system(my.data, point, my.options);
    const auto run = [&](const auto& loss) -> ThreeBodyGradient {
        auto problem = detail::make_problem(my.data, system, loss, point, my.options, stop);
        problem.trace = trace;
        if constexpr (std::is_same_v<decltype(problem), ThreeBodyProblem<9>>)
            return detail::aca_of<9>(problem, my.positions);
        else
            return detail::aca_of<18>(problem, my.states);
    };
    return finished(my.data.loss.has_velocities() ? run(whole) : run(LeadingLoss<9>(my.data.loss)));
}

ThreeBodyGradient compute_gradient(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                   std::string_view method, std::stop_token stop, GradientTrace<State>* trace)
{
    ThreeBodyGradient result = with_offsets(by_table(data, point, options, method, stop, trace), data, point, options, stop);
    if (result.outcome.status == Status::step_too_small || result.outcome.status == Status::non_finite) {
        // The gradient method knows no bodies: solve once more for the state at which it stopped.
        NoObserver none;
        SolveTask<State> task{point.initial_state,
                              data.t0,
                              data.t1,
                              options.solver,
                              absolute_tolerance(options.solver, data.length, data.velocity),
                              {},
                              stop};
        const auto solved = with_dynamics(data.units, point, options, data.epoch,
                                          [&](const auto& system) { return solve(system, task, none); });
        result.outcome = with_encounter(result.outcome, data.absolute(solved.t), solved.y, data.bodies, data.units);
    }
    return result;
}

SensitivityReport compute_sensitivities(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                        const SensitivityRequest& request, const SensitivityVisit& visit,
                                        std::stop_token stop)
{
    if (options.correction) {
        const CorrectedThreeBody system = make_corrected(data, point, options);
        const LeadingLoss<18> loss(data.loss);
        return detail::corrected_sensitivities(make_corrected_problem(data, system, loss, point, options, std::move(stop)),
                                               request, data.loss.state_rows(), visit);
    }
    const ThreeBody<double> system = make_system(data, point, options);
    return with_leading_loss(data.loss, {}, [&](const auto& loss) {
        constexpr int rows = std::remove_cvref_t<decltype(loss)>::components;
        return detail::sensitivities_of<rows>(detail::make_problem(data, system, loss, point, options, stop), request, visit);
    });
}

Outcome predict(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                const std::function<void(std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y)>& visit,
                std::stop_token stop)
{
    // Times of observations, through the dense output or by stops.
    const auto run = [&](const auto& problem_given) {
        std::vector<double> stops;
        const auto problem = with_stops(problem_given, stops);
        using Observed = typename std::remove_cvref_t<decltype(problem)>::Observed;
        auto observations = observe_steps(problem, point.initial_state,
                                          [&](std::size_t k, const Observed& y) { visit(k, y.head(data.loss.state_rows())); });
        const auto solved = solve(*problem.system, problem.task, observations);
        return with_encounter(solved.outcome, data.absolute(solved.t), solved.y, data.bodies, data.units);
    };
    if (options.correction) {
        const CorrectedThreeBody system = make_corrected(data, point, options);
        const LeadingLoss<18> loss(data.loss);
        return run(make_corrected_problem(data, system, loss, point, options, stop));
    }
    const ThreeBody<double> system = make_system(data, point, options);
    return with_leading_loss(
        data.loss, {}, [&](const auto& loss) { return run(detail::make_problem(data, system, loss, point, options, stop)); });
}

}  // namespace syzygy
