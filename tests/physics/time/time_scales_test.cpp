#include "physics/time/epoch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace syzygy {
namespace {

TEST(Epoch, JulianDatesAreReadWithAllTheirDigits)
{
    // 2457944.5 is 2017-07-10 00:00.
    EXPECT_EQ((Epoch{57944, 0}), *parse_julian_date("2457944.500000000"));
    EXPECT_EQ("2017-07-10T00:00:00", iso_text(*parse_julian_date("2457944.5")));
    // Nine decimals of a day are 86.4 us; 01:00 is .041666667.
    EXPECT_EQ((Epoch{57944, 3600}), *parse_julian_date("2457944.541666667"));
    EXPECT_NEAR(3600.0000864, parse_julian_date("2457944.541666668")->second, 1e-8);
    // One double at this size has 40 us; digits beyond it are kept.
    EXPECT_NEAR(0.864e-3, parse_julian_date("2457944.500000010000")->second, 1e-11);
    EXPECT_EQ((Epoch{0, 43200}), *parse_julian_date("2400001"));
    EXPECT_EQ((Epoch{-2400001, 43200}), *parse_julian_date("0"));
    EXPECT_EQ((Epoch{57944, 43200}), *parse_modified_julian_date("57944.5"));
    EXPECT_EQ((Epoch{-1, 43200}), *parse_modified_julian_date("-0.5"));
    for (const char* wrong : {"", ".", "-", "2457944,5", "2457944.5x", "1e6", "9999999.5", "nan"})
        EXPECT_FALSE(parse_julian_date(wrong)) << wrong;
}

TEST(Epoch, CalendarDatesAreReadAsIso8601WritesThem)
{
    EXPECT_EQ((Epoch{58119, 0}), *parse_iso_date("2018-01-01"));
    EXPECT_EQ((Epoch{58119, 3723.25}), *parse_iso_date("2018-01-01T01:02:03.25"));
    EXPECT_EQ((Epoch{58119, 3720}), *parse_iso_date("2018-01-01 01:02Z"));
    EXPECT_EQ((Epoch{51544, 43200}), *parse_iso_date("2000-01-01T12:00:00"));
    EXPECT_EQ((Epoch{57753, 86400.5}), *parse_iso_date("2016-12-31T23:59:60.5"));
    for (const char* wrong : {"2018-13-01", "2018-02-30", "2018-1-1", "2018-01-01T25:00", "2018-01-01T10", "2018-01-01T10:60",
                              "2018-01-01T10:00:61", "2018-01-01T10:00:60", "2018-01-01x", "20180101"})
        EXPECT_FALSE(parse_iso_date(wrong)) << wrong;
    EXPECT_TRUE(looks_like_date("2018-01-01"));
    EXPECT_FALSE(looks_like_date("2018.01"));
}

TEST(Epoch, TextsReadBackToTheSameMoment)
{
    for (const Epoch epoch : {Epoch{58119, 0}, Epoch{58119, 3723.25}, Epoch{-40000, 86399}, Epoch{57753, 86400.5}})
        EXPECT_EQ(epoch, *parse_iso_date(iso_text(epoch)));
    EXPECT_EQ("2458119.5", julian_date_text({58119, 0}));
    EXPECT_EQ("2458120.0", julian_date_text({58119, 43200}));
    EXPECT_EQ("2018-01-02T00:00:00", iso_text({58119, 86399.9999}));
    EXPECT_EQ("2016-12-31T23:59:60", iso_text({57753, 86400}));
}

TEST(Epoch, DifferencesOfWholeUnitsAreExact)
{
    const Epoch first{57944, 0}, last{57944 + 3652, 0};
    EXPECT_EQ(3652.0, time_between(first, last, 86400));
    EXPECT_EQ(3652 * 86400.0, seconds_between(first, last));
    EXPECT_EQ(0.25, time_between(first, {57944, 21600}, 86400));
    EXPECT_EQ((Epoch{57945, 10}), moved({57944, 86390}, 20));
    EXPECT_EQ((Epoch{57943, 86390}), moved({57944, 0}, -10));
}

// TDB - UTC of the leap second at the end of 2016: 32.184 + 36 s before, 32.184 + 37 s after; TDB - TT is at most 1.7 ms.
TEST(Epoch, UtcKnowsLeapSeconds)
{
    const Epoch before = to_tdb({57753, 0}, TimeScale::utc), after = to_tdb({57754, 0}, TimeScale::utc);
    EXPECT_NEAR(68.184, before.second, 2e-3);
    EXPECT_NEAR(69.184, after.second, 2e-3);
    EXPECT_NEAR(86401, seconds_between(before, after), 1e-4);
    EXPECT_NEAR(0.5, seconds_between(to_tdb({57753, 86400.5}, TimeScale::utc), after), 1e-9);
    EXPECT_NEAR(32.184, to_tdb({57754, 0}, TimeScale::tai).second, 2e-3);
    EXPECT_NEAR(0, seconds_between({57754, 0}, to_tdb({57754, 0}, TimeScale::tt)), 2e-3);
}

// Half a year apart the main term 1.657 ms sin(M) of TDB - TT changes its sign (M is the Earth's mean anomaly).
TEST(Epoch, TdbDiffersFromTtByTheEccentricityOfTheEarth)
{
    const double days = 57846 - 51544.5;  // about a quarter of a year after perihelion 2017
    const double anomaly = (357.53 + 0.98560028 * days) * 3.141592653589793 / 180;
    EXPECT_NEAR(1.657e-3 * std::sin(anomaly), seconds_between({57846, 0}, to_tdb({57846, 0}, TimeScale::tt)), 6e-5);
}

// TCB runs faster than TDB by 1.550519768e-8 since 1977 January 1 (IAU 2006 resolution B3).
TEST(Epoch, CoordinateTimesRunFaster)
{
    const Epoch then{57754, 0};
    const double since_1977 = 86400.0 * (57754 - 43144);
    EXPECT_NEAR(-1.550519768e-8 * since_1977, seconds_between(then, to_tdb(then, TimeScale::tcb)), 1e-3);
    EXPECT_NEAR(-6.969290134e-10 * since_1977, seconds_between(then, to_tdb(then, TimeScale::tcg)), 3e-3);
}

TEST(Epoch, WhatHasNoConversionIsRefused)
{
    EXPECT_THROW(to_tdb({57754, 0}, TimeScale::ut1), std::domain_error);
    EXPECT_THROW(to_tdb({30000, 0}, TimeScale::utc), std::domain_error);  // 1941
    EXPECT_EQ(TimeScale::utc, *find_time_scale("ut"));
    EXPECT_EQ(TimeScale::tdb, *find_time_scale("CT"));
    EXPECT_EQ("TDB", to_string(TimeScale::tdb));
    EXPECT_FALSE(find_time_scale("local"));
}

}  // namespace
}  // namespace syzygy
