// Files that come in: dropped on the window, fitted to the numbers of the command line, and wrong ones.
#include "physics/scenarios/scenario.hpp"
#include "tests/support/run_program.hpp"
#include "tests/ui/support/desktop.hpp"
#include "tests/ui/support/drop.hpp"
#include "ui/panels/status_line.hpp"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>

#include <fmt/format.h>

namespace syzygy::testing {
namespace {

/// One body of made observations as JPL Horizons writes a table of vectors (km, s, TDB, rows parted by commas).
std::string horizons_file(const Observations& data, int body)
{
    std::string text = fmt::format(
        "*******\nEphemeris / API_USER Sun Aug  5 09:24:17 2018 / Horizons\n*******\n"
        "Target body name: {} ({})    {{source: made}}\nCenter body name: Solar System Barycenter (0)  {{source: "
        "made}}\n"
        "Center-site name: BODY CENTER\n*******\nStart time      : A.D. 2018-Jan-01 00:00:00.0000 TDB\n"
        "Output units    : KM-S\nOutput type     : GEOMETRIC cartesian states\nReference frame : "
        "ICRF/J2000.0\n*******\n"
        "  JDTDB,   Calendar Date (TDB),   X,  Y,  Z,  VX,  VY,  VZ,\n*******\n$$SOE\n",
        data.bodies[static_cast<std::size_t>(body)], body + 1);
    for (std::size_t row = 0; row < data.size(); ++row) {
        text += fmt::format("{:.9f}, A.D. 2018-Jan-01 00:00:00.0000,", 2458119.5 + static_cast<double>(row));
        const auto column = static_cast<Eigen::Index>(row);
        for (int c = 0; c < 3; ++c) text += fmt::format(" {:.16E},", data.positions(3 * body + c, column));
        for (int c = 0; c < 3; ++c) text += fmt::format(" {:.16E},", data.velocities(3 * body + c, column));
        text += '\n';
    }
    return text + "$$EOE\n*******\n";
}

/// Three bodies day by day over 60 days, in km and km/s, as Horizons has them.
Observations solar_data()
{
    const ThreeBodySystem system = find_scenario("sun-earth-moon").make();
    SimulateOptions options;
    options.t1 = 60;
    options.samples = 61;
    options.velocities = true;
    Observations data = simulate(system, options, SolverOptions{}).samples;
    data.positions *= data.units.length_si() / 1000;
    data.velocities *= data.units.velocity_si() / 1000;
    return data;
}

/// The same as an ephemeris has it: bodies far away pull all three alike, and the centre of the Moon's partner wobbles,
/// so that no row holds the initial state of the motion.
Observations pulled_data()
{
    Observations data = solar_data();
    const Eigen::Vector3d pull(2e-10, -1e-10, 5e-11);  // km/s^2
    for (std::size_t row = 0; row < data.size(); ++row) {
        const auto column = static_cast<Eigen::Index>(row);
        const double t = 86400.0 * static_cast<double>(row);
        for (int body = 0; body < 3; ++body) {
            data.positions.col(column).segment<3>(3 * body) += 0.5 * t * t * pull;
            data.velocities.col(column).segment<3>(3 * body) += t * pull;
        }
        // 3 m/s, there and back within days.
        data.velocities.col(column).segment<3>(3) += 0.003 * Eigen::Vector3d(std::cos(1.7 * static_cast<double>(row)), 0.5, 0.1);
    }
    return data;
}

class DataDesktop : public Desktop {
protected:
    /// The masses that a copied command line fits.
    Eigen::Vector3d masses_of(const QString& command)
    {
        const std::string bin = std::filesystem::path(SYZYGY_PROGRAM).parent_path().string();
        std::string script = command.trimmed().toStdString() + " --json '" + folder_.file("fit.json") + "'";
        script = "cd '" + folder_.file("") + "' && PATH='" + bin + "':$PATH\n" + script + " >/dev/null 2>&1";
        EXPECT_EQ(std::system(script.c_str()), 0) << script;
        const auto json = nlohmann::json::parse(content_of(folder_.file("fit.json")));
        return {json["masses"][0].get<double>(), json["masses"][1].get<double>(), json["masses"][2].get<double>()};
    }
    void expect_the_command_line_agrees()
    {
        ASSERT_TRUE(fit_to_end());
        ASSERT_NE(session().result(), nullptr);
        key(window(), QKeySequence(QStringLiteral("Ctrl+Shift+C")));
        const QString command = QGuiApplication::clipboard()->text();
        EXPECT_THAT(command.toStdString(), ::testing::HasSubstr("syzygy fit"));
        const Eigen::Vector3d there = masses_of(command);
        for (int body = 0; body < 3; ++body)
            EXPECT_NEAR(session().result()->point.masses[body], there[body], 1e-12 * there[body])
                << command.toStdString();
    }
    TemporaryFolder folder_;
};

TEST_F(DataDesktop, ThreeHorizonsFilesAreDroppedInAndFittedAsByTheCommandLine)
{
    open_window();
    const Observations data = solar_data();
    std::vector<std::filesystem::path> files;
    for (int body = 0; body < 3; ++body)
        files.emplace_back(folder_.write(fmt::format("body {}.txt", body + 1), horizons_file(data, body)));
    QSignalSpy loaded(&session(), &Session::data_changed);
    ASSERT_TRUE(drop_files(window(), window().rect().center(), files));
    ASSERT_TRUE(wait_until([&] { return loaded.count() > 0; }));
    ASSERT_TRUE(settled());
    EXPECT_EQ(session().data().files.size(), 3U);
    EXPECT_EQ(session().data().observations->size(), 61U);
    expect_the_command_line_agrees();
    EXPECT_TRUE(session().result()->outcome.ok()) << session().result()->outcome.reason;
    // GM of the Sun in km^3/s^2.
    EXPECT_NEAR(session().result()->point.masses[0], 1.32712440e11, 1e-4 * 1.3e11);
}

TEST_F(DataDesktop, HorizonsFilesBringWhatAFitOfThemNeedsAndTheFirstFitIsRight)
{
    open_window();
    const Observations data = pulled_data();
    std::vector<std::filesystem::path> files;
    for (int body = 0; body < 3; ++body)
        files.emplace_back(folder_.write(fmt::format("{}.txt", data.bodies[static_cast<std::size_t>(body)]), horizons_file(data, body)));
    QSignalSpy loaded(&session(), &Session::data_changed);
    window().open(files);
    ASSERT_TRUE(wait_until([&] { return loaded.count() > 0; }));
    ASSERT_TRUE(settled());
    EXPECT_EQ(session().setup().data.relative_to, data.bodies[0]);
    EXPECT_EQ(session().setup().fit.free, "masses,initial");
    auto* note = window().findChild<QLabel*>(QStringLiteral("file-defaults"));
    ASSERT_NE(note, nullptr);
    EXPECT_TRUE(note->isVisibleTo(note->parentWidget()));
    EXPECT_THAT(note->text().toStdString(), ::testing::HasSubstr("positions are taken relative to " + data.bodies[0]));
    const auto& messages = window().status_line().messages();
    EXPECT_TRUE(std::ranges::any_of(messages, [](const auto& message) { return message.text.contains(QStringLiteral("initial state is free")); }));
    expect_the_command_line_agrees();
    // GM of the scenario, in km^3/s^2: published constants (DE440).
    const Eigen::Vector3d truth(1.3271244e11, 398600.4355, 4902.80007);
    const Eigen::Vector3d bounds(1e-5, 1e-3, 3e-2);
    for (int body = 0; body < 3; ++body) {
        const double error = session().result()->point.masses[body] / truth[body] - 1;
        std::printf("%s: %.9g km^3/s^2, %+.1e of the truth\n", data.bodies[static_cast<std::size_t>(body)].c_str(),
                    session().result()->point.masses[body], error);
        EXPECT_LT(std::abs(error), bounds[body]);
    }
    // As it was before: nothing relative, the first row held.
    FitSetup setup = session().setup();
    setup.data.relative_to.clear();
    setup.fit.free.clear();
    session().set_setup(setup);
    EXPECT_FALSE(note->isVisibleTo(note->parentWidget()));
    session().reset();
    ASSERT_TRUE(fit_to_end());
    EXPECT_GT(std::abs(session().result()->point.masses[1] / truth[1] - 1), 1e-3);
}

TEST_F(DataDesktop, TheFirstFitOfSunJupiterSaturnIsRight)
{
    const std::filesystem::path folder = std::filesystem::path(SYZYGY_SOURCE_DIR) / "../shared/data/horizons";
    std::vector<std::filesystem::path> files;
    for (const char* name : {"sun.txt", "jupiter.txt", "saturn.txt"}) files.push_back(folder / name);
    if (!std::filesystem::exists(files.front())) GTEST_SKIP() << "skipped: the Horizons tables are not in ../shared/data/horizons";
    open_window();
    QSignalSpy loaded(&session(), &Session::data_changed);
    window().open(files);
    ASSERT_TRUE(wait_until([&] { return loaded.count() > 0; }));
    ASSERT_TRUE(settled());
    expect_the_command_line_agrees();
    wait(500ms);
    screenshot(window(), QStringLiteral("sun-jupiter-saturn"));
    const FitResult& result = *session().result();
    const Eigen::Vector3d truth(1.3271244004193938e11, 1.2671276480000021e8, 3.7940585200000003e7), bounds(1e-5, 2e-4, 2e-3);
    for (int body = 0; body < 3; ++body) {
        std::printf("%.9g +- %.2g\n", result.point.masses[body], result.parameters[static_cast<std::size_t>(body)].trusted_sigma());
        EXPECT_LT(std::abs(result.point.masses[body] / truth[body] - 1), bounds[body]);
    }
    std::printf("%s\n", headline(result, "km").c_str());
}

TEST_F(DataDesktop, ASavedFitKeepsItsOwnFrameAndFreedom)
{
    open_window();
    const Observations data = pulled_data();
    std::vector<std::string> files;
    for (int body = 0; body < 3; ++body) files.push_back(folder_.write(fmt::format("{}.txt", body), horizons_file(data, body)));
    const std::string saved = folder_.file("own.syzygy");
    ASSERT_EQ(run_syzygy({"fit", files[0], files[1], files[2], "--relative-to", "2", "--free", "masses", "-o", saved}).exit_code, 0);
    QSignalSpy loaded(&session(), &Session::data_changed);
    window().open({saved});
    ASSERT_TRUE(wait_until([&] { return loaded.count() > 0; }));
    ASSERT_TRUE(settled());
    EXPECT_EQ(session().setup().data.relative_to, "2");
    EXPECT_EQ(session().setup().fit.free, "masses");
}

TEST_F(DataDesktop, AnExampleIsFittedAsByTheCommandLine)
{
    open_window();
    open_example("aca");
    expect_the_command_line_agrees();
}

/// A file, and a word that its error must have.
struct Wrong {
    std::string name, content, says;
};

TEST_F(DataDesktop, WrongFilesSayWhatIsWrongAndLeaveTheSessionAsItWas)
{
    open_window();
    open_example("aca");
    const auto before = session().data().observations;
    const Eigen::Vector3d masses = session().point().masses;
    const Wrong wrongs[] = {
        {"empty.csv", "", "empty"},
        {"prose.txt", "This is not a table.\nNor is this.\n", "prose.txt"},
        {"cut.csv", "t,x1,y1,z1,x2,y2,z2,x3,y3,z3\n0,1,2,3,4,5,6,7,8,9\n1,2,3\n", "cut.csv"},
        {"binary.csv", std::string("\x7f\x45\x4c\x46\0\0\0\1", 8), "binary.csv"},
    };
    for (const Wrong& wrong : wrongs) {
        SCOPED_TRACE(wrong.name);
        (void)drop_files(window(), window().rect().center(), {folder_.write(wrong.name, wrong.content)});
        // The status line, or a text in sight, says it.
        const QString said = QString::fromStdString(wrong.says);
        const auto shown = [&] {
            const auto& messages = window().status_line().messages();
            if (!messages.empty() && messages.back().error && messages.back().text.contains(said)) return true;
            for (QWidget* top : QApplication::topLevelWidgets())
                for (QLabel* label : top->findChildren<QLabel*>())
                    if (label->isVisible() && label->text().contains(said)) return true;
            return false;
        };
        EXPECT_TRUE(wait_until(shown, 5s));
        if (QWidget* dialog = QApplication::activeModalWidget()) {
            key(*dialog, QKeySequence(QStringLiteral("Escape")));
            EXPECT_TRUE(wait_until([] { return !QApplication::activeModalWidget(); }));
        }
        EXPECT_EQ(session().data().observations, before);
        EXPECT_EQ(session().point().masses, masses);
    }
    EXPECT_TRUE(fit_to_end());
}

}  // namespace
}  // namespace syzygy::testing
