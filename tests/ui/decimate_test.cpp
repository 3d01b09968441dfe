#include "ui/base/decimation.hpp"

#include <gtest/gtest.h>

#include <random>

namespace syzygy {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Series {
    std::vector<double> x, y;
    PlotPoints thinned(double lower, double upper, int columns) const
    {
        return decimate(
            x.size(), lower, upper, columns, [this](std::size_t i) { return x[i]; },
            [this](std::size_t i) { return y[i]; });
    }
};

/// Noise at uneven times, with a spike up and one down.
Series noisy(std::size_t count)
{
    Series series;
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> uniform(0, 1);
    double at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        series.x.push_back(at);
        series.y.push_back(uniform(random));
        at += uniform(random) * uniform(random);
    }
    series.y[count / 3] = 100;
    series.y[2 * count / 3] = -100;
    return series;
}

TEST(Decimate, KeepsEachColumnsExtremes)
{
    const Series series = noisy(100'000);
    constexpr int columns = 300;
    const double upper = series.x.back();
    const PlotPoints points = series.thinned(0, upper, columns);
    EXPECT_EQ(points.highest, 100);
    EXPECT_EQ(points.lowest, -100);
    for (int column = 0; column < columns; ++column) {
        const double begin = upper * column / columns, end = upper * (column + 1) / columns;
        const auto extremes = [&](const std::vector<double>& x, const std::vector<double>& y) {
            std::pair<double, double> found{1e9, -1e9};
            for (std::size_t i = 0; i < x.size(); ++i)
                if ((x[i] > begin || column == 0) && x[i] <= end)
                    found = {std::min(found.first, y[i]), std::max(found.second, y[i])};
            return found;
        };
        ASSERT_EQ(extremes(points.x, points.y), extremes(series.x, series.y)) << column;
    }
}

TEST(Decimate, KeepsTheOrderAndTheLimit)
{
    for (const std::size_t count : {10UL, 5'000UL, 200'000UL})
        for (const int columns : {1, 17, 1000, 100'000}) {
            const Series series = noisy(count);
            const PlotPoints points = series.thinned(series.x[1], series.x[count - 2], columns);
            EXPECT_TRUE(std::is_sorted(points.x.begin(), points.x.end()));
            EXPECT_LE(points.size(), most_plot_points);
            EXPECT_LE(points.size(), 2 * static_cast<std::size_t>(columns) + 2);
            EXPECT_EQ(points.x.size(), points.y.size());
        }
}

TEST(Decimate, LeavesFewPointsAsTheyAre)
{
    const Series series = noisy(50);
    const PlotPoints points = series.thinned(series.x.front(), series.x.back(), 100);
    EXPECT_EQ(points.x, series.x);
    EXPECT_EQ(points.y, series.y);
}

TEST(Decimate, KeepsTheNeighboursOutsideSoThatLinesReachTheBorders)
{
    const Series series{{0, 1, 2, 3, 4, 5}, {9, 1, 2, 3, 4, -9}};
    const PlotPoints points = series.thinned(0.5, 4.5, 100);
    EXPECT_EQ(points.x, series.x);
    // What is outside is drawn, but does not stretch the axis.
    EXPECT_EQ(points.lowest, 1);
    EXPECT_EQ(points.highest, 4);
    // Zoomed in between two points, the line between them is still there.
    EXPECT_EQ(series.thinned(2.2, 2.8, 100).x, (std::vector<double>{2, 3}));
}

TEST(Decimate, EmptyRangesAndSeriesGiveNothingToDraw)
{
    EXPECT_EQ(Series().thinned(0, 1, 100).size(), 0U);
    const Series series{{0, 1, 2}, {1, 2, 3}};
    EXPECT_EQ(series.thinned(2, 1, 100).size(), 0U);
    EXPECT_EQ(series.thinned(nan, nan, 100).size(), 0U);
    const PlotPoints outside = series.thinned(5, 6, 100);
    EXPECT_EQ(outside.x, std::vector<double>{2});
    EXPECT_GT(outside.lowest, outside.highest);
}

TEST(Decimate, NanIsNoExtremeAndGapsStayGaps)
{
    Series series;
    for (int i = 0; i < 10'000; ++i) {
        series.x.push_back(i);
        series.y.push_back(i >= 4000 && i < 6000 ? nan : i % 2 == 0 ? nan : i);
    }
    const PlotPoints points = series.thinned(0, 9999, 100);
    EXPECT_EQ(points.lowest, 1);
    EXPECT_EQ(points.highest, 9999);
    std::size_t gaps = 0;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (std::isnan(points.y[i])) {
            ++gaps;
            EXPECT_NEAR(points.x[i], 5000, 1100);
        }
    EXPECT_GT(gaps, 0U);
    // Infinities have no place on an axis.
    Series infinite{series.x, std::vector<double>(series.x.size(), 1.0)};
    infinite.y[5000] = std::numeric_limits<double>::infinity();
    EXPECT_EQ(infinite.thinned(0, 9999, 100).highest, 1);
}

TEST(Decimate, SeveralCurvesAreThinnedAlike)
{
    const Series first = noisy(20'000);
    std::array<PlotPoints, 2> both;
    decimate<2>(
        first.x.size(), 0.0, first.x.back(), 200, [&](std::size_t i) { return first.x[i]; },
        [&](std::size_t i, std::size_t row) { return row == 0 ? first.y[i] : -first.y[i]; }, both);
    const PlotPoints alone = first.thinned(0, first.x.back(), 200);
    EXPECT_EQ(both[0].y, alone.y);
    EXPECT_EQ(both[1].highest, -alone.lowest);
}

TEST(Decimate, TiedTimesStayTogether)
{
    Series series;
    for (int i = 0; i < 9'000; ++i) {
        series.x.push_back(i / 3);
        series.y.push_back(i);
    }
    const PlotPoints points = series.thinned(0, 2999, 50);
    EXPECT_EQ(points.lowest, 0);
    EXPECT_EQ(points.highest, 8999);
}

}  // namespace
}  // namespace syzygy
