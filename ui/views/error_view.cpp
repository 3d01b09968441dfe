#include "ui/views/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/step_series.hpp"
#include "ui/views/time_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// The solver's estimate of each step's error in units of what is allowed: a step above one is rejected.
class ErrorView : public TimePlotView {
public:
    ErrorView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
    {
        rect_ = add_time_rect();
        set_logarithmic(vertical(rect_), true);
        accepted_ = add_graph(rect_, QCPGraph::lsStepLeft);
        rejected_ = add_graph(rect_, QCPGraph::lsNone);
        add_painted(
            QStringLiteral("main"),
            [this](QCPPainter& painter) {
                const double y = vertical(rect_)->coordToPixel(1);
                painter.setPen(QPen(theme().text, 1, Qt::DashLine));
                painter.drawLine(QLineF(rect_->left(), y, rect_->right(), y));
            },
            rect_);
    }

    bool empty() const override { return TimePlotView::empty() || is_fixed(); }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), data = session().picture()->observations] {
            const StepSeries steps(*s);
            std::string text = table_head(*s, *data, "error estimates of the accepted steps");
            text += fmt::format("# t: begin of the step, in {}; error in units of the tolerance\nt,error\n",
                                unit_or_one(data->units.time_label()));
            for (std::size_t i = 0; i < steps.size(); ++i)
                fmt::format_to(std::back_inserter(text), "{},{}\n", steps.time(i), steps.error_ratio(i));
            return text;
        };
    }

protected:
    void take_colours() override
    {
        accepted_->setPen(QPen(theme().accepted, 1.4));
        rejected_->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssCross, QPen(theme().rejected, 1.6), Qt::NoBrush, 7));
    }

    void fill() override
    {
        const auto s = solution();
        const StepSeries steps(*s);
        const QCPRange range = visible_range();
        const auto ratio = [&](std::size_t i) { return positive(steps.error_ratio(std::min(i, steps.size() - 1))); };
        const PlotPoints taken = decimate(
            steps.size() + 1, range.lower, range.upper, columns(), [&](std::size_t i) { return steps.time(i); }, ratio);
        const PlotPoints tried = decimate(
            steps.rejected(), range.lower, range.upper, columns() / 4,
            [&](std::size_t i) { return steps.rejected(i).t; },
            [&](std::size_t i) { return positive(steps.rejected(i).error_ratio); });
        set_points(accepted_, taken);
        set_points(rejected_, tried);
        const bool few = static_cast<int>(taken.size()) * 7 < columns();
        accepted_->setScatterStyle(few ? QCPScatterStyle(QCPScatterStyle::ssDisc, theme().accepted, 4)
                                       : QCPScatterStyle());
        // One lucky step of a tiny error must not flatten all others.
        const double highest = std::max({taken.highest, tried.highest, 1.0});
        fit_vertical(vertical(rect_), std::max(std::min(taken.lowest, 0.3), 1e-3), std::min(highest, 1e6) * 1.3);
        set_vertical_title(vertical(rect_), {tr("error / tolerance"), tr("err / tol")});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        const auto s = solution();
        const StepSeries steps(*s);
        const auto i = index_at(steps.size(), timeline().time(), [&](std::size_t k) { return steps.time(k); });
        QString here;
        if (i >= 0 && timeline().time() <= steps.time(steps.size()))
            here = number_text(steps.error_ratio(static_cast<std::size_t>(i)), 3);
        return {{theme().accepted, Mark::line, tr("accepted"), here},
                {theme().rejected, Mark::cross, tr("rejected"), {}},
                {theme().text, Mark::dashed, tr("tolerance"), {}}};
    }

    PlotHint hint() const override
    {
        const QString what = tr("Local error of each step over the tolerance");
        if (!TimePlotView::empty() && is_fixed())
            return {what, tr("Steps of a fixed size have no error estimate: choose an adaptive solver.")};
        return {what, how_to_begin()};
    }

private:
    /// Steps of a fixed size estimate no error.
    bool is_fixed() const
    {
        const auto s = solution();
        if (!s || !s->window.rejected_attempts().empty()) return false;
        if (looked_at_ != s) {
            looked_at_ = s;
            const auto& ratios = s->window.error_ratios();
            fixed_ = std::none_of(ratios.begin(), ratios.end(), [](double ratio) { return ratio > 0; });
        }
        return fixed_;
    }

    QCPAxisRect* rect_;
    QCPGraph *accepted_, *rejected_;
    mutable std::shared_ptr<const Solution> looked_at_;
    mutable bool fixed_ = false;
};

}  // namespace

View* make_error_view(const ViewContext& context, QWidget* parent)
{
    return new ErrorView(context, parent);
}

}  // namespace syzygy
