#pragma once

#include "core/gradient/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Timing by alternating rounds, so that the machine's noise hits all alike, and ratios with their quartiles.
namespace syzygy::bench {

inline double quantile(std::vector<double> values, double q)
{
    const auto nth = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + nth, values.end());
    return values[static_cast<std::size_t>(nth)];
}

/// Something timed: `run` does it `repeat` times, `calls` units in all.
struct Timed {
    std::string name;
    double calls;
    std::function<void()> run;
    std::vector<double> microseconds{};  ///< of one unit, a number a round

    double median() const { return quantile(microseconds, 0.5); }
};

inline void run_rounds(std::vector<Timed>& items, int rounds)
{
    for (int round = -3; round < rounds; ++round)  // three to warm up
        for (std::size_t i = 0; i < items.size(); ++i) {
            // Another order every round, so that nothing always follows the same neighbour.
            Timed& item = items[(i + static_cast<std::size_t>(round + 3)) % items.size()];
            const Stopwatch watch;
            item.run();
            if (round >= 0) item.microseconds.push_back(1e6 * watch.seconds() / item.calls);
        }
}

template <class F>
std::function<void()> repeat(int times, F f)
{
    return [times, f] {
        for (int i = 0; i < times; ++i) f();
    };
}

inline void print_ratio(std::string_view name, const std::vector<double>& ratios, double of_medians, std::string_view goal)
{
    fmt::print("  {:<76} {:7.2f}   {:6.2f} .. {:6.2f}   {}\n", name, of_medians, quantile(ratios, 0.25),
               quantile(ratios, 0.75), goal);
}

inline std::vector<double> divided(const std::vector<double>& a, const std::vector<double>& b, double factor)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / (factor * b[i]));
    return ratios;
}

}  // namespace syzygy::bench
