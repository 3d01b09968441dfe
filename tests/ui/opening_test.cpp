#include "ui/data/opening.hpp"

#include "core/base/file.hpp"
#include "physics/run/fit_file.hpp"
#include "physics/observations/csv.hpp"
#include "tests/physics/observations/observation_samples.hpp"
#include "tests/ui/support/input.hpp"
#include "tests/ui/support/screenshot.hpp"
#include "tests/ui/support/stall_monitor.hpp"
#include "ui/data/import_dialog.hpp"
#include "ui/data/scenario_dialog.hpp"
#include "ui/theme/theme.hpp"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <gmock/gmock.h>

#include <chrono>
#include <cmath>

namespace syzygy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::wait_until;

/// A session and the way into it, with files of its own.
class OpeningTest : public ::testing::Test {
protected:
    OpeningTest()
    {
        recent.clear();
        QObject::connect(&opening, &Opening::opened, [this] { ++opened; });
    }

    std::filesystem::path write(const std::string& name, const std::string& text)
    {
        const auto path = folder() / name;
        write_file_atomically(path, text);
        return path;
    }
    std::filesystem::path folder() const { return directory.path().toStdString(); }
    std::filesystem::path write_aca(const std::string& name, long samples = 50)
    {
        Recipe recipe{"aca", {}};
        recipe.simulate.t1 = 1;
        recipe.simulate.samples = samples;
        return write(name, to_csv(*make_data(recipe).observations));
    }
    bool settled()
    {
        return wait_until([this] { return !opening.is_reading(); });
    }
    ImportDialog* import_dialog() const
    {
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (auto* dialog = qobject_cast<ImportDialog*>(widget); dialog && dialog->isVisible()) return dialog;
        return nullptr;
    }
    /// Opens files that the import dialog is needed for; when it has looked at them.
    ImportDialog* look(const std::vector<std::filesystem::path>& files, bool look_first = false)
    {
        opening.open(files, look_first);
        const bool looked = wait_until([&] {
            ImportDialog* const dialog = import_dialog();
            return dialog && dialog->preview().files.size() == files.size();
        });
        return looked ? import_dialog() : nullptr;
    }
    static QPushButton& open_button(ImportDialog& dialog)
    {
        return *dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Open);
    }

    QTemporaryDir directory;
    QWidget window;
    Session session;
    Background background;
    RecentFiles recent;
    Opening opening{session, background, recent, &window};
    int opened = 0;
};

TEST_F(OpeningTest, AFileThatSaysAllOpensWithoutAQuestion)
{
    const auto file = write_aca("aca.csv");
    opening.open({file});
    ASSERT_TRUE(settled());
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(session.data().observations->size(), 50u);
    EXPECT_EQ(session.data().files, FileGroup{file});
    EXPECT_FALSE(session.data().remapped);
    ASSERT_TRUE(session.data().truth);
    EXPECT_EQ(session.data().truth->masses, Eigen::Vector3d(1.1, 1.1, 0.9));
    ASSERT_TRUE(session.data().truth->trajectory);
    EXPECT_NEAR(session.data().truth->trajectory->times().back(), 1.3, 1e-12);
    EXPECT_EQ(recent.groups(), std::vector<FileGroup>{{file}});
    EXPECT_EQ(import_dialog(), nullptr);
    EXPECT_EQ(opening.error_dialog(), nullptr);
}

TEST_F(OpeningTest, AWrongCellIsToldWithItsPlaceAndTheSessionIsUnharmed)
{
    opening.open({write_aca("good.csv")});
    ASSERT_TRUE(settled());
    const auto before = session.data().observations;
    opening.open({write("bad.csv", samples::csv("0,1,2,3,4,5,6,7,8,9\n1,1,2,3,4,oops,6,7,8,9\n"))});
    ASSERT_TRUE(settled());
    ASSERT_TRUE(opening.error_dialog() && opening.error_dialog()->isVisible());
    const ErrorReport& report = opening.error_dialog()->report();
    EXPECT_EQ(report.title, "bad.csv was not opened");
    EXPECT_EQ(report.problem, "Column y2 holds what is not a number");
    EXPECT_TRUE(report.place.endsWith("bad.csv, line 3, column 11")) << report.place.toStdString();
    EXPECT_EQ(report.value, "oops");
    EXPECT_EQ(report.remedy, "Leave the cell blank where nothing was observed");
    EXPECT_FALSE(opening.error_dialog()->isModal());
    EXPECT_EQ(session.data().observations, before);
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(recent.groups().size(), 1u);
}

