#pragma once

#include <QObject>
#include <QString>

#include <filesystem>
#include <vector>

class QMenu;

namespace syzygy {

/// Files opened together: one, or three of one body each.
using FileGroup = std::vector<std::filesystem::path>;

/// "a.csv", or "a.txt, b.txt, c.txt"; with the folder where `with_folder`.
QString file_group_text(const FileGroup& files, bool with_folder);

/// What was opened last, kept in the settings; the newest first.
class RecentFiles : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t most = 10;

    explicit RecentFiles(QObject* parent = nullptr);

    /// Those whose files are all still there.
    std::vector<FileGroup> groups() const;
    void add(const FileGroup& files);
    void clear();

    /// Lets `menu` list them whenever it opens; a click emits `chosen`.
    void fill(QMenu& menu);

Q_SIGNALS:
    void chosen(const std::vector<std::filesystem::path>& files);
};

}  // namespace syzygy
