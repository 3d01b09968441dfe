#pragma once

#include <Eigen/Core>

#include <span>
#include <vector>

namespace syzygy {

/// Statistics of residuals that should be white noise, each with a closed distribution. All are dimensionless: they
/// take times in any unit and residuals in any unit, and give shares, counts and probabilities.

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

/// The probability that the largest share in the periodogram of white noise reaches `power`, at most: Baluev (2008),
/// eqs. 5 and 6 and table 1, of a series that has `freedom` independent numbers. Above 3 of them; else 1.
double false_alarm_probability(double power, double freedom, double width);

/// Runs of one sign (Wald, Wolfowitz 1940): their number, and its mean and variance where signs come in any order with
/// the same chance. Zeros are left out.
struct Runs {
    long count = 0;
    double expected = 0, variance = 0;
};
Runs runs_of_signs(std::span<const double> values);

/// Probability that a normal number is further from 0 than z, to either side.
double normal_two_sided(double z);

/// Probability that a chi-square of that many degrees of freedom exceeds x: the regularised upper gamma function
/// (Abramowitz, Stegun 6.5.29, 6.5.31), to 1e-12 of itself.
double chi_square_tail(double x, double freedom);

/// The z of a normal number that exceeds it with that probability, to 1e-9; `probability` from 1e-300 to a half.
double normal_quantile_of_tail(double probability);

}  // namespace syzygy
