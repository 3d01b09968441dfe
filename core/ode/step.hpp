#pragma once

#include "core/ode/system.hpp"

#include <array>

namespace syzygy {

/// One Runge-Kutta step with its stages: the value, the data for the error estimate and the dense output. The step is independent
/// of step-size control and of the loop. Allocates nothing for fixed-size states.
///
/// Use: `start`, then `compute` for each attempt; after acceptance `finish`, then dense output, then `advance`, which starts the
/// next step with the end stage as its first stage.
///
/// With `keep_stage_states` the states X_i at which the stages were evaluated stay available, as gradient methods need them; with
/// `keep_tapes`, also the data of each evaluation for its vjp.
template <const auto& tableau, class SystemType, class TimeType = RealOf<typename SystemType::State>,
          bool keep_stage_states = false, bool keep_tapes = keep_stage_states>
class Step {
public:
    using State = typename SystemType::State;
    using Time = TimeType;
    using Tape = typename TapeOf<SystemType>::Type;
    static constexpr int stages = tableau.stages;
    static constexpr int end_stage = tableau.end_stage;
    using Polynomial = std::array<State, tableau.dense_degree>;

    explicit Step(const SystemType& system) : system_(&system) {}

    /// Starts at (t, y); evaluates the first stage.
    void start(Time t, const State& y)
    {
        t_ = t;
        y_ = y;
        evaluate<0>(t_, y_);
    }

    /// Starts at (t, y) with the first stage evaluated at `stage_time`: the end of the previous step may differ from its t + h by
    /// rounding, and a repeated step must give the same bits.
    void start(Time t, const State& y, Time stage_time)
    {
        t_ = t;
        y_ = y;
        evaluate<0>(stage_time, y_);
    }

    /// Computes the stages and y1 of a step of size h from the current point, and the end stage if the error estimate uses it.
    void compute(Time h)
    {
        compute_value(h);
        if constexpr (tableau.error_uses_end_stage()) compute_end_stage();
    }

    /// Computes all that y1 needs, without the end stage.
    void compute_value(Time h)
    {
        h_ = h;
        [this]<std::size_t... row>(std::index_sequence<row...>) {
            (compute_row<static_cast<int>(row) + 1>(true), ...);
        }(std::make_index_sequence<stages - 1>{});
        assign_sum<Row<end_stage>>(y1_, y_, h_, derivatives());
        have_end_stage_ = have_dense_stages_ = false;
    }

    /// Recomputes the stage states of a step of size h from (t, y) to (t1, y1). Without `all_derivatives` it omits k of the last
    /// stage and of the end stage, which no stage state needs unless the method has dense stages.
    void replay(Time t, const State& y, Time h, Time t1, const State& y1, bool all_derivatives)
        requires keep_stage_states
    {
        t_ = t;
        y_ = y;
        h_ = h;
        inverse_h_ = Time(1) / h;
        t1_ = t1;
        y1_ = y1;
        have_end_stage_ = have_dense_stages_ = false;
        stage_states_[0] = y;
        stage_states_[end_stage] = y1;
        evaluate<0>(t_, y_);
        [this, all_derivatives]<std::size_t... row>(std::index_sequence<row...>) {
            (compute_row<static_cast<int>(row) + 1>(all_derivatives || static_cast<int>(row) + 2 < stages), ...);
        }(std::make_index_sequence<stages - 1>{});
        if (all_derivatives) compute_end_stage();
    }

    /// X_i: the state of stage i (available after `replay`; for the dense stages after `compute_dense_stages`).
    const State& stage_state(int row) const
        requires keep_stage_states
    {
        return stage_states_[static_cast<std::size_t>(row)];
    }

    /// The data that the evaluation of a stage kept for its vjp.
    const Tape& tape(int row) const
        requires keep_tapes
    {
        return tapes_[static_cast<std::size_t>(row)];
    }

    /// Computes the stages that only the dense output needs. The end stage and all other stages must be computed.
    void compute_dense_stages()
    {
        if (have_dense_stages_) return;
        [this]<std::size_t... i>(std::index_sequence<i...>) {
            (compute_row<end_stage + 1 + static_cast<int>(i)>(true), ...);
        }(std::make_index_sequence<tableau.dense_stages>{});
        have_dense_stages_ = true;
    }

    /// Completes an accepted step with its end stage, f(t1, y1). `t1` is the exact end time of the step.
    void finish(Time t1)
    {
        t1_ = t1;
        inverse_h_ = Time(1) / h_;
        compute_end_stage();
    }

    /// Advances: the end of this step is the start of the next.
    void advance()
    {
        t_ = t1_;
        y_ = y1_;
        k_[0] = k_[end_stage];
        if constexpr (keep_tapes) tapes_[0] = tapes_[end_stage];
    }

    Time t0() const { return t_; }
    Time t1() const { return t1_; }
    Time h() const { return h_; }
    const State& y0() const { return y_; }
    const State& y1() const { return y1_; }
    const State& derivative0() const { return k_[0]; }
    const State& derivative1() const { return k_[end_stage]; }
    const std::array<State, tableau.rows>& derivatives_table() const { return k_; }

