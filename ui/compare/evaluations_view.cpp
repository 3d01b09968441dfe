#include "ui/base/text.hpp"
#include "ui/compare/bar_break.hpp"
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

/// Pixels between a bar and its number.
constexpr double text_gap = 5;

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
        horizontal(rect_)->setRange(0, range_with_room(rows, most));
        const QFontMetricsF metrics(small_font());
        const bool explained =
            std::any_of(rows.begin(), rows.end(), [](const CompareRow* row) { return over_forward(*row) > 0; });
        QString title;
        for (const QString& choice : {tr("evaluations (in brackets: times the forward solve's)"),
                                      tr("evaluations (×: over forward's)"), tr("evaluations")}) {
            title = axis_title(choice, "", scale.exponent);
            if (explained && metrics.horizontalAdvance(title) < rect_->width()) break;
        }
        horizontal(rect_)->setLabel(title);
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
            text += tr("\nin all: %L1").arg(total(row), 0, 'f', 0);
            if (const double times = over_forward(row); times > 0)
                text += tr(", %1 times those of its forward solve").arg(times_text(times));
            if (!row.gradient.outcome.ok()) text += tr("\nended early: %1").arg(text_of(row.gradient.outcome.reason));
            if (total(row) > longest_shown(rows))
                text += tr("\nThe bar is cut: it would be %1 times as long.")
                            .arg(times_text(total(row) / longest_shown(rows)));
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

    /// All evaluations over those of the row's own forward solve; 0 of a run that did not end.
    static double over_forward(const CompareRow& row)
    {
        const double forward = parts[0].count(row.gradient);
        return row.gradient.outcome.ok() && forward > 0 ? total(row) / forward : 0;
    }
    static QString times_text(double times)
    {
        return times < 100 ? number_text(times, 2) : QLocale().toString(times, 'f', 0);
    }

    /// What stands at the end of a bar, the longest first; the last is the number alone.
    static std::vector<QString> texts_of(const CompareRow& row)
    {
        const QString number = QLocale().toString(total(row), 'f', 0);
        std::vector<QString> texts{number};
        if (const double times = over_forward(row); times > 0)
            texts.insert(texts.begin(), tr("%1 (%2×)").arg(number, times_text(times)));
        else if (!row.gradient.outcome.ok())
            texts.insert(texts.begin(), tr("%1 (%2)").arg(number, text_of(to_string(row.gradient.outcome.status))));
        return texts;
    }
    /// The first of them that takes no more than `room` pixels, else the last.
    static QString text_of_bar(const CompareRow& row, const QFontMetricsF& metrics, double room)
    {
        const std::vector<QString> texts = texts_of(row);
        for (const QString& text : texts)
            if (metrics.horizontalAdvance(text) <= room) return text;
        return texts.back();
    }
    QFontMetricsF metrics_of(const CompareRow& row) const
    {
        QFont font = small_font();
        font.setBold(is_selected(row));
        return QFontMetricsF(font);
    }

    /// The upper end of the axis at which each number has room beside its bar.
    double range_with_room(const std::vector<const CompareRow*>& rows, double longest) const
    {
        const double width = std::max(rect_->width(), 40);
        double upper = std::max(longest, 1.0);
        for (const CompareRow* row : rows) {
            const QFontMetricsF metrics = metrics_of(*row);
            const double text =
                std::min(metrics.horizontalAdvance(text_of_bar(*row, metrics, width / 2)) + text_gap + 4, 0.8 * width);
            upper = std::max(upper, std::min(total(*row), longest) * width / (width - text));
        }
        return upper;
    }

    void draw_bars(QCPPainter& painter) const
    {
        const auto rows = drawn();
        painter.setAntialiasing(false);
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
            if (is_selected(row)) {
                painter.setPen(QPen(theme().text, 1));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(QRectF(QPointF(horizontal(rect_)->coordToPixel(0), top), QPointF(end, bottom)));
            }
            if (from > longest) draw_bar_break(painter, {end, (top + bottom) / 2}, {1, 0}, bottom - top);
            QFont font = small_font();
            font.setBold(is_selected(row));
            const QFontMetricsF metrics(font, painter.device());
            if (bottom - top < 0.7 * metrics.height()) continue;
            painter.setFont(font);
            painter.setPen(theme().text);
            const double room = std::max(0.0, rect_->right() - end - text_gap);
            const QString text = metrics.elidedText(text_of_bar(row, metrics, room), Qt::ElideRight, room);
            painter.drawText(QPointF(end + text_gap, (top + bottom) / 2 + metrics.ascent() / 2 - 1), text);
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
