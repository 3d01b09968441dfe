#include "ui/views/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/time_plot_view.hpp"

#include <QToolButton>

#include <fmt/format.h>

namespace syzygy {
namespace {

constexpr std::array<const char*, 3> component_names{"x", "y", "z"};

/// Predicted minus observed positions, a strip a body, and the band that the data's errors allow.
class ResidualsView : public TimePlotView {
public:
    ResidualsView(const ViewContext& context, QWidget* parent) : TimePlotView(context, parent)
    {
        for (std::size_t b = 0; b < 3; ++b) {
            Strip& strip = strips_[b];
            strip.rect = add_time_rect();
            strip.low = add_graph(strip.rect, QCPGraph::lsLine);
            strip.high = add_graph(strip.rect, QCPGraph::lsLine);
            strip.high->setChannelFillGraph(strip.low);
            for (std::size_t c = 0; c < 3; ++c) strip.components[c] = add_graph(strip.rect, QCPGraph::lsNone);
            add_painted(
                QStringLiteral("overlay"), [this, b](QCPPainter& painter) { draw_name(painter, b); }, strip.rect);
        }
        add_painted(
            QStringLiteral("axes"), [this](QCPPainter& painter) { draw_title(painter); }, nullptr);
        in_sigmas_ = add_toggle(tr("in σ"), tr("Draw residuals in units of their one-sigma errors"));
    }

    bool empty() const override { return TimePlotView::empty() || solution()->residuals.times.empty(); }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [s = solution(), data = session().picture()->observations] {
            const ResidualSeries& r = s->residuals;
            const bool sigmas = r.sigma.cols() > 0;
            std::string text = table_head(*s, *data, "residuals, predicted minus observed positions,");
            text +=
                fmt::format("# bodies: {}, {}, {}\n# t in {}, residuals{} in {}; fitted 1: inside the window\nt",
                            data->bodies[0], data->bodies[1], data->bodies[2], unit_or_one(data->units.time_label()),
                            sigmas ? " and one-sigma errors" : "", unit_or_one(data->units.length_label()));
            for (int row = 0; row < 9; ++row)
                text += fmt::format(",{}{}", component_names[static_cast<std::size_t>(row % 3)], row / 3 + 1);
            for (int row = 0; sigmas && row < 9; ++row)
                text += fmt::format(",sigma_{}{}", component_names[static_cast<std::size_t>(row % 3)], row / 3 + 1);
            text += ",fitted\n";
            auto out = std::back_inserter(text);
            for (std::size_t k = 0; k < r.times.size(); ++k) {
                const auto column = static_cast<Eigen::Index>(k);
                fmt::format_to(out, "{}", r.times[k]);
                for (int row = 0; row < 9; ++row) fmt::format_to(out, ",{}", r.residual(row, column));
                for (int row = 0; sigmas && row < 9; ++row) fmt::format_to(out, ",{}", r.sigma(row, column));
                fmt::format_to(out, ",{}\n", k < r.in_window ? 1 : 0);
            }
            return text;
        };
    }

protected:
    void take_colours() override
    {
        for (std::size_t b = 0; b < 3; ++b) {
            const QColor colour = theme().bodies[b];
            strips_[b].low->setPen(Qt::NoPen);
            strips_[b].high->setPen(Qt::NoPen);
            strips_[b].high->setBrush(faded(colour, 0.18));
            vertical(strips_[b].rect)->grid()->setZeroLinePen(QPen(theme().axis, 1));
        }
    }

