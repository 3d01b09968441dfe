// Fits of series: offsets and jitter of instruments, what is refused, and what is said of a model that does not follow them.
#include "physics/fit/jitter.hpp"

#include "physics/run/fit_file.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;

/// Positions beside radial velocities of bodies 1 and 2, whose errors are `stated` and in truth hypot(stated, jitter).
Observations sky(double stated, double jitter, long seed, double offset = 0)
{
    SimulateOptions options;
    options.t1 = 3;
    options.samples = 120;
    options.noise = 1e-3;
    options.series = "rv1,rv2:Keck";
    options.series_noise = std::hypot(stated, jitter);
    options.seed = seed;
    Observations data = without_velocities(simulate(edge_on("figure-eight"), options, {}).samples);
    for (ObservedSeries& series : data.series) {
        for (double& value : series.values) value += offset;
        series.sigmas.assign(data.size(), stated);
    }
    return data;
}

FitFile saved_and_read(const FitFile& file)
{
    const auto path = std::filesystem::temp_directory_path() / fmt::format("series-{}.syzygy", ::getpid());
    write_fit_file(path, file);
    FitFile read = read_fit_file(path);
    std::filesystem::remove(path);
    return read;
}

TEST(SeriesFit, FindsTheJitterThatErrorsLack)
{
    int inside = 0, values = 0;
    for (long seed = 1; seed <= 60; ++seed) {
        const FitResult result = run_fit(sky(0.01, 0.03, seed, 0.4), setup_from(Eigen::Vector3d::Ones(), "masses,initial"));
        ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
        for (const FittedSeries& series : result.series) {
            EXPECT_NEAR(series.jitter, 0.03, 5 * series.jitter_sigma) << seed;
            EXPECT_NEAR(series.offset, 0.4, 5 * series.offset_sigma) << seed;
            // 120 numbers: the error of a standard deviation is 1 / sqrt(240) of it.
            const double expected = 0.001 / 0.03 / std::sqrt(240.0);
            EXPECT_NEAR(series.jitter_sigma, expected, 0.3 * expected) << seed;
            inside += std::abs(series.jitter - 0.03) < series.jitter_sigma;
            ++values;
        }
        EXPECT_NEAR(result.reduced_chi_square, 1, 0.15) << seed;
    }
    // 120 values: 0.683 +- 0.042.
    EXPECT_NEAR(static_cast<double>(inside) / values, 0.683, 0.15);
}

TEST(SeriesFit, TakesNoJitterWhereErrorsAreLargeEnough)
{
    const FitResult result = run_fit(sky(0.03, 0, 4), setup_from(Eigen::Vector3d::Ones(), "masses,initial"));
    ASSERT_TRUE(result.outcome.ok());
    for (const FittedSeries& series : result.series) {
        EXPECT_LT(series.jitter, 0.015);
        EXPECT_NEAR(series.chi_square, 120, 50) << series.name << " jitter " << series.jitter << " +- " << series.jitter_sigma;
    }
}

TEST(SeriesFit, LeavesJitterOutWhenTold)
{
    FitSetup setup = setup_from(Eigen::Vector3d::Ones(), "masses,initial");
    setup.data.jitter = false;
    const FitResult result = run_fit(sky(0.01, 0.03, 4), setup);
    for (const FittedSeries& series : result.series) EXPECT_EQ(series.jitter, 0);
    EXPECT_GT(result.reduced_chi_square, 1.5);
    EXPECT_NE(warning(result, "misfit"), "");
}

TEST(SeriesFit, EstimatesTheErrorsOfASeriesWithoutAny)
{
    Observations data = sky(0.02, 0, 5, -3);
    for (ObservedSeries& series : data.series) series.sigmas.clear();
    const FitResult result = run_fit(data, setup_from(Eigen::Vector3d::Ones(), "masses,initial"));
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    for (const FittedSeries& series : result.series) {
        EXPECT_NEAR(series.jitter, 0.02, 5 * series.jitter_sigma);
        EXPECT_NEAR(series.offset, -3, 5 * series.offset_sigma);
    }
}

TEST(SeriesFit, OffsetsAreHeldBoundedAndKnownBeforehandAsAnyParameter)
{
    const Observations data = sky(0.01, 0, 6, 0.4);
    FitSetup setup = setup_from(Eigen::Vector3d::Ones(), "masses,initial");
    setup.fit.fix = "offset-rv1=0.4";
    setup.fit.priors = "offset-rv2-Keck=0.4:0.0001";
    const FitResult result = run_fit(data, setup);
    EXPECT_TRUE(parameter(result, "offset-rv1").fixed);
    EXPECT_EQ(parameter(result, "offset-rv1").value, 0.4);
    EXPECT_NEAR(parameter(result, "offset-rv2-Keck").value, 0.4, 5e-4);
    EXPECT_LT(parameter(result, "offset-rv2-Keck").sigma, 1.01e-4);
    setup.fit.priors.clear();
    setup.fit.fix.clear();
    setup.fit.bounds = "offset-rv1=0:0.1";
    EXPECT_TRUE(parameter(run_fit(data, setup), "offset-rv1").at_bound);
}

