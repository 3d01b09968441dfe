// A cloud of points is drawn whole: the plot of normal residuals shows their distribution, on screen and in files.
#include "ui/views/point_cloud.hpp"
#include "tests/support/run_program.hpp"
#include "tests/ui/support/input.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/export/picture_export.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/plot_view.hpp"
#include "ui/views/plots.hpp"

#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>

#include <gtest/gtest.h>

#include <numeric>

namespace syzygy {
namespace {

using testing::TemporaryFolder;
using testing::wait_until;

/// Of a normal distribution within one sigma.
constexpr double normal_share = 0.682689;

/// What the ink may add to the error of a share: opaque pixels (a hundredth of all points), lonely points (a fiftieth
/// of the ink), and half a per cent for pixels at the border of the band.
constexpr double ink_tolerance = 0.035;

constexpr QSize size{720, 450};

/// Residuals of the true orbit of the ACA example at noise of a known size.
struct NoisyResiduals {
    explicit NoisyResiduals(long rows)
    {
        Recipe recipe{"aca", {}};
        recipe.simulate.t1 = 1;
        recipe.simulate.samples = 2;
        const LoadedData clean = make_data(recipe);
        recipe.simulate.samples = rows;
        recipe.simulate.noise = noise;
        FitSetup setup;
        setup.fit.start = {1.1, 0.9, 1};
        setup.solver.rtol = 1e-9;
        session.set_data(make_data(recipe), setup);
        ModelPoint truth;
        truth.masses = clean.truth->masses;
        truth.initial_state << clean.observations->positions.col(0), clean.observations->velocities.col(0);
        EXPECT_TRUE(wait_until([&] { return session.picture() != nullptr; }));
        session.set_point(truth);
        EXPECT_TRUE(wait_until([&] { return session.picture()->solution->point.masses == truth.masses; }));
        timeline.set_range(session.picture()->solution->begin(), session.picture()->horizon);
        view.reset(dynamic_cast<PlotView*>(make_residuals_view({&session, &timeline, &compare}, nullptr)));
        view->resize(size);
    }

    /// Of all residuals.
    double true_share() const
    {
        const Eigen::MatrixXd& r = session.picture()->solution->residuals.residual;
        return static_cast<double>((r.array().abs() <= noise).count()) / static_cast<double>(r.size());
    }
    /// The strips of the last drawing.
    std::vector<QCPAxisRect*> strips() const
    {
        std::vector<QCPAxisRect*> found;
        for (QCPAxisRect* rect : view->plot().axisRects())
            if (rect->height() > 1) found.push_back(rect);
        return found;
    }
    /// From which pixel to which the band of a strip reaches; a value at a pixel's number lies in the pixel's middle.
    static std::pair<double, double> band(const QCPAxisRect& strip)
    {
        const QCPAxis& axis = *strip.axis(QCPAxis::atLeft);
        return {axis.coordToPixel(noise) + 0.5, axis.coordToPixel(-noise) + 0.5};
    }
    void show_points(bool shown)
    {
        for (int i = 0; i < view->plot().layerCount(); ++i)
            for (QCPLayerable* child : view->plot().layer(i)->children())
                if (dynamic_cast<PointCloud*>(child)) child->setVisible(shown);
    }
    QImage drawn()
    {
        QImage image(size, QImage::Format_ARGB32_Premultiplied);
        view->render_to(image, size);
        return image;
    }
    std::string exported(const std::string& suffix)
    {
        const std::string file = folder.file("residuals." + suffix);
        bool done = false;
        export_picture(background, *view, {file, size, 1, "Residuals"}, session.data(), [&] { done = true; });
        EXPECT_TRUE(wait_until([&] { return done; }));
        return file;
    }

