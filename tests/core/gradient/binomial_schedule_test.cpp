#include "core/gradient/binomial_schedule.hpp"

#include "tests/support/record.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace syzygy {
namespace {

using testing::record;

constexpr std::int64_t steps_tested = 120, slots_tested = 12;

/// The least number of steps advanced over, by trying every place for the next checkpoint (Bellman).
std::vector<std::vector<std::int64_t>> least_by_search()
{
    std::vector least(steps_tested + 1, std::vector<std::int64_t>(slots_tested + 1, 0));
    for (std::int64_t l = 2; l <= steps_tested; ++l)
        for (std::int64_t s = 1; s <= slots_tested; ++s) {
            std::int64_t best = l * (l - 1) / 2;  // each step from the start of the stretch
            for (std::int64_t m = 1; s > 1 && m < l; ++m)
                best = std::min(best, m + least[std::size_t(l - m)][std::size_t(s - 1)] + least[std::size_t(m)][std::size_t(s)]);
            least[std::size_t(l)][std::size_t(s)] = best;
        }
    return least;
}

TEST(BinomialSchedule, CostIsTheLeastThatAnyPlacesGive)
{
    const auto least = least_by_search();
    for (std::int64_t l = 1; l <= steps_tested; ++l)
        for (std::int64_t s = 1; s <= slots_tested; ++s)
            EXPECT_EQ(binomial_cost(l, s), least[std::size_t(l)][std::size_t(s)]) << l << " steps, " << s << " slots";
}

TEST(BinomialSchedule, SplitReachesTheCost)
{
    for (std::int64_t l = 2; l <= 3000; ++l)
        for (const std::int64_t s : {2, 3, 4, 7, 10, 50, 4000}) {
            const std::int64_t m = binomial_split(l, s);
            ASSERT_GE(m, 1);
            ASSERT_LT(m, l);
            EXPECT_EQ(m + binomial_cost(l - m, s - 1) + binomial_cost(m, s), binomial_cost(l, s)) << l << " " << s;
        }
}

TEST(BinomialSchedule, ReachIsTheBinomialCoefficientAndSaturates)
{
    EXPECT_EQ(binomial_reach(10, 3), 286);
    EXPECT_EQ(binomial_reach(3, 10), 286);
    EXPECT_EQ(binomial_reach(10, -1), 0);
    EXPECT_EQ(binomial_reach(7, 0), 1);
    EXPECT_EQ(binomial_reach(1'000'000'000, 20), std::numeric_limits<std::int64_t>::max());
}

/// Steps taken again after a forward pass of `steps` steps by the online schedule.
std::int64_t online_cost(const OnlineSchedule& schedule, std::int64_t steps, std::int64_t slots)
{
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < schedule.kept().size(); ++i) {
        const std::int64_t end = i + 1 < schedule.kept().size() ? schedule.kept()[i + 1].step : steps;
        sum += binomial_cost(end - schedule.kept()[i].step, slots - static_cast<std::int64_t>(i));
    }
    return sum;
}

TEST(OnlineScheduleTest, KeepsAtMostSoManyEachInItsOwnPlaceAndTheFirst)
{
    for (const std::int64_t slots : {1, 2, 3, 10, 33}) {
        OnlineSchedule schedule;
        schedule.reset(slots);
        for (std::int64_t n = 0; n < 2000; ++n) {
            schedule.offer(n);
            ASSERT_LE(schedule.kept().size(), std::size_t(slots));
            EXPECT_EQ(schedule.kept().front().step, 0);
            std::set<std::size_t> places;
            for (std::size_t i = 0; i < schedule.kept().size(); ++i) {
                EXPECT_LT(schedule.kept()[i].place, std::size_t(slots));
                EXPECT_TRUE(places.insert(schedule.kept()[i].place).second);
                if (i > 0) {
                    EXPECT_GT(schedule.kept()[i].step, schedule.kept()[i - 1].step);
                }
            }
        }
    }
}

/// No step more often than the optimal schedule of that length must take some step; and in sum not far from it. Steps of
/// the forward pass count on both sides, as in Griewank and Walther.
TEST(OnlineScheduleTest, IsCloseToTheScheduleThatKnowsTheLength)
{
    double worst = 1;
    for (std::int64_t slots = 2; slots <= 50; ++slots) {
        OnlineSchedule schedule;
        schedule.reset(slots);
        for (std::int64_t n = 1; n <= 400; ++n) {
            schedule.offer(n - 1);
            const std::int64_t online = online_cost(schedule, n, slots) + n - 1, least = binomial_cost(n, slots);
            EXPECT_GE(online, least);
            if (n <= slots) {
                EXPECT_EQ(online, least);
            }
            for (std::size_t i = 0; i < schedule.kept().size(); ++i) {
                const std::int64_t end = i + 1 < schedule.kept().size() ? schedule.kept()[i + 1].step : n;
                EXPECT_LE(binomial_repetitions(end - schedule.kept()[i].step, slots - static_cast<std::int64_t>(i)),
                          binomial_repetitions(n, slots));
            }
            if (least > 0) worst = std::max(worst, double(online) / double(least));
        }
    }
    EXPECT_LE(worst, 1.5);
    record("worst", worst);
    OnlineSchedule schedule;
    schedule.reset(10);
    for (std::int64_t n = 0; n < 185; ++n) schedule.offer(n);
    EXPECT_EQ(online_cost(schedule, 185, 10), 301);
    EXPECT_EQ(binomial_cost(185, 10) - 184, 293);
}

}  // namespace
}  // namespace syzygy
