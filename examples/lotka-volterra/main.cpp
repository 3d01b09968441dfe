// Fits the Lotka-Volterra equations of predator and prey to noisy counts: four rates and the initial state, from gradients by
// ACA, with one-sigma errors from the second derivatives of the loss.
//
//     cmake -S examples/lotka-volterra -B build/lotka-volterra -DCMAKE_PREFIX_PATH=<where syzygy is installed>
//     cmake --build build/lotka-volterra && build/lotka-volterra/lotka-volterra
//
// The model is its right-hand side, written once for numbers of any type: derivatives come from it by duals. The data
// are made here, from known rates and a fixed seed, so that what the fit finds can be held against the truth.
#include "core/gradient/hessian.hpp"
#include "core/optimize/optimizer.hpp"
#include "core/optimize/problem_objective.hpp"
#include "core/syzygy.hpp"

#include <Eigen/LU>
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <random>

using namespace syzygy;

/// Prey x and predators y: dx/dt = alpha x - beta x y, dy/dt = delta x y - gamma y.
struct LotkaVolterra {
    static constexpr int states = 2, parameters = 4;
    void rhs(auto /*t*/, const auto& y, const auto& p, auto& dydt) const
    {
        dydt[0] = p[0] * y[0] - p[1] * y[0] * y[1];
        dydt[1] = p[2] * y[0] * y[1] - p[3] * y[1];
    }
};

int main()
{
    // What is to be found, and 60 observations of it with errors of sigma.
    const Eigen::Vector4d rates(1.1, 0.4, 0.1, 0.4);
    const Eigen::Vector2d start(10, 5);
    const double end = 20, sigma = 0.3;
    std::vector<double> times;
    for (int k = 0; k < 60; ++k) times.push_back(end * k / 59);
    SolverOptions options;
    options.method = "tsit5";
    options.rtol = 1e-9;
    const DualSystem<LotkaVolterra> truth(rates);
    auto data = integrate<tsitouras54>(truth, task_of(truth, start, 0, end, options), times).states;
    std::mt19937_64 random(4);
    std::normal_distribution<double> noise(0, sigma);
    for (Eigen::Vector2d& observed : data) observed += Eigen::Vector2d(noise(random), noise(random));

    // The loss is chi^2 / 2: a sum over observations of a function of the predicted state.
    const auto loss = loss_at<2>(times, [&](std::size_t k, const auto& y) {
        return (y - data[k]).squaredNorm() / (2 * sigma * sigma);
    });

    // A first guess some way off, and the fit.
    const DualSystem<LotkaVolterra> guess(Eigen::Vector4d(0.9, 0.3, 0.08, 0.5));
    const auto problem = problem_of(guess, loss, task_of(guess, {9, 6}, 0, end, options));
    ProblemObjective objective(problem, [](const auto& p) { return aca<tsitouras54>(p); });
    OptimizerOptions fit;
    fit.optimizer = "lbfgs";
    fit.iterations = 300;
    OptimizerState state;
    state.x = Eigen::VectorXd::Zero(objective.size());
    const Outcome outcome = minimize(objective, fit, state, [](const OptimizerState&) { return true; });
    if (!outcome.ok()) {
        fmt::print(stderr, "the fit ended early: {}\n", outcome.reason);
        return 1;
    }

    // Errors: the inverse of the second derivatives of chi^2 / 2 is the covariance.
    const auto second = hessian<tsitouras54>(objective.at(state.x));
    const Eigen::MatrixXd covariance = second.matrix.inverse();
    const Eigen::VectorXd found = objective.values(state.x);
    fmt::print("{} after {} iterations, chi^2 {:.1f} of {} numbers\n", to_string(outcome.status), state.iteration,
               2 * second.gradient.loss, 2 * times.size());
    fmt::print("{:<6} {:>9} {:>10} {:>9}\n", "", "true", "found", "sigma");
    const std::array names{"alpha", "beta", "delta", "gamma", "x(0)", "y(0)"};
    Eigen::VectorXd expected(6);
    expected << rates, start;
    for (int i = 0; i < 6; ++i)
        fmt::print("{:<6} {:>9.5f} {:>10.6f} {:>9.6f}\n", names[i], expected[i], found[i], std::sqrt(covariance(i, i)));
}
