// Bars of a comparison end where their numbers are, and say so where they are cut.
#include "tests/support/run_program.hpp"
#include "tests/ui/support/input.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/compare/method_style.hpp"
#include "ui/export/picture_export.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/plot_view.hpp"

#include <QFile>
#include <QLocale>

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::TemporaryFolder;
using testing::wait_until;

/// How the methods of a made-up comparison come out.
struct Method {
    std::string id;
    long forward, backward;
    double error = 0;  ///< relative, of all numbers of the gradient
    Status status = Status::reached;
};

CompareResult made_up(const std::vector<Method>& methods)
{
    CompareResult result;
    result.subject = "Made up";
    result.parameter_names = {"p1", "p2", "p3"};
    result.state_names = {"y1", "y2"};
    result.horizons = {0};
    ReferenceGradient reference;
    reference.parameters = Eigen::Vector3d(2, -1.3, 0.7);
    reference.initial_state = Eigen::Vector2d(-0.4, 1);
    result.references = {reference};
    for (const Method& method : methods) {
        CompareRow row;
        row.run.gradient = method.id;
        row.gradient.parameters = (1 + method.error) * reference.parameters;
        row.gradient.initial_state = (1 + method.error) * reference.initial_state;
        row.gradient.forward.rhs_evaluations = method.forward;
        row.gradient.backward.rhs_evaluations = method.backward;
        row.gradient.outcome = {method.status, "made up"};
        row.relative_error = std::abs(method.error);
        result.rows.push_back(row);
    }
    return result;
}

struct Bars {
    using Make = View* (*)(const ViewContext&, QWidget*);
    explicit Bars(Make make, const std::vector<Method>& methods)
        : view(dynamic_cast<PlotView*>(make({&session, &timeline, &compare}, nullptr)))
    {
        compare.show(made_up(methods));
    }
    QImage drawn(QSize size)
    {
        QImage image(size, QImage::Format_RGB32);
        view->resize(size);
        view->render_to(image, size);
        return image;
    }
    std::vector<QCPAxisRect*> rects() const
    {
        std::vector<QCPAxisRect*> found;
        for (QCPAxisRect* rect : view->plot().axisRects())
            if (rect->height() > 1) found.push_back(rect);
        return found;
    }

    Session session;
    Timeline timeline;
    CompareSession compare{session, timeline};
    std::unique_ptr<PlotView> view;
};

class Themes : public ::testing::TestWithParam<bool> {
protected:
    Themes() { set_theme_mode(GetParam() ? ThemeMode::dark : ThemeMode::light); }
    ~Themes() override { set_theme_mode(ThemeMode::light); }
};

TEST_P(Themes, BarsOfExactGradientsReachTheReference)
{
    // Others are hatched.
    std::vector<Method> methods;
    for (const GradientMethodInfo& info : gradient_method_infos())
        if (method_style(info.id).dash == Qt::SolidLine && methods.size() < 3)
            methods.push_back({std::string(info.id), 600, 600});
    ASSERT_EQ(methods.size(), 3U);
    Bars bars(&make_compare_gradients_view, methods);
    for (const QSize size : {QSize(420, 220), QSize(700, 450), QSize(1200, 300)}) {
        const QImage image = bars.drawn(size);
        ASSERT_EQ(bars.rects().size(), 2U);
        const ReferenceGradient& reference = bars.compare.result()->references.front();
        for (std::size_t r = 0; r < 2; ++r) {
            const QCPAxisRect& rect = *bars.rects()[r];
            const QCPAxis &x = *rect.axis(QCPAxis::atBottom), &y = *rect.axis(QCPAxis::atLeft);
            const Eigen::VectorXd& numbers = r == 0 ? reference.initial_state : reference.parameters;
            for (Eigen::Index i = 0; i < numbers.size(); ++i)
                for (int k = 0; k < 3; ++k) {
                    const int column =
                        static_cast<int>(x.coordToPixel(static_cast<double>(i) - 0.4 + 0.8 * (k + 0.5) / 3));
                    const int end = static_cast<int>(std::lround(y.coordToPixel(numbers[i])));
                    const int zero = static_cast<int>(std::lround(y.coordToPixel(0)));
                    // What is nearest to the reference and has none of the background, coming from inside the bar.
                    const int towards = numbers[i] > 0 ? -1 : 1;
                    int reached = zero + 2 * towards;
                    while (reached != end && image.pixel(column, reached + towards) != theme().plot.rgb())
                        reached += towards;
                    EXPECT_LE(std::abs(reached - end), 1)
                        << size.width() << ", rect " << r << ", number " << i << ", bar " << k << ": bar to " << reached
                        << ", reference at " << end;
                }
        }
    }
}

