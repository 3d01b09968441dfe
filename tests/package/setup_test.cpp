// scripts/setup on an imagined Debian: its dpkg-query, apt-cache and apt-get read and write two lists of names.
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace syzygy {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProgramRun;

/// A checkout with only scripts/, on a Debian with these packages installed and those in its archive. The archive is
/// known only after `apt-get update`. Every call of apt-get is kept.
class Debian {
public:
    Debian(const std::string& installed, const std::string& archive, const std::string& packages)
    {
        write("installed", installed);
        write("archive", archive);
        write("known", "");
        write("calls", "");
        write("checkout/scripts/packages.txt", packages);
        fs::copy(fs::path(SYZYGY_SOURCE_DIR) / "scripts/setup", folder_.file("checkout/scripts/setup"));
        command("sudo", "[ \"$1\" = --non-interactive ] && shift; exec \"$@\"");
        command("dpkg-query", "for n; do grep -qxF -e \"$n\" $D/installed && echo \"installed $n\"; done; true");
        command("apt-cache",
                "shift; for n; do grep -qxF \"$n\" $D/known && printf '%s:\\n  Candidate: 1\\n' \"$n\"; done; true");
        command("apt-get",
                "echo \"$*\" >>$D/calls\n"
                "names=; for n; do case $n in -*|*=*|install) ;; update) cp $D/archive $D/known; exit ;; *) "
                "names=\"$names $n\" ;; "
                "esac; done\n"
                "for n in $names; do grep -qxF \"$n\" $D/known || { echo \"E: Unable to locate package $n\"; exit 100; "
                "}; done\n"
                "printf '%s\\n' $names >>$D/installed");
    }

    ProgramRun setup(const std::string& set)
    {
        write("calls", "");
        return testing::run_program("/usr/bin/env", {"PATH=" + folder_.file("bin") + ":" + std::getenv("PATH"),
                                                     folder_.file("checkout/scripts/setup"), set});
    }
    std::string installed() const { return testing::content_of(folder_.file("installed")); }
    std::string calls() const { return testing::content_of(folder_.file("calls")); }
    void packages(const std::string& text) { write("checkout/scripts/packages.txt", text); }
    void archive(const std::string& text) { write("archive", text); }

private:
    void write(const std::string& name, const std::string& content)
    {
        fs::create_directories(fs::path(folder_.file(name)).parent_path());
        folder_.write(name, content);
    }
    void command(const std::string& name, const std::string& body)
    {
        write("bin/" + name, "#!/bin/sh\nD='" + folder_.file("") + "'\n" + body + "\n");
        fs::permissions(folder_.file("bin/" + name), fs::perms::owner_all);
    }

    testing::TemporaryFolder folder_;
};

TEST(Setup, InstallsWhatASetAndThoseAboveItNeedAndIsQuietThen)
{
    Debian debian("cmake\n", "compiler\ndisplay\nfuzzer\n",
                  "# text\nrun compiler\nrun cmake\ntest display\nfuzz fuzzer\n");
    const ProgramRun first = debian.setup("test");
    EXPECT_EQ(first.exit_code, 0) << first.err;
    EXPECT_THAT(first.err, HasSubstr("Installing packages: compiler display\n"));
    EXPECT_EQ(debian.installed(), "cmake\ncompiler\ndisplay\n");
    for (const char* set : {"test", "run"}) {
        const ProgramRun again = debian.setup(set);
        EXPECT_EQ(again.exit_code, 0);
        EXPECT_EQ(again.out + again.err, "");
        EXPECT_EQ(debian.calls(), "");
    }
}

TEST(Setup, TakesTheFirstAlternativeThatIsInstalledOrCanBe)
{
    const std::string packages = "run qt\nrun opengl|qt\n";
    // Debian 12: a package of its own, wanted although the other one is there.
    Debian twelve("", "qt\nopengl\n", packages);
    EXPECT_EQ(twelve.setup("run").exit_code, 0);
    EXPECT_EQ(twelve.installed(), "qt\nopengl\n");
    // Where nothing is known of the archive, one that is installed is enough.
    Debian bare("qt\n", "qt\nopengl\n", packages);
    EXPECT_EQ(bare.setup("run").err, "");
    EXPECT_EQ(bare.calls(), "");
    // Debian 13: part of the other one, named once.
    Debian thirteen("", "qt\n", packages);
    const ProgramRun run = thirteen.setup("run");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(thirteen.installed(), "qt\n");
    EXPECT_EQ(thirteen.setup("run").err, "");
    EXPECT_EQ(thirteen.calls(), "");
}

TEST(Setup, NamesWhatCouldNotBeInstalledAndHowToDoItByHand)
{
    Debian debian("", "compiler\n", "run compiler\nrun opengl|qt\nrun peer optional\n");
    const ProgramRun run = debian.setup("run");
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.err, HasSubstr("E: Unable to locate package opengl"));
    EXPECT_THAT(run.err, HasSubstr("setup: these packages could not be installed: compiler opengl\n"));
    EXPECT_THAT(run.err, HasSubstr("apt-get install --no-install-recommends compiler opengl\n"));
}

TEST(Setup, GoesOnWithoutAnOptionalPackageAndSaysSoOnce)
{
    const std::string packages = "run compiler\nrun cache optional\nrun peer optional\n";
    Debian debian("", "compiler\ncache\n", packages);
    const ProgramRun first = debian.setup("run");
    EXPECT_EQ(first.exit_code, 0) << first.err;
    EXPECT_THAT(first.err, HasSubstr("setup: going on without peer (optional; "));
    EXPECT_EQ(debian.installed(), "compiler\ncache\n") << "one that is missing does not keep away the others";
    const ProgramRun again = debian.setup("run");
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_EQ(again.err, "");
    EXPECT_EQ(debian.calls(), "");
    // The list changed: tried again.
    debian.archive("compiler\ncache\npeer\n");
    debian.packages(packages);
    EXPECT_EQ(debian.setup("run").exit_code, 0);
    EXPECT_EQ(debian.installed(), "compiler\ncache\npeer\n");
}

TEST(Setup, RefusesASetThatItDoesNotKnow)
{
    Debian debian("", "", "");
    const ProgramRun run = debian.setup("all");
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("usage: scripts/setup [run|test|fuzz]"));
}

}  // namespace
}  // namespace syzygy
