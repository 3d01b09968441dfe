#include "ui/base/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/time_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// A change below what a double resolves is drawn there: a logarithm has no zero.
constexpr double floor_of_change = 1e-17;

/// What the three bodies conserve, and how far the solver is from conserving it.
class DriftView : public TimePlotView {
public:
    DriftView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
    {
        rect_ = add_time_rect();
        set_logarithmic(vertical(rect_), true);
        newton_ = add_graph(rect_, QCPGraph::lsLine);
        for (QCPGraph*& graph : graphs_) graph = add_graph(rect_, QCPGraph::lsLine);
    }

    bool empty() const override { return TimePlotView::empty() || solution()->drift.times.empty(); }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), data = session().picture()->observations] {
            const DriftSeries& drift = s->drift;
            // The solve without the correction has steps of its own.
            const std::size_t others = s->correction ? s->correction->newton_times.size() : 0;
            std::string text = table_head(*s, *data, "relative change of energy, momentum and angular momentum");
            text += fmt::format("# t in {}; changes relative to the start\n{}t,energy,momentum,angular_momentum{}\n",
                                unit_or_one(data->units.time_label()),
                                s->correction ? "# energy of motion and Newton's attraction, without what the correction stores; newton: without the correction\n" : "",
                                s->correction ? ",newton_t,newton_energy" : "");
            for (std::size_t i = 0; i < std::max(drift.times.size(), others); ++i) {
                text += i < drift.times.size() ? fmt::format("{},{},{},{}", drift.times[i], drift.energy[i],
                                                             drift.momentum[i], drift.angular_momentum[i])
                                               : ",,,";
                if (s->correction)
                    text += i < others ? fmt::format(",{},{}", s->correction->newton_times[i], s->correction->newton_energy[i])
                                       : ",,";
                text += '\n';
            }
            return text;
        };
    }

protected:
    void take_colours() override
    {
        for (std::size_t i = 0; i < 3; ++i) graphs_[i]->setPen(QPen(theme().series[i], 1.4));
        newton_->setPen(QPen(theme().series[0], 1.2, Qt::DashLine));
    }

    void fill() override
    {
        const auto s = solution();
        const std::array<const std::vector<double>*, 3> series = series_of(*s);
        const QCPRange range = visible_range();
        std::array<PlotPoints, 3> points;
        decimate<3>(
            s->drift.times.size(), range.lower, range.upper, columns(),
            [&](std::size_t i) { return s->drift.times[i]; },
            [&](std::size_t i, std::size_t row) {
                const double change = std::abs((*series[row])[i]);
                return change < floor_of_change ? floor_of_change : change;
            },
            points);
        double lowest = std::numeric_limits<double>::infinity(), highest = 0;
        for (std::size_t row = 0; row < 3; ++row) {
            set_points(graphs_[row], points[row]);
            lowest = std::min(lowest, points[row].lowest);
            highest = std::max(highest, points[row].highest);
        }
        PlotPoints newton;
        if (s->correction)
            newton = decimate(
                s->correction->newton_times.size(), range.lower, range.upper, columns(),
                [&](std::size_t i) { return s->correction->newton_times[i]; },
                [&](std::size_t i) { return std::max(std::abs(s->correction->newton_energy[i]), floor_of_change); });
        set_points(newton_, newton);
        lowest = std::min(lowest, newton.lowest);
        highest = std::max(highest, newton.highest);
        fit_vertical(vertical(rect_), lowest, highest);
        set_vertical_title(vertical(rect_), {tr("|relative change|"), tr("|change|")});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        const auto s = solution();
        const auto series = series_of(*s);
        const auto i =
            index_at(s->drift.times.size(), timeline().time(), [&](std::size_t k) { return s->drift.times[k]; });
        const std::array<QString, 3> names{tr("energy"), tr("momentum"), tr("angular momentum")};
        const std::array<QString, 3> briefs{QStringLiteral("E"), QStringLiteral("p"), QStringLiteral("L")};
        std::vector<HeadlineEntry> entries;
        for (std::size_t row = 0; row < 3; ++row)
            entries.push_back(
                {theme().series[row], HeadlineEntry::Mark::line, names[row],
                 i < 0 ? QString() : number_text(std::abs((*series[row])[static_cast<std::size_t>(i)]), 2),
                 briefs[row]});
        if (s->correction) {
            // Under a correction the energy of Newton's force is no constant, and the solver is not to blame.
            entries[0].name = session().picture()->setup.correction.potential ? tr("energy without the potential's")
                                                                              : tr("energy without the correction's");
            entries[0].brief = tr("E of Newton's part");
            entries.push_back(
                {theme().series[0], HeadlineEntry::Mark::dashed, tr("without correction"), {}, tr("uncorrected"), true});
        }
        return entries;
    }

    PlotHint hint() const override
    {
        return {tr("Drift of energy, momentum and angular momentum along the solve"), how_to_begin()};
    }

private:
    static std::array<const std::vector<double>*, 3> series_of(const Solution& s)
    {
        return {&s.drift.energy, &s.drift.momentum, &s.drift.angular_momentum};
    }

    QCPAxisRect* rect_;
    std::array<QCPGraph*, 3> graphs_;
    QCPGraph* newton_;  ///< energy of the same point without the correction
};

}  // namespace

View* make_drift_view(const ViewContext& context, QWidget* parent)
{
    return new DriftView(context, parent);
}

}  // namespace syzygy
