#include "physics/observations/time_order.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/error.hpp"
#include "physics/observations/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <unordered_set>

namespace syzygy {

namespace {

/// Moves row `order[k]` to k, for all tables and times.
void select_rows(Observations& observations, const std::vector<Eigen::Index>& order)
{
    std::vector<double> times(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) times[k] = observations.times[static_cast<std::size_t>(order[k])];
    observations.times = std::move(times);
    for (const ColumnGroup& group : column_groups) {
        ObservedTable& table = observations.*(group.table);
        if (table.cols() == 0) continue;
        ObservedTable selected(9, static_cast<Eigen::Index>(order.size()));
        for (std::size_t k = 0; k < order.size(); ++k) selected.col(static_cast<Eigen::Index>(k)) = table.col(order[k]);
        table = std::move(selected);
    }
    for (ObservedSeries& series : observations.series)
        for (std::vector<double>* column : {&series.values, &series.sigmas}) {
            if (column->empty()) continue;
            std::vector<double> selected(order.size());
            for (std::size_t k = 0; k < order.size(); ++k) selected[k] = (*column)[static_cast<std::size_t>(order[k])];
            *column = std::move(selected);
        }
}

/// All numbers of a row but its time, as bytes.
std::string row_bytes(const Observations& observations, Eigen::Index row)
{
    std::string bytes;
    for (const ColumnGroup& group : column_groups) {
        const ObservedTable& table = observations.*(group.table);
        if (table.cols() == 0) continue;
        bytes.append(reinterpret_cast<const char*>(table.col(row).data()), 9 * sizeof(double));
    }
    for (const ObservedSeries& series : observations.series)
        for (const std::vector<double>* column : {&series.values, &series.sigmas})
            if (!column->empty())
                bytes.append(reinterpret_cast<const char*>(column->data() + row), sizeof(double));
    return bytes;
}

const char* plural(std::size_t count, const char* one, const char* more)
{
    return count == 1 ? one : more;
}

void drop_repeated_rows(Observations& observations)
{
    const std::vector<double>& times = observations.times;
    const std::size_t size = times.size();
    std::vector<Eigen::Index> kept;
    std::size_t conflicts = 0;
    double first_conflict = 0;
    for (std::size_t first = 0; first < size;) {
        std::size_t last = first + 1;
        while (last < size && times[last] == times[first]) ++last;
        if (last == first + 1) {
            kept.push_back(static_cast<Eigen::Index>(first++));
            continue;
        }
        std::unordered_set<std::string> seen;
        for (std::size_t row = first; row < last; ++row)
            if (seen.insert(row_bytes(observations, static_cast<Eigen::Index>(row))).second)
                kept.push_back(static_cast<Eigen::Index>(row));
        if (seen.size() > 1 && conflicts++ == 0) first_conflict = times[first];
        first = last;
    }
    if (conflicts > 0)
        observations.notes.push_back(
            fmt::format("{} {} more than one row with different values (first t = {}); all were kept.", conflicts,
                        plural(conflicts, "time has", "times have"), first_conflict));
    const std::size_t dropped = size - kept.size();
    if (dropped == 0) return;
    select_rows(observations, kept);
    observations.notes.push_back(fmt::format("{} {} another exactly and {} left out.", dropped,
                                             plural(dropped, "row repeats", "rows repeat"),
                                             plural(dropped, "was", "were")));
}

}  // namespace

void order_by_time(Observations& observations, const std::string& file, const std::stop_token& stop)
{
    throw_if_stopped(stop);
    const std::vector<double>& times = observations.times;
    if (times.empty())
        throw InputError({file}, "there is no row of observations", "", "give at least one row below the column names");
    if (!std::is_sorted(times.begin(), times.end())) {
        std::vector<Eigen::Index> order(times.size());
        std::iota(order.begin(), order.end(), Eigen::Index{0});
        std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
            return times[static_cast<std::size_t>(a)] < times[static_cast<std::size_t>(b)];
        });
        throw_if_stopped(stop);
        select_rows(observations, order);
        observations.notes.push_back("The rows were not in the order of time and were sorted.");
    }
    if (times.size() > 1 && times.front() == times.back())
        throw InputError({file}, fmt::format("all {} rows have one time, t =", times.size()),
                         fmt::format("{}", times.front()), "check which column holds the time");
    const auto repeated = std::adjacent_find(times.begin(), times.end());
    throw_if_stopped(stop);
    if (repeated != times.end()) drop_repeated_rows(observations);
}

}  // namespace syzygy
