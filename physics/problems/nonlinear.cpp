#include "physics/problems/families.hpp"

namespace syzygy::problems {

namespace {

using V = ProblemVector;

}  // namespace

TestProblem van_der_pol()
{
    return {
        .id = "van-der-pol",
        .label = "Van der Pol",
        .source = "x'' = mu (1 - x^2) x' - x; after the figure of Zhuang et al., ICML 2020, arXiv:2006.02493; mu and start are ours",
        .help = "Its limit cycle attracts forward in time and repels backward in time: the reverse trajectory of a backward "
                "solve leaves the forward one. Stiff where mu is 100: an explicit method takes many small steps.",
        .states = 2,
        .parameters = 1,
        .state_names = {"x", "v"},
        .parameter_names = {"mu"},
        .y0 = V(2, 0, 0, 0),
        .p0 = V(0.15, 0, 0, 0),
        .t1 = 25,
        .rhs = [](double, const V& y, const V& p,
                  V& dydt) { dydt = V(y[1], p[0] * (1 - y[0] * y[0]) * y[1] - y[0], 0, 0); },
        .vjp =
            [](double, const V& y, const V& p, const V& w, V& y_bar, V& p_bar) {
                const double damping = 1 - y[0] * y[0];
                y_bar = V(-(2 * p[0] * y[0] * y[1] + 1) * w[1], w[0] + p[0] * damping * w[1], 0, 0);
                p_bar[0] += damping * y[1] * w[1];
            },
        .jvp =
            [](double, const V& y, const V& p, const V& y_dot, const V& p_dot, V& f_dot) {
                const double damping = 1 - y[0] * y[0];
                f_dot = V(y_dot[1],
                          p_dot[0] * damping * y[1] + p[0] * (damping * y_dot[1] - 2 * y[0] * y_dot[0] * y[1]) - y_dot[0], 0, 0);
            },
        .time_vjp = nullptr,
        .exact = nullptr,
    };
}

TestProblem lotka_volterra()
{
    return {
        .id = "lotka-volterra",
        .label = "Lotka-Volterra",
        .source = "x' = alpha x - beta x y, y' = delta x y - gamma y; Lotka, Elements of Physical Biology (1925); parameters of "
                  "Rackauckas and Nie, J. Open Res. Softw. 5, 15 (2017)",
        .help = "Predator and prey: four parameters that all move period and height of the cycle.",
        .states = 2,
        .parameters = 4,
        .state_names = {"x", "y"},
        .parameter_names = {"alpha", "beta", "gamma", "delta"},
        .y0 = V(1, 1, 0, 0),
        .p0 = V(1.5, 1, 3, 1),
        .t1 = 10,
        .rhs =
            [](double, const V& y, const V& p, V& dydt) {
                dydt = V((p[0] - p[1] * y[1]) * y[0], (p[3] * y[0] - p[2]) * y[1], 0, 0);
            },
        .vjp =
            [](double, const V& y, const V& p, const V& w, V& y_bar, V& p_bar) {
                const double met = y[0] * y[1];
                y_bar = V((p[0] - p[1] * y[1]) * w[0] + p[3] * y[1] * w[1], -p[1] * y[0] * w[0] + (p[3] * y[0] - p[2]) * w[1],
                          0, 0);
                p_bar += V(y[0] * w[0], -met * w[0], -y[1] * w[1], met * w[1]);
            },
        .jvp =
            [](double, const V& y, const V& p, const V& y_dot, const V& p_dot, V& f_dot) {
                const double met = y[0] * y[1], met_dot = y_dot[0] * y[1] + y[0] * y_dot[1];
                f_dot = V(p_dot[0] * y[0] + p[0] * y_dot[0] - p_dot[1] * met - p[1] * met_dot,
                          p_dot[3] * met + p[3] * met_dot - p_dot[2] * y[1] - p[2] * y_dot[1], 0, 0);
            },
        .time_vjp = nullptr,
        .exact = nullptr,
    };
}

TestProblem lorenz()
{
    return {
        .id = "lorenz",
        .label = "Lorenz",
        .source = "Lorenz, J. Atmos. Sci. 20, 130 (1963), equations 25 to 27",
        .help = "Chaos: the gradient grows by e^(0.9 t) with the horizon, until no tolerance gives one worth having.",
        .states = 3,
        .parameters = 3,
        .state_names = {"x", "y", "z"},
        .parameter_names = {"sigma", "rho", "beta"},
        .y0 = V(1, 1, 1, 0),
        .p0 = V(10, 28, 8.0 / 3, 0),
        .t1 = 5,
        .rhs =
            [](double, const V& y, const V& p, V& dydt) {
                dydt = V(p[0] * (y[1] - y[0]), y[0] * (p[1] - y[2]) - y[1], y[0] * y[1] - p[2] * y[2], 0);
            },
        .vjp =
            [](double, const V& y, const V& p, const V& w, V& y_bar, V& p_bar) {
                y_bar = V(-p[0] * w[0] + (p[1] - y[2]) * w[1] + y[1] * w[2], p[0] * w[0] - w[1] + y[0] * w[2],
                          -y[0] * w[1] - p[2] * w[2], 0);
                p_bar += V((y[1] - y[0]) * w[0], y[0] * w[1], -y[2] * w[2], 0);
            },
        .jvp =
            [](double, const V& y, const V& p, const V& y_dot, const V& p_dot, V& f_dot) {
                f_dot = V(p_dot[0] * (y[1] - y[0]) + p[0] * (y_dot[1] - y_dot[0]),
                          y_dot[0] * (p[1] - y[2]) + y[0] * (p_dot[1] - y_dot[2]) - y_dot[1],
                          y_dot[0] * y[1] + y[0] * y_dot[1] - p_dot[2] * y[2] - p[2] * y_dot[2], 0);
            },
        .time_vjp = nullptr,
        .exact = nullptr,
    };
}

}  // namespace syzygy::problems