TEST_F(OpeningTest, AFileThatIsNotThereIsToldAndAFolderToo)
{
    opening.open({folder() / "none.csv"});
    ASSERT_TRUE(settled());
    EXPECT_TRUE(opening.error_dialog()->report().problem.startsWith("Cannot be opened"));
    opening.open({folder()});
    EXPECT_TRUE(opening.error_dialog()->report().problem.endsWith("is a folder"));
    EXPECT_FALSE(session.has_data());
}

TEST_F(OpeningTest, ColumnsOfOtherNamesAreAskedAboutAndTaken)
{
    ImportDialog* const dialog =
        look({write("sky.csv",
                    "time [d],sun_x [au],sun_y [au],earth_x [au],earth_y [au],moon_x [au],moon_y [au]\n"
                    "0,0,0,1,0,1.1,0\n1,0,0,1,0.1,1.1,0.1\n2,0,0,1,0.2,1.1,0.2\n")});
    ASSERT_TRUE(dialog);
    ASSERT_TRUE(open_button(*dialog).isEnabled());
    testing::click(open_button(*dialog));
    ASSERT_TRUE(wait_until([&] { return opened == 1; }));
    EXPECT_EQ(import_dialog(), nullptr);
    const LoadedData& data = session.data();
    EXPECT_EQ(data.observations->bodies, (std::array<std::string, 3>{"Sun", "Earth", "Moon"}));
    EXPECT_EQ(data.observations->units.length_label(), "au");
    EXPECT_EQ(data.observations->name, "sky");
    EXPECT_TRUE(data.remapped);
    EXPECT_TRUE(data.files.empty());
}

TEST_F(OpeningTest, BodiesCanBeSwappedAndTheFormSaysWhatIsWrong)
{
    ImportDialog* const dialog = look({write_aca("aca.csv")}, true);
    ASSERT_TRUE(dialog);
    EXPECT_TRUE(as_found(dialog->options()));
    auto* const units = dialog->findChild<QComboBox*>("import-units");
    // The file states its units: it takes a word that they are wrong.
    EXPECT_FALSE(units->isEnabled());
    dialog->findChild<QCheckBox*>("import-override-units")->click();
    ASSERT_TRUE(units->isEnabled());
    units->setFocus();
    testing::key(*dialog, QKeySequence("Ctrl+A"));
    testing::type(*dialog, "length=1 foot");
    EXPECT_FALSE(open_button(*dialog).isEnabled());
    testing::key(*dialog, QKeySequence("Ctrl+A"));
    testing::type(*dialog, "G=1");
    EXPECT_TRUE(open_button(*dialog).isEnabled());
    testing::click(open_button(*dialog));
    ASSERT_TRUE(wait_until([&] { return opened == 1; }));
    EXPECT_EQ(session.data().observations->units, UnitSystem());
    EXPECT_TRUE(session.data().remapped);
}

