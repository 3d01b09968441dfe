#include "ui/views/number_text.hpp"
#include "ui/views/plot_view.hpp"
#include "ui/views/plots.hpp"

#include <QHelpEvent>
#include <QToolTip>

#include <fmt/format.h>

#include <algorithm>

namespace syzygy {
namespace {

/// How the errors of the fitted parameters hang together: a coloured cell a pair.
class CorrelationView : public PlotView {
public:
    CorrelationView(const ViewContext& context, QWidget* parent) : PlotView(context, parent, nullptr)
    {
        rect_ = add_rect();
        for (QCPAxis* axis : {horizontal(rect_), vertical(rect_)}) {
            axis->grid()->setVisible(false);
            axis->setSubTicks(false);
            axis->setTicker(QSharedPointer<QCPAxisTickerText>::create());
        }
        vertical(rect_)->setRangeReversed(true);
        add_painted(
            QStringLiteral("main"), [this](QCPPainter& painter) { draw_cells(painter); }, rect_);
        scale_ = new QCPColorScale(&plot());
        plot().plotLayout()->addElement(1, 1, scale_);
        scale_->setType(QCPAxis::atRight);
        scale_->setBarWidth(10);
        scale_->setRangeDrag(false);
        scale_->setRangeZoom(false);
        scale_->setDataRange(QCPRange(-1, 1));
        scale_->setMinimumMargins(QMargins(0, 3, 6, 3));
        auto* group = new QCPMarginGroup(&plot());
        rect_->setMarginGroup(QCP::msTop | QCP::msBottom, group);
        scale_->setMarginGroup(QCP::msTop | QCP::msBottom, group);
        auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();
        ticker->setTickStep(0.5);
        scale_->axis()->setTicker(ticker);
        scale_->axis()->setNumberFormat(QStringLiteral("f"));
        scale_->axis()->setNumberPrecision(1);
        connect(context.session, &Session::result_changed, this, [this] { changed(); });
    }

    bool empty() const override
    {
        const auto result = session().result();
        return !result || result->correlation.size() == 0;
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [result = session().result()] {
            std::string text = "# correlation of the fitted parameters\n";
            if (of_solver(*result))
                text += "# errors are mostly those of the solver; correlations are those of the data's noise alone\n";
            text += "parameter";
            for (const std::string& name : result->correlation_names) text += "," + name;
            text += "\n";
            for (Eigen::Index i = 0; i < result->correlation.rows(); ++i) {
                text += result->correlation_names[static_cast<std::size_t>(i)];
                for (Eigen::Index j = 0; j < result->correlation.cols(); ++j)
                    text += fmt::format(",{}", result->correlation(i, j));
                text += "\n";
            }
            return text;
        };
    }

protected:
    void take_colours() override
    {
        QCPColorGradient gradient;
        gradient.clearColorStops();
        for (int i = 0; i <= 20; ++i) gradient.setColorStopAt(i / 20.0, theme().diverging(i / 10.0 - 1));
        scale_->setGradient(gradient);
        QCPAxis* const axis = scale_->axis();
        axis->setBasePen(QPen(theme().axis, 1));
        axis->setTickPen(QPen(theme().axis, 1));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(theme().axis);
        axis->setLabelColor(theme().text);
        axis->setTickLabelFont(small_font());
        axis->setLabelFont(small_font());
    }

    void fill() override
    {
        const auto result = session().result();
        const auto count = static_cast<int>(result->correlation.rows());
        const QFontMetricsF metrics(small_font());
        const double row_height = static_cast<double>(rect_->height()) / count,
                     column_width = static_cast<double>(rect_->width()) / count;
        double longest = 0;
        for (const std::string& name : result->correlation_names)
            longest = std::max(longest, metrics.horizontalAdvance(QString::fromStdString(name)));
        // Names lie down where they have room, else stand; where neither will do, each so many is named.
        const bool standing = longest + 4 > column_width;
        name_axis(horizontal(rect_), *result,
                  std::ceil(metrics.height() * 0.9 / std::max(1.0, standing ? column_width : 1e3)));
        name_axis(vertical(rect_), *result, std::ceil(metrics.height() * 0.9 / std::max(1.0, row_height)));
        horizontal(rect_)->setTickLabelRotation(standing ? -90 : 0);
        QString said;
        if (of_solver(*result))
            for (const QString& choice : {tr("Errors here are mostly those of the solver (tighten its tolerances); "
                                             "correlations are those of the data."),
                                          tr("Errors are mostly the solver's own, correlations the data's."),
                                          tr("Errors: mostly the solver's own."), tr("solver's errors")}) {
                said = choice;
                if (metrics.horizontalAdvance(choice) < rect_->width()) break;
            }
        horizontal(rect_)->setLabel(said);
        horizontal(rect_)->setRange(-0.5, count - 0.5);
        vertical(rect_)->setRange(-0.5, count - 0.5);
        scale_->setLabel(rect_->height() > metrics.horizontalAdvance(tr("correlation")) ? tr("correlation")
                                                                                        : QString());
    }

