#pragma once

#include <Eigen/Core>

#include <cmath>
#include <functional>

/// Small systems with known solutions, and a wrapper that counts.
namespace syzygy::testing {

/// x'' = -stiffness x as (x, v). From (1, 0) with stiffness w^2: x = cos(w t), v = -w sin(w t).
template <class Scalar>
class Oscillator {
public:
    using State = Eigen::Matrix<Scalar, 2, 1>;
    using Parameters = Eigen::Matrix<Scalar, 1, 1>;

    explicit Oscillator(Scalar stiffness = 1) : stiffness_(stiffness) {}

    template <class Time>
    void rhs(Time, const State& y, State& dydt) const
    {
        dydt = State(y[1], -stiffness_ * y[0]);
    }

private:
    Scalar stiffness_;
};

/// Nonlinear, with explicit time and a closed form (a usual problem for measuring orders):
/// y = (exp(sin t^2), exp(5 sin t^2), sin t^2 + 1, cos t^2).
template <class Scalar>
struct SmoothNonlinear {
    using State = Eigen::Matrix<Scalar, 4, 1>;

    template <class Time>
    void rhs(Time t, const State& y, State& dydt) const
    {
        using std::exp, std::log, std::pow;
        dydt[0] = 2 * t * pow(y[1], Scalar(1) / 5) * y[3];
        dydt[1] = 10 * t * exp(5 * (y[2] - 1)) * y[3];
        dydt[2] = 2 * t * y[3];
        dydt[3] = -2 * t * log(y[0]);
    }
    static State exact(Scalar t)
    {
        using std::cos, std::exp, std::sin;
        const Scalar s = sin(t * t);
        return State(exp(s), exp(5 * s), s + 1, cos(t * t));
    }
};

/// The forced Duffing oscillator, x'' = -p0 x - x^3 + p1 cos 2t as (x, v): explicit time, two parameters, and a
/// `jvp` only (no `jvp_columns`).
template <class Scalar>
class ForcedDuffing {
public:
    using State = Eigen::Matrix<Scalar, 2, 1>;
    using Parameters = Eigen::Matrix<Scalar, 2, 1>;

    explicit ForcedDuffing(const Parameters& parameters) : p_(parameters) {}
    const Parameters& parameters() const { return p_; }
    void set_parameters(const Parameters& parameters) { p_ = parameters; }
    template <class Other>
    ForcedDuffing<Other> cast() const
    {
        return ForcedDuffing<Other>(p_.template cast<Other>());
    }

    template <class Time>
    void rhs(Time t, const State& y, State& dydt) const
    {
        using std::cos;
        dydt = State(y[1], -p_[0] * y[0] - y[0] * y[0] * y[0] + p_[1] * cos(Scalar(2) * t));
    }
    template <class Time>
    void vjp(Time t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        using std::cos;
        y_bar = State((-p_[0] - Scalar(3) * y[0] * y[0]) * w[1], w[0]);
        p_bar += Parameters(-y[0] * w[1], cos(Scalar(2) * t) * w[1]);
    }
    template <class Time>
    void jvp(Time t, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        using std::cos;
        f_dot = State(y_dot[1],
                      (-p_[0] - Scalar(3) * y[0] * y[0]) * y_dot[0] - y[0] * p_dot[0] + cos(Scalar(2) * t) * p_dot[1]);
    }
    template <class Time>
    Scalar time_vjp(Time t, const State&, const State& w) const
    {
        using std::sin;
        return Scalar(-2) * p_[1] * sin(Scalar(2) * t) * w[1];
    }

private:
    Parameters p_;
};

/// Calls of a Counting system. `on_vjp`, where set, is called before each vjp.
struct Calls {
    long rhs = 0, vjp = 0, jvp = 0;
    std::function<void()> on_rhs, on_vjp;
};

/// A system whose calls are counted into `calls`, which copies share. A jvp counts once a tangent.
template <class Inner>
class Counting {
public:
    using State = typename Inner::State;
    using Parameters = typename Inner::Parameters;

    Counting(Inner inner, Calls& calls) : inner_(std::move(inner)), calls_(&calls) {}
    decltype(auto) parameters() const { return inner_.parameters(); }
    void set_parameters(const Parameters& parameters) { inner_.set_parameters(parameters); }

    template <class Time>
    void rhs(Time t, const State& y, State& dydt) const
    {
        ++calls_->rhs;
        if (calls_->on_rhs) calls_->on_rhs();
        inner_.rhs(t, y, dydt);
    }
    template <class Time>
    void vjp(Time t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        ++calls_->vjp;
        if (calls_->on_vjp) calls_->on_vjp();
        inner_.vjp(t, y, w, y_bar, p_bar);
    }
    template <class Time>
    void jvp(Time t, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        ++calls_->jvp;
        inner_.jvp(t, y, y_dot, p_dot, f_dot);
    }
    template <class Time, class Tangents, class ParameterTangents, class Out>
    void jvp_columns(Time t, const State& y, const Tangents& y_dot, const ParameterTangents& p_dot,
                     Out&& f_dot) const requires requires(const Inner& inner)
    {
        inner.jvp_columns(t, y, y_dot, p_dot, f_dot);
    }
    {
        calls_->jvp += y_dot.cols();
        inner_.jvp_columns(t, y, y_dot, p_dot, f_dot);
    }
    template <class Time>
    auto time_vjp(Time t, const State& y, const State& w) const requires requires(const Inner& inner)
    {
        inner.time_vjp(t, y, w);
    }
    {
        return inner_.time_vjp(t, y, w);
    }

private:
    Inner inner_;
    Calls* calls_;
};

}  // namespace syzygy::testing