    static constexpr double noise = 1e-6;
    TemporaryFolder folder;
    Background background;
    Session session;
    Timeline timeline;
    CompareSession compare{session, timeline};
    std::unique_ptr<PlotView> view;
};

/// How much of pixel row y lies from `from` to `to`.
double covered(double y, double from, double to)
{
    return std::clamp(std::min(y + 1, to) - std::max(y, from), 0.0, 1.0);
}

/// The share of the points' ink that lies in the bands: what differs between a picture with them and one without.
double share_of_ink(const NoisyResiduals& plot, const QImage& with, const QImage& without)
{
    double all = 0, inside = 0;
    const auto strips = plot.strips();
    for (std::size_t b = 0; b < 3; ++b) {
        const QRect place = strips.at(b)->rect();
        const auto [from, to] = NoisyResiduals::band(*strips[b]);
        const QColor ink = theme().bodies[b];
        for (int y = place.top(); y <= place.bottom(); ++y)
            for (int x = place.left(); x <= place.right(); ++x) {
                const QColor a = with.pixelColor(x, y), o = without.pixelColor(x, y);
                const auto apart = [](const QColor& one, const QColor& other) {
                    return std::abs(one.red() - other.red()) + std::abs(one.green() - other.green()) +
                           std::abs(one.blue() - other.blue());
                };
                const double opacity = static_cast<double>(apart(a, o)) / std::max(apart(ink, o), 1);
                all += opacity;
                inside += opacity * covered(y, from, to);
            }
    }
    EXPECT_GT(all, 1000);
    return inside / all;
}

class ResidualCloud : public ::testing::TestWithParam<long> {};

TEST_P(ResidualCloud, ShowsTheShareWithinOneSigmaOnScreen)
{
    NoisyResiduals plot(GetParam());
    const double truth = plot.true_share();
    EXPECT_NEAR(truth, normal_share, 4 * std::sqrt(0.217 / (9.0 * static_cast<double>(GetParam()))));
    QElapsedTimer timer;
    timer.start();
    const QImage with = plot.drawn();
    const double milliseconds = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    plot.show_points(false);
    const QImage without = plot.drawn();
    const double share = share_of_ink(plot, with, without);
    std::printf("%ld rows: %.4f of the ink within one sigma, %.4f of the residuals; drawn in %.1f ms\n", GetParam(),
                share, truth, milliseconds);
    EXPECT_NEAR(share, truth, ink_tolerance);
    EXPECT_NEAR(share, normal_share, ink_tolerance);
}

TEST_P(ResidualCloud, ShowsTheShareWithinOneSigmaInPng)
{
    NoisyResiduals plot(GetParam());
    const QImage with(QString::fromStdString(plot.exported("png")));
    plot.show_points(false);
    const QImage without(QString::fromStdString(plot.exported("png")));
    // Marks cover each other a little where they are drawn one by one: of about one pixel in four, that is.
    const double tolerance =
        9 * GetParam() <= static_cast<long>(3 * PointCloud::most_vector_marks) ? 0.06 : ink_tolerance;
    const double share =
        share_of_ink(plot, with.convertToFormat(QImage::Format_RGB32), without.convertToFormat(QImage::Format_RGB32));
    std::printf("%ld rows, PNG: %.4f of the ink within one sigma\n", GetParam(), share);
    EXPECT_NEAR(share, plot.true_share(), tolerance);
}

TEST_P(ResidualCloud, ShowsTheShareWithinOneSigmaInSvg)
{
    NoisyResiduals plot(GetParam());
    QFile file(QString::fromStdString(plot.exported("svg")));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(file.readAll());
    // The layout of a drawing of the same size.
    plot.drawn();
    const auto strips = plot.strips();
    ASSERT_EQ(strips.size(), 3U);
    double all = 0, inside = 0, marks = 0;
    const auto count = [&](double y, double height, double ink) {
        for (const QCPAxisRect* strip : strips) {
            if (y + height / 2 < strip->top() || y + height / 2 > strip->bottom() + 1) continue;
            const auto [from, to] = NoisyResiduals::band(*strip);
            all += ink;
            inside += ink * std::clamp((std::min(y + height, to) - std::max(y, from)) / height, 0.0, 1.0);
        }
    };
    // Marks: squares of two pixels, drawn about the value.
    static const QRegularExpression mark(
        QStringLiteral("<path d=\"M[-0-9.]+ ([-0-9.]+)L[^\"]*\" fill=\"#[0-9a-f]+\" fill-opacity=\"0.6\""));
    for (auto found = mark.globalMatch(text); found.hasNext(); ++marks)
        count(found.next().captured(1).toDouble() + 1.5, 1e-3, 1);
    static const QRegularExpression image(QStringLiteral(
        "<image x=\"([-0-9.]+)\" y=\"([-0-9.]+)\" width=\"([0-9.]+)\" height=\"([0-9.]+)\"[^>]*base64,([^\"]*)\""));
    int images = 0;
    for (auto found = image.globalMatch(text); found.hasNext(); ++images) {
        const auto match = found.next();
        const QImage cloud = QImage::fromData(QByteArray::fromBase64(match.captured(5).toLatin1()));
        ASSERT_FALSE(cloud.isNull());
        const double each = match.captured(4).toDouble() / cloud.height();
        for (int y = 0; y < cloud.height(); ++y) {
            double ink = 0;
            for (int x = 0; x < cloud.width(); ++x) ink += qAlpha(cloud.pixel(x, y));
            count(match.captured(2).toDouble() + y * each, each, ink);
        }
    }
    std::printf("%ld rows, SVG: %.0f marks, %d images; %.4f within one sigma\n", GetParam(), marks, images,
                inside / all);
    if (3 * GetParam() <= static_cast<long>(PointCloud::most_vector_marks)) {
        EXPECT_EQ(marks, 9 * GetParam());
        EXPECT_EQ(images, 0);
        // Coordinates in the file are rounded to a thousandth of a pixel.
        EXPECT_NEAR(inside / all, plot.true_share(), 1e-3);
    } else {
        EXPECT_EQ(images, 3);
        EXPECT_NEAR(inside / all, plot.true_share(), ink_tolerance);
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, ResidualCloud, ::testing::Values(1'000, 20'000, 200'000));

TEST(ResidualCloudOfVeryManyRows, KeepsSharesAndOutliersThoughOnlySomeRowsAreDrawn)
{
    NoisyResiduals plot(600'000);
    QElapsedTimer timer;
    timer.start();
    const QImage with = plot.drawn();
    const double milliseconds = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    plot.show_points(false);
    const double share = share_of_ink(plot, with, plot.drawn());
    std::printf("600,000 rows: %.4f of the ink within one sigma; drawn in %.1f ms\n", share, milliseconds);
    EXPECT_NEAR(share, plot.true_share(), ink_tolerance);
}

TEST(RejectedSteps, AreDrawnOneByOne)
{
    Recipe recipe{"pythagorean", {}};
    recipe.simulate.t1 = 40;
    recipe.simulate.samples = 400;
    FitSetup setup;
    setup.fit.start = {3, 4, 5};
    setup.solver.method = "rk45";
    setup.solver.rtol = 1e-6;
    Session session;
    Timeline timeline;
    CompareSession compare{session, timeline};
    session.set_data(make_data(recipe), setup);
    ASSERT_TRUE(wait_until([&] { return session.picture() != nullptr; }));
    const Solution& solution = *session.picture()->solution;
    const std::size_t rejected = solution.window.rejected_attempts().size() +
                                 (solution.beyond ? solution.beyond->rejected_attempts().size() : 0);
    std::unique_ptr<View> view(make_step_size_view({&session, &timeline, &compare}, nullptr));
    const TemporaryFolder folder;
    Background background;
    bool done = false;
    const std::string file = folder.file("steps.svg");
    export_picture(background, *view, {file, size, 1, "Steps"}, session.data(), [&] { done = true; });
    ASSERT_TRUE(wait_until([&] { return done; }));
    QFile svg(QString::fromStdString(file));
    ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(svg.readAll());
    // Many are squares of two pixels.
    const QString fill = QStringLiteral("fill=\"%1\" fill-opacity=\"0.6\"").arg(theme().rejected.name(QColor::HexRgb));
    std::printf("%zu rejected steps, %lld marks\n", rejected, static_cast<long long>(text.count(fill)));
    ASSERT_GT(rejected, PointCloud::most_shaped);
    EXPECT_EQ(static_cast<std::size_t>(text.count(fill)), rejected);
}

TEST(CloudOpacity, IsProportionalToTheNumberOfPoints)
{
    // Pixels with a Poisson number of points about 20.
    std::vector<std::size_t> frequency(60);
    double probability = 1e6 * std::exp(-20.0);
    for (std::size_t c = 0; c < frequency.size(); ++c) {
        frequency[c] = static_cast<std::size_t>(probability);
        probability *= 20.0 / static_cast<double>(c + 1);
    }
    const std::vector<double> opacity = cloud_opacity(frequency);
    EXPECT_EQ(opacity[0], 0);
    for (const std::size_t c : {15U, 20U, 25U})
        EXPECT_NEAR(opacity[c] / opacity[10], static_cast<double>(c) / 10, 1e-12) << c;
    EXPECT_LE(opacity.back(), 1);
}

TEST(CloudOpacity, KeepsLonelyPointsInSightAndALineFromHidingTheRest)
{
    // Ten thousand pixels of 100 points, thirty of one, and ten of 100,000.
    std::vector<std::size_t> frequency(100'001);
    frequency[100] = 10'000;
    frequency[1] = 30;
    frequency.back() = 10;
    const std::vector<double> opacity = cloud_opacity(frequency);
    EXPECT_GT(opacity[100], 0.1);
    EXPECT_GT(opacity[1], 0.5 * opacity[100]);
    EXPECT_EQ(opacity.back(), 1);
}

}  // namespace
}  // namespace syzygy