TEST_F(OpeningTest, NumbersOfAFileThatStatesItsUnitsAreConvertedAndNotReinterpreted)
{
    const auto make = [&](const std::string& name, const std::string& body, double distance) {
        const std::string x = fmt::format("{:.9E}", distance);
        return write(name, samples::horizons(body, samples::comma_row("2458119.500000000", x) +
                                                       samples::comma_row("2458120.500000000", x)));
    };
    const FileGroup files{make("a.txt", "Sun (10)", 0), make("b.txt", "Jupiter (5)", 149597870.7 * 5.44), make("c.txt", "Saturn (6)", 149597870.7 * 10)};
    ImportDialog* const dialog = look(files, true);
    ASSERT_TRUE(dialog);
    EXPECT_THAT(dialog->preview().stated_units, HasSubstr("1 km"));
    auto* const units = dialog->findChild<QComboBox*>("import-units");
    auto* const convert = dialog->findChild<QComboBox*>("import-convert");
    auto* const other = dialog->findChild<QCheckBox*>("import-override-units");
    auto* const scale = dialog->findChild<QLabel*>("import-scale");
    EXPECT_FALSE(units->isEnabled());
    EXPECT_TRUE(other->isVisible());
    std::printf("stated: %s; %s\n", units->currentText().toUtf8().constData(), scale->text().toUtf8().constData());
    EXPECT_THAT(scale->text().toStdString(), ::testing::AllOf(HasSubstr("Sun-Jupiter 5.44 au"), HasSubstr("(if lengths are in km)")));
    testing::screenshot(*dialog, "import-units-stated");
    EXPECT_THAT(testing::clipped_texts(*dialog), ::testing::IsEmpty());

    const auto choose = [](QComboBox* box, const char* text) {
        const int index = box->findData(QString::fromLatin1(text));
        ASSERT_GT(index, 0) << text;
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    };
    // Converted: the motion stays.
    choose(convert, "length=1 au, mass=1 Msun, time=1 d");
    EXPECT_EQ(dialog->options().units, "");
    ASSERT_TRUE(dialog->preview().observations);
    EXPECT_NEAR(dialog->preview().observations->positions(3, 0), 5.44, 1e-6);
    EXPECT_NEAR(dialog->preview().observations->times[1] - dialog->preview().observations->times[0], 1, 1e-12);
    EXPECT_THAT(scale->text().toStdString(), ::testing::AllOf(HasSubstr("Sun-Jupiter 5.44 au"), HasSubstr("(if lengths are in km)")));
    // Read as something else: only after the check, and said in amber.
    other->click();
    ASSERT_TRUE(units->isEnabled());
    convert->setCurrentIndex(0);
    Q_EMIT convert->activated(0);
    choose(units, "length=1 au, mass=1 Msun, time=1 d");
    std::printf("%s\n", scale->text().toUtf8().constData());
    EXPECT_THAT(scale->text().toStdString(), HasSubstr("without conversion"));
    EXPECT_THAT(scale->text().toStdString(), HasSubstr("are these the right units?"));
    EXPECT_EQ(scale->palette().color(QPalette::WindowText), theme().warning);
    testing::screenshot(*dialog, "import-units-absurd");
    EXPECT_THAT(testing::clipped_texts(*dialog), ::testing::IsEmpty());
    other->click();
    EXPECT_EQ(dialog->options().units, "");
    EXPECT_THAT(scale->text().toStdString(), Not(HasSubstr("right units")));

    choose(convert, "length=1 au, mass=1 Msun, time=1 d");
    testing::click(open_button(*dialog));
    ASSERT_TRUE(wait_until([&] { return opened == 1; }));
    EXPECT_EQ(session.data().observations->units.length_label(), "au");
    EXPECT_NEAR(session.data().observations->positions(3, 0), 5.44, 1e-6);
    EXPECT_EQ(session.setup().fit.free, "masses,initial");
}

TEST_F(OpeningTest, AFileWithoutUnitsTakesThoseThatAreGiven)
{
    ImportDialog* const dialog = look({write("odd.csv", "t,a_x,a_y,b_x,b_y,c_x,c_y\n0,0,0,1,0,1.1,0\n1,0,0,1,0.1,1.1,0.1\n2,0,0,1,0.2,1.1,0.2\n")});
    ASSERT_TRUE(dialog);
    EXPECT_EQ(dialog->preview().stated_units, "");
    EXPECT_TRUE(dialog->findChild<QComboBox*>("import-units")->isEnabled());
    EXPECT_FALSE(dialog->findChild<QCheckBox*>("import-override-units")->isVisible());
    // Numbers without dimensions are not converted.
    EXPECT_FALSE(dialog->findChild<QComboBox*>("import-convert")->isEnabled());
}

