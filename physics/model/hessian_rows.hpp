#pragma once

#include "core/gradient/hessian.hpp"
#include "physics/model/gradient_rows.hpp"

#include <optional>

/// Hessian products with three directions. They contain all solver methods in duals and are slow to compile: each part of the
/// list of methods is in a file of its own.
namespace syzygy::detail {

using MassDirections = Directions<ThreeBody<double>, 3>;
using MassProducts = HessianProducts<ThreeBody<double>, 3>;

inline constexpr int hessian_parts = 2;
/// Returns nothing if the problem's method is in another part.
template <int part>
std::optional<MassProducts> products_part(const ThreeBodyProblem<18>& problem, const MassDirections& directions);

/// Tries every `hessian_parts`-th method from `part` on.
template <int part, class Problem, class... Methods>
std::optional<MassProducts> products_of(const Problem& problem, const MassDirections& directions,
                                        MethodList<Methods...>)
{
    std::optional<MassProducts> result;
    [&]<std::size_t... row>(std::index_sequence<row...>)
    {
        const auto one = [&]<std::size_t index, class Row>() {
            if constexpr (index % hessian_parts == part)
                if (Row::value.id == problem.task.options.method)
                    result = hessian_products<Row::value, 3>(problem, directions);
        };
        (one.template operator()<row, Methods>(), ...);
    }
    (std::index_sequence_for<Methods...>{});
    return result;
}

}  // namespace syzygy::detail