    /// h sum_i error_i k_i over the controlled part of the state.
    auto error_estimate() const { return weighted_sum<Error>(h_, controlled_derivatives()); }
    auto error_damping() const { return weighted_sum<ErrorDamping>(h_, controlled_derivatives()); }

    /// theta in [0, 1] for a time within the step.
    Time theta(Time t) const { return (t - t_) * inverse_h_; }

    /// Coefficients Q_p with y(theta) = y0 + sum_p Q_p theta^(p+1) for the leading `rows` rows (all by default). The step must be
    /// finished. Evaluates the dense stages if the method has any.
    template <int rows = State::RowsAtCompileTime>
    void dense_polynomial(
        std::array<StateRows<typename State::Scalar, rows, State::ColsAtCompileTime, State::MaxColsAtCompileTime>,
                   tableau.dense_degree>& polynomial)
    {
        compute_dense_stages();
        // The leading rows of a matrix are not contiguous; those of a vector are.
        const auto leading = [this](int i) { return k_[i].template topRows<rows>(); };
        fill_polynomial(polynomial, leading, std::make_index_sequence<tableau.dense_degree>{});
    }

    /// The local error in units of the tolerance, as the controller judged it; 0 for fixed steps and replays.
    RealOf<State> error_ratio() const { return error_ratio_; }
    void set_error_ratio(RealOf<State> error_ratio) { error_ratio_ = error_ratio; }

    /// Number of right-hand-side evaluations so far.
    long evaluations() const { return evaluations_; }
    void count_evaluations(long more) { evaluations_ += more; }

    const SystemType& system() const { return *system_; }

private:
    template <int row>
    struct Row {
        static constexpr auto value() { return tableau.a[row]; }
    };
    struct Error {
        static constexpr auto value() { return tableau.error; }
    };
    struct ErrorDamping {
        static constexpr auto value() { return tableau.error_damping; }
    };
    template <std::size_t power>
    struct Dense {
        static constexpr auto value()
        {
            std::array<long double, tableau.rows> column{};
            for (int i = 0; i < tableau.rows; ++i) column[i] = tableau.dense[i][power];
            return column;
        }
    };

    auto derivatives() const
    {
        return [this](int i) -> const State& { return k_[i]; };
    }
    auto controlled_derivatives() const
    {
        return [this](int i) -> decltype(auto) { return controlled(*system_, k_[i]); };
    }

    template <int row>
    void evaluate(Time t, const State& y)
    {
        if constexpr (keep_tapes && !std::is_same_v<Tape, NoTape>)
            system_->rhs(t, y, k_[row], tapes_[row]);
        else
            system_->rhs(t, y, k_[row]);
        ++evaluations_;
    }

    template <int row>
    void compute_row(bool with_derivative)
    {
        State& state = stage_states_[keep_stage_states ? row : 0];
        assign_sum<Row<row>>(state, y_, h_, derivatives());
        if (with_derivative) evaluate<row>(t_ + static_cast<RealOf<State>>(tableau.c[row]) * h_, state);
    }

    void compute_end_stage()
    {
        if (have_end_stage_) return;
        evaluate<end_stage>(t_ + h_, y1_);
        have_end_stage_ = true;
    }

    template <class Polynomials, class Leading, std::size_t... power>
    void fill_polynomial(Polynomials& polynomial, const Leading& leading, std::index_sequence<power...>)
    {
        (assign_sum<Dense<power>>(polynomial[power], h_, leading), ...);
    }

    const SystemType* system_;
    Time t_{}, t1_{}, h_{}, inverse_h_{};
    State y_, y1_;
    std::array<State, keep_stage_states ? tableau.rows : 1> stage_states_;
    std::array<State, tableau.rows> k_;
    [[no_unique_address]] std::array<Tape, keep_tapes ? tableau.rows : 0> tapes_;
    RealOf<State> error_ratio_ = 0;
    long evaluations_ = 0;
    bool have_end_stage_ = false, have_dense_stages_ = false;
};

/// y0 + sum_p Q_p theta^(p+1), by Horner's rule.
template <class Vector, std::size_t degree, class Start, class Real>
void evaluate_polynomial(const std::array<Vector, degree>& polynomial, const Start& y0, Real theta, Vector& y)
{
    if constexpr (detail::is_plain<Vector>) {
        auto* __restrict out = y.data();
        const auto* start = y0.data();
        for (Eigen::Index i = 0; i < Vector::SizeAtCompileTime; ++i) {
            auto value = polynomial[degree - 1].data()[i];
            for (std::size_t p = degree - 1; p-- > 0;) value = polynomial[p].data()[i] + theta * value;
            out[i] = start[i] + theta * value;
        }
    } else {
        y = theta * polynomial[degree - 1];
        for (std::size_t p = degree - 1; p-- > 0;) y = theta * (y + polynomial[p]);
        y += y0;
    }
}

}  // namespace syzygy
