#include "core/torch/scheme.hpp"

#include "core/ode/methods.hpp"

namespace syzygy::torch_ode {

namespace {

template <std::size_t n>
std::vector<double> numbers(const std::array<long double, n>& values)
{
    return {values.begin(), values.end()};
}

template <std::size_t rows, std::size_t columns>
std::vector<std::vector<double>> numbers(const std::array<std::array<long double, columns>, rows>& values)
{
    std::vector<std::vector<double>> result;
    for (const auto& row : values) result.push_back(numbers(row));
    return result;
}

}  // namespace

const Scheme& scheme(std::string_view method)
{
    return *with_method(method, []<const auto& tableau>(Method<tableau>) {
        static const Scheme made{tableau.stages,
                                 tableau.rows,
                                 tableau.order,
                                 tableau.error_order,
                                 tableau.error_uses_end_stage(),
                                 tableau.has_error_damping(),
                                 numbers(tableau.c),
                                 numbers(tableau.a),
                                 numbers(tableau.error),
                                 numbers(tableau.error_damping),
                                 numbers(tableau.dense)};
        return &made;
    });
}

}  // namespace syzygy::torch_ode
