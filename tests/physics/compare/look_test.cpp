// What to look at, for every view and method; and the distance that drifts are measured by.
#include "core/gradient/method_info.hpp"
#include "physics/compare/look.hpp"
#include "physics/compare/reverse_distance.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

long sentences_of(const std::string& text)
{
    long sentences = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((text[i] == '.' || text[i] == '?') && (i + 1 == text.size() || text[i + 1] == ' ') && (i == 0 || text[i - 1] != ' '))
            ++sentences;
    return sentences;
}

TEST(Look, EveryMethodHasASentenceOfItsOwnInEveryView)
{
    ASSERT_EQ(method_looks().size(), gradient_method_infos().size());
    for (const GradientMethodInfo& info : gradient_method_infos())
        for (const ViewLook& view : view_looks()) {
            const std::string text = compare_look(view.view, info.id);
            EXPECT_TRUE(text.starts_with(view.text)) << info.id;
            EXPECT_EQ(sentences_of(text), 2) << view.view << ", " << info.id << ": " << text;
            EXPECT_LT(text.size(), 260U) << text;
        }
}

TEST(Look, ATableSaysWhatTheMethodSaysOfItself)
{
    EXPECT_EQ(compare_look("compare-table", "aca"), find_gradient_method("aca").look);
    EXPECT_ANY_THROW(compare_look("compare-table", "none"));
}

/// A circle, known everywhere.
Eigen::VectorXd circle(double t)
{
    return Eigen::Vector2d(std::cos(t), std::sin(t));
}

TEST(ReverseDistance, IsThatOfTheStatesAtAcceptedTimesAndInterpolatedBetween)
{
    CompareTrace trace;
    for (int i = 0; i <= 40; ++i) {
        const double t = 0.1 * i + 0.01 * std::sin(i);
        trace.times.push_back(t);
        trace.states.push_back(circle(t));
    }
    const Eigen::Vector2d off(3e-7, -4e-7);
    for (int i = 40; i >= 0; --i) {
        const double t = i % 2 == 0 ? trace.times[static_cast<std::size_t>(i)] : 0.1 * i + 0.037;
        trace.reverse_times.push_back(std::min(t, trace.times.back()));
        trace.reverse_states.push_back(circle(trace.reverse_times.back()) + off);
    }
    const std::vector<double> distances = reverse_distances(trace);
    ASSERT_EQ(distances.size(), trace.reverse_times.size());
    // Eight nodes 0.1 apart: (8 factors of the nodes' distances) / 8! y^(8), 4e-10 in the last interval.
    for (const double distance : distances) EXPECT_NEAR(distance, off.norm(), 1e-9);
}

TEST(ReverseDistance, OfOneStepIsALine)
{
    CompareTrace trace;
    trace.times = {0, 1};
    trace.states = {Eigen::VectorXd::Constant(1, 0), Eigen::VectorXd::Constant(1, 2)};
    trace.reverse_times = {1, 0.25, 0};
    trace.reverse_states = {Eigen::VectorXd::Constant(1, 2), Eigen::VectorXd::Constant(1, 1), Eigen::VectorXd::Constant(1, 0)};
    const std::vector<double> distances = reverse_distances(trace);
    EXPECT_EQ(distances, (std::vector<double>{0, 0.5, 0}));
    EXPECT_TRUE(reverse_distances({}).empty());
}

}  // namespace
}  // namespace syzygy