TEST(SeriesFit, EveryOptimizerComesToTheSame)
{
    const Observations data = sky(0.01, 0, 7, 0.1);
    FitSetup setup = setup_from(Eigen::Vector3d(1.01, 0.99, 1), "masses,initial");
    setup.data.jitter = false;
    const FitResult expected = run_fit(data, setup);
    setup.optimizer.optimizer = "lbfgs";
    setup.optimizer.iterations = 2000;
    setup.optimizer.loss_tolerance = 1e-13;
    const FitResult other = run_fit(data, setup);
    EXPECT_NEAR(other.loss, expected.loss, 1e-5 * expected.loss);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(other.series[i].offset, expected.series[i].offset, 0.1 * expected.series[i].offset_sigma);
}

TEST(SeriesFit, WithoutPositionsItGoesFromAGivenStart)
{
    const ThreeBodySystem turned = edge_on("hierarchical");
    SimulateOptions options;
    options.t1 = find_scenario("hierarchical").duration;
    options.samples = 150;
    options.series = "rv1,rv2,rv3";
    options.series_noise = 1e-4;
    Observations data = simulate(turned, options, {}).samples;
    data.positions.setConstant(std::numeric_limits<double>::quiet_NaN());
    data.velocities.resize(9, 0);
    FitSetup setup;
    const State start = turned.state();
    setup.fit.initial.assign(start.begin(), start.end());
    setup.fit.free = "masses";
    const auto fit_from = [&](double factor) {
        const Eigen::Vector3d masses = factor * turned.masses();
        setup.fit.start = {masses[0], masses[1], masses[2]};
        return run_fit(data, setup);
    };
    // Two per cent off, phases differ by turns in the end: what is found then is not called good.
    const FitResult far = fit_from(1.02);
    EXPECT_TRUE(trust(far) == Trust::untrusted || trust(far) == Trust::unfinished) << headline(far, "") << far.series[0].jitter;
    const FitResult result = fit_from(1.0005);
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_TRUE(std::isnan(result.rms_residual)) << "there are no positions";
    for (std::size_t body = 0; body < 3; ++body) {
        const FittedParameter& mass = result.parameters[body];
        EXPECT_LT(std::abs(mass.value - turned.masses()[static_cast<Eigen::Index>(body)]), 5 * mass.sigma) << body;
    }
    // It is saved where it stands, and read again.
    FitState state;
    Control control;
    run_fit(data, setup, state, {}, control);
    FitFile file;
    file.setup = setup;
    file.state = state;
    EXPECT_EQ(saved_and_read(file).state.start, state.start);
    // Nothing leads from velocities alone to a start yet.
    setup.fit.start.clear();
    try {
        run_fit(data, setup);
        ADD_FAILURE() << "masses from nowhere";
    } catch (const ArgumentError& error) {
        EXPECT_THAT(error.what(), HasSubstr("--start"));
    }
}

TEST(SeriesFit, AModelThatDoesNotFollowItIsNotCalledGood)
{
    Observations data = sky(0.01, 0, 8);
    // Of another star.
    Random random(9);
    for (double& value : data.series[1].values) value = random.normal();
    const FitResult result = run_fit(data, setup_from(Eigen::Vector3d::Ones(), "masses,initial"));
    EXPECT_THAT(warning(result, "not-followed"), HasSubstr("radial velocity of Body 2 by Keck"));
    EXPECT_NE(trust(result), Trust::trusted);
    EXPECT_NE(trust(result), Trust::with_care);
}

TEST(SeriesFit, ForgottenStructureInItIsAMisfitThatNamesIt)
{
    Observations data = sky(0.01, 0, 10);
    for (std::size_t k = 0; k < data.size(); ++k) data.series[1].values[k] += 0.05 * std::sin(40 * data.times[k]);
    const FitResult result = run_fit(data, setup_from(Eigen::Vector3d::Ones(), "masses,initial"));
    EXPECT_THAT(warning(result, "misfit"), HasSubstr("radial velocity of Body 2 by Keck"));
}

TEST(SeriesFit, PositionsBesideItNeedErrors)
{
    Observations data = sky(0.01, 0, 11);
    data.position_sigmas.resize(9, 0);
    try {
        run_fit(data, setup_from(Eigen::Vector3d::Ones()));
        ADD_FAILURE() << "weighed against what?";
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "sigma");
        EXPECT_THAT(error.what(), HasSubstr("rv1"));
    }
    FitSetup setup = setup_from(Eigen::Vector3d::Ones(), "masses,initial");
    setup.data.sigma = 1e-3;
    EXPECT_TRUE(run_fit(data, setup).outcome.ok());
}

