#pragma once

#include "core/ode/algebra.hpp"

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <concepts>
#include <type_traits>

namespace syzygy {

/// A number with n tangents: value + sum_i tangent_i eps_i with eps_i eps_j = 0 (forward-mode differentiation; Griewank and
/// Walther, Evaluating Derivatives (2008), chapter 3). A function evaluated in duals gives its value and its derivatives along n
/// directions, exact up to rounding, for the work of about 1 + n evaluations.
///
/// `RealType` may itself be a dual: then the tangents have tangents (second derivatives). Comparisons use the values only. The
/// usual functions are found by argument-dependent lookup (`using std::sqrt; sqrt(x)`); Eigen vectors of duals mix with vectors
/// of their real numbers.
template <class RealType, int n>
struct Dual {
    static_assert(n > 0);
    using Real = RealType;
    using Tangent = std::array<Real, static_cast<std::size_t>(n)>;
    static constexpr int tangents = n;

    Real value{};
    Tangent tangent{};

    /// Numbers without tangents: constants.
    template <class T>
    static constexpr bool passive = std::is_arithmetic_v<T> || std::same_as<T, Real>;

    Dual() = default;
    template <class T>
        requires passive<T>
    Dual(const T& constant) : value(static_cast<Real>(constant))
    {
    }
    /// The variable for direction `direction`: its tangent in this direction is 1.
    static Dual variable(const Real& value, int direction)
    {
        Dual x(value);
        x.tangent[static_cast<std::size_t>(direction)] = Real(1);
        return x;
    }
    /// f(x) from f and f' at the value, by the chain rule.
    Dual chained(const Real& f, const Real& derivative) const
    {
        Dual result(f);
        for (int i = 0; i < n; ++i) result.tangent[i] = derivative * tangent[i];
        return result;
    }

    Dual& operator+=(const Dual& other)
    {
        value += other.value;
        for (int i = 0; i < n; ++i) tangent[i] += other.tangent[i];
        return *this;
    }
    Dual& operator-=(const Dual& other)
    {
        value -= other.value;
        for (int i = 0; i < n; ++i) tangent[i] -= other.tangent[i];
        return *this;
    }
    Dual& operator*=(const Dual& other)
    {
        for (int i = 0; i < n; ++i) tangent[i] = tangent[i] * other.value + value * other.tangent[i];
        value *= other.value;
        return *this;
    }
    Dual& operator/=(const Dual& other)
    {
        const Real inverse = Real(1) / other.value;
        value *= inverse;
        for (int i = 0; i < n; ++i) tangent[i] = (tangent[i] - value * other.tangent[i]) * inverse;
        return *this;
    }
    template <class T>
        requires passive<T>
    Dual& operator+=(const T& constant)
    {
        value += constant;
        return *this;
    }
    template <class T>
        requires passive<T>
    Dual& operator-=(const T& constant)
    {
        value -= constant;
        return *this;
    }
    template <class T>
        requires passive<T>
    Dual& operator*=(const T& constant)
    {
        value *= constant;
        for (Real& part : tangent) part *= constant;
        return *this;
    }
    template <class T>
        requires passive<T>
    Dual& operator/=(const T& constant)
    {
        value /= constant;
        for (Real& part : tangent) part /= constant;
        return *this;
    }

    friend Dual operator+(const Dual& x) { return x; }
    friend Dual operator-(const Dual& x)
    {
        Dual result(Real(-x.value));
        for (int i = 0; i < n; ++i) result.tangent[i] = -x.tangent[i];
        return result;
    }
    friend Dual operator+(Dual a, const Dual& b) { return a += b; }
    friend Dual operator-(Dual a, const Dual& b) { return a -= b; }
    friend Dual operator*(Dual a, const Dual& b) { return a *= b; }
    friend Dual operator/(Dual a, const Dual& b) { return a /= b; }

