#include "ui/theme/theme.hpp"

#include "ui/theme/desktop_scheme.hpp"
#include "ui/theme/icon_engine.hpp"
#include "ui/theme/palette.hpp"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleOption>

#include <cmath>

// The resources of a static library have to be asked for, from outside of any namespace.
static void load_resources()
{
    Q_INIT_RESOURCE(assets);
}

namespace syzygy {
namespace {

const Theme* current = nullptr;
ThemeMode current_mode = ThemeMode::light;

// The colours by the names that the style sheet uses.
constexpr std::pair<const char*, QColor Theme::*> style_colors[] = {
    {"@window", &Theme::window}, {"@panel", &Theme::panel},   {"@field", &Theme::field},
    {"@border", &Theme::border}, {"@accent", &Theme::accent}, {"@text", &Theme::text},
    {"@muted", &Theme::muted},   {"@on_accent", &Theme::on_accent}};

/// Fusion, with what it has no palette entry for.
class StudioStyle : public QProxyStyle {
public:
    StudioStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override
    {
        // Four tabs have room side by side below a window of 1280 pixels.
        return metric == PM_TabBarTabHSpace ? 14 : QProxyStyle::pixelMetric(metric, option, widget);
    }
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override
    {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        // Its own outline is darker than the panel: on a dark one, boxes would not be seen.
        if (element != PE_IndicatorCheckBox || !theme().dark) return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(option->state & State_Enabled ? theme().muted : theme().border);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
    }
};

// What was there before the first theme: where no portal answers, the desktop's palette says light or dark.
bool platform_is_dark()
{
    static const bool dark = QGuiApplication::palette().color(QPalette::Window).lightnessF() < 0.5F;
    return dark;
}

QPalette make_palette(const Theme& theme)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, const QColor& color, const QColor& disabled) {
        palette.setColor(QPalette::All, role, color);
        palette.setColor(QPalette::Disabled, role, disabled);
    };
    set(QPalette::Window, theme.panel, theme.panel);
    set(QPalette::WindowText, theme.text, theme.disabled);
    set(QPalette::Base, theme.field, theme.panel);
    set(QPalette::AlternateBase, theme.panel, theme.panel);
    set(QPalette::Text, theme.text, theme.disabled);
    set(QPalette::PlaceholderText, theme.muted, theme.disabled);
    set(QPalette::Button, theme.dark ? theme.panel.lighter(125) : theme.panel, theme.panel);
    set(QPalette::ButtonText, theme.text, theme.disabled);
    set(QPalette::BrightText, theme.error, theme.error);
    set(QPalette::Highlight, theme.accent, theme.border);
    set(QPalette::HighlightedText, theme.on_accent, theme.text);
    set(QPalette::Link, theme.accent, theme.disabled);
    set(QPalette::LinkVisited, theme.accent, theme.disabled);
    set(QPalette::ToolTipBase, theme.field, theme.field);
    set(QPalette::ToolTipText, theme.text, theme.text);
    set(QPalette::Light, theme.dark ? theme.border : theme.field, theme.border);
    set(QPalette::Midlight, theme.border, theme.border);
    set(QPalette::Mid, theme.border.darker(115), theme.border);
    set(QPalette::Dark, theme.border.darker(140), theme.border);
    set(QPalette::Shadow, theme.dark ? theme.window.darker(150) : theme.border.darker(200), theme.border);
    return palette;
}

QString style_sheet(const Theme& theme)
{
    QFile file(QStringLiteral(":/themes/studio.qss"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QString sheet = QString::fromUtf8(file.readAll());
    for (const auto& [name, color] : style_colors) sheet.replace(QLatin1String(name), (theme.*color).name());
    return sheet;
}

void apply(const Theme& theme)
{
    if (&theme == current) return;
    const bool first = current == nullptr;
    current = &theme;
    if (first) QApplication::setStyle(new StudioStyle);
    QApplication::setPalette(make_palette(theme));
    qApp->setStyleSheet(style_sheet(theme));
    Q_EMIT theme_notifier().changed();
}

void apply_desktop_scheme()
{
    static auto* scheme = [] {
        auto* made = new DesktopScheme(qApp);
        QObject::connect(made, &DesktopScheme::changed, made, [] {
            if (current_mode == ThemeMode::system) apply_desktop_scheme();
        });
        return made;
    }();
    apply(scheme->prefers_dark().value_or(platform_is_dark()) ? dark_theme() : light_theme());
}

}  // namespace

const Theme& theme()
{
    return current ? *current : light_theme();
}

ThemeNotifier& theme_notifier()
{
    static ThemeNotifier notifier;
    return notifier;
}

void set_theme_mode(ThemeMode mode)
{
    load_resources();
    platform_is_dark();
    current_mode = mode;
    if (mode == ThemeMode::system)
        apply_desktop_scheme();
    else
        apply(mode == ThemeMode::dark ? dark_theme() : light_theme());
}

ThemeMode theme_mode()
{
    return current_mode;
}

QIcon theme_icon(std::string_view name)
{
    load_resources();
    const QString file = QStringLiteral(":/icons/") +
                         QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) + QStringLiteral(".svg");
    return QIcon(new SvgIconEngine(file));
}

QFont number_font()
{
    const QFont font = QApplication::font();
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - width) < 0.01) continue;
        QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        fixed.setPointSizeF(font.pointSizeF());
        return fixed;
    }
    return font;
}

}  // namespace syzygy
