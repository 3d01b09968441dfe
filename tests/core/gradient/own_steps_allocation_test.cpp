// The gradient methods with steps of their own and the continuous adjoint allocate nothing per step: their lists grow
// by doubling, and nothing else does. Counts the global operator new of this executable.
#include "core/gradient/adjoint.hpp"
#include "core/gradient/mali.hpp"
#include "core/gradient/reversible.hpp"

#include "tests/support/loss.hpp"
#include "tests/support/systems.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>

namespace {

std::atomic<long> allocations{0};

void* allocate(std::size_t size)
{
    ++allocations;
    void* memory = std::malloc(size);
    if (!memory) throw std::bad_alloc();
    return memory;
}

}  // namespace

void* operator new(std::size_t size)
{
    return allocate(size);
}
void* operator new[](std::size_t size)
{
    return allocate(size);
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete[](void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace syzygy {
namespace {

using testing::ForcedDuffing;
using testing::SquaresLoss;

using System = ForcedDuffing<double>;
using Loss = SquaresLoss<double, 1>;
using Problem = GradientProblem<System, Loss>;

struct Counted {
    long allocations, steps;
};

/// Allocations of a gradient by so many fixed steps and with so many observations.
template <class Method>
Counted run(const Method& method, int steps, int observations)
{
    const System system(Eigen::Vector2d(1.3, 0.8));
    Loss loss;
    for (int k = 1; k <= observations; ++k) loss.observe(3.0 * k / observations, Loss::Observed(0.1), 1);
    Problem problem{&system, &loss, {{0.7, -0.2}, 0, 3, {}, Eigen::Vector2d::Constant(1e-6)}};
    problem.task.options.method = "rk4";
    problem.task.options.step = problem.options.mali_step = 3.0 / steps;
    method(problem);  // what is made once in a process, the lists of options, say
    const long before = allocations;
    const auto result = method(problem);
    EXPECT_TRUE(result.outcome.ok());
    return {allocations - before, result.forward.accepted};
}

TEST(OwnStepsAllocation, MaliAndReversibleDoubleTheirListOfStepsAndNothingElse)
{
    const auto mali_run = [](const Problem& problem) { return mali(problem); };
    const auto reversible_run = [](const Problem& problem) { return detail::reversible_with<runge_kutta4>(problem); };
    const auto check = [](const auto& method) {
        const Counted few = run(method, 64, 10), many = run(method, 64 * 64, 10), observed = run(method, 64, 1000);
        EXPECT_EQ(many.steps, 64 * few.steps);
        EXPECT_LE(many.allocations - few.allocations, 6);  // 64 = 2^6
        EXPECT_EQ(observed.allocations, few.allocations);
    };
    check(mali_run);
    check(reversible_run);
}

TEST(OwnStepsAllocation, TheAdjointAllocatesTheSameForAnyNumberOfStepsAndObservations)
{
    for (const char* reset : {"yes", "no"}) {
        const auto method = [reset](Problem problem) {
            problem.options.adjoint_reset = reset;
            return detail::adjoint_with<runge_kutta4>(problem);
        };
        const Counted few = run(method, 64, 10), many = run(method, 64 * 64, 10), observed = run(method, 64, 1000);
        EXPECT_EQ(many.steps, 64 * few.steps);
        EXPECT_EQ(many.allocations, few.allocations) << reset;
        EXPECT_EQ(observed.allocations, few.allocations) << reset;
    }
}

}  // namespace
}  // namespace syzygy
