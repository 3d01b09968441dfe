#include "ui/export/picture_export.hpp"

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "ui/export/apng.hpp"
#include "ui/export/output_file.hpp"
#include "ui/export/svg_device.hpp"

#include <QBuffer>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// The resolution that QPicture draws fonts and lines at: a device of the same one shows them in the same size.
int picture_resolution(const QPicture& picture)
{
    return picture.logicalDpiX();
}

/// More than this is more likely a slip of the keyboard than a poster.
constexpr double most_pixels = 2e8;

QByteArray write_png(QPicture picture, QSize size, double scale, const QString& title)
{
    const QSize pixels(qRound(size.width() * scale), qRound(size.height() * scale));
    QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
    if (image.isNull()) throw std::bad_alloc();
    image.fill(Qt::transparent);
    {
        QPainter painter(&image);
        painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing | QPainter::SmoothPixmapTransform);
        painter.scale(scale, scale);
        picture.play(&painter);
    }
    const int dots_a_metre = qRound(picture_resolution(picture) * scale / 0.0254);
    image.setDotsPerMeterX(dots_a_metre);
    image.setDotsPerMeterY(dots_a_metre);
    image.setText("Title", title);
    image.setText("Software", "Syzygy Studio");
    return encode_png(image);
}

QByteArray write_svg(QPicture picture, QSize size, double, const QString& title)
{
    SvgDevice device(size, picture_resolution(picture), title);
    QPainter painter(&device);
    painter.setRenderHint(QPainter::Antialiasing);
    picture.play(&painter);
    painter.end();
    return device.bytes();
}

QByteArray write_pdf(QPicture picture, QSize size, double, const QString& title)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const int resolution = picture_resolution(picture);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(title);
        writer.setCreator("Syzygy Studio");
        writer.setResolution(resolution);
        const QSizeF points = QSizeF(size) * 72.0 / resolution;
        writer.setPageSize(QPageSize(points, QPageSize::Point, title, QPageSize::ExactMatch));
        writer.setPageMargins({0, 0, 0, 0});
        QPainter painter(&writer);
        painter.setRenderHint(QPainter::Antialiasing);
        // A page is a whole number of points: the picture is stretched by less than one to fill it.
        painter.scale(writer.width() / static_cast<double>(size.width()),
                      writer.height() / static_cast<double>(size.height()));
        picture.play(&painter);
    }
    return bytes;
}

std::string known_suffixes()
{
    std::string text;
    for (const PictureFormat& format : picture_formats()) text += (text.empty() ? "." : ", .") + std::string(format.suffix);
    return text;
}

}  // namespace

std::span<const PictureFormat> picture_formats()
{
    static constexpr PictureFormat table[] = {
        {"png", "PNG image", &write_png},
        {"svg", "SVG drawing", &write_svg},
        {"pdf", "PDF drawing", &write_pdf},
    };
    return table;
}

const PictureFormat& find_picture_format(const std::filesystem::path& file)
{
    std::string suffix = file.extension().string();
    if (!suffix.empty()) suffix.erase(0, 1);
    const QString wanted = QString::fromStdString(suffix).toLower();
    for (const PictureFormat& format : picture_formats())
        if (wanted == QLatin1String(format.suffix.data(), static_cast<qsizetype>(format.suffix.size()))) return format;
    throw InputError({file.string()}, suffix.empty() ? "has no suffix that names its format" : "has an unknown suffix",
                     suffix, "end its name in one of " + known_suffixes());
}

QSize size_on_screen(const View& view)
{
    return view.isVisible() ? view.size() : QSize(720, 450);
}

QPicture record_view(View& view, QSize size)
{
    QPicture picture;
    picture.setBoundingRect(QRect(QPoint(0, 0), size));
    view.render_to(picture, size);
    return picture;
}

int export_picture(Background& background, View& view, const PictureExport& picture, const LoadedData& data,
                   std::function<void()> done)
{
    const PictureFormat& format = find_picture_format(picture.file);
    check_output_file(picture.file, data);
    if (picture.size.isEmpty()) throw ArgumentError("size", "nothing", "must be at least one pixel each way");
    const double pixels = picture.size.width() * picture.scale * picture.size.height() * picture.scale;
    if (format.write == &write_png && !(pixels >= 1 && pixels <= most_pixels))
        throw ArgumentError("scale", fmt::format("{}", picture.scale), "must give an image of at most 200 megapixels");
    QPicture recorded = record_view(view, picture.size);
    return background.start(
        QObject::tr("Exporting %1").arg(QString::fromStdString(picture.file.filename().string())),
        [picture, recorded, &format, done = std::move(done)](const TaskContext& task) -> Background::Done {
            const QByteArray bytes = format.write(recorded, picture.size, picture.scale, picture.title);
            if (task.stop.stop_requested()) return {};
            write_file_atomically(picture.file, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
            return done;
        });
}

int export_text(Background& background, const std::filesystem::path& file,
                std::function<std::string(std::stop_token)> make, const LoadedData& data, std::function<void()> done)
{
    check_output_file(file, data);
    return background.start(
        QObject::tr("Exporting %1").arg(QString::fromStdString(file.filename().string())),
        [file, make = std::move(make), done = std::move(done)](const TaskContext& task) -> Background::Done {
            const std::string text = make(task.stop);
            if (task.stop.stop_requested()) return {};
            if (text.empty()) throw InputError({file.string()}, "there is no table to write", "", "load data first");
            write_file_atomically(file, text);
            return done;
        });
}

}  // namespace syzygy
