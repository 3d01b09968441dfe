#pragma once

#include "core/gradient/method_info.hpp"
#include "core/gradient/problem.hpp"
#include "physics/bodies/three_body.hpp"
#include "physics/bodies/correction.hpp"
#include "physics/model/data.hpp"

#include <functional>
#include <memory>

namespace syzygy {

/// Loss and gradient of three bodies under Newton's force.
using NewtonGradient = GradientResult<ThreeBody<double>>;

/// Loss and gradient of three bodies against observations.
struct ThreeBodyGradient : NewtonGradient {
    ThreeBodyGradient() = default;
    ThreeBodyGradient(NewtonGradient newton) : NewtonGradient(std::move(newton)) {}
    Eigen::VectorXd correction;  ///< with respect to the parameters of the correction; empty if there is none
    Eigen::VectorXd offsets;     ///< with respect to the offset of each series; empty if there is none
};

/// A point of the model: the masses, the state at the first time of the data, the parameters of the correction, the offsets of series.
struct ModelPoint {
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
    State initial_state = State::Zero();
    Eigen::VectorXd correction{};  ///< empty if the model has none, or if the correction is at its start
    Eigen::VectorXd offsets{};     ///< of each series, in its unit: what its instrument adds to the observable; empty: zeros
};

/// The problem a gradient method is given, for positions (9) or positions and velocities (18).
template <int Rows>
using ThreeBodyProblem = GradientProblem<ThreeBody<double>, LeadingLoss<Rows>>;

/// What a loss and its gradient are computed with.
struct ModelOptions {
    SolverOptions solver;
    std::string observe = "dense";
    double softening = 0;
    GradientOptions gradient{};  ///< of particular gradient methods
    std::shared_ptr<const Correction> correction{};  ///< null: Newton alone
};

/// Loss and gradient by the method with that id, from the first to the last time of the data. An outcome of step_too_small
/// names the close pair. Throws ArgumentError for options out of range. `trace`, if given, records what the method did.
ThreeBodyGradient compute_gradient(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                   std::string_view method = "aca", std::stop_token stop = {},
                                   GradientTrace<State>* trace = nullptr);

/// Computes the same repeatedly, by ACA without allocating: for optimisers and for dragging.
class GradientEvaluator {
public:
    GradientEvaluator(const PreparedData& data, const ModelOptions& options, std::string method);
    ~GradientEvaluator();
    GradientEvaluator(const GradientEvaluator&) = delete;
    GradientEvaluator& operator=(const GradientEvaluator&) = delete;
    ThreeBodyGradient operator()(const ModelPoint& point, std::stop_token stop = {}, GradientTrace<State>* trace = nullptr);

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// compute_sensitivities calls visit(k, y, S) at every observation time in order: y holds the predicted state's leading rows
/// (10 or 18), S the derivatives of y along the tangents (columns: three masses, the initial state, parameters of the
/// correction). Throws ArgumentError; otherwise the outcome says how the solve ended.
struct SensitivityRequest {
    std::vector<int> unknowns;     ///< indices into (m1 m2 m3, q1 .. v3, correction): the tangents wanted, at most 40
    bool control_tangents = false;  ///< the tangents count in the error norm as well
};
inline constexpr int most_sensitivities = 40;
using SensitivityVisit = std::function<void(std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y,
                                            const Eigen::Ref<const Eigen::MatrixXd>& sensitivities)>;
SensitivityReport compute_sensitivities(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                                        const SensitivityRequest& request, const SensitivityVisit& visit,
                                        std::stop_token stop = {});

/// Calls visit(k, y) at every observation time, with the predicted state's leading rows in y: predictions without
/// derivatives.
Outcome predict(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                const std::function<void(std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y)>& visit,
                std::stop_token stop = {});

/// The offset of each series that makes the loss smallest at this point: the weighted mean of observed minus predicted; 0 if
/// the solve fails.
Eigen::VectorXd best_offsets(const PreparedData& data, const ModelPoint& point, const ModelOptions& options,
                             std::stop_token stop = {});

/// The offsets of a point as a loss takes them. Throws ArgumentError if the number of offsets is not the number of series.
TrajectoryLoss::Offsets offsets_of(const PreparedData& data, const ModelPoint& point);

/// The outcome; if the step became too small, its sentence names the closest pair of the last state.
Outcome with_encounter(Outcome outcome, double t, const State& state, const std::array<std::string, 3>& bodies,
                       const UnitSystem& units);

}  // namespace syzygy
