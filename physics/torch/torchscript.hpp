#pragma once

#include "physics/backend/script.hpp"
#include "physics/corrections/correction.hpp"

#include <memory>

namespace syzygy {

/// The network of the file as a correction (docs/torchscript.md). It was tried: it gives what it should, the same
/// twice, and can be differentiated. Throws InputError that says what it got, what it expected and what to do.
///
/// An evaluation goes through LibTorch: it allocates, unlike those of other corrections. Threads take turns on copies
/// of the network.
std::shared_ptr<const Correction> load_torchscript(const ScriptRequest& request);

}  // namespace syzygy