    template <class T>
        requires passive<T>
    friend Dual operator+(Dual a, const T& b)
    {
        return a += b;
    }
    template <class T>
        requires passive<T>
    friend Dual operator-(Dual a, const T& b)
    {
        return a -= b;
    }
    template <class T>
        requires passive<T>
    friend Dual operator*(Dual a, const T& b)
    {
        return a *= b;
    }
    template <class T>
        requires passive<T>
    friend Dual operator/(Dual a, const T& b)
    {
        return a /= b;
    }
    template <class T>
        requires passive<T>
    friend Dual operator+(const T& a, Dual b)
    {
        return b += a;
    }
    template <class T>
        requires passive<T>
    friend Dual operator-(const T& a, const Dual& b)
    {
        return -b + a;
    }
    template <class T>
        requires passive<T>
    friend Dual operator*(const T& a, Dual b)
    {
        return b *= a;
    }
    template <class T>
        requires passive<T>
    friend Dual operator/(const T& a, const Dual& b)
    {
        const Real quotient = static_cast<Real>(a) / b.value;
        return b.chained(quotient, -quotient / b.value);
    }

    friend bool operator==(const Dual& a, const Dual& b) { return a.value == b.value; }
    friend auto operator<=>(const Dual& a, const Dual& b) { return a.value <=> b.value; }
    template <class T>
        requires passive<T>
    friend bool operator==(const Dual& a, const T& b)
    {
        return a.value == b;
    }
    template <class T>
        requires passive<T>
    friend auto operator<=>(const Dual& a, const T& b)
    {
        return a.value <=> b;
    }

    friend Dual sqrt(const Dual& x)
    {
        using std::sqrt;
        const Real root = sqrt(x.value);
        return x.chained(root, Real(0.5) / root);
    }
    friend Dual cbrt(const Dual& x)
    {
        using std::cbrt;
        const Real root = cbrt(x.value);
        return x.chained(root, Real(1) / (Real(3) * root * root));
    }
    friend Dual exp(const Dual& x)
    {
        using std::exp;
        const Real value = exp(x.value);
        return x.chained(value, value);
    }
    friend Dual expm1(const Dual& x)
    {
        using std::exp, std::expm1;
        return x.chained(expm1(x.value), exp(x.value));
    }
    friend Dual log(const Dual& x)
    {
        using std::log;
        return x.chained(log(x.value), Real(1) / x.value);
    }
    friend Dual log1p(const Dual& x)
    {
        using std::log1p;
        return x.chained(log1p(x.value), Real(1) / (Real(1) + x.value));
    }
    friend Dual log10(const Dual& x)
    {
        using std::log10;
        return x.chained(log10(x.value), Real(0.43429448190325182765L) / x.value);
    }
    friend Dual sin(const Dual& x)
    {
        using std::cos, std::sin;
        return x.chained(sin(x.value), cos(x.value));
    }
    friend Dual cos(const Dual& x)
    {
        using std::cos, std::sin;
        return x.chained(cos(x.value), -sin(x.value));
    }
    friend Dual tan(const Dual& x)
    {
        using std::tan;
        const Real value = tan(x.value);
        return x.chained(value, Real(1) + value * value);
    }
    friend Dual asin(const Dual& x)
    {
        using std::asin, std::sqrt;
        return x.chained(asin(x.value), Real(1) / sqrt(Real(1) - x.value * x.value));
    }
    friend Dual acos(const Dual& x)
    {
        using std::acos, std::sqrt;
        return x.chained(acos(x.value), Real(-1) / sqrt(Real(1) - x.value * x.value));
    }
    friend Dual atan(const Dual& x)
    {
        using std::atan;
        return x.chained(atan(x.value), Real(1) / (Real(1) + x.value * x.value));
    }
    friend Dual sinh(const Dual& x)
    {
        using std::cosh, std::sinh;
        return x.chained(sinh(x.value), cosh(x.value));
    }
    friend Dual cosh(const Dual& x)
    {
        using std::cosh, std::sinh;
        return x.chained(cosh(x.value), sinh(x.value));
    }
    friend Dual tanh(const Dual& x)
    {
        using std::tanh;
        const Real value = tanh(x.value);
        return x.chained(value, Real(1) - value * value);
    }
    friend Dual erf(const Dual& x)
    {
        using std::erf, std::exp;
        return x.chained(erf(x.value), Real(1.12837916709551257390L) * exp(-x.value * x.value));
    }
    /// The derivative at 0 is 0: the middle of the subgradients.
    friend Dual abs(const Dual& x)
    {
        if (x.value == 0) return x.chained(x.value, Real(0));
        return x.value < 0 ? -x : x;
    }
    friend Dual atan2(const Dual& y, const Dual& x)
    {
        using std::atan2;
        const Real inverse = Real(1) / (x.value * x.value + y.value * y.value);
        Dual result(Real(atan2(y.value, x.value)));
        for (int i = 0; i < n; ++i) result.tangent[i] = (x.value * y.tangent[i] - y.value * x.tangent[i]) * inverse;
        return result;
    }
    friend Dual hypot(const Dual& x, const Dual& y)
    {
        using std::hypot;
        const Real length = hypot(x.value, y.value);
        Dual result(length);
        for (int i = 0; i < n; ++i) result.tangent[i] = (x.value * x.tangent[i] + y.value * y.tangent[i]) / length;
        return result;
    }
    template <class T>
        requires passive<T>
    friend Dual pow(const Dual& x, const T& exponent)
    {
        using std::pow;
        // x^0 is 1 everywhere, even if x^-1 is not finite.
        if (exponent == 0) return x.chained(Real(1), Real(0));
        return x.chained(pow(x.value, exponent), exponent * pow(x.value, exponent - T(1)));
    }
    template <class T>
        requires passive<T>
    friend Dual pow(const T& base, const Dual& exponent)
    {
        using std::log, std::pow;
        const Real value = pow(static_cast<Real>(base), exponent.value);
        return exponent.chained(value, value * log(static_cast<Real>(base)));
    }
    /// Requires a base above 0.
    friend Dual pow(const Dual& x, const Dual& exponent)
    {
        using std::log, std::pow;
        const Real value = pow(x.value, exponent.value), logarithm = log(x.value);
        Dual result(value);
        for (int i = 0; i < n; ++i)
            result.tangent[i] = value * (exponent.tangent[i] * logarithm + exponent.value * x.tangent[i] / x.value);
        return result;
    }

