#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace syzygy::testing {

/// Notes a measured number in the test report (`--gtest_output=xml`). `what` is an XML name.
inline void record(std::string_view what, double value)
{
    ::testing::Test::RecordProperty(std::string(what), fmt::format("{:.2e}", value));
}

}  // namespace syzygy::testing
