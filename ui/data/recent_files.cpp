#include "ui/data/recent_files.hpp"

#include <QAction>
#include <QMenu>
#include <QSettings>

#include <algorithm>

namespace syzygy {

namespace {

const QString settings_key = QStringLiteral("data/recent-files");

/// All that are remembered, also those that are gone at the moment: a drive may come back.
std::vector<FileGroup> remembered()
{
    std::vector<FileGroup> groups;
    const QVariantList saved = QSettings().value(settings_key).toList();
    for (const QVariant& entry : saved) {
        FileGroup group;
        for (const QString& file : entry.toStringList()) group.emplace_back(file.toStdString());
        if (!group.empty()) groups.push_back(std::move(group));
    }
    return groups;
}

void remember(const std::vector<FileGroup>& groups)
{
    QVariantList saved;
    for (const FileGroup& group : groups) {
        QStringList files;
        for (const auto& file : group) files << QString::fromStdString(file.string());
        saved << QVariant(files);
    }
    QSettings().setValue(settings_key, saved);
}

}  // namespace

QString file_group_text(const FileGroup& files, bool with_folder)
{
    QStringList names;
    for (const auto& file : files) names << QString::fromStdString(file.filename().string());
    const QString text = names.join(QStringLiteral(", "));
    if (!with_folder || files.empty() || !files.front().has_parent_path()) return text;
    return QObject::tr("%1  (%2)").arg(text, QString::fromStdString(files.front().parent_path().string()));
}

RecentFiles::RecentFiles(QObject* parent) : QObject(parent) {}

std::vector<FileGroup> RecentFiles::groups() const
{
    std::vector<FileGroup> groups = remembered();
    std::erase_if(groups, [](const FileGroup& group) {
        return !std::all_of(group.begin(), group.end(), [](const auto& file) {
            std::error_code ignored;
            return std::filesystem::is_regular_file(file, ignored);
        });
    });
    return groups;
}

void RecentFiles::add(const FileGroup& files)
{
    FileGroup group;
    for (const auto& file : files) {
        if (file == "-") return;
        std::error_code error;
        const auto absolute = std::filesystem::absolute(file, error);
        group.push_back(error ? file : absolute.lexically_normal());
    }
    if (group.empty()) return;
    std::vector<FileGroup> all = remembered();
    std::erase(all, group);
    all.insert(all.begin(), group);
    if (all.size() > most) all.resize(most);
    remember(all);
}

void RecentFiles::clear()
{
    remember({});
}

void RecentFiles::fill(QMenu& menu)
{
    // Something must be in it for the menu to open at all.
    menu.addAction(tr("None yet"))->setEnabled(false);
    menu.setToolTipsVisible(true);
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] {
        menu.clear();
        const std::vector<FileGroup> all = groups();
        for (const FileGroup& group : all) {
            QString text = file_group_text(group, false);
            text.replace(QLatin1Char('&'), QStringLiteral("&&"));
            QAction* const action = menu.addAction(text);
            action->setToolTip(file_group_text(group, true));
            connect(action, &QAction::triggered, this, [this, group] { Q_EMIT chosen(group); });
        }
        if (all.empty()) {
            menu.addAction(tr("None yet"))->setEnabled(false);
            return;
        }
        menu.addSeparator();
        connect(menu.addAction(tr("&Clear list")), &QAction::triggered, this, &RecentFiles::clear);
    });
}

}  // namespace syzygy
