#pragma once

#include "core/gradient/evaluation.hpp"
#include "core/gradient/problem.hpp"
#include "core/ode/step.hpp"

#include <array>
#include <utility>

namespace syzygy {

/// h sum_i b_i k_i of a step whose stages have been computed: the increment of the state.
template <const auto& tableau, class StepType>
void step_increment(const StepType& step, typename StepType::State& increment)
{
    struct Weights {
        static constexpr auto value() { return tableau.b; }
    };
    assign_sum<Weights>(increment, step.h(), [&step](int i) -> const typename StepType::State& {
        return step.derivatives_table()[static_cast<std::size_t>(i)];
    });
}

/// The increment Psi_h(t, x) = h sum_i b_i k_i of a Runge-Kutta step, taken with the data its derivative needs, and its
/// pull-back. Includes all stages: for methods in which no step shares an evaluation with another step.
template <const auto& tableau, class Problem>
class Increment {
public:
    using System = typename Problem::System;
    using State = typename Problem::State;
    using Real = typename Problem::Real;
    using Observed = typename Problem::Observed;
    using Parameters = typename System::Parameters;
    using StepType = Step<tableau, System, Real, true>;
    static constexpr int end_stage = tableau.end_stage;
    /// Sums of theta^(p+1) w over the observations inside the step, with p counted from 0.
    using PowerBar = std::array<Observed, tableau.dense_degree>;

    /// Cotangents of the start time of the step and of its signed size.
    struct TimeCotangents {
        Real start = 0, size = 0;
    };

    explicit Increment(const System& system) : step_(system) {}

    /// Takes the step from (t, x) with the signed size h.
    void take(Real t, const State& x, Real h)
    {
        step_.start(t, x);
        step_.compute_value(h);
        step_increment<tableau>(step_, value_);
    }
    /// Computes the stages of the dense output; t1 is the end of the step.
    void complete(Real t1)
    {
        step_.finish(t1);
        step_.compute_dense_stages();
    }
    const State& value() const { return value_; }
    StepType& step() { return step_; }

    /// x_bar += (d Psi / d x)^T bar, p_bar likewise. `power_bar`, if given: the observations inside the step, which must be
    /// complete, as cotangents of h sum_i b_i(theta) k_i. `times`, if given, gets the time cotangents added.
    void pull_back(const State& bar, const PowerBar* power_bar, State& x_bar, Parameters& p_bar, TimeCotangents* times)
    {
        stage_bar_[end_stage] = bar;
        if (power_bar)
            pull_back_rows<tableau.rows - 1, true>(bar, power_bar, p_bar, times);
        else
            pull_back_rows<tableau.stages - 1, false>(bar, power_bar, p_bar, times);
        for (int row = 0; row < tableau.stages; ++row) x_bar += stage_bar_[row];
        if (power_bar) {
            // The end stage is at x + Psi, and `bar` is the cotangent of Psi, which does not act on x.
            x_bar += stage_bar_[end_stage] - bar;
            for (int row = end_stage + 1; row < tableau.rows; ++row) x_bar += stage_bar_[row];
        }
    }

    long rhs_evaluations() const { return step_.evaluations(); }
    long vjp_evaluations() const { return vjps_; }

private:
    /// kbar_row = h sum_{i > row} a_i,row Xbar_i; the row of the end stage is b.
    template <int row, bool dense>
    struct Column {
        static constexpr auto value()
        {
            std::array<long double, tableau.rows> column{};
            for (int i = row + 1; i < (dense ? tableau.rows : end_stage + 1); ++i) column[i] = tableau.a[i][row];
            return column;
        }
    };
    template <int row>
    struct DenseRow {
        static constexpr auto value() { return tableau.dense[row]; }
    };

    template <int row, bool dense>
    void pull_back_rows(const State& bar, const PowerBar* power_bar, Parameters& p_bar, TimeCotangents* times)
    {
        if constexpr (row >= 0) {
            if constexpr (detail::count_nonzero(Column<row, dense>::value()) > 0)
                assign_sum<Column<row, dense>>(k_bar_, step_.h(), [this](int i) -> const State& {
                    return stage_bar_[static_cast<std::size_t>(i)];
                });
            else
                k_bar_.setZero();
            if constexpr (dense && detail::count_nonzero(DenseRow<row>::value()) > 0)
                k_bar_.template head<Observed::RowsAtCompileTime>() += weighted_sum<DenseRow<row>>(
                    step_.h(),
                    [power_bar](int p) -> const Observed& { return (*power_bar)[static_cast<std::size_t>(p)]; });

            constexpr Real c = static_cast<Real>(tableau.c[row]);
            const Real t = step_.t0() + c * step_.h();
            const State& state = row == 0 ? step_.y0() : row == end_stage ? step_.y1() : step_.stage_state(row);
            State& stage_bar = stage_bar_[row];
            if constexpr (std::is_same_v<typename StepType::Tape, NoTape>)
                step_.system().vjp(t, state, k_bar_, stage_bar, p_bar);
            else
                step_.system().vjp(t, state, step_.tape(row), k_bar_, stage_bar, p_bar);
            ++vjps_;
            if constexpr (row == end_stage) stage_bar += bar;
            if (times) {
                const Real t_bar = time_cotangent(step_.system(), t, state, k_bar_);
                times->start += t_bar;
                times->size += c * t_bar + k_bar_.dot(step_.derivatives_table()[row]) / step_.h();
            }
            pull_back_rows<row - 1, dense>(bar, power_bar, p_bar, times);
        }
    }

    StepType step_;
    State value_, k_bar_;
    std::array<State, tableau.rows> stage_bar_;  ///< cotangents of the X_i; for the end stage, the cotangent of Psi is included
    long vjps_ = 0;
};

}  // namespace syzygy
