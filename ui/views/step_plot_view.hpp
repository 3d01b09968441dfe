#pragma once

#include "ui/base/decimation.hpp"
#include "ui/views/point_cloud.hpp"
#include "ui/views/step_series.hpp"
#include "ui/views/time_plot_view.hpp"

#include <algorithm>

namespace syzygy {

/// A number of each step over time, on a logarithmic axis: those accepted as stairs, those rejected as crosses.
class StepPlotView : public TimePlotView {
public:
    StepPlotView(const ViewContext& context, QWidget* parent);

protected:
    void take_colours() override;

    struct Drawn {
        PlotPoints taken;
        PlotPoints tried;  ///< all of them in sight
    };
    /// Draws value(i) of the accepted and tried(attempt) of the rejected steps in sight.
    template <class Value, class Tried>
    Drawn draw(const StepSeries& steps, Value&& value, Tried&& tried)
    {
        const QCPRange range = visible_range();
        Drawn drawn{
            decimate(
                steps.size() + 1, range.lower, range.upper, columns(), [&](std::size_t i) { return steps.time(i); },
                [&](std::size_t i) { return positive(value(std::min(i, steps.size() - 1))); }),
            {}};
        const auto [first, last] = indices_within(steps.rejected(), range.lower, range.upper,
                                                  [&](std::size_t i) { return steps.rejected(i).t; });
        for (std::size_t i = first; i < last; ++i) {
            const double attempt = positive(tried(steps.rejected(i)));
            drawn.tried.add(steps.rejected(i).t, attempt);
            if (!std::isfinite(attempt)) continue;
            drawn.tried.lowest = std::min(drawn.tried.lowest, attempt);
            drawn.tried.highest = std::max(drawn.tried.highest, attempt);
        }
        show_points(drawn);
        return drawn;
    }
    /// The accepted step at the cursor; -1 where there is none.
    std::ptrdiff_t step_here(const StepSeries& steps) const;
    QCPAxisRect* rect() const { return rect_; }

private:
    void show_points(const Drawn& drawn);

    QCPAxisRect* rect_;
    QCPGraph* accepted_;
    PointCloud* rejected_;
};

}  // namespace syzygy
