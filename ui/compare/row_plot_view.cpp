#include "ui/compare/row_plot_view.hpp"

#include "ui/base/text.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/tickers.hpp"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolButton>
#include <QToolTip>

#include <fmt/format.h>

#include <cmath>

namespace syzygy {

namespace {

/// Pixels between the pointer and a point that it means.
constexpr double reach = 10;

double evaluations(const CompareRow& row)
{
    double sum = 0;
    for (const PassCounts* pass : {&row.gradient.forward, &row.gradient.backward})
        sum += static_cast<double>(pass->rhs_evaluations + pass->vjp_evaluations + pass->jvp_evaluations);
    return sum;
}

double bytes(const CompareRow& row)
{
    return static_cast<double>(row.gradient.checkpoint_bytes + row.gradient.tape_bytes_peak);
}

double error(const CompareRow& row)
{
    return row.relative_error.value_or(NAN);
}

constexpr RowQuantity error_quantity{"relative error of the gradient", "error", "|g - reference| / |reference|",
                                     &error};

constexpr RowQuantity costs[] = {
    {"evaluations", "evaluations", "Right-hand sides and their derivatives, forward and backward", &evaluations},
    {"seconds", "seconds", "Forward and backward, median of the repeats",
     [](const CompareRow& row) { return row.seconds; }},
    {"bytes", "bytes", "Most that is held at once", &bytes},
};
constexpr RowQuantity horizon[] = {
    {"horizon T", "T", "End of the interval", [](const CompareRow& row) { return row.run.horizon; }, false}};
constexpr RowQuantity accepted_steps[] = {{"accepted steps N", "N", "Of the forward pass", [](const CompareRow& row) {
                                      return static_cast<double>(row.gradient.forward.accepted);
                                  }}};

constexpr RowPlot precision_plot{
    "compare-precision", "Error of the gradient against what it took", costs, error_quantity, true, false, nullptr};
constexpr RowPlot horizon_plot{"compare-horizon",
                               "Error of the gradient against the length of the interval",
                               horizon,
                               error_quantity,
                               false,
                               true,
                               "Give several horizons at the left and press Run (Shift+F5)."};
constexpr RowPlot steps_plot{"compare-steps",
                             "Bytes held at most against accepted steps",
                             accepted_steps,
                             {"bytes held at most", "bytes", "Checkpoints and tapes", &bytes},
                             true,
                             true,
                             nullptr};

bool can_be_drawn(double value, const RowQuantity& quantity)
{
    return std::isfinite(value) && (!quantity.logarithmic || value > 0);
}

}  // namespace

RowPlotView::RowPlotView(const ViewContext& context, QWidget* parent, const RowPlot& what)
    : ComparePlotView(context, parent, nullptr, what.view), what_(what)
{
    rect_ = add_rect();
    if (what_.across.size() > 1) {
        button_ = add_toggle(tr(across().label), {});
        button_->setCheckable(false);
        button_->setToolTip(tr("What stands on the horizontal axis: a click shows the next"));
        connect(button_, &QToolButton::clicked, this, &RowPlotView::change_quantity);
    }
}

void RowPlotView::change_quantity()
{
    chosen_ = (chosen_ + 1) % what_.across.size();
    button_->setText(tr(across().label));
    changed();
}

std::vector<const CompareRow*> RowPlotView::rows() const
{
    std::vector<const CompareRow*> found;
    if (!compare().selected()) return found;
    for (const CompareRow& row : result().rows)
        if (same_run(row.run, selected().run, false, !what_.rtols, !what_.horizons) && row.refused.empty() &&
            can_be_drawn(across().value(row), across()) && can_be_drawn(what_.up.value(row), what_.up))
            found.push_back(&row);
    return found;
}

bool RowPlotView::nothing_to_draw() const
{
    const auto drawn = rows();
    if (!what_.too_few) return drawn.empty();
    for (const CompareRow* row : drawn)
        if (across().value(*row) != across().value(*drawn.front())) return false;
    return true;
}

PlotHint RowPlotView::hint() const
{
    return {tr(what_.what), compare().selected() && what_.too_few ? tr(what_.too_few) : how_to_begin()};
}

void RowPlotView::fill()
{
    set_logarithmic(horizontal(rect_), across().logarithmic);
    if (!across().logarithmic) horizontal(rect_)->setTicker(QSharedPointer<ScaledTicker>::create(horizontal(rect_)));
    set_logarithmic(vertical(rect_), what_.up.logarithmic);
    plot().clearPlottables();
    std::vector<std::vector<const CompareRow*>> curves;
    QCPRange x(qQNaN(), qQNaN()), y(qQNaN(), qQNaN());
    for (const CompareRow* row : rows()) {
        const auto same = [&](const auto& curve) { return curve.front()->run.gradient == row->run.gradient; };
        auto curve = std::find_if(curves.begin(), curves.end(), same);
        if (curve == curves.end()) curve = curves.insert(curves.end(), std::vector<const CompareRow*>{});
        curve->push_back(row);
        x.expand(across().value(*row));
        y.expand(what_.up.value(*row));
    }
    // The selected one on top.
    for (const bool chosen : {false, true})
        for (const auto& curve : curves)
            if (is_selected(*curve.front()) == chosen) draw_curve(curve);
    fit_vertical(horizontal(rect_), x.lower, x.upper);
    fit_vertical(vertical(rect_), y.lower, y.upper);
    horizontal(rect_)->setLabel(axis_title(tr(across().label), across().logarithmic ? "" : compare().time_unit()));
    set_vertical_title(vertical(rect_), {tr(what_.up.label), tr(what_.up.brief)});
}

void RowPlotView::draw_curve(const std::vector<const CompareRow*>& rows)
{
    // Not a graph: as tolerances tighten, what it takes need not grow.
    auto* const curve = new QCPCurve(horizontal(rect_), vertical(rect_));
    curve->setSelectable(QCP::stNone);
    const bool chosen = is_selected(*rows.front());
    const MethodStyle style = method_style(rows.front()->run.gradient);
    curve->setPen(style.pen(chosen ? 2.6 : 1.3));
    curve->setScatterStyle(style.mark(chosen ? 9 : 7));
    QVector<QCPCurveData> points;
    for (const CompareRow* row : rows)
        points.append(QCPCurveData(points.size(), across().value(*row), what_.up.value(*row)));
    curve->data()->set(points, true);
}

std::vector<HeadlineEntry> RowPlotView::headline() const
{
    std::vector<const CompareRow*> methods;
    for (const CompareRow* row : rows()) {
        // Of each method the selected run, or else its first.
        const auto same = [&](const CompareRow* other) { return other->run.gradient == row->run.gradient; };
        const auto found = std::find_if(methods.begin(), methods.end(), same);
        if (found == methods.end())
            methods.push_back(row);
        else if (same_run(row->run, selected().run, false))
            *found = row;
    }
    return legend(methods, [&](const CompareRow& row) { return number_text(what_.up.value(row), 2); });
}

std::function<std::string()> RowPlotView::table() const
{
    if (empty()) return {};
    return
        [head = table_head(what_.what), shown = rows(), result = compare().result(), what = what_, across = across()] {
            std::string text = head + fmt::format("gradient,rtol,horizon,{},{}\n", across.label, what.up.label);
            for (const CompareRow* row : shown)
                fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n", row->run.gradient, row->run.solver.rtol,
                               row->run.horizon, across.value(*row), what.up.value(*row));
            return text;
        };
}

