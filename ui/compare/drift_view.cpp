#include "ui/base/decimation.hpp"
#include "ui/compare/compare_plot_view.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/time_plot_view.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// A logarithm has no zero: what lies on the forward trajectory to the last bit is drawn here.
constexpr double floor_of_distance = 1e-17;

/// How far each method's reverse trajectory is from the forward one.
class CompareDriftView : public ComparePlotView {
public:
    CompareDriftView(const ViewContext& context, QWidget* parent)
        : ComparePlotView(context, parent, &compare_range(context, QStringLiteral("time")), "compare-drift")
    {
        rect_ = add_rect();
        set_logarithmic(vertical(rect_), true);
        add_painted(
            QStringLiteral("cursor"),
            [this](QCPPainter& painter) {
                const double x = horizontal(rect_)->coordToPixel(timeline().time());
                painter.setPen(QPen(theme().cursor, 1.5));
                painter.drawLine(QLineF(x, rect_->top(), x, rect_->bottom()));
            },
            rect_);
        connect(context.timeline, &Timeline::time_changed, this, [this] { cursor_moved(); });
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [head = table_head("distance of the reverse trajectory from the forward one"), rows = drawn(),
                kept = compare().result()] {
            std::string text = head + "gradient,t,distance\n";
            for (const CompareRow* row : rows) {
                const std::vector<double>& distances = row->trace->reverse_distances;
                for (std::size_t i = 0; i < distances.size(); ++i)
                    fmt::format_to(std::back_inserter(text), "{},{},{}\n", row->run.gradient,
                                   row->trace->reverse_times[i], distances[i]);
            }
            return text;
        };
    }

protected:
    bool nothing_to_draw() const override { return drawn().empty(); }
    QCPRange whole() const override
    {
        const auto [begin, end] = compare().interval();
        return {std::min(begin, end), std::max(begin, end)};
    }
    std::pair<QString, std::string> horizontal_title() const override
    {
        return {QStringLiteral("t"), compare().time_unit()};
    }
    void pointed_at(double time) override { timeline().set_time(time); }

    void fill() override
    {
        plot().clearPlottables();
        const QCPRange range = visible_range();
        double lowest = std::numeric_limits<double>::infinity(), highest = 0;
        for (const bool chosen : {false, true})
            for (const CompareRow* row : drawn()) {
                if (is_selected(*row) != chosen) continue;
                const auto& distances = row->trace->reverse_distances;
                const auto& times = row->trace->reverse_times;
                const std::size_t last = times.size() - 1;
                PlotPoints points = decimate(
                    times.size(), range.lower, range.upper, columns(), [&](std::size_t i) { return times[last - i]; },
                    [&](std::size_t i) { return std::max(distances[last - i], floor_of_distance); });
                if (times.size() > 2 * static_cast<std::size_t>(columns())) points = upper_edge(points, range);
                QCPGraph* const graph = add_graph(rect_, QCPGraph::lsLine);
                graph->setPen(method_style(row->run.gradient).pen(chosen ? 2.4 : 1.3));
                set_points(graph, points);
                lowest = std::min(lowest, points.lowest);
                highest = std::max(highest, points.highest);
            }
        fit_vertical(vertical(rect_), lowest, highest);
        set_vertical_title(vertical(rect_), {tr("|reverse − forward|, 0 at the bottom line"), tr("|reverse − forward|"), tr("distance")});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        return legend(drawn(), [this](const CompareRow& row) {
            const auto& times = row.trace->reverse_times;
            const std::size_t last = times.size() - 1;
            const auto i = index_at(times.size(), timeline().time(), [&](std::size_t k) { return times[last - k]; });
            if (i < 0) return QString();
            return number_text(row.trace->reverse_distances[last - static_cast<std::size_t>(i)], 2);
        });
    }

    PlotHint hint() const override
    {
        return {tr("Distance of each method's reverse trajectory from the forward one"), how_to_begin()};
    }

private:
    std::vector<const CompareRow*> drawn() const
    {
        std::vector<const CompareRow*> rows = compare().beside_selected();
        std::erase_if(rows,
                      [](const CompareRow* row) { return !row->trace || row->trace->reverse_distances.size() < 2; });
        return rows;
    }
    /// The highest point of every three columns of pixels: where the state is reset at a thousand observations, the
    /// distance falls to nothing as often, and all between would be filled.
    PlotPoints upper_edge(const PlotPoints& points, const QCPRange& range) const
    {
        PlotPoints edge;
        edge.lowest = std::numeric_limits<double>::infinity();
        edge.highest = points.highest;
        const double width = 3 * range.size() / columns();
        double begin = -std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (points.x[i] - begin >= width || edge.size() == 0) {
                edge.add(points.x[i], points.y[i]);
                begin = points.x[i];
            } else
                edge.y.back() = std::max(edge.y.back(), points.y[i]);
        }
        for (const double y : edge.y) edge.lowest = std::min(edge.lowest, y);
        return edge;
    }

    QCPAxisRect* rect_;
};

}  // namespace

View* make_compare_drift_view(const ViewContext& context, QWidget* parent)
{
    return new CompareDriftView(context, parent);
}

}  // namespace syzygy