    /// Checks the value and the tangents.
    friend bool isfinite(const Dual& x)
    {
        using std::isfinite;
        bool finite = isfinite(x.value);
        for (const Real& part : x.tangent) finite = finite && isfinite(part);
        return finite;
    }
    friend bool isnan(const Dual& x)
    {
        using std::isnan;
        bool nan = isnan(x.value);
        for (const Real& part : x.tangent) nan = nan || isnan(part);
        return nan;
    }
};

/// Times and tolerances used with duals are plain numbers.
template <class Real, int n>
struct RealScalar<Dual<Real, n>> {
    using Type = typename RealScalar<Real>::Type;
};

}  // namespace syzygy

namespace Eigen {

template <class RealType, int n>
struct NumTraits<syzygy::Dual<RealType, n>> : NumTraits<typename syzygy::RealScalar<RealType>::Type> {
    using Real = syzygy::Dual<RealType, n>;  ///< a dual, so that norms keep their tangents
    using NonInteger = Real;
    using Nested = Real;
    using Literal = typename syzygy::RealScalar<RealType>::Type;
    enum {
        IsComplex = 0,
        IsInteger = 0,
        IsSigned = 1,
        RequireInitialization = 1,
        ReadCost = (n + 1) * static_cast<int>(NumTraits<RealType>::ReadCost),
        AddCost = (n + 1) * static_cast<int>(NumTraits<RealType>::AddCost),
        MulCost = (2 * n + 1) * static_cast<int>(NumTraits<RealType>::MulCost)
    };
};

// Mixes vectors of duals with vectors and factors of plain numbers.
template <class Real, int n, class T, class Operation>
    requires(syzygy::Dual<Real, n>::template passive<T>)
struct ScalarBinaryOpTraits<syzygy::Dual<Real, n>, T, Operation> {
    using ReturnType = syzygy::Dual<Real, n>;
};
template <class Real, int n, class T, class Operation>
    requires(syzygy::Dual<Real, n>::template passive<T>)
struct ScalarBinaryOpTraits<T, syzygy::Dual<Real, n>, Operation> {
    using ReturnType = syzygy::Dual<Real, n>;
};

}  // namespace Eigen
