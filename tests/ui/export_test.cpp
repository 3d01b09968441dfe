#include "ui/export/picture_export.hpp"

#include "core/base/error.hpp"
#include "tests/support/run_program.hpp"
#include "tests/ui/support/input.hpp"
#include "ui/data/examples.hpp"
#include "ui/export/animation.hpp"
#include "ui/export/export_dialog.hpp"
#include "ui/export/file_dialogs.hpp"
#include "ui/export/output_file.hpp"
#include "ui/export/tables.hpp"

#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTreeWidget>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;
using testing::wait_until;

/// Text, a frame, and a curve that a clip keeps inside of it.
class Painted : public View {
public:
    void render_to(QPaintDevice& device, QSize size) override
    {
        QPainter painter(&device);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.fillRect(QRect(QPoint(0, 0), size), Qt::white);
        painter.setFont(QFont("DejaVu Sans", 12));
        painter.drawText(QPointF(40, 30), label);
        painter.save();
        painter.setClipRect(plot);
        painter.fillRect(QRect(0, 0, 4000, 4000), QColor(0, 114, 178, 60));
        painter.setPen(QPen(QColor(213, 94, 0), 3));
        painter.drawLine(QPointF(-100, 100), QPointF(1000, 200));
        painter.restore();
        painter.setPen(QPen(QColor(10, 20, 30), 2));
        painter.drawRect(plot);
    }
    bool empty() const override { return false; }
    void reset_view() override {}

    QString label = "Energy drift <1>";
    QRect plot{60, 60, 240, 150};
};

struct Exporting {
    Exporting() { QObject::connect(&background, &Background::failed, [this](int, const QString&, const QString& message) { error = message; }); }
    bool ended() { return wait_until([&] { return background.running() == 0; }); }
    TemporaryFolder folder;
    Background background;
    Painted view;
    QString error;
};

double mean_difference(const QImage& a, const QImage& b)
{
    double sum = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            sum += std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y)));
    return sum / (a.width() * a.height());
}

TEST(PictureExport, PngHasTheScaleAndTheTitle)
{
    Exporting e;
    export_picture(e.background, e.view, {e.folder.file("a.png"), {360, 241}, 2.5, "Title"}, {});
    ASSERT_TRUE(e.ended());
    const QImage image(QString::fromStdString(e.folder.file("a.png")));
    EXPECT_EQ(image.size(), QSize(900, 603));
    EXPECT_EQ(image.text("Title"), "Title");
    EXPECT_EQ(e.error, "");
}

TEST(PictureExport, SvgShowsTheSamePictureAndItsTextIsText)
{
    Exporting e;
    export_picture(e.background, e.view, {e.folder.file("a.svg"), {360, 240}, 1, "<Title>"}, {});
    export_picture(e.background, e.view, {e.folder.file("a.png"), {360, 240}, 1, ""}, {});
    ASSERT_TRUE(e.ended());
    const std::string svg = testing::content_of(e.folder.file("a.svg"));
    EXPECT_THAT(svg, ::testing::HasSubstr("Energy drift &lt;1&gt;</text>"));
    EXPECT_THAT(svg, ::testing::HasSubstr("<title>&lt;Title&gt;</title>"));
    EXPECT_THAT(svg, ::testing::HasSubstr("clip-path"));
    // Qt's reader knows no clip: without them, the two differ by the clipped parts only.
    std::string unclipped = svg;
    QSvgRenderer renderer(QString::fromStdString(e.folder.file("a.svg")));
    ASSERT_TRUE(renderer.isValid());
    EXPECT_EQ(renderer.defaultSize(), QSize(360, 240));
    QImage drawn(360, 240, QImage::Format_RGB32);
    QPainter painter(&drawn);
    renderer.render(&painter);
    painter.end();
    const QImage png(QString::fromStdString(e.folder.file("a.png")));
    EXPECT_LT(mean_difference(drawn.copy(e.view.plot), png.copy(e.view.plot)), 2);
}

TEST(PictureExport, PdfIsOnePageOfThePicturesSize)
{
    Exporting e;
    export_picture(e.background, e.view, {e.folder.file("a.pdf"), {360, 240}, 1, "Title"}, {});
    ASSERT_TRUE(e.ended());
    const std::string pdf = testing::content_of(e.folder.file("a.pdf"));
    EXPECT_THAT(pdf, ::testing::StartsWith("%PDF-1."));
    const int dots = QImage(1, 1, QImage::Format_RGB32).logicalDpiX();
    EXPECT_THAT(pdf, ::testing::HasSubstr(fmt::format("/MediaBox [0 0 {}.000000 {}.000000]", 360 * 72 / dots, 240 * 72 / dots)));
    EXPECT_THAT(pdf, ::testing::HasSubstr("/FontFile2"));
}

