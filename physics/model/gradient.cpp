#include "physics/model/gradient.hpp"

#include "physics/model/gradient_rows.hpp"

namespace syzygy {

namespace {

ThreeBody<double> make_system(const PreparedData& data, const ModelPoint& point, const ModelOptions& options)
{
    return {data.units.k1(), data.units.k2(), point.masses, options.softening};
}

}  // namespace

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
};

GradientEvaluator::GradientEvaluator(const PreparedData& data, const ModelOptions& options, std::string method)
    : implementation_(new Implementation{data, options, std::move(method), {}, {}})
{
}

GradientEvaluator::~GradientEvaluator() = default;

ThreeBodyGradient GradientEvaluator::operator()(const ModelPoint& point, std::stop_token stop, GradientTrace<State>* trace)
{
    Implementation& my = *implementation_;
    const ThreeBody<double> system = make_system(my.data, point, my.options);
    const auto evaluate = [&](const auto& loss) {
        constexpr int rows = std::remove_cvref_t<decltype(loss)>::components;
        auto problem = detail::make_problem(my.data, system, loss, point, my.options, stop);
        problem.trace = trace;
        if (my.method != "aca" || asks_more(my.options.gradient)) return detail::gradient_of<rows>(problem, my.method);
        if constexpr (rows == 9)
            return detail::aca_of<9>(problem, my.positions);
        else
            return detail::aca_of<18>(problem, my.states);
    };
    return std::visit(evaluate, my.data.loss);
}

ThreeBodyGradient compute_gradient(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                   std::string_view method, std::stop_token stop, GradientTrace<State>* trace)
{
    ThreeBodyGradient result = GradientEvaluator(data, options, std::string(method))(point, stop, trace);
    if (result.outcome.status == Status::step_too_small || result.outcome.status == Status::non_finite) {
        // The gradient method knows no bodies: solve once more for the state at which it stopped.
        const ThreeBody<double> system = make_system(data, point, options);
        NoObserver none;
        SolveTask<State> task{point.initial_state,
                              data.t0,
                              data.t1,
                              options.solver,
                              absolute_tolerance(options.solver, data.length, data.velocity),
                              {},
                              stop};
        const auto solved = solve(system, task, none);
        result.outcome = with_encounter(result.outcome, data.absolute(solved.t), solved.y, data.bodies, data.units);
    }
    return result;
}

SensitivityReport compute_sensitivities(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                        const SensitivityRequest& request, const SensitivityVisit& visit,
                                        std::stop_token stop)
{
    const ThreeBody<double> system = make_system(data, point, options);
    return std::visit(
        [&](const auto& loss) {
            constexpr int rows = std::remove_cvref_t<decltype(loss)>::components;
            return detail::sensitivities_of<rows>(detail::make_problem(data, system, loss, point, options, stop),
                                                  request, visit);
        },
        data.loss);
}

Outcome predict(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                const std::function<void(std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y)>& visit,
                std::stop_token stop)
{
    const ThreeBody<double> system = make_system(data, point, options);
    const auto run = [&](const auto& loss) {
        using Observed = typename std::remove_cvref_t<decltype(loss)>::Observed;
        std::vector<double> stops;
        const auto problem = with_stops(detail::make_problem(data, system, loss, point, options, stop), stops);
        auto observations =
            observe_steps(problem, point.initial_state, [&](std::size_t k, const Observed& y) { visit(k, y); });
        const auto solved = solve(system, problem.task, observations);
        return with_encounter(solved.outcome, data.absolute(solved.t), solved.y, data.bodies, data.units);
    };
    return std::visit(run, data.loss);
}

}  // namespace syzygy
