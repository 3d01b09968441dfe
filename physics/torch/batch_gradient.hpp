#pragma once

#include "physics/backend/batch.hpp"

namespace syzygy {

std::unique_ptr<BatchGradient> make_torch_batch_gradient(const BatchRequest& request);

}  // namespace syzygy
