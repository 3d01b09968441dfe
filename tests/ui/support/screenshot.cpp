#include "tests/ui/support/screenshot.hpp"

#include "tests/ui/support/input.hpp"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QFontMetrics>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScreen>
#include <QScrollArea>
#include <QStyle>
#include <QStyleOptionButton>
#include <QStyleOptionComboBox>
#include <QStyleOptionSpinBox>
#include <QTabBar>
#include <QToolButton>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace syzygy::testing {
namespace {

QString without_mnemonic(QString text)
{
    text.replace(QLatin1String("&&"), QLatin1String("\x01"));
    text.remove(QLatin1Char('&'));
    return text.replace(QLatin1Char('\x01'), QLatin1Char('&'));
}

int width_of(const QWidget& widget, const QString& text)
{
    const QFontMetrics metrics(widget.font());
    int width = 0;
    for (const QString& line : text.split(QLatin1Char('\n'))) width = std::max(width, metrics.horizontalAdvance(line));
    return width;
}

/// What a widget shows, and how much wider that is than its place.
struct Excess {
    QString text;
    int width = 0, height = 0;
};

Excess excess(const QLabel& label)
{
    if (label.text().isEmpty() || !label.pixmap(Qt::ReturnByValue).isNull()) return {};
    Excess result{label.text(), 0, 0};
    if (label.wordWrap())
        result.height = label.heightForWidth(label.width()) - label.height();
    else
        result = {label.text(), label.sizeHint().width() - label.width(), label.sizeHint().height() - label.height()};
    return result;
}

Excess excess(const QAbstractButton& button)
{
    const QString text = without_mnemonic(button.text());
    if (text.isEmpty()) return {};
    const int icon = button.icon().isNull() ? 0 : button.iconSize().width() + 4;
    if (const auto* tool = qobject_cast<const QToolButton*>(&button)) {
        const Qt::ToolButtonStyle style = tool->toolButtonStyle();
        if (style == Qt::ToolButtonIconOnly && !button.icon().isNull()) return {};
        const int beside = style == Qt::ToolButtonTextBesideIcon ? icon : 0;
        const int arrow = tool->popupMode() == QToolButton::MenuButtonPopup ? 16 : 0;
        return {text, width_of(button, text) + beside + arrow - (button.width() - 4), 0};
    }
    QStyleOptionButton option;
    option.initFrom(&button);
    option.text = button.text();
    option.icon = button.icon();
    option.iconSize = button.iconSize();
    auto element = QStyle::SE_PushButtonContents;
    if (qobject_cast<const QCheckBox*>(&button)) element = QStyle::SE_CheckBoxContents;
    if (qobject_cast<const QRadioButton*>(&button)) element = QStyle::SE_RadioButtonContents;
    const QRect place = button.style()->subElementRect(element, &option, &button);
    return {text, width_of(button, text) + icon - place.width(),
            QFontMetrics(button.font()).height() - button.height()};
}

Excess excess(const QComboBox& combo)
{
    QStyleOptionComboBox option;
    option.initFrom(&combo);
    option.editable = combo.isEditable();
    const QRect place =
        combo.style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, &combo);
    const QString text = combo.isEditable() ? combo.lineEdit()->text() : combo.currentText();
    return {text, width_of(combo, text) - place.width(), QFontMetrics(combo.font()).height() - combo.height()};
}

Excess excess(const QAbstractSpinBox& spin)
{
    QStyleOptionSpinBox option;
    option.initFrom(&spin);
    option.buttonSymbols = spin.buttonSymbols();
    option.frame = spin.hasFrame();
    option.subControls = QStyle::SC_SpinBoxEditField;
    const QRect place = spin.style()->subControlRect(QStyle::CC_SpinBox, &option, QStyle::SC_SpinBoxEditField, &spin);
    return {spin.text(), width_of(spin, spin.text()) - place.width(),
            QFontMetrics(spin.font()).height() - spin.height()};
}

Excess excess(const QDockWidget& dock)
{
    if (dock.titleBarWidget()) return {};
    int buttons = 0;
    for (const auto* button : dock.findChildren<QAbstractButton*>(Qt::FindDirectChildrenOnly))
        if (button->isVisible()) buttons += button->width();
    return {dock.windowTitle(), width_of(dock, dock.windowTitle()) + buttons - dock.width(), 0};
}

Excess excess(const QTabBar& bar)
{
    Excess worst;
    for (int k = 0; k < bar.count(); ++k) {
        const QString text = without_mnemonic(bar.tabText(k));
        const int over = width_of(bar, text) - (bar.tabRect(k).width() - 8);
        // Qt gives tabs of docks their own text as tooltip: no excuse.
        if (over > worst.width) worst = {text, over, 0};
    }
    return worst;
}

