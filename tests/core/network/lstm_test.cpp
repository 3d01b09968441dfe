// The long short-term memory: its gradient through time, and one input at a time against whole sequences.
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/network/lstm.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

Eigen::MatrixXd random_matrix(Random& random, Eigen::Index rows, Eigen::Index columns)
{
    Eigen::MatrixXd result(rows, columns);
    for (double& value : result.reshaped()) value = random.normal();
    return result;
}

/// All parameters away from zero, the read-out included.
Eigen::VectorXd parameters_of(const Lstm& lstm, Random& random)
{
    return lstm.initial_parameters(3) + 0.3 * random_matrix(random, lstm.parameters(), 1);
}

TEST(LstmTest, GradientThroughTimeIsThatOfCentralDifferences)
{
    Random random(7);
    const Lstm lstm(3, 5, 2);
    const Eigen::VectorXd p = parameters_of(lstm, random);
    const Eigen::MatrixXd x = random_matrix(random, 3, 12), w = random_matrix(random, 2, 12);
    Lstm::Tape tape;
    Eigen::MatrixXd y;
    const auto value = [&](const Eigen::VectorXd& at) {
        lstm.forward(at, x, y, tape);
        return y.cwiseProduct(w).sum();
    };
    value(p);
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p.size());
    lstm.backward(p, x, w, tape, gradient);
    // Central differences of step h: truncation h^2 |f'''| / 6 and rounding eps |f| / h, both near 1e-10 at h = 1e-5.
    constexpr double h = 1e-5;
    for (Eigen::Index i = 0; i < p.size(); ++i) {
        Eigen::VectorXd above = p, below = p;
        above[i] += h;
        below[i] -= h;
        EXPECT_NEAR(gradient[i], (value(above) - value(below)) / (2 * h), 2e-9 * (1 + gradient.lpNorm<Eigen::Infinity>()))
            << "parameter " << i;
    }
}

TEST(LstmTest, BackwardAddsToWhatIsThere)
{
    Random random(8);
    const Lstm lstm(2, 3, 1);
    const Eigen::VectorXd p = parameters_of(lstm, random);
    const Eigen::MatrixXd x = random_matrix(random, 2, 6), w = random_matrix(random, 1, 6);
    Lstm::Tape tape;
    Eigen::MatrixXd y;
    lstm.forward(p, x, y, tape);
    Eigen::VectorXd once = Eigen::VectorXd::Zero(p.size()), twice = once;
    lstm.backward(p, x, w, tape, once);
    lstm.backward(p, x, w, tape, twice);
    lstm.backward(p, x, w, tape, twice);
    EXPECT_EQ(twice, 2 * once);
}

TEST(LstmTest, InputsOneByOneGiveWhatTheSequenceGives)
{
    Random random(9);
    const Lstm lstm(4, 6, 3);
    const Eigen::VectorXd p = parameters_of(lstm, random);
    const Eigen::MatrixXd x = random_matrix(random, 4, 20);
    Lstm::Tape tape;
    Eigen::MatrixXd y;
    lstm.forward(p, x, y, tape);
    Lstm::Memory memory = lstm.start();
    for (Eigen::Index t = 0; t < x.cols(); ++t)
        EXPECT_LT((lstm.step(p, x.col(t), memory) - y.col(t)).norm(), 1e-13 * (1 + y.col(t).norm())) << "input " << t;
}

TEST(LstmTest, BeginsByPredictingZeroAndTheSameForASeed)
{
    const Lstm lstm(4, 6, 3);
    Random random(10);
    const Eigen::MatrixXd x = random_matrix(random, 4, 5);
    Lstm::Tape tape;
    Eigen::MatrixXd y;
    lstm.forward(lstm.initial_parameters(1), x, y, tape);
    EXPECT_EQ(y.norm(), 0);
    EXPECT_EQ(lstm.initial_parameters(1), lstm.initial_parameters(1));
    EXPECT_NE(lstm.initial_parameters(1), lstm.initial_parameters(2));
}

TEST(LstmTest, WidthsThatAreNoneAreRefused)
{
    EXPECT_THROW(Lstm(0, 3, 1), ArgumentError);
    EXPECT_THROW(Lstm(3, 0, 1), ArgumentError);
    EXPECT_THROW(Lstm(3, 3, -1), ArgumentError);
}

}  // namespace
}  // namespace syzygy
