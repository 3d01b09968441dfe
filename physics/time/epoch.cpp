#include "physics/time/epoch.hpp"

#include "physics/time/utc_day.hpp"

#include <erfa.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace syzygy {

namespace {

constexpr double day_seconds = 86400;
constexpr double modified_zero = 2400000.5;  ///< Julian date of day 0

struct ScaleName {
    std::string_view name;
    TimeScale scale;
};

/// The first name of each scale is the one that is written.
constexpr std::array scale_names{
    ScaleName{"TDB", TimeScale::tdb}, ScaleName{"ET", TimeScale::tdb},  ScaleName{"CT", TimeScale::tdb},
    ScaleName{"TT", TimeScale::tt},   ScaleName{"TDT", TimeScale::tt},  ScaleName{"TAI", TimeScale::tai},
    ScaleName{"UTC", TimeScale::utc}, ScaleName{"UT", TimeScale::utc},  ScaleName{"GMT", TimeScale::utc},
    ScaleName{"Z", TimeScale::utc},   ScaleName{"UT1", TimeScale::ut1}, ScaleName{"TCB", TimeScale::tcb},
    ScaleName{"TCG", TimeScale::tcg},
};

/// Seconds of any size brought into their day, for scales whose days have 86400 of them.
Epoch normalised(std::int64_t day, long double seconds)
{
    const auto whole = static_cast<std::int64_t>(std::floor(seconds / day_seconds));
    day += whole;
    auto second = static_cast<double>(seconds - static_cast<long double>(whole) * day_seconds);
    // Rounding may lift a tiny negative to the whole day.
    if (second >= day_seconds) {
        second -= day_seconds;
        ++day;
    }
    return {day, second};
}

/// A decimal number of days, exactly: whole + part / unit.
struct Days {
    std::int64_t whole = 0, part = 0, unit = 10;
    std::size_t decimals = 0;

    /// The day and its seconds after adding half a day or nothing.
    Epoch epoch(std::int64_t zero, bool add_half) const
    {
        std::int64_t day = whole + zero, fraction = part + (add_half ? unit / 2 : 0);
        if (fraction >= unit) {
            fraction -= unit;
            ++day;
        }
        auto second = static_cast<double>(static_cast<long double>(fraction) * static_cast<long double>(day_seconds) /
                                          static_cast<long double>(unit));
        if (decimals >= 9) {
            constexpr double double_rounding = 2.4e-10 * day_seconds;  // half an ulp of a present Julian date
            const double last = 0.5 * day_seconds * std::pow(10.0, -static_cast<double>(decimals));
            const double nearest = std::round(second);
            if (std::abs(second - nearest) <= std::max(double_rounding, 1.000001 * last)) second = nearest;
        }
        return second >= day_seconds ? Epoch{day + 1, 0} : Epoch{day, second};
    }
};

std::optional<Days> parse_days(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    if (point == 0 && text.size() <= 1) return std::nullopt;
    Days days;
    if (point > 0) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + point, days.whole);
        if (error != std::errc{} || end != text.data() + point || days.whole < 0 || days.whole >= 6'000'000)
            return std::nullopt;
    }
    const std::string_view digits = point < text.size() ? text.substr(point + 1) : std::string_view{};
    if (digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
    days.decimals = digits.size();
    days.unit = digits.empty() ? 10 : 1;
    for (const char digit : digits.substr(0, 18)) {
        days.part = 10 * days.part + (digit - '0');
        days.unit *= 10;
    }
    if (negative) {
        days.whole = -days.whole;
        if (days.part > 0) {
            --days.whole;
            days.part = days.unit - days.part;
        }
    }
    return days;
}

