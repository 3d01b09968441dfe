#include "ui/base/text.hpp"
#include "ui/compare/bar_break.hpp"
#include "ui/compare/compare_plot_view.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/views/number_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace syzygy {
namespace {

constexpr int bodies = 3, positions = 9;
/// Gradients that are so many times too long are cut there: else the right ones would be points.
constexpr double most_over_reference = 2.2;
/// Pixels of the reference line on both sides of a group of bars.
constexpr double reference_reach = 5;
/// Of the view's height, for the bars of the parameters; the state takes the rest.
constexpr double parameter_share = 0.24;
/// Of the plane's width, for the list of errors at its left.
constexpr double list_share = 0.36;

/// The gradient of each method beside the reference: of three bodies arrows on the initial velocities, of test problems
/// bars of the initial state; and bars of the parameters.
class GradientsView : public ComparePlotView {
public:
    GradientsView(const ViewContext& context, QWidget* parent)
        : ComparePlotView(context, parent, nullptr, "compare-gradients")
    {
        state_rect_ = add_rect();
        parameter_rect_ = add_rect(0.001);
        for (QCPAxisRect* rect : {state_rect_, parameter_rect_}) {
            horizontal(rect)->grid()->setVisible(false);
            horizontal(rect)->setSubTicks(false);
        }
        add_painted(
            QStringLiteral("main"), [this](QCPPainter& p) { draw_state(p); }, state_rect_);
        add_painted(
            QStringLiteral("main"), [this](QCPPainter& p) { draw_bars(p, *parameter_rect_, &parameters_of); },
            parameter_rect_);
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        const ReferenceGradient* const reference = compare().reference(selected());
        return [head = table_head("gradients"), rows = drawn(), kept = compare().result(),
                reference = reference ? std::optional(*reference) : std::nullopt] {
            std::string text = head + "gradient,relative_error";
            for (const std::string& name : kept->parameter_names) text += "," + name;
            for (const std::string& name : kept->state_names) text += "," + name;
            text += "\n";
            const auto write = [&](const std::string& who, double error, const Eigen::VectorXd& parameters,
                                   const Eigen::VectorXd& state) {
                fmt::format_to(std::back_inserter(text), "{},{}", who, error);
                for (const double value : parameters) fmt::format_to(std::back_inserter(text), ",{}", value);
                for (const double value : state) fmt::format_to(std::back_inserter(text), ",{}", value);
                text += "\n";
            };
            if (reference)
                write("reference", reference->relative_error, reference->parameters, reference->initial_state);
            for (const CompareRow* row : rows)
                write(row->run.gradient, row->relative_error.value_or(NAN), row->gradient.parameters,
                      row->gradient.initial_state);
            return text;
        };
    }

protected:
    bool nothing_to_draw() const override { return drawn().empty(); }

    /// Before anything is laid out.
    void take_colours() override
    {
        const int height = std::clamp(static_cast<int>(parameter_share * plot().viewport().height()), 48, 120);
        parameter_rect_->setMinimumSize(20, height);
        parameter_rect_->setMaximumSize(QWIDGETSIZE_MAX, height);
    }

    void fill() override
    {
        const bool three_bodies = of_bodies();
        vertical(state_rect_)->setTicks(true);
        if (three_bodies)
            set_plane();
        else
            set_bars(*state_rect_, result().state_names, &state_of);
        set_bars(*parameter_rect_, result().parameter_names, &parameters_of);
        if (three_bodies) {
            set_vertical_title(vertical(state_rect_),
                               {tr("x, y; arrows ∂L/∂v"), tr("x, y; ∂L/∂v"), QStringLiteral("∂L/∂v")});
        } else {
            set_vertical_title(vertical(state_rect_), {tr("∂L/∂ initial state"), QStringLiteral("∂L/∂y")});
        }
        set_vertical_title(vertical(parameter_rect_), {tr("∂L/∂ parameter"), QStringLiteral("∂L/∂p")});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        std::vector<HeadlineEntry> entries = legend(drawn(), [](const CompareRow& row) {
            return row.relative_error ? tr("error %1").arg(number_text(*row.relative_error, 2)) : QString();
        });
        // Of three bodies the list beside the arrows says more.
        if (of_bodies()) entries.resize(std::min<std::size_t>(entries.size(), 1));
        if (const ReferenceGradient* reference = compare().reference(selected()))
            entries.insert(entries.begin() + std::min<std::ptrdiff_t>(1, std::ssize(entries)),
                           {theme().text, HeadlineEntry::Mark::line, tr("reference"),
                            tr("± %1").arg(number_text(reference->relative_error, 1)), tr("reference"), true});
        return entries;
    }

