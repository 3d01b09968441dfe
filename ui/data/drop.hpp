#pragma once

#include <QList>
#include <QString>
#include <QUrl>

#include <filesystem>
#include <vector>

class QMimeData;

namespace syzygy {

/// True where something may come of a drop: it brings files.
bool brings_files(const QMimeData& data);

/// Files that belong together, or why they do not.
struct FileChoice {
    std::vector<std::filesystem::path> files;
    QString problem;  ///< "" where the files can be opened
    QString remedy;
};

/// One data file, three of one body each, or one saved fit (.syzygy).
FileChoice choose_files(const std::vector<std::filesystem::path>& files);
/// The same of what was dropped: only files of this computer.
FileChoice choose_files(const QList<QUrl>& urls);

/// Whether the file is a saved fit by its name.
bool is_fit_file(const std::filesystem::path& file);

/// For file dialogs: all that can be opened, then each format of the table of loaders, saved fits, all files.
QStringList open_filters();

}  // namespace syzygy
