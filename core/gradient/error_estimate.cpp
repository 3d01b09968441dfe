#include "core/gradient/error_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

constexpr double agreement = 0.25;        ///< estimate and witness may differ by so much of the larger
constexpr double most_second_order = 3;   ///< times the estimate: the third order that is left out is then of its size
constexpr double most_cancellation = 16;  ///< of the shares, each of which is good to about 3 %
constexpr double least_over_rounding = 10;

}  // namespace

std::string doubt_of(const ErrorEvidence& evidence)
{
    const double size = std::abs(evidence.loss_error);
    if (!std::isfinite(evidence.loss_error) || !std::isfinite(evidence.witness) || !std::isfinite(evidence.gradient_error))
        return "the estimate is not finite: tighten rtol";
    if (!(size > least_over_rounding * evidence.rounding))
        return fmt::format("the loss errs by rounding (about {:.1e}) as much as by its steps", evidence.rounding);
    if (std::abs(evidence.loss_error - evidence.witness) > agreement * std::max(size, std::abs(evidence.witness)))
        return fmt::format("a second solve at half the steps finds a loss error of {:.3g} instead: the solve is not yet where "
                           "its error falls with its steps; tighten rtol",
                           evidence.witness);
    if (std::abs(evidence.second_order) > most_second_order * size)
        return fmt::format("the error is so large that its second order ({:.3g}) is most of it: tighten rtol",
                           evidence.second_order);
    if (evidence.shares > most_cancellation * size)
        return fmt::format("the steps' shares all but cancel (their sizes sum to {:.3g}): the loss errs by less than that, and "
                           "by how much is not known",
                           evidence.shares);
    return "";
}

}  // namespace syzygy
