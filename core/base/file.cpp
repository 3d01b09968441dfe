#include "core/base/file.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace syzygy {

namespace {

/// Closes the descriptor however the scope is left.
class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (value_ >= 0) ::close(value_);
    }
    int get() const { return value_; }

private:
    int value_;
};

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view problem, std::string_view remedy)
{
    throw InputError({path.string()}, fmt::format("{}: {}", problem, std::strerror(errno)), "", remedy);
}

}  // namespace

std::string read_file(const std::filesystem::path& path, std::stop_token stop)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) fail(path, "cannot be opened", "check the path and its permissions");
    std::string content;
    struct stat info {};
    try {
        // One byte more than the file has, so that meeting its end moves nothing.
        if (::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode))
            content.reserve(static_cast<std::size_t>(info.st_size) + 1);
        // Small enough that the zeros resize() writes are still in the cache when read() overwrites them.
        constexpr std::size_t chunk = 1 << 17;
        for (;;) {
            throw_if_stopped(stop);
            const std::size_t filled = content.size();
            const std::size_t room = content.capacity() - filled;
            content.resize(filled + (room > 0 ? std::min(room, chunk) : chunk));
            const ssize_t count = ::read(file.get(), content.data() + filled, content.size() - filled);
            if (count < 0 && errno != EINTR) fail(path, "cannot be read", "give a file, not a folder");
            content.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
            if (count == 0) return content;
        }
    } catch (const std::bad_alloc&) {
        throw InputError({path.string()}, "the file is too large for the memory", "", "give a smaller file");
    } catch (const std::length_error&) {
        throw InputError({path.string()}, "the file is too large for the memory", "", "give a smaller file");
    }
}

std::string read_file_start(const std::filesystem::path& path, std::size_t bytes)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) fail(path, "cannot be opened", "check the path and its permissions");
    std::string content(bytes, '\0');
    std::size_t filled = 0;
    while (filled < bytes) {
        const ssize_t count = ::read(file.get(), content.data() + filled, bytes - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path, "cannot be read", "give a file, not a folder");
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
    }
    content.resize(filled);
    return content;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content)
{
    const std::string remedy = "check that its folder exists and is writable";
    // A device or pipe (/dev/stdout) cannot be renamed over: write straight into it.
    std::error_code ignored;
    const bool direct = std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
    const std::string temporary = direct ? path.string() : path.string() + ".tmp";
    {
        const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | (direct ? 0 : O_TRUNC) | O_CLOEXEC, 0666));
        if (file.get() < 0) fail(path, "cannot be written", remedy);
        while (!content.empty()) {
            const ssize_t count = ::write(file.get(), content.data(), content.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) {
                if (!direct) ::unlink(temporary.c_str());
                fail(path, "cannot be written", "check the free space of the disk");
            }
            content.remove_prefix(static_cast<std::size_t>(count));
        }
        if (!direct && ::fsync(file.get()) != 0) fail(path, "cannot be flushed to disk", remedy);
    }
    if (!direct && ::rename(temporary.c_str(), path.c_str()) != 0) {
        ::unlink(temporary.c_str());
        fail(path, "cannot be replaced", remedy);
    }
}

}  // namespace syzygy
