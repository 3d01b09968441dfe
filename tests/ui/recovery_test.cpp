#include "ui/export/recovery.hpp"

#include "physics/run/fit_file.hpp"
#include "physics/observations/csv.hpp"
#include "tests/support/run_program.hpp"
#include "tests/ui/support/input.hpp"
#include "ui/data/examples.hpp"
#include "ui/export/fit_saving.hpp"

#include <QSignalSpy>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;
using testing::wait_until;

/// The ACA example from a bad start, noisy: some ten iterations.
struct Fitting {
    explicit Fitting(LoadedData data = make_data(recipe()))
    {
        session.set_data(std::move(data), setup());
        EXPECT_TRUE(wait_until([&] { return session.picture() != nullptr; }));
    }
    static Recipe recipe()
    {
        Recipe made{"aca", {}};
        made.simulate.t1 = 1;
        made.simulate.samples = 200;
        made.simulate.noise = 1e-4;
        return made;
    }
    static FitSetup setup()
    {
        FitSetup setup;
        setup.fit.start = {1, 1, 1};
        return setup;
    }
    FitToSave to_save() const
    {
        return {session.data(), session.fitted_setup().value_or(session.setup()), session.fit_state(), session.result()};
    }
    bool run_to(std::size_t iterations)
    {
        session.set_pace(50);
        session.start_fit();
        if (!wait_until([&] { return session.history().size() >= iterations; })) return false;
        session.stop_fit();
        return wait_until([&] { return session.run_state() == RunState::idle; });
    }
    Session session;
};