TEST_F(OpeningTest, RadialVelocitiesWithoutNamesAreSaidToNeedThem)
{
    std::string table = "# telescope = KECK\n# value_units = M/S\n";
    for (int k = 0; k < 30; ++k) table += fmt::format("  {:.3f}  {:.2f}  3.{}\n", 2450602.1 + 7.3 * k, 200 * std::sin(0.7 * k), k % 10);
    opening.open({write("star.vels", table)});
    ASSERT_TRUE(settled());
    EXPECT_EQ(import_dialog(), nullptr);
    ASSERT_TRUE(opening.error_dialog() && opening.error_dialog()->isVisible());
    const ErrorReport& report = opening.error_dialog()->report();
    std::printf("%s / %s\n", report.problem.toUtf8().constData(), report.remedy.toUtf8().constData());
    EXPECT_EQ(report.problem, "This looks like radial velocities (3 columns, header value_units = M/S)");
    EXPECT_EQ(report.remedy, "Name its columns t, rv1 and srv1 (errors), with the number of the body observed, below lines '# units:' and '# bodies:'");
    testing::screenshot(*const_cast<ErrorDialog*>(opening.error_dialog()), "radial-velocities");
    // The form says the same.
    ImportDialog* const dialog = look({folder() / "star.vels"}, true);
    ASSERT_TRUE(dialog);
    EXPECT_THAT(dialog->findChild<QLabel*>("import-problem")->text().toStdString(), HasSubstr("radial velocities"));
}

TEST_F(OpeningTest, QuietAsksNothingAndSaysWhatFailed)
{
    opening.set_quiet(true);
    QSignalSpy failed(&opening, &Opening::failed);
    int called = 0;
    const auto open = [&](const std::filesystem::path& file, bool look_first) {
        opening.open({file}, look_first, [&] { ++called; });
        return settled();
    };
    const std::string columns = "time [d],a_x,a_y,b_x,b_y,c_x,c_y\n";
    ASSERT_TRUE(open(write("sky.csv", columns + "0,0,0,1,0,1.1,0\n1,0,0,1,0.1,1.1,0.1\n"), false));
    EXPECT_EQ(failed.size(), 1);
    EXPECT_THAT(failed[0][0].toString().toStdString(), ::testing::StartsWith("sky.csv was not opened: "));
    opening.open({folder() / "a.csv", folder() / "b.csv"});
    EXPECT_EQ(failed.size(), 2);
    EXPECT_EQ(called, 0);
    ASSERT_TRUE(open(write_aca("aca.csv"), true));
    EXPECT_EQ(called, 1);
    EXPECT_EQ(failed.size(), 2);
    EXPECT_EQ(import_dialog(), nullptr);
    EXPECT_EQ(opening.error_dialog(), nullptr);
}

TEST_F(OpeningTest, OnlyWhatWasOpenedCallsBack)
{
    std::string called;
    const auto one = write_aca("one.csv", 40), other = write_aca("other.csv", 60);
    opening.open({folder() / "none.csv"}, false, [&] { called += "none "; });
    ASSERT_TRUE(settled());
    opening.open({one}, false, [&] { called += "one "; });
    opening.open({other}, false, [&] { called += "other "; });
    ASSERT_TRUE(settled());
    ImportDialog* const dialog = look({one}, true);
    ASSERT_TRUE(dialog);
    opening.open({one}, true, [&] { called += "imported "; });
    ASSERT_TRUE(wait_until([&] { return background.running() == 0; }));
    testing::click(open_button(*dialog));
    ASSERT_TRUE(wait_until([&] { return opened == 2; }));
    EXPECT_EQ(called, "other imported ");
}

