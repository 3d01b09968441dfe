#pragma once

#include "core/base/not_finite.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace syzygy {

/// Most points that a plot is handed for one curve: two a column of pixels, and one beyond each side.
inline constexpr std::size_t most_plot_points = 4000;

/// A curve as it is drawn. `lowest` and `highest` are of the finite values inside the range asked for.
struct PlotPoints {
    std::vector<double> x, y;
    double lowest = infinity, highest = -infinity;

    void clear() { *this = {}; }
    void add(double at, double value)
    {
        x.push_back(at);
        y.push_back(value);
    }
    std::size_t size() const { return x.size(); }
};

/// First index in [from, end) whose abscissa (ascending; `abscissa(i)`) is above `border`; `end` where none is.
template <class Abscissa>
std::size_t first_above(std::size_t from, std::size_t end, double border, Abscissa&& abscissa)
{
    while (from < end) {
        const std::size_t middle = from + (end - from) / 2;
        if (abscissa(middle) > border)
            end = middle;
        else
            from = middle + 1;
    }
    return from;
}

/// First index and one past the last of the abscissae from `lower` to `upper`.
template <class Abscissa>
std::pair<std::size_t, std::size_t> indices_within(std::size_t count, double lower, double upper, Abscissa&& abscissa)
{
    const std::size_t first =
        first_above(0, count, std::nextafter(lower, -infinity), abscissa);
    return {first, first_above(first, count, upper, abscissa)};
}

namespace detail {

/// The smallest and largest finite values of `Rows` curves, and where they are.
template <std::size_t Rows>
struct Extremes {
    std::array<double, Rows> low, high;
    std::array<std::size_t, Rows> low_at{}, high_at{};

    Extremes()
    {
        low.fill(infinity);
        high.fill(-infinity);
    }

    /// Looks block by block: inside a block nothing is kept but the values, which the processor does two at a time,
    /// and the place of an extreme is looked up only in a block that has one.
    template <class Value>
    void look(std::size_t begin, std::size_t end, Value&& value)
    {
        constexpr std::size_t block = 64;
        for (; begin < end; begin = std::min(begin + block, end)) {
            const std::size_t stop = std::min(begin + block, end);
            std::array<double, Rows> block_low, block_high;
            block_low.fill(infinity);
            block_high.fill(-infinity);
            for (std::size_t i = begin; i < stop; ++i)
                for (std::size_t row = 0; row < Rows; ++row) {
                    const double v = value(i, row);
                    // False for nan, and so written that it is one instruction.
                    block_low[row] = v < block_low[row] ? v : block_low[row];
                    block_high[row] = v > block_high[row] ? v : block_high[row];
                }
            for (std::size_t row = 0; row < Rows; ++row) {
                if (block_low[row] < low[row])
                    for (std::size_t i = begin; i < stop; ++i)
                        if (const double v = value(i, row); v < low[row] && v > -infinity)
                            low[row] = v, low_at[row] = i;
                if (block_high[row] > high[row])
                    for (std::size_t i = begin; i < stop; ++i)
                        if (const double v = value(i, row); v > high[row] && v < infinity)
                            high[row] = v, high_at[row] = i;
            }
        }
    }

    /// What was found elsewhere in other rows.
    void join(const Extremes& other)
    {
        for (std::size_t row = 0; row < Rows; ++row) {
            if (other.low[row] < low[row]) low[row] = other.low[row], low_at[row] = other.low_at[row];
            if (other.high[row] > high[row]) high[row] = other.high[row], high_at[row] = other.high_at[row];
        }
    }
};

}  // namespace detail

/// The extremes of each block of rows of `Rows` curves, found once and on a worker: a plot of very many rows then looks
/// at blocks, and at rows only where a column of pixels ends inside a block.
template <std::size_t Rows>
class BlockExtremes {
public:
    BlockExtremes() = default;
    template <class Value>
    BlockExtremes(std::size_t count, Value&& value) : blocks_(count / block)
    {
        for (std::size_t b = 0; b < blocks_.size(); ++b) blocks_[b].look(b * block, (b + 1) * block, value);
    }

    /// Calls visit(extremes) for each block that lies in rows begin..end-1.
    template <class Visit>
    void visit(std::size_t begin, std::size_t end, Visit&& visit) const
    {
        const std::size_t last = std::min(end / block, blocks_.size());
        for (std::size_t b = (begin + block - 1) / block; b < last; ++b) visit(blocks_[b]);
    }

    /// The extremes of rows begin..end-1.
    template <class Value>
    detail::Extremes<Rows> of(std::size_t begin, std::size_t end, Value&& value) const
    {
        detail::Extremes<Rows> extremes;
        const std::size_t first = (begin + block - 1) / block, last = std::min(end / block, blocks_.size());
        if (first >= last) {
            extremes.look(begin, end, value);
            return extremes;
        }
        extremes.look(begin, first * block, value);
        for (std::size_t b = first; b < last; ++b) extremes.join(blocks_[b]);
        extremes.look(last * block, end, value);
        return extremes;
    }

private:
    static constexpr std::size_t block = 64;
    std::vector<detail::Extremes<Rows>> blocks_;
};

/// `Rows` curves over one ascending abscissa, thinned to what `columns` columns of pixels between `lower` and `upper`
/// can show (for curves alone: of a cloud of points the extremes are no picture, see PointCloud): the smallest and the largest value of each column, in order; a column without a number is one nan. The
/// nearest points outside are kept, so that lines reach the borders. One pass over what is inside, after a binary
/// search; over its `blocks` where they were found before. Values are `value(i, row)`; nothing is thinned where there
/// are few.
template <std::size_t Rows, class Abscissa, class Value>
void decimate(std::size_t count, double lower, double upper, int columns, Abscissa&& abscissa, Value&& value,
              std::array<PlotPoints, Rows>& points, const BlockExtremes<Rows>& blocks = {})
{
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
        std::size_t begin = first;
        for (std::size_t column = 0; column < wanted && begin < last; ++column) {
            const double border =
                lower + (upper - lower) * static_cast<double>(column + 1) / static_cast<double>(wanted);
            const std::size_t end = column + 1 == wanted ? last : first_above(begin, last, border, abscissa);
            if (end == begin) continue;
            const detail::Extremes<Rows> extremes = blocks.of(begin, end, value);
            for (std::size_t row = 0; row < Rows; ++row) {
                PlotPoints& p = points[row];
                if (extremes.low[row] > extremes.high[row]) {
                    p.add(abscissa(begin), nan);
                    continue;
                }
                const auto [one, other] = std::minmax(extremes.low_at[row], extremes.high_at[row]);
                p.add(abscissa(one), value(one, row));
                if (other != one) p.add(abscissa(other), value(other, row));
                p.lowest = std::min(p.lowest, extremes.low[row]);
                p.highest = std::max(p.highest, extremes.high[row]);
            }
            begin = end;
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
    return value > 0 ? value : nan;
}

}  // namespace syzygy
