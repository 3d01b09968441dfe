#include "physics/model/sensitivities_rows.hpp"

namespace syzygy::detail {

template SensitivityReport sensitivities_of<18>(const ThreeBodyProblem<18>& problem, const SensitivityRequest& request,
                                                const SensitivityVisit& visit);

}  // namespace syzygy::detail
