#include "ui/base/decimation.hpp"
#include "ui/compare/compare_plot_view.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/compare/sweep_plot_view.hpp"
#include "ui/views/number_text.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// Bytes that each method holds over its run: the forward pass fills, the backward pass releases.
class MemoryView : public SweepPlotView {
public:
    MemoryView(const ViewContext& context, QWidget* parent) : SweepPlotView(context, parent, "compare-memory")
    {
        rect_ = add_sweep_rect();
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [head = table_head("bytes held over the run"), rows = traced(), result = compare().result()] {
            std::string text = head + "# place: 0 to 1 forward, 1 to 2 backward\ngradient,place,t,bytes\n";
            for (const CompareRow* row : rows) {
                const SweepSeries series(row->trace);
                for (std::size_t i = 0; i < series.size(); ++i)
                    fmt::format_to(std::back_inserter(text), "{},{},{},{}\n", row->run.gradient, series.place(i),
                                   series.time(series.place(i)), series.events()[i].bytes);
            }
            return text;
        };
    }

protected:
    void fill() override
    {
        plot().clearPlottables();
        const QCPRange range = visible_range();
        double most = 0;
        const auto rows = traced();
        for (const CompareRow* row : rows)
            most = std::max(most, static_cast<double>(compare().series(*row).most_bytes()));
        unit_ = most >= 1e9 ? 1e9 : most >= 1e6 ? 1e6 : most >= 1e3 ? 1e3 : 1;
        double lowest = std::numeric_limits<double>::infinity();
        for (const bool chosen : {false, true})
            for (const CompareRow* row : rows) {
                if (is_selected(*row) != chosen) continue;
                const SweepSeries& series = compare().series(*row);
                const MethodStyle style = method_style(row->run.gradient);
                QCPGraph* const graph = add_graph(rect_, QCPGraph::lsStepLeft);
                graph->setPen(style.pen(chosen ? 2.4 : 1.3));
                if (chosen) graph->setBrush(faded(style.colour, 0.12));
                const PlotPoints points = decimate(
                    series.size(), range.lower, range.upper, columns(), [&](std::size_t i) { return series.place(i); },
                    [&](std::size_t i) { return static_cast<double>(series.events()[i].bytes) / unit_; });
                set_points(graph, points);
                lowest = std::min(lowest, points.lowest);
            }
        fit_vertical(vertical(rect_), 0, most / unit_);
        vertical(rect_)->setRangeLower(std::max(0.0, vertical(rect_)->range().lower));
        const std::string unit = unit_ == 1e9 ? "GB" : unit_ == 1e6 ? "MB" : unit_ == 1e3 ? "kB" : "B";
        set_vertical_title(vertical(rect_), {axis_title(tr("held"), unit), QString::fromStdString(unit)});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        return legend(traced(), [&](const CompareRow& row) {
            const SweepSeries& series = compare().series(row);
            const std::size_t events = series.events_until(compare().sweep().place());
            return bytes_text(events == 0 ? 0 : static_cast<double>(series.events()[events - 1].bytes));
        });
    }

    PlotHint hint() const override { return {tr("Bytes that each method holds over its run"), how_to_begin()}; }

private:
    QCPAxisRect* rect_;
    double unit_ = 1;
};

}  // namespace

View* make_compare_memory_view(const ViewContext& context, QWidget* parent)
{
    return new MemoryView(context, parent);
}

}  // namespace syzygy
