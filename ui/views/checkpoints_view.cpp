#include "ui/base/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/tickers.hpp"
#include "ui/views/time_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// The states that the forward pass keeps for the backward one: beads along time, coloured by the step that begins
/// at each, and the bytes they add up to.
class CheckpointsView : public TimePlotView {
public:
    CheckpointsView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
    {
        strip_ = add_time_rect(0);
        strip_->setMinimumSize(20, 22);
        strip_->setMaximumSize(QWIDGETSIZE_MAX, 22);
        vertical(strip_)->setTickLabels(false);
        vertical(strip_)->setTicks(false);
        vertical(strip_)->grid()->setVisible(false);
        vertical(strip_)->setRange(-1, 1);
        add_painted(
            QStringLiteral("main"), [this](QCPPainter& painter) { draw_beads(painter); }, strip_);
        add_painted(
            QStringLiteral("cursor"), [this](QCPPainter& painter) { draw_lit(painter); }, strip_);
        sum_rect_ = add_time_rect();
        sum_ = add_graph(sum_rect_, QCPGraph::lsStepLeft);
    }

    bool empty() const override { return TimePlotView::empty() || solution()->gradient.checkpoint_bytes == 0; }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), data = session().picture()->observations] {
            std::string text = table_head(*s, *data, "checkpoints");
            text += fmt::format(
                "# t and the size h of the step that begins there in {}; bytes kept up to there\nt,h,bytes\n",
                unit_or_one(data->units.time_label()));
            for (std::size_t i = 0; i < s->window.times().size(); ++i)
                fmt::format_to(std::back_inserter(text), "{},{},{}\n", s->data->absolute(s->window.times()[i]),
                               step_at(*s, i), (i + 1) * s->bytes_per_checkpoint());
            return text;
        };
    }

protected:
    void take_colours() override
    {
        sum_->setPen(QPen(theme().accent, 1.5));
        sum_->setBrush(faded(theme().accent, 0.12));
    }

    void fill() override
    {
        const auto s = solution();
        const auto& times = s->window.times();
        const double epoch = s->data->epoch;
        const QCPRange range = visible_range();
        const auto time = [&](std::size_t i) { return epoch + times[i]; };
        const double most = static_cast<double>(s->bytes_per_checkpoint() * times.size());
        unit_ = most >= 1e9 ? 1e9 : most >= 1e6 ? 1e6 : most >= 1e3 ? 1e3 : 1;
        const double each = static_cast<double>(s->bytes_per_checkpoint()) / unit_;
        const PlotPoints sum = decimate(times.size(), range.lower, range.upper, columns(), time,
                                        [&](std::size_t i) { return static_cast<double>(i + 1) * each; });
        set_points(sum_, sum);
        fit_vertical(vertical(sum_rect_), 0, most / unit_);
        if (!(vertical(sum_rect_)->range().lower > 0))
            vertical(sum_rect_)->setRangeLower(std::max(0.0, vertical(sum_rect_)->range().lower));
        vertical(strip_)->setRange(-1, 1);
        const std::string unit = unit_ == 1e9 ? "GB" : unit_ == 1e6 ? "MB" : unit_ == 1e3 ? "kB" : "B";
        set_vertical_title(vertical(sum_rect_), {axis_title(tr("bytes kept"), unit), axis_title(tr("kept"), unit)});

        // Beads have a width. Where many would lie upon each other one stands for them, with their mean colour.
        const auto most_beads = static_cast<std::size_t>(std::max(8, columns() / 2));
        beads_.clear();
        const auto [first, last] = indices_within(times.size(), range.lower, range.upper, time);
        std::size_t begin = first;
        for (std::size_t column = 0; column < most_beads && begin < last; ++column) {
            const double border =
                range.lower + range.size() * static_cast<double>(column + 1) / static_cast<double>(most_beads);
            std::size_t end = last - first <= most_beads ? begin + 1 : first_above(begin, last, border, time);
            if (column + 1 == most_beads) end = last;
            if (end == begin) continue;
            double exponents = 0;
            for (std::size_t i = begin; i < end; ++i) exponents += std::log10(step_at(*s, i));
            beads_.add(time(begin + (end - begin) / 2), exponents / static_cast<double>(end - begin));
            begin = end;
        }
        if (coloured_of_ != s) {
            coloured_of_ = s;
            const auto [low, high] = std::minmax_element(s->window.steps().begin(), s->window.steps().end(),
                                                         [](double a, double b) { return std::abs(a) < std::abs(b); });
            lowest_ = std::log10(std::abs(*low));
            highest_ = std::log10(std::abs(*high));
        }
    }

    std::vector<HeadlineEntry> headline() const override
    {
        const auto s = solution();
        const auto& times = s->window.times();
        const auto i =
            index_at(times.size(), timeline().time(), [&](std::size_t k) { return s->data->absolute(times[k]); });
        const std::string unit = symbols().time;
        std::vector<HeadlineEntry> entries{{theme().text,
                                            HeadlineEntry::Mark::none,
                                            tr("%L1 checkpoints, %2")
                                                .arg(times.size())
                                                .arg(bytes_text(static_cast<double>(s->gradient.checkpoint_bytes))),
                                            {}}};
        entries.push_back({theme().sequential(0),
                           HeadlineEntry::Mark::disc,
                           tr("h %1").arg(number_text(std::pow(10, lowest_), unit, 2)),
                           {},
                           {},
                           true});
        entries.push_back({theme().sequential(1),
                           HeadlineEntry::Mark::disc,
                           number_text(std::pow(10, highest_), unit, 2),
                           {},
                           {},
                           true});
        if (i >= 0)
            entries.push_back({theme().cursor,
                               HeadlineEntry::Mark::disc,
                               tr("no. %L1").arg(i + 1),
                               number_text(step_at(*s, static_cast<std::size_t>(i)), unit, 3),
                               {},
                               true});
        return entries;
    }

    PlotHint hint() const override
    {
        const QString what = tr("Checkpoints over time, and the bytes they take");
        if (!TimePlotView::empty())
            return {what, tr("This gradient method keeps none: choose the adaptive checkpoint adjoint (ACA).")};
        return {what, how_to_begin()};
    }

