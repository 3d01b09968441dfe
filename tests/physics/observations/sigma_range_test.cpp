// Standard errors that no arithmetic in double numbers can work with, or that their values cannot have.
#include "physics/observations/sigma_range.hpp"

#include "tests/physics/observations/observation_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using samples::parse;
using samples::parse_error;
using ::testing::HasSubstr;

std::string with_first_error(const std::string& position, const std::string& error)
{
    return "t,x1,y1,z1,x2,y2,z2,x3,y3,z3,sx1,sy1,sz1,sx2,sy2,sz2,sx3,sy3,sz3\n"
           "0," +
           position +
           ",2,3,4,5,6,7,8,9,1,1,1,1,1,1,1,1,1\n"
           "1," +
           position + ",2,3,4,5,6,7,8,9," + error + ",1,1,1,1,1,1,1,1\n";
}

TEST(SigmaRange, ErrorsWhoseSquaresLeaveTheNumbersAreRefusedWithTheirPlace)
{
    for (const char* error : {"1e-200", "1e-308", "1e+200"}) {
        const std::string message = parse_error(with_first_error("1", error));
        EXPECT_THAT(message, HasSubstr(":3:")) << error;
        EXPECT_THAT(message, HasSubstr("sx1")) << error;
        EXPECT_THAT(message, HasSubstr(error)) << error;
        EXPECT_THAT(message, HasSubstr("1/sigma^2")) << error;
    }
    EXPECT_THAT(parse_error(with_first_error("1", "0")), HasSubstr("not positive"));
}

TEST(SigmaRange, ErrorsBelowTheRoundingOfTheirValueAreNamed)
{
    // Doubles near 1e9 are 1.2e-7 apart.
    const auto tiny = parse(with_first_error("1000000000", "1e-8"));
    ASSERT_GE(tiny.notes.size(), 1u);
    EXPECT_THAT(tiny.notes[0], HasSubstr(":3: column sx1"));
    EXPECT_THAT(tiny.notes[0], HasSubstr("1e-08"));
    EXPECT_THAT(tiny.notes[0], HasSubstr("x1 = 1000000000"));
    for (const std::string& note : parse(with_first_error("1000000000", "1e-6")).notes)
        EXPECT_THAT(note, Not(HasSubstr("sx1")));
    EXPECT_TRUE(parse(with_first_error("0", "1e-30")).notes.empty());
}

TEST(SigmaRange, KnowsTheDistanceOfDoubles)
{
    EXPECT_TRUE(below_rounding(1e-17, 1));
    EXPECT_FALSE(below_rounding(3e-16, 1));
    EXPECT_TRUE(below_rounding(1e-17, -1));
    EXPECT_FALSE(below_rounding(1e-300, 0));
    EXPECT_FALSE(below_rounding(1, std::numeric_limits<double>::quiet_NaN()));
    EXPECT_TRUE(usable_sigma(1e-100));
    EXPECT_FALSE(usable_sigma(1e-160));
    EXPECT_FALSE(usable_sigma(std::numeric_limits<double>::quiet_NaN()));
}

}  // namespace
}  // namespace syzygy
