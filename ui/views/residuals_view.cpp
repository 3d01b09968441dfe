#include "ui/base/decimation.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"
#include "ui/views/point_cloud.hpp"
#include "ui/views/time_plot_view.hpp"

#include <QLocale>
#include <QToolButton>

#include <fmt/format.h>

namespace syzygy {
namespace {

constexpr std::array<const char*, 3> component_names{"x", "y", "z"};

/// Lightness of a body's colour for x, y, z, as QColor::lighter takes it.
constexpr std::array shades{100, 140, 70};

/// Of more rows in sight so many are drawn, runs of rows by lot, for the sake of time; extremes always.
constexpr std::size_t most_rows = 60'000;
/// Rows that follow each other are read much faster than others.
constexpr std::size_t rows_of_run = 16;

/// The first row of the run that stands for group `group` of `stride` runs: drawn by lot, always the same one.
std::size_t first_of_run(std::size_t group, std::size_t stride)
{
    // Steele, Lea and Flood 2014, the mixing function of splitmix64.
    std::uint64_t z = (static_cast<std::uint64_t>(group) + 1) * 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (group * stride + static_cast<std::size_t>((z ^ (z >> 31)) % stride)) * rows_of_run;
}

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
            strip.cloud = new PointCloud(strip.rect, QStringLiteral("main"));
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
            strips_[b].cloud->set_kinds({{QCPScatterStyle::ssDisc, colour.lighter(shades[0]), true},
                                         {QCPScatterStyle::ssTriangle, colour.lighter(shades[1]), false},
                                         {QCPScatterStyle::ssSquare, colour.lighter(shades[2]), false}},
                                        5);
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
        const auto time = [&](std::size_t k) { return r.times[k]; };
        const double* sigma = has_sigmas_ ? r.sigma.data() : nullptr;
        const ResidualValues values{r.residual.data(), in_sigmas ? sigma : nullptr};
        const auto [first, last] = indices_within(r.times.size(), range.lower, range.upper, time);
        const BlockExtremes<9>& blocks = in_sigmas ? extremes.in_sigmas : extremes.plain;
        const auto in_sight = blocks.of(first, last, values);
        stride_ = (last - first + most_rows - 1) / most_rows;
        std::array<PlotPoints, 3> band;
        if (has_sigmas_) {
            // Errors change slowly: of very many, each so many is enough.
            const std::size_t stride = std::max<std::size_t>(1, r.times.size() / 20'000);
            decimate<3>(
                r.times.size() / stride, range.lower, range.upper, columns() / 4,
                [&](std::size_t k) { return r.times[k * stride]; },
                [&](std::size_t k, std::size_t b) {
                    const double* e = sigma + 9 * k * stride + 3 * b;
                    return in_sigmas ? 1 : std::sqrt((e[0] * e[0] + e[1] * e[1] + e[2] * e[2]) / 3);
                },
                band);
        }

        for (std::size_t b = 0; b < 3; ++b) {
            Strip& strip = strips_[b];
            const auto least = std::min_element(&in_sight.low[3 * b], &in_sight.low[3 * b] + 3);
            const auto most = std::max_element(&in_sight.high[3 * b], &in_sight.high[3 * b] + 3);
            strip.observed = *least <= *most;
            double lowest = std::min(0.0, *least), highest = std::max(0.0, *most);
            strip.cloud->set_points(strip.observed ? 3 * (last - first) : 0,
                                    // The picture owns all that is read; a hidden view does not keep it.
                                    [owner = std::weak_ptr(picture), &r, &blocks, values, b, first = first, last = last,
                                     stride = stride_](CloudPoints& points) {
                                        if (const auto kept = owner.lock())
                                            add_rows(points, r.times, values, blocks, b, first, last, stride);
                                    });
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
            vertical(strip.rect)->setPadding(static_cast<int>(QFontMetricsF(small_font()).height()) + 8);
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        constexpr std::array marks{Mark::disc, Mark::triangle, Mark::square};
        std::vector<HeadlineEntry> entries;
        // Marks that are too small for shapes differ in lightness.
        const QColor grey(128, 128, 128);
        for (std::size_t c = 0; c < 3; ++c) {
            const bool shaped = strips_[0].cloud->shaped();
            entries.push_back({shaped ? theme().text : grey.lighter(shades[c]),
                               shaped ? marks[c] : Mark::square,
                               QLatin1String(component_names[c]),
                               {}});
        }
        if (stride_ > 1)
            entries.push_back({theme().muted,
                               Mark::none,
                               tr("1 row in %L1 drawn").arg(stride_),
                               {},
                               QStringLiteral("1 : %L1").arg(stride_)});
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
        PointCloud* cloud = nullptr;
        bool observed = true;
    };

    bool shows_sigmas() const { return has_sigmas_ && in_sigmas_->isChecked(); }

    /// Residuals in rows of nine numbers, over their errors where there are any.
    struct ResidualValues {
        const double *residual, *sigma;
        double operator()(std::size_t k, std::size_t row) const
        {
            return sigma ? residual[9 * k + row] / sigma[9 * k + row] : residual[9 * k + row];
        }
    };

    /// The components of body b in rows first..last-1: all, or one run of rows of each `stride` runs and what lies
    /// farther out.
    static void add_rows(CloudPoints& points, const std::vector<double>& times, const ResidualValues& values,
                         const BlockExtremes<9>& blocks, std::size_t b, std::size_t first, std::size_t last,
                         std::size_t stride)
    {
        if (stride <= 1) {
            for (std::size_t k = first; k < last; ++k)
                for (std::size_t c = 0; c < 3; ++c) points.add(times[k], values(k, 3 * b + c), c);
            return;
        }
        std::array<double, 3> low{}, high{};
        const std::size_t of_group = stride * rows_of_run;
        for (std::size_t group = first / of_group; group <= (last - 1) / of_group; ++group) {
            const std::size_t run = first_of_run(group, stride);
            for (std::size_t k = std::max(first, run); k < std::min(last, run + rows_of_run); ++k)
                for (std::size_t c = 0; c < 3; ++c) {
                    const double value = values(k, 3 * b + c);
                    points.add(times[k], value, c);
                    if (value < low[c]) low[c] = value;
                    if (value > high[c]) high[c] = value;
                }
        }
        blocks.visit(first, last, [&](const auto& block) {
            for (std::size_t c = 0; c < 3; ++c) {
                const std::size_t row = 3 * b + c;
                if (block.low[row] < low[c]) points.add(times[block.low_at[row]], block.low[row], c);
                if (block.high[row] > high[c]) points.add(times[block.high_at[row]], block.high[row], c);
            }
        });
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
    bool has_sigmas_ = false;
    std::size_t stride_ = 1;  ///< one row of so many is drawn
};

}  // namespace

View* make_residuals_view(const ViewContext& context, QWidget* parent)
{
    return new ResidualsView(context, parent);
}

}  // namespace syzygy
