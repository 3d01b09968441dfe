#include "tests/support/count_allocations.hpp"

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/network/activation.hpp"
#include "core/network/network.hpp"
#include "core/ode/dual.hpp"

#include <gtest/gtest.h>

#include <complex>
#include <numbers>

namespace syzygy {
namespace {

using Vector = Eigen::VectorXd;
using Long = long double;
constexpr double epsilon = std::numeric_limits<double>::epsilon();

template <class Scalar>
Scalar reference_activation(Activation activation, const Scalar& x)
{
    using std::exp, std::log, std::sin, std::tanh;
    switch (activation) {
    case Activation::tanh: return tanh(x);
    case Activation::softplus: return log(1.0 + exp(x));
    case Activation::silu: return x / (1.0 + exp(-x));
    case Activation::sine: return sin(x);
    }
    throw std::logic_error("no such activation");
}

/// The network as spec.hpp writes it down, one column.
template <class Scalar>
std::vector<Scalar> reference(const NetworkSpec& spec, const std::vector<Scalar>& p, std::vector<Scalar> h)
{
    const std::vector<int> widths = spec.widths();
    std::size_t at = 0;
    for (std::size_t layer = 1; layer < widths.size(); ++layer) {
        const auto in = std::size_t(widths[layer - 1]), out = std::size_t(widths[layer]);
        std::vector<Scalar> z(out);
        for (std::size_t row = 0; row < out; ++row) {
            z[row] = p[at + in * out + row];
            for (std::size_t k = 0; k < in; ++k) z[row] += p[at + k * out + row] * h[k];
            if (layer + 1 < widths.size()) z[row] = reference_activation(spec.activation, z[row]);
        }
        at += (in + 1) * out;
        h = z;
    }
    return h;
}

Vector random(Eigen::Index size, unsigned seed)
{
    Random numbers(seed);
    Vector x(size);
    for (double& value : x) value = 2 * numbers.uniform() - 1;
    return x;
}

template <class Scalar, class Part>
std::vector<Scalar> combined(const Vector& x, Eigen::Index from, Eigen::Index size, const Part& part)
{
    std::vector<Scalar> result;
    for (Eigen::Index i = from; i < from + size; ++i) result.push_back(part(x[i], i));
    return result;
}

struct Case {
    std::vector<int> hidden;
    int inputs, outputs;
    Activation activation;
};

class Networks : public ::testing::TestWithParam<std::tuple<Case, int>> {
protected:
    const Case the_case = std::get<0>(GetParam());
    const int columns = std::get<1>(GetParam());
    const Network network{NetworkSpec{.inputs = the_case.inputs,
                                      .hidden = the_case.hidden,
                                      .outputs = the_case.outputs,
                                      .activation = the_case.activation,
                                      .seed = 7,
                                      .zero_last = false}};
    const int in = network.inputs(), out = network.outputs();
    // Biases are not 0.
    const Vector p = network.spec().initial_parameters() + 0.1 * random(network.parameters(), 5);
    std::vector<double> tape = std::vector<double>(network.tangent_tape_size(columns));
    std::vector<double> scratch = std::vector<double>(network.tangent_scratch_size(columns));

