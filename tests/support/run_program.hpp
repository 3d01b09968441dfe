#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace syzygy::testing {

/// How a program ended and what it printed.
struct ProgramRun {
    int exit_code = -1;  ///< 128 + number where a signal ended it
    std::string out, err;

    nlohmann::json json() const { return nlohmann::json::parse(out); }
};

/// A folder of its own for the files of a test, removed with it.
class TemporaryFolder {
public:
    TemporaryFolder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "syzygy-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }
    std::string write(const std::string& name, const std::string& content) const
    {
        std::ofstream(file(name), std::ios::binary) << content;
        return file(name);
    }

private:
    std::filesystem::path path_;
};

inline std::string content_of(const std::string& file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

/// What a run is given beside its arguments.
struct RunSetting {
    std::string standard_input = "/dev/null";
    std::string standard_output = "";  ///< a file (or device) in place of the captured text
    int signal = 0;                    ///< sent once `signal_after` has passed
    std::chrono::milliseconds signal_after{300};
};

/// Runs a program, given by its path, and waits for its end. Its output goes through files: no pipe can fill.
inline ProgramRun run_program(const std::string& program, const std::vector<std::string>& arguments,
                              const RunSetting& setting = {})
{
    const TemporaryFolder folder;
    const std::string out = setting.standard_output.empty() ? folder.file("out") : setting.standard_output;
    const std::string err = folder.file("err");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, setting.standard_input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT, 0600);
    // A test run in the background has SIGINT ignored; the program must not inherit that.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int number : {SIGINT, SIGTERM, SIGPIPE}) sigaddset(&defaults, number);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, program.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0) throw std::runtime_error("cannot run " + program);
    if (setting.signal != 0) {
        std::this_thread::sleep_for(setting.signal_after);
        ::kill(child, setting.signal);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            setting.standard_output.empty() ? content_of(out) : "", content_of(err)};
}

/// The program `syzygy`.
inline ProgramRun run_syzygy(const std::vector<std::string>& arguments, const RunSetting& setting = {})
{
    return run_program(SYZYGY_PROGRAM, arguments, setting);
}

}  // namespace syzygy::testing
