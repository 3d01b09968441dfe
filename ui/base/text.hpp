#pragma once

#include <QString>

#include <filesystem>
#include <string_view>

namespace syzygy {

/// Text of the engine, in UTF-8, as Qt has it.
inline QString text_of(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

inline QString path_text(const std::filesystem::path& path)
{
    return text_of(path.string());
}

inline std::filesystem::path path_of(const QString& text)
{
    return text.toStdString();
}

}  // namespace syzygy