const CompareRow* RowPlotView::row_at(const QPointF& position) const
{
    const CompareRow* nearest = nullptr;
    double least = reach;
    for (const CompareRow* row : rows()) {
        const QPointF at(horizontal(rect_)->coordToPixel(across().value(*row)),
                         vertical(rect_)->coordToPixel(what_.up.value(*row)));
        const double distance = std::hypot(at.x() - position.x(), at.y() - position.y());
        if (distance < least) least = distance, nearest = row;
    }
    return nearest;
}

bool RowPlotView::event(QEvent* event)
{
    if (empty()) return ComparePlotView::event(event);
    if (event->type() == QEvent::MouseButtonPress) {
        const auto& mouse = *static_cast<QMouseEvent*>(event);
        if (const CompareRow* row = row_at(mouse.position()); row && mouse.button() == Qt::LeftButton) {
            compare().select(row->run);
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip) {
        const auto& help = *static_cast<QHelpEvent*>(event);
        if (const CompareRow* row = row_at(help.pos()))
            QToolTip::showText(
                help.globalPos(),
                tr("%1, %2\n%3: %4\n%5: %6")
                    .arg(text_of(row->run.gradient), run_text(*row), tr(across().label),
                         number_text(across().value(*row)), tr(what_.up.label), number_text(what_.up.value(*row), 3)),
                this);
        else
            QToolTip::hideText();
        return true;
    }
    return ComparePlotView::event(event);
}

View* make_compare_precision_view(const ViewContext& context, QWidget* parent)
{
    return new RowPlotView(context, parent, precision_plot);
}

View* make_compare_horizon_view(const ViewContext& context, QWidget* parent)
{
    return new RowPlotView(context, parent, horizon_plot);
}

View* make_compare_steps_view(const ViewContext& context, QWidget* parent)
{
    return new RowPlotView(context, parent, steps_plot);
}

}  // namespace syzygy
