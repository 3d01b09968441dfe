#include "ui/export/apng.hpp"

#include "core/base/error.hpp"
#include "ui/export/palette.hpp"

#include <QBuffer>
#include <QtEndian>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace syzygy {

namespace {

void append_number(QByteArray& bytes, std::uint32_t value)
{
    char big[4];
    qToBigEndian(value, big);
    bytes.append(big, 4);
}

void append_short(QByteArray& bytes, std::uint16_t value)
{
    char big[2];
    qToBigEndian(value, big);
    bytes.append(big, 2);
}

QByteArray chunk(const char* type, const QByteArray& content)
{
    QByteArray bytes;
    append_number(bytes, static_cast<std::uint32_t>(content.size()));
    const QByteArray checked = type + content;
    bytes += checked;
    append_number(bytes, png_crc(checked));
    return bytes;
}

/// The chunks of one type in a PNG file, their contents one after the other.
QByteArray content_of(const QByteArray& png, const char* type)
{
    QByteArray content;
    for (qsizetype at = 8; at + 12 <= png.size();) {
        const auto length = static_cast<qsizetype>(qFromBigEndian<std::uint32_t>(png.constData() + at));
        if (png.mid(at + 4, 4) == type) content += png.mid(at + 8, length);
        at += 12 + length;
    }
    return content;
}

/// A frame's place and time on the canvas. The canvas is kept, and the frame replaces (or, with transparent
/// pixels, covers) what is there.
QByteArray frame_control(std::uint32_t number, const QRect& place, const ApngOptions& options, bool over)
{
    QByteArray bytes;
    append_number(bytes, number);
    for (const int value : {place.width(), place.height(), place.x(), place.y()})
        append_number(bytes, static_cast<std::uint32_t>(value));
    // A fraction of a second in 1/1000.
    append_short(bytes, static_cast<std::uint16_t>(std::clamp(std::lround(1000 / options.frames_a_second), 1L, 65535L)));
    append_short(bytes, 1000);
    bytes.append(char(0));
    bytes.append(char(over ? 1 : 0));
    return chunk("fcTL", bytes);
}

/// The smallest rectangle outside which two images of one size are equal; one pixel where they are equal.
QRect changed_part(const QImage& before, const QImage& after)
{
    const int pixel = before.depth() / 8;
    const auto columns = static_cast<std::size_t>(before.width()) * static_cast<std::size_t>(pixel);
    int top = before.height(), bottom = -1, left = before.width(), right = -1;
    for (int y = 0; y < before.height(); ++y) {
        const uchar* a = before.constScanLine(y);
        const uchar* b = after.constScanLine(y);
        if (std::equal(a, a + columns, b)) continue;
        top = std::min(top, y);
        bottom = y;
        const auto first = static_cast<int>(std::mismatch(a, a + columns, b).first - a);
        std::size_t last = columns;
        while (a[last - 1] == b[last - 1]) --last;
        left = std::min(left, first / pixel);
        right = std::max(right, static_cast<int>(last - 1) / pixel);
    }
    return bottom < 0 ? QRect(0, 0, 1, 1) : QRect(QPoint(left, top), QPoint(right, bottom));
}

/// `after` with those pixels transparent that are as in `before`: long runs of one value, which compress best.
QImage difference(const QImage& before, const QImage& after, const QRect& place)
{
    QImage result = after.copy(place);
    for (int y = 0; y < place.height(); ++y) {
        const uchar* old = before.constScanLine(place.y() + y) + place.x();
        uchar* pixels = result.scanLine(y);
        for (int x = 0; x < place.width(); ++x)
            if (pixels[x] == old[x]) pixels[x] = Palette::transparent;
    }
    return result;
}

}  // namespace

std::uint32_t png_crc(const QByteArray& bytes)
{
    static const std::array<std::uint32_t, 256> table = [] {
        std::array<std::uint32_t, 256> values{};
        for (std::uint32_t n = 0; n < 256; ++n) {
            values[n] = n;
            for (int bit = 0; bit < 8; ++bit) values[n] = (values[n] >> 1) ^ ((values[n] & 1) ? 0xedb88320u : 0);
        }
        return values;
    }();
    std::uint32_t crc = 0xffffffffu;
    for (const char byte : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<std::uint8_t>(byte)) & 0xff];
    return crc ^ 0xffffffffu;
}

QByteArray encode_png(const QImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG", 0);  // the strongest compression
    return bytes;
}

QByteArray encode_apng(std::span<const QImage> frames, const ApngOptions& options, std::stop_token stop,
                       const std::function<void(double)>& progress)
{
    if (frames.empty()) return {};
    for (const QImage& frame : frames)
        if (frame.isNull() || frame.size() != frames.front().size())
            throw ArgumentError("frames", fmt::format("{} x {}", frame.width(), frame.height()),
                                fmt::format("must all be of one size, here {} x {}", frames.front().width(),
                                            frames.front().height()));
    std::optional<Palette> palette;
    if (options.palette) palette.emplace(frames);
    const auto prepared = [&](const QImage& frame) {
        return palette ? palette->indexed(frame) : frame.convertToFormat(QImage::Format_RGB888);
    };

    QByteArray bytes;
    QImage before;
    std::uint32_t number = 0;
    for (std::size_t k = 0; k < frames.size(); ++k) {
        if (stop.stop_requested()) return {};
        const QImage frame = prepared(frames[k]);
        if (k == 0) {
            const QByteArray png = encode_png(frame);
            bytes = png.left(8) + chunk("IHDR", content_of(png, "IHDR"));
            QByteArray control;
            append_number(control, static_cast<std::uint32_t>(frames.size()));
            append_number(control, static_cast<std::uint32_t>(options.loops));
            bytes += chunk("acTL", control);
            for (const char* type : {"PLTE", "tRNS"})
                if (const QByteArray content = content_of(png, type); !content.isEmpty()) bytes += chunk(type, content);
            bytes += frame_control(number++, frame.rect(), options, false);
            bytes += chunk("IDAT", content_of(png, "IDAT"));
        } else {
            const QRect place = changed_part(before, frame);
            const QImage part = palette ? difference(before, frame, place) : frame.copy(place);
            bytes += frame_control(number++, place, options, palette.has_value());
            QByteArray data;
            append_number(data, number++);
            bytes += chunk("fdAT", data + content_of(encode_png(part), "IDAT"));
        }
        before = frame;
        if (progress) progress(static_cast<double>(k + 1) / static_cast<double>(frames.size()));
    }
    return bytes + chunk("IEND", {});
}

}  // namespace syzygy
