#pragma once

#include <Eigen/Core>

#include <span>

namespace syzygy {

/// Frequencies at which a series is examined: step, 2 step, .., count step.
struct FrequencyGrid {
    double step = 0;  ///< a third of 1 / (total time); 0: the series has no length
    Eigen::Index count = 0;
    bool equidistant = false;  ///< all gaps are multiples of one: nothing can be seen above its Nyquist frequency

    double highest() const { return step * static_cast<double>(count); }
};

/// Times must ascend. The grid ends at the Nyquist frequency if all gaps are multiples of the shortest gap (to two thousandths),
/// else at three times the mean Nyquist frequency. The grid keeps at most the lowest 100 000 frequencies.
FrequencyGrid frequency_grid(std::span<const double> times);

/// The generalised Lomb-Scargle periodogram (Zechmeister, Kuerster 2009, eq. 5, equal weights): for each frequency of the grid
/// the share (0 to 1) of the squares about the mean that a sinusoid and a constant explain. If sine and cosine are nearly
/// dependent (at the Nyquist frequency), the share of the one function they have in common. Uses fast Fourier transforms of
/// values spread over a grid (Press, Rybicki 1989): relative error of shares 1e-3.
Eigen::VectorXd periodogram(std::span<const double> times, std::span<const double> values, const FrequencyGrid& grid);

/// The number of independent frequencies between 0 and `highest`: W of Baluev (2008), eq. 6.
double spectral_width(std::span<const double> times, double highest);

}  // namespace syzygy
