#pragma once

#include "core/ode/dual.hpp"
#include "core/ode/system.hpp"

#include <algorithm>
#include <utility>

namespace syzygy {

/// A system whose derivatives come from its right-hand side alone, by forward-mode duals. The user writes the model as
///
///     struct LotkaVolterra {
///         static constexpr int states = 2, parameters = 4;
///         void rhs(auto t, const auto& y, const auto& p, auto& dydt) const;
///     };
///
/// for numbers of any type: t, and Eigen vectors y, dydt (`states`) and p (`parameters`). The model may hold data that is not
/// differentiated. The system provides all that gradients, forward sensitivities and second derivatives need.
///
/// Cost: a vjp evaluates the right-hand side in duals, for the work of about 1 + n + p evaluations (n states, p parameters); a
/// jvp costs about two evaluations. Beyond some tens of states or parameters a hand-written vjp, which costs two or three
/// evaluations, is worth writing.
template <class ModelType, class ScalarType = double>
class DualSystem {
public:
    using Model = ModelType;
    using Scalar = ScalarType;
    static constexpr int states = Model::states, unknowns = Model::states + Model::parameters;
    using State = Eigen::Matrix<Scalar, Model::states, 1>;
    using Parameters = Eigen::Matrix<Scalar, Model::parameters, 1>;

    explicit DualSystem(const Parameters& parameters = Parameters::Zero(), Model model = {})
        : parameters_(parameters), model_(std::move(model))
    {
    }

    const Parameters& parameters() const { return parameters_; }
    void set_parameters(const Parameters& parameters) { parameters_ = parameters; }
    const Model& model() const { return model_; }
    /// The same system in another scalar.
    template <class Other>
    DualSystem<Model, Other> cast() const
    {
        return DualSystem<Model, Other>(parameters_.template cast<Other>(), model_);
    }

    template <class Time>
    void rhs(Time t, const State& y, State& dydt) const
    {
        model_.rhs(t, y, parameters_, dydt);
    }

    /// y_bar = (df/dy)^T w; p_bar += (df/dp)^T w.
    template <class Time>
    void vjp(Time t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        // A few directions at a time, so that their tangents stay in registers for any number of unknowns.
        constexpr int width = std::min(unknowns, 8);
        using Number = Dual<Scalar, width>;
        Eigen::Matrix<Number, states, 1> y_dual = y.template cast<Number>(), f = y_dual;
        Eigen::Matrix<Number, Model::parameters, 1> p_dual = parameters_.template cast<Number>();
        const auto tangents_of = [&](int unknown) -> typename Number::Tangent& {
            return unknown < states ? y_dual[unknown].tangent : p_dual[unknown - states].tangent;
        };
        for (int first = 0; first < unknowns; first += width) {
            const int count = std::min(width, unknowns - first);
            for (int i = 0; i < count; ++i) tangents_of(first + i)[i] = Scalar(1);
            model_.rhs(t, std::as_const(y_dual), std::as_const(p_dual), f);
            typename Number::Tangent bar{};
            for (int row = 0; row < states; ++row)
                for (int i = 0; i < width; ++i) bar[i] += w[row] * f[row].tangent[i];
            for (int i = 0; i < count; ++i) {
                tangents_of(first + i)[i] = Scalar(0);
                if (first + i < states)
                    y_bar[first + i] = bar[i];
                else
                    p_bar[first + i - states] += bar[i];
            }
        }
    }

    /// f_dot = (df/dy) y_dot + (df/dp) p_dot.
    template <class Time>
    void jvp(Time t, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        push_forward<1>(t, y, y_dot, p_dot, f_dot, 0, 1);
    }

    /// jvp for several tangents: the columns of `y_dot`, `p_dot` and `f_dot`.
    template <class Time, class Tangents, class ParameterTangents, class Out>
    void jvp_columns(Time t, const State& y, const Tangents& y_dot, const ParameterTangents& p_dot, Out&& f_dot) const
    {
        constexpr Eigen::Index width = std::min(unknowns, 8);
        for (Eigen::Index first = 0; first < y_dot.cols(); first += width)
            push_forward<width>(t, y, y_dot, p_dot, f_dot, first, std::min(width, y_dot.cols() - first));
    }

    /// (df/dt)^T w; 0 if the model does not depend on t.
    template <class Time>
    Scalar time_vjp(Time t, const State& y, const State& w) const
    {
        using Number = Dual<Scalar, 1>;
        const Eigen::Matrix<Number, states, 1> y_dual = y.template cast<Number>();
        const Eigen::Matrix<Number, Model::parameters, 1> p_dual = parameters_.template cast<Number>();
        Eigen::Matrix<Number, states, 1> f = y_dual;
        static_assert(
            requires { model_.rhs(Number(), y_dual, p_dual, f); },
            "rhs(t, y, p, dydt) must take a time t of any number type, not of double alone");
        model_.rhs(Number::variable(Scalar(t), 0), y_dual, p_dual, f);
        Scalar sum(0);
        for (int row = 0; row < states; ++row) sum += w[row] * f[row].tangent[0];
        return sum;
    }

private:
    template <int width, class Time, class Tangents, class ParameterTangents, class Out>
    void push_forward(Time t, const State& y, const Tangents& y_dot, const ParameterTangents& p_dot, Out&& f_dot,
                      Eigen::Index first, Eigen::Index count) const
    {
        using Number = Dual<Scalar, width>;
        Eigen::Matrix<Number, states, 1> y_dual = y.template cast<Number>(), f = y_dual;
        Eigen::Matrix<Number, Model::parameters, 1> p_dual = parameters_.template cast<Number>();
        for (Eigen::Index i = 0; i < count; ++i) {
            for (int row = 0; row < states; ++row) y_dual[row].tangent[i] = y_dot(row, first + i);
            for (int row = 0; row < Model::parameters; ++row) p_dual[row].tangent[i] = p_dot(row, first + i);
        }
        model_.rhs(t, std::as_const(y_dual), std::as_const(p_dual), f);
        for (Eigen::Index i = 0; i < count; ++i)
            for (int row = 0; row < states; ++row) f_dot(row, first + i) = f[row].tangent[i];
    }

    Parameters parameters_;
    Model model_;
};

}  // namespace syzygy