    void fill() override
    {
        const auto picture = session().picture();
        const ResidualSeries& r = picture->solution->residuals;
        const ResidualExtremes& extremes = picture->residual_extremes;
        has_sigmas_ = r.sigma.cols() > 0;
        in_sigmas_->setVisible(has_sigmas_);
        const bool in_sigmas = shows_sigmas();
        const QCPRange range = visible_range();
        // A mark is some pixels wide: more than one every third column of pixels is a blot.
        const int marks = std::max(20, columns() / 4);
        const auto time = [&](std::size_t k) { return r.times[k]; };
        const double* residual = r.residual.data();
        const double* sigma = has_sigmas_ ? r.sigma.data() : nullptr;
        std::array<PlotPoints, 9> points;
        if (in_sigmas)
            decimate<9>(
                r.times.size(), range.lower, range.upper, marks, time,
                [&](std::size_t k, std::size_t row) { return residual[9 * k + row] / sigma[9 * k + row]; }, points,
                extremes.in_sigmas);
        else
            decimate<9>(
                r.times.size(), range.lower, range.upper, marks, time,
                [&](std::size_t k, std::size_t row) { return residual[9 * k + row]; }, points,
                extremes.plain);
        std::array<PlotPoints, 3> band;
        if (has_sigmas_) {
            // Errors change slowly: of very many, each so many is enough.
            const std::size_t stride = std::max<std::size_t>(1, r.times.size() / 20'000);
            decimate<3>(
                r.times.size() / stride, range.lower, range.upper, marks,
                [&](std::size_t k) { return r.times[k * stride]; },
                [&](std::size_t k, std::size_t b) {
                    const double* e = sigma + 9 * k * stride + 3 * b;
                    return in_sigmas ? 1 : std::sqrt((e[0] * e[0] + e[1] * e[1] + e[2] * e[2]) / 3);
                },
                band);
        }

        dense_ = points[0].size() > 100;
        for (std::size_t b = 0; b < 3; ++b) {
            Strip& strip = strips_[b];
            strip.observed = false;
            double lowest = 0, highest = 0;
            for (std::size_t c = 0; c < 3; ++c) {
                const PlotPoints& p = points[3 * b + c];
                set_points(strip.components[c], p);
                style_marks(strip.components[c], b, c);
                strip.observed = strip.observed || p.lowest <= p.highest;
                lowest = std::min(lowest, p.lowest);
                highest = std::max(highest, p.highest);
            }
            // The band is seen where it is not far larger than what it is to be compared with.
            if (has_sigmas_ && band[b].lowest <= band[b].highest) {
                const double reach = std::max(highest, -lowest);
                const double shown = std::min(1.2 * band[b].highest, reach > 0 ? 12 * reach : 1.2 * band[b].highest);
                lowest = std::min(lowest, -shown);
                highest = std::max(highest, shown);
            }
            set_points(strip.high, band[b]);
            for (double& value : band[b].y) value = -value;
            set_points(strip.low, band[b]);
            fit_vertical(vertical(strip.rect), lowest, highest);
        }
        const std::string unit = in_sigmas ? "σ" : symbols().length;
        title_ = {axis_title(tr("residual"), unit), axis_title(QStringLiteral("r"), unit)};
        for (const Strip& strip : strips_)
            vertical(strip.rect)->setPadding(static_cast<int>(QFontMetricsF(small_font()).height()) + 2);
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        constexpr std::array marks{Mark::disc, Mark::triangle, Mark::square};
        std::vector<HeadlineEntry> entries;
        for (std::size_t c = 0; c < 3; ++c)
            entries.push_back({theme().text, marks[c], QLatin1String(component_names[c]), {}});
        if (has_sigmas_) entries.push_back({faded(theme().text, 0.25), Mark::band, QStringLiteral("±1 σ"), {}});

        // What is observed nearest to the cursor.
        const auto s = solution();
        const ResidualSeries& r = s->residuals;
        const double time = timeline().time();
        auto k = static_cast<Eigen::Index>(index_at(r.times.size(), time, [&](std::size_t i) { return r.times[i]; }));
        const auto last = static_cast<Eigen::Index>(r.times.size()) - 1;
        k = std::max<Eigen::Index>(k, 0);
        if (k < last && r.times[static_cast<std::size_t>(k) + 1] - time < time - r.times[static_cast<std::size_t>(k)])
            ++k;
        for (Eigen::Index b = 0; b < 3; ++b) {
            if (!strips_[static_cast<std::size_t>(b)].observed) continue;
            Eigen::Vector3d at = r.residual.block<3, 1>(3 * b, k);
            if (shows_sigmas()) at = at.cwiseQuotient(r.sigma.block<3, 1>(3 * b, k));
            if (at.allFinite())
                entries.push_back(
                    {theme().bodies[static_cast<std::size_t>(b)],
                     Mark::disc,
                     {},
                     number_text(at.norm(),
                                 shows_sigmas() ? std::string_view("σ") : std::string_view(symbols().length), 2),
                     {},
                     true});
        }
        return entries;
    }

    PlotHint hint() const override
    {
        return {tr("Residuals of each body: predicted minus observed positions"), how_to_begin()};
    }

private:
    struct Strip {
        QCPAxisRect* rect = nullptr;
        QCPGraph *low = nullptr, *high = nullptr;
        std::array<QCPGraph*, 3> components{};
        bool observed = true;
    };

    bool shows_sigmas() const { return has_sigmas_ && in_sigmas_->isChecked(); }

    /// Shape and shade by component; shade alone where marks are many and small, and quick to draw.
    void style_marks(QCPGraph* graph, std::size_t b, std::size_t c) const
    {
        constexpr std::array shapes{QCPScatterStyle::ssDisc, QCPScatterStyle::ssTriangle, QCPScatterStyle::ssSquare};
        constexpr std::array shades{100, 135, 75};
        const QColor colour = theme().bodies[b].lighter(shades[c]);
        graph->setAntialiasedScatters(!dense_);
        if (dense_)
            graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssSquare, QPen(colour, 1), QBrush(colour), 2));
        else
            graph->setScatterStyle(
                QCPScatterStyle(shapes[c], QPen(colour, 1), QBrush(c == 0 ? colour : faded(colour, 0.35)), 5));
    }

