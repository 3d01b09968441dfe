#include "physics/experiment/trajectory_objective.hpp"

#include "physics/model/dynamics.hpp"

#include <cmath>

namespace syzygy {

namespace {

ModelPoint completed(ModelPoint point, const ModelOptions& model)
{
    if (model.correction) point.correction = correction_parameters(*model.correction, point.correction);
    return point;
}

}  // namespace

TrajectoryObjective::TrajectoryObjective(const PreparedData& data, const ModelOptions& model, std::string gradient,
                                         const ModelPoint& start, Unknowns unknowns, std::stop_token stop)
    : model_(model),
      start_(completed(start, model)),
      unknowns_(std::move(unknowns)),
      stop_(std::move(stop)),
      evaluator_(data, model, std::move(gradient))
{
    const Eigen::Index weights = unknowns_.weight_scale > 0 ? start_.correction.size() : 0;
    const double infinity = std::numeric_limits<double>::infinity();
    lower_.setConstant(unknowns_.directions.cols() + weights, -infinity);
    upper_.setConstant(lower_.size(), infinity);
}

ModelPoint TrajectoryObjective::point(const Eigen::VectorXd& x) const
{
    ModelPoint point = start_;
    const Eigen::Index states = unknowns_.directions.cols();
    if (states > 0) {
        const Eigen::VectorXd change = unknowns_.directions * x.head(states);
        point.masses += change.head<3>();
        point.initial_state += change.tail<18>();
    }
    if (unknowns_.weight_scale > 0) point.correction += unknowns_.weight_scale * x.tail(x.size() - states);
    return point;
}

bool TrajectoryObjective::evaluate(const Eigen::VectorXd& x, double& loss, Eigen::VectorXd* gradient)
{
    const ModelPoint point = this->point(x);
    const ThreeBodyGradient result = evaluator_(point, stop_);
    ++evaluations_;
    loss = result.loss + 0.5 * unknowns_.weight_decay * point.correction.squaredNorm();
    if (!result.outcome.ok() || !std::isfinite(loss)) {
        last_failure_ = result.outcome;
        return false;
    }
    if (!gradient) return true;
    gradient->resize(x.size());
    const Eigen::Index states = unknowns_.directions.cols();
    if (states > 0) {
        Eigen::Matrix<double, 21, 1> all;
        all << result.parameters, result.initial_state;
        gradient->head(states) = unknowns_.directions.transpose() * all;
    }
    if (unknowns_.weight_scale > 0)
        gradient->tail(x.size() - states) =
            unknowns_.weight_scale * (result.correction + unknowns_.weight_decay * point.correction);
    return gradient->allFinite();
}

Descent descend(Objective& objective, OptimizerOptions options, const Eigen::VectorXd& x, std::stop_token stop)
{
    constexpr long most = 5;
    Descent best;
    best.x = x;
    for (;;) {
        OptimizerState state;
        state.x = best.x;
        const long before = best.iterations;
        // An optimiser reports a point together with the loss of the one before its last step.
        Eigen::VectorXd evaluated = state.x;
        best.outcome = minimize(
            objective, options, state,
            [&](const OptimizerState& now) {
                const bool of_evaluated = options.optimizer == "adam";
                if (now.loss < best.loss) {
                    best.loss = now.loss;
                    best.x = of_evaluated ? evaluated : now.x;
                }
                evaluated = now.x;
                best.iterations = before + now.iteration;
                return !stop.stop_requested();
            },
            stop);
        if (state.loss < best.loss && best.outcome.status != Status::non_finite) {
            best.loss = state.loss;
            best.x = state.x;
        }
        const long left = options.iterations - (best.iterations - before);
        if (best.outcome.status != Status::non_finite || best.backed_off == most || left < 1) return best;
        ++best.backed_off;
        options.learning_rate *= 0.5;
        options.iterations = left;
    }
}

}  // namespace syzygy
