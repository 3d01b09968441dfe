// Losses and gradients of batches on LibTorch are those of compute_gradient(), trajectory by trajectory.
#include "physics/batch/trajectory_batch.hpp"

#include "core/base/error.hpp"
#include "physics/model/correction.hpp"
#include "physics/torch/trajectory_batch.hpp"
#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/torch_devices.hpp"

#include <c10/core/CPUAllocator.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace syzygy {
namespace {

using namespace syzygy::testing;
using ::testing::HasSubstr;

/// A processor with little memory: counts what tensors hold, and refuses what would be above a limit as LibTorch's own
/// allocator does. LibTorch 1 and 2 differ in whether `allocate` is const: one of the two is the virtual one.
class LittleMemory final : public c10::Allocator {
public:
    LittleMemory() { c10::SetCPUAllocator(this, 1); }
    ~LittleMemory() { c10::SetCPUAllocator(own_, 1); }

    c10::DataPtr allocate(std::size_t bytes) { return take(bytes); }
    c10::DataPtr allocate(std::size_t bytes) const { return take(bytes); }
    void copy_data(void* to, const void* from, std::size_t bytes) const { std::memcpy(to, from, bytes); }

    static inline std::atomic<std::size_t> live = 0, peak = 0, limit = std::numeric_limits<std::size_t>::max();

private:
    struct Block {
        void* memory;
        std::size_t bytes;
    };
    static c10::DataPtr take(std::size_t bytes)
    {
        TORCH_CHECK(live + bytes <= limit, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ", bytes,
                    " bytes.");
        live += bytes;
        peak = std::max(peak.load(), live.load());
        void* const memory = bytes > 0 ? std::aligned_alloc(64, (bytes + 63) / 64 * 64) : nullptr;
        const auto give_back = [](void* block) {
            const std::unique_ptr<Block> given(static_cast<Block*>(block));
            live -= given->bytes;
            std::free(given->memory);
        };
        return {memory, new Block{memory, bytes}, give_back, c10::Device(c10::kCPU)};
    }

    c10::Allocator* const own_ = c10::GetCPUAllocator();
};

/// Windows of the ACA example with gaps and noise, and a model with a pairwise network that is not at its start.
class Batches : public ::testing::Test {
protected:
    DataOptions options;
    RobustLoss robust = RobustLoss::none;
    CorrectionOptions correction_options;
    bool with_correction = true;
    std::vector<PreparedData> windows;
    std::vector<const PreparedData*> pointers;
    std::vector<BatchRow> rows;
    BatchSetup setup;
    Eigen::VectorXd weights;
    const Eigen::Vector3d masses{1.05, 1.2, 0.8};

    void prepare_all()
    {
        Observations data = with_noise(exact_samples("aca", 0.8, 81, true), 0.01, 5);
        data.positions(4, 7) = data.positions(1, 30) = std::numeric_limits<double>::quiet_NaN();
        for (double& t : data.times) t += 3;  // an epoch
        for (const Interval& window : {Interval{3, 3.5}, {3.2, 3.8}, {3.1, 3.3}}) {
            options.window = window;
            windows.push_back(prepare(data, options, robust, 2));
        }
        for (const PreparedData& window : windows) pointers.push_back(&window);
        setup.model.solver.rtol = 1e-8;
        setup.context = correction_context(windows[0], masses);
        if (with_correction) {
            correction_options.network = "8,8";
            if (correction_options.correction == "none") correction_options.correction = "pairwise";
            setup.correction = correction_options;
            setup.model.correction = make_correction(correction_options, setup.context);
            weights = setup.model.correction->initial_parameters();
            Random random(4);
            for (double& weight : weights) weight += 0.1 * (2 * random.uniform() - 1);
        }
        // More rows than windows, each its own start and weight.
        Random random(6);
        for (std::size_t i = 0; i < 5; ++i) {
            BatchRow row{i % 3, windows[i % 3].first_row, 0.5 + 0.3 * static_cast<double>(i)};
            for (double& value : row.initial_state) value += 0.002 * random.normal();
            rows.push_back(row);
        }
    }

    /// The same, one by one, natively.
    BatchResult native() const
    {
        BatchResult all;
        all.losses.resize(static_cast<Eigen::Index>(rows.size()));
        all.initial_states.resize(18, all.losses.size());
        all.correction.setZero(weights.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto one =
                compute_gradient(windows[rows[i].window], {masses, rows[i].initial_state, weights}, setup.model);
            EXPECT_TRUE(one.outcome.ok());
            const auto column = static_cast<Eigen::Index>(i);
            all.losses[column] = one.loss;
            all.loss += rows[i].weight * one.loss;
            all.initial_states.col(column) = rows[i].weight * one.initial_state;
            all.masses += rows[i].weight * one.parameters;
            if (weights.size() > 0) all.correction += rows[i].weight * one.correction;
            all.accepted += one.forward.accepted;
            all.rejected += one.forward.rejected;
        }
        return all;
    }

