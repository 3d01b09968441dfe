#pragma once

#include "core/base/random.hpp"
#include "physics/corrections/corrections.hpp"

#include <algorithm>
#include <limits>

/// Places where corrections are evaluated, with their memory, and derivatives by differences.
namespace syzygy::testing {

using Accelerations = Eigen::Matrix<double, 9, 1>;

/// Units in which neither K1 nor K2 is 1, and scales that are none of them.
inline CorrectionContext correction_context()
{
    return {.units = UnitSystem::physical(5.326e12, 1.989e30, 79.91 * 365 * 24 * 3600 * 0.51, 30000, 6.67408e-11),
            .length = 0.6,
            .velocity = 0.4,
            .mass = 0.9,
            .time = 1.3,
            .t0 = 0.2};
}

/// Uniform in [-1, 1].
inline Eigen::VectorXd random_vector(Eigen::Index size, unsigned seed)
{
    Random numbers(1000 + seed);
    Eigen::VectorXd x(size);
    for (double& value : x) value = 2 * numbers.uniform() - 1;
    return x;
}

struct Pulled {
    State y = State::Zero();
    Eigen::Vector3d masses = Eigen::Vector3d::Zero();
    Eigen::VectorXd p;
};
struct Pushed {
    State y;
    Eigen::Vector3d masses;
    Eigen::VectorXd p;  ///< empty: null
};

/// A correction somewhere: bodies about one length apart, parameters away from their start; with every other seed the
/// third body is massless. Its memory begins as nan, and is guarded behind its end.
struct CorrectionPoint {
    CorrectionPoint(const Correction& of, unsigned seed)
        : correction(&of),
          p(of.initial_parameters()),
          tape(of.tape_size() + guards, nan),
          scratch(of.scratch_size() + guards, nan)
    {
        y = 0.3 * random_vector(18, seed);
        y[0] += 1;
        y[4] += 0.9;
        y[8] -= 1.1;
        masses =
            Eigen::Vector3d(1.1, 0.8, seed % 2 == 0 ? 0.5 : 0.0) + 0.1 * (seed % 2 == 0) * random_vector(3, seed + 10);
        t = 0.4 + 0.1 * seed;
        const Eigen::VectorXd away = random_vector(p.size(), seed + 20);
        const auto named = of.named_parameters();
        for (Eigen::Index i = 0; i < p.size(); ++i) {
            if (named.empty()) {
                p[i] += 0.4 * away[i];
                continue;
            }
            const CorrectionParameter& parameter = named[std::size_t(i)];
            p[i] = std::clamp(p[i] + parameter.scale * (0.3 + 0.2 * away[i]), parameter.lower, parameter.upper);
        }
        scale = Eigen::VectorXd::Ones(p.size());
        for (std::size_t i = 0; i < named.size(); ++i) scale[Eigen::Index(i)] = named[i].scale;
    }

    Accelerations acceleration()
    {
        Accelerations out = Accelerations::Zero();
        correction->add_acceleration(t, y, masses, p.data(), out.data(), tape.data(), scratch.data());
        return out;
    }
    /// Of the last evaluation, as the other two.
    Pulled vjp(const Accelerations& w, bool with_parameters = true)
    {
        Pulled pulled;
        pulled.p.setZero(p.size());
        correction->add_vjp(t, y, masses, p.data(), tape.data(), w.data(), pulled.y, pulled.masses.data(),
                            with_parameters ? pulled.p.data() : nullptr, scratch.data());
        return pulled;
    }
    Accelerations jvp(const Pushed& direction)
    {
        Accelerations out = Accelerations::Zero();
        correction->add_jvp(t, y, masses, p.data(), tape.data(), direction.y, direction.masses.data(),
                            direction.p.size() > 0 ? direction.p.data() : nullptr, out.data(), scratch.data());
        return out;
    }
    double time_vjp(const Accelerations& w)
    {
        return correction->time_vjp(t, y, masses, p.data(), tape.data(), w.data(), scratch.data());
    }

    Pushed random_direction(unsigned seed) const
    {
        return {State(random_vector(18, seed)), Eigen::Vector3d(random_vector(3, seed + 1)),
                random_vector(p.size(), seed + 2).cwiseProduct(scale) * 0.3};
    }
    bool guards_hold() const
    {
        const auto untouched = [](const std::vector<double>& memory) {
            return std::all_of(memory.end() - guards, memory.end(), [](double value) { return std::isnan(value); });
        };
        return untouched(tape) && untouched(scratch);
    }

    static constexpr std::ptrdiff_t guards = 16;
    static constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const Correction* correction;
    double t = 0;
    State y;
    Eigen::Vector3d masses;
    Eigen::VectorXd p, scale;
    std::vector<double> tape, scratch;
};

template <class Value>
struct Difference {
    Value slope;
    double error;  ///< an estimate of it
};

/// df/ds at 0 by central differences with steps that are halved, extrapolated to 0; the entry whose neighbours are
/// nearest (Ridders, Adv. Eng. Software 4, 75 (1982)).
template <class Value, class Function>
Difference<Value> ridders(const Function& f, double step)
{
    constexpr int rows = 8;
    Value table[rows][rows];
    Difference<Value> best{Value::Zero(), std::numeric_limits<double>::infinity()};
    for (int row = 0; row < rows; ++row, step /= 2) {
        table[row][0] = (f(step) - f(-step)) / (2 * step);
        double factor = 4;
        for (int column = 1; column <= row; ++column, factor *= 4) {
            table[row][column] = (factor * table[row][column - 1] - table[row - 1][column - 1]) / (factor - 1);
            const double error = std::max((table[row][column] - table[row][column - 1]).norm(),
                                          (table[row][column] - table[row - 1][column - 1]).norm());
            if (error < best.error) best = {table[row][column], error};
        }
    }
    return best;
}

}  // namespace syzygy::testing
