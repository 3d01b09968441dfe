#include "physics/model/sensitivities_rows.hpp"

namespace syzygy::detail {

template SensitivityReport sensitivities_of<9>(const ThreeBodyProblem<9>& problem, const SensitivityRequest& request,
                                               const SensitivityVisit& visit);

}  // namespace syzygy::detail
