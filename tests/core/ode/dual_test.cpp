// Forward-mode duals: every function against its derivative in closed form, Eigen, duals of duals.
#include "core/ode/dual.hpp"

#include <Eigen/Dense>

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace syzygy {
namespace {

using D = Dual<double, 2>;
using D2 = Dual<Dual<double, 1>, 1>;

/// A function of one number with its first and second derivative.
struct Case {
    std::string name;
    std::function<D(const D&)> of_dual;
    std::function<D2(const D2&)> of_nested;
    std::function<double(double)> value, first, second;
    double at;
};

#define SYZYGY_CASE(name, expression, value, first, second, at)                                                       \
    {                                                                                                                  \
        name, [](const D& x) -> D { return expression; }, [](const D2& x) -> D2 { return expression; },                \
            []([[maybe_unused]] double x) -> double { return value; }, []([[maybe_unused]] double x) -> double { return first; },                        \
            []([[maybe_unused]] double x) -> double { return second; }, at                                                              \
    }

std::vector<Case> cases()
{
    using std::abs, std::acos, std::asin, std::atan, std::cbrt, std::cos, std::cosh, std::erf, std::exp, std::expm1,
        std::log, std::log10, std::log1p, std::pow, std::sin, std::sinh, std::sqrt, std::tan, std::tanh;
    const double pi = std::acos(-1.0);
    static const double two_by_root_pi = 2 / std::sqrt(pi), ln10 = std::log(10.0);
    return {
        SYZYGY_CASE("sqrt", sqrt(x), sqrt(x), 0.5 / sqrt(x), -0.25 * pow(x, -1.5), 0.7),
        SYZYGY_CASE("cbrt", cbrt(x), cbrt(x), pow(x, -2.0 / 3) / 3, -2.0 / 9 * pow(x, -5.0 / 3), 0.7),
        SYZYGY_CASE("exp", exp(x), exp(x), exp(x), exp(x), -0.4),
        SYZYGY_CASE("expm1", expm1(x), expm1(x), exp(x), exp(x), 1e-3),
        SYZYGY_CASE("log", log(x), log(x), 1 / x, -1 / (x * x), 0.7),
        SYZYGY_CASE("log1p", log1p(x), log1p(x), 1 / (1 + x), -1 / ((1 + x) * (1 + x)), 1e-3),
        SYZYGY_CASE("log10", log10(x), log10(x), 1 / (x * ln10), -1 / (x * x * ln10), 0.7),
        SYZYGY_CASE("sin", sin(x), sin(x), cos(x), -sin(x), 0.7),
        SYZYGY_CASE("cos", cos(x), cos(x), -sin(x), -cos(x), 0.7),
        SYZYGY_CASE("tan", tan(x), tan(x), 1 / (cos(x) * cos(x)), 2 * tan(x) / (cos(x) * cos(x)), 0.7),
        SYZYGY_CASE("asin", asin(x), asin(x), 1 / sqrt(1 - x * x), x * pow(1 - x * x, -1.5), 0.4),
        SYZYGY_CASE("acos", acos(x), acos(x), -1 / sqrt(1 - x * x), -x * pow(1 - x * x, -1.5), 0.4),
        SYZYGY_CASE("atan", atan(x), atan(x), 1 / (1 + x * x), -2 * x / pow(1 + x * x, 2), 0.7),
        SYZYGY_CASE("sinh", sinh(x), sinh(x), cosh(x), sinh(x), 0.7),
        SYZYGY_CASE("cosh", cosh(x), cosh(x), sinh(x), cosh(x), 0.7),
        SYZYGY_CASE("tanh", tanh(x), tanh(x), 1 - tanh(x) * tanh(x), -2 * tanh(x) * (1 - tanh(x) * tanh(x)), 0.7),
        SYZYGY_CASE("erf", erf(x), erf(x), two_by_root_pi * exp(-x * x), -2 * x * two_by_root_pi * exp(-x * x), 0.7),
        SYZYGY_CASE("abs", abs(x), abs(x), -1, 0, -0.7),
        SYZYGY_CASE("minus", -x, -x, -1, 0, 0.7),
        SYZYGY_CASE("product", x * x * 3 - 2 * x, 3 * x * x - 2 * x, 6 * x - 2, 6, 0.7),
        SYZYGY_CASE("quotient", (1 + x) / (2 - x), (1 + x) / (2 - x), 3 / ((2 - x) * (2 - x)), 6 * pow(2 - x, -3), 0.7),
        SYZYGY_CASE("reciprocal", 1 / x, 1 / x, -1 / (x * x), 2 / (x * x * x), 0.7),
        SYZYGY_CASE("parts", x / 4 + (3 - x), x / 4 + 3 - x, -0.75, 0, 0.7),
        SYZYGY_CASE("power", pow(x, 2.5), pow(x, 2.5), 2.5 * pow(x, 1.5), 3.75 * sqrt(x), 0.7),
        SYZYGY_CASE("square", pow(x, 2), x * x, 2 * x, 2, -0.7),
        SYZYGY_CASE("exponential", pow(3.0, x), pow(3.0, x), log(3.0) * pow(3.0, x), pow(log(3.0), 2) * pow(3.0, x), 0.7),
        SYZYGY_CASE("tower", pow(x, x), pow(x, x), pow(x, x) * (log(x) + 1), pow(x, x) * (pow(log(x) + 1, 2) + 1 / x), 0.7),
        SYZYGY_CASE("angle", atan2(x, 2 * x * x), std::atan2(x, 2 * x * x), -2 / (1 + 4 * x * x),
                    16 * x / pow(1 + 4 * x * x, 2), 0.7),
        SYZYGY_CASE("length", hypot(x, 0 * x + 2), std::hypot(x, 2), x / std::hypot(x, 2),
                    4 / pow(x * x + 4, 1.5), 0.7),
    };
}

#undef SYZYGY_CASE

TEST(Dual, HasValueFirstAndSecondDerivativesOfEveryFunction)
{
    for (const Case& c : cases()) {
        SCOPED_TRACE(c.name);
        D x(c.at);
        x.tangent = {1, -2};
        const D y = c.of_dual(x);
        const auto close = [](double a) { return 4e-15 * (1 + std::abs(a)); };
        EXPECT_NEAR(y.value, c.value(c.at), close(c.value(c.at)));
        EXPECT_NEAR(y.tangent[0], c.first(c.at), close(c.first(c.at)));
        EXPECT_NEAR(y.tangent[1], -2 * c.first(c.at), 2 * close(c.first(c.at)));

        const D2 z = c.of_nested(D2::variable(Dual<double, 1>::variable(c.at, 0), 0));
        EXPECT_NEAR(z.value.value, c.value(c.at), close(c.value(c.at)));
        EXPECT_NEAR(z.value.tangent[0], c.first(c.at), close(c.first(c.at)));
        EXPECT_NEAR(z.tangent[0].value, c.first(c.at), close(c.first(c.at)));
        EXPECT_NEAR(z.tangent[0].tangent[0], c.second(c.at), 4 * close(c.second(c.at)));
    }
}

TEST(Dual, InEigensVectorsAndMatricesMixesWithPlainNumbers)
{
    Eigen::Matrix<D, 2, 1> x(D::variable(3, 0), D::variable(4, 1));
    Eigen::Matrix2d a;
    a << 1, 2, 3, 4;
    const Eigen::Matrix<D, 2, 1> linear = a * x + 2 * x - x / 2.0 + Eigen::Vector2d(5, 6);
    EXPECT_EQ(linear[0].value, 3 + 8 + 6 - 1.5 + 5);
    EXPECT_EQ(linear[0].tangent, (std::array{1 + 1.5, 2.0}));
    EXPECT_EQ(linear[1].tangent, (std::array{3.0, 4 + 1.5}));
    EXPECT_EQ(x.norm().value, 5);
    EXPECT_NEAR(x.norm().tangent[0], 0.6, 2e-16);
    EXPECT_NEAR(x.norm().tangent[1], 0.8, 2e-16);
    EXPECT_EQ(x.squaredNorm().tangent[1], 8);
    EXPECT_EQ(x.dot(Eigen::Vector2d(2, 5)).tangent, (std::array{2.0, 5.0}));
    EXPECT_EQ(x.array().square().sum().tangent[0], 6);
    EXPECT_EQ(x.array().exp()[0].tangent[0], std::exp(3.0));
    EXPECT_TRUE(x.allFinite());
}

TEST(Dual, ComparesByItsValueAlone)
{
    const D x = D::variable(1, 0), y(1.0);
    EXPECT_TRUE(x == y);
    EXPECT_TRUE(x <= 1 && x >= 1 && x < 2.0 && 0 < x);
    EXPECT_EQ(std::max(x, D(0.5)).tangent[0], 1);
}

TEST(Dual, AtKinksAndZerosDocumentsItsChoice)
{
    EXPECT_EQ(abs(D::variable(0, 0)).tangent[0], 0);
    EXPECT_EQ(pow(D::variable(0, 0), 0).tangent[0], 0);
    EXPECT_EQ(pow(D::variable(0, 0), 1).tangent[0], 1);
    EXPECT_TRUE(std::isinf(sqrt(D::variable(0, 0)).tangent[0]));
    EXPECT_FALSE(isfinite(sqrt(D::variable(0, 0))));
    EXPECT_TRUE(isnan(log(D::variable(-1, 0))));
}

}  // namespace
}  // namespace syzygy
