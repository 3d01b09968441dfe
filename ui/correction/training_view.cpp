#include "ui/correction/correction_views.hpp"

#include "ui/base/decimation.hpp"
#include "ui/views/fit_plot_view.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/tickers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {
namespace {

/// Of the learning rate, in pixels: what matters are the losses.
constexpr int most_rate_height = 64;

/// The losses of a training over its epochs, on what it is trained on and on what is held out, with its learning rate below.
class TrainingView : public FitPlotView {
public:
    TrainingView(const ViewContext& context, QWidget* parent) : FitPlotView(context, parent)
    {
        losses_ = add_fit_rect();
        rates_ = add_rect(0.32);
        rates_->setMaximumSize(QWIDGETSIZE_MAX, most_rate_height);
        horizontal(rates_)->setTicker(QSharedPointer<ScaledTicker>::create(horizontal(rates_), true));
        for (QCPAxisRect* rect : {losses_, rates_}) {
            set_logarithmic(vertical(rect), true);
            add_painted(
                QStringLiteral("background"), [this, rect](QCPPainter& painter) { draw_horizons(painter, *rect); }, rect);
        }
        add_painted(
            QStringLiteral("main"),
            [this](QCPPainter& painter) {
                if (empty() || has_rate()) return;
                painter.setFont(small_font());
                painter.setPen(theme().muted);
                painter.drawText(rates_->rect(), Qt::AlignCenter | Qt::TextWordWrap,
                                 tr("L-BFGS searches for its step: it has no learning rate"));
            },
            rates_);
        training_ = add_graph(losses_, QCPGraph::lsLine);
        held_out_ = add_graph(losses_, QCPGraph::lsLine);
        kept_ = add_graph(losses_, QCPGraph::lsNone);
        rate_ = add_graph(rates_, QCPGraph::lsLine);
    }

    bool empty() const override { return epochs().empty(); }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [records = epochs()] {
            std::string text =
                "# losses of a training over its epochs\nepoch,loss,validation,learning_rate,horizon,m1,m2,m3\n";
            for (const TrainRecord& record : records)
                fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{}\n", record.epoch, record.loss,
                               record.validation, record.learning_rate, record.horizon, record.masses[0], record.masses[1],
                               record.masses[2]);
            return text;
        };
    }

protected:
    void take_colours() override
    {
        training_->setPen(QPen(theme().accent, 1.5));
        held_out_->setPen(QPen(theme().series[1], 1.5));
        rate_->setPen(QPen(theme().muted, 1.4));
        kept_->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(theme().text, 1.4), Qt::NoBrush, 8));
    }

    void fill() override
    {
        const auto& records = epochs();
        const QCPRange range = visible_range();
        const auto curve = [&](auto&& value) {
            return decimate(records.size(), range.lower, range.upper, columns(), iteration,
                            [&](std::size_t i) { return positive(value(records[i])); });
        };
        const PlotPoints training = curve([](const TrainRecord& record) { return record.loss; });
        const PlotPoints held_out = curve([](const TrainRecord& record) { return record.validation; });
        const PlotPoints rate = curve([](const TrainRecord& record) { return record.learning_rate; });
        set_points(training_, training);
        set_points(held_out_, held_out);
        set_points(rate_, rate);
        kept_at_ = kept();
        PlotPoints mark;
        mark.add(iteration(kept_at_), positive(measure(records[kept_at_])));
        set_points(kept_, mark);
        fit_vertical(vertical(losses_), std::min(training.lowest, held_out.lowest),
                     std::max(training.highest, held_out.highest));
        fit_vertical(vertical(rates_), rate.lowest, rate.highest);
        set_vertical_title(vertical(losses_), {tr("loss"), QStringLiteral("L")});
        set_vertical_title(vertical(rates_), {tr("rate"), QString()});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        const auto& records = epochs();
        const TrainRecord& last = records.back();
        std::vector<HeadlineEntry> entries{{theme().accent, Mark::line, tr("training"), number_text(last.loss, 3), tr("training")}};
        if (std::isfinite(last.validation))
            entries.push_back({theme().series[1], Mark::line, tr("held out"), number_text(last.validation, 3), tr("held out")});
        const TrainRecord& kept = records[kept_at_];
        entries.push_back({theme().text, Mark::ring, tr("kept: epoch %L1").arg(kept.epoch), number_text(measure(kept), 3),
                           tr("kept: %L1").arg(kept.epoch)});
        if (std::any_of(records.begin(), records.end(), [&](const auto& record) { return record.horizon != last.horizon; }))
            entries.push_back({theme().axis, Mark::dotted, tr("longer horizon"), {}, tr("horizon"), true});
        if (has_rate())
            entries.push_back(
                {theme().muted, Mark::line, tr("learning rate"), number_text(last.learning_rate, 2), tr("rate"), true});
        return entries;
    }

    QCPRange whole() const override
    {
        // Room for the ring at the ends.
        const QCPRange all = FitPlotView::whole();
        return {all.lower - 0.015 * all.size(), all.upper + 0.015 * all.size()};
    }

    std::pair<QString, std::string> horizontal_title() const override { return {tr("epoch"), {}}; }

    PlotHint hint() const override
    {
        const QString what = tr("Losses of a training, on the fitted part and on the one held out");
        if (!session().has_data() || session().setup().correction.correction == "none") return {what, how_to_correct()};
        if (!session().trains())
            return {what, tr("This correction has few parameters with names: it is fitted as masses are, not trained.")};
        return {what, tr("Press Fit (F5) to train the network.")};
    }

private:
    const std::vector<TrainRecord>& epochs() const { return session().epochs(); }

    bool has_rate() const
    {
        return std::any_of(epochs().begin(), epochs().end(), [](const auto& record) { return record.learning_rate > 0; });
    }

    /// What is compared: the held-out loss, where there is one.
    static double measure(const TrainRecord& record)
    {
        return std::isfinite(record.validation) ? record.validation : record.loss;
    }

    /// The epoch whose point is kept as the best, by the training's own reckoning; the last as long as none can be said to be.
    std::size_t kept() const
    {
        const auto& records = epochs();
        const double best = session().train_state().best_validation;
        const auto found = std::find_if(records.begin(), records.end(), [best](const auto& record) { return measure(record) == best; });
        return found == records.end() ? records.size() - 1 : static_cast<std::size_t>(found - records.begin());
    }

    /// A dotted line where the horizon grows.
    void draw_horizons(QCPPainter& painter, QCPAxisRect& rect) const
    {
        const auto& records = epochs();
        painter.setPen(QPen(theme().axis, 1, Qt::DotLine));
        double drawn = -2;
        for (std::size_t i = 1; i < records.size(); ++i) {
            if (records[i].horizon == records[i - 1].horizon) continue;
            const double x = rect.axis(QCPAxis::atBottom)->coordToPixel(iteration(i) - 0.5);
            if (x - drawn < 2) continue;
            drawn = x;
            painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()));
        }
    }

    QCPAxisRect *losses_, *rates_;
    QCPGraph *training_, *held_out_, *kept_, *rate_;
    std::size_t kept_at_ = 0;
};

}  // namespace

View* make_training_view(const ViewContext& context, QWidget* parent)
{
    return new TrainingView(context, parent);
}

}  // namespace syzygy