    PlotHint hint() const override { return {tr("The gradient of each method beside the reference"), how_to_begin()}; }

private:
    using Part = const Eigen::VectorXd& (*)(const CompareRow*, const ReferenceGradient*);
    static const Eigen::VectorXd& parameters_of(const CompareRow* row, const ReferenceGradient* reference)
    {
        return row ? row->gradient.parameters : reference->parameters;
    }
    static const Eigen::VectorXd& state_of(const CompareRow* row, const ReferenceGradient* reference)
    {
        return row ? row->gradient.initial_state : reference->initial_state;
    }

    bool of_bodies() const { return result().state_names.size() == 2 * positions; }
    std::vector<const CompareRow*> drawn() const
    {
        std::vector<const CompareRow*> rows = compare().beside_selected();
        std::erase_if(rows, [](const CompareRow* row) {
            return !row->refused.empty() || row->gradient.initial_state.size() == 0;
        });
        return rows;
    }

    /// The largest number that has to be shown: of the reference, or of the methods where there is none.
    double largest(Part part) const
    {
        double most = 0;
        const ReferenceGradient* const reference = compare().reference(selected());
        if (reference) most = most_over_reference * part(nullptr, reference).cwiseAbs().maxCoeff();
        double seen = 0;
        for (const CompareRow* row : drawn())
            for (const double value : part(row, nullptr))
                if (std::isfinite(value)) seen = std::max(seen, std::abs(value));
        return most > 0 ? std::min(most, std::max(seen, most / most_over_reference)) : seen;
    }

    void set_bars(QCPAxisRect& rect, const std::vector<std::string>& names, Part part)
    {
        auto ticker = QSharedPointer<QCPAxisTickerText>::create();
        for (std::size_t i = 0; i < names.size(); ++i) ticker->addTick(static_cast<double>(i), text_of(names[i]));
        horizontal(&rect)->setTicker(ticker);
        horizontal(&rect)->setRange(-0.5, static_cast<double>(names.size()) - 0.5);
        double lowest = 0, highest = 0;
        const double most = largest(part);
        const auto look = [&](const Eigen::VectorXd& values) {
            for (const double value : values) {
                if (!std::isfinite(value)) continue;
                lowest = std::max(-most, std::min(lowest, value));
                highest = std::min(most, std::max(highest, value));
            }
        };
        for (const CompareRow* row : drawn()) look(part(row, nullptr));
        if (const ReferenceGradient* reference = compare().reference(selected())) look(part(nullptr, reference));
        fit_vertical(vertical(&rect), lowest, highest);
    }

