#pragma once

#include "ui/document/loaded_data.hpp"
#include "ui/views/view.hpp"
#include "ui/worker/background.hpp"

#include <QByteArray>
#include <QPicture>
#include <QSize>
#include <QString>

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string_view>

namespace syzygy {

/// A file format of pictures: a row for dialogs, help and the choice by suffix.
struct PictureFormat {
    std::string_view suffix;  ///< "png"
    std::string_view label;   ///< "PNG image"
    QByteArray (*write)(QPicture picture, QSize size, double scale, const QString& title);
};

/// The one table of picture formats, the usual one first.
std::span<const PictureFormat> picture_formats();

/// The format of a file by its suffix, in any case. Throws InputError listing those there are.
const PictureFormat& find_picture_format(const std::filesystem::path& file);

/// A view at this moment, to be drawn later, by any thread. Window's thread; as fast as the view draws.
QPicture record_view(View& view, QSize size);

/// The view's size on screen, or 720 x 450 if it is behind a tab.
QSize size_on_screen(const View& view);

/// How a picture is exported.
struct PictureExport {
    std::filesystem::path file;
    QSize size;        ///< logical pixels
    double scale = 2;  ///< PNG: pixels of the file a logical pixel
    QString title;
};

/// Records the view now and writes the file in the background; `done` is called here once it is there. What was at
/// the file is replaced: ask first. Throws InputError where the file cannot be written or is one of the data's.
int export_picture(Background& background, View& view, const PictureExport& picture, const LoadedData& data,
                   std::function<void()> done = {});

/// The same for a text that is made on the worker: tables. An empty text is an InputError.
int export_text(Background& background, const std::filesystem::path& file,
                std::function<std::string(std::stop_token)> make, const LoadedData& data,
                std::function<void()> done = {});

}  // namespace syzygy
