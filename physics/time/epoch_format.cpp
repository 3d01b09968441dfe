#include "physics/time/epoch_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace syzygy {

namespace {

constexpr double julian_year = 365.25 * 86400;

using Kind = EpochFormat::Kind;

// Zeros as in astropy.time.formats: unix counts UTC without its leap seconds from 1970 January 1, cxcsec TT from 1998 January
// 1, gps TAI from 1980 January 6 00:00:19, jyear from J2000.0.
constexpr std::array formats{
    EpochFormat{"jd", Kind::julian_date},
    EpochFormat{"mjd", Kind::modified_julian_date},
    EpochFormat{"jyear", Kind::count, julian_year, {51544 - 730500, 43200}},
    EpochFormat{"unix", Kind::count, 1, {40587, 0}, TimeScale::utc},
    EpochFormat{"unix_tai", Kind::count, 1, {40587, 0}, TimeScale::tai},
    EpochFormat{"cxcsec", Kind::count, 1, {50814, 0}, TimeScale::tt},
    EpochFormat{"gps", Kind::count, 1, {44244, 19}, TimeScale::tai},
    EpochFormat{"iso", Kind::date},
    EpochFormat{"isot", Kind::date},
    EpochFormat{"fits", Kind::date},
    EpochFormat{"datetime", Kind::date},
    EpochFormat{"datetime64", Kind::date},
    EpochFormat{"yday", Kind::day_of_year},
};

/// "2.457944500e+06" as "2457944.500", with all its digits; another text as it is.
std::string plain_decimal(std::string_view text)
{
    const std::size_t e = text.find_first_of("eE");
    int exponent = 0;
    if (e == text.npos) return std::string(text);
    const char* const first = text.data() + e + 1 + (e + 1 < text.size() && text[e + 1] == '+');
    const auto [end, error] = std::from_chars(first, text.data() + text.size(), exponent);
    if (error != std::errc{} || end != text.data() + text.size() || exponent < 0 || exponent > 9) return std::string(text);
    std::string digits(text.substr(0, e));
    std::size_t point = digits.find('.');
    if (point == digits.npos) {
        point = digits.size();
        digits += '.';
    }
    digits.erase(point, 1);
    const std::size_t to = point + static_cast<std::size_t>(exponent);
    if (digits.size() < to) digits.append(to - digits.size(), '0');
    return digits.insert(to, ".");
}

/// "2018:365:12:30:00.5": the day of the year instead of month and day.
std::optional<Epoch> parse_day_of_year(std::string_view text)
{
    if (text.size() < 8 || text[4] != ':' || (text.size() > 8 && text[8] != ':')) return std::nullopt;
    int day = 0;
    const auto [end, error] = std::from_chars(text.data() + 5, text.data() + 8, day);
    if (error != std::errc{} || end != text.data() + 8 || day < 1 || day > 366) return std::nullopt;
    std::string date = std::string(text.substr(0, 4)) + "-01-01";
    if (text.size() > 8) date += "T" + std::string(text.substr(9));
    auto epoch = parse_iso_date(date);
    const auto next_year = parse_iso_date(fmt::format("{:04}-01-01", std::atoi(date.c_str()) + 1));
    if (!epoch) return std::nullopt;
    epoch->day += day - 1;
    if (next_year && epoch->day >= next_year->day) return std::nullopt;
    return epoch;
}

}  // namespace

const EpochFormat* find_epoch_format(std::string_view name)
{
    const auto found = std::find_if(formats.begin(), formats.end(), [&](const auto& row) { return row.name == name; });
    return found == formats.end() ? nullptr : &*found;
}

std::string epoch_formats_text()
{
    std::string text;
    for (const EpochFormat& format : formats) text += fmt::format("{}{}", text.empty() ? "" : ", ", format.name);
    return text;
}

std::optional<Epoch> parse_epoch(const EpochFormat& format, std::string_view text)
{
    switch (format.kind) {
    case Kind::date: return parse_iso_date(text);
    case Kind::julian_date: return parse_julian_date(plain_decimal(text));
    case Kind::modified_julian_date: return parse_modified_julian_date(plain_decimal(text));
    case Kind::day_of_year: return parse_day_of_year(text);
    case Kind::count: break;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    if (std::abs(value * format.unit) > 5e11) return std::nullopt;  // beyond the range of Julian dates that are read
    return moved(format.zero, value * format.unit);
}

std::optional<NamedEpochs> epochs_named(std::string_view column)
{
    // Words of letters; "JDTDB" is two.
    std::vector<std::string> words{""};
    for (const char letter : column) {
        // A digit behind letters belongs to them: UT1 is not UT.
        if (std::isalpha(static_cast<unsigned char>(letter)) ||
            (std::isdigit(static_cast<unsigned char>(letter)) && !words.back().empty()))
            words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        else if (!words.back().empty())
            words.emplace_back();
    }
    std::optional<NamedEpochs> found;
    std::optional<TimeScale> scale;
    for (std::string_view word : words) {
        for (const std::string_view start : {"bjd", "hjd", "mjd", "jd"}) {
            if (found || !word.starts_with(start)) continue;
            const std::string_view rest = word.substr(start.size());
            if (!rest.empty() && !find_time_scale(rest)) continue;
            found = NamedEpochs{find_epoch_format(start == "mjd" ? "mjd" : "jd"), {}};
            word = rest;
        }
        if (const auto named = find_time_scale(word)) scale = named;
    }
    if (found) found->scale = scale;
    return found;
}

}  // namespace syzygy