TEST(PictureExport, NamesWhatIsWrongWithTheFile)
{
    Exporting e;
    const auto message_of = [&](const std::string& file, const LoadedData& data = {}) -> std::string {
        try {
            export_picture(e.background, e.view, {file, {100, 100}, 1, ""}, data);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_THAT(message_of(e.folder.file("a.bmp")), ::testing::HasSubstr("end its name in one of .png, .svg, .pdf"));
    EXPECT_THAT(message_of(e.folder.file("a")), ::testing::HasSubstr("no suffix"));
    EXPECT_THAT(message_of("/no/such/a.png"), ::testing::HasSubstr("make it first"));
    LoadedData data;
    data.files = {e.folder.write("data.PNG", "numbers")};
    EXPECT_THAT(message_of(e.folder.file("data.PNG"), data), ::testing::HasSubstr("choose another name"));
    EXPECT_EQ(testing::content_of(e.folder.file("data.PNG")), "numbers");
    EXPECT_THROW(export_picture(e.background, e.view, {e.folder.file("a.png"), {10000, 10000}, 10, ""}, {}), ArgumentError);
}

TEST(PictureExport, AFullDiskIsNamedAndLeavesTheOldFile)
{
    if (!fs::exists("/dev/full")) GTEST_SKIP();
    Exporting e;
    fs::create_symlink("/dev/full", e.folder.file("full.png"));
    export_picture(e.background, e.view, {e.folder.file("full.png"), {100, 100}, 1, ""}, {});
    ASSERT_TRUE(e.ended());
    EXPECT_THAT(e.error.toStdString(), ::testing::HasSubstr("check the free space"));
}

TEST(PictureExport, CancelledWritesNothing)
{
    Exporting e;
    export_picture(e.background, e.view, {e.folder.file("a.png"), {4000, 3000}, 3, ""}, {});
    e.background.cancel_all();
    EXPECT_EQ(e.background.running(), 0);
    testing::wait(std::chrono::milliseconds(50));
    EXPECT_FALSE(fs::exists(e.folder.file("a.png")));
}

std::shared_ptr<const Solution> solution_of(Session& session)
{
    const ExampleInfo& example = find_example("aca");
    session.set_data(make_data(example.recipe), example.setup);
    EXPECT_TRUE(wait_until([&] { return session.picture() != nullptr; }));
    return session.picture()->solution;
}

/// The rows below the line of names, by cell.
std::vector<std::vector<std::string>> rows_of(const std::string& csv)
{
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("#")) continue;
        rows.emplace_back();
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
    }
    return rows;
}

TEST(Tables, OfStepsHoldsEveryAttemptInTheOrderOfTime)
{
    Session session;
    const auto solution = solution_of(session);
    const auto rows = rows_of(step_table(*solution));
    EXPECT_EQ(rows[0], (std::vector<std::string>{"t", "step", "error_ratio", "accepted", "in_window"}));
    std::size_t accepted = 0, rejected = 0;
    double before = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 1; k < rows.size(); ++k) {
        const double t = std::stod(rows[k][0]);
        EXPECT_GE(t, before);
        before = t;
        const bool in_window = rows[k][4] == "1";
        if (in_window) ++(rows[k][3] == "1" ? accepted : rejected);
        EXPECT_EQ(std::stod(rows[k][2]) <= 1, rows[k][3] == "1");
    }
    EXPECT_EQ(accepted, solution->window.steps().size());
    EXPECT_EQ(rejected, solution->window.rejected_attempts().size());
}

TEST(Tables, OfResidualsReadBackToTheSameNumbers)
{
    Session session;
    const auto solution = solution_of(session);
    const auto rows = rows_of(residual_table(*solution));
    const ResidualSeries& series = solution->residuals;
    ASSERT_EQ(rows.size(), series.times.size() + 1);
    EXPECT_EQ(rows[0][2], "residual_x1");
    for (std::size_t k = 0; k < series.times.size(); ++k) {
        EXPECT_EQ(std::stod(rows[k + 1][0]), series.times[k]);
        EXPECT_EQ(rows[k + 1][1], k < series.in_window ? "1" : "0");
        for (std::size_t row = 0; row < 9; ++row)
            EXPECT_EQ(std::stod(rows[k + 1][2 + row]),
                      series.residual(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(k)));
    }
}

