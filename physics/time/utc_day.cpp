#include "physics/time/utc_day.hpp"

#include <erfa.h>

#include <cmath>
#include <utility>

namespace syzygy {

double leap_second_of(std::int64_t day)
{
    constexpr double modified_zero = 2400000.5;
    double before = 0, after = 0;
    for (const auto& [when, seconds] : {std::pair{day, &before}, {day + 1, &after}}) {
        int year = 0, month = 0, of_month = 0;
        double fraction = 0;
        eraJd2cal(modified_zero, static_cast<double>(when), &year, &month, &of_month, &fraction);
        if (year < 1972 || eraDat(year, month, of_month, 0, seconds) < 0) return 0;
    }
    return std::round(after - before);
}

Epoch of_stretched_day(const Epoch& epoch)
{
    const double leap = leap_second_of(epoch.day);
    if (leap == 0) return epoch;
    return {epoch.day, epoch.second * ((86400 + leap) / 86400)};
}

}  // namespace syzygy
