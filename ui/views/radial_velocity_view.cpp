#include "ui/base/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/point_cloud.hpp"
#include "ui/views/time_plot_view.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {
namespace {

/// Marks of instruments, in the order of the data's series.
struct InstrumentMark {
    QCPScatterStyle::ScatterShape shape;
    HeadlineEntry::Mark mark;
    int lightness;  ///< of the body's colour, as QColor::lighter takes it
};
constexpr std::array instrument_marks{InstrumentMark{QCPScatterStyle::ssDisc, HeadlineEntry::Mark::disc, 100},
                                      InstrumentMark{QCPScatterStyle::ssTriangle, HeadlineEntry::Mark::triangle, 140},
                                      InstrumentMark{QCPScatterStyle::ssSquare, HeadlineEntry::Mark::square, 70},
                                      InstrumentMark{QCPScatterStyle::ssCross, HeadlineEntry::Mark::cross, 120}};

/// More error bars than this in sight would be a grey area.
constexpr std::size_t most_bars = 400;

/// The series of one observable: what instruments read, less their offsets, on the curve of each body; below it predicted minus
/// observed.
class SeriesView : public TimePlotView {
public:
    SeriesView(const ViewContext& context, QWidget* parent, std::string_view observable, QString quantity)
        : TimePlotView(context, parent), observable_(observable), quantity_(std::move(quantity))
    {
        values_ = add_time_rect(2);
        residuals_ = add_time_rect();
        for (QCPGraph*& curve : curves_) curve = add_graph(values_, QCPGraph::lsLine);
        value_cloud_ = new PointCloud(values_, QStringLiteral("main"));
        residual_cloud_ = new PointCloud(residuals_, QStringLiteral("main"));
        add_painted(QStringLiteral("main"), [this](QCPPainter& painter) { draw_bars(painter, values_, false); }, values_);
        add_painted(QStringLiteral("main"), [this](QCPPainter& painter) { draw_bars(painter, residuals_, true); }, residuals_);
    }

    bool empty() const override { return TimePlotView::empty() || shown().empty(); }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), indices = shown(), what = std::string(observable_), data = session().picture()->observations] {
            const std::string unit = unit_or_one(s->series[indices.front()].series.unit_label(data->units));
            std::string text = table_head(*s, *data, what + ", observed less the instrument's offset, and predicted minus observed,");
            text += fmt::format("# t in {}, others in {}; fitted 1: inside the window\nseries,t,value,residual,sigma,offset,fitted\n",
                                unit_or_one(data->units.time_label()), unit);
            for (const std::size_t i : indices) {
                const SeriesComparison& series = s->series[i];
                for (std::size_t k = 0; k < series.times.size(); ++k)
                    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{}\n", series.series.name(), series.times[k],
                                   series.values[k], series.residual[k], series.sigma[k], series.offset, k < series.in_window ? 1 : 0);
            }
            return text;
        };
    }

protected:
    void take_colours() override
    {
        for (std::size_t b = 0; b < 3; ++b) curves_[b]->setPen(QPen(theme().bodies[b], 1.3));
        vertical(residuals_)->grid()->setZeroLinePen(QPen(theme().axis, 1));
    }

    void fill() override
    {
        const auto picture = session().picture();
        const Solution& s = *picture->solution;
        const std::vector<std::size_t> indices = shown();
        const QCPRange range = visible_range();
        Extent of_values, of_residuals;
        for (QCPGraph* curve : curves_) set_points(curve, {});
        for (const ObservableCurve& curve : s.curves) {
            if (curve.observable->info().id != observable_) continue;
            const PlotPoints points = decimate(
                curve.times.size(), range.lower, range.upper, columns(), [&](std::size_t i) { return curve.times[i]; },
                [&](std::size_t i) { return curve.values[i]; });
            set_points(curves_[static_cast<std::size_t>(curve.body)], points);
            of_values.add(points.lowest);
            of_values.add(points.highest);
        }
        std::vector<CloudKind> kinds;
        std::size_t count = 0;
        for (const std::size_t i : indices) {
            const SeriesComparison& series = s.series[i];
            const InstrumentMark& mark = mark_of(i);
            kinds.push_back({mark.shape, colour_of(i), mark.shape == QCPScatterStyle::ssDisc});
            const auto [first, last] = in_sight(series);
            count += last - first;
            for (std::size_t k = first; k < last; ++k) {
                of_values.add(series.values[k]);
                of_residuals.add(series.residual[k]);
            }
        }
        in_sight_ = count;
        for (const bool residual : {false, true}) {
            PointCloud& cloud = residual ? *residual_cloud_ : *value_cloud_;
            cloud.set_kinds(kinds, 5);
            cloud.set_points(count, [owner = std::weak_ptr(picture), indices, residual, range](CloudPoints& points) {
                const auto kept = owner.lock();
                if (!kept) return;
                for (std::size_t kind = 0; kind < indices.size(); ++kind) {
                    const SeriesComparison& series = kept->solution->series[indices[kind]];
                    const auto [first, last] = indices_within(series.times.size(), range.lower, range.upper,
                                                              [&](std::size_t k) { return series.times[k]; });
                    for (std::size_t k = first; k < last; ++k)
                        points.add(series.times[k], residual ? series.residual[k] : series.values[k], kind);
                }
            });
        }
        of_residuals.add(0);
        fit_vertical(vertical(values_), of_values.lowest, of_values.highest);
        fit_vertical(vertical(residuals_), of_residuals.lowest, of_residuals.highest);
        set_vertical_title(vertical(values_), {axis_title(quantity_, unit()), axis_title(QStringLiteral("v"), unit())});
        set_vertical_title(vertical(residuals_), {axis_title(tr("residual"), unit()), axis_title(QStringLiteral("r"), unit())});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        const auto s = solution();
        std::vector<HeadlineEntry> entries;
        for (const std::size_t i : shown()) {
            const SeriesComparison& series = s->series[i];
            QString name = body(series.series.body);
            if (!series.series.instrument.empty()) name += QStringLiteral(", ") + QString::fromStdString(series.series.instrument);
            entries.push_back({colour_of(i), mark_of(i).mark, name, tr("offset %1").arg(number_text(series.offset, unit(), 4)),
                               QString::fromStdString(series.series.name())});
        }
        return entries;
    }

    PlotHint hint() const override
    {
        return {tr("%1 that instruments read, on the model's curve").arg(quantity_),
                tr("Open data with columns such as rv1 and srv1, or rv1:Keck of one instrument")};
    }

