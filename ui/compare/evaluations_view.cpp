#include "ui/base/text.hpp"
#include "ui/compare/compare_plot_view.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/tickers.hpp"

#include <QHelpEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace syzygy {
namespace {

/// What a gradient run evaluates.
struct Part {
    const char* label;
    const char* id;
    double (*count)(const ComparedGradient& gradient);
};

constexpr std::array<Part, 4> parts{{
    {"forward f", "forward_rhs",
     [](const ComparedGradient& g) { return static_cast<double>(g.forward.rhs_evaluations); }},
    {"backward f", "backward_rhs",
     [](const ComparedGradient& g) { return static_cast<double>(g.backward.rhs_evaluations); }},
    {"vjp", "vjp",
     [](const ComparedGradient& g) {
         return static_cast<double>(g.forward.vjp_evaluations + g.backward.vjp_evaluations);
     }},
    {"jvp", "jvp",
     [](const ComparedGradient& g) {
         return static_cast<double>(g.forward.jvp_evaluations + g.backward.jvp_evaluations);
     }},
}};

constexpr double most_over_median = 8;

double total(const CompareRow& row)
{
    double sum = 0;
    for (const Part& part : parts) sum += part.count(row.gradient);
    return sum;
}

/// What each method evaluates, as a stacked bar.
class EvaluationsView : public ComparePlotView {
public:
    EvaluationsView(const ViewContext& context, QWidget* parent)
        : ComparePlotView(context, parent, nullptr, "compare-evaluations")
    {
        rect_ = add_rect();
        vertical(rect_)->setRangeReversed(true);
        vertical(rect_)->setSubTicks(false);
        vertical(rect_)->grid()->setVisible(false);
        horizontal(rect_)->setTicker(QSharedPointer<ScaledTicker>::create(horizontal(rect_), true));
        add_painted(
            QStringLiteral("main"), [this](QCPPainter& painter) { draw_bars(painter); }, rect_);
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [head = table_head("evaluations"), rows = drawn(), kept = compare().result()] {
            std::string text = head + "gradient";
            for (const Part& part : parts) text += std::string(",") + part.id;
            text += "\n";
            for (const CompareRow* row : rows) {
                text += row->run.gradient;
                for (const Part& part : parts)
                    fmt::format_to(std::back_inserter(text), ",{}", part.count(row->gradient));
                text += "\n";
            }
            return text;
        };
    }

protected:
    bool nothing_to_draw() const override { return drawn().empty(); }

    void fill() override
    {
        const auto rows = drawn();
        auto ticker = QSharedPointer<QCPAxisTickerText>::create();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ticker->addTick(static_cast<double>(i), text_of(rows[i]->run.gradient));
        }
        const double most = longest_shown(rows);
        vertical(rect_)->setTicker(ticker);
        vertical(rect_)->setRange(-0.6, static_cast<double>(rows.size()) - 0.4);
        const AxisScale scale = axis_scale(QCPRange(0, most));
        qSharedPointerCast<ScaledTicker>(horizontal(rect_)->ticker())->set_scale(scale);
        // Room for the number at the end of the longest.
        horizontal(rect_)->setRange(0, 1.22 * std::max(most, 1.0));
        horizontal(rect_)->setLabel(axis_title(tr("evaluations"), "", scale.exponent));
    }

    std::vector<HeadlineEntry> headline() const override
    {
        std::vector<HeadlineEntry> entries;
        for (std::size_t k = 0; k < parts.size(); ++k)
            entries.push_back({colour(k), HeadlineEntry::Mark::square, tr(parts[k].label),
                               QLocale().toString(parts[k].count(selected().gradient), 'f', 0), tr(parts[k].label),
                               false});
        return entries;
    }

    PlotHint hint() const override { return {tr("What each method evaluates, forward and backward"), how_to_begin()}; }

