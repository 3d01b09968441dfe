#include "ui/export/palette.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace syzygy {

namespace {

constexpr int bits = 6;
constexpr std::size_t most_colours = 255, most_exact = 64, most_looked_at = 12;

constexpr std::uint32_t coarse(QRgb colour)
{
    return (static_cast<std::uint32_t>(qRed(colour)) >> (8 - bits)) << (2 * bits) |
           (static_cast<std::uint32_t>(qGreen(colour)) >> (8 - bits)) << bits |
           static_cast<std::uint32_t>(qBlue(colour)) >> (8 - bits);
}

struct Colour {
    std::array<int, 3> channel;
    std::uint64_t count;
};

Colour colour_of(QRgb value, std::uint64_t count)
{
    return {{qRed(value), qGreen(value), qBlue(value)}, count};
}

struct Box {
    std::size_t begin, end;
    int channel = 0;       ///< the longest side
    double spread = 0;     ///< its length times the pixels in it: what splitting gains
};

Box measured(const std::vector<Colour>& colours, std::size_t begin, std::size_t end)
{
    Box box{begin, end};
    std::uint64_t pixels = 0;
    for (std::size_t i = begin; i < end; ++i) pixels += colours[i].count;
    int longest = 0;
    for (std::size_t c = 0; c < 3; ++c) {
        const auto [low, high] =
            std::minmax_element(colours.begin() + static_cast<std::ptrdiff_t>(begin),
                                colours.begin() + static_cast<std::ptrdiff_t>(end),
                                [c](const Colour& a, const Colour& b) { return a.channel[c] < b.channel[c]; });
        const int length = high->channel[c] - low->channel[c];
        if (length > longest) {
            longest = length;
            box.channel = static_cast<int>(c);
        }
    }
    // The root, so that small things of a colour of their own (a body, a bead) are not lost in a large background.
    box.spread = longest * std::sqrt(static_cast<double>(pixels));
    return box;
}

QRgb mean(const std::vector<Colour>& colours, const Box& box)
{
    std::array<double, 3> sum{};
    double pixels = 0;
    for (std::size_t i = box.begin; i < box.end; ++i) {
        for (std::size_t c = 0; c < 3; ++c) sum[c] += static_cast<double>(colours[i].channel[c]) * static_cast<double>(colours[i].count);
        pixels += static_cast<double>(colours[i].count);
    }
    return qRgb(qRound(sum[0] / pixels), qRound(sum[1] / pixels), qRound(sum[2] / pixels));
}

}  // namespace

Palette::Palette(std::span<const QImage> pictures) : known_(std::size_t{1} << (3 * bits), 0)
{
    colours_.push_back(qRgba(0, 0, 0, 0));
    std::unordered_map<QRgb, std::uint64_t> counts;
    const std::size_t stride = std::max<std::size_t>(1, pictures.size() / most_looked_at);
    for (std::size_t k = 0; k < pictures.size(); k += stride) {
        const QImage picture = pictures[k].convertToFormat(QImage::Format_RGB32);
        for (int y = 0; y < picture.height(); ++y) {
            const auto* line = reinterpret_cast<const QRgb*>(picture.constScanLine(y));
            for (int x = 0; x < picture.width(); ++x) ++counts[line[x] | 0xff000000u];
        }
    }
    std::vector<std::pair<QRgb, std::uint64_t>> found(counts.begin(), counts.end());
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    // The commonest as they are: a background that is off by one shows.
    const std::size_t exact = found.size() <= most_colours ? found.size() : most_exact;
    for (std::size_t i = 0; i < exact; ++i) {
        exact_.emplace_back(found[i].first, static_cast<std::uint8_t>(colours_.size()));
        colours_.push_back(found[i].first);
    }
    std::sort(exact_.begin(), exact_.end());
    if (exact == found.size()) return;

    std::vector<Colour> rest;
    for (std::size_t i = exact; i < found.size(); ++i) rest.push_back(colour_of(found[i].first, found[i].second));
    std::vector<Box> boxes{measured(rest, 0, rest.size())};
    while (boxes.size() < most_colours - exact) {
        const auto widest = std::max_element(boxes.begin(), boxes.end(),
                                             [](const Box& a, const Box& b) { return a.spread < b.spread; });
        if (widest->spread == 0) break;
        const Box box = *widest;
        const auto c = static_cast<std::size_t>(box.channel);
        const auto at = [&rest](std::size_t i) { return rest.begin() + static_cast<std::ptrdiff_t>(i); };
        std::sort(at(box.begin), at(box.end),
                  [c](const Colour& a, const Colour& b) { return a.channel[c] < b.channel[c]; });
        // In the middle of the side, where there are colours on both sides: of the plain median, rare colours get none.
        const int middle = (rest[box.begin].channel[c] + rest[box.end - 1].channel[c] + 1) / 2;
        const auto split = static_cast<std::size_t>(
            std::find_if(at(box.begin), at(box.end), [&](const Colour& value) { return value.channel[c] >= middle; }) -
            rest.begin());
        *widest = measured(rest, box.begin, split);
        boxes.push_back(measured(rest, split, box.end));
    }
    for (const Box& box : boxes) colours_.push_back(mean(rest, box));
}

std::uint8_t Palette::nearest(QRgb colour)
{
    const auto exact = std::lower_bound(exact_.begin(), exact_.end(), std::pair<QRgb, std::uint8_t>{colour, 0});
    if (exact != exact_.end() && exact->first == colour) return exact->second;
    std::uint8_t& known = known_[coarse(colour)];
    if (known != 0) return known;
    int best = std::numeric_limits<int>::max();
    for (qsizetype i = 1; i < colours_.size(); ++i) {
        const int red = qRed(colours_[i]) - qRed(colour), green = qGreen(colours_[i]) - qGreen(colour),
                  blue = qBlue(colours_[i]) - qBlue(colour);
        // The eye's weights, roughly.
        const int distance = 3 * red * red + 6 * green * green + blue * blue;
        if (distance >= best) continue;
        best = distance;
        known = static_cast<std::uint8_t>(i);
    }
    return known;
}

QImage Palette::indexed(const QImage& picture)
{
    const QImage source = picture.convertToFormat(QImage::Format_RGB32);
    QImage result(source.size(), QImage::Format_Indexed8);
    result.setColorTable(colours_);
    QRgb last = 0;
    std::uint8_t index = 0;
    for (int y = 0; y < source.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(source.constScanLine(y));
        uchar* pixels = result.scanLine(y);
        for (int x = 0; x < source.width(); ++x) {
            const QRgb colour = line[x] | 0xff000000u;
            if (index == 0 || colour != last) index = nearest(last = colour);
            pixels[x] = index;
        }
    }
    return result;
}

}  // namespace syzygy
