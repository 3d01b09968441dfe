#pragma once

#include "physics/compare/comparison.hpp"

#include <QAbstractTableModel>

#include <memory>

namespace syzygy {

/// The rows of a comparison as a table: of the columns that there are everywhere (compare_columns) the brief ones,
/// where some row has something in them. Sorts by number where a column has them.
class RowModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void set_result(std::shared_ptr<const CompareResult> result);
    /// The row of the comparison that stands in row `shown`, and the other way round; -1 where there is none.
    int row_of(int shown) const;
    int shown_of(std::size_t row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void choose_columns();
    void order_rows();

    const CompareColumn& column(int shown) const { return *columns_[static_cast<std::size_t>(shown)]; }

    std::shared_ptr<const CompareResult> result_;
    std::vector<const CompareColumn*> columns_;
    std::vector<std::size_t> order_;
    int sorted_by_ = -1;
    Qt::SortOrder direction_ = Qt::AscendingOrder;
};

}  // namespace syzygy
