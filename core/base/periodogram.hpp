#pragma once

#include <Eigen/Core>

#include <span>

namespace syzygy {

/// Frequencies at which a series is looked at: step, 2 step, .., count step.
struct FrequencyGrid {
    double step = 0;  ///< a third of one over the whole time; 0: the series has no length
    Eigen::Index count = 0;
    bool equidistant = false;  ///< all gaps are multiples of one: nothing is to be seen beyond its Nyquist frequency

    double highest() const { return step * static_cast<double>(count); }
};

/// Times ascending. Up to the Nyquist frequency where all gaps are multiples of the shortest (to two thousandths), else
/// up to three times the mean Nyquist frequency. Of more than 100 000 frequencies, the lowest 100 000.
FrequencyGrid frequency_grid(std::span<const double> times);

/// The generalised Lomb-Scargle periodogram (Zechmeister, Kuerster 2009, eq. 5, equal weights): for each frequency of
/// the grid the share (0 to 1) of the squares about the mean that a sinusoid and a constant explain. Where sine and
/// cosine are hardly two (at the Nyquist frequency), the share of the one that they have in common. By fast Fourier
/// transforms of values spread over a grid (Press, Rybicki 1989): shares are right to 1e-3 of themselves.
Eigen::VectorXd periodogram(std::span<const double> times, std::span<const double> values, const FrequencyGrid& grid);

/// The width of a range of frequencies from 0 to `highest` in independent ones: W of Baluev (2008), eq. 6.
double spectral_width(std::span<const double> times, double highest);

}  // namespace syzygy
