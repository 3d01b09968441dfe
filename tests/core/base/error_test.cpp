#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

TEST(ArgumentError, NamesTheOptionItsValueAndTheRuleItBreaks)
{
    const ArgumentError error("rtol", "-1", "must be at least 1e-15");
    EXPECT_EQ(error.option(), "rtol");
    EXPECT_EQ(error.value(), "-1");
    EXPECT_EQ(error.rule(), "must be at least 1e-15");
    EXPECT_STREQ(error.what(), "rtol = -1: must be at least 1e-15");
}

TEST(InputError, NamesThePlaceTheValueAndTheRemedy)
{
    const InputError error({"orbit.csv", 12, 3}, "not a number", "1.2.3", "write it with one point");
    EXPECT_STREQ(error.what(), "orbit.csv:12:3: not a number '1.2.3'; write it with one point");
    EXPECT_EQ(error.place().file, "orbit.csv");
    EXPECT_EQ(error.place().line, 12u);
    EXPECT_EQ(error.place().column, 3u);
    EXPECT_EQ(error.value(), "1.2.3");
    EXPECT_EQ(error.remedy(), "write it with one point");
}

TEST(InputError, LeavesOutWhatDoesNotApply)
{
    EXPECT_STREQ(InputError({"orbit.csv"}, "is empty", "", "").what(), "orbit.csv: is empty");
    EXPECT_STREQ(InputError({"orbit.csv", 4}, "too short", "", "add columns").what(),
                 "orbit.csv:4: too short; add columns");
}

}  // namespace
}  // namespace syzygy