    void draw_bars(QCPPainter& painter, QCPAxisRect& rect, Part part) const
    {
        const auto rows = drawn();
        const ReferenceGradient* const reference = compare().reference(selected());
        const double zero = vertical(&rect)->coordToPixel(0), most = largest(part);
        painter.setAntialiasing(false);
        painter.setPen(QPen(theme().axis, 1));
        painter.drawLine(QLineF(rect.left(), zero, rect.right(), zero));
        const Eigen::Index groups = part(rows.front(), nullptr).size();
        for (Eigen::Index i = 0; i < groups; ++i) {
            const double left = horizontal(&rect)->coordToPixel(static_cast<double>(i) - 0.4);
            const double right = horizontal(&rect)->coordToPixel(static_cast<double>(i) + 0.4);
            const double width = (right - left) / static_cast<double>(rows.size());
            for (std::size_t k = 0; k < rows.size(); ++k) {
                const double value = part(rows[k], nullptr)[i];
                if (!std::isfinite(value)) continue;
                const MethodStyle style = method_style(rows[k]->run.gradient);
                const double end = vertical(&rect)->coordToPixel(std::clamp(value, -most, most));
                const QRectF bar = QRectF(QPointF(left + static_cast<double>(k) * width, zero),
                                          QPointF(left + static_cast<double>(k + 1) * width - (width > 4 ? 1 : 0), end))
                                       .normalized();
                const QBrush fill = style.dash == Qt::SolidLine
                                        ? QBrush(faded(style.colour, is_selected(*rows[k]) ? 1 : 0.75))
                                        : QBrush(style.colour, Qt::Dense4Pattern);
                painter.fillRect(bar, fill);
                if (is_selected(*rows[k])) {
                    painter.setPen(QPen(theme().text, 1));
                    painter.drawRect(bar);
                }
                if (std::abs(value) > most)
                    draw_bar_break(painter, {bar.center().x(), end}, {0, value > 0 ? -1.0 : 1.0}, bar.width());
            }
            if (!reference) continue;
            const double y = vertical(&rect)->coordToPixel(part(nullptr, reference)[i]);
            // Thin, and with ticks at its ends: where bars end is what is to be seen.
            painter.setPen(QPen(theme().text, 1));
            painter.drawLine(QLineF(left - reference_reach, y, right + reference_reach, y));
            for (const double end : {left - reference_reach, right + reference_reach})
                painter.drawLine(QLineF(end, y - 3, end, y + 3));
        }
    }

    QPointF place_of(int body) const
    {
        for (const CompareRow* row : drawn())
            if (row->trace && !row->trace->states.empty()) {
                const Eigen::VectorXd& state = row->trace->states.front();
                return {state[3 * body], state[3 * body + 1]};
            }
        return {body - 1.0, 0};
    }

    void set_plane()
    {
        QCPRange x(qQNaN(), qQNaN()), y(qQNaN(), qQNaN());
        for (int body = 0; body < bodies; ++body) {
            x.expand(place_of(body).x());
            y.expand(place_of(body).y());
        }
        // Room for arrows all round, and for the list at the left; a length is as long across as up.
        const double reach = std::max({x.size(), y.size(), 1e-12});
        const double pixels = std::min(rect_width() * (1 - list_share), static_cast<double>(state_rect_->height()));
        per_pixel_ = 1.7 * reach / std::max(pixels, 1.0);
        const double width = per_pixel_ * rect_width(), height = per_pixel_ * state_rect_->height();
        const double middle = x.center() - list_share / 2 * width;
        horizontal(state_rect_)->setTicker(QSharedPointer<QCPAxisTicker>::create());
        horizontal(state_rect_)->ticker()->setTickCount(4);
        horizontal(state_rect_)->setRange(middle - width / 2, middle + width / 2);
        fit_vertical(vertical(state_rect_), y.center() - height / 2.24, y.center() + height / 2.24);
    }
    double rect_width() const { return state_rect_->width(); }

    void draw_state(QCPPainter& painter)
    {
        if (!of_bodies()) {
            draw_bars(painter, *state_rect_, &state_of);
            return;
        }
        draw_list(painter);
        double longest = 0;
        const ReferenceGradient* const reference = compare().reference(selected());
        const auto length = [&](const Eigen::VectorXd& state) {
            for (int body = 0; body < bodies; ++body)
                longest = std::max(longest, std::hypot(state[positions + 3 * body], state[positions + 3 * body + 1]));
        };
        if (reference)
            length(reference->initial_state);
        else
            length(drawn().front()->gradient.initial_state);
        const double scale =
            longest > 0 ? 0.3 * std::min(rect_width() * (1 - list_share), 1.0 * state_rect_->height()) / longest : 0;
        if (reference) draw_arrows(painter, reference->initial_state, scale, QPen(theme().text, 4));
        for (const bool chosen : {false, true})
            for (const CompareRow* row : drawn())
                if (is_selected(*row) == chosen)
                    draw_arrows(painter, row->gradient.initial_state, scale,
                                method_style(row->run.gradient).pen(chosen ? 2.4 : 1.4));
        painter.setPen(Qt::NoPen);
        for (int body = 0; body < bodies; ++body) {
            painter.setBrush(theme().bodies[static_cast<std::size_t>(body)]);
            painter.drawEllipse(pixel_of(place_of(body)), 5, 5);
        }
    }

