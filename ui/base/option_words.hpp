#pragma once

#include <QString>

#include <exception>
#include <string_view>

namespace syzygy {

/// Text of the engine, which names options as the command line has them, in the words of the window: "use --grow on" becomes
/// "use “Grow the window” on".
QString window_words(std::string_view text);

/// What an exception says, in the words of the window: of an ArgumentError the label of the option, then what it must be.
QString refusal_text(const std::exception& error);

}  // namespace syzygy
