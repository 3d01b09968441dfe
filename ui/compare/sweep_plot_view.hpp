#pragma once

#include "ui/compare/compare_plot_view.hpp"

#include <vector>

namespace syzygy {

/// The base of the plots over the unfolded time of runs (SweepSeries): forward at the left, backward at the right, with
/// the cursor of the sweep. A press moves it.
class SweepPlotView : public ComparePlotView {
protected:
    SweepPlotView(const ViewContext& context, QWidget* parent, std::string_view id);

    bool nothing_to_draw() const override { return traced().empty(); }
    /// Rows beside the selected one that have events.
    std::vector<const CompareRow*> traced() const;
    QCPRange whole() const override { return {0, 2}; }
    void pointed_at(double place) override { compare().sweep().set_place(place); }
    /// A rect with the turn, the cursor, and ticks that say times.
    QCPAxisRect* add_sweep_rect();
    std::pair<QString, std::string> horizontal_title() const override;

private:
    void draw_turn(QCPPainter& painter, QCPAxisRect& rect) const;
    void draw_cursor(QCPPainter& painter, QCPAxisRect& rect) const;
};

}  // namespace syzygy
