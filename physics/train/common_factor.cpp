#include "physics/train/common_factor.hpp"

namespace syzygy {

std::optional<Warning> common_factor_warning(const CorrectionOptions& correction)
{
    if (correction.correction == "pairwise")
        return Warning{"unidentifiable",
                       "masses times a common factor and a constant part of the pairwise network in exchange give the same "
                       "forces: the data determine ratios of masses only, and the errors of masses hold under the network as it "
                       "was found; hold one with --fix or give it a --prior"};
    if (correction.correction == "full" && correction.replace_newton)
        return Warning{"unidentifiable",
                       "the network stands in the place of Newton's forces: masses mean nothing beside it, and their errors hold "
                       "under the network as it was found"};
    return std::nullopt;
}

}  // namespace syzygy
