// The LSTM beside ODEs: its inputs, its gradient, and where its predictions come from.
#include "physics/experiment/lstm_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

Observations moving(int count)
{
    Observations observations;
    observations.positions.resize(9, count);
    for (int k = 0; k < count; ++k) {
        const double t = 0.05 * k;
        observations.times.push_back(t);
        observations.positions.col(k) << std::cos(t), std::sin(t), 0, -1, t, 0.1, 2, 0, 1 - t;
    }
    return observations;
}

TEST(LstmModelTest, AugmentedInputsAreTheDistancesAndTheirQuotients)
{
    const Observations observations = moving(10);
    const LstmModel model(observations, 2, 4, true);
    const Eigen::MatrixXd x = model.inputs(observations.positions);
    ASSERT_EQ(x.rows(), 45);
    const Eigen::VectorXd q = observations.positions.col(3);
    const Eigen::Vector3d d = (q.segment<3>(6) - q.segment<3>(3)) / 2;  // bodies 2 and 3: the last pair
    for (int power = 0; power < 4; ++power)
        EXPECT_LT((x.col(3).segment<3>(9 + 9 * power + 6) - d / std::pow(d.norm(), power)).norm(), 1e-14) << power;
    EXPECT_EQ(LstmModel(observations, 2, 4, false).inputs(observations.positions).rows(), 9);
}

TEST(LstmModelTest, LossIsThatOfPredictionsFromObservedPositionsAndItsGradientThatOfDifferences)
{
    const Observations observations = moving(12);
    const LstmModel model(observations, 1.5, 3, true);
    const Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(11, 1, 0.2);
    LstmObjective objective(model, observations.positions, weights, {});
    Eigen::VectorXd p = model.network().initial_parameters(4), gradient;
    for (Eigen::Index i = 0; i < p.size(); ++i) p[i] += 0.1 * std::cos(static_cast<double>(i));
    double loss = 0;
    ASSERT_TRUE(objective.evaluate(p, loss, &gradient));

    const ObservedTable predicted = model.predict(p, observations.positions, 11);
    double expected = 0;
    for (int k = 1; k < 12; ++k)
        expected += weights[k - 1] * (predicted.col(k) - observations.positions.col(k)).squaredNorm() /
                    (99 * model.increment_scale() * model.increment_scale());
    EXPECT_NEAR(loss, expected, 1e-10 * expected);

    constexpr double h = 1e-5;
    for (Eigen::Index i = 0; i < p.size(); i += 7) {
        Eigen::VectorXd moved = p;
        double above = 0, below = 0;
        moved[i] += h;
        ASSERT_TRUE(objective.evaluate(moved, above, nullptr));
        moved[i] -= 2 * h;
        ASSERT_TRUE(objective.evaluate(moved, below, nullptr));
        EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-8 * (1 + gradient.lpNorm<Eigen::Infinity>())) << i;
    }
}

TEST(LstmModelTest, BeyondTheDataItRunsOnWhatItPredicted)
{
    const Observations observations = moving(10);
    const LstmModel model(observations, 1, 3, false);
    Eigen::VectorXd p = model.network().initial_parameters(2);
    p.tail(9).setConstant(0.5);  // it predicts the same increments whatever it sees
    const ObservedTable steps = model.predict(p, observations.positions, 14);
    ASSERT_EQ(steps.cols(), 15);
    const double increment = 0.5 * model.increment_scale();
    EXPECT_EQ(steps.col(0), observations.positions.col(0));
    for (int k = 1; k <= 10; ++k)
        EXPECT_LT((steps.col(k).array() - observations.positions.col(k - 1).array() - increment).abs().maxCoeff(), 1e-14);
    for (int k = 11; k < 15; ++k) EXPECT_LT((steps.col(k).array() - steps.col(k - 1).array() - increment).abs().maxCoeff(), 1e-14);
}

TEST(LstmModelTest, StoppedItIsNotEvaluated)
{
    const Observations observations = moving(5);
    const LstmModel model(observations, 1, 3, false);
    std::stop_source source;
    source.request_stop();
    LstmObjective objective(model, observations.positions, Eigen::VectorXd::Ones(4), source.get_token());
    double loss = 0;
    EXPECT_FALSE(objective.evaluate(model.network().initial_parameters(1), loss, nullptr));
}

}  // namespace
}  // namespace syzygy
