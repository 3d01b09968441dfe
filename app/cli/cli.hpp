#pragma once

namespace syzygy {

/// The program `syzygy`: finds the command in the table, parses its flags, runs it, writes what it has to say.
/// Returns the exit code: 0 done, 1 the computation ended without its result (JSON is written all the same and
/// says why), 2 wrong usage, unreadable input or an output that cannot be written.
int run_cli(int argc, const char* const* argv);

}  // namespace syzygy