Excess excess(const QHeaderView& header)
{
    Excess worst;
    if (header.orientation() != Qt::Horizontal || !header.model()) return worst;
    for (int k = 0; k < header.count(); ++k) {
        if (header.isSectionHidden(k)) continue;
        const QString text = header.model()->headerData(k, Qt::Horizontal).toString();
        const int over = width_of(header, text) + 4 - header.sectionSize(k);
        if (over > worst.width && header.model()->headerData(k, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty())
            worst = {text, over, 0};
    }
    return worst;
}

Excess excess_of(const QWidget& widget)
{
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) return excess(*label);
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) return excess(*button);
    if (const auto* combo = qobject_cast<const QComboBox*>(&widget)) return excess(*combo);
    if (const auto* spin = qobject_cast<const QAbstractSpinBox*>(&widget)) return excess(*spin);
    if (const auto* dock = qobject_cast<const QDockWidget*>(&widget)) return excess(*dock);
    if (const auto* bar = qobject_cast<const QTabBar*>(&widget)) return excess(*bar);
    if (const auto* header = qobject_cast<const QHeaderView*>(&widget)) return excess(*header);
    if (const auto* box = qobject_cast<const QGroupBox*>(&widget))
        return {box->title(), width_of(*box, without_mnemonic(box->title())) - box->width(), 0};
    return {};
}

// Inside of something that scrolls, to lie outside of the parent is no fault.
bool is_scrolled(const QWidget& widget)
{
    for (const QWidget* parent = widget.parentWidget(); parent; parent = parent->parentWidget())
        if (qobject_cast<const QAbstractScrollArea*>(parent) || qobject_cast<const QTabBar*>(parent)) return true;
    return false;
}

// Docks behind another one's tab are shown as far as Qt is concerned, but lie outside of the window.
bool is_behind_a_tab(const QWidget& widget)
{
    for (const QWidget* part = &widget; part; part = part->parentWidget())
        if (qobject_cast<const QDockWidget*>(part) && !part->window()->rect().intersects(part->geometry())) return true;
    return false;
}

std::string name_of(const QWidget& widget)
{
    return fmt::format("{} '{}'", widget.metaObject()->className(), widget.objectName().toStdString());
}

// Of colours without a hue, all three parts are about equal.
bool is_colorful(QRgb color)
{
    const auto [low, high] = std::minmax({qRed(color), qGreen(color), qBlue(color)});
    return high - low > 60;
}

}  // namespace

bool is_in_sight(const QWidget& widget)
{
    return widget.isVisible() && !is_behind_a_tab(widget);
}

QImage screenshot(QWidget& window, const QString& name)
{
    window.raise();
    wait(std::chrono::milliseconds(60));
    const QImage image = window.screen()->grabWindow(window.winId()).toImage().convertToFormat(QImage::Format_RGB32);
    const char* named = std::getenv("SYZYGY_SCREENSHOTS");
    const QString folder = QString::fromUtf8(named ? named : SYZYGY_SCREENSHOT_FOLDER);
    QDir().mkpath(folder);
    image.save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
    return image;
}

std::vector<std::string> clipped_texts(QWidget& root)
{
    std::vector<std::string> found;
    for (QWidget* widget : root.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != root.window() || is_behind_a_tab(*widget)) continue;
        const Excess over = excess_of(*widget);
        // One pixel is rounding.
        if ((over.width > 1 || over.height > 1) && widget->toolTip().isEmpty())
            found.push_back(fmt::format("{}: \"{}\" is {} pixels too wide and {} too high for {} x {}",
                                        name_of(*widget), over.text.toStdString(), std::max(over.width, 0),
                                        std::max(over.height, 0), widget->width(), widget->height()));
        const QWidget* parent = widget->parentWidget();
        if (!over.text.isEmpty() && parent && !widget->isWindow() && !is_scrolled(*widget) &&
            !parent->rect().contains(widget->geometry()))
            found.push_back(fmt::format("{}: \"{}\" sticks out of {}", name_of(*widget), over.text.toStdString(),
                                        name_of(*parent)));
    }
    return found;
}

int colorful_pixels(const QImage& image, const QRect& place)
{
    const QRect inside = place.intersected(image.rect());
    int count = 0;
    for (int y = inside.top(); y <= inside.bottom(); ++y)
        for (int x = inside.left(); x <= inside.right(); ++x) count += is_colorful(image.pixel(x, y));
    return count;
}

QRect place_in(const QImage& image, const QWidget& widget)
{
    const double scale = static_cast<double>(image.width()) / widget.window()->width();
    const QPoint corner = widget.mapTo(widget.window(), QPoint(0, 0));
    return {(QPointF(corner) * scale).toPoint(), (QSizeF(widget.size()) * scale).toSize()};
}

int changed_pixels(const QImage& before, const QImage& after)
{
    if (before.size() != after.size())
        return std::max(before.width() * before.height(), after.width() * after.height());
    int count = 0;
    for (int y = 0; y < before.height(); ++y)
        for (int x = 0; x < before.width(); ++x) count += before.pixel(x, y) != after.pixel(x, y);
    return count;
}

}  // namespace syzygy::testing