TEST(SeriesFit, AnInstrumentThatReadNothingInTheWindowDoesNotCount)
{
    Observations data = sky(0.01, 0, 14);
    for (std::size_t k = 0; k < 60; ++k) data.series[1].values[k] = std::numeric_limits<double>::quiet_NaN();
    FitSetup setup = setup_from(Eigen::Vector3d::Ones(), "masses,initial");
    setup.data.window = {0, data.times[50]};
    const FitResult result = run_fit(data, setup);
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_TRUE(parameter(result, "offset-rv2-Keck").fixed);
    EXPECT_FALSE(parameter(result, "offset-rv1").fixed);
    EXPECT_EQ(result.series[1].points, 0);
    EXPECT_THAT(result.notes, ::testing::Contains(HasSubstr("rv2:Keck holds nothing in this window")));
}

TEST(SeriesFit, ExactReadingsWithoutErrorsDoNotDriveAllOthersOut)
{
    Observations data = without_velocities(exact_samples(edge_on("figure-eight"), 3, 120));
    const Observations velocities = exact_samples(edge_on("figure-eight"), 3, 120, true);
    data.series = parse_series("rv1", "series");
    for (Eigen::Index k = 0; k < 120; ++k) data.series[0].values.push_back(velocities.velocities(2, k));
    FitSetup setup = setup_from(Eigen::Vector3d::Ones(), "masses,initial");
    setup.data.sigma = 1e-3;
    const FitResult result = run_fit(data, setup);
    ASSERT_TRUE(result.outcome.ok()) << result.outcome.reason;
    EXPECT_GT(result.series[0].jitter, 0);
    EXPECT_LT(mass_error(result, Eigen::Vector3d::Ones()), 1e-6);
    // Its jitter stands for its errors.
    setup.data.jitter = false;
    EXPECT_THROW(run_fit(data, setup), ArgumentError);
}

TEST(SeriesFit, TheLikeliestJitterIsTakenOfSeveral)
{
    // Fifty readings far beyond their errors, and ten within very small ones: no jitter is likelier than little, and much is
    // likelier than none.
    Observations data = sky(0.01, 0, 15);
    Random random(2);
    for (std::size_t k = 0; k < 120; ++k) {
        const bool precise = k % 12 == 0;
        data.series[0].sigmas[k] = precise ? 1e-5 : 1e-2;
        if (!precise) data.series[0].values[k] += 0.1 * random.normal();
    }
    const FitResult result = run_fit(data, setup_from(Eigen::Vector3d::Ones(), "masses,initial"));
    EXPECT_NEAR(result.series[0].jitter, 0.1, 0.03);
}

TEST(SeriesFit, AFitBelongsToTheSeriesByTheirNames)
{
    const Observations data = sky(0.01, 0, 16);
    Observations renamed = data;
    renamed.series[0].body = 2;
    EXPECT_NE(fingerprint(data), fingerprint(renamed));
}

TEST(SeriesFit, DataWithoutErrorsCanBeOpenedAllTheSame)
{
    Observations data = sky(0.01, 0, 17);
    data.position_sigmas.resize(9, 0);
    const PreparedData prepared = prepare(data, {});
    EXPECT_THROW(require_comparable(prepared), ArgumentError);
}

TEST(SeriesFit, ATrainingRefusesIt)
{
    FitSetup setup = setup_from(Eigen::Vector3d::Ones(), "masses,correction", "adam");
    setup.correction.correction = "pairwise";
    const Observations data = sky(0.01, 0, 12);
    TrainState state;
    Control control;
    EXPECT_THROW(train({&data, 1}, setup, state, {}, control), ArgumentError);
}

TEST(SeriesFit, AStoppedFitGoesOnFromItsFileToTheSameEnd)
{
    const Observations data = sky(0.01, 0.02, 13, 0.2);
    const FitSetup setup = setup_from(Eigen::Vector3d(1.05, 0.96, 1.02), "masses,initial");
    const FitResult whole = run_fit(data, setup);
    FitState state;
    Control first;
    long iterations = 0;
    run_fit(data, setup, state, [&](const FitSnapshot&, const FitState&) {
        if (++iterations == 3) first.stop();
    }, first);
    ASSERT_FALSE(state.finished);
    FitFile file;
    file.setup = setup;
    file.state = state;
    FitState read = saved_and_read(file).state;
    Control second;
    const FitResult result = run_fit(data, setup, read, {}, second);
    for (int body = 0; body < 3; ++body) EXPECT_NEAR(result.point.masses[body], whole.point.masses[body], 1e-8);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR(result.series[i].offset, whole.series[i].offset, 1e-8);
        EXPECT_NEAR(result.series[i].jitter, whole.series[i].jitter, 1e-6);
    }
}

}  // namespace
}  // namespace syzygy::testing
