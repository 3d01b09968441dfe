#pragma once

#include <span>

namespace syzygy {

/// Statistics of residuals that should be white noise, each with a closed distribution. All are dimensionless: they
/// take times in any unit and residuals in any unit, and give shares, counts and probabilities.

/// An upper bound of the probability that the largest share in the periodogram of white noise reaches `power`: Baluev (2008),
/// eqs. 5 and 6 and table 1, for a series with `freedom` independent numbers. 1 unless `freedom` is above 3.
double false_alarm_probability(double power, double freedom, double width);

/// Runs of one sign (Wald, Wolfowitz 1940): their number, and its mean and variance if all orders of the signs are equally
/// likely. Zeros are left out.
struct Runs {
    long count = 0;
    double expected = 0, variance = 0;
};
Runs runs_of_signs(std::span<const double> values);

/// Probability that a normal number is further from 0 than z, to either side.
double normal_two_sided(double z);

/// Probability that a chi-square of that many degrees of freedom exceeds x: the regularised upper gamma function (Abramowitz,
/// Stegun 6.5.29, 6.5.31), to a relative 1e-12.
double chi_square_tail(double x, double freedom);

/// The z that a normal number exceeds with that probability, to 1e-9; `probability` from 1e-300 to a half.
double normal_quantile_of_tail(double probability);

}  // namespace syzygy
