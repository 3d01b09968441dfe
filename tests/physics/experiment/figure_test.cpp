// Figures as SVG: what is drawn, and that odd numbers do not spoil the file.
#include "physics/experiment/figure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace syzygy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t occurrences(const std::string& text, const std::string& part)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

FigurePanel panel_of(FigureLine line)
{
    FigurePanel panel;
    panel.title = "A < B & C";
    panel.lines = {std::move(line)};
    return panel;
}

TEST(FigureTest, EndsOfTheRangesLieInsideThePlot)
{
    FigurePanel panel = panel_of({{0, 10}, {5, 15}, "#0072B2", "line"});
    panel.x_range = {0, 10};
    panel.y_range = {5, 15};
    // The plot is 62 .. 306 wide and 34 .. 214 high (figure.cpp): its lower left and upper right corners.
    EXPECT_THAT(figure_svg("title", {panel}, 1), HasSubstr("M62.0 214.0L306.0 34.0"));
}

TEST(FigureTest, LabelsAreEscapedAndStandInTheLegendOnce)
{
    FigurePanel panel = panel_of({{0, 1}, {0, 1}, "#0072B2", "a < b"});
    panel.lines.push_back({{0, 1}, {1, 0}, "#0072B2", "a < b"});
    const std::string svg = figure_svg("1 & 2", {panel, panel}, 2);
    EXPECT_THAT(svg, HasSubstr("<title>1 &amp; 2</title>"));
    EXPECT_THAT(svg, HasSubstr("A &lt; B &amp; C"));
    EXPECT_EQ(occurrences(svg, ">a &lt; b</text>"), 1u);
    EXPECT_EQ(occurrences(svg, "<clipPath"), 2u);
}

TEST(FigureTest, NanBreaksALineAndALogarithmicAxisLeavesOutWhatIsNotPositive)
{
    const double nan = std::nan("");
    FigurePanel panel = panel_of({{0, 1, 2, 3, 4}, {1, 10, nan, 100, 0}, "#0072B2", "line"});
    panel.logarithmic = true;
    const std::string svg = figure_svg("title", {panel}, 1);
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
    const std::size_t at = svg.find("stroke=\"#0072B2\"");
    const std::size_t from = svg.rfind("<path d=\"", at);
    const std::string path = svg.substr(from, at - from);
    EXPECT_EQ(occurrences(path, "M"), 2u) << path;
    EXPECT_EQ(occurrences(path, "L"), 1u) << path;
    EXPECT_THAT(svg, HasSubstr(">1e1</text>"));
}

TEST(FigureTest, EqualScalesGiveACircleItsShape)
{
    FigureLine line{{}, {}, "#0072B2", "circle"};
    for (int i = 0; i < 4; ++i) {
        line.x.push_back(3 + 2 * std::cos(i * 1.5707963267948966));
        line.y.push_back(-1 + 2 * std::sin(i * 1.5707963267948966));
    }
    FigurePanel panel = panel_of(line);
    panel.equal_scales = true;
    const std::string svg = figure_svg("title", {panel}, 1);
    double x[4], y[4];
    const std::size_t from = svg.rfind("<path d=\"M", svg.find("stroke=\"#0072B2\""));
    ASSERT_EQ(std::sscanf(svg.c_str() + from, "<path d=\"M%lf %lfL%lf %lfL%lf %lfL%lf %lf", x, y, x + 1, y + 1, x + 2, y + 2, x + 3,
                          y + 3),
              8);
    // Places are printed to a tenth.
    EXPECT_NEAR(x[0] - x[2], y[3] - y[1], 0.21);
    EXPECT_GT(x[0] - x[2], 100);
}

TEST(FigureTest, NothingToDrawIsStillAFigure)
{
    EXPECT_THAT(figure_svg("empty", {}, 3), HasSubstr("</svg>"));
    EXPECT_THAT(figure_svg("empty", {FigurePanel()}, 1), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace syzygy
