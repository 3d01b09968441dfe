#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/step_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// Sizes of the steps the solver took, and of those it tried in vain; below them what each contributes to the error of
/// the loss: where the digits are lost.
class StepSizeView : public StepPlotView {
public:
    StepSizeView(const ViewContext& context, QWidget* parent) : StepPlotView(context, parent)
    {
        shares_ = add_time_rect(0.6);
        set_logarithmic(vertical(shares_), true);
        for (QCPGraph*& graph : by_sign_) graph = add_graph(shares_, QCPGraph::lsImpulse);
        add_painted(
            QStringLiteral("main"),
            [this](QCPPainter& painter) {
                const auto s = solution();
                if (!s || !s->step_shares().empty()) return;
                painter.setFont(small_font());
                painter.setPen(theme().muted);
                painter.drawText(shares_->rect(), Qt::AlignCenter | Qt::TextWordWrap,
                                 tr("Shares of the loss error: not estimated for this solve"));
            },
            shares_);
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), data = session().picture()->observations] {
            const StepSeries steps(*s);
            std::string text = table_head(*s, *data, "steps");
            text += fmt::format(
                "# t and h in {}; accepted 1, rejected 0; error in units of the tolerance; share of the loss error\n"
                "t,h,error,accepted,share\n",
                unit_or_one(data->units.time_label()));
            const auto shares = s->step_shares();
            std::size_t r = 0;
            for (std::size_t i = 0; i < steps.size(); ++i) {
                for (; r < steps.rejected() && steps.rejected(r).t <= steps.time(i); ++r) {
                    const auto attempt = steps.rejected(r);
                    fmt::format_to(std::back_inserter(text), "{},{},{},0,\n", attempt.t, attempt.h, attempt.error_ratio);
                }
                fmt::format_to(std::back_inserter(text), "{},{},{},1,{}\n", steps.time(i), steps.size_of(i),
                               steps.error_ratio(i), i < shares.size() ? fmt::format("{}", shares[i]) : "");
            }
            for (; r < steps.rejected(); ++r) {
                const auto attempt = steps.rejected(r);
                fmt::format_to(std::back_inserter(text), "{},{},{},0,\n", attempt.t, attempt.h, attempt.error_ratio);
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
        fill_shares(*s);
    }

    void take_colours() override
    {
        StepPlotView::take_colours();
        for (std::size_t sign = 0; sign < 2; ++sign) by_sign_[sign]->setPen(QPen(share_colour(sign == 1), 1.6));
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        const auto s = solution();
        const StepSeries steps(*s);
        QString here;
        if (const auto i = step_here(steps); i >= 0)
            here = number_text(steps.size_of(static_cast<std::size_t>(i)), symbols().time);
        std::vector<HeadlineEntry> entries{
            {theme().accepted, Mark::line, tr("%L1 accepted").arg(steps.size()), here},
            {theme().rejected, Mark::cross, tr("%L1 rejected").arg(steps.rejected()), {}}};
        if (const auto& error = s->gradient.error) {
            entries.push_back({error->trusted ? share_colour(error->loss_error > 0) : theme().warning, Mark::square,
                               error->trusted ? tr("loss error") : tr("loss error, not to be trusted"),
                               number_text(error->loss_error, 2), error->trusted ? tr("error") : tr("error ?")});
            if (error->trusted)
                entries.push_back({theme().text, Mark::none, tr("corrected"), number_text(error->loss_corrected, 9), {}, true});
        }
        return entries;
    }

    PlotHint hint() const override
    {
        return {tr("Step sizes over time, with the attempts that were rejected, and each step's share of the loss error"),
                how_to_begin()};
    }

private:
    static QColor share_colour(bool positive) { return theme().diverging(positive ? 0.8 : -0.8); }

    void fill_shares(const Solution& s)
    {
        const auto shares = s.step_shares();
        const QCPRange range = visible_range();
        double highest = 0;
        for (std::size_t sign = 0; sign < 2; ++sign) {
            const double factor = sign == 1 ? 1 : -1;
            const PlotPoints points = decimate(
                shares.size(), range.lower, range.upper, columns(),
                [&](std::size_t i) { return s.data->absolute(s.window.times()[i]); },
                [&](std::size_t i) { return positive(factor * shares[i]); });
            set_points(by_sign_[sign], points);
            highest = std::max(highest, points.highest);
        }
        // What is a millionth of the largest share is nobody's concern.
        if (!(highest > 0)) highest = 1;
        fit_vertical(vertical(shares_), 1e-6 * highest, 1.5 * highest);
        set_vertical_title(vertical(shares_), {tr("|share of the loss error|"), tr("|share|")});
    }

    QCPAxisRect* shares_;
    std::array<QCPGraph*, 2> by_sign_;  ///< negative, positive
};

}  // namespace

View* make_step_size_view(const ViewContext& context, QWidget* parent)
{
    return new StepSizeView(context, parent);
}

}  // namespace syzygy
