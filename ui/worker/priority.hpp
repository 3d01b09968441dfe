#pragma once

namespace syzygy {

/// For the beginning of a worker's thread: where processors are fewer than threads, what the window does (and the
/// threads that draw for it) goes first.
void give_way_to_the_window();

}  // namespace syzygy