private:
    /// Size of the step that begins at checkpoint i; at the last one, of the step that ends there.
    static double step_at(const Solution& s, std::size_t i)
    {
        return std::abs(s.window.steps()[std::min(i, s.window.steps().size() - 1)]);
    }

    QColor bead_colour(double log_step) const
    {
        return theme().sequential(highest_ > lowest_ ? (log_step - lowest_) / (highest_ - lowest_) : 0.5);
    }

    void draw_beads(QCPPainter& painter)
    {
        if (beads_.size() == 0) return;
        const double y = vertical(strip_)->coordToPixel(0);
        const double spacing = strip_->width() / static_cast<double>(beads_.size());
        const double radius = std::clamp(0.5 * spacing, 1.5, 4.5);
        const bool ticks = spacing < 4;
        painter.setPen(QPen(theme().grid, 1));
        painter.drawLine(QLineF(strip_->left(), y, strip_->right(), y));
        for (std::size_t i = 0; i < beads_.size(); ++i) {
            const double x = horizontal(strip_)->coordToPixel(beads_.x[i]);
            if (x < strip_->left() - 5 || x > strip_->right() + 5) continue;
            const QColor colour = bead_colour(beads_.y[i]);
            if (ticks) {
                painter.setPen(QPen(colour, 1.6));
                painter.drawLine(QLineF(x, y - 7, x, y + 7));
            } else {
                painter.setPen(Qt::NoPen);
                painter.setBrush(colour);
                painter.drawEllipse(QPointF(x, y), radius, radius);
            }
        }
    }

    /// The checkpoint under the cursor: the last one before it.
    void draw_lit(QCPPainter& painter)
    {
        const auto s = solution();
        if (!s || empty()) return;
        const auto& times = s->window.times();
        const auto i =
            index_at(times.size(), timeline().time(), [&](std::size_t k) { return s->data->absolute(times[k]); });
        if (i < 0) return;
        const auto k = static_cast<std::size_t>(i);
        const QPointF at(horizontal(strip_)->coordToPixel(s->data->absolute(times[k])),
                         vertical(strip_)->coordToPixel(0));
        painter.setPen(QPen(theme().cursor, 2));
        painter.setBrush(bead_colour(std::log10(step_at(*s, k))));
        painter.drawEllipse(at, 6, 6);
    }

    QCPAxisRect *strip_, *sum_rect_;
    QCPGraph* sum_;
    PlotPoints beads_;
    std::shared_ptr<const Solution> coloured_of_;
    double lowest_ = 0, highest_ = 1, unit_ = 1;
};

}  // namespace

View* make_checkpoints_view(const ViewContext& context, QWidget* parent)
{
    return new CheckpointsView(context, parent);
}

}  // namespace syzygy
