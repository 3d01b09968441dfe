#include "physics/model/encounters.hpp"
#include "ui/base/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/time_plot_view.hpp"

#include <QToolButton>

#include <fmt/format.h>

namespace syzygy {
namespace {

/// How far apart the bodies are, pair by pair, and where each pair is closest.
class DistancesView : public TimePlotView {
public:
    DistancesView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
    {
        rect_ = add_time_rect();
        for (QCPGraph*& graph : graphs_) graph = add_graph(rect_, QCPGraph::lsLine);
        add_painted(
            QStringLiteral("overlay"), [this](QCPPainter& painter) { draw_closest(painter); }, rect_);
        logarithmic_ = add_toggle(tr("log"), tr("Draw distances on a logarithmic axis"));
    }

    bool empty() const override { return TimePlotView::empty() || solution()->distances.times.empty(); }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), data = session().picture()->observations] {
            const DistanceSeries& distances = s->distances;
            std::string text = table_head(*s, *data, "distances of the pairs");
            text += fmt::format("# bodies: {}, {}, {}\n# t in {}, distances in {}\nt,d12,d13,d23\n", data->bodies[0],
                                data->bodies[1], data->bodies[2], unit_or_one(data->units.time_label()),
                                unit_or_one(data->units.length_label()));
            for (std::size_t i = 0; i < distances.times.size(); ++i)
                fmt::format_to(std::back_inserter(text), "{},{},{},{}\n", distances.times[i], distances.pairs[0][i],
                               distances.pairs[1][i], distances.pairs[2][i]);
            return text;
        };
    }

protected:
    void take_colours() override
    {
        for (std::size_t i = 0; i < 3; ++i) graphs_[i]->setPen(QPen(theme().pairs[i], 1.5));
    }

    void fill() override
    {
        const auto s = solution();
        find_closest(s);
        const bool logarithmic = logarithmic_->isChecked();
        if ((vertical(rect_)->scaleType() == QCPAxis::stLogarithmic) != logarithmic)
            set_logarithmic(vertical(rect_), logarithmic);
        const DistanceSeries& distances = s->distances;
        const QCPRange range = visible_range();
        std::array<PlotPoints, 3> points;
        decimate<3>(
            distances.times.size(), range.lower, range.upper, columns(),
            [&](std::size_t i) { return distances.times[i]; },
            [&](std::size_t i, std::size_t row) {
                return logarithmic ? positive(distances.pairs[row][i]) : distances.pairs[row][i];
            },
            points);
        double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
        for (std::size_t row = 0; row < 3; ++row) {
            set_points(graphs_[row], points[row]);
            lowest = std::min(lowest, points[row].lowest);
            highest = std::max(highest, points[row].highest);
        }
        fit_vertical(vertical(rect_), lowest, highest);
        set_vertical_title(vertical(rect_), {axis_title(tr("distance"), symbols().length),
                                             axis_title(QStringLiteral("d"), symbols().length)});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        const auto s = solution();
        const DistanceSeries& distances = s->distances;
        const double time = timeline().time();
        const auto i = index_at(distances.times.size(), time, [&](std::size_t k) { return distances.times[k]; });
        std::vector<HeadlineEntry> entries;
        for (std::size_t pair = 0; pair < 3; ++pair) {
            QString here;
            if (i >= 0) {
                const auto k = static_cast<std::size_t>(i);
                const auto next = std::min(k + 1, distances.times.size() - 1);
                const double span = distances.times[next] - distances.times[k];
                const double share = span > 0 ? (time - distances.times[k]) / span : 0;
                const auto& d = distances.pairs[pair];
                here = number_text(d[k] + share * (d[next] - d[k]), symbols().length);
            }
            entries.push_back(
                {theme().pairs[pair], HeadlineEntry::Mark::line,
                 body(body_pairs[pair].first) + QStringLiteral(" – ") + body(body_pairs[pair].second), here,
                 QStringLiteral("%1–%2").arg(body_pairs[pair].first + 1).arg(body_pairs[pair].second + 1)});
        }
        return entries;
    }

    PlotHint hint() const override
    {
        return {tr("Distances of the three pairs, with their closest approach"), how_to_begin()};
    }

private:
    void find_closest(const std::shared_ptr<const Solution>& s)
    {
        if (closest_of_ == s) return;
        closest_of_ = s;
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const auto& d = s->distances.pairs[pair];
            closest_[pair] = static_cast<std::size_t>(std::min_element(d.begin(), d.end()) - d.begin());
        }
    }

    void draw_closest(QCPPainter& painter)
    {
        if (!closest_of_) return;
        const DistanceSeries& distances = closest_of_->distances;
        std::size_t nearest = 0;
        for (std::size_t pair = 1; pair < 3; ++pair)
            if (distances.pairs[pair][closest_[pair]] < distances.pairs[nearest][closest_[nearest]]) nearest = pair;
        for (std::size_t pair = 0; pair < 3; ++pair) {
            const std::size_t k = closest_[pair];
            const QPointF at(horizontal(rect_)->coordToPixel(distances.times[k]),
                             vertical(rect_)->coordToPixel(distances.pairs[pair][k]));
            if (!QRectF(rect_->rect()).adjusted(-1, -1, 1, 1).contains(at)) continue;
            painter.setPen(QPen(theme().text, 1.2));
            painter.setBrush(theme().pairs[pair]);
            painter.drawEllipse(at, 3.5, 3.5);
            if (pair != nearest) continue;
            // Beside the ring, on the side with more room, and above it: below is the border of the plot.
            painter.setFont(small_font());
            const QString text = tr("closest: %1").arg(number_text(distances.pairs[pair][k], symbols().length));
            const QFontMetricsF metrics(small_font(), painter.device());
            const double width = metrics.horizontalAdvance(text) + 2;
            const bool right = at.x() + 8 + width < rect_->right();
            const double top = std::clamp(at.y() - metrics.height() - 3, static_cast<double>(rect_->top()),
                                          rect_->bottom() - metrics.height());
            const QRectF place(right ? at.x() + 7 : std::max(at.x() - 7 - width, rect_->left() + 2.0), top, width,
                               metrics.height());
            painter.fillRect(place, faded(theme().plot, 0.75));
            painter.setPen(theme().text);
            painter.drawText(place, Qt::AlignCenter | Qt::TextSingleLine, text);
        }
    }

    QCPAxisRect* rect_;
    std::array<QCPGraph*, 3> graphs_;
    QToolButton* logarithmic_;
    std::shared_ptr<const Solution> closest_of_;
    std::array<std::size_t, 3> closest_{};
};

}  // namespace

View* make_distances_view(const ViewContext& context, QWidget* parent)
{
    return new DistancesView(context, parent);
}

}  // namespace syzygy
