#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/step_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// The solver's estimate of each step's error in units of what is allowed: a step above one is rejected.
class ErrorView : public StepPlotView {
public:
    ErrorView(const ViewContext& context, QWidget* parent) : StepPlotView(context, parent)
    {
        add_painted(
            QStringLiteral("main"),
            [this](QCPPainter& painter) {
                const double y = vertical(rect())->coordToPixel(1);
                painter.setPen(QPen(theme().text, 1, Qt::DashLine));
                painter.drawLine(QLineF(rect()->left(), y, rect()->right(), y));
            },
            rect());
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
    void fill() override
    {
        const auto s = solution();
        const StepSeries steps(*s);
        const auto [taken, tried] = draw(
            steps, [&](std::size_t i) { return steps.error_ratio(i); },
            [](const RejectedAttempt<double>& attempt) { return attempt.error_ratio; });
        // One lucky step of a tiny error must not flatten all others.
        const double highest = std::max({taken.highest, tried.highest, 1.0});
        fit_vertical(vertical(rect()), std::max(std::min(taken.lowest, 0.3), 1e-3), std::min(highest, 1e6) * 1.3);
        set_vertical_title(vertical(rect()), {tr("error / tolerance"), tr("err / tol")});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        const auto s = solution();
        const StepSeries steps(*s);
        QString here;
        if (const auto i = step_here(steps); i >= 0)
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

    mutable std::shared_ptr<const Solution> looked_at_;
    mutable bool fixed_ = false;
};

}  // namespace

View* make_error_view(const ViewContext& context, QWidget* parent)
{
    return new ErrorView(context, parent);
}

}  // namespace syzygy
