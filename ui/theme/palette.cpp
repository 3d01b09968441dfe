#include "ui/theme/palette.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syzygy {
namespace {

using Lab = std::array<double, 3>;

double to_linear(double c)
{
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}
double from_linear(double c)
{
    c = std::clamp(c, 0.0, 1.0);
    return c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
}

// Björn Ottosson, "A perceptual color space for image processing" (2020): mixtures in it look evenly spaced.
Lab to_oklab(const QColor& color)
{
    const double r = to_linear(color.redF()), g = to_linear(color.greenF()), b = to_linear(color.blueF());
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

QColor from_oklab(const Lab& lab)
{
    const double l = std::pow(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2], 3);
    const double m = std::pow(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2], 3);
    const double s = std::pow(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2], 3);
    return QColor::fromRgbF(static_cast<float>(from_linear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
                            static_cast<float>(from_linear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
                            static_cast<float>(from_linear(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)));
}

QColor mix(const QColor& from, const QColor& to, double fraction)
{
    const Lab a = to_oklab(from), b = to_oklab(to);
    Lab c;
    for (std::size_t i = 0; i < 3; ++i) c[i] = a[i] + fraction * (b[i] - a[i]);
    return from_oklab(c);
}

// Ten even samples of viridis (van der Walt and Smith, 2015), which rises evenly in lightness, also for the
// colour-blind.
constexpr std::array<QRgb, 10> viridis{0xff440154, 0xff482878, 0xff3e4a89, 0xff31688e, 0xff26828e,
                                       0xff1f9e89, 0xff35b779, 0xff6ece58, 0xffb5de2b, 0xfffde725};

constexpr double clamped(double value, double low, double high)
{
    return value >= low ? std::min(value, high) : low;  // nan too becomes the lower end
}

}  // namespace

QColor Theme::sequential(double fraction) const
{
    // The end that would drown in the background is left out.
    const double begin = dark ? 0.25 : 0, end = dark ? 1 : 0.85;
    const double place = (begin + clamped(fraction, 0, 1) * (end - begin)) * (viridis.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(place), viridis.size() - 2);
    return mix(QColor(viridis[index]), QColor(viridis[index + 1]), place - static_cast<double>(index));
}

QColor Theme::diverging(double value) const
{
    const QColor low = dark ? QColor(0x56, 0xb4, 0xe9) : QColor(0x00, 0x5a, 0xa0);
    const QColor high = dark ? QColor(0xe6, 0x9f, 0x00) : QColor(0xb8, 0x4a, 0x00);
    const double size = std::isnan(value) ? 0 : std::min(std::abs(value), 1.0);
    return mix(plot, value < 0 ? low : high, size);
}

const Theme& light_theme()
{
    static const Theme theme{
        .dark = false,
        .window = 0xffeceef1,
        .panel = 0xfff7f8fa,
        .field = 0xffffffff,
        .border = 0xffc8cdd4,
        .text = 0xff1b1f24,
        .muted = 0xff57606a,
        .disabled = 0xff9aa2ab,
        .accent = 0xff0b5cad,
        .on_accent = 0xffffffff,
        .warning = 0xff855300,
        .error = 0xffb3261e,
        .good = 0xff17663a,
        .plot = 0xffffffff,
        .grid = 0xffe4e7eb,
        .axis = 0xff57606a,
        .cursor = 0xff8e2a6b,
        .beyond = QColor(0x57, 0x60, 0x6a, 0x1c),
        .scene = 0xfffbfcfd,
        .scene_grid = 0xffdde1e6,
        .bodies = {0xff0072b2, 0xffd55e00, 0xff009e73},
        .pairs = {0xff5b3fa0, 0xffa67c00, 0xffd0568f},
        .accepted = 0xff41658a,
        .rejected = 0xffc62828,
        .series = {0xff30363d, 0xffb8860b, 0xff8a4fc0},
        .methods = {0xff0072b2, 0xffd55e00, 0xff00835a, 0xff8a4fc0, 0xffc2185b, 0xff8a6d00, 0xff0b8aa3, 0xff3b434c},
    };
    return theme;
}

const Theme& dark_theme()
{
    static const Theme theme{
        .dark = true,
        .window = 0xff1d2127,
        .panel = 0xff282d35,
        .field = 0xff15181c,
        .border = 0xff4a525d,
        .text = 0xffe6e9ed,
        .muted = 0xffa3adb8,
        .disabled = 0xff78818c,
        .accent = 0xff6cb2ff,
        .on_accent = 0xff0d1117,
        .warning = 0xffe8b04a,
        .error = 0xffff8a80,
        .good = 0xff6ccf95,
        .plot = 0xff15181c,
        .grid = 0xff2a3038,
        .axis = 0xffa3adb8,
        .cursor = 0xfff08cc8,
        .beyond = QColor(0xa3, 0xad, 0xb8, 0x20),
        .scene = 0xff101317,
        .scene_grid = 0xff2a3038,
        .bodies = {0xff56b4e9, 0xffe69f00, 0xff009e73},
        .pairs = {0xffa58bf0, 0xfff0e442, 0xffd9739f},
        .accepted = 0xff8fb4d9,
        .rejected = 0xffff6b5e,
        .series = {0xffe6e9ed, 0xffc9a227, 0xffb48ce8},
        .methods = {0xff56b4e9, 0xffff8c42, 0xff3ddc97, 0xffb48ce8, 0xffff6fa5, 0xffe0c341, 0xff4dd0e1, 0xffd0d7de},
    };
    return theme;
}

}  // namespace syzygy
