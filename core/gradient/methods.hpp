#pragma once

#include "core/gradient/aca.hpp"
#include "core/gradient/aca_binomial.hpp"
#include "core/gradient/aca_tape.hpp"
#include "core/gradient/adjoint.hpp"
#include "core/gradient/backprop.hpp"
#include "core/gradient/finite_difference.hpp"
#include "core/gradient/forward.hpp"
#include "core/gradient/mali.hpp"
#include "core/gradient/naive.hpp"
#include "core/gradient/reversible.hpp"
#include "core/gradient/step_control.hpp"
#include "core/gradient/symplectic.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace syzygy {

template <class... Methods>
struct GradientMethodList {
    static constexpr std::size_t size = sizeof...(Methods);
    static constexpr std::array<GradientMethodInfo, size> infos{Methods::info...};
};

/// The one table of gradient methods, in menu order. To add a method: add a header beside this one, and its name here.
using AllGradientMethods =
    GradientMethodList<AcaMethod, AcaBinomialMethod, AcaTapeMethod, SymplecticMethod, AdjointMethod, NaiveMethod,
                       BackpropMethod, MaliMethod, ReversibleMethod, ForwardMethod, FiniteDifferenceMethod>;

/// The functions of the table for one kind of problem.
template <class Problem>
using GradientRuns = std::array<GradientRun<Problem>, AllGradientMethods::size>;

namespace detail {

template <class Problem, int part, int parts, class... Methods>
constexpr GradientRuns<Problem> runs_of(GradientMethodList<Methods...>)
{
    return []<std::size_t... row>(std::index_sequence<row...>) {
        const auto one = []<std::size_t index, class MethodRow>() -> GradientRun<Problem> {
            if constexpr (static_cast<int>(index) % parts == part)
                return &MethodRow::template run<Problem>;
            else
                return nullptr;
        };
        return GradientRuns<Problem>{one.template operator()<row, Methods>()...};
    }(std::index_sequence_for<Methods...>{});
}

}  // namespace detail

/// Every `parts`-th function of the table, starting at `part`; the other entries are null. A table whose methods are slow to
/// compile can thus be compiled in several files.
template <class Problem, int part = 0, int parts = 1>
constexpr GradientRuns<Problem> gradient_runs()
{
    return detail::runs_of<Problem, part, parts>(AllGradientMethods{});
}

/// Loss and gradient by the method with the given id; throws as checked_gradient_row does.
template <class Problem>
GradientResult<typename Problem::System> run_gradient(std::string_view id, const Problem& problem)
{
    static constexpr auto runs = gradient_runs<Problem>();
    const std::size_t row = checked_gradient_row(id, problem.task.options, problem.options);
    return asks_more(problem.options) ? run_as_asked(AllGradientMethods::infos[row], runs[row], problem) : runs[row](problem);
}

}  // namespace syzygy