/// `count` digits at the start of `text`, which keeps what follows.
std::optional<int> take_digits(std::string_view& text, std::size_t count)
{
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (const char letter : text.substr(0, count)) {
        if (!std::isdigit(static_cast<unsigned char>(letter))) return std::nullopt;
        value = 10 * value + (letter - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, std::string_view any_of)
{
    if (text.empty() || any_of.find(text.front()) == any_of.npos) return false;
    text.remove_prefix(1);
    return true;
}

/// TAI - UTC in seconds at a moment in UTC.
double leap_seconds(const Epoch& utc)
{
    int year = 0, month = 0, day = 0;
    double fraction = 0, seconds = 0;
    eraJd2cal(modified_zero, static_cast<double>(utc.day), &year, &month, &day, &fraction);
    const int status = eraDat(year, month, day, std::min(utc.second / day_seconds, 1.0), &seconds);
    if (status < 0 || year < 1960)
        throw std::domain_error("before 1960 there is no UTC, and UT follows the rotation of the Earth");
    return seconds;
}

}  // namespace

std::string_view to_string(TimeScale scale)
{
    return std::find_if(scale_names.begin(), scale_names.end(), [&](const auto& row) { return row.scale == scale; })->name;
}

std::optional<TimeScale> find_time_scale(std::string_view name)
{
    std::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    const auto found =
        std::find_if(scale_names.begin(), scale_names.end(), [&](const auto& row) { return row.name == upper; });
    if (found == scale_names.end()) return std::nullopt;
    return found->scale;
}

double seconds_between(const Epoch& first, const Epoch& last)
{
    return time_between(first, last, 1);
}

double time_between(const Epoch& first, const Epoch& last, double seconds_per_unit)
{
    const double days = static_cast<double>(last.day - first.day);
    return days * day_seconds / seconds_per_unit + (last.second - first.second) / seconds_per_unit;
}

Epoch moved(const Epoch& epoch, double seconds)
{
    const double days = std::floor(seconds / day_seconds);
    return normalised(epoch.day + static_cast<std::int64_t>(days), static_cast<long double>(epoch.second) + (seconds - days * day_seconds));
}

std::optional<Epoch> parse_julian_date(std::string_view text)
{
    const auto days = parse_days(text);
    if (!days) return std::nullopt;
    // A Julian day begins at noon.
    return days->epoch(-2400001, true);
}

std::optional<Epoch> parse_modified_julian_date(std::string_view text)
{
    const auto days = parse_days(text);
    if (!days) return std::nullopt;
    return days->epoch(0, false);
}

std::optional<Epoch> parse_iso_date(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto year = take_digits(text, 4);
    if (!year || !take(text, "-")) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    int hour = 0, minute = 0;
    double second = 0;
    if (take(text, "Tt ")) {
        const auto hours = take_digits(text, 2);
        if (!hours || *hours > 23 || !take(text, ":")) return std::nullopt;
        const auto minutes = take_digits(text, 2);
        if (!minutes || *minutes > 59) return std::nullopt;
        hour = *hours;
        minute = *minutes;
        if (take(text, ":")) {
            std::string_view rest = text;
            const auto whole = take_digits(rest, 2);
            if (!whole || *whole > 60) return std::nullopt;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), second);
            if (error != std::errc{} || second < 0 || second >= 61) return std::nullopt;
            text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        }
    }
    if (!text.empty() && text != "Z" && text != "z") return std::nullopt;
    double zero = 0, days = 0;
    if (eraCal2jd(negative ? -*year : *year, *month, *day, &zero, &days) != 0) return std::nullopt;
    const bool leap = second >= 60;
    if (leap && (hour != 23 || minute != 59 || leap_second_of(static_cast<std::int64_t>(days)) != 1)) return std::nullopt;
    return Epoch{static_cast<std::int64_t>(days), 3600.0 * hour + 60.0 * minute + second};
}

bool looks_like_date(std::string_view text)
{
    if (text.starts_with('-')) text.remove_prefix(1);
    return take_digits(text, 4) && take(text, "-") && take_digits(text, 2) && take(text, "-") && take_digits(text, 2);
}

