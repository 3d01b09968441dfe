// Intervals as options write them.
#include "core/base/interval.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

Interval read(const std::string& text)
{
    Interval interval{1, 2};
    read_value("window", text, interval);
    return interval;
}

TEST(Interval, IsReadAsItIsWritten)
{
    for (const Interval& interval :
         {Interval{}, {0.1, std::nullopt}, {std::nullopt, 1e-6}, {-1.0 / 3, 2458120.1}, {2e300, 1e301}})
        EXPECT_EQ(read(value_text(interval)), interval) << value_text(interval);
    EXPECT_EQ(value_text(Interval{}), "");
    EXPECT_EQ(value_text(Interval{-0.5, 1e-6}), "-0.5:1e-6");
    EXPECT_EQ(read(":"), Interval());
    EXPECT_TRUE(read("").whole());
}

TEST(Interval, OpenSidesGoAsFarAsThereIs)
{
    EXPECT_EQ((Interval{}.within(3, 4)), (std::pair{3.0, 4.0}));
    EXPECT_EQ((Interval{3.5, std::nullopt}.within(3, 4)), (std::pair{3.5, 4.0}));
    EXPECT_EQ((Interval{1, 9}.within(3, 4)), (std::pair{1.0, 9.0}));
}

TEST(Interval, OtherTextsAreErrorsThatNameTheOption)
{
    for (const char* wrong : {"5", "a:b", "1:2:3", "5:5", "2:1", "nan:1", "0:inf", "1 :2"}) {
        Interval interval{1, 2};
        EXPECT_THAT([&] { read_value("window", wrong, interval); },
                    ::testing::ThrowsMessage<ArgumentError>(::testing::HasSubstr("window")))
            << wrong;
        EXPECT_EQ(interval, (Interval{1, 2})) << wrong;
    }
}

}  // namespace
}  // namespace syzygy