    QPointF pixel_of(const QPointF& at) const
    {
        return {horizontal(state_rect_)->coordToPixel(at.x()), vertical(state_rect_)->coordToPixel(at.y())};
    }

    void draw_arrows(QCPPainter& painter, const Eigen::VectorXd& state, double scale, const QPen& pen) const
    {
        for (int body = 0; body < bodies; ++body) {
            QPointF arrow(scale * state[positions + 3 * body], -scale * state[positions + 3 * body + 1]);
            double pixels = std::hypot(arrow.x(), arrow.y());
            if (!std::isfinite(pixels) || pixels < 1) continue;
            const double most =
                0.3 * most_over_reference * std::min(rect_width() * (1 - list_share), 1.0 * state_rect_->height());
            const bool cut = pixels > most;
            if (cut) arrow *= most / pixels, pixels = most;
            const QPointF from = pixel_of(place_of(body)), to = from + arrow, along = arrow / pixels;
            const QPointF aside(-along.y(), along.x());
            const double head = std::min(4 + 2 * pen.widthF(), pixels);
            painter.setPen(QPen(pen.color(), pen.widthF(), cut ? Qt::DotLine : pen.style(), Qt::FlatCap));
            painter.drawLine(QLineF(from, to - 0.8 * head * along));
            painter.setPen(Qt::NoPen);
            painter.setBrush(pen.color());
            painter.drawPolygon(
                QPolygonF{to, to - head * along + 0.45 * head * aside, to - head * along - 0.45 * head * aside});
        }
    }

    /// Methods and their errors, the best first, as many as have room.
    void draw_list(QCPPainter& painter) const
    {
        auto rows = drawn();
        std::stable_sort(rows.begin(), rows.end(), [](const CompareRow* a, const CompareRow* b) {
            return a->relative_error.value_or(INFINITY) < b->relative_error.value_or(INFINITY);
        });
        QFont font = small_font();
        const QFontMetricsF metrics(font, painter.device());
        const double width = list_share * rect_width() - 12, line = metrics.height() + 1;
        double y = state_rect_->top() + 4 + metrics.ascent();
        painter.setFont(font);
        painter.setPen(theme().muted);
        painter.drawText(QPointF(state_rect_->left() + 8, y),
                         metrics.elidedText(tr("relative error"), Qt::ElideRight, width));
        for (const CompareRow* row : rows) {
            y += line;
            if (y + metrics.descent() > state_rect_->bottom()) break;
            font.setBold(is_selected(*row));
            painter.setFont(font);
            painter.setPen(method_style(row->run.gradient).colour);
            const QString error = row->relative_error ? number_text(*row->relative_error, 2) : QStringLiteral("–");
            const double taken = QFontMetricsF(font, painter.device()).horizontalAdvance(error);
            painter.drawText(QPointF(state_rect_->left() + 8, y),
                             metrics.elidedText(text_of(row->run.gradient), Qt::ElideRight, width - taken - 8));
            painter.drawText(QPointF(state_rect_->left() + 8 + width - taken, y), error);
        }
    }

    QCPAxisRect *state_rect_, *parameter_rect_;
    double per_pixel_ = 1;
};

}  // namespace

View* make_compare_gradients_view(const ViewContext& context, QWidget* parent)
{
    return new GradientsView(context, parent);
}

}  // namespace syzygy