TEST_P(Themes, GradientsThatAreCutHaveAGapAndOthersNone)
{
    // Cut at 2.2 times the reference.
    Bars bars(&make_compare_gradients_view, {{"aca", 600, 600}, {"adjoint", 600, 600, 9}});
    const QImage image = bars.drawn({900, 500});
    const QCPAxisRect& rect = *bars.rects().front();
    const QCPAxis &x = *rect.axis(QCPAxis::atBottom), &y = *rect.axis(QCPAxis::atLeft);
    for (int k = 0; k < 2; ++k) {
        const int column = static_cast<int>(x.coordToPixel(1 - 0.4 + 0.8 * (k + 0.5) / 2));
        const int zero = static_cast<int>(std::lround(y.coordToPixel(0)));
        const int end = static_cast<int>(std::lround(y.coordToPixel(k == 0 ? 1 : 2.2)));
        int gap = 0;
        for (int at = zero - 2; at > end + 2; --at) gap += image.pixel(column, at) == theme().plot.rgb();
        std::printf("bar %d: %d pixels of a gap\n", k, gap);
        EXPECT_EQ(gap >= 2, k == 1);
        EXPECT_TRUE(gap == 0 || k == 1);
    }
}

TEST_P(Themes, ABarOfEvaluationsThatIsCutHasAGapAtAnySizeAndItsNumberBeside)
{
    const std::vector<Method> methods{{"aca", 900, 1350},
                                      {"adjoint", 900, 4000},
                                      {"backprop", 900, 900},
                                      {"reversible", 2600, 3900},
                                      {"mali", 1'000'000, 0, 0, Status::evaluation_limit}};
    Bars bars(&make_compare_evaluations_view, methods);
    for (const QSize size : {QSize(300, 200), QSize(420, 220), QSize(640, 300), QSize(1200, 400)}) {
        const QImage image = bars.drawn(size);
        const QCPAxisRect& rect = *bars.rects().front();
        const QCPAxis &x = *rect.axis(QCPAxis::atBottom), &y = *rect.axis(QCPAxis::atLeft);
        const double cut = 8 * 4900;  // eight times the median, which is that of the adjoint method
        for (std::size_t i = 0; i < methods.size(); ++i) {
            const double total = static_cast<double>(methods[i].forward + methods[i].backward);
            const int row = static_cast<int>(std::lround(y.coordToPixel(static_cast<double>(i))));
            const int end = static_cast<int>(std::lround(x.coordToPixel(std::min(total, cut))));
            const int begin = static_cast<int>(std::lround(x.coordToPixel(0)));
            int gap = 0, last = begin;
            for (int at = begin + 2; at < end - 1; ++at) {
                const bool empty = image.pixel(at, row) == theme().plot.rgb();
                gap += empty;
                if (!empty) last = at;
            }
            EXPECT_LE(end, rect.right()) << methods[i].id;
            if (total > cut) {
                EXPECT_GE(gap, 3) << methods[i].id << " at " << size.width();
                // After the gap the bar goes on.
                EXPECT_GE(last, end - 3) << methods[i].id << " at " << size.width();
            } else {
                EXPECT_EQ(gap, 0) << methods[i].id << " at " << size.width();
            }
        }
    }
    TemporaryFolder folder;
    Background background;
    bool done = false;
    const std::string file = folder.file("evaluations.svg");
    export_picture(background, *bars.view, {file, {640, 300}, 1, "Evaluations"}, {}, [&] { done = true; });
    ASSERT_TRUE(wait_until([&] { return done; }));
    QFile svg(QString::fromStdString(file));
    ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(svg.readAll());
    EXPECT_TRUE(text.contains(QLocale().toString(1'000'000) + " (")) << "the number of the bar that is cut";
    EXPECT_TRUE(text.contains(QLocale().toString(2250) + QStringLiteral(" (2.5×)")));
    EXPECT_TRUE(text.contains("times the forward solve")) << "what the factor is of";
}

INSTANTIATE_TEST_SUITE_P(LightAndDark, Themes, ::testing::Bool());

}  // namespace
}  // namespace syzygy