    std::unique_ptr<TrajectoryBatch> make(const std::string& device) const
    {
        BatchSetup there = setup;
        there.device = device;
        return make_torch_trajectory_batch(request(there));
    }
    BatchRequest request(const BatchSetup& there) const
    {
        BatchRequest result{there, pointers, {}};
        for (const PreparedData& data : windows)
            result.atol.push_back(absolute_tolerance(there.model.solver, data.length, data.velocity));
        return result;
    }

    /// Relative; of a truth that is zero (the masses where a network stands in Newton's place) absolute.
    static double difference(const Eigen::Ref<const Eigen::MatrixXd>& found,
                             const Eigen::Ref<const Eigen::MatrixXd>& truth)
    {
        return (found - truth).norm() / (truth.norm() > 0 ? truth.norm() : 1);
    }

    /// Rounding grows along an orbit by the sensitivity to its start, which is below 1e3 here: 1e-16 becomes 1e-13 in
    /// states, residuals of 1e-2 in a loss lose two digits more.
    void expect_same(const BatchResult& found, const BatchResult& truth) const
    {
        EXPECT_TRUE(found.outcome.ok()) << found.outcome.reason;
        EXPECT_LT(difference(found.losses, truth.losses), 1e-12);
        EXPECT_NEAR(found.loss / truth.loss, 1, 1e-12);
        EXPECT_LT(difference(found.masses, truth.masses), 1e-10);
        EXPECT_LT(difference(found.initial_states, truth.initial_states), 1e-10);
        if (weights.size() > 0) { EXPECT_LT(difference(found.correction, truth.correction), 1e-10); }
        EXPECT_EQ(found.accepted, truth.accepted);
        EXPECT_EQ(found.rejected, truth.rejected);
    }
    void expect_native_everywhere()
    {
        prepare_all();
        const BatchResult truth = native();
        for (const c10::Device device : torch_devices())
            expect_same((*make(device.str()))(rows, masses, weights), truth);
    }
};

TEST_F(Batches, AreTheNativeLossesAndGradients)
{
    expect_native_everywhere();
}

TEST_F(Batches, OfNewtonAloneToo)
{
    with_correction = false;
    expect_native_everywhere();
}

TEST_F(Batches, OfExternalFieldsKnowTheTimeOfTheData)
{
    correction_options.correction = "external";
    expect_native_everywhere();
}

TEST_F(Batches, OfNetworksInNewtonsPlace)
{
    correction_options.correction = "full";
    correction_options.augmented = correction_options.replace_newton = true;
    expect_native_everywhere();
}

TEST_F(Batches, WithVelocitiesRelativeToABodyAndDecay)
{
    options.velocities = true;
    options.relative_to = "2";
    options.decay = 0.1;
    expect_native_everywhere();
}

TEST_F(Batches, WithRobustLosses)
{
    robust = RobustLoss::huber;
    expect_native_everywhere();
}

TEST_F(Batches, WithAnotherRobustLossAndMethod)
{
    robust = RobustLoss::cauchy;
    setup.model.solver.method = "dop853";
    expect_native_everywhere();
}

TEST_F(Batches, OfOneTrajectory)
{
    prepare_all();
    rows.resize(1);
    expect_same((*make("cpu"))(rows, masses, weights), native());
}

TEST_F(Batches, InSmallerPartsAreTheSameSum)
{
    prepare_all();
    setup.largest_batch = 2;
    const BatchResult found = (*make("cpu"))(rows, masses, weights);
    expect_same(found, native());
}

TEST_F(Batches, ThatDoNotFitIntoMemoryAreSolvedInPartsAndNothingIsLost)
{
    prepare_all();
    while (rows.size() < 16) rows.push_back(rows[rows.size() % 5]);
    const BatchResult truth = native();
    const LittleMemory memory;
    const auto batch = make("cpu");
    LittleMemory::peak = LittleMemory::live.load();
    // All at once is measured first.
    const BatchResult whole = (*batch)(rows, masses, weights);
    EXPECT_TRUE(whole.messages.empty());
    LittleMemory::limit = LittleMemory::live + (LittleMemory::peak - LittleMemory::live) * 2 / 5;
    const BatchResult found = (*batch)(rows, masses, weights);
    expect_same(found, truth);
    ASSERT_FALSE(found.messages.empty());
    EXPECT_THAT(found.messages[0], HasSubstr("do not fit into the memory of cpu"));
    // What was learnt is kept: the next call begins with parts that fit.
    const BatchResult again = (*batch)(rows, masses, weights);
    expect_same(again, truth);
    EXPECT_TRUE(again.messages.empty());
    LittleMemory::limit = LittleMemory::live + 1000;
    EXPECT_THAT([&] { (*batch)(rows, masses, weights); },
                ::testing::ThrowsMessage<ArgumentError>(HasSubstr("too little memory for one trajectory")));
    LittleMemory::limit = std::numeric_limits<std::size_t>::max();
}

TEST_F(Batches, OverSeveralDevicesAreTheSameSum)
{
    prepare_all();
    const BatchResult truth = native();
    // One processor stands for two where there is no GPU: what is divided and added is the same.
    expect_same((*make("cpu,cpu"))(rows, masses, weights), truth);
    std::string all;
    for (const c10::Device device : torch_devices()) all += (all.empty() ? "" : ",") + device.str();
    expect_same((*make(all))(rows, masses, weights), truth);
}

TEST_F(Batches, WithoutGradientHaveTheSameLosses)
{
    prepare_all();
    const auto batch = make("cpu");
    const BatchResult with = (*batch)(rows, masses, weights), without = (*batch)(rows, masses, weights, false);
    EXPECT_LT(difference(without.losses, with.losses), 1e-13);
    EXPECT_EQ(without.masses.norm(), 0);
}

TEST_F(Batches, BeginWithTheCorrectionsOwnParameters)
{
    prepare_all();
    const auto batch = make("cpu");
    const BatchResult given = (*batch)(rows, masses, setup.model.correction->initial_parameters());
    const BatchResult empty = (*batch)(rows, masses, {});
    EXPECT_EQ(given.losses, empty.losses);
    EXPECT_EQ(given.correction, empty.correction);
}

TEST_F(Batches, InFloatAgreeToItsDigits)
{
    setup.single_precision = true;
    prepare_all();
    setup.model.solver.rtol = 1e-5;
    const BatchResult truth = native();
    for (const c10::Device device : torch_devices()) {
        const BatchResult found = (*make(device.str()))(rows, masses, weights);
        // Seven digits, less the three that the orbit and the two that the residuals take; the solver's tolerance of
        // 1e-5.
        EXPECT_LT(difference(found.losses, truth.losses), 1e-2);
        EXPECT_LT(difference(found.masses, truth.masses), 3e-2);
        EXPECT_LT(difference(found.correction, truth.correction), 3e-2);
    }
}

TEST_F(Batches, LeaveOutTrajectoriesThatEndEarlyAndSayWhich)
{
    prepare_all();
    const BatchResult all = (*make("cpu"))(rows, masses, weights);
    // Two bodies nearly in one place.
    std::vector<BatchRow> with_collision = rows;
    with_collision.push_back(rows[0]);
    with_collision.back().initial_state.segment<3>(3) = rows[0].initial_state.head<3>() + Eigen::Vector3d(1e-9, 0, 0);
    setup.model.solver.max_evaluations = 3000;
    const BatchResult found = (*make("cpu"))(with_collision, masses, weights);
    EXPECT_FALSE(found.outcome.ok());
    EXPECT_FALSE(found.outcomes.back().ok());
    EXPECT_FALSE(found.outcome.reason.empty());
    EXPECT_TRUE(std::isnan(found.losses[5]));
    EXPECT_LT(difference(found.losses.head(5), all.losses), 1e-13);
    EXPECT_LT(difference(found.masses, all.masses), 1e-12);
    EXPECT_LT(difference(found.correction, all.correction), 1e-12);
    EXPECT_EQ(found.initial_states.col(5).norm(), 0);
}

TEST_F(Batches, StopOnRequest)
{
    prepare_all();
    std::stop_source source;
    source.request_stop();
    const BatchResult found = (*make("cpu"))(rows, masses, weights, true, source.get_token());
    EXPECT_EQ(found.outcome.status, Status::stopped);
    EXPECT_TRUE(found.losses.array().isNaN().all());
}

TEST_F(Batches, RefuseWhatIsNotThere)
{
    prepare_all();
    const auto batch = make("cpu");
    rows[1].window = 7;
    EXPECT_THAT([&] { (*batch)(rows, masses, weights); },
                ::testing::ThrowsMessage<ArgumentError>(HasSubstr("3 windows")));
    rows[1].window = 0;
    EXPECT_THAT([&] { (*batch)(rows, masses, Eigen::VectorXd::Zero(2)); },
                ::testing::ThrowsMessage<ArgumentError>(HasSubstr("2 parameters")));
    EXPECT_THAT([&] { make("cuda:99"); }, ::testing::ThrowsMessage<ArgumentError>(HasSubstr("cuda:99")));
}

}  // namespace
}  // namespace syzygy
