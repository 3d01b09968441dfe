#pragma once

#include "ui/views/plot_view.hpp"

namespace syzygy {

/// The base of the plots over the iterations of a fit: one visible range for all of them, and the borders of stages.
class FitPlotView : public PlotView {
public:
    bool empty() const override { return session().history().empty(); }

protected:
    FitPlotView(const ViewContext& context, QWidget* parent);

    const std::vector<FitRecord>& history() const { return session().history(); }
    QCPRange whole() const override;
    std::pair<QString, std::string> horizontal_title() const override;
    /// A rect with the borders of the stages.
    QCPAxisRect* add_fit_rect();
    /// The abscissa of record i: iterations count on through the stages.
    static double iteration(std::size_t i) { return static_cast<double>(i); }

private:
    void draw_borders(QCPPainter& painter, QCPAxisRect& rect) const;
};

}  // namespace syzygy
