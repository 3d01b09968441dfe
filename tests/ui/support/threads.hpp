#pragma once

#include <gtest/gtest.h>

#include <vector>

#include <sys/types.h>

namespace syzygy::testing {

/// The threads of this process that are the Studio's or the test's. Those that Qt, Mesa and ui/worker/release keep until
/// the process ends (the connection to the X server, pools, what llvmpipe draws with) name themselves; a thread that
/// nobody named has the name of the one that started it, in the end the program's.
std::vector<pid_t> own_threads();

/// Fails each test after which a thread is left that was not there before it, also two seconds later.
class NoThreadIsLeft : public ::testing::EmptyTestEventListener {
public:
    void OnTestProgramStart(const ::testing::UnitTest& program) override;
    void OnTestStart(const ::testing::TestInfo& test) override;
    void OnTestEnd(const ::testing::TestInfo& test) override;

private:
    std::vector<pid_t> before_;
};

}  // namespace syzygy::testing
