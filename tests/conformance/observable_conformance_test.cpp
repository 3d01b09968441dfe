// Every row of observables(): its derivatives, its way through each gradient method, its columns in files, units, and what a fit of
// it finds.
#include "physics/observables/observable.hpp"
#include "physics/observations/csv.hpp"
#include "physics/observations/ecsv.hpp"
#include "physics/observations/unit_conversion.hpp"
#include "tests/physics/fit/fit_samples.hpp"
#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {

static void PrintTo(const Observable* observable, std::ostream* out)
{
    *out << observable->info().id;
}

namespace {

using namespace testing;

class ObservableConformance : public ::testing::TestWithParam<const Observable*> {
protected:
    const Observable& observable() const { return *GetParam(); }

    /// A column of the observable: "rv2:Keck".
    std::string column(int body, std::string_view instrument = "") const
    {
        return fmt::format("{}{}{}{}", observable().info().column, body + 1, instrument.empty() ? "" : ":", instrument);
    }

    /// Noisy positions of the figure eight beside noisy series of bodies 1 and 3, the latter by two instruments with offsets.
    Observations samples(long seed, double noise = 0.01) const
    {
        SimulateOptions options;
        options.t1 = 2;
        options.samples = 30;
        options.noise = 0.02;
        options.series = fmt::format("{},{},{}", column(0), column(2, "Keck"), column(2, "Lick II"));
        options.series_noise = noise;
        options.seed = seed;
        SolverOptions solver;
        solver.method = "dop853";
        solver.rtol = 1e-13;
        Observations data = simulate(edge_on("figure-eight"), options, solver).samples;
        for (std::size_t i = 0; i < 3; ++i)
            for (double& value : data.series[i].values) value += offsets[static_cast<Eigen::Index>(i)];
        // An instrument does not observe all the time, nor state each error.
        for (std::size_t k = 0; k < data.size(); ++k) data.series[1 + k % 2].values[k] = std::numeric_limits<double>::quiet_NaN();
        return data;
    }

    const Eigen::Vector3d offsets{0.3, -0.2, 0.05};
};

TEST_P(ObservableConformance, HasARowThatTellsAllOfIt)
{
    const ObservableInfo& info = observable().info();
    EXPECT_EQ(&find_observable(info.id), &observable());
    for (const std::string_view text : {info.id, info.label, info.help, info.column}) EXPECT_FALSE(text.empty());
    EXPECT_FALSE(find_column(column(0))) << "a column of positions has this name";
    EXPECT_EQ(std::ranges::count(observables(), info.column, [](const Observable* row) { return row->info().column; }), 1);
}

TEST_P(ObservableConformance, DerivativesAreThoseOfTheComplexStep)
{
    Random random(5);
    for (int repeat = 0; repeat < 20; ++repeat) {
        State y;
        for (double& value : y) value = random.normal();
        for (int body = 0; body < 3; ++body) {
            State derivative;
            EXPECT_EQ(observable().differentiate(y, body, derivative), observable().value(y, body));
            constexpr double step = 1e-100;
            for (int i = 0; i < 18; ++i) {
                ThreeBodyState<std::complex<double>> complex = y.cast<std::complex<double>>();
                complex[i] += std::complex<double>(0, step);
                const double expected = observable().value(complex, body).imag() / step;
                EXPECT_NEAR(derivative[i], expected, 1e-14 * std::max(1.0, std::abs(expected))) << i;
            }
        }
    }
}

TEST_P(ObservableConformance, SecondDerivativesAreThoseOfTheFirst)
{
    Random random(6);
    State y;
    for (double& value : y) value = random.normal();
    constexpr double h = 1e-6;
    for (int i = 0; i < 18; ++i) {
        ThreeBodyState<Observable::Tangent> tangent, derivative;
        for (int j = 0; j < 18; ++j) tangent[j] = y[j];
        tangent[i] = Observable::Tangent::variable(y[i], 1);
        const Observable::Tangent value = observable().differentiate(tangent, 1, derivative);
        State first, forward, backward, moved = y;
        EXPECT_EQ(value.value, observable().differentiate(y, 1, first));
        EXPECT_EQ(value.tangent[1], first[i]);
        moved[i] += h;
        observable().differentiate(moved, 1, forward);
        moved[i] -= 2 * h;
        observable().differentiate(moved, 1, backward);
        for (int j = 0; j < 18; ++j) {
            EXPECT_EQ(derivative[j].value, first[j]);
            EXPECT_NEAR(derivative[j].tangent[1], (forward[j] - backward[j]) / (2 * h), 1e-7);
        }
    }
}

/// d loss by the masses, the initial state and the offsets, by tangents that the solve carries.
Eigen::VectorXd by_tangents(const PreparedData& data, const ModelPoint& point, const ModelOptions& options)
{
    SensitivityRequest request;
    for (int i = 0; i < 21; ++i) request.unknowns.push_back(i);
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(21 + point.offsets.size()), of_offsets(point.offsets.size());
    const auto report = compute_sensitivities(
        data, point, options, request,
        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y, const Eigen::Ref<const Eigen::MatrixXd>& tangents) {
            TrajectoryLoss::Observed cotangent;
            data.loss.add(k, TrajectoryLoss::Observed(y), cotangent, offsets_of(data, point), of_offsets.data());
            gradient.head(21) += tangents.transpose() * cotangent;
            gradient.tail(point.offsets.size()) += of_offsets;
        });
    EXPECT_TRUE(report.outcome.ok()) << report.outcome.reason;
    return gradient;
}

