#include "ui/base/text.hpp"
#include "ui/compare/compare_session.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/compare/look_note.hpp"
#include "ui/compare/method_style.hpp"
#include "ui/compare/row_model.hpp"
#include "ui/compare/veil.hpp"
#include "ui/theme/theme.hpp"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QPainter>
#include <QTableView>
#include <QVBoxLayout>

namespace syzygy {
namespace {

constexpr auto nothing_yet =
    "Every run with its error, seconds, evaluations, bytes and depth.\nChoose gradient methods at the left and press "
    "Run "
    "(Shift+F5).";

/// All rows and columns of a comparison; the row that is chosen is the run that the other views show.
class CompareTableView : public View {
public:
    CompareTableView(const ViewContext& context, QWidget* parent)
        : View(parent), compare_(*context.compare), model_(new RowModel(this)), table_(new QTableView(this))
    {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        column->addWidget(table_, 1);
        column->addWidget(new LookNote(compare_, "compare-table", this));
        table_->setModel(model_);
        table_->setSelectionBehavior(QAbstractItemView::SelectRows);
        table_->setSelectionMode(QAbstractItemView::SingleSelection);
        table_->setFrameShape(QFrame::NoFrame);
        table_->setWordWrap(false);
        table_->setShowGrid(false);
        table_->setAlternatingRowColors(true);
        table_->setCornerButtonEnabled(false);
        table_->setIconSize({24, 14});
        table_->verticalHeader()->hide();
        table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
        table_->horizontalHeader()->setHighlightSections(false);
        table_->horizontalHeader()->setSortIndicatorShown(true);
        table_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
        table_->setSortingEnabled(true);
        table_->setContextMenuPolicy(Qt::ActionsContextMenu);
        auto* copy_action = new QAction(tr("Copy as &Markdown"), table_);
        copy_action->setShortcut(QKeySequence::Copy);
        copy_action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(copy_action, &QAction::triggered, this, [this] {
            if (compare_.result()) QApplication::clipboard()->setText(text_of(compare_markdown(*compare_.result())));
        });
        table_->addAction(copy_action);
        connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
                [this](const QModelIndex& now) {
                    if (!follows_ && now.isValid() && model_->row_of(now.row()) >= 0)
                        compare_.select(static_cast<std::size_t>(model_->row_of(now.row())));
                });
        connect(model_, &QAbstractItemModel::modelReset, this, &CompareTableView::show_selected);
        connect(&compare_, &CompareSession::rows_changed, this, &CompareTableView::take_rows);
        connect(&compare_, &CompareSession::selected_changed, this, &CompareTableView::show_selected);
        connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { table_->viewport()->update(); });
        take_rows();
        new CompareVeil(compare_, *table_);
    }

    bool empty() const override { return !compare_.selected(); }
    void reset_view() override { table_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder); }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [result = compare_.result()] { return compare_csv(*result); };
    }

    void render_to(QPaintDevice& device, QSize size) override
    {
        QPainter painter(&device);
        painter.fillRect(QRect(QPoint(0, 0), size), theme().plot);
        if (empty()) {
            painter.setPen(theme().muted);
            painter.drawText(QRect(QPoint(0, 0), size).adjusted(12, 8, -12, -8), Qt::AlignCenter | Qt::TextWordWrap,
                             nothing_yet);
            return;
        }
        painter.save();
        draw(painter, size);
        painter.restore();
        if (!compare_.outdated().isEmpty())
            draw_veil(painter, QRectF(QPointF(0, 0), size), font(), compare_.outdated());
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), theme().plot);
        if (!empty()) return;
        painter.setPen(theme().muted);
        painter.drawText(rect().adjusted(12, 8, -12, -8), Qt::AlignCenter | Qt::TextWordWrap, nothing_yet);
    }

private:
    void take_rows()
    {
        table_->setVisible(!empty());
        model_->set_result(compare_.result());
        if (!empty()) table_->resizeColumnsToContents();
        update();
    }

    void show_selected()
    {
        const int shown = model_->shown_of(compare_.selected_index());
        if (empty() || shown < 0) return;
        follows_ = true;
        table_->selectRow(shown);
        table_->scrollTo(model_->index(shown, 0));
        follows_ = false;
    }

    /// All of it, made smaller where it is too much for the page.
    void draw(QPainter& painter, QSize size) const
    {
        const int rows = model_->rowCount(), columns = model_->columnCount();
        const QFontMetricsF metrics(font(), painter.device());
        const double line = metrics.height() + 5, gap = 14;
        const auto text = [&](int row, int column) {
            return model_->data(model_->index(row, column), Qt::DisplayRole).toString();
        };
        const auto title = [&](int column) {
            return model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        };
        std::vector<double> widths;
        double width = gap;
        for (int c = 0; c < columns; ++c) {
            double widest = metrics.horizontalAdvance(title(c));
            for (int r = 0; r < rows; ++r) widest = std::max(widest, metrics.horizontalAdvance(text(r, c)));
            widths.push_back(widest + 2);
            width += widest + 2 + gap;
        }
        const double scale = std::min({1.0, size.width() / width, size.height() / (line * (rows + 1) + 8)});
        painter.setFont(font());
        painter.scale(scale, scale);
        for (int r = -1; r < rows; ++r) {
            const double y = 4 + (r + 1) * line;
            if (r >= 0 && r % 2 == 1) painter.fillRect(QRectF(0, y, size.width() / scale, line), theme().panel);
            double x = gap;
            for (int c = 0; c < columns; ++c) {
                const auto align = static_cast<Qt::AlignmentFlag>(
                    model_->data(model_->index(std::max(r, 0), c), Qt::TextAlignmentRole).toInt());
                painter.setPen(r < 0 ? theme().muted : theme().text);
                if (r >= 0 && c == 0)
                    painter.setPen(
                        method_style(compare_.result()->rows[static_cast<std::size_t>(model_->row_of(r))].run.gradient)
                            .colour);
                painter.drawText(QRectF(x, y, widths[static_cast<std::size_t>(c)], line), align | Qt::TextSingleLine,
                                 r < 0 ? title(c) : text(r, c));
                x += widths[static_cast<std::size_t>(c)] + gap;
            }
        }
        painter.setPen(QPen(theme().border, 1));
        painter.drawLine(QLineF(0, 4 + line, size.width() / scale, 4 + line));
    }

    CompareSession& compare_;
    RowModel* model_;
    QTableView* table_;
    bool follows_ = false;  ///< the selection comes from elsewhere
};

}  // namespace

View* make_compare_table_view(const ViewContext& context, QWidget* parent)
{
    return new CompareTableView(context, parent);
}

}  // namespace syzygy