    bool event(QEvent* event) override
    {
        const bool press = event->type() == QEvent::MouseButtonPress, help = event->type() == QEvent::ToolTip;
        if (empty() || (!press && !help)) return ComparePlotView::event(event);
        const auto at =
            press ? static_cast<QMouseEvent*>(event)->position() : QPointF(static_cast<QHelpEvent*>(event)->pos());
        const auto rows = drawn();
        const auto i = std::lround(vertical(rect_)->pixelToCoord(at.y()));
        if (i < 0 || i >= std::ssize(rows) || !rect_->rect().contains(at.toPoint()))
            return ComparePlotView::event(event);
        const CompareRow& row = *rows[static_cast<std::size_t>(i)];
        if (press)
            compare().select(row.run);
        else {
            QString text = text_of(row.run.gradient);
            for (const Part& part : parts)
                text += QStringLiteral("\n%1: %L2").arg(tr(part.label)).arg(part.count(row.gradient), 0, 'f', 0);
            QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text, this);
        }
        return true;
    }

private:
    static QColor colour(std::size_t part) { return theme().sequential(0.08 + 0.28 * static_cast<double>(part)); }

    std::vector<const CompareRow*> drawn() const
    {
        std::vector<const CompareRow*> rows = compare().beside_selected();
        std::erase_if(rows, [](const CompareRow* row) { return !row->refused.empty(); });
        return rows;
    }

    /// A method that takes a hundred times what the others do would leave nothing of theirs: its bar is broken.
    static double longest_shown(const std::vector<const CompareRow*>& rows)
    {
        std::vector<double> totals;
        for (const CompareRow* row : rows) totals.push_back(total(*row));
        std::sort(totals.begin(), totals.end());
        return std::min(totals.back(), most_over_median * totals[totals.size() / 2]);
    }

    /// Two slanted strokes across a bar that goes on.
    void draw_break(QCPPainter& painter, double x, double top, double bottom) const
    {
        painter.setAntialiasing(true);
        painter.setPen(QPen(theme().plot, 3));
        for (const double off : {-12.0, -5.0}) painter.drawLine(QLineF(x + off - 3, bottom + 1, x + off + 3, top - 1));
        painter.setAntialiasing(false);
    }

    void draw_bars(QCPPainter& painter) const
    {
        const auto rows = drawn();
        painter.setAntialiasing(false);
        QFont font = small_font();
        const double longest = longest_shown(rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const CompareRow& row = *rows[i];
            const double middle = static_cast<double>(i), half = 0.36;
            const double top = std::round(vertical(rect_)->coordToPixel(middle - half));
            const double bottom = std::round(vertical(rect_)->coordToPixel(middle + half));
            double from = 0;
            for (std::size_t k = 0; k < parts.size(); ++k) {
                const double to = from + parts[k].count(row.gradient);
                const double left = horizontal(rect_)->coordToPixel(std::min(from, longest));
                const double right = horizontal(rect_)->coordToPixel(std::min(to, longest));
                painter.fillRect(QRectF(QPointF(left, top), QPointF(right, bottom)), colour(k));
                from = to;
            }
            const double end = horizontal(rect_)->coordToPixel(std::min(from, longest));
            if (from > longest) draw_break(painter, end, top, bottom);
            if (is_selected(row)) {
                painter.setPen(QPen(theme().text, 1));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(QRectF(QPointF(horizontal(rect_)->coordToPixel(0), top), QPointF(end, bottom)));
            }
            const double forward = parts[0].count(row.gradient);
            QString text = QLocale().toString(from, 'f', 0);
            if (!row.gradient.outcome.ok())
                text += tr(" (%1)").arg(text_of(to_string(row.gradient.outcome.status)));
            else if (forward > 0)
                text += tr(" (%1×)").arg(from < 100 * forward ? number_text(from / forward, 2)
                                                              : QLocale().toString(from / forward, 'f', 0));
            font.setBold(is_selected(row));
            const QFontMetricsF metrics(font, painter.device());
            if (bottom - top < 0.7 * metrics.height()) continue;
            painter.setFont(font);
            painter.setPen(theme().text);
            // What has no room to the right of its bar stands at the edge.
            const double width = metrics.horizontalAdvance(text);
            const double x = std::min(end + 5, rect_->right() - width - 3);
            if (x < end + 5) painter.fillRect(QRectF(x - 4, top, width + 7, bottom - top), theme().plot);
            painter.drawText(QPointF(x, (top + bottom) / 2 + metrics.ascent() / 2 - 1), text);
        }
    }

    QCPAxisRect* rect_;
};

}  // namespace

View* make_compare_evaluations_view(const ViewContext& context, QWidget* parent)
{
    return new EvaluationsView(context, parent);
}

}  // namespace syzygy