private:
    struct Extent {
        double lowest = std::numeric_limits<double>::infinity(), highest = -std::numeric_limits<double>::infinity();
        void add(double value)
        {
            if (!std::isfinite(value)) return;
            lowest = std::min(lowest, value);
            highest = std::max(highest, value);
        }
    };

    /// The series that are of this observable.
    std::vector<std::size_t> shown() const
    {
        std::vector<std::size_t> indices;
        if (const auto s = solution())
            for (std::size_t i = 0; i < s->series.size(); ++i)
                if (s->series[i].series.observable->info().id == observable_ && !s->series[i].times.empty()) indices.push_back(i);
        return indices;
    }

    std::string_view unit() const
    {
        unit_ = of_quantity(symbols(), find_observable(observable_).info().quantity);
        return unit_;
    }

    /// Instruments of one body differ in their marks.
    const InstrumentMark& mark_of(std::size_t index) const
    {
        const auto s = solution();
        std::size_t before = 0;
        for (std::size_t i = 0; i < index; ++i) before += s->series[i].series.body == s->series[index].series.body ? 1 : 0;
        return instrument_marks[before % instrument_marks.size()];
    }
    QColor colour_of(std::size_t index) const
    {
        return theme().bodies[static_cast<std::size_t>(solution()->series[index].series.body)].lighter(mark_of(index).lightness);
    }

    std::pair<std::size_t, std::size_t> in_sight(const SeriesComparison& series) const
    {
        const QCPRange range = visible_range();
        return indices_within(series.times.size(), range.lower, range.upper, [&](std::size_t k) { return series.times[k]; });
    }

    /// One-sigma errors, while they can be told apart.
    void draw_bars(QCPPainter& painter, QCPAxisRect* rect, bool residual)
    {
        const auto s = solution();
        if (!s || in_sight_ > most_bars) return;
        for (const std::size_t i : shown()) {
            const SeriesComparison& series = s->series[i];
            painter.setPen(QPen(faded(colour_of(i), 0.7), 1));
            const auto [first, last] = in_sight(series);
            for (std::size_t k = first; k < last; ++k) {
                const double value = residual ? series.residual[k] : series.values[k];
                const double x = horizontal(rect)->coordToPixel(series.times[k]);
                painter.drawLine(QPointF(x, vertical(rect)->coordToPixel(value - series.sigma[k])),
                                 QPointF(x, vertical(rect)->coordToPixel(value + series.sigma[k])));
            }
        }
    }

    std::string observable_;
    QString quantity_;
    mutable std::string unit_;
    QCPAxisRect *values_, *residuals_;
    std::array<QCPGraph*, 3> curves_{};
    PointCloud *value_cloud_, *residual_cloud_;
    std::size_t in_sight_ = 0;  ///< points
};

}  // namespace

View* make_radial_velocity_view(const ViewContext& context, QWidget* parent)
{
    return new SeriesView(context, parent, "radial-velocity", SeriesView::tr("radial velocity"));
}

}  // namespace syzygy