    /// One title beside all three strips, whose labels differ in width.
    void draw_title(QCPPainter& painter) const
    {
        const QFontMetricsF metrics(small_font(), painter.device());
        const double top = strips_[0].rect->top(), height = strips_[2].rect->bottom() - top;
        const QString& title = metrics.horizontalAdvance(title_.front()) <= height ? title_.front() : title_.back();
        painter.save();
        painter.setFont(small_font());
        painter.setPen(theme().text);
        painter.translate(3, top + height / 2);
        painter.rotate(-90);
        painter.drawText(QRectF(-height, 0, 2 * height, metrics.height()), Qt::AlignCenter | Qt::TextSingleLine, title);
        painter.restore();
    }

    void draw_name(QCPPainter& painter, std::size_t b)
    {
        const Strip& strip = strips_[b];
        const bool reference = solution()->data->reference == static_cast<int>(b);
        const QString name = reference
                                 ? tr("%1: reference body, positions are relative to it").arg(body(static_cast<int>(b)))
                             : strip.observed ? body(static_cast<int>(b))
                                              : tr("%1: not observed here").arg(body(static_cast<int>(b)));
        QFont bold = small_font();
        bold.setWeight(QFont::DemiBold);
        const QFontMetricsF metrics(bold, painter.device());
        const QString text = metrics.elidedText(name, Qt::ElideRight, strip.rect->width() - 8);
        const QRectF place(strip.rect->left() + 4, strip.rect->top() + 1, metrics.horizontalAdvance(text) + 4,
                           metrics.height());
        painter.fillRect(place, faded(theme().plot, 0.7));
        painter.setFont(bold);
        painter.setPen(theme().bodies[b]);
        painter.drawText(place, Qt::AlignCenter | Qt::TextSingleLine, text);
    }

    std::array<Strip, 3> strips_;
    std::array<QString, 2> title_;
    QToolButton* in_sigmas_;
    bool has_sigmas_ = false, dense_ = false;
};

}  // namespace

View* make_residuals_view(const ViewContext& context, QWidget* parent)
{
    return new ResidualsView(context, parent);
}

}  // namespace syzygy
