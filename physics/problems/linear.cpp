#include "physics/problems/families.hpp"

#include <cmath>

namespace syzygy::problems {

namespace {

using V = ProblemVector;
using C = ComplexProblemVector;
using Complex = std::complex<double>;

/// x'' = -k x - c x' from (x, v), by x(t) = e^(-c t / 2) (x0 C + (v0 + c x0 / 2) S), C = cosh(s t), S = sinh(s t) / s,
/// s^2 = c^2 / 4 - k. C and S are even in s, and so analytic in k and c whether it swings (s imaginary) or creeps.
C damped(double t, Complex k, Complex c, Complex x0, Complex v0)
{
    const Complex square = 0.25 * c * c - k, argument = square * t * t;
    Complex cosine, sine;
    if (std::abs(argument) < 1e-4) {  // three terms are good to the last bit, and hold where s is 0
        cosine = 1.0 + argument / 2.0 * (1.0 + argument / 12.0 * (1.0 + argument / 30.0));
        sine = t * (1.0 + argument / 6.0 * (1.0 + argument / 20.0 * (1.0 + argument / 42.0)));
    } else {
        const Complex s = std::sqrt(square);
        cosine = std::cosh(s * t);
        sine = std::sinh(s * t) / s;
    }
    const Complex decay = std::exp(-0.5 * c * t), slope = v0 + 0.5 * c * x0;
    const Complex x = decay * (x0 * cosine + slope * sine);
    return C(x, -0.5 * c * x + decay * (x0 * square * sine + slope * cosine), 0, 0);
}

}  // namespace

TestProblem decay()
{
    return {
        .id = "decay",
        .label = "dz/dt = k z",
        .source = "Zhuang et al., ICML 2020, arXiv:2006.02493, section 4.1",
        .help = "Closed form: the error of each gradient against horizon and rate.",
        .states = 1,
        .parameters = 1,
        .state_names = {"z"},
        .parameter_names = {"k"},
        .y0 = V(1, 0, 0, 0),
        .p0 = V(-0.5, 0, 0, 0),
        .t1 = 10,
        .rhs = [](double, const V& y, const V& p, V& dydt) { dydt = V(p[0] * y[0], 0, 0, 0); },
        .vjp =
            [](double, const V& y, const V& p, const V& w, V& y_bar, V& p_bar) {
                y_bar = V(p[0] * w[0], 0, 0, 0);
                p_bar[0] += y[0] * w[0];
            },
        .jvp =
            [](double, const V& y, const V& p, const V& y_dot, const V& p_dot, V& f_dot) {
                f_dot = V(p[0] * y_dot[0] + p_dot[0] * y[0], 0, 0, 0);
            },
        .time_vjp = nullptr,
        .exact = [](double t, const C& y0, const C& p) { return C(y0[0] * std::exp(p[0] * t), 0, 0, 0); },
    };
}

TestProblem oscillator()
{
    return {
        .id = "oscillator",
        .label = "Harmonic oscillator",
        .source = "x'' = -omega^2 x",
        .help = "Closed form, and no growth of errors: what remains is the method's own phase error.",
        .states = 2,
        .parameters = 1,
        .state_names = {"x", "v"},
        .parameter_names = {"omega"},
        .y0 = V(1, 0.5, 0, 0),
        .p0 = V(1, 0, 0, 0),
        .t1 = 20,
        .rhs = [](double, const V& y, const V& p, V& dydt) { dydt = V(y[1], -p[0] * p[0] * y[0], 0, 0); },
        .vjp =
            [](double, const V& y, const V& p, const V& w, V& y_bar, V& p_bar) {
                y_bar = V(-p[0] * p[0] * w[1], w[0], 0, 0);
                p_bar[0] -= 2 * p[0] * y[0] * w[1];
            },
        .jvp =
            [](double, const V& y, const V& p, const V& y_dot, const V& p_dot, V& f_dot) {
                f_dot = V(y_dot[1], -p[0] * p[0] * y_dot[0] - 2 * p[0] * p_dot[0] * y[0], 0, 0);
            },
        .time_vjp = nullptr,
        .exact = [](double t, const C& y0, const C& p) { return damped(t, p[0] * p[0], 0, y0[0], y0[1]); },
    };
}

TestProblem damped_oscillator()
{
    return {
        .id = "damped-oscillator",
        .label = "Damped oscillator",
        .source = "x'' = -k x - c x'",
        .help = "Closed form. What decays forward in time grows backward: a solve backward in time loses the state.",
        .states = 2,
        .parameters = 2,
        .state_names = {"x", "v"},
        .parameter_names = {"k", "c"},
        .y0 = V(1, 0, 0, 0),
        .p0 = V(4, 0.5, 0, 0),
        .t1 = 20,
        .rhs = [](double, const V& y, const V& p, V& dydt) { dydt = V(y[1], -p[0] * y[0] - p[1] * y[1], 0, 0); },
        .vjp =
            [](double, const V& y, const V& p, const V& w, V& y_bar, V& p_bar) {
                y_bar = V(-p[0] * w[1], w[0] - p[1] * w[1], 0, 0);
                p_bar[0] -= y[0] * w[1];
                p_bar[1] -= y[1] * w[1];
            },
        .jvp =
            [](double, const V& y, const V& p, const V& y_dot, const V& p_dot, V& f_dot) {
                f_dot = V(y_dot[1], -p[0] * y_dot[0] - p_dot[0] * y[0] - p[1] * y_dot[1] - p_dot[1] * y[1], 0, 0);
            },
        .time_vjp = nullptr,
        .exact = [](double t, const C& y0, const C& p) { return damped(t, p[0], p[1], y0[0], y0[1]); },
    };
}

}  // namespace syzygy::problems
