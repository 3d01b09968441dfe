#pragma once

#include "physics/bodies/three_body.hpp"
#include "physics/bodies/correction.hpp"

#include <memory>
#include <utility>

namespace syzygy {

/// Three bodies under Newton's force and a correction. Its parameters are the masses, followed by the correction's
/// parameters, whose number is known only at run time.
///
/// An object evaluates in its own memory: each thread needs its own copy.
class CorrectedThreeBody {
public:
    using State = syzygy::State;
    using Parameters = Eigen::VectorXd;

    /// `epoch` is added to the solver's times to give the times of the data, which the correction uses.
    CorrectedThreeBody(const ThreeBody<double>& newton, std::shared_ptr<const Correction> correction,
                       const Eigen::VectorXd& correction_parameters, double epoch)
        : newton_(newton), correction_(std::move(correction)), parameters_(3 + correction_parameters.size()), epoch_(epoch)
    {
        parameters_ << newton.parameters(), correction_parameters;
        scratch_.resize(static_cast<Eigen::Index>(correction_->scratch_size()));
        resize(own_tape_);
    }

    const Parameters& parameters() const { return parameters_; }
    void set_parameters(const Parameters& parameters)
    {
        parameters_ = parameters;
        newton_.set_parameters(parameters.head<3>());
    }
    const Correction& correction() const { return *correction_; }

    struct Tape {
        ThreeBody<double>::Tape newton;
        Eigen::VectorXd correction;
    };
    std::size_t tape_heap_bytes() const { return correction_->tape_size() * sizeof(double); }

    void rhs(double t, const State& y, State& dydt) const { rhs(t, y, dydt, own_tape_); }
    void rhs(double t, const State& y, State& dydt, Tape& tape) const
    {
        resize(tape);
        newton_.rhs(t, y, dydt, tape.newton);
        if (correction_->replaces_newton()) dydt.tail<9>().setZero();
        correction_->add_acceleration(epoch_ + t, y, newton_.parameters(), parameters_.data() + 3, dydt.data() + 9,
                                      tape.correction.data(), scratch_.data());
    }

    void vjp(double t, const State& y, const State& w, State& y_bar, Parameters& p_bar) const
    {
        State unused;
        rhs(t, y, unused, own_tape_);
        vjp(t, y, own_tape_, w, y_bar, p_bar);
    }
    void vjp(double t, const State& y, const Tape& tape, const State& w, State& y_bar, Parameters& p_bar) const
    {
        State newton_w = w;
        if (correction_->replaces_newton()) newton_w.tail<9>().setZero();
        Eigen::Vector3d masses_bar = Eigen::Vector3d::Zero();
        newton_.vjp(t, y, tape.newton, newton_w, y_bar, masses_bar);
        correction_->add_vjp(epoch_ + t, y, newton_.parameters(), parameters_.data() + 3, tape.correction.data(),
                             w.data() + 9, y_bar, masses_bar.data(), p_bar.data() + 3, scratch_.data());
        p_bar.head<3>() += masses_bar;
    }

    void jvp(double t, const State& y, const State& y_dot, const Parameters& p_dot, State& f_dot) const
    {
        State value;
        rhs(t, y, value, own_tape_);
        add_tangent(t, y, y_dot, p_dot.head<3>(), p_dot.data() + 3, f_dot);
    }

    /// Several tangents, of masses and state alone or of all parameters (3 or all rows of `p_dot`); one evaluation.
    template <class Tangents, class ParameterTangents, class Out>
    void jvp_columns(double t, const State& y, const Tangents& y_dot, const ParameterTangents& p_dot, Out&& f_dot) const
    {
        State value;
        rhs(t, y, value, own_tape_);
        for (Eigen::Index column = 0; column < y_dot.cols(); ++column) {
            const State y_dot_column = y_dot.col(column);
            const double* weights = p_dot.rows() > 3 ? p_dot.col(column).data() + 3 : nullptr;
            add_tangent(t, y, y_dot_column, p_dot.col(column).template head<3>(), weights, value);
            f_dot.col(column) = value;
        }
    }

    double time_vjp(double t, const State& y, const State& w) const
    {
        State value;
        rhs(t, y, value, own_tape_);
        return correction_->time_vjp(epoch_ + t, y, newton_.parameters(), parameters_.data() + 3,
                                     own_tape_.correction.data(), w.data() + 9, scratch_.data());
    }

private:
    void resize(Tape& tape) const
    {
        tape.correction.resize(static_cast<Eigen::Index>(correction_->tape_size()));
    }
    /// From own_tape_, filled at y.
    void add_tangent(double t, const State& y, const State& y_dot, const Eigen::Vector3d& m_dot, const double* p_dot,
                     State& f_dot) const
    {
        if (correction_->replaces_newton()) {
            newton_.jvp(t, y, y_dot, Eigen::Vector3d::Zero(), f_dot);
            f_dot.tail<9>().setZero();
        } else {
            newton_.jvp(t, y, y_dot, m_dot, f_dot);
        }
        correction_->add_jvp(epoch_ + t, y, newton_.parameters(), parameters_.data() + 3, own_tape_.correction.data(),
                             y_dot, m_dot.data(), p_dot, f_dot.data() + 9, scratch_.data());
    }

    ThreeBody<double> newton_;
    std::shared_ptr<const Correction> correction_;
    Parameters parameters_;
    double epoch_;
    mutable Tape own_tape_;
    mutable Eigen::VectorXd scratch_;
};

}  // namespace syzygy
