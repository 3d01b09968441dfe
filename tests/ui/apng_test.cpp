#include "ui/export/apng.hpp"

#include "core/base/error.hpp"
#include "ui/export/palette.hpp"

#include <gtest/gtest.h>

#include <QImage>
#include <QPainter>
#include <QtEndian>

#include <cmath>

namespace syzygy {
namespace {

struct Chunk {
    std::string type;
    QByteArray content;
};

std::uint32_t number(const QByteArray& bytes, qsizetype at)
{
    return qFromBigEndian<std::uint32_t>(bytes.constData() + at);
}

/// The chunks of a PNG; fails where a length or a CRC is wrong.
std::vector<Chunk> chunks_of(const QByteArray& png)
{
    EXPECT_EQ(png.left(8), QByteArray("\x89PNG\r\n\x1a\n", 8));
    std::vector<Chunk> chunks;
    qsizetype at = 8;
    while (at + 12 <= png.size()) {
        const auto length = static_cast<qsizetype>(number(png, at));
        EXPECT_LE(at + 12 + length, png.size());
        EXPECT_EQ(number(png, at + 8 + length), png_crc(png.mid(at + 4, 4 + length)));
        chunks.push_back({png.mid(at + 4, 4).toStdString(), png.mid(at + 8, length)});
        at += 12 + length;
    }
    EXPECT_EQ(at, png.size());
    return chunks;
}

/// Three bodies on circles, with smooth edges and a gradient behind.
std::vector<QImage> frames_of(int count, QSize size = {180, 120})
{
    std::vector<QImage> frames;
    for (int k = 0; k < count; ++k) {
        QImage image(size, QImage::Format_RGB32);
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        QLinearGradient sky(0, 0, 0, size.height());
        sky.setColorAt(0, QColor(20, 24, 40));
        sky.setColorAt(1, QColor(60, 70, 90));
        painter.fillRect(image.rect(), sky);
        painter.setPen(Qt::NoPen);
        for (int body = 0; body < 3; ++body) {
            painter.setBrush(QColor::fromHsv(120 * body, 200, 230));
            const double angle = 0.1 * k + 2.1 * body;
            painter.drawEllipse(QPointF(size.width() / 2 + 40 * std::cos(angle), size.height() / 2 + 40 * std::sin(angle)), 7, 7);
        }
        painter.end();
        frames.push_back(image);
    }
    return frames;
}

/// The frames as a program shows them that knows APNG: each laid onto those before.
std::vector<QImage> shown(const QByteArray& apng)
{
    const std::vector<Chunk> chunks = chunks_of(apng);
    QByteArray header, colours;
    std::vector<QImage> pictures;
    QImage canvas;
    QByteArray control;
    const auto chunk = [](const QByteArray& type, const QByteArray& content) {
        QByteArray bytes(4, 0), crc(4, 0);
        qToBigEndian(static_cast<std::uint32_t>(content.size()), bytes.data());
        qToBigEndian(png_crc(type + content), crc.data());
        return bytes + type + content + crc;
    };
    for (const Chunk& part : chunks) {
        if (part.type == "IHDR") header = part.content;
        if (part.type == "PLTE" || part.type == "tRNS")
            colours += chunk(QByteArray::fromStdString(part.type), part.content);
        if (part.type == "fcTL") control = part.content;
        if (part.type != "IDAT" && part.type != "fdAT") continue;
        QByteArray of_frame = header;
        of_frame.replace(0, 8, control.mid(4, 8));
        const QByteArray data = part.type == "IDAT" ? part.content : part.content.mid(4);
        const QImage image = QImage::fromData(QByteArray("\x89PNG\r\n\x1a\n", 8) + chunk("IHDR", of_frame) + colours +
                                              chunk("IDAT", data) + chunk("IEND", {}));
        EXPECT_FALSE(image.isNull());
        if (canvas.isNull()) canvas = QImage(image.size(), QImage::Format_RGB32);
        QPainter painter(&canvas);
        painter.setCompositionMode(control.at(25) ? QPainter::CompositionMode_SourceOver
                                                  : QPainter::CompositionMode_Source);
        painter.drawImage(static_cast<int>(number(control, 12)), static_cast<int>(number(control, 16)), image);
        painter.end();
        pictures.push_back(canvas);
    }
    return pictures;
}

int largest_difference(const QImage& a, const QImage& b)
{
    int largest = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            largest = std::max({largest, std::abs(qRed(p) - qRed(q)), std::abs(qGreen(p) - qGreen(q)),
                                std::abs(qBlue(p) - qBlue(q))});
        }
    return largest;
}

TEST(Apng, CrcIsThatOfTheStandard)
{
    // The check value of CRC-32 (ISO 3309), and that of every PNG's end.
    EXPECT_EQ(png_crc("123456789"), 0xcbf43926u);
    EXPECT_EQ(png_crc("IEND"), 0xae426082u);
}

class ApngTest : public ::testing::TestWithParam<bool> {};

TEST_P(ApngTest, ChunksStandInTheOrderOfTheStandard)
{
    const auto frames = frames_of(5);
    ApngOptions options;
    options.palette = GetParam();
    options.frames_a_second = 25;
    const auto chunks = chunks_of(encode_apng(frames, options));
    ASSERT_EQ(chunks.front().type, "IHDR");
    ASSERT_EQ(chunks.back().type, "IEND");
    EXPECT_EQ(chunks[1].type, "acTL");
    EXPECT_EQ(number(chunks[1].content, 0), 5u);
    EXPECT_EQ(number(chunks[1].content, 4), 0u);
    EXPECT_EQ(chunks.front().content.at(9), GetParam() ? 3 : 2) << "colour type";
    std::uint32_t sequence = 0;
    int controls = 0;
    for (const Chunk& part : chunks) {
        if (part.type != "fcTL" && part.type != "fdAT") continue;
        EXPECT_EQ(number(part.content, 0), sequence++);
        if (part.type == "fdAT") continue;
        ++controls;
        ASSERT_EQ(part.content.size(), 26);
        EXPECT_EQ(qFromBigEndian<std::uint16_t>(part.content.constData() + 20), 40);
        EXPECT_EQ(qFromBigEndian<std::uint16_t>(part.content.constData() + 22), 1000);
        const auto width = number(part.content, 4), height = number(part.content, 8);
        EXPECT_LE(number(part.content, 12) + width, 180u);
        EXPECT_LE(number(part.content, 16) + height, 120u);
        if (controls == 1) {
            EXPECT_EQ(width, 180u);
            EXPECT_EQ(height, 120u);
        }
    }
    EXPECT_EQ(controls, 5);
}

TEST_P(ApngTest, EveryFrameIsShownAsItWas)
{
    const auto frames = frames_of(6);
    ApngOptions options;
    options.palette = GetParam();
    const QByteArray apng = encode_apng(frames, options);
    const auto pictures = shown(apng);
    ASSERT_EQ(pictures.size(), frames.size());
    // 255 colours are 40 levels between two of four colours, blended: within a sixteenth of the range.
    for (std::size_t k = 0; k < frames.size(); ++k)
        EXPECT_LE(largest_difference(pictures[k], frames[k]), GetParam() ? 16 : 0) << "frame " << k;
    // A program that knows no animation shows the first.
    EXPECT_LE(largest_difference(QImage::fromData(apng), frames[0]), GetParam() ? 16 : 0);
}

TEST_P(ApngTest, AFrameLikeTheOneBeforeIsOnePixel)
{
    const auto one = frames_of(1);
    const std::vector<QImage> frames{one[0], one[0], one[0]};
    ApngOptions options;
    options.palette = GetParam();
    const auto pictures = shown(encode_apng(frames, options));
    ASSERT_EQ(pictures.size(), 3u);
    EXPECT_EQ(pictures[2], pictures[0]);
}

INSTANTIATE_TEST_SUITE_P(Colours, ApngTest, ::testing::Bool(),
                         [](const auto& row) { return row.param ? "palette" : "true_colour"; });

TEST(Apng, SixtyFramesForAReadmeStayUnderTwoMegabytes)
{
    EXPECT_LT(encode_apng(frames_of(60, {720, 450}), {}).size(), 2'000'000);
}

TEST(Apng, FramesOfDifferentSizesAreRefused)
{
    for (const bool palette : {true, false}) {
        std::vector<QImage> frames = frames_of(2);
        frames.push_back(frames_of(1, {90, 60}).front());
        ApngOptions options;
        options.palette = palette;
        EXPECT_THROW(encode_apng(frames, options), ArgumentError);
    }
}

TEST(Apng, StoppedGivesNothing)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(encode_apng(frames_of(3), {}, stop.get_token()).isEmpty());
    EXPECT_TRUE(encode_apng({}, {}).isEmpty());
}

TEST(Palette, KeepsUpTo255ColoursExactly)
{
    QImage image(255, 3, QImage::Format_RGB32);
    for (int x = 0; x < 255; ++x)
        for (int y = 0; y < 3; ++y) image.setPixel(x, y, qRgb(x, 255 - x, x * 7 % 256));
    Palette palette(std::span(&image, 1));
    EXPECT_EQ(palette.indexed(image).convertToFormat(QImage::Format_RGB32), image);
}

}  // namespace
}  // namespace syzygy
