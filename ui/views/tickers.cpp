#include "ui/views/tickers.hpp"

#include <cmath>

namespace syzygy {
namespace {

double largest_of(const QCPRange& range)
{
    return std::max(std::abs(range.lower), std::abs(range.upper));
}

/// How many labels have room on the axis.
int room(const QCPAxis& axis, double widths_of_a_digit, double lines)
{
    const QFontMetricsF metrics(axis.tickLabelFont());
    const bool horizontal = axis.orientation() == Qt::Horizontal;
    const double length = horizontal ? axis.axisRect()->width() : axis.axisRect()->height();
    const double each = horizontal ? widths_of_a_digit * metrics.horizontalAdvance(u'0') : lines * metrics.height();
    return std::clamp(static_cast<int>(length / each), 1, 12);
}

/// "2e-8", which QCustomPlot sets as a power of ten; small numbers as they are.
QString short_number(double value)
{
    const double size = std::abs(value);
    if (size >= 0.01 && size < 9.5e3) return QString::number(value, 'g', 4);
    return QString::number(value, 'g', 3)
        .replace(QStringLiteral("e-0"), QStringLiteral("e-"))
        .replace(QStringLiteral("e+0"), QStringLiteral("e"))
        .replace(QStringLiteral("e+"), QStringLiteral("e"));
}

}  // namespace

AxisScale axis_scale(const QCPRange& range)
{
    AxisScale scale;
    const double span = range.size();
    if (!(span > 0) || !std::isfinite(span)) return scale;
    if (largest_of(range) > 1e5 * span) {
        const double unit = std::pow(10, std::ceil(std::log10(span)));
        scale.offset = std::floor(range.lower / unit) * unit;
    }
    const double largest = std::max(std::abs(range.lower - scale.offset), std::abs(range.upper - scale.offset));
    if (largest >= 1e7 || largest < 1e-3) scale.exponent = static_cast<int>(std::floor(std::log10(largest) + 1e-9));
    return scale;
}

int decimals_of(double step)
{
    if (!(step > 0) || !std::isfinite(step)) return 0;
    int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
    const double scaled = step * std::pow(10, decimals);
    if (std::abs(scaled - std::round(scaled)) > 1e-6) ++decimals;
    return std::min(decimals, 15);
}

double ScaledTicker::getTickStep(const QCPRange& range)
{
    setTickCount(room(*axis_, 9, 2));
    step_ = QCPAxisTicker::getTickStep(range);
    if (whole_) step_ = std::max(1.0, std::ceil(step_));
    return step_;
}

QVector<double> ScaledTicker::createTickVector(double step, const QCPRange& range)
{
    setTickOrigin(scale_.offset);
    return QCPAxisTicker::createTickVector(step, range);
}

QString ScaledTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    const double power = std::pow(10, scale_.exponent);
    double value = (tick - scale_.offset) / power;
    if (std::abs(value) < 1e-9 * step_ / power) value = 0;
    return QString::number(value, 'f', decimals_of(step_ / power)).replace(u'-', QChar(u'−'));
}

double NumberTicker::getTickStep(const QCPRange& range)
{
    setTickCount(std::max(room(*axis_, 9, 1.9), axis_->axisRect()->height() > 38 ? 3 : 2));
    largest_ = largest_of(range);
    step_ = QCPAxisTicker::getTickStep(range);
    return step_;
}

QString NumberTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    if (std::abs(tick) < 1e-9 * step_) return QStringLiteral("0");
    QString text;
    if (largest_ >= 1e5 || largest_ < 1e-2) {
        const int exponent = static_cast<int>(std::floor(std::log10(largest_) + 1e-9));
        const double power = std::pow(10, exponent);
        text = QString::number(tick / power, 'f', decimals_of(step_ / power)) + u'e' + QString::number(exponent);
    } else {
        text = QString::number(tick, 'f', decimals_of(step_));
    }
    return text;
}

void LogTicker::generate(const QCPRange& range, const QLocale&, QChar, int, QVector<double>& ticks,
                         QVector<double>* sub_ticks, QVector<QString>* labels)
{
    ticks.clear();
    if (sub_ticks) sub_ticks->clear();
    if (labels) labels->clear();
    if (!(range.lower > 0) || !(range.upper > range.lower)) return;
    const double lowest = std::log10(range.lower), highest = std::log10(range.upper), decades = highest - lowest;
    const int most = std::max(2, room(*axis_, 9, 1.7));

    const auto add = [&](double tick) {
        if (tick >= range.lower * (1 - 1e-12) && tick <= range.upper * (1 + 1e-12)) ticks.append(tick);
    };
    if (decades < 0.5) {
        setTickCount(std::min(most, 5));
        const double step = getTickStep(range);
        for (const double tick : createTickVector(step, range)) add(tick);
    } else {
        const int first = static_cast<int>(std::floor(lowest)), last = static_cast<int>(std::ceil(highest));
        const int stride = std::max(1, static_cast<int>(std::ceil(decades / most)));
        const bool fine = decades * 3 <= most || decades < 1.6;
        for (int exponent = first; exponent <= last; ++exponent) {
            const double power = std::pow(10, exponent);
            // Each so many decades from 1 on, so that ticks stay where they are as the range moves.
            if (((exponent % stride) + stride) % stride == 0) {
                add(power);
                if (fine)
                    for (const double mantissa : {2.0, 5.0}) add(mantissa * power);
            }
            if (!sub_ticks) continue;
            if (stride > 1)
                sub_ticks->append(power);
            else
                for (int mantissa = 2; mantissa < 10; ++mantissa) sub_ticks->append(mantissa * power);
        }
    }
    if (sub_ticks) sub_ticks->removeIf([&](double tick) { return tick < range.lower || tick > range.upper; });
    if (labels)
        for (const double tick : ticks) labels->append(short_number(tick));
}

}  // namespace syzygy
