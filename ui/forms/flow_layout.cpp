#include "ui/forms/flow_layout.hpp"

#include <algorithm>

namespace syzygy {

FlowLayout::FlowLayout(QWidget* parent, int spacing) : QLayout(parent)
{
    setContentsMargins(0, 0, 0, 0);
    setSpacing(spacing);
}

FlowLayout::~FlowLayout() = default;

void FlowLayout::addItem(QLayoutItem* item)
{
    items_.emplace_back(item);
}

QLayoutItem* FlowLayout::itemAt(int index) const
{
    return index >= 0 && index < count() ? items_[static_cast<std::size_t>(index)].get() : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index)
{
    if (index < 0 || index >= count()) return nullptr;
    QLayoutItem* const item = items_[static_cast<std::size_t>(index)].release();
    items_.erase(items_.begin() + index);
    return item;
}

int FlowLayout::heightForWidth(int width) const
{
    return arrange(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::sizeHint() const
{
    QSize size;
    for (const auto& item : items_) {
        const QSize own = item->sizeHint();
        size =
            QSize(size.width() + own.width() + (size.isEmpty() ? 0 : spacing()), std::max(size.height(), own.height()));
    }
    return size;
}

QSize FlowLayout::minimumSize() const
{
    int height = 0;
    for (const auto& item : items_) height = std::max(height, item->minimumSize().height());
    return {0, height};
}

void FlowLayout::setGeometry(const QRect& rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect& rect, bool move) const
{
    int x = rect.left(), y = rect.top(), line = 0;
    for (const auto& item : items_) {
        if (item->isEmpty()) continue;
        const QSize wanted(std::min(item->sizeHint().width(), rect.width()), item->sizeHint().height());
        if (x > rect.left() && x + wanted.width() > rect.left() + rect.width()) {
            x = rect.left();
            y += line + spacing();
            line = 0;
        }
        if (move) item->setGeometry(QRect(QPoint(x, y), wanted));
        x += wanted.width() + spacing();
        line = std::max(line, wanted.height());
    }
    return y + line - rect.top();
}

}  // namespace syzygy
