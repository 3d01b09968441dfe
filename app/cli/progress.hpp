#pragma once

#include <cstddef>
#include <string_view>

namespace syzygy {

/// True where standard error is a terminal: progress is for eyes, not for logs.
bool standard_error_is_terminal();

/// Columns of the terminal that standard output is; 0 where it is none.
std::size_t standard_output_width();

/// One line on standard error that is written over again and again, and gone when it goes out of scope. Does
/// nothing where it is not enabled. Updates within a twentieth of a second of the last are dropped.
class ProgressLine {
public:
    explicit ProgressLine(bool enabled) : enabled_(enabled) {}
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(std::string_view text);
    void clear();

private:
    bool enabled_;
    bool shown_ = false;
    double last_ = -1;  ///< seconds of the steady clock
};

}  // namespace syzygy