Eigen::VectorXd all_of(const ThreeBodyGradient& gradient)
{
    Eigen::VectorXd all(21 + gradient.offsets.size());
    all << gradient.parameters, gradient.initial_state, gradient.offsets;
    return all;
}

ModelPoint beside_the_truth()
{
    const ThreeBodySystem system = edge_on("figure-eight");
    return {Eigen::Vector3d(1.02, 0.97, 1.01), system.state(), {}, Eigen::Vector3d(0.25, -0.1, 0)};
}

TEST_P(ObservableConformance, EveryGradientMethodPullsItBack)
{
    const Observations observations = samples(1);
    for (const char* robust : {"none", "cauchy"}) {
        FitSetup setup;
        setup.fit.robust = robust;
        setup.data.decay = 0.7;
        setup.data.velocities = false;
        const PreparedData data = fit_data(observations, setup);
        ModelOptions options;
        options.solver.rtol = 1e-10;
        const Eigen::VectorXd expected = by_tangents(data, beside_the_truth(), options);
        for (const GradientMethodInfo& method : gradient_method_infos()) {
            SCOPED_TRACE(fmt::format("{} {}", method.id, robust));
            ModelOptions its = options;
            if (method.solvers != SolverSupport::all) its.solver = {};
            if (method.id == "mali" || method.id == "reversible") its.solver.rtol = 1e-8;
            const ThreeBodyGradient found = compute_gradient(data, beside_the_truth(), its, method.id);
            ASSERT_TRUE(found.outcome.ok()) << found.outcome.reason;
            EXPECT_EQ(found.offsets.size(), 3);
            // The continuous adjoint and the methods with schemes of their own differ by the solver's error.
            const bool exact = method.claim == Claim::discrete && method.solvers == SolverSupport::all;
            EXPECT_LT((all_of(found) - expected).norm(), (exact ? 1e-9 : 2e-2) * expected.norm());
        }
        // The evaluator of optimisers takes a way of its own.
        GradientEvaluator evaluator(data, options, "aca");
        EXPECT_LT((all_of(evaluator(beside_the_truth())) - expected).norm(), 1e-9 * expected.norm());
        EXPECT_LT((all_of(evaluator(beside_the_truth())) - expected).norm(), 1e-9 * expected.norm()) << "a second time";
    }
}

TEST_P(ObservableConformance, TheLossIsThatOfItsResidualsAndErrors)
{
    Observations observations = samples(2);
    observations.series[0].sigmas[4] = std::numeric_limits<double>::quiet_NaN();
    const PreparedData data = prepare(observations, {});
    const ModelPoint point = beside_the_truth();
    const Residuals residuals = compute_residuals(data, point, {});
    ASSERT_TRUE(residuals.outcome.ok());
    double sum = 0;
    for (Eigen::Index k = 0; k < residuals.residual.cols(); ++k) {
        const auto row = static_cast<std::size_t>(k);
        for (int c = 0; c < 9; ++c) sum += std::pow((residuals.predicted(c, k) - observations.positions(c, k)) / 0.02, 2);
        for (int i = 0; i < 3; ++i) {
            const ObservedSeries& series = observations.series[static_cast<std::size_t>(i)];
            if (!series.has_value(row)) continue;
            const double predicted = residuals.predicted(18 + i, k);
            EXPECT_NEAR(residuals.residual(18 + i, k), predicted - series.values[row], 1e-15);
            // A missing error beside given ones is as the usual one.
            sum += std::pow((predicted - series.values[row]) / 0.01, 2);
        }
    }
    EXPECT_NEAR(residuals.loss, sum / 30, 1e-12 * residuals.loss);
}

