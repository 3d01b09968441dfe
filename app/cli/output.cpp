#include "app/cli/output.hpp"

#include "core/base/error.hpp"
#include "core/base/file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <unistd.h>

namespace syzygy {

void check_output(const std::string& file)
{
    if (file.empty() || file == "-") return;
    const std::filesystem::path path(file);
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw InputError({file}, "cannot be written: it is a folder", "", "give the name of a file in it");
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    if (!std::filesystem::is_directory(folder, ignored))
        throw InputError({file}, "cannot be written: there is no folder", folder.string(), "make it first");
    // A device is written into; a file is replaced, for which its folder must be writable.
    const bool device = std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
    if (::access(device ? path.c_str() : folder.c_str(), W_OK) != 0)
        throw InputError({file}, std::string("cannot be written: ") + std::strerror(errno), "",
                         "check the permissions of its folder");
}

void write_output(const std::string& file, std::string_view content)
{
    if (file == "-")
        write_standard_output(content);
    else
        write_file_atomically(file, content);
}

void write_standard_output(std::string_view content)
{
    while (!content.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, content.data(), content.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EPIPE) return;
        if (count < 0)
            throw InputError({"standard output"}, std::string("cannot be written: ") + std::strerror(errno), "",
                             "check the free space of the disk");
        content.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace syzygy
