#include "core/network/activation.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace syzygy {

namespace {

/// Without branches or calls, so that a loop over it is vectorised. With exp(2 |x|) = s e^r, s = 2^n, |r| <= ln(2)/2,
/// and the rational approximation e^r - 1 = 2 u / (v - u) of Cephes (Moshier 1984-2000, exp.c; 2e-16), the quotient
/// tanh |x| = (s e^r - 1) / (s e^r + 1) takes one division, and near 0 nothing cancels. The last term is 0, or nan.
inline double fast_tanh(double x)
{
    constexpr double ln2_high = 6.93145751953125e-1, ln2_low = 1.42860682030941723212e-6;
    // Adding it rounds to an integer, which the last bits then hold.
    constexpr double rounder = 0x1.8p52;
    // tanh is 1 to the last bit from 19.1 on. Magnitudes compare as integers do, and that is no branch to the compiler.
    constexpr std::int64_t limit = std::bit_cast<std::int64_t>(22.0);
    const std::int64_t bits = std::bit_cast<std::int64_t>(std::abs(x));
    const double twice = 2 * std::bit_cast<double>(bits < limit ? bits : limit);
    const double shifted = twice * std::numbers::log2e + rounder, n = shifted - rounder;
    const double r = (twice - n * ln2_high) - n * ln2_low, r2 = r * r;
    const double s = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) << 52) + (std::uint64_t(1023) << 52));
    const double u = r * ((1.26177193074810590878e-4 * r2 + 3.02994407707441961300e-2) * r2 + 1.0);
    const double v =
        ((3.00198505138664455042e-6 * r2 + 2.52448340349684104192e-3) * r2 + 2.27265548208155028766e-1) * r2 + 2.0;
    const double d = v - u, top = 2 * s * u + (s - 1) * d;
    return std::copysign(top / (top + 2 * d), x) + 0 * x;
}

inline double fast_sigmoid(double x)
{
    return 0.5 + 0.5 * fast_tanh(0.5 * x);
}

/// `formula(z, value, slope, curvature)` over the numbers. The curvatures are left out where nobody wants them.
template <class Formula>
void over(const double* __restrict z, std::size_t n, double* __restrict values, double* __restrict slopes,
          double* __restrict curvatures, const Formula& formula)
{
    if (curvatures)
        for (std::size_t i = 0; i < n; ++i) formula(z[i], values[i], slopes[i], curvatures[i]);
    else
        for (std::size_t i = 0; i < n; ++i) {
            double unused;
            formula(z[i], values[i], slopes[i], unused);
        }
}

}  // namespace

void activate(Activation activation, const double* z, std::size_t n, double* values, double* slopes, double* curvatures)
{
    switch (activation) {
    case Activation::tanh:
        over(z, n, values, slopes, curvatures, [](double x, double& value, double& slope, double& curvature) {
            const double h = fast_tanh(x), d = 1 - h * h;
            value = h;
            slope = d;
            curvature = -2 * h * d;
        });
        return;
    case Activation::softplus:
        over(z, n, values, slopes, curvatures, [](double x, double& value, double& slope, double& curvature) {
            const double s = fast_sigmoid(x);
            value = (x > 0 ? x : 0 * x) + std::log1p(std::exp(-std::abs(x)));
            slope = s;
            curvature = s * (1 - s);
        });
        return;
    case Activation::silu:
        over(z, n, values, slopes, curvatures, [](double x, double& value, double& slope, double& curvature) {
            const double s = fast_sigmoid(x), d = s * (1 - s);
            value = x * s;
            slope = s + x * d;
            curvature = d * (2 + x * (1 - 2 * s));
        });
        return;
    case Activation::sine:
        over(z, n, values, slopes, curvatures, [](double x, double& value, double& slope, double& curvature) {
            const double h = std::sin(x);
            value = h;
            slope = std::cos(x);
            curvature = -h;
        });
        return;
    }
}

}  // namespace syzygy
