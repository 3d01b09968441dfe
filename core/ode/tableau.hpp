#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace syzygy {

/// An explicit Runge-Kutta method: its Butcher tableau, error weights, dense output and source.
///
/// A step from (t, y) of size h evaluates k_i = f(t + c_i h, y + h sum_j a_ij k_j) and gives
/// y1 = y + h sum_{i < Stages} b_i k_i. Every method uses the same layout, so that the solver has no special cases:
///   rows 0 .. Stages-1          the stages of the step;
///   row  Stages                 the end stage f(t + h, y1): row a = b, c = 1. It is the first stage of the
///                               next step, so it costs nothing; some error estimates and most dense
///                               outputs use it;
///   rows Stages+1 .. Rows-1     further stages that only the dense output needs.
///
/// Dense output: y(t + theta h) = y + h sum_i k_i sum_p dense[i][p] theta^(p+1).
/// Its error is at least O(h^order), the order of the solution itself.
///
/// Coefficients are long double, so that a solve in long double loses nothing.
template <int StageCount, int DenseStageCount, int Degree>
struct Tableau {
    static constexpr int stages = StageCount;
    static constexpr int end_stage = StageCount;
    static constexpr int rows = StageCount + 1 + DenseStageCount;
    static constexpr int dense_stages = DenseStageCount;
    static constexpr int dense_degree = Degree;

    std::string_view id;      ///< name on the command line
    std::string_view label;   ///< name in menus
    std::string_view source;  ///< the paper, with equation or table
    int order;                ///< order of the solution that is carried on
    int error_order;          ///< order of the lower solution in the error estimate; 0: fixed steps only

    std::array<long double, rows> c{};
    std::array<std::array<long double, rows>, rows> a{};
    std::array<long double, StageCount> b{};
    std::array<long double, StageCount + 1> error{};           ///< h sum_i error_i k_i estimates the local error
    std::array<long double, StageCount + 1> error_damping{};   ///< second estimate (DOP853), zero elsewhere
    std::array<std::array<long double, Degree>, rows> dense{};

    constexpr bool adaptive() const { return error_order > 0; }
    constexpr bool error_uses_end_stage() const { return error[StageCount] != 0; }
    constexpr bool has_error_damping() const
    {
        for (const long double weight : error_damping)
            if (weight != 0) return true;
        return false;
    }

    /// Fills the row of the end stage from b.
    constexpr Tableau with_end_stage() const
    {
        Tableau result = *this;
        for (int i = 0; i < StageCount; ++i) result.a[StageCount][i] = b[i];
        result.c[StageCount] = 1;
        return result;
    }

    /// The dense output of Hermite type, written as Hairer's programs do (Hairer, Norsett, Wanner I,
    /// II.6): with x = theta, z = 1 - theta, D = y1 - y,
    ///     y + x (D + z (h k_0 - D + x (2 D - h (k_0 + k_end) + z (F_0 + x (F_1 + ...)))))
    /// where F_m = h sum_i extra[m][i] k_i. No extra rows: the cubic Hermite interpolant.
    template <std::size_t Extra>
    constexpr Tableau with_hermite_dense(const std::array<std::array<long double, rows>, Extra>& extra) const
    {
        static_assert(Degree == 3 + static_cast<int>(Extra));
        Tableau result = *this;
        for (int i = 0; i < rows; ++i) {
            const long double end = i < StageCount ? b[i] : 0;
            std::array<long double, Extra + 3> nested{};
            nested[0] = end;
            nested[1] = (i == 0 ? 1 : 0) - end;
            nested[2] = 2 * end - (i == 0 ? 1 : 0) - (i == end_stage ? 1 : 0);
            for (std::size_t m = 0; m < Extra; ++m) nested[3 + m] = extra[m][i];
            // Horner in alternating factors x and (1 - x), from the innermost outwards.
            std::array<long double, Degree + 1> power{};
            for (int level = Degree - 1; level >= 0; --level) {
                power[0] += nested[level];
                for (int p = Degree; p >= 1; --p)
                    power[p] = level % 2 == 0 ? power[p - 1] : power[p] - power[p - 1];
                if (level % 2 == 0) power[0] = 0;
            }
            for (int p = 0; p < Degree; ++p) result.dense[i][p] = power[p + 1];
        }
        return result;
    }

    constexpr Tableau with_hermite_dense() const
    {
        return with_hermite_dense(std::array<std::array<long double, rows>, 0>{});
    }
};

}  // namespace syzygy
