// The view of the correlations says where errors are the solver's own, and draws correlations of the data all the same.
#include "tests/support/run_program.hpp"
#include "tests/ui/support/input.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/export/picture_export.hpp"
#include "ui/views/plots.hpp"

#include <QFile>

#include <gtest/gtest.h>

namespace syzygy {
namespace {

using testing::TemporaryFolder;
using testing::wait_until;

/// A fit of the ACA example with that noise, and what the view of its correlations shows.
struct Correlations {
    explicit Correlations(double noise)
    {
        Recipe recipe{"aca", {}};
        recipe.simulate.t1 = 1;
        recipe.simulate.samples = 300;
        recipe.simulate.noise = noise;
        FitSetup setup;
        setup.fit.start = {1, 1, 1};
        setup.fit.free = "masses";
        session.set_data(make_data(recipe), setup);
        EXPECT_TRUE(wait_until([&] { return session.picture() != nullptr; }));
        session.start_fit();
        EXPECT_TRUE(wait_until([&] { return session.result() != nullptr; }));
        view.reset(make_correlation_view({&session, &timeline, &compare}, nullptr));
    }
    QString svg()
    {
        const std::string file = folder.file("correlation.svg");
        bool done = false;
        export_picture(background, *view, {file, {720, 450}, 1, "Correlation"}, session.data(), [&] { done = true; });
        EXPECT_TRUE(wait_until([&] { return done; }));
        QFile written(QString::fromStdString(file));
        EXPECT_TRUE(written.open(QIODevice::ReadOnly));
        return QString::fromUtf8(written.readAll());
    }

    TemporaryFolder folder;
    Background background;
    Session session;
    Timeline timeline;
    CompareSession compare{session, timeline};
    std::unique_ptr<View> view;
};

TEST(CorrelationView, OfExactDataShowsTheDatasCorrelationsAndSaysWhoseTheErrorsAre)
{
    Correlations exact(0);
    const QString text = exact.svg();
    EXPECT_TRUE(text.contains(QStringLiteral("Errors here are mostly those of the solver")));
    // As computed by other code for this example (tests/physics/fit/uncertainty_test.cpp).
    EXPECT_TRUE(text.contains(QStringLiteral(">0.89<")));
    EXPECT_FALSE(text.contains(QStringLiteral(">0.00<")));
    EXPECT_NE(exact.view->table()().find("those of the solver"), std::string::npos);
}

TEST(CorrelationView, OfNoisyDataSaysNothingOfTheSolver)
{
    Correlations noisy(1e-4);
    EXPECT_FALSE(noisy.svg().contains(QStringLiteral("of the solver")));
    EXPECT_EQ(noisy.view->table()().find("solver"), std::string::npos);
}

}  // namespace
}  // namespace syzygy
