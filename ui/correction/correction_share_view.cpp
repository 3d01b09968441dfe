#include "ui/correction/correction_views.hpp"

#include "ui/base/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/time_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// How large the correction of each body's acceleration is beside Newton's.
class CorrectionShareView : public TimePlotView {
public:
    CorrectionShareView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
    {
        rect_ = add_time_rect();
        set_logarithmic(vertical(rect_), true);
        for (QCPGraph*& graph : graphs_) graph = add_graph(rect_, QCPGraph::lsLine);
    }

    bool empty() const override
    {
        // A correction that is zero everywhere has no logarithm.
        return TimePlotView::empty() || !solution()->correction || !(solution()->correction->largest_acceleration() > 0);
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), data = session().picture()->observations] {
            const CorrectionSeries& series = *s->correction;
            std::string text = table_head(*s, *data, "correction over Newton's acceleration");
            text += fmt::format("# bodies: {}, {}, {}\n# t in {}\nt,body1,body2,body3\n", data->bodies[0], data->bodies[1],
                                data->bodies[2], unit_or_one(data->units.time_label()));
            for (std::size_t i = 0; i < series.times.size(); ++i)
                fmt::format_to(std::back_inserter(text), "{},{},{},{}\n", series.times[i], series.share[0][i],
                               series.share[1][i], series.share[2][i]);
            return text;
        };
    }

protected:
    void take_colours() override
    {
        for (std::size_t body = 0; body < 3; ++body) graphs_[body]->setPen(QPen(theme().bodies[body], 1.6));
    }

    void fill() override
    {
        const auto s = solution();
        const CorrectionSeries& series = *s->correction;
        const QCPRange range = visible_range();
        std::array<PlotPoints, 3> points;
        decimate<3>(
            series.times.size(), range.lower, range.upper, columns(), [&](std::size_t i) { return series.times[i]; },
            [&](std::size_t i, std::size_t row) { return positive(series.share[row][i]); }, points);
        double lowest = std::numeric_limits<double>::infinity(), highest = 0;
        for (std::size_t row = 0; row < 3; ++row) {
            set_points(graphs_[row], points[row]);
            lowest = std::min(lowest, points[row].lowest);
            highest = std::max(highest, points[row].highest);
        }
        // Where a share passes zero it dips without end.
        constexpr double decades = 1e-6;
        fit_vertical(vertical(rect_), std::max(lowest, decades * highest), highest);
        set_vertical_title(vertical(rect_), {tr("|correction| / |Newton|"), tr("share")});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        const auto s = solution();
        const CorrectionSeries& series = *s->correction;
        const auto i = index_at(series.times.size(), timeline().time(), [&](std::size_t k) { return series.times[k]; });
        std::vector<HeadlineEntry> entries;
        for (int b = 0; b < 3; ++b) {
            const auto row = static_cast<std::size_t>(b);
            entries.push_back({theme().bodies[row], HeadlineEntry::Mark::line, body(b),
                               i < 0 ? QString() : number_text(series.share[row][static_cast<std::size_t>(i)], 2),
                               QString::number(b + 1)});
        }
        return entries;
    }

    PlotHint hint() const override
    {
        const QString what = tr("Share of the correction in each body's acceleration");
        if (TimePlotView::empty()) return {what, how_to_begin()};
        if (!solution()->correction) return {what, why_no_correction(session())};
        return {what, tr("The correction is zero: a fit that begins at Newton's force. Press Fit (F5).")};
    }

private:
    QCPAxisRect* rect_;
    std::array<QCPGraph*, 3> graphs_;
};

}  // namespace

View* make_correction_share_view(const ViewContext& context, QWidget* parent)
{
    return new CorrectionShareView(context, parent);
}

}  // namespace syzygy
