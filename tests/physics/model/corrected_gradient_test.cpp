// Gradients of models with a correction: of every method, and with the parameters of a network.
#include "core/base/random.hpp"
#include "physics/corrections/corrections.hpp"
#include "physics/model/correction.hpp"
#include "physics/model/gradient.hpp"
#include "physics/model/simulate.hpp"
#include "physics/scenarios/scenario.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>

// Eigen's vectors of run-time size come from malloc, and so does everything else here. The sanitizers have a malloc of
// their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SYZYGY_COUNTS_MALLOC
static std::atomic<long> allocations{0};
extern "C" void* __libc_malloc(std::size_t);
extern "C" void* malloc(std::size_t size) noexcept
{
    ++allocations;
    return __libc_malloc(size);
}
#endif

namespace syzygy {
namespace {

/// The ACA example up to `t_end`, observed at 50 times, and a pairwise network somewhere away from its start.
struct CorrectedExample {
    explicit CorrectedExample(double t_end = 0.6, const std::string& kind = "pairwise")
    {
        const ThreeBodySystem system = find_scenario("aca").make();
        SimulateOptions simulated;
        simulated.t1 = t_end;
        simulated.samples = 50;
        observations = simulate(system, simulated, {}).samples;
        data = std::make_unique<PreparedData>(prepare(observations, {}));
        CorrectionOptions correction;
        correction.correction = kind;
        correction.network = "6,5";
        point.masses = Eigen::Vector3d(1, 1, 1);
        point.initial_state = data->first_row;
        options.solver.rtol = 1e-7;
        options.correction = make_correction(correction, correction_context(*data, point.masses));
        point.correction = options.correction->initial_parameters();
        Random random(7);
        for (double& weight : point.correction) weight += 0.2 * (2 * random.uniform() - 1);
    }

    ThreeBodyGradient gradient(std::string_view method) const { return compute_gradient(*data, point, options, method); }

