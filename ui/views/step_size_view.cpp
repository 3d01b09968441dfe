#include "ui/views/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/step_series.hpp"
#include "ui/views/time_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// Sizes of the steps the solver took, and of those it tried in vain.
class StepSizeView : public TimePlotView {
public:
    StepSizeView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
    {
        rect_ = add_time_rect();
        set_logarithmic(vertical(rect_), true);
        accepted_ = add_graph(rect_, QCPGraph::lsStepLeft);
        rejected_ = add_graph(rect_, QCPGraph::lsNone);
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), data = session().picture()->observations] {
            const StepSeries steps(*s);
            std::string text = table_head(*s, *data, "steps");
            text += fmt::format(
                "# t and h in {}; accepted 1, rejected 0; error in units of the tolerance\nt,h,error,accepted\n",
                unit_or_one(data->units.time_label()));
            std::size_t r = 0;
            for (std::size_t i = 0; i < steps.size(); ++i) {
                for (; r < steps.rejected() && steps.rejected(r).t <= steps.time(i); ++r) {
                    const auto attempt = steps.rejected(r);
                    fmt::format_to(std::back_inserter(text), "{},{},{},0\n", attempt.t, attempt.h, attempt.error_ratio);
                }
                fmt::format_to(std::back_inserter(text), "{},{},{},1\n", steps.time(i), steps.size_of(i),
                               steps.error_ratio(i));
            }
            for (; r < steps.rejected(); ++r) {
                const auto attempt = steps.rejected(r);
                fmt::format_to(std::back_inserter(text), "{},{},{},0\n", attempt.t, attempt.h, attempt.error_ratio);
            }
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
        const PlotPoints taken = decimate(
            steps.size() + 1, range.lower, range.upper, columns(), [&](std::size_t i) { return steps.time(i); },
            [&](std::size_t i) { return positive(steps.size_of(std::min(i, steps.size() - 1))); });
        const PlotPoints tried = decimate(
            steps.rejected(), range.lower, range.upper, columns() / 4,
            [&](std::size_t i) { return steps.rejected(i).t; },
            [&](std::size_t i) { return positive(steps.rejected(i).h); });
        set_points(accepted_, taken);
        set_points(rejected_, tried);
        const bool few = static_cast<int>(taken.size()) * 7 < columns();
        accepted_->setScatterStyle(few ? QCPScatterStyle(QCPScatterStyle::ssDisc, theme().accepted, 4)
                                       : QCPScatterStyle());
        // The step in force at the left border began before it.
        double lowest = std::min(taken.lowest, tried.lowest), highest = std::max(taken.highest, tried.highest);
        if (const auto i = index_at(steps.size(), range.lower, [&](std::size_t k) { return steps.time(k); }); i >= 0) {
            lowest = std::min(lowest, steps.size_of(static_cast<std::size_t>(i)));
            highest = std::max(highest, steps.size_of(static_cast<std::size_t>(i)));
        }
        fit_vertical(vertical(rect_), lowest, highest);
        set_vertical_title(vertical(rect_), {axis_title(tr("step size |h|"), symbols().time),
                                             axis_title(QStringLiteral("|h|"), symbols().time)});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        const auto s = solution();
        const StepSeries steps(*s);
        const auto i = index_at(steps.size(), timeline().time(), [&](std::size_t k) { return steps.time(k); });
        QString here;
        if (i >= 0 && timeline().time() <= steps.time(steps.size()))
            here = number_text(steps.size_of(static_cast<std::size_t>(i)), symbols().time);
        return {{theme().accepted, Mark::line, tr("%L1 accepted").arg(steps.size()), here},
                {theme().rejected, Mark::cross, tr("%L1 rejected").arg(steps.rejected()), {}}};
    }

    PlotHint hint() const override
    {
        return {tr("Step sizes over time, with the attempts that were rejected"), how_to_begin()};
    }

private:
    QCPAxisRect* rect_;
    QCPGraph *accepted_, *rejected_;
};

}  // namespace

View* make_step_size_view(const ViewContext& context, QWidget* parent)
{
    return new StepSizeView(context, parent);
}

}  // namespace syzygy
