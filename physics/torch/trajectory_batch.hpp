#pragma once

#include "physics/batch/trajectory_batch.hpp"

namespace syzygy {

std::unique_ptr<TrajectoryBatch> make_torch_trajectory_batch(const BatchRequest& request);

}  // namespace syzygy