    Observations observations;
    std::unique_ptr<PreparedData> data;
    ModelOptions options;
    ModelPoint point;
};

double relative_error(const ThreeBodyGradient& a, const ThreeBodyGradient& b)
{
    const double difference = (a.parameters - b.parameters).squaredNorm() + (a.initial_state - b.initial_state).squaredNorm() +
                              (a.correction - b.correction).squaredNorm();
    const double size =
        b.parameters.squaredNorm() + b.initial_state.squaredNorm() + b.correction.squaredNorm();
    return std::sqrt(difference / size);
}

/// Tangents of the same steps are an independent way to the same numbers: rounding of some hundred steps between them.
TEST(CorrectedGradient, OfEveryExactMethodEqualsForwardSensitivitiesOfTheSameSteps)
{
    const CorrectedExample example;
    const ThreeBodyGradient truth = example.gradient("forward");
    ASSERT_TRUE(truth.outcome.ok()) << truth.outcome.reason;
    ASSERT_EQ(truth.correction.size(), example.options.correction->size());
    for (const Eigen::Index i : {Eigen::Index(0), truth.correction.size() - 1}) EXPECT_NE(truth.correction[i], 0);
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        if (info.claim != Claim::discrete) continue;
        const ThreeBodyGradient result = example.gradient(info.id);
        ASSERT_TRUE(result.outcome.ok()) << info.id << ": " << result.outcome.reason;
        EXPECT_NEAR(result.loss, truth.loss, 1e-14) << info.id;
        EXPECT_LT(relative_error(result, truth), 1e-10) << info.id;
    }
}

/// The others are of other solutions, or differentiate more: all come near with the tolerance.
TEST(CorrectedGradient, OfEveryMethodApproachesTheSame)
{
    CorrectedExample example(0.3);
    example.options.solver.rtol = 1e-10;
    const ThreeBodyGradient truth = example.gradient("aca");
    for (const GradientMethodInfo& info : gradient_method_infos()) {
        CorrectedExample looser(0.3);
        // MALI is of order 2 and reversible of the order of its base: what they reach, not what they could.
        looser.options.solver.rtol = info.solvers == SolverSupport::own ? 1e-8 : 1e-10;
        looser.options.solver.max_evaluations = 100'000'000;
        const ThreeBodyGradient result = looser.gradient(info.id);
        ASSERT_TRUE(result.outcome.ok()) << info.id << ": " << result.outcome.reason;
        EXPECT_LT(relative_error(result, truth), 1e-4) << info.id;
    }
}

TEST(CorrectedGradient, AtTheStartOfANetworkIsNewtonsForMassesAndState)
{
    CorrectedExample example;
    example.point.correction = {};
    const ThreeBodyGradient with = example.gradient("aca");
    example.options.correction = nullptr;
    const ThreeBodyGradient newton = example.gradient("aca");
    EXPECT_EQ(with.loss, newton.loss);
    EXPECT_EQ(with.forward.rhs_evaluations, newton.forward.rhs_evaluations);
    EXPECT_LT((with.parameters - newton.parameters).norm(), 1e-12 * newton.parameters.norm());
    EXPECT_LT((with.initial_state - newton.initial_state).norm(), 1e-12 * newton.initial_state.norm());
    EXPECT_GT(with.correction.norm(), 0) << "the last layer is to be moved";
}

TEST(CorrectedGradient, OfADataWindowThatBeginsLaterSeesTheTimesOfTheData)
{
    // A field that depends on time: the same model, with its data and its clock an hour later, must give the same loss.
    CorrectedExample example(0.6, "external");
    const ThreeBodyGradient here = example.gradient("aca");
    Observations later = example.observations;
    for (double& t : later.times) t += 10;
    const PreparedData data = prepare(later, {});
    CorrectionOptions correction;
    correction.correction = "external";
    correction.network = "6,5";
    ModelOptions options = example.options;
    options.correction = make_correction(correction, correction_context(data, example.point.masses));
    const ThreeBodyGradient moved = compute_gradient(data, example.point, options);
    EXPECT_NEAR(moved.loss, here.loss, 1e-10 * here.loss);
    EXPECT_LT(relative_error(moved, here), 1e-7);
    // And with the clock of the earlier data it does not.
    EXPECT_GT(std::abs(compute_gradient(data, example.point, example.options).loss - here.loss), 1e-6 * here.loss);
}

#ifdef SYZYGY_COUNTS_MALLOC
TEST(CorrectedGradient, AllocatesNothingInAStep)
{
    const auto allocated = [](double t_end) {
        const CorrectedExample example(t_end);
        GradientEvaluator evaluator(*example.data, example.options, "aca");
        (void)evaluator(example.point);
        const long before = allocations;
        const ThreeBodyGradient result = evaluator(example.point);
        return std::pair(allocations.load() - before, result.forward.accepted);
    };
    const auto [few, few_steps] = allocated(0.1);
    const auto [many, many_steps] = allocated(0.8);
    EXPECT_GT(many_steps, 2 * few_steps);
    EXPECT_EQ(many, few);
}
#endif

TEST(CorrectedGradient, RefusesWhatItDoesNotOffer)
{
    CorrectedExample example;
    example.options.gradient.error_estimate = true;
    try {
        example.gradient("aca");
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "error-estimate");
    }
    example.options.gradient = {};
    example.point.correction.conservativeResize(3);
    EXPECT_THROW(example.gradient("aca"), ArgumentError);
}

/// Sensitivities and gradient of the same loss: 2/N sum w r dy/dp.
TEST(CorrectedSensitivities, OfWeightsAddUpToTheGradient)
{
    const CorrectedExample example;
    const ThreeBodyGradient gradient = example.gradient("aca");
    const std::vector<int> unknowns{0, 2, 5, 21, 21 + 17, static_cast<int>(20 + example.point.correction.size())};
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(unknowns.size()));
    const TrajectoryLoss& loss = example.data->loss;
    const SensitivityReport report = compute_sensitivities(
        *example.data, example.point, example.options, {unknowns},
        [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y, const Eigen::Ref<const Eigen::MatrixXd>& tangents) {
            LeadingLoss<9>::Observed cotangent;
            loss.add(k, LeadingLoss<9>::Observed(y), cotangent);
            sum += tangents.transpose() * cotangent;
        });
    ASSERT_TRUE(report.outcome.ok());
    const Eigen::VectorXd expected{{gradient.parameters[0], gradient.parameters[2], gradient.initial_state[2],
                                    gradient.correction[0], gradient.correction[17],
                                    gradient.correction[gradient.correction.size() - 1]}};
    EXPECT_LT((sum - expected).norm(), 1e-10 * expected.norm());
}

}  // namespace
}  // namespace syzygy
