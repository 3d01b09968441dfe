#pragma once

#include <Eigen/Core>

#include <type_traits>

/// The three products of a layer y = W x + b with a few columns at a time: W is out x in, column after column; x is in x columns,
/// y is out x columns. Eigen's own products first pack their factors, which takes longer than these small products. The order of
/// summation does not depend on the number of columns.
namespace syzygy::network_kernels {

template <int n>
using Numbers = Eigen::Array<double, n, 1>;
template <int n>
Eigen::Map<const Numbers<n>> read(const double* from)
{
    return Eigen::Map<const Numbers<n>>(from);
}
template <int n>
Eigen::Map<Numbers<n>> write(double* to)
{
    return Eigen::Map<Numbers<n>>(to);
}

/// Calls `part` with the first column of each group of three columns, then with each remaining column.
template <class Part>
void in_groups(int columns, const Part& part)
{
    int column = 0;
    for (; column + 3 <= columns; column += 3) part(std::integral_constant<int, 3>(), column);
    for (; column < columns; ++column) part(std::integral_constant<int, 1>(), column);
}

/// The starting value of a product's sums: zero (null), the same numbers in each column (stride 0), or the numbers of a matrix.
struct Start {
    const double* numbers = nullptr;
    int stride = 0;

    Start from(int row) const { return {numbers ? numbers + row : nullptr, stride}; }
};

template <int rows, int columns>
void multiply_rows(const double* w, Start start, int in, int out, const double* x, double* y)
{
    Numbers<rows> sum[columns];
    for (int c = 0; c < columns; ++c) {
        if (start.numbers)
            sum[c] = read<rows>(start.numbers + c * start.stride);
        else
            sum[c].setZero();
    }
    for (int k = 0; k < in; ++k) {
        const Numbers<rows> column = read<rows>(w + Eigen::Index(k) * out);
        for (int c = 0; c < columns; ++c) sum[c] += column * x[c * in + k];
    }
    for (int c = 0; c < columns; ++c) write<rows>(y + c * out) = sum[c];
}

inline void multiply_from(Start start, const double* w, int in, int out, const double* x, int columns, double* y)
{
    in_groups(columns, [&](auto group, int first) {
        const double* x_group = x + first * in;
        double* y_group = y + first * out;
        const Start here = start.from(first * start.stride);
        int row = 0;
        for (; row + 4 <= out; row += 4)
            multiply_rows<4, group()>(w + row, here.from(row), in, out, x_group, y_group + row);
        for (; row < out; ++row) multiply_rows<1, group()>(w + row, here.from(row), in, out, x_group, y_group + row);
    });
}

/// y = W x + b; a null `b` means zero.
inline void multiply(const double* w, const double* b, int in, int out, const double* x, int columns, double* y)
{
    multiply_from({b, 0}, w, in, out, x, columns, y);
}

/// y += W x.
inline void add_product(const double* w, int in, int out, const double* x, int columns, double* y)
{
    multiply_from({y, out}, w, in, out, x, columns, y);
}

template <int width, int columns>
void multiply_transposed_columns(const double* w, int in, int out, const double* y_bar, double* x_bar)
{
    Numbers<2> sum[width][columns];
    for (auto& part : sum)
        for (Numbers<2>& number : part) number.setZero();
    int row = 0;
    for (; row + 2 <= out; row += 2)
        for (int k = 0; k < width; ++k) {
            const Numbers<2> weights = read<2>(w + Eigen::Index(k) * out + row);
            for (int c = 0; c < columns; ++c) sum[k][c] += weights * read<2>(y_bar + c * out + row);
        }
    for (int k = 0; k < width; ++k)
        for (int c = 0; c < columns; ++c) {
            double total = sum[k][c].sum();
            if (row < out) total += w[Eigen::Index(k) * out + row] * y_bar[c * out + row];
            x_bar[c * in + k] = total;
        }
}

/// x_bar = W^T y_bar.
inline void multiply_transposed(const double* w, int in, int out, const double* y_bar, int columns, double* x_bar)
{
    in_groups(columns, [&](auto group, int first) {
        const double* y_group = y_bar + first * out;
        double* x_group = x_bar + first * in;
        int k = 0;
        for (; k + 2 <= in; k += 2)
            multiply_transposed_columns<2, group()>(w + Eigen::Index(k) * out, in, out, y_group, x_group + k);
        for (; k < in; ++k)
            multiply_transposed_columns<1, group()>(w + Eigen::Index(k) * out, in, out, y_group, x_group + k);
    });
}

template <int rows, int columns>
void add_outer_rows(const double* y_bar, int in, int out, const double* x, double* w_bar)
{
    Numbers<rows> factor[columns];
    for (int c = 0; c < columns; ++c) factor[c] = read<rows>(y_bar + c * out);
    for (int k = 0; k < in; ++k) {
        Numbers<rows> sum = factor[0] * x[k];
        for (int c = 1; c < columns; ++c) sum += factor[c] * x[c * in + k];
        write<rows>(w_bar + Eigen::Index(k) * out) += sum;
    }
}

/// W_bar += y_bar x^T.
inline void add_outer(const double* y_bar, int in, int out, const double* x, int columns, double* w_bar)
{
    in_groups(columns, [&](auto group, int first) {
        const double *y_group = y_bar + first * out, *x_group = x + first * in;
        int row = 0;
        for (; row + 4 <= out; row += 4) add_outer_rows<4, group()>(y_group + row, in, out, x_group, w_bar + row);
        for (; row < out; ++row) add_outer_rows<1, group()>(y_group + row, in, out, x_group, w_bar + row);
    });
}

/// b_bar += the sum of the columns of y_bar.
inline void add_columns(const double* y_bar, int out, int columns, double* b_bar)
{
    for (int c = 0; c < columns; ++c)
        for (int row = 0; row < out; ++row) b_bar[row] += y_bar[c * out + row];
}

}  // namespace syzygy::network_kernels
