// The view of radial velocities against the numbers of the fit: where each mark is drawn, how many lie within their error bars,
// the curve, and what the headline says.
#include "tests/ui/support/input.hpp"
#include "tests/ui/support/velocities.hpp"
#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/plot_view.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::wait_until;

class RadialVelocityView : public ::testing::Test {
protected:
    void SetUp() override
    {
        LoadedData data = make_data(testing::with_velocities("rv1,rv2:Keck", 150));
        auto turned = std::make_shared<Observations>(*data.observations);
        for (ObservedSeries& series : turned->series)
            for (std::size_t k = 0; k < turned->size(); ++k) series.values[k] += 0.5;
        data.observations = turned;
        FitSetup setup;
        setup.fit.free = "masses,initial";
        session_.set_data(data, setup);
        ASSERT_TRUE(wait_until([&] { return session_.picture() != nullptr; }));
        timeline_.set_range(session_.picture()->solution->begin(), session_.picture()->horizon);
        session_.start_fit();
        ASSERT_TRUE(wait_until([&] { return session_.result() != nullptr; }));
        ASSERT_TRUE(wait_until([&] { return session_.settled(); }));
        ASSERT_TRUE(session_.result()->outcome.ok()) << session_.result()->outcome.reason;
        const auto row = std::ranges::find(views(), std::string_view("radial-velocity"), &ViewInfo::id);
        ASSERT_NE(row, views().end());
        view_.reset(dynamic_cast<PlotView*>(row->make({&session_, &timeline_, &compare_}, nullptr)));
        ASSERT_NE(view_, nullptr);
        view_->resize(900, 500);
        view_->show();
        view_->redraw();
    }
    const Solution& solution() const { return *session_.picture()->solution; }
    QImage drawn()
    {
        QImage image(view_->size(), QImage::Format_RGB32);
        view_->render_to(image, view_->size());
        return image;
    }
    QPointF place(int rect, double t, double value)
    {
        QCPAxisRect& axes = *view_->plot().axisRect(rect);
        return {axes.axis(QCPAxis::atBottom)->coordToPixel(t), axes.axis(QCPAxis::atLeft)->coordToPixel(value)};
    }

    Session session_;
    Timeline timeline_;
    CompareSession compare_{session_, timeline_};
    std::unique_ptr<PlotView> view_;
};

TEST_F(RadialVelocityView, DrawsEachReadingAndItsResidualWhereTheyAre)
{
    const QImage image = drawn();
    const QColor paper = theme().plot;
    ASSERT_EQ(solution().series.size(), 2u);
    std::size_t within = 0, count = 0;
    for (const SeriesComparison& series : solution().series) {
        ASSERT_EQ(series.times.size(), 150u);
        for (std::size_t k = 0; k < series.times.size(); ++k, ++count) {
            for (const bool residual : {false, true}) {
                const QPoint at = place(residual ? 1 : 0, series.times[k], residual ? series.residual[k] : series.values[k]).toPoint();
                ASSERT_TRUE(image.rect().contains(at)) << k;
                bool ink = false;
                for (int dx = -1; dx <= 1; ++dx)
                    for (int dy = -1; dy <= 1; ++dy) ink = ink || image.pixelColor(at + QPoint(dx, dy)) != paper;
                EXPECT_TRUE(ink) << series.series.name() << ' ' << k << (residual ? " residual" : " value");
            }
            within += std::abs(series.residual[k]) < series.sigma[k];
        }
    }
    // 300 readings: 0.683 +- 0.027.
    EXPECT_NEAR(static_cast<double>(within) / static_cast<double>(count), 0.683, 0.1);
}

TEST_F(RadialVelocityView, ItsCurveIsTheModel)
{
    for (const ObservableCurve& curve : solution().curves) {
        QCPGraph* graph = nullptr;
        for (int i = 0; i < view_->plot().graphCount(); ++i)
            if (view_->plot().graph(i)->keyAxis()->axisRect() == view_->plot().axisRect(0) && view_->plot().graph(i)->dataCount() > 0 &&
                std::abs(view_->plot().graph(i)->data()->constBegin()->value - curve.values.front()) < 1e-12)
                graph = view_->plot().graph(i);
        ASSERT_NE(graph, nullptr) << curve.body;
        for (auto at = graph->data()->constBegin(); at != graph->data()->constEnd(); ++at)
            EXPECT_NEAR(at->value, solution().at(at->key)[9 + 3 * curve.body + 2], 1e-9);
    }
}

TEST_F(RadialVelocityView, OffsetsAreThoseOfTheFit)
{
    const FitResult& result = *session_.result();
    ASSERT_EQ(result.series.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(solution().series[i].offset, result.series[i].offset);
        EXPECT_NEAR(result.series[i].offset, 0.5, 5 * result.series[i].offset_sigma);
    }
    const std::string table = view_->table()();
    EXPECT_NE(table.find("rv2:Keck,"), std::string::npos);
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(table, '\n')) >= 301, true);
}

TEST_F(RadialVelocityView, FollowsAHandThatMovesAMass)
{
    const double before = solution().series[0].offset;
    session_.set_mass(2, 1.3 * session_.point().masses[2]);
    ASSERT_TRUE(wait_until([&] { return session_.settled(); }));
    // The offset is again the mean of observed minus predicted.
    const SeriesComparison& series = solution().series[0];
    double mean = 0;
    for (const double residual : series.residual) mean += residual / static_cast<double>(series.residual.size());
    EXPECT_NEAR(mean, 0, 1e-9);
    EXPECT_NE(series.offset, before);
}

}  // namespace
}  // namespace syzygy
