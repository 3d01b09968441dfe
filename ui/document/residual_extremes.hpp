#pragma once

#include "physics/model/solution.hpp"
#include "ui/base/decimation.hpp"

namespace syzygy {

/// The extremes of very many residuals, block by block, for the plot of them; empty of few, which need none.
struct ResidualExtremes {
    BlockExtremes<9> plain, in_sigmas;
};

/// Goes through all rows: for a worker.
inline ResidualExtremes residual_extremes(const ResidualSeries& series)
{
    constexpr std::size_t many = 20'000;
    const std::size_t count = series.times.size();
    if (count < many) return {};
    const double* residual = series.residual.data();
    ResidualExtremes result;
    result.plain = {count, [=](std::size_t k, std::size_t row) { return residual[9 * k + row]; }};
    if (series.sigma.cols() == 0) return result;
    const double* sigma = series.sigma.data();
    result.in_sigmas = {count,
                        [=](std::size_t k, std::size_t row) { return residual[9 * k + row] / sigma[9 * k + row]; }};
    return result;
}

}  // namespace syzygy
