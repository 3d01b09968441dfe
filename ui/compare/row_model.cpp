#include "ui/compare/row_model.hpp"

#include "ui/base/text.hpp"
#include "ui/compare/method_style.hpp"

#include <algorithm>
#include <numeric>

namespace syzygy {

void RowModel::set_result(std::shared_ptr<const CompareResult> result)
{
    beginResetModel();
    result_ = std::move(result);
    choose_columns();
    order_rows();
    endResetModel();
}

int RowModel::row_of(int shown) const
{
    return shown >= 0 && shown < std::ssize(order_) ? static_cast<int>(order_[static_cast<std::size_t>(shown)]) : -1;
}

int RowModel::shown_of(std::size_t row) const
{
    const auto found = std::find(order_.begin(), order_.end(), row);
    return found == order_.end() ? -1 : static_cast<int>(found - order_.begin());
}

int RowModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(order_.size());
}

int RowModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant RowModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !result_) return {};
    const CompareRow& row = result_->rows[order_[static_cast<std::size_t>(index.row())]];
    const CompareColumn& column = this->column(index.column());
    switch (role) {
    case Qt::DisplayRole: return text_of(column.text(row, false));
    case Qt::DecorationRole:
        if (index.column() == 0) return method_swatch(row.run.gradient, {24, 14}, 2);
        return {};
    case Qt::ToolTipRole:
        if (!row.refused.empty()) return text_of(row.refused);
        if (!row.gradient.outcome.ok()) return text_of(row.gradient.outcome.reason);
        return text_of(column.help);
    case Qt::TextAlignmentRole: {
        bool number = false;
        text_of(column.text(row, true)).toDouble(&number);
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft)));
    }
    default: return {};
    }
}

QVariant RowModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const CompareColumn& column = this->column(section);
    if (role == Qt::DisplayRole)
        return column.unit.empty() ? text_of(column.label)
                                   : QString("%1 [%2]").arg(text_of(column.label), text_of(column.unit));
    if (role == Qt::ToolTipRole) return text_of(column.help);
    return {};
}

void RowModel::sort(int column, Qt::SortOrder order)
{
    sorted_by_ = column;
    direction_ = order;
    beginResetModel();
    order_rows();
    endResetModel();
}

void RowModel::choose_columns()
{
    columns_.clear();
    for (const CompareColumn& column : compare_columns()) {
        const auto has_some = [&](const CompareRow& row) { return !column.text(row, false).empty(); };
        if (column.brief && result_ && std::any_of(result_->rows.begin(), result_->rows.end(), has_some))
            columns_.push_back(&column);
    }
}

void RowModel::order_rows()
{
    order_.resize(result_ ? result_->rows.size() : 0);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (sorted_by_ < 0 || sorted_by_ >= columnCount()) return;
    const CompareColumn& column = this->column(sorted_by_);
    // Numbers by their size before what has none; texts as texts.
    struct Key {
        double number = NAN;
        QString text;
    };
    std::vector<Key> keys;
    for (const CompareRow& row : result_->rows) {
        Key key{NAN, text_of(column.text(row, true))};
        bool number = false;
        const double value = key.text.toDouble(&number);
        if (number) key.number = value;
        keys.push_back(std::move(key));
    }
    const auto less = [&](const Key& a, const Key& b) {
        if (std::isnan(a.number) != std::isnan(b.number)) return std::isnan(b.number);
        return std::isnan(a.number) ? a.text < b.text : a.number < b.number;
    };
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
        return direction_ == Qt::AscendingOrder ? less(keys[a], keys[b]) : less(keys[b], keys[a]);
    });
}

}  // namespace syzygy