    std::vector<HeadlineEntry> headline() const override
    {
        const auto result = session().result();
        const Eigen::MatrixXd& c = result->correlation;
        Eigen::Index first = 0, second = 0;
        for (Eigen::Index i = 0; i < c.rows(); ++i)
            for (Eigen::Index j = 0; j < i; ++j)
                if (first == second || std::abs(c(i, j)) > std::abs(c(first, second))) first = i, second = j;
        if (first == second) return {{theme().text, HeadlineEntry::Mark::none, tr("correlation of one parameter"), {}}};
        return {{theme().text,
                 HeadlineEntry::Mark::none,
                 tr("strongest: %1 with %2, %3")
                     .arg(name(*result, second), name(*result, first), number_text(c(first, second), 3)),
                 {}}};
    }

    PlotHint hint() const override
    {
        return {tr("Correlation of the fitted parameters"), tr("Press Fit (F5) and let it end.")};
    }

    bool event(QEvent* event) override
    {
        if (event->type() == QEvent::ToolTip && !empty()) {
            const auto& help = *static_cast<QHelpEvent*>(event);
            const auto result = session().result();
            const auto j = static_cast<Eigen::Index>(std::lround(horizontal(rect_)->pixelToCoord(help.pos().x())));
            const auto i = static_cast<Eigen::Index>(std::lround(vertical(rect_)->pixelToCoord(help.pos().y())));
            const Eigen::MatrixXd& c = result->correlation;
            if (i >= 0 && j >= 0 && i < c.rows() && j < c.cols())
                QToolTip::showText(
                    help.globalPos(),
                    tr("%1 with %2: %3").arg(name(*result, i), name(*result, j), number_text(c(i, j), 4)), this);
            else
                QToolTip::hideText();
            return true;
        }
        return PlotView::event(event);
    }

private:
    /// How light an eye sees a colour (Rec. 709, of the numbers as they are encoded), from 0 to 1.
    static double luminance(const QColor& colour)
    {
        return 0.2126 * colour.redF() + 0.7152 * colour.greenF() + 0.0722 * colour.blueF();
    }

    /// Whether of any error most is the solver's own, which no correlation is of.
    static bool of_solver(const FitResult& result)
    {
        return std::any_of(result.parameters.begin(), result.parameters.end(), [](const FittedParameter& parameter) {
            return !parameter.fixed &&
                   parameter.solver_sigma * parameter.solver_sigma > 0.5 * parameter.sigma * parameter.sigma;
        });
    }

    static QString name(const FitResult& result, Eigen::Index i)
    {
        return QString::fromStdString(result.correlation_names[static_cast<std::size_t>(i)]);
    }

    static QString number_in_cell(double value)
    {
        if (!std::isfinite(value)) return QStringLiteral("–");
        if (value > 0.9999) return QStringLiteral("1");
        const double rounded = std::abs(value) < 0.005 ? 0 : value;
        return QString::number(rounded, 'f', 2).replace(u'-', QChar(u'−'));
    }

    static void name_axis(QCPAxis* axis, const FitResult& result, double stride)
    {
        const auto ticker = qSharedPointerCast<QCPAxisTickerText>(axis->ticker());
        ticker->clear();
        const auto step = static_cast<Eigen::Index>(std::max(1.0, stride));
        for (Eigen::Index i = 0; i < result.correlation.rows(); i += step)
            ticker->addTick(static_cast<double>(i), name(result, i));
    }

    void draw_cells(QCPPainter& painter)
    {
        const auto result = session().result();
        if (!result) return;
        const Eigen::MatrixXd& c = result->correlation;
        painter.setAntialiasing(false);
        painter.setFont(small_font());
        const QFontMetricsF metrics(small_font(), painter.device());
        // All cells or none, though their pixels differ by one.
        const bool numbers = metrics.horizontalAdvance(QStringLiteral("−0.00")) + 4 <
                                 static_cast<double>(rect_->width()) / static_cast<double>(c.cols()) &&
                             metrics.height() < static_cast<double>(rect_->height()) / static_cast<double>(c.rows());
        const auto edge = [](QCPAxis* axis, double at) { return std::round(axis->coordToPixel(at)); };
        for (Eigen::Index i = 0; i < c.rows(); ++i)
            for (Eigen::Index j = 0; j < c.cols(); ++j) {
                const QRectF cell(QPointF(edge(horizontal(rect_), static_cast<double>(j) - 0.5),
                                          edge(vertical(rect_), static_cast<double>(i) - 0.5)),
                                  QPointF(edge(horizontal(rect_), static_cast<double>(j) + 0.5),
                                          edge(vertical(rect_), static_cast<double>(i) + 0.5)));
                const QColor colour = theme().diverging(std::isfinite(c(i, j)) ? c(i, j) : 0);
                painter.fillRect(cell.adjusted(0, 0, cell.width() > 6 ? -1 : 0, cell.height() > 6 ? -1 : 0), colour);
                const QString text = number_in_cell(c(i, j));
                if (!numbers) continue;
                // Whichever of the theme's two extremes stands out from the cell.
                const QColor &one = theme().text, &other = theme().plot;
                painter.setPen(std::abs(luminance(one) - luminance(colour)) >
                                       std::abs(luminance(other) - luminance(colour))
                                   ? one
                                   : other);
                painter.drawText(cell, Qt::AlignCenter | Qt::TextSingleLine, text);
            }
    }

    QCPAxisRect* rect_;
    QCPColorScale* scale_;
};

}  // namespace

View* make_correlation_view(const ViewContext& context, QWidget* parent)
{
    return new CorrelationView(context, parent);
}

}  // namespace syzygy
