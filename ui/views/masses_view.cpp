#include "ui/base/decimation.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/views/fit_plot_view.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/plots.hpp"

#include <fmt/format.h>

namespace syzygy {
namespace {

/// Errors of a result that is not to be trusted say nothing.
bool gives_errors(const FitResult& result)
{
    return trust(result) == Trust::trusted || trust(result) == Trust::with_care;
}

/// Lines of a table's head: the errors to be taken, then the formal ones where those are smaller.
std::string errors_text(const FitResult& result)
{
    const auto line = [&](std::string_view what, auto error) {
        const auto& masses = result.parameters;
        return fmt::format("# {}: {} {} {}\n", what, error(masses[0]), error(masses[1]), error(masses[2]));
    };
    std::string text = gives_errors(result) ? "" : "# the result is not to be trusted, whatever its errors\n";
    text += line("one-sigma errors", [](const FittedParameter& mass) { return mass.trusted_sigma(); });
    const bool widened = std::ranges::any_of(result.parameters, [](const FittedParameter& each) { return each.trusted_sigma() > each.sigma; });
    if (widened) text += line("formal errors, too small for these residuals", [](const FittedParameter& mass) { return mass.sigma; });
    return text;
}

/// Masses further apart than this factor are drawn on a logarithmic axis.
constexpr double widest_linear = 30;

/// The masses over the iterations of a fit, the error of the fitted values, and the truth where it is known.
class MassesView : public FitPlotView {
public:
    MassesView(const ViewContext& context, QWidget* parent) : FitPlotView(context, parent)
    {
        rect_ = add_fit_rect();
        add_painted(
            QStringLiteral("grid"), [this](QCPPainter& painter) { draw_bands(painter); }, rect_);
        for (QCPGraph*& graph : graphs_) graph = add_graph(rect_, QCPGraph::lsLine);
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return
            [records = history(), data = session().data().observations, result = session().result(), truth = truth()] {
                const std::string& unit = data->units.mass_label();
                std::string text = fmt::format(
                    "# masses over the iterations of a fit of {}\n# units: {}; masses in {}\n# bodies: {}, {}, {}\n",
                    data->name, data->units.text(), unit.empty() ? "1" : unit, data->bodies[0], data->bodies[1],
                    data->bodies[2]);
                if (result)
                    text += errors_text(*result);
                if (truth) text += fmt::format("# truth: {} {} {}\n", (*truth)[0], (*truth)[1], (*truth)[2]);
                text += "stage,iteration,m1,m2,m3\n";
                for (const FitRecord& record : records)
                    fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n", record.stage, record.iteration,
                                   record.masses[0], record.masses[1], record.masses[2]);
                return text;
            };
    }

protected:
    void take_colours() override
    {
        for (std::size_t b = 0; b < 3; ++b) graphs_[b]->setPen(QPen(theme().bodies[b], 1.8));
    }

    void fill() override
    {
        const auto& records = history();
        const QCPRange range = visible_range();
        const auto known = truth();
        std::array<PlotPoints, 3> points;
        decimate<3>(
            records.size(), range.lower, range.upper, columns(), iteration,
            [&](std::size_t i, std::size_t row) { return records[i].masses[static_cast<Eigen::Index>(row)]; }, points);
        double lowest = std::numeric_limits<double>::infinity(), highest = -lowest, smallest = lowest;
        const auto hold = [&](double value) {
            if (!std::isfinite(value)) return;
            lowest = std::min(lowest, value);
            highest = std::max(highest, value);
            if (value > 0) smallest = std::min(smallest, value);
        };
        for (std::size_t row = 0; row < 3; ++row) {
            hold(points[row].lowest);
            hold(points[row].highest);
            if (known) hold((*known)[static_cast<Eigen::Index>(row)]);
        }
        const bool logarithmic = smallest > 0 && highest > widest_linear * smallest;
        if ((vertical(rect_)->scaleType() == QCPAxis::stLogarithmic) != logarithmic)
            set_logarithmic(vertical(rect_), logarithmic);
        const bool few = static_cast<int>(points[0].size()) * 7 < columns();
        for (std::size_t row = 0; row < 3; ++row) {
            if (logarithmic)
                for (double& value : points[row].y) value = positive(value);
            set_points(graphs_[row], points[row]);
            graphs_[row]->setScatterStyle(few ? QCPScatterStyle(QCPScatterStyle::ssDisc, theme().bodies[row], 4)
                                              : QCPScatterStyle());
        }
        fit_vertical(vertical(rect_), logarithmic ? smallest : lowest, highest);
        const std::string unit = unit_symbols(session().data().observations->units).mass;
        set_vertical_title(vertical(rect_), {axis_title(tr("mass"), unit), axis_title(QStringLiteral("m"), unit)});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        using Mark = HeadlineEntry::Mark;
        const auto& bodies = session().data().observations->bodies;
        const auto result = session().result();
        std::vector<HeadlineEntry> entries;
        for (std::size_t b = 0; b < 3; ++b) {
            QString value = number_text(history().back().masses[static_cast<Eigen::Index>(b)]);
            if (result && gives_errors(*result) && result->parameters[b].sigma > 0)
                value += QStringLiteral(" ± ") + number_text(result->parameters[b].trusted_sigma(), 2);
            entries.push_back({theme().bodies[b], Mark::line, QString::fromStdString(bodies[b]), value});
        }
        if (truth()) entries.push_back({theme().text, Mark::dashed, tr("truth"), {}});
        return entries;
    }

    PlotHint hint() const override { return {tr("Masses over iterations, with their errors"), tr("Press Fit (F5).")}; }

private:
    std::optional<Eigen::Vector3d> truth() const
    {
        const LoadedData& data = session().data();
        if (data.truth) return data.truth->masses;
        if (data.observations) return data.observations->true_masses;
        return {};
    }

    void draw_bands(QCPPainter& painter)
    {
        QCPAxis* const axis = vertical(rect_);
        const auto pixel = [&](double mass) {
            const bool below = axis->scaleType() == QCPAxis::stLogarithmic && !(mass > 0);
            const double y = below ? 1e6 : axis->coordToPixel(mass);
            return std::clamp(y, rect_->top() - 10.0, rect_->bottom() + 10.0);
        };
        if (const auto result = session().result(); result && gives_errors(*result))
            for (std::size_t b = 0; b < 3; ++b) {
                const FittedParameter& mass = result->parameters[b];
                if (!(mass.sigma > 0)) continue;
                const double top = pixel(mass.value + mass.trusted_sigma()),
                             bottom = pixel(mass.value - mass.trusted_sigma());
                painter.fillRect(QRectF(rect_->left(), top, rect_->width(), std::max(1.0, bottom - top)),
                                 faded(theme().bodies[b], 0.2));
            }
        if (const auto known = truth())
            for (std::size_t b = 0; b < 3; ++b) {
                const double y = pixel((*known)[static_cast<Eigen::Index>(b)]);
                painter.setPen(QPen(faded(theme().bodies[b], 0.85), 1.2, Qt::DashLine));
                painter.drawLine(QLineF(rect_->left(), y, rect_->right(), y));
            }
    }

    QCPAxisRect* rect_;
    std::array<QCPGraph*, 3> graphs_;
};

}  // namespace

View* make_masses_view(const ViewContext& context, QWidget* parent)
{
    return new MassesView(context, parent);
}

}  // namespace syzygy
