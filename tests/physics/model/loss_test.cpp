// The loss of prepared data is the formula of docs/equations.md, written out here once more.
#include "physics/model/data.hpp"

#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Noisy data with errors that differ from number to number and with gaps.
Observations uneven()
{
    Observations data = with_noise(exact_samples("aca", 0.6, 40, true), 0.01, 11);
    Random random(3);
    for (double& sigma : data.position_sigmas.reshaped()) sigma = 0.005 + 0.02 * random.uniform();
    data.velocity_sigmas = 2 * data.position_sigmas;
    for (int gap = 0; gap < 40; ++gap) data.positions.reshaped()[static_cast<Eigen::Index>(random.bits() % 360)] = nan;
    for (int gap = 0; gap < 40; ++gap) data.velocities.reshaped()[static_cast<Eigen::Index>(random.bits() % 360)] = nan;
    return data;
}

/// (1/N) sum_k w(t_k) sum_c rho(((predicted - observed) / sigma)^2), from the observations and a prediction.
double written_out(
    const Observations& data, const Eigen::MatrixXd& predicted, const DataOptions& options,
    const std::function<double(double)>& rho = [](double s) { return s; })
{
    const int reference = options.relative_to.empty() ? -1 : std::stoi(options.relative_to) - 1;
    double sum = 0;
    for (Eigen::Index k = 0; k < data.positions.cols(); ++k)
        for (int c = 0; c < (options.velocities ? 18 : 9); ++c) {
            const ObservedTable& table = c < 9 ? data.positions : data.velocities;
            const ObservedTable& sigmas = c < 9 ? data.position_sigmas : data.velocity_sigmas;
            const int row = c % 9, held = 3 * reference + c % 3;
            double difference = predicted(c, k) - table(row, k);
            double variance = sigmas.cols() == 0 ? 1 : sigmas(row, k) * sigmas(row, k);
            if (reference >= 0) {
                if (row / 3 == reference) continue;
                difference -= predicted(held + (c < 9 ? 0 : 9), k) - table(held, k);
                if (sigmas.cols() > 0) variance += sigmas(held, k) * sigmas(held, k);
            }
            if (std::isnan(difference)) continue;
            sum += std::pow(options.decay, data.times[static_cast<std::size_t>(k)] - data.times[0]) *
                   rho(difference * difference / variance);
        }
    return sum / static_cast<double>(data.size());
}

const ModelPoint somewhere{{1.05, 1.2, 0.8}, find_scenario("aca").make().state()};

/// The loss as the program computes it, and the predictions it saw.
double computed(const PreparedData& data, Eigen::MatrixXd& predicted)
{
    double sum = 0;
    predicted.setZero(18, static_cast<Eigen::Index>(data.size()));
    const int components = data.loss.components();
    const Outcome outcome = predict(data, somewhere, {}, [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
        sum += data.loss.term(k, y);
        predicted.col(static_cast<Eigen::Index>(k)).head(components) = y.head(components);
    });
    EXPECT_TRUE(outcome.ok()) << outcome.reason;
    return sum;
}

TEST(Loss, IsTheFormulaOfTheDesign)
{
    const Observations data = uneven();
    for (const bool velocities : {false, true})
        for (const char* relative_to : {"", "1", "3"})
            for (const double decay : {1.0, 0.01})
                for (const bool errors : {true, false}) {
                    SCOPED_TRACE(fmt::format("velocities {}, relative to {}, decay {}, errors {}", velocities,
                                             relative_to, decay, errors));
                    Observations given = data;
                    if (!errors) {
                        given.position_sigmas.resize(9, 0);
                        given.velocity_sigmas.resize(9, 0);
                    }
                    DataOptions options;
                    options.velocities = velocities;
                    options.relative_to = relative_to;
                    options.decay = decay;
                    Eigen::MatrixXd predicted;
                    const double loss = computed(prepare(given, options), predicted);
                    // Rounding of 720 terms.
                    EXPECT_NEAR(loss / written_out(given, predicted, options), 1, 1e-13);
                    // The gradient methods see the same.
                    EXPECT_NEAR(compute_gradient(prepare(given, options), somewhere, {}).loss / loss, 1, 1e-9);
                }
}

TEST(Loss, RobustTermsAreThoseOfHuberAndCauchy)
{
    const Observations data = uneven();
    constexpr double scale = 1.5;
    Eigen::MatrixXd predicted;
    const double huber = computed(prepare(data, {}, RobustLoss::huber, scale), predicted);
    EXPECT_NEAR(
        huber / written_out(data, predicted, {},
                            [](double s) { return s <= scale * scale ? s : 2 * scale * std::sqrt(s) - scale * scale; }),
        1, 1e-13);
    const double cauchy = computed(prepare(data, {}, RobustLoss::cauchy, scale), predicted);
    EXPECT_NEAR(cauchy / written_out(data, predicted, {},
                                     [](double s) { return scale * scale * std::log(1 + s / (scale * scale)); }),
                1, 1e-13);
}

