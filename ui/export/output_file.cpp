#include "ui/export/output_file.hpp"

#include "core/base/error.hpp"

#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace syzygy {

void check_output_file(const std::filesystem::path& file, const LoadedData& data)
{
    const std::string name = file.string();
    std::error_code ignored, problem;
    if (file.filename().empty() || std::filesystem::is_directory(file, problem))
        throw InputError({name}, "cannot be written: it is a folder", "", "give the name of a file in it");
    if (problem == std::errc::filename_too_long)
        throw InputError({name}, "cannot be written: the name is too long", "", "choose a shorter one");
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    if (!std::filesystem::is_directory(folder, ignored))
        throw InputError({name}, "cannot be written: there is no folder", folder.string(), "make it first");
    for (const std::filesystem::path& input : data.files)
        if (std::filesystem::equivalent(file, input, ignored))
            throw InputError({name}, "holds the data that are being fitted", "", "choose another name");
    const bool device = std::filesystem::exists(file, ignored) && !std::filesystem::is_regular_file(file, ignored);
    if (::access(device ? file.c_str() : folder.c_str(), W_OK) != 0)
        throw InputError({name}, std::string("cannot be written: ") + std::strerror(errno), "",
                         "choose a folder that you may write to");
}

std::string export_name(const LoadedData& data)
{
    if (!data.files.empty()) return data.files.front().stem().string();
    return data.recipe ? data.recipe->scenario : "syzygy";
}

}  // namespace syzygy
