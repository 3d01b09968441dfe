#include "ui/data/drop.hpp"

#include "physics/observations/loaders.hpp"

#include <QMimeData>
#include <QObject>
#include <QStringList>

#include <algorithm>

namespace syzygy {

namespace {

FileChoice refused(const QString& problem, const QString& remedy)
{
    return {{}, problem, remedy};
}

/// The usual endings of a loader's files; a format without a row here is found under all files.
QString patterns(std::string_view loader)
{
    if (loader == "csv") return QStringLiteral("*.csv *.tsv *.txt *.dat");
    if (loader == "ecsv") return QStringLiteral("*.ecsv");
    if (loader == "horizons") return QStringLiteral("*.txt *.eph *.vec");
    return QStringLiteral("*");
}

}  // namespace

bool brings_files(const QMimeData& data)
{
    const QList<QUrl> urls = data.urls();
    return std::any_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); });
}

bool is_fit_file(const std::filesystem::path& file)
{
    return file.extension() == ".syzygy";
}

FileChoice choose_files(const std::vector<std::filesystem::path>& files)
{
    const QString how = QObject::tr("open one file with three bodies, three files of one body each, or one saved fit");
    if (files.empty()) return refused(QObject::tr("No file was given"), how);
    for (const auto& file : files) {
        std::error_code ignored;
        if (std::filesystem::is_directory(file, ignored))
            return refused(QObject::tr("%1 is a folder").arg(QString::fromStdString(file.string())), how);
    }
    const auto fits = std::count_if(files.begin(), files.end(), is_fit_file);
    if (fits > 0 && files.size() > 1)
        return refused(QObject::tr("A saved fit is among %1 files").arg(files.size()),
                       QObject::tr("open it alone: it names its data itself"));
    if (files.size() != 1 && files.size() != 3)
        return refused(QObject::tr("%1 files were given").arg(files.size()), how);
    return {files, {}, {}};
}

FileChoice choose_files(const QList<QUrl>& urls)
{
    std::vector<std::filesystem::path> files;
    for (const QUrl& url : urls) {
        if (!url.isLocalFile())
            return refused(QObject::tr("%1 is not a file of this computer").arg(url.toDisplayString()),
                           QObject::tr("save it to a file first"));
        files.emplace_back(url.toLocalFile().toStdString());
    }
    return choose_files(files);
}

QStringList open_filters()
{
    QStringList all{QStringLiteral("*.syzygy")}, filters;
    for (const ObservationLoader& loader : observation_loaders()) {
        all << patterns(loader.id).split(QLatin1Char(' '));
        filters << QStringLiteral("%1 (%2)").arg(QString::fromUtf8(loader.label), patterns(loader.id));
    }
    all.removeDuplicates();
    filters.prepend(QObject::tr("Observations and fits (%1)").arg(all.join(QLatin1Char(' '))));
    filters << QObject::tr("Saved fits (*.syzygy)") << QObject::tr("All files (*)");
    return filters;
}

}  // namespace syzygy