std::string iso_text(const Epoch& epoch)
{
    std::int64_t day = epoch.day;
    auto milliseconds = static_cast<std::int64_t>(std::llround(epoch.second * 1000));
    // What rounds up to midnight is the next day; a leap second stays.
    if (milliseconds >= 86'400'000 && epoch.second < day_seconds) {
        milliseconds = 0;
        ++day;
    }
    int year = 0, month = 0, of_month = 0;
    double fraction = 0;
    eraJd2cal(modified_zero, static_cast<double>(day), &year, &month, &of_month, &fraction);
    const std::int64_t seconds = milliseconds / 1000;
    const bool leap = seconds >= 86400;
    std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, of_month, leap ? 23 : seconds / 3600,
                                   leap ? 59 : seconds / 60 % 60, leap ? seconds - 86340 : seconds % 60);
    if (milliseconds % 1000 != 0) text += fmt::format(".{:03}", milliseconds % 1000);
    return text;
}

std::string exact_epoch_text(const Epoch& epoch)
{
    const std::string date = iso_text(epoch);
    if (parse_iso_date(date) == epoch) return date;
    char digits[32];
    const char* const end = std::to_chars(digits, digits + sizeof digits, epoch.second).ptr;
    return fmt::format("MJD {} + {} s", epoch.day, std::string_view(digits, end));
}

std::optional<Epoch> parse_epoch_text(std::string_view text)
{
    const auto drop_blanks = [&] { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); };
    const bool modified = text.starts_with("MJD");
    if (!modified && !text.starts_with("JD")) return parse_iso_date(text);
    text.remove_prefix(modified ? 3 : 2);
    drop_blanks();
    const std::size_t plus = text.find(" + ");
    if (!modified || plus == text.npos) return modified ? parse_modified_julian_date(text) : parse_julian_date(text);
    Epoch epoch;
    const auto [day_end, day_error] = std::from_chars(text.data(), text.data() + plus, epoch.day);
    if (day_error != std::errc{} || day_end != text.data() + plus || !text.ends_with(" s")) return std::nullopt;
    const char* const last = text.data() + text.size() - 2;
    const auto [end, error] = std::from_chars(text.data() + plus + 3, last, epoch.second);
    if (error != std::errc{} || end != last || !(epoch.second >= 0 && epoch.second < day_seconds + 1)) return std::nullopt;
    return epoch;
}

std::string julian_date_text(const Epoch& epoch)
{
    const auto nanodays = static_cast<std::int64_t>(std::llround(epoch.second / day_seconds * 1e9)) + 500'000'000;
    const std::int64_t day = epoch.day + 2400000 + nanodays / 1'000'000'000;
    std::string text = fmt::format("{}.{:09}", day, nanodays % 1'000'000'000);
    while (text.ends_with('0') && text[text.size() - 2] != '.') text.pop_back();
    return text;
}

Epoch to_tdb(const Epoch& epoch, TimeScale scale)
{
    if (scale == TimeScale::tdb) return epoch;
    if (scale == TimeScale::ut1)
        throw std::domain_error("UT1 follows the rotation of the Earth, which is measured and not computed");
    constexpr double tt_from_tai = 32.184;
    Epoch tt = epoch;
    const double days = static_cast<double>(epoch.day);
    double one = 0, two = 0;
    switch (scale) {
    case TimeScale::utc: tt = moved(epoch, leap_seconds(epoch) + tt_from_tai); break;
    case TimeScale::tai: tt = moved(epoch, tt_from_tai); break;
    case TimeScale::tcg:
        // The shift is at most minutes: its own rounding is some 1e-14 s.
        eraTcgtt(modified_zero + days, epoch.second / day_seconds, &one, &two);
        tt = moved(epoch, (two - epoch.second / day_seconds) * day_seconds);
        break;
    case TimeScale::tcb:
        eraTcbtdb(modified_zero + days, epoch.second / day_seconds, &one, &two);
        return moved(epoch, (two - epoch.second / day_seconds) * day_seconds);
    default: break;
    }
    const double tt_day = static_cast<double>(tt.day), fraction = tt.second / day_seconds;
    return moved(tt, eraDtdb(modified_zero + tt_day, fraction, fraction, 0, 0, 0));
}

}  // namespace syzygy
