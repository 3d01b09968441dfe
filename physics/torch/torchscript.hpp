#pragma once

#include "physics/backend/script.hpp"
#include "physics/bodies/correction.hpp"

#include <memory>

namespace syzygy {

/// The network of the file as a correction (docs/torchscript.md). The network was tried on loading: it gives what it should,
/// the same twice, and can be differentiated. Throws InputError that says what was found, what was expected and what to do.
///
/// An evaluation goes through LibTorch: it allocates, unlike evaluations of other corrections. Threads take turns on copies
/// of the network.
std::shared_ptr<const Correction> load_torchscript(const ScriptRequest& request);

}  // namespace syzygy