TEST_P(ObservableConformance, FilesHoldItBitForBit)
{
    Observations observations = samples(3);
    observations.series[1].sigmas.clear();
    observations.position_sigmas.resize(9, 0);
    for (const bool ecsv : {false, true}) {
        const std::string text = ecsv ? to_ecsv(observations) : to_csv(observations);
        const Observations read = parse_observations(std::vector{SourceText{ecsv ? "a.ecsv" : "a.csv", text}});
        samples::expect_same(observations, read);
    }
}

TEST_P(ObservableConformance, AFitFindsWhatMadeItInAnyUnits)
{
    Observations observations = samples(4);
    observations.units = UnitSystem::gravitational_parameter(1, 1, "au", "d");
    const Observations in_others = [&] {
        Observations converted = observations;
        convert_units(converted, UnitSystem::gravitational_parameter(1, 1, "km", "s"));
        return converted;
    }();
    const FitResult result = run_fit(observations, {}), other = run_fit(in_others, {});
    const UnitSystem::Factors factors = UnitSystem::factors(observations.units, in_others.units);
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_LT(mass_error(result, Eigen::Vector3d::Ones()), 0.05);
    ASSERT_EQ(result.series.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        const FittedSeries& found = result.series[i];
        EXPECT_EQ(found.name, observations.series[i].name());
        EXPECT_EQ(found.observable, observable().info().id);
        EXPECT_EQ(found.points, i == 0 ? 30 : 15);
        EXPECT_LT(std::abs(found.offset - offsets[static_cast<Eigen::Index>(i)]), 5 * found.offset_sigma) << i;
        EXPECT_GT(found.offset_sigma, 0);
        EXPECT_LT(found.offset_sigma, 0.02);
        EXPECT_NEAR(found.rms, 0.01, 0.006);
        const double factor = observable().info().quantity == Quantity::velocity ? factors.velocity : factors.length;
        EXPECT_NEAR(other.series[i].offset / factor, found.offset, 1e-6 * std::abs(found.offset)) << i;
        EXPECT_NEAR(other.series[i].offset_sigma / factor, found.offset_sigma, 1e-4 * found.offset_sigma) << i;
    }
    for (int body = 0; body < 3; ++body) EXPECT_NEAR(other.point.masses[body] / factors.mass, result.point.masses[body], 1e-6);
}

TEST_P(ObservableConformance, ErrorsCoverTheTruthInSixtyEightOfAHundred)
{
    constexpr int sets = 300;
    int inside = 0, values = 0;
    FitSetup setup = setup_from(Eigen::Vector3d::Ones(), "masses,initial");
    setup.fit.grow = "off";
    // Jitter that is looked for where there is none widens errors a little.
    setup.data.jitter = false;
    for (int seed = 1; seed <= sets; ++seed) {
        const FitResult result = run_fit(samples(seed), setup);
        ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
        for (std::size_t body = 0; body < 3; ++body, ++values)
            inside += std::abs(result.parameters[body].value - 1) < result.parameters[body].sigma;
        for (std::size_t i = 0; i < 3; ++i, ++values)
            inside += std::abs(result.series[i].offset - offsets[static_cast<Eigen::Index>(i)]) < result.series[i].offset_sigma;
    }
    // 1800 values, of which a few in a fit hang together: 0.6827 +- 0.0110 to 0.0269.
    EXPECT_NEAR(static_cast<double>(inside) / values, 0.6827, 0.05);
}

INSTANTIATE_TEST_SUITE_P(, ObservableConformance, ::testing::ValuesIn(observables().begin(), observables().end()),
                         [](const auto& param) {
                             std::string name(param.param->info().id);
                             std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
                             return name;
                         });

}  // namespace
}  // namespace syzygy
