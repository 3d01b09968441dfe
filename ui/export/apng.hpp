#pragma once

#include <QByteArray>
#include <QImage>

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace syzygy {

/// How an animated PNG is written.
struct ApngOptions {
    double frames_a_second = 20;
    int loops = 0;        ///< 0: for ever
    bool palette = true;  ///< 256 colours for all frames: a fraction of the size
};

/// The frames as one animated PNG (PNG Third Edition, W3C 2025: acTL, fcTL, fdAT), the first of which any program
/// shows that knows plain PNG. Each later frame holds only what changed. Frames are opaque and of one size; throws
/// ArgumentError where they are not. Empty where stopped. `progress` is told the share that is done.
QByteArray encode_apng(std::span<const QImage> frames, const ApngOptions& options, std::stop_token stop = {},
                       const std::function<void(double)>& progress = {});

/// CRC-32 of PNG chunks (ISO 3309).
std::uint32_t png_crc(const QByteArray& bytes);

/// One image as an ordinary PNG.
QByteArray encode_png(const QImage& image);

}  // namespace syzygy
