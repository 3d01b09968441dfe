#pragma once

#include "core/base/error.hpp"
#include "physics/observations/columns.hpp"
#include "physics/observations/loaders.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

// Small files composed here, and comparisons, for the tests of the loaders.

namespace syzygy::samples {

inline const std::string names_line = "t,x1,y1,z1,x2,y2,z2,x3,y3,z3";

/// Metadata of units, and the nine positions of a row behind its time.
inline const std::string units_line = "# units: length=1 au, mass=1 Msun, time=1 d\n";
inline const std::string nine_numbers = ",1,2,3,4,5,6,7,8,9\n";

/// A CSV file of the given rows below the usual names.
inline std::string csv(const std::string& rows)
{
    return names_line + '\n' + rows;
}

/// A Horizons file; `rows` stand between $$SOE and $$EOE.
inline std::string horizons(const std::string& body, const std::string& rows, bool commas = true,
                            const std::string& units = "KM-S",
                            const std::string& center = "Solar System Barycenter (0)", const std::string& scale = "TDB")
{
    std::string text =
        "*******\n Object page\n*******\nEphemeris / API_USER Sun Aug  5 09:24:17 2018 / Horizons\n*******\n"
        "Target body name: " +
        body +
        "        {source: made}\n"
        "Center body name: " +
        center +
        "     {source: made}\n"
        "Center-site name: BODY CENTER\n*******\n"
        "Start time      : A.D. 2018-Jan-01 00:00:00.0000 " +
        scale +
        "\n"
        "Output units    : " +
        units +
        "      \n"
        "Output type     : GEOMETRIC cartesian states\n"
        "Reference frame : ICRF/J2000.0\n*******\n";
    const std::string date = "JD" + scale;
    text += commas ? "  " + date + ",   Calendar Date (TDB),   X,  Y,  Z,  VX,  VY,  VZ,  LT,  RG,  RR,\n"
                   : date + "\n   X     Y     Z\n   VX    VY    VZ\n   LT    RG    RR\n";
    return text + "*******\n$$SOE\n" + rows + "$$EOE\n*******\nNotes\n";
}

/// A row of the CSV layout: position (x, 2, 3), velocity (4, 5, 6).
inline std::string comma_row(const std::string& julian_date, const std::string& x)
{
    return julian_date + ", A.D. 2018-Jan-01 00:00:00.0000,  " + x +
           ", 2.0E+00, 3.0E+00, 4.0E+00, 5.0E+00, 6.0E+00, 7.0E+00, 8.0E+00, 9.0E+00,\n";
}

/// The same in the labelled layout.
inline std::string labelled_row(const std::string& julian_date, const std::string& x)
{
    return julian_date + " = A.D. 2018-Jan-01 00:00:00.0000 TDB \n X =" + x + " Y = 2.0E+00 Z = 3.0E+00\n" +
           " VX= 4.0E+00 VY= 5.0E+00 VZ= 6.0E+00\n LT= 7.0E+00 RG= 8.0E+00 RR=-9.0E+00\n";
}

inline Observations parse(const std::string& text, const std::string& file = "data.csv")
{
    const std::vector<SourceText> sources{{file, text}};
    return parse_observations(sources);
}

/// The message of the InputError that `call` throws.
template <class Call>
std::string error_of(Call&& call)
{
    try {
        call();
    } catch (const InputError& error) {
        EXPECT_FALSE(error.remedy().empty()) << error.what();
        return error.what();
    }
    return "no error";
}

inline std::string parse_error(const std::string& text)
{
    return error_of([&] { parse(text); });
}

/// Every number bit for bit; notes do not count.
inline void expect_same(const Observations& a, const Observations& b)
{
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.units, b.units);
    EXPECT_EQ(a.units.k1(), b.units.k1());
    EXPECT_EQ(a.bodies, b.bodies);
    EXPECT_EQ(a.true_masses, b.true_masses);
    EXPECT_EQ(a.relative_to, b.relative_to);
    EXPECT_EQ(a.reference, b.reference);
    ASSERT_EQ(a.times.size(), b.times.size());
    EXPECT_EQ(0, std::memcmp(a.times.data(), b.times.data(), a.size() * sizeof(double)));
    for (const ColumnGroup& group : column_groups) {
        const ObservedTable &one = a.*(group.table), &other = b.*(group.table);
        ASSERT_EQ(one.cols(), other.cols()) << group.what;
        if (one.size() == 0) continue;
        EXPECT_EQ(0, std::memcmp(one.data(), other.data(), static_cast<std::size_t>(one.size()) * sizeof(double)))
            << group.what;
    }
    ASSERT_EQ(a.series.size(), b.series.size());
    for (std::size_t i = 0; i < a.series.size(); ++i) {
        EXPECT_EQ(a.series[i].name(), b.series[i].name());
        for (const auto& column : {&ObservedSeries::values, &ObservedSeries::sigmas}) {
            const std::vector<double> &one = a.series[i].*column, &other = b.series[i].*column;
            ASSERT_EQ(one.size(), other.size()) << a.series[i].name();
            for (std::size_t k = 0; k < one.size(); ++k)
                EXPECT_TRUE(one[k] == other[k] || (one[k] != one[k] && other[k] != other[k])) << a.series[i].name() << ' ' << k;
        }
    }
}

}  // namespace syzygy::samples