/// Shows the timeline's time as a bar.
struct Clock {
    Timeline timeline;
    std::vector<double> drawn;
    QImage draw()
    {
        drawn.push_back(timeline.time());
        QImage image(120, 80, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        painter.fillRect(QRectF(0, 0, 120 * timeline.time(), 80), Qt::darkBlue);
        return image;
    }
};

TEST(Animation, WalksTheTimelineAndPutsItBack)
{
    Exporting e;
    Clock clock;
    clock.timeline.set_time(0.3);
    AnimationExport animation(clock.timeline, e.background, [&] { return clock.draw(); },
                              {e.folder.file("a.png"), false, 5, 10});
    QSignalSpy ended(&animation, &AnimationExport::ended);
    animation.start({});
    ASSERT_TRUE(wait_until([&] { return ended.size() == 1; }));
    EXPECT_TRUE(ended[0][0].toBool());
    EXPECT_EQ(clock.drawn, (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
    EXPECT_EQ(clock.timeline.time(), 0.3);
    EXPECT_EQ(QImage(QString::fromStdString(e.folder.file("a.png"))).size(), QSize(120, 80));
}

TEST(Animation, OfSingleFilesIsNumbered)
{
    Exporting e;
    Clock clock;
    AnimationExport animation(clock.timeline, e.background, [&] { return clock.draw(); },
                              {e.folder.file("a.png"), true, 12, 10});
    QSignalSpy ended(&animation, &AnimationExport::ended);
    animation.start({});
    ASSERT_TRUE(wait_until([&] { return ended.size() == 1; }));
    EXPECT_TRUE(fs::exists(e.folder.file("a-0001.png")));
    EXPECT_TRUE(fs::exists(e.folder.file("a-0012.png")));
    EXPECT_FALSE(fs::exists(e.folder.file("a.png")));
}

TEST(Animation, CancelledLeavesNoFileAndTheTimelineWhereItWas)
{
    Exporting e;
    Clock clock;
    clock.timeline.set_time(0.7);
    AnimationExport animation(clock.timeline, e.background, [&] { return clock.draw(); },
                              {e.folder.file("a.png"), false, 2000, 10});
    QSignalSpy ended(&animation, &AnimationExport::ended);
    animation.start({});
    ASSERT_TRUE(wait_until([&] { return clock.drawn.size() > 3; }));
    QElapsedTimer timer;
    timer.start();
    animation.cancel();
    EXPECT_LT(timer.elapsed(), 100);
    ASSERT_EQ(ended.size(), 1);
    EXPECT_FALSE(ended[0][0].toBool());
    EXPECT_EQ(clock.timeline.time(), 0.7);
    testing::wait(std::chrono::milliseconds(50));
    EXPECT_FALSE(fs::exists(e.folder.file("a.png")));
}

TEST(Animation, KeepsTheSizeOfItsFirstFrame)
{
    Exporting e;
    Timeline timeline;
    int drawn = 0;
    const auto draw = [&] {
        QImage image(drawn % 2 == 0 ? QSize(120, 80) : QSize(90 + 20 * drawn, 200), QImage::Format_RGB32);
        image.fill(QColor(20 * drawn, 90, 30));
        ++drawn;
        return image;
    };
    AnimationExport animation(timeline, e.background, draw, {e.folder.file("a.png"), false, 6, 10});
    QSignalSpy ended(&animation, &AnimationExport::ended);
    animation.start({});
    ASSERT_TRUE(wait_until([&] { return ended.size() == 1; }));
    EXPECT_TRUE(ended[0][0].toBool()) << e.error.toStdString();
    EXPECT_EQ(QImage(QString::fromStdString(e.folder.file("a.png"))).size(), QSize(120, 80));
    const QImage narrow = on_canvas(QImage(10, 80, QImage::Format_RGB32), {120, 80});
    EXPECT_EQ(narrow.size(), QSize(120, 80));
}

TEST(ExportDialog, FollowsTheSessionAndNamesWhatCannotBeWritten)
{
    Exporting e;
    Session session;
    set_export_folder(QString::fromStdString(e.folder.file("")));
    ExportDialog dialog({{"painted", "Painted", &e.view}}, session, e.background, [](const QString&, bool) {});
    auto* const list = dialog.findChild<QTreeWidget*>("export-list");
    const auto has_table = [&](int row) { return list->topLevelItem(row)->data(2, Qt::CheckStateRole).isValid(); };
    const int data_row = 1;
    EXPECT_FALSE(has_table(data_row));
    list->topLevelItem(0)->setCheckState(1, Qt::Unchecked);
    solution_of(session);
    EXPECT_TRUE(wait_until([&] { return has_table(data_row) && has_table(data_row + 1); }));
    EXPECT_EQ(list->topLevelItem(0)->checkState(1), Qt::Unchecked);

    for (int row = 1; row < list->topLevelItemCount(); ++row) list->topLevelItem(row)->setCheckState(2, Qt::Unchecked);
    list->topLevelItem(data_row)->setCheckState(2, Qt::Checked);
    auto* const write = dialog.findChild<QPushButton*>("export-write");
    EXPECT_TRUE(write->isEnabled());
    dialog.findChild<QLineEdit*>("export-pattern")->setText(QString(300, 'a'));
    EXPECT_FALSE(write->isEnabled());
    EXPECT_THAT(dialog.findChild<QLabel*>("export-problem")->text().toStdString(), ::testing::HasSubstr("too long"));
}

TEST(OutputFile, ThatIsThereIsNoQuestionWhereItIsNot)
{
    EXPECT_TRUE(may_replace(nullptr, {}));
    EXPECT_TRUE(may_replace(nullptr, {"/no/such/a.png", "/tmp/" + std::string(300, 'a')}));
}

TEST(OutputFile, IsNamedAfterTheData)
{
    LoadedData data;
    EXPECT_EQ(export_name(data), "syzygy");
    data.recipe = Recipe{"aca", {}};
    EXPECT_EQ(export_name(data), "aca");
    data.files = {"/a/b/mars.ecsv", "/a/c.txt", "/a/d.txt"};
    EXPECT_EQ(export_name(data), "mars");
}

}  // namespace
}  // namespace syzygy
