#include "ui/views/number_text.hpp"

#include <QLocale>

#include <array>
#include <cmath>

namespace syzygy {
namespace {

/// "1.5e+08" as "1.5 × 10⁸".
QString with_written_exponent(const QString& text)
{
    const auto place = text.indexOf(u'e');
    if (place < 0) return text;
    const QString mantissa = text.left(place);
    const QString power = power_of_ten(text.mid(place + 1).toInt());
    return mantissa == u"1" ? power : mantissa + QStringLiteral(" × ") + power;
}

/// A unit that is itself a number of something ("1285221297.6 s") as a person writes it: "1.2852 × 10⁹ s".
QString unit_text(std::string_view unit)
{
    const auto text = QString::fromUtf8(unit.data(), static_cast<qsizetype>(unit.size()));
    const auto space = text.indexOf(u' ');
    if (text.isEmpty() || !text.front().isDigit() || space < 0) return text;
    return number_text(text.left(space).toDouble(), 5) + text.mid(space);
}

bool is_counted(std::string_view unit)
{
    return !unit.empty() && unit.front() >= '0' && unit.front() <= '9';
}

}  // namespace

QString power_of_ten(int exponent)
{
    static constexpr std::array<char16_t, 10> digits{u'⁰', u'¹', u'²', u'³', u'⁴', u'⁵', u'⁶', u'⁷', u'⁸', u'⁹'};
    QString text = QStringLiteral("10");
    for (const QChar c : QString::number(exponent))
        text += c == u'-' ? QChar(u'⁻') : QChar(digits[static_cast<std::size_t>(c.digitValue())]);
    return text;
}

QString number_text(double value, int digits)
{
    if (std::isnan(value)) return QStringLiteral("–");
    if (std::isinf(value)) return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    QString text = with_written_exponent(QString::number(value, 'g', digits));
    return text.replace(u'-', QChar(u'−'));
}

QString number_text(double value, std::string_view unit, int digits)
{
    const bool bare = unit.empty() || is_counted(unit) || std::isnan(value);
    return bare ? number_text(value, digits) : number_text(value, digits) + u' ' + unit_text(unit);
}

QString axis_title(const QString& quantity, std::string_view unit, int exponent)
{
    QString inside = exponent ? power_of_ten(exponent) : QString();
    if (!unit.empty()) {
        if (exponent) inside += is_counted(unit) ? QStringLiteral(" × ") : QStringLiteral(" ");
        inside += unit_text(unit);
    }
    return inside.isEmpty() ? quantity : quantity + QStringLiteral(" [") + inside + QStringLiteral("]");
}

QString bytes_text(double bytes)
{
    static constexpr std::array<const char*, 5> units{"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit) bytes /= 1000;
    const int decimals = unit == 0 || bytes >= 9.95 ? 0 : 1;
    return QString::number(bytes, 'f', decimals) + u' ' + QLatin1String(units[unit]);
}

}  // namespace syzygy
