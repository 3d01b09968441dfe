#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace syzygy {

/// Most points that a plot is handed for one curve: two a column of pixels, and one beyond each side.
inline constexpr std::size_t most_plot_points = 4000;

/// A curve as it is drawn. `lowest` and `highest` are of the finite values inside the range asked for.
struct PlotPoints {
    std::vector<double> x, y;
    double lowest = std::numeric_limits<double>::infinity(), highest = -std::numeric_limits<double>::infinity();

    void clear() { *this = {}; }
    void add(double at, double value)
    {
        x.push_back(at);
        y.push_back(value);
    }
    std::size_t size() const { return x.size(); }
};

/// First index and one past the last of the abscissae (ascending; `abscissa(i)`) from `lower` to `upper`.
template <class Abscissa>
std::pair<std::size_t, std::size_t> indices_within(std::size_t count, double lower, double upper, Abscissa&& abscissa)
{
    const auto first_where = [&](std::size_t from, auto&& holds) {
        std::size_t end = count;
        while (from < end) {
            const std::size_t middle = from + (end - from) / 2;
            if (holds(abscissa(middle)))
                end = middle;
            else
                from = middle + 1;
        }
        return from;
    };
    const std::size_t first = first_where(0, [lower](double t) { return t >= lower; });
    return {first, first_where(first, [upper](double t) { return t > upper; })};
}

/// `Rows` curves over one ascending abscissa, thinned to what `columns` columns of pixels between `lower` and `upper`
/// can show: the smallest and the largest value of each column, in order; a column without a number is one nan. The
/// nearest points outside are kept, so that lines reach the borders. One pass over what is inside, after a binary
/// search. Values are `value(i, row)`; nothing is thinned where there are few.
template <std::size_t Rows, class Abscissa, class Value>
void decimate(std::size_t count, double lower, double upper, int columns, Abscissa&& abscissa, Value&& value,
              std::array<PlotPoints, Rows>& points)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (PlotPoints& p : points) p.clear();
    if (!(lower <= upper) || count == 0) return;
    const auto [first, last] = indices_within(count, lower, upper, abscissa);
    const auto add = [&](std::size_t i) {
        for (std::size_t row = 0; row < Rows; ++row) points[row].add(abscissa(i), value(i, row));
    };

    if (first > 0) add(first - 1);
    const auto wanted = static_cast<std::size_t>(std::clamp(columns, 1, static_cast<int>(most_plot_points / 2 - 1)));
    if (last - first <= 2 * wanted) {
        for (std::size_t i = first; i < last; ++i) {
            add(i);
            for (std::size_t row = 0; row < Rows; ++row) {
                const double v = points[row].y.back();
                if (!std::isfinite(v)) continue;
                points[row].lowest = std::min(points[row].lowest, v);
                points[row].highest = std::max(points[row].highest, v);
            }
        }
    } else {
        std::size_t i = first;
        for (std::size_t column = 0; column < wanted && i < last; ++column) {
            const double border =
                lower + (upper - lower) * static_cast<double>(column + 1) / static_cast<double>(wanted);
            std::array<double, Rows> low, high;
            std::array<std::size_t, Rows> low_at{}, high_at{};
            low.fill(infinity);
            high.fill(-infinity);
            const std::size_t begin = i;
            for (; i < last && (abscissa(i) <= border || column + 1 == wanted); ++i)
                for (std::size_t row = 0; row < Rows; ++row) {
                    const double v = value(i, row);
                    if (v < low[row] && v > -infinity) low[row] = v, low_at[row] = i;
                    if (v > high[row] && v < infinity) high[row] = v, high_at[row] = i;
                }
            if (i == begin) continue;
            for (std::size_t row = 0; row < Rows; ++row) {
                PlotPoints& p = points[row];
                if (low[row] > high[row]) {
                    p.add(abscissa(begin), std::numeric_limits<double>::quiet_NaN());
                    continue;
                }
                const auto [one, other] = std::minmax(low_at[row], high_at[row]);
                p.add(abscissa(one), value(one, row));
                if (other != one) p.add(abscissa(other), value(other, row));
                p.lowest = std::min(p.lowest, low[row]);
                p.highest = std::max(p.highest, high[row]);
            }
        }
    }
    if (last < count) add(last);
}

/// The same for one curve, with values `value(i)`.
template <class Abscissa, class Value>
PlotPoints decimate(std::size_t count, double lower, double upper, int columns, Abscissa&& abscissa, Value&& value)
{
    std::array<PlotPoints, 1> points;
    decimate<1>(
        count, lower, upper, columns, abscissa, [&](std::size_t i, std::size_t) { return value(i); }, points);
    return std::move(points[0]);
}

/// What a logarithmic axis can show of a value: nan where it is not above zero.
inline double positive(double value)
{
    return value > 0 ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace syzygy