TEST(FitSaving, OfMadeDataWritesThemBesideAndTheCommandLineGoesOn)
{
    Fitting fitting;
    ASSERT_TRUE(fitting.run_to(2));
    ASSERT_FALSE(fitting.session.fit_state().finished);
    const TemporaryFolder folder;
    const std::string file = folder.file("my fit.syzygy");
    EXPECT_EQ(save_fit(file, fitting.to_save()), fs::path(folder.file("my fit.csv")));

    const auto run = testing::run_syzygy({"fit", "--resume", file, "--json", "-"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    // A fit that was never interrupted.
    const FitResult whole = run_fit(*fitting.session.data().observations, *fitting.session.fitted_setup());
    EXPECT_EQ(run.json().at("masses").at(0).get<double>(), whole.point.masses[0]);
    EXPECT_EQ(run.json().at("loss").get<double>(), whole.loss);
    // The program leaves the ended fit in the file.
    EXPECT_TRUE(read_fit_file(file).state.finished);
}

TEST(FitSaving, ReadsBackToTheSameState)
{
    Fitting fitting;
    fitting.session.start_fit();
    ASSERT_TRUE(wait_until([&] { return fitting.session.result() != nullptr; }));
    const TemporaryFolder folder;
    const std::string file = folder.file("ended.syzygy");
    save_fit(file, fitting.to_save());
    const FitFile read = read_fit_file(file);
    const FitState& state = fitting.session.fit_state();
    EXPECT_EQ(read.state.optimizer.x, state.optimizer.x);
    EXPECT_EQ(read.state.optimizer.loss, state.optimizer.loss);
    EXPECT_EQ(read.state.history.size(), state.history.size());
    EXPECT_TRUE(read.state.finished);
    EXPECT_EQ(read.result.at("masses").at(1).get<double>(), fitting.session.result()->parameters[1].value);

    Session reopened;
    reopened.set_saved_fit(load_data(read.setup.files), read.setup, read.state);
    ASSERT_TRUE(wait_until([&] { return reopened.result() != nullptr; }));
    EXPECT_EQ(reopened.result()->point.masses, fitting.session.result()->point.masses);
    EXPECT_EQ(reopened.history().size(), fitting.session.history().size());
}

TEST(FitSaving, RefersToTheFilesWhileTheyHoldTheDataAndToACopyAfterwards)
{
    const TemporaryFolder folder;
    const auto made = make_data(Fitting::recipe());
    const std::string data_file = folder.write("data.csv", to_csv(*made.observations));
    Fitting fitting(load_data({data_file}));
    ASSERT_TRUE(fitting.run_to(1));
    const std::string file = folder.file("fit.syzygy");
    EXPECT_EQ(save_fit(file, fitting.to_save()), std::nullopt);
    EXPECT_EQ(read_fit_file(file).setup.files, std::vector<fs::path>{data_file});

    fs::remove(data_file);
    EXPECT_EQ(save_fit(file, fitting.to_save()), fs::path(folder.file("fit.csv")));
    // A second save finds its own copy; other data of that name are left alone.
    EXPECT_EQ(save_fit(file, fitting.to_save()), std::nullopt);
    folder.write("fit.csv", "other");
    EXPECT_EQ(save_fit(file, fitting.to_save()), fs::path(folder.file("fit-2.csv")));
    EXPECT_EQ(testing::content_of(folder.file("fit.csv")), "other");
}

TEST(FitSaving, LeavesTheOldFileWhereItCannotWrite)
{
    Fitting fitting;
    ASSERT_TRUE(fitting.run_to(1));
    EXPECT_THROW(save_fit("/no/such/folder/fit.syzygy", fitting.to_save()), InputError);
    const TemporaryFolder folder;
    EXPECT_THROW(save_fit(folder.file("fit.syzygy"), {}), ArgumentError);
    EXPECT_TRUE(fs::is_empty(fs::path(folder.file("x")).parent_path()));
}

TEST(Recovery, IsKeptWhileAFitRunsAndRemovedAtTheEnd)
{
    const TemporaryFolder folder;
    {
        Fitting fitting;
        RecoveryKeeper keeper(fitting.session, folder.file("recovery"));
        ASSERT_TRUE(fitting.run_to(2));
        ASSERT_TRUE(wait_until([&] {
            return fs::exists(keeper.file()) &&
                   read_fit_file(keeper.file()).state.history.size() == fitting.session.history().size();
        }));
        // A Studio that runs keeps its fit to itself.
        EXPECT_TRUE(find_recovered_fits(folder.file("recovery")).empty());
        EXPECT_TRUE(fs::exists(keeper.file()));
    }
    EXPECT_TRUE(fs::is_empty(folder.file("recovery")));
}

TEST(Recovery, SaysOnceThatTheDiskCannotBeWritten)
{
    const TemporaryFolder folder;
    Fitting fitting;
    RecoveryKeeper keeper(fitting.session, folder.write("file", "") + "/below");
    QSignalSpy failures(&keeper, &RecoveryKeeper::failed);
    ASSERT_TRUE(fitting.run_to(3));
    EXPECT_TRUE(wait_until([&] { return failures.size() == 1; }));
    EXPECT_FALSE(wait_until([&] { return failures.size() > 1; }, std::chrono::milliseconds(700)));
}

constexpr const char* folder_variable = "SYZYGY_TEST_RECOVERY_FOLDER";

/// The Studio that is killed: a process of its own (see below).
TEST(Recovery, DISABLED_FitsUntilKilled)
{
    const char* folder = std::getenv(folder_variable);
    if (folder == nullptr) GTEST_SKIP();
    Fitting fitting;
    fitting.session.set_pace(20);
    RecoveryKeeper keeper(fitting.session, folder);
    // Ends by being killed: paused at the sixth iteration.
    QObject::connect(&fitting.session, &Session::history_changed, [&] {
        if (fitting.session.history().size() >= 6) fitting.session.pause_fit();
    });
    fitting.session.start_fit();
    static_cast<void>(wait_until([] { return false; }, std::chrono::seconds(60)));
}

TEST(Recovery, OfAKilledStudioLosesNothing)
{
    const TemporaryFolder folder;
    const std::string recovery = folder.file("recovery");
    ::setenv(folder_variable, recovery.c_str(), 1);
    std::vector<std::string> words{"/proc/self/exe", "--gtest_also_run_disabled_tests",
                                   "--gtest_filter=Recovery.DISABLED_FitsUntilKilled", "--gtest_output="};
    words.front() = fs::read_symlink("/proc/self/exe").string();
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    ASSERT_EQ(::posix_spawn(&child, words.front().c_str(), nullptr, nullptr, argv.data(), environ), 0);
    ::unsetenv(folder_variable);

    const auto kept = [&]() -> std::optional<FitFile> {
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(recovery, ignored))
            if (const fs::path file = entry.path() / "fit.syzygy"; fs::exists(file)) return read_fit_file(file);
        return {};
    };
    // Every read on the way finds a whole file, or none.
    std::size_t seen = 0;
    EXPECT_TRUE(wait_until([&] {
        if (const auto fit = kept()) seen = fit->state.history.size();
        return seen >= 6;
    }));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";

    auto found = find_recovered_fits(recovery);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0].summary.toStdString(), ::testing::HasSubstr("iterations"));
    const FitFile fit = read_fit_file(found[0].file);
    EXPECT_EQ(fit.state.history.size(), seen);
    // It goes on to the bits of a fit that nobody killed.
    FitState state = fit.state;
    Control control;
    const FitResult resumed = run_fit(load_observations(fit.setup.files), fit.setup, state, {}, control);
    const auto data = make_data(Fitting::recipe());
    EXPECT_EQ(resumed.point.masses, run_fit(*data.observations, fit.setup).point.masses);
    EXPECT_EQ(fingerprint(*data.observations), fit.fingerprint);

    discard(found[0]);
    EXPECT_TRUE(fs::is_empty(recovery));
}

}  // namespace
}  // namespace syzygy