    Vector forward(const Vector& x)
    {
        Vector y(out * columns);
        network.forward(p.data(), x.data(), columns, y.data(), tape.data(), scratch.data());
        return y;
    }
    Vector forward_tangent(const Vector& x)
    {
        Vector y(2 * out * columns);
        network.forward_tangent(p.data(), x.data(), columns, y.data(), tape.data(), scratch.data());
        return y;
    }
};
INSTANTIATE_TEST_SUITE_P(
    Shapes, Networks,
    ::testing::Combine(::testing::Values(Case{{32, 32}, 4, 1, Activation::tanh},
                                         Case{{5, 7, 3}, 3, 2, Activation::tanh}, Case{{}, 4, 3, Activation::tanh},
                                         Case{{1}, 1, 1, Activation::tanh}, Case{{16, 9}, 7, 3, Activation::softplus},
                                         Case{{16, 9}, 7, 3, Activation::silu}, Case{{16, 9}, 7, 3, Activation::sine},
                                         Case{{32, 32}, 54, 9, Activation::tanh}),
                       ::testing::Values(1, 3, 7)));

TEST_P(Networks, EqualsTheFormulaInLongDouble)
{
    const Vector x = random(in * columns, 1), y = forward(x);
    const auto exact = [](double value, Eigen::Index) { return Long(value); };
    for (int c = 0; c < columns; ++c) {
        const auto expected =
            reference(network.spec(), combined<Long>(p, 0, p.size(), exact), combined<Long>(x, c * in, in, exact));
        // Each layer rounds sums of at most 55 terms of order one, and its slopes and weights carry the errors on.
        for (int row = 0; row < out; ++row)
            EXPECT_NEAR(y[c * out + row], double(expected[std::size_t(row)]), 55 * 4 * epsilon);
    }
}

TEST_P(Networks, AColumnDoesNotDependOnThoseBesideIt)
{
    const Vector x = random(in * columns, 1), y = forward(x);
    for (int c = 0; c < columns; ++c) {
        Vector alone(out);
        network.forward(p.data(), x.data() + c * in, 1, alone.data(), tape.data(), scratch.data());
        EXPECT_EQ(alone, y.segment(c * out, out));
    }
}

TEST_P(Networks, JvpEqualsAComplexStep)
{
    using Complex = std::complex<double>;
    const Vector x = random(in * columns, 1), x_dot = random(x.size(), 2), p_dot = random(p.size(), 3);
    forward(x);
    Vector y_dot(out * columns);
    network.jvp(p.data(), x.data(), columns, tape.data(), x_dot.data(), p_dot.data(), y_dot.data(), scratch.data());
    const auto step = [](const Vector& dot) {
        return [&dot](double value, Eigen::Index i) { return Complex(value, 1e-30 * dot[i]); };
    };
    for (int c = 0; c < columns; ++c) {
        const auto y = reference(network.spec(), combined<Complex>(p, 0, p.size(), step(p_dot)),
                                 combined<Complex>(x, c * in, in, step(x_dot)));
        for (int row = 0; row < out; ++row) {
            const double expected = y[std::size_t(row)].imag() / 1e-30;
            EXPECT_NEAR(y_dot[c * out + row], expected, 1e-14 * (1 + std::abs(expected)) * in);
        }
    }
}

TEST_P(Networks, VjpIsTheTransposeOfJvp)
{
    const Vector x = random(in * columns, 1), x_dot = random(x.size(), 2), p_dot = random(p.size(), 3);
    const Vector y_bar = random(out * columns, 4);
    forward(x);
    Vector y_dot(y_bar.size()), x_bar(x.size()), p_bar = Vector::Ones(p.size());
    network.jvp(p.data(), x.data(), columns, tape.data(), x_dot.data(), nullptr, y_dot.data(), scratch.data());
    network.vjp(p.data(), x.data(), columns, tape.data(), y_bar.data(), x_bar.data(), p_bar.data(), scratch.data());
    EXPECT_NEAR(y_bar.dot(y_dot), x_bar.dot(x_dot),
                4 * epsilon * (x_bar.norm() * x_dot.norm() + y_bar.norm() * y_dot.norm()));
    p_bar -= Vector::Ones(p.size());  // it was added to
    network.jvp(p.data(), x.data(), columns, tape.data(), Vector::Zero(x.size()).eval().data(), p_dot.data(),
                y_dot.data(), scratch.data());
    EXPECT_NEAR(y_bar.dot(y_dot), p_bar.dot(p_dot), 16 * epsilon * (1 + p_bar.norm()) * (1 + p_dot.norm()));
    Vector without(x.size());
    network.vjp(p.data(), x.data(), columns, tape.data(), y_bar.data(), without.data(), nullptr, scratch.data());
    EXPECT_EQ(without, x_bar);
}

TEST_P(Networks, TheTangentPassIsForwardAndJvp)
{
    const Vector x = random(2 * in * columns, 1), y = forward_tangent(x);
    const Vector values = x.head(in * columns), tangents = x.tail(in * columns), expected = forward(values);
    EXPECT_EQ(y.head(out * columns), expected);
    Vector y_dot(out * columns);
    network.jvp(p.data(), values.data(), columns, tape.data(), tangents.data(), nullptr, y_dot.data(), scratch.data());
    EXPECT_EQ(y.tail(out * columns), y_dot);
}

TEST_P(Networks, DerivativesOfTheTangentPassEqualDualsOfDuals)
{
    // The inner dual carries the pass's own direction, the outer one that of the derivative.
    using Inner = Dual<double, 1>;
    using Outer = Dual<Inner, 1>;
    const Eigen::Index half = in * columns;
    const Vector x = random(2 * half, 1), x_dot = random(x.size(), 2), p_dot = random(p.size(), 3);
    forward_tangent(x);
    Vector y_dot(2 * out * columns);
    network.jvp_tangent(p.data(), x.data(), columns, tape.data(), x_dot.data(), p_dot.data(), y_dot.data(),
                        scratch.data());
    for (int c = 0; c < columns; ++c) {
        const auto weights = combined<Outer>(p, 0, p.size(), [&](double value, Eigen::Index i) {
            Outer number{Inner(value)};
            number.tangent[0] = Inner(p_dot[i]);
            return number;
        });
        const auto inputs = combined<Outer>(x, c * in, in, [&](double value, Eigen::Index i) {
            Outer number{Inner(value)};
            number.value.tangent[0] = x[half + i];
            number.tangent[0] = Inner(x_dot[i]);
            number.tangent[0].tangent[0] = x_dot[half + i];
            return number;
        });
        const auto y = reference(network.spec(), weights, inputs);
        for (int row = 0; row < out; ++row) {
            const Inner expected = y[std::size_t(row)].tangent[0];
            EXPECT_NEAR(y_dot[c * out + row], expected.value, 1e-14 * (1 + std::abs(expected.value)) * in);
            EXPECT_NEAR(y_dot[(columns + c) * out + row], expected.tangent[0],
                        1e-14 * (1 + std::abs(expected.tangent[0])) * in);
        }
    }
    const Vector y_bar = random(y_dot.size(), 4);
    Vector x_bar(x.size()), p_bar = Vector::Ones(p.size());
    network.vjp_tangent(p.data(), x.data(), columns, tape.data(), y_bar.data(), x_bar.data(), p_bar.data(),
                        scratch.data());
    p_bar -= Vector::Ones(p.size());
    EXPECT_NEAR(y_bar.dot(y_dot), x_bar.dot(x_dot) + p_bar.dot(p_dot),
                16 * epsilon * (1 + x_bar.norm() + p_bar.norm()) * (1 + x_dot.norm() + p_dot.norm()));
}

TEST_P(Networks, NothingAllocatesAndTheSameCallGivesTheSameBits)
{
    const Vector x = random(2 * in * columns, 1), y_bar = random(2 * out * columns, 4), x_dot = random(x.size(), 2);
    Vector once(x.size() + p.size()), again(once.size()), y(y_bar.size()), y_dot(y_bar.size());
    once.setZero();
    again.setZero();
    const long before = testing::allocations;
    for (Vector* result : {&once, &again}) {
        double *x_bar = result->data(), *p_bar = x_bar + x.size();
        network.forward(p.data(), x.data(), columns, y.data(), tape.data(), scratch.data());
        network.vjp(p.data(), x.data(), columns, tape.data(), y_bar.data(), x_bar, p_bar, scratch.data());
        network.jvp(p.data(), x.data(), columns, tape.data(), x_dot.data(), p.data(), y_dot.data(), scratch.data());
        network.forward_tangent(p.data(), x.data(), columns, y.data(), tape.data(), scratch.data());
        network.vjp_tangent(p.data(), x.data(), columns, tape.data(), y_bar.data(), x_bar, p_bar, scratch.data());
        network.jvp_tangent(p.data(), x.data(), columns, tape.data(), x_dot.data(), p.data(), y_dot.data(),
                            scratch.data());
    }
    EXPECT_EQ(testing::allocations, before);
    EXPECT_EQ(once, again);
}

TEST(Activations, AreAccurateToRounding)
{
    std::vector<double> z;
    for (int i = -40000; i <= 40000; ++i) z.push_back(0.001 * i + 1e-5 * std::sin(i));
    for (double tiny = 1; tiny > 1e-300; tiny *= 0.3) z.insert(z.end(), {tiny, -tiny});
    std::vector<double> value(z.size()), slope(z.size()), curvature(z.size());
    for (const Activation activation : {Activation::tanh, Activation::softplus, Activation::silu, Activation::sine}) {
        activate(activation, z.data(), z.size(), value.data(), slope.data(), curvature.data());
        double worst = 0;
        for (std::size_t i = 0; i < z.size(); ++i) {
            using Inner = Dual<Long, 1>;
            Dual<Inner, 1> x{Inner::variable(Long(z[i]), 0)};
            x.tangent[0] = Inner(1);
            const Dual<Inner, 1> exact = reference_activation(activation, x);
            const double size = 1 + std::abs(z[i]);
            EXPECT_NEAR(value[i], double(exact.value.value), 2 * epsilon * size) << z[i];
            EXPECT_NEAR(slope[i], double(exact.tangent[0].value), 2 * epsilon * size) << z[i];
            EXPECT_NEAR(curvature[i], double(exact.tangent[0].tangent[0]), 4 * epsilon * size) << z[i];
            if (activation == Activation::tanh)
                worst = std::max(worst, double(std::abs((Long(value[i]) - exact.value.value) / exact.value.value)));
        }
        EXPECT_LE(worst, 4 * epsilon);
    }
}

TEST(Activations, TanhIsOddAndEndsAtOne)
{
    const double z[] = {0.0, -0.0, 0.3, -0.3, 19.5, -19.5, 1e300, -1e300};
    double value[8], slope[8];
    activate(Activation::tanh, z, 8, value, slope, nullptr);
    EXPECT_EQ(value[0], 0);
    for (int i = 0; i < 8; i += 2) EXPECT_EQ(value[i], -value[i + 1]);
    EXPECT_EQ(value[4], 1);
    EXPECT_EQ(value[6], 1);
}

TEST(Activations, WhatIsNotFiniteGivesNan)
{
    const double infinity = std::numeric_limits<double>::infinity();
    const double z[] = {std::nan(""), infinity, -infinity, 1};
    double value[4], slope[4];
    activate(Activation::tanh, z, 4, value, slope, nullptr);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(value[i]));
    EXPECT_TRUE(std::isfinite(value[3]));
    activate(Activation::softplus, z, 1, value, slope, nullptr);
    EXPECT_TRUE(std::isnan(value[0]));
}

TEST(NetworkSpec, CountsAndDrawsItsParameters)
{
    NetworkSpec spec{.inputs = 4};
    EXPECT_EQ(spec.parameters(), 4 * 32 + 32 + 32 * 32 + 32 + 32 + 1);
    const Vector p = spec.initial_parameters();
    EXPECT_EQ(p, spec.initial_parameters());
    // The first weight of the stream, and the bounds of Glorot and Bengio.
    const double first = std::sqrt(6.0 / 36), second = std::sqrt(6.0 / 64);
    EXPECT_EQ(p[0], first * (2 * Random(spec.seed).uniform() - 1));
    EXPECT_LE(p.head(128).cwiseAbs().maxCoeff(), first);
    EXPECT_GE(p.head(128).cwiseAbs().maxCoeff(), 0.9 * first);
    EXPECT_LE(p.segment(160, 1024).cwiseAbs().maxCoeff(), second);
    EXPECT_TRUE((p.segment(128, 32).array() == 0).all());  // biases
    EXPECT_TRUE((p.tail(33).array() == 0).all());          // the last layer
    spec.zero_last = false;
    EXPECT_EQ(spec.initial_parameters().head(1216), p.head(1216));
    EXPECT_NE(spec.initial_parameters().segment(1216, 32).norm(), 0);
    spec.seed = 2;
    EXPECT_NE(spec.initial_parameters()[0], p[0]);
    spec.initialisation = Initialisation::he;
    spec.hidden = {200, 200};
    const Vector normal = spec.initial_parameters().segment(1000, 40000);
    // Variance 2 / 200, whose own relative deviation is sqrt(2 / 40000) = 0.7 %: four of them.
    EXPECT_NEAR(normal.squaredNorm() / 40000, 0.01, 0.01 * 0.028);
    EXPECT_NEAR(normal.mean(), 0, 4 * 0.1 / 200);
}

TEST(NetworkSpec, ReadsWidths)
{
    EXPECT_EQ(parse_widths("32,32"), (std::vector<int>{32, 32}));
    EXPECT_EQ(parse_widths(" 8 , 4 "), (std::vector<int>{8, 4}));
    EXPECT_EQ(parse_widths(""), std::vector<int>{});
    for (const char* bad : {"0", "-3", "8,,8", "8,", "a", "3.5", "4097", "99999999999"}) {
        try {
            parse_widths(bad);
            ADD_FAILURE() << bad;
        } catch (const ArgumentError& error) {
            EXPECT_EQ(error.option(), "network");
            EXPECT_EQ(error.value(), bad);
        }
    }
    EXPECT_EQ(parse_activation("silu"), Activation::silu);
    EXPECT_EQ(parse_initialisation("he"), Initialisation::he);
    EXPECT_THROW(parse_activation("relu"), ArgumentError);
    EXPECT_THROW(parse_initialisation("zeros"), ArgumentError);
    EXPECT_THROW(Network(NetworkSpec{.inputs = 0}), ArgumentError);
}

}  // namespace
}  // namespace syzygy