TEST_F(OpeningTest, AFileDroppedWhileAnImportReadsLeavesItsFormOpen)
{
    std::string rows;
    for (int row = 0; row < 400'000; ++row) rows += fmt::format("{},1,2,3,4,5,6,7,8,{}\n", row, row % 7);
    ImportDialog* const dialog = look({write("long.csv", samples::csv(rows))}, true);
    ASSERT_TRUE(dialog);
    const auto dropped = write_aca("aca.csv");
    open_button(*dialog).click();
    ASSERT_TRUE(opening.is_reading());
    EXPECT_FALSE(open_button(*dialog).isEnabled());
    opening.open({dropped});
    EXPECT_TRUE(open_button(*dialog).isEnabled());
    ASSERT_TRUE(settled());
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(session.data().observations->size(), 50u);
    EXPECT_TRUE(dialog->isVisible());
}

TEST_F(OpeningTest, LookingThatIsCancelledLeavesTheFormOpen)
{
    ImportDialog* const dialog = look({write_aca("aca.csv")}, true);
    ASSERT_TRUE(dialog);
    dialog->look_at({write_aca("other.csv")});
    auto* const frame = dialog->findChild<QComboBox*>("import-frame");
    EXPECT_FALSE(frame->isEnabled());
    background.cancel_all();
    EXPECT_TRUE(frame->isEnabled());
    EXPECT_TRUE(dialog->findChild<QWidget*>("import-problem")->isVisible());
    EXPECT_FALSE(open_button(*dialog).isEnabled());
    dialog->look_at({write_aca("other.csv")});
    EXPECT_TRUE(wait_until([&] { return open_button(*dialog).isEnabled(); }));
}

TEST_F(OpeningTest, TheFrameIsThatOfItsBodyWhereverItIsPut)
{
    ImportDialog* const dialog = look({write_aca("aca.csv")}, true);
    ASSERT_TRUE(dialog);
    auto* const frame = dialog->findChild<QComboBox*>("import-frame");
    const QString body = frame->itemText(2);
    frame->setCurrentIndex(2);
    Q_EMIT frame->activated(2);
    EXPECT_EQ(dialog->options().relative_to, 0);
    for (QComboBox* box : dialog->findChildren<QComboBox*>())
        if (box->findText(body) == 0) {
            box->setCurrentIndex(1);
            Q_EMIT box->activated(1);
            break;
        }
    EXPECT_EQ(dialog->options().order, (std::array<int, 3>{1, 0, 2}));
    EXPECT_EQ(dialog->options().relative_to, 1);
    EXPECT_EQ(frame->currentText(), body);
}

TEST_F(OpeningTest, OneHorizonsFileAsksForTheOthersAndThreeOpenAtOnce)
{
    const auto make = [&](const std::string& name, const std::string& body) {
        return write(name, samples::horizons(body, samples::comma_row("2458119.500000000", "1") +
                                                       samples::comma_row("2458120.500000000", "2")));
    };
    const FileGroup files{make("a.txt", "Sun (10)"), make("b.txt", "Earth (399)"), make("c.txt", "Moon (301)")};
    ImportDialog* const dialog = look({files[0]});
    ASSERT_TRUE(dialog);
    EXPECT_FALSE(open_button(*dialog).isEnabled());
    dialog->look_at(files);
    ASSERT_TRUE(wait_until([&] { return open_button(*dialog).isEnabled(); }));
    // Another order of three files is only that: the files by themselves still give the data.
    QComboBox* first = nullptr;
    for (QComboBox* box : dialog->findChildren<QComboBox*>())
        if (!first && box->findText("Moon") == 2) first = box;
    ASSERT_TRUE(first);
    first->setCurrentIndex(2);
    Q_EMIT first->activated(2);
    testing::click(open_button(*dialog));
    ASSERT_TRUE(wait_until([&] { return opened == 1; }));
    EXPECT_EQ(session.data().files, (FileGroup{files[2], files[1], files[0]}));
    EXPECT_FALSE(session.data().remapped);
    EXPECT_EQ(session.data().observations->bodies[0], "Moon");

    opening.open(files);
    ASSERT_TRUE(settled());
    EXPECT_EQ(opened, 2);
    EXPECT_EQ(recent.groups().front(), files);
}

TEST_F(OpeningTest, ASavedFitIsFoundBesideItsDataAndHeldToThem)
{
    const auto data = write_aca("aca.csv");
    FitFile fit;
    fit.setup.files = {"/somewhere/else/aca.csv"};
    fit.setup.fit.start = {1, 1, 1};
    const LoadedData loaded = load_data({data});
    fit.fingerprint = fingerprint(*loaded.observations);
    Control control;
    run_fit(*loaded.observations, fit.setup, fit.state, {}, control);
    const auto file = folder() / "aca.syzygy";
    write_fit_file(file, fit);
    opening.open({file});
    ASSERT_TRUE(settled());
    ASSERT_EQ(opened, 1);
    EXPECT_EQ(session.data().files, FileGroup{data});
    EXPECT_TRUE(wait_until([&] { return session.result() != nullptr; }));
    EXPECT_NEAR(session.result()->point.masses[0], 1.1, 1e-6);

    write_aca("aca.csv", 60);
    opening.open({file});
    ASSERT_TRUE(settled());
    EXPECT_EQ(opened, 1);
    EXPECT_TRUE(opening.error_dialog()->report().problem.contains("other data"));
    EXPECT_EQ(session.data().observations->size(), 50u);
}

TEST_F(OpeningTest, CancelIsImmediateAndTheThreadEndsSoon)
{
    std::string rows;
    for (int row = 0; row < 400'000; ++row) rows += fmt::format("{},1,2,3,4,5,6,7,8,{}\n", row, row % 7);
    const auto file = write("long.csv", samples::csv(rows));
    QSignalSpy said(&opening, &Opening::said);
    opening.open({file});
    testing::wait(std::chrono::milliseconds(20));
    ASSERT_TRUE(opening.is_reading());
    opening.cancel();
    EXPECT_FALSE(opening.is_reading());
    EXPECT_EQ(said.size(), 1);
    EXPECT_EQ(background.running(), 0);
    testing::wait(std::chrono::milliseconds(500));
    EXPECT_FALSE(session.has_data());

    auto other = std::make_unique<Background>();
    other->start("load", [&](const TaskContext& context) -> Background::Done {
        load_data({file}, context.stop);
        return [] {};
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    const testing::MachineLoad load;
    const auto begin = std::chrono::steady_clock::now();
    other.reset();  // waits for the thread
    const auto took = std::chrono::steady_clock::now() - begin;
    if (testing::timing_counts && load.is_quiet()) { EXPECT_LT(took, std::chrono::milliseconds(100)); }
}

TEST_F(OpeningTest, OfTwoOpenedAtOnceTheLastCounts)
{
    const auto one = write_aca("one.csv", 40), other = write_aca("other.csv", 60);
    opening.open({one});
    opening.open({other});
    ASSERT_TRUE(settled());
    testing::wait(std::chrono::milliseconds(100));
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(session.data().observations->size(), 60u);
}

TEST_F(OpeningTest, AnExampleIsMadeAndFittedAtOnce)
{
    const ExampleInfo& example = examples().front();
    opening.make(example.recipe, example.setup, true);
    ASSERT_TRUE(wait_until([&] { return session.result() != nullptr; }));
    EXPECT_NEAR(session.result()->point.masses[2], 0.9, 1e-9);
    EXPECT_EQ(session.data().recipe->scenario, "aca");
    Recipe impossible = example.recipe;
    impossible.simulate.samples = 1;
    opening.make(impossible, example.setup, false);
    ASSERT_TRUE(settled());
    EXPECT_TRUE(opening.error_dialog() && opening.error_dialog()->isVisible());
    EXPECT_EQ(session.data().observations->size(), 2001u);
}

TEST_F(OpeningTest, TheScenarioDialogMakesWhatItShows)
{
    opening.ask_for_scenario();
    ScenarioDialog* dialog = nullptr;
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (auto* found = qobject_cast<ScenarioDialog*>(widget)) dialog = found;
    ASSERT_TRUE(dialog);
    dialog->choose("figure-eight");
    auto* const window_field = dialog->findChild<QLineEdit*>("scenario-window");
    window_field->setFocus();
    testing::key(*dialog, QKeySequence("Ctrl+A"));
    testing::type(*dialog, "first 25 %");
    for (QPushButton* button : dialog->findChildren<QPushButton*>())
        if (button->text().contains("Make")) testing::click(*button);
    ASSERT_TRUE(wait_until([&] { return opened == 1; }));
    EXPECT_EQ(session.data().recipe->scenario, "figure-eight");
    EXPECT_NEAR(session.window().second, session.data_range().second / 4, 1e-9);
}

TEST(ReadWindow, TakesTimesAndShares)
{
    EXPECT_EQ(read_window("", 0, 2), Interval());
    EXPECT_EQ(read_window(" 0:1 ", 0, 2), (Interval{0, 1}));
    EXPECT_EQ(read_window("first 40 %", 0, 2), (Interval{0, 0.8}));
    EXPECT_EQ(read_window("50%", 2, 0), (Interval{0, 1}));
    EXPECT_EQ(read_window("100 %", 0, 2), Interval());
    for (const char* wrong : {"half", "0", "0 %", "120 %", "5:6", "1:0"})
        EXPECT_THROW(read_window(wrong, 0, 2), ArgumentError) << wrong;
}

TEST(RecentFiles, KeepsTenNewestFirstAndLeavesOutWhatIsGone)
{
    QTemporaryDir directory;
    RecentFiles recent;
    recent.clear();
    FileGroup files;
    for (int i = 0; i < 12; ++i) {
        files.emplace_back(directory.filePath(QString::number(i)).toStdString());
        write_file_atomically(files.back(), "x");
        recent.add({files.back()});
    }
    recent.add({files[5]});
    recent.add({files[0], files[1], files[2]});
    std::vector<FileGroup> groups = recent.groups();
    ASSERT_EQ(groups.size(), 10u);
    EXPECT_EQ(groups[0], (FileGroup{files[0], files[1], files[2]}));
    EXPECT_EQ(groups[1], FileGroup{files[5]});
    EXPECT_EQ(groups[2], FileGroup{files[11]});
    std::filesystem::remove(files[1]);
    EXPECT_EQ(recent.groups().size(), 9u);
    EXPECT_EQ(RecentFiles().groups(), recent.groups());

    QMenu menu;
    recent.fill(menu);
    Q_EMIT menu.aboutToShow();
    EXPECT_EQ(menu.actions().size(), 11);
    QSignalSpy chosen(&recent, &RecentFiles::chosen);
    menu.actions()[0]->trigger();
    EXPECT_EQ(chosen.size(), 1);
    recent.clear();
    EXPECT_TRUE(recent.groups().empty());
}

TEST(ChooseFiles, TakesOneOrThreeOrASavedFit)
{
    EXPECT_TRUE(choose_files(FileGroup{"a.csv"}).problem.isEmpty());
    EXPECT_TRUE(choose_files(FileGroup{"a", "b", "c"}).problem.isEmpty());
    EXPECT_TRUE(choose_files(FileGroup{"a.syzygy"}).problem.isEmpty());
    for (const FileGroup& wrong :
         {FileGroup{}, FileGroup{"a", "b"}, FileGroup{"a", "b", "c", "d"}, FileGroup{"a.syzygy", "b", "c"}}) {
        EXPECT_FALSE(choose_files(wrong).problem.isEmpty());
        EXPECT_FALSE(choose_files(wrong).remedy.isEmpty());
    }
    EXPECT_FALSE(choose_files(QList<QUrl>{QUrl("https://ssd.jpl.nasa.gov/a.csv")}).problem.isEmpty());
    EXPECT_EQ(choose_files(QList<QUrl>{QUrl::fromLocalFile("/a.csv")}).files, FileGroup{"/a.csv"});
}

}  // namespace
}  // namespace syzygy
