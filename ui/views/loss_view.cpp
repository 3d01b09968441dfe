#include "ui/base/decimation.hpp"
#include "ui/views/fit_plot_view.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// The loss over the iterations of a fit, through all its stages.
class LossView : public FitPlotView {
public:
    LossView(const ViewContext& context, QWidget* parent) : FitPlotView(context, parent)
    {
        rect_ = add_fit_rect();
        set_logarithmic(vertical(rect_), true);
        loss_ = add_graph(rect_, QCPGraph::lsLine);
        best_ = add_graph(rect_, QCPGraph::lsNone);
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [records = history()] {
            std::string text = "# loss over the iterations of a fit\nstage,iteration,loss\n";
            for (const FitRecord& record : records)
                fmt::format_to(std::back_inserter(text), "{},{},{}\n", record.stage, record.iteration, record.loss);
            return text;
        };
    }

protected:
    void take_colours() override
    {
        loss_->setPen(QPen(theme().accent, 1.5));
        best_->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(theme().text, 1.4), Qt::NoBrush, 8));
    }

    void fill() override
    {
        const auto& records = history();
        const QCPRange range = visible_range();
        const PlotPoints points = decimate(records.size(), range.lower, range.upper, columns(), iteration,
                                           [&](std::size_t i) { return positive(records[i].loss); });
        set_points(loss_, points);
        const bool few = static_cast<int>(points.size()) * 7 < columns();
        loss_->setScatterStyle(few ? QCPScatterStyle(QCPScatterStyle::ssDisc, theme().accent, 5) : QCPScatterStyle());
        best_at_ = best();
        PlotPoints mark;
        mark.add(iteration(best_at_), positive(records[best_at_].loss));
        set_points(best_, mark);
        fit_vertical(vertical(rect_), points.lowest, points.highest);
        set_vertical_title(vertical(rect_), {tr("loss"), QStringLiteral("L")});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        const auto& records = history();
        const auto plain = [](const QString& text, bool spare) {
            return HeadlineEntry{theme().text, HeadlineEntry::Mark::none, text, {}, {}, spare};
        };
        return {plain(tr("best loss %1").arg(number_text(records[best_at_].loss)), false),
                plain(tr("now %1").arg(number_text(records.back().loss)), true),
                plain(tr("%L1 iterations, stage %L2").arg(records.size()).arg(records.back().stage + 1), true)};
    }

    PlotHint hint() const override { return {tr("Loss over iterations"), tr("Press Fit (F5).")}; }

private:
    /// The best of the last stage, since those before may have fitted less of the data.
    std::size_t best() const
    {
        const auto& records = history();
        std::size_t found = records.size() - 1;
        for (std::size_t i = records.size(); i-- > 0 && records[i].stage == records.back().stage;)
            if (records[i].loss < records[found].loss) found = i;
        return found;
    }

    QCPAxisRect* rect_;
    QCPGraph *loss_, *best_;
    std::size_t best_at_ = 0;
};

}  // namespace

View* make_loss_view(const ViewContext& context, QWidget* parent)
{
    return new LossView(context, parent);
}

}  // namespace syzygy
