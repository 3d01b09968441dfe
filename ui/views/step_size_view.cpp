#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/step_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// Sizes of the steps the solver took, and of those it tried in vain.
class StepSizeView : public StepPlotView {
public:
    using StepPlotView::StepPlotView;

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
    void fill() override
    {
        const auto s = solution();
        const StepSeries steps(*s);
        const auto [taken, tried] = draw(
            steps, [&](std::size_t i) { return steps.size_of(i); },
            [](const RejectedAttempt<double>& attempt) { return attempt.h; });
        // The step in force at the left border began before it.
        double lowest = std::min(taken.lowest, tried.lowest), highest = std::max(taken.highest, tried.highest);
        if (const auto i = index_at(steps.size(), visible_range().lower, [&](std::size_t k) { return steps.time(k); }); i >= 0) {
            lowest = std::min(lowest, steps.size_of(static_cast<std::size_t>(i)));
            highest = std::max(highest, steps.size_of(static_cast<std::size_t>(i)));
        }
        fit_vertical(vertical(rect()), lowest, highest);
        set_vertical_title(vertical(rect()), {axis_title(tr("step size |h|"), symbols().time),
                                             axis_title(QStringLiteral("|h|"), symbols().time)});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        const auto s = solution();
        const StepSeries steps(*s);
        QString here;
        if (const auto i = step_here(steps); i >= 0)
            here = number_text(steps.size_of(static_cast<std::size_t>(i)), symbols().time);
        return {{theme().accepted, Mark::line, tr("%L1 accepted").arg(steps.size()), here},
                {theme().rejected, Mark::cross, tr("%L1 rejected").arg(steps.rejected()), {}}};
    }

    PlotHint hint() const override
    {
        return {tr("Step sizes over time, with the attempts that were rejected"), how_to_begin()};
    }
};

}  // namespace

View* make_step_size_view(const ViewContext& context, QWidget* parent)
{
    return new StepSizeView(context, parent);
}

}  // namespace syzygy
