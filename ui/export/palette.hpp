#pragma once

#include <QImage>

#include <cstdint>
#include <span>
#include <vector>

namespace syzygy {

/// At most 255 colours for several pictures, and one that is transparent: median cut (Heckbert, Comput. Graph. 16(3),
/// 297, 1982) of their colours, six bits a channel. Colours that fill much of the pictures are kept exactly.
class Palette {
public:
    static constexpr std::uint8_t transparent = 0;

    explicit Palette(std::span<const QImage> pictures);

    /// The picture with each pixel's nearest colour, Format_Indexed8.
    QImage indexed(const QImage& picture);
    const QList<QRgb>& colours() const { return colours_; }

private:
    std::uint8_t nearest(QRgb colour);

    QList<QRgb> colours_;
    std::vector<std::uint8_t> known_;  ///< of each 18-bit colour; 0: not yet looked for
    std::vector<std::pair<QRgb, std::uint8_t>> exact_;
};

}  // namespace syzygy
