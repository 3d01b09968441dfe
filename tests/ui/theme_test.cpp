#include "ui/theme/theme.hpp"
#include "ui/theme/palette.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QDir>
#include <QFontMetricsF>
#include <QImage>
#include <QPalette>
#include <QPixmap>

#include <array>
#include <cmath>
#include <span>

namespace syzygy {
namespace {

using Linear = std::array<double, 3>;
using Matrix = std::array<Linear, 3>;

double to_linear(double c)
{
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}
Linear linear(const QColor& c)
{
    return {to_linear(c.redF()), to_linear(c.greenF()), to_linear(c.blueF())};
}

// WCAG 2.1, "contrast ratio".
double luminance(const QColor& c)
{
    const Linear rgb = linear(c);
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
}
double contrast(const QColor& a, const QColor& b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

// Machado, Oliveira and Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 1291 (2009), severity 1, on linear RGB.
constexpr Matrix normal{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix deuteranopia{
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
constexpr Matrix protanopia{
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};

// CIE 1976 L*a*b* of what the eye described by the matrix sees.
std::array<double, 3> lab(const QColor& color, const Matrix& eye)
{
    const Linear rgb = linear(color);
    Linear seen{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) seen[i] += eye[i][j] * rgb[j];
        seen[i] = std::clamp(seen[i], 0.0, 1.0);
    }
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.95047);
    const double y = f(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
    const double z = f((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}
double distance(const QColor& a, const QColor& b, const Matrix& eye)
{
    const auto p = lab(a, eye), q = lab(b, eye);
    return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

double least_distance(std::span<const QColor> colors)
{
    double least = 1000;
    for (const Matrix& eye : {normal, deuteranopia, protanopia})
        for (std::size_t i = 0; i < colors.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) least = std::min(least, distance(colors[i], colors[j], eye));
    return least;
}

class ThemeTest : public ::testing::TestWithParam<bool> {
protected:
    const Theme& t = GetParam() ? dark_theme() : light_theme();
};

TEST_P(ThemeTest, WritingReachesFourAndAHalfToOne)
{
    for (const QColor& surface : {t.panel, t.field, t.window, t.plot}) {
        EXPECT_GE(contrast(t.text, surface), 7);
        EXPECT_GE(contrast(t.muted, surface), 4.5);
    }
    for (const QColor& color : {t.warning, t.error, t.good}) EXPECT_GE(contrast(color, t.panel), 4.5);
    EXPECT_GE(contrast(t.on_accent, t.accent), 4.5);
    EXPECT_GE(contrast(t.axis, t.plot), 4.5);
    EXPECT_LT(contrast(t.disabled, t.panel), contrast(t.muted, t.panel));
}

// WCAG 1.4.11 asks 3:1 of what a graphic is understood by.
TEST_P(ThemeTest, WhatIsDrawnReachesThreeToOne)
{
    for (const QColor& surface : {t.plot, t.scene}) {
        for (const auto& group : {t.bodies, t.pairs, t.series})
            for (const QColor& color : group) EXPECT_GE(contrast(color, surface), 3) << color.name().toStdString();
        for (const QColor& color : {t.accepted, t.rejected, t.cursor}) EXPECT_GE(contrast(color, surface), 3);
    }
}

// A difference of 2.3 is just noticed; 20 is another colour at a glance, also of a thin line.
TEST_P(ThemeTest, ColoursThatAreToldApartAreSoForColourBlindEyes)
{
    EXPECT_GE(least_distance(t.bodies), 30);
    EXPECT_GE(least_distance(t.pairs), 30);
    EXPECT_GE(least_distance(t.series), 30);
    EXPECT_GE(least_distance(std::array{t.accepted, t.rejected}), 30);
}

TEST_P(ThemeTest, SequentialRisesEvenlyInLightnessAndIsClamped)
{
    const auto lightness = [&](double fraction) { return lab(t.sequential(fraction), normal)[0]; };
    const double mean = (lightness(1) - lightness(0)) / 20;
    for (int k = 0; k < 20; ++k) {
        const double rise = lightness((k + 1) / 20.0) - lightness(k / 20.0);
        EXPECT_GT(rise, mean / 3) << k;
        EXPECT_LT(rise, mean * 3) << k;
    }
    EXPECT_EQ(t.sequential(-1), t.sequential(0));
    EXPECT_EQ(t.sequential(2), t.sequential(1));
    EXPECT_EQ(t.sequential(std::nan("")), t.sequential(0));
}

TEST_P(ThemeTest, DivergingLeavesTheBackgroundToBothSides)
{
    EXPECT_EQ(t.diverging(0).name(), t.plot.name());
    EXPECT_EQ(t.diverging(-3), t.diverging(-1));
    for (const double value : {0.25, 0.5, 0.75})
        for (const double sign : {-1.0, 1.0})
            EXPECT_GT(distance(t.diverging(sign * (value + 0.25)), t.plot, normal),
                      distance(t.diverging(sign * value), t.plot, normal));
    EXPECT_GE(least_distance(std::array{t.diverging(-1), t.diverging(1), t.plot}), 40);
}

INSTANTIATE_TEST_SUITE_P(, ThemeTest, ::testing::Bool(),
                         [](const auto& theme) { return std::string(theme.param ? "Dark" : "Light"); });

TEST(ThemeMode, ChangesPaletteAndTellsViews)
{
    set_theme_mode(ThemeMode::light);
    int told = 0;
    const auto connection = QObject::connect(&theme_notifier(), &ThemeNotifier::changed, [&] { ++told; });
    set_theme_mode(ThemeMode::dark);
    EXPECT_TRUE(theme().dark);
    EXPECT_EQ(QApplication::palette().color(QPalette::Text), theme().text);
    EXPECT_EQ(theme_mode(), ThemeMode::dark);
    set_theme_mode(ThemeMode::dark);
    EXPECT_EQ(told, 1);
    set_theme_mode(ThemeMode::system);
    EXPECT_FALSE(theme().dark) << "no desktop says anything here, and Qt's own palette is light";
    EXPECT_EQ(told, 2);
    QObject::disconnect(connection);
}

int opaque_pixels(const QImage& image)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) count += qAlpha(image.pixel(x, y)) > 200;
    return count;
}

TEST(ThemeIcon, EveryIconIsDrawnSharpInTheColoursInForce)
{
    set_theme_mode(ThemeMode::light);
    const auto files = QDir(QStringLiteral(":/icons")).entryInfoList();
    EXPECT_GE(files.size(), 30);
    for (const QFileInfo& file : files) {
        const QIcon icon = theme_icon(file.baseName().toStdString());
        for (const int side : {16, 24, 48}) {
            const QPixmap twice = icon.pixmap(QSize(side, side), 2.0);
            EXPECT_EQ(twice.width(), 2 * side) << file.baseName().toStdString();
            EXPECT_GT(opaque_pixels(twice.toImage()), side / 2) << file.baseName().toStdString();
        }
    }
    const QIcon play = theme_icon("play");
    const auto middle = [&](QIcon::Mode mode) { return play.pixmap(QSize(24, 24), mode).toImage().pixelColor(11, 12); };
    EXPECT_EQ(middle(QIcon::Normal), theme().text);
    EXPECT_EQ(middle(QIcon::Disabled), theme().disabled);
    set_theme_mode(ThemeMode::dark);
    EXPECT_EQ(middle(QIcon::Normal), theme().text);
}

TEST(ThemeFont, DigitsOfNumbersHaveOneWidth)
{
    const QFontMetricsF metrics(number_font());
    for (char digit = '1'; digit <= '9'; ++digit)
        EXPECT_NEAR(metrics.horizontalAdvance(QLatin1Char(digit)), metrics.horizontalAdvance(QLatin1Char('0')), 0.02);
}

}  // namespace
}  // namespace syzygy