TEST(Loss, ASigmaForAllIsThatOfEachPosition)
{
    Observations data = uneven();
    data.position_sigmas.resize(9, 0);
    DataOptions options;
    Eigen::MatrixXd predicted;
    const double unit = computed(prepare(data, options), predicted);
    EXPECT_FALSE(prepare(data, options).sigmas_known);
    options.sigma = 0.1;
    EXPECT_NEAR(computed(prepare(data, options), predicted), 100 * unit, 1e-10 * unit);
    EXPECT_TRUE(prepare(data, options).sigmas_known);
}

TEST(Prepare, TheReferenceOfTheDataIsTheDefault)
{
    Observations data = uneven();
    EXPECT_EQ(prepare(data, {}).reference, -1);
    data.relative_to = 2;
    EXPECT_EQ(prepare(data, {}).reference, 2);
    DataOptions options;
    options.relative_to = "1";
    EXPECT_EQ(prepare(data, options).reference, 0);
}

TEST(Prepare, AWindowIncludesItsEndsAndStartsTheModelThere)
{
    Observations data = uneven();
    data.times.clear();
    for (int k = 0; k < 40; ++k) data.times.push_back(k);
    DataOptions options;
    options.window = {3, 17};
    const PreparedData prepared = prepare(data, options);
    EXPECT_EQ(prepared.size(), 15u);
    EXPECT_EQ(prepared.epoch, 3);
    EXPECT_EQ(prepared.t0, 0);
    EXPECT_EQ(prepared.absolute(prepared.t1), 17);
    EXPECT_EQ(prepared.first_row[12], data.velocities(3, 3));
    options.window = {17, std::nullopt};
    EXPECT_EQ(prepare(data, options).size(), 23u);
    for (const Interval& wrong : {Interval{5, 5}, {100, 200}, {2.5, 3.5}, {std::nullopt, -1}, {100, std::nullopt}}) {
        options.window = wrong;
        EXPECT_THROW(prepare(data, options), ArgumentError) << value_text(wrong);
    }
}

TEST(Prepare, RowsOfPreparedDataAreThoseOfTheirWindow)
{
    Observations data = uneven();
    // Two rows at the time at which the part ends.
    data.times[31] = data.times[30];
    for (const bool velocities : {false, true})
        for (const char* relative_to : {"", "2"})
            for (const double decay : {1.0, 0.3})
                for (const std::size_t first : {std::size_t(0), std::size_t(7)}) {
                    SCOPED_TRACE(fmt::format("velocities {}, relative to {}, decay {}, from row {}", velocities,
                                             relative_to, decay, first));
                    DataOptions options;
                    options.velocities = velocities;
                    options.relative_to = relative_to;
                    options.decay = decay;
                    const PreparedData whole = prepare(data, options, RobustLoss::huber, 2);
                    PreparedData part = whole.rows(first, 32);
                    options.window = {data.times[first], data.times[30]};
                    const PreparedData expected = prepare(data, options, RobustLoss::huber, 2, &whole.missing);
                    EXPECT_EQ(part.size(), expected.size());
                    EXPECT_DOUBLE_EQ(part.epoch, expected.epoch);
                    EXPECT_DOUBLE_EQ(part.t1, expected.t1);
                    EXPECT_EQ(part.length, whole.length);
                    EXPECT_EQ(part.missing.values, expected.missing.values);
                    EXPECT_EQ(part.loss.observed(), expected.loss.observed());
                    EXPECT_EQ(part.loss.weights(), expected.loss.weights());
                    EXPECT_EQ(part.velocities.cols(), expected.velocities.cols());
                    for (std::size_t k = 0; k < part.size(); ++k)
                        EXPECT_NEAR(part.loss.time_weight(k), expected.loss.time_weight(k), 1e-14);
                    for (int c = 0; c < 18; ++c) {
                        if (first > 0 && c < 9 && *relative_to) {
                            EXPECT_TRUE(std::isnan(part.first_row[c]));
                        } else if (std::isfinite(expected.first_row[c])) {
                            EXPECT_EQ(part.first_row[c], expected.first_row[c]);
                        }
                    }
                    Eigen::MatrixXd predicted;
                    EXPECT_NEAR(computed(part, predicted) / computed(expected, predicted), 1, 1e-12);
                    if (first == 0) {
                        EXPECT_EQ(whole.up_to(whole.times()[30]).size(), 32U);
                    }
                }
}

TEST(Prepare, DataWithoutAPositionAreAnError)
{
    Observations data = uneven();
    data.positions.setConstant(nan);
    try {
        prepare(data, {});
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_THAT(error.what(), HasSubstr("no position"));
    }
}

}  // namespace
}  // namespace syzygy
