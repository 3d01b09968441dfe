#include "ui/export/tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {

namespace {

struct ListedAttempt {
    double time, size, error_ratio;
    bool accepted, in_window;
};

void collect(const PreparedData& data, const Trajectory<State>& trajectory, bool in_window,
             std::vector<ListedAttempt>& attempts)
{
    const std::size_t begin = attempts.size();
    for (std::size_t n = 0; n < trajectory.steps().size(); ++n)
        attempts.push_back({data.absolute(trajectory.times()[n]), trajectory.steps()[n], trajectory.error_ratios()[n],
                            true, in_window});
    for (const auto& attempt : trajectory.rejected_attempts())
        attempts.push_back({data.absolute(attempt.t), attempt.h, attempt.error_ratio, false, in_window});
    // Attempts of one step begin at one time: those turned down come first, the longest before the shorter.
    std::sort(attempts.begin() + static_cast<std::ptrdiff_t>(begin), attempts.end(), [](const auto& a, const auto& b) {
        if (a.time != b.time) return a.time < b.time;
        return a.accepted != b.accepted ? b.accepted : std::abs(a.size) > std::abs(b.size);
    });
}

std::string unit_line(const UnitSystem& units)
{
    return fmt::format("# units: {}\n", units.text());
}

}  // namespace

std::string residual_table(const Solution& solution, std::stop_token stop)
{
    const ResidualSeries& series = solution.residuals;
    const bool sigmas = series.sigma.cols() > 0;
    std::string text = unit_line(solution.data->units) + "t,in_window";
    for (const char* prefix : {"residual", "sigma"}) {
        if (prefix[0] == 's' && !sigmas) break;
        for (int body = 1; body <= 3; ++body)
            for (const char axis : {'x', 'y', 'z'}) text += fmt::format(",{}_{}{}", prefix, axis, body);
    }
    text += '\n';
    auto out = std::back_inserter(text);
    for (std::size_t k = 0; k < series.times.size() && !stop.stop_requested(); ++k) {
        const auto column = static_cast<Eigen::Index>(k);
        fmt::format_to(out, "{},{}", series.times[k], k < series.in_window ? 1 : 0);
        for (Eigen::Index row = 0; row < 9; ++row) fmt::format_to(out, ",{}", series.residual(row, column));
        if (sigmas)
            for (Eigen::Index row = 0; row < 9; ++row) fmt::format_to(out, ",{}", series.sigma(row, column));
        text += '\n';
    }
    return text;
}

std::string step_table(const Solution& solution, std::stop_token stop)
{
    std::vector<ListedAttempt> attempts;
    collect(*solution.data, solution.window, true, attempts);
    if (solution.beyond) collect(*solution.data, *solution.beyond, false, attempts);
    std::string text = unit_line(solution.data->units);
    text += fmt::format("# method: {}\n# rtol: {}\n# evaluations: {}\n", solution.options.solver.method,
                        solution.options.solver.rtol, solution.window.counts.rhs_evaluations);
    text += "t,step,error_ratio,accepted,in_window\n";
    auto out = std::back_inserter(text);
    for (const ListedAttempt& attempt : attempts) {
        if (stop.stop_requested()) break;
        fmt::format_to(out, "{},{},{},{},{}\n", attempt.time, attempt.size, attempt.error_ratio,
                       attempt.accepted ? 1 : 0, attempt.in_window ? 1 : 0);
    }
    return text;
}

}  // namespace syzygy
