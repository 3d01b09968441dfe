#pragma once

#include "ui/compare/compare_plot_view.hpp"

#include <span>

namespace syzygy {

/// A number of a run that a plot of runs has on one of its axes.
struct RowQuantity {
    const char* label;  ///< "evaluations": title of the axis, column of the table, button
    const char* brief;  ///< for a short axis
    const char* help;
    double (*value)(const CompareRow& row);
    bool logarithmic = true;
};

/// A plot whose curves join the runs of one gradient method.
struct RowPlot {
    std::string_view view;                ///< id of the view
    const char* what;                     ///< "Error of the gradient against what it took"
    std::span<const RowQuantity> across;  ///< several: a button changes from one to the next
    RowQuantity up;
    bool rtols, horizons;  ///< which of the two vary along a curve
    const char* too_few;   ///< what to do where no curve has two points; null: single points are shown
};

/// Runs as points, joined by method; a click selects the run, a tooltip says what it is.
class RowPlotView : public ComparePlotView {
public:
    RowPlotView(const ViewContext& context, QWidget* parent, const RowPlot& what);

    std::function<std::string()> table() const override;

protected:
    bool nothing_to_draw() const override;
    void take_colours() override {}
    void fill() override;
    std::vector<HeadlineEntry> headline() const override;
    PlotHint hint() const override;
    bool event(QEvent* event) override;

private:
    const RowQuantity& across() const { return what_.across[chosen_]; }
    /// Rows of the curves, those that can be drawn.
    std::vector<const CompareRow*> rows() const;
    void draw_curve(const std::vector<const CompareRow*>& rows);
    const CompareRow* row_at(const QPointF& position) const;
    void change_quantity();

    RowPlot what_;
    QCPAxisRect* rect_;
    QToolButton* button_ = nullptr;
    std::size_t chosen_ = 0;
};

}  // namespace syzygy
