#include "ui/base/text.hpp"
#include "ui/compare/compare_plot_view.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/compare/trace_curve.hpp"
#include "ui/views/number_text.hpp"

#include <QMenu>
#include <QToolButton>

#include <fmt/format.h>

namespace syzygy {
namespace {

constexpr std::size_t curve_points = 1500;
constexpr int bodies = 3;

/// What stands on the axes: components of the state, -1 for the time; of three bodies those of the first, and the
/// others beside it.
struct Axes {
    int across, up;
    bool each_body;
};

/// The state as each method has it on its way back, over the forward trajectory: in a plane of the state, or over time.
class ReverseView : public ComparePlotView {
public:
    ReverseView(const ViewContext& context, QWidget* parent)
        : ComparePlotView(context, parent, &compare_range(context, QStringLiteral("reverse")), "compare-reverse")
    {
        rect_ = add_rect();
        add_painted(
            QStringLiteral("cursor"), [this](QCPPainter& painter) { draw_moment(painter); }, rect_);
        button_ = add_toggle({}, tr("What stands on the axes"));
        button_->setCheckable(false);
        button_->setPopupMode(QToolButton::InstantPopup);
        button_->setMenu(new QMenu(button_));
        connect(context.timeline, &Timeline::time_changed, this, [this] { cursor_moved(); });
        connect(&compare(), &CompareSession::rows_changed, this, [this] { offer_axes(); });
        offer_axes();
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [head = table_head("states on the way back"), names = result().state_names, rows = traced(),
                kept = compare().result()] {
            std::string text = head + "gradient,t";
            for (const std::string& name : names) text += "," + name;
            text += "\n";
            const auto write = [&](const std::string& who, const std::vector<double>& times,
                                   const std::vector<Eigen::VectorXd>& states) {
                for (std::size_t i = 0; i < times.size(); ++i) {
                    fmt::format_to(std::back_inserter(text), "{},{}", who, times[i]);
                    for (const double value : states[i]) fmt::format_to(std::back_inserter(text), ",{}", value);
                    text += "\n";
                }
            };
            write("forward", rows.front()->trace->times, rows.front()->trace->states);
            for (const CompareRow* row : rows)
                write(row->run.gradient, row->trace->reverse_times, row->trace->reverse_states);
            return text;
        };
    }

protected:
    bool nothing_to_draw() const override { return traced().empty(); }

    QCPRange whole() const override
    {
        if (extent_.first.size() > 0) return extent_.first;
        return {0, 1};
    }

    std::pair<QString, std::string> horizontal_title() const override
    {
        return {component(axes_.across), axes_.across < 0 ? compare().time_unit() : std::string()};
    }

    void fill() override
    {
        plot().clearPlottables();
        const auto rows = traced();
        const CompareTrace& forward = *forward_row(rows).trace;
        // Not a number: the first point that it is widened by is all of it.
        extent_ = {QCPRange(qQNaN(), qQNaN()), QCPRange(qQNaN(), qQNaN())};
        for (const int offset : offsets())
            draw(curve(forward.times, forward.states, offset), QPen(faded(theme().text, theme().dark ? 0.4 : 0.3), 5),
                 true);
        for (const bool chosen : {false, true})
            for (const CompareRow* row : rows)
                if (is_selected(*row) == chosen)
                    for (const int offset : offsets())
                        draw(curve(row->trace->reverse_times, row->trace->reverse_states, offset),
                             method_style(row->run.gradient).pen(chosen ? 2.2 : 1.2), chosen);
        show_all_evenly();
        set_vertical_title(vertical(rect_), {component(axes_.up)});
    }

    std::vector<HeadlineEntry> headline() const override
    {
        const auto rows = traced();
        auto entries = legend(rows, [](const CompareRow& row) {
            return row.gradient.reverse_error ? tr("off by %1").arg(number_text(*row.gradient.reverse_error, 2))
                                              : QString();
        });
        entries.insert(entries.begin() + std::min<std::ptrdiff_t>(1, std::ssize(entries)),
                       {faded(theme().text, 0.4), HeadlineEntry::Mark::band, tr("forward"), {}, tr("forward"), true});
        return entries;
    }

    PlotHint hint() const override
    {
        return {tr("The state as each method has it on its way back, over the forward trajectory"), how_to_begin()};
    }

    void pointed_at(double across) override
    {
        if (axes_.across < 0) timeline().set_time(across);
    }

private:
    std::vector<const CompareRow*> traced() const
    {
        std::vector<const CompareRow*> rows = compare().beside_selected();
        std::erase_if(rows, [](const CompareRow* row) { return !row->trace || row->trace->times.size() < 2; });
        return rows;
    }
    const CompareRow& forward_row(const std::vector<const CompareRow*>& rows) const
    {
        for (const CompareRow* row : rows)
            if (is_selected(*row)) return *row;
        return *rows.front();
    }
    std::vector<int> offsets() const { return axes_.each_body ? std::vector<int>{0, 3, 6} : std::vector<int>{0}; }
    TraceCurve curve(const std::vector<double>& times, const std::vector<Eigen::VectorXd>& states, int offset) const
    {
        return {times, states, axes_.across < 0 ? -1 : axes_.across + offset, axes_.up + offset};
    }

    QString component(int index) const
    {
        if (index < 0) return QStringLiteral("t");
        QString name = text_of(result().state_names[static_cast<std::size_t>(index)]);
        // "x1" of all bodies is x.
        return axes_.each_body ? name.left(1) : name;
    }

    void offer_axes()
    {
        const std::vector<std::string>* names = compare().result() ? &compare().result()->state_names : nullptr;
        if (!names || *names == offered_) return;
        offered_ = *names;
        button_->menu()->clear();
        const int states = static_cast<int>(names->size());
        const bool three_bodies = states == 6 * bodies;
        const int shown = three_bodies ? 3 * bodies : states;
        const auto name = [&](int i) { return text_of((*names)[static_cast<std::size_t>(i)]); };
        const auto offer = [&](const Axes& axes, const QString& text) {
            if (button_->menu()->isEmpty()) choose(axes, text);
            button_->menu()->addAction(text, this, [this, axes, text] { choose(axes, text); });
        };
        for (int i = 0; i < (three_bodies ? 3 : states); ++i)
            for (int j = i + 1; j < (three_bodies ? 3 : states); ++j)
                offer({i, j, three_bodies}, three_bodies ? tr("%1, %2 of all").arg(name(i).left(1), name(j).left(1))
                                                         : tr("%1, %2").arg(name(i), name(j)));
        for (int i = 0; i < shown; ++i) offer({-1, i, false}, tr("%1 over t").arg(name(i)));
    }

    void choose(const Axes& axes, const QString& text)
    {
        axes_ = axes;
        button_->setText(text);
        extent_ = {};
        reset_view();
    }

    void draw(const TraceCurve& line, const QPen& pen, bool counts)
    {
        auto* const drawn = new QCPCurve(horizontal(rect_), vertical(rect_));
        drawn->setSelectable(QCP::stNone);
        drawn->setPen(pen);
        QVector<QCPCurveData> points;
        for (const QPointF& point : line.line(curve_points)) {
            points.append(QCPCurveData(points.size(), point.x(), point.y()));
            if (!counts || !std::isfinite(point.x()) || !std::isfinite(point.y())) continue;
            extent_.first.expand(point.x());
            extent_.second.expand(point.y());
        }
        drawn->data()->set(points, true);
    }

    /// What drifts far off must not make the rest small: the forward trajectory and the selected method are shown
    /// whole, the latter up to the forward one's size beyond it. Of bodies, a length is as long across as up.
    void show_all_evenly()
    {
        QCPRange x = extent_.first, y = extent_.second;
        const double pad_x = std::max(0.04 * x.size(), 1e-12), pad_y = std::max(0.05 * y.size(), 1e-12);
        x = QCPRange(x.lower - (axes_.across < 0 ? 0 : pad_x), x.upper + (axes_.across < 0 ? 0 : pad_x));
        if (axes_.each_body) {
            const double across = x.size() / rect_->width(), up = (y.size() + 2 * pad_y) / rect_->height();
            if (up > across)
                x = QCPRange(x.center() - up * rect_->width() / 2, x.center() + up * rect_->width() / 2);
            else
                y = QCPRange(y.center() - across * rect_->height() / 2.2, y.center() + across * rect_->height() / 2.2);
        }
        extent_.first = x;
        if (!compare_range_chosen()) horizontal(rect_)->setRange(x);
        fit_vertical(vertical(rect_), y.lower, y.upper);
    }
    bool compare_range_chosen() const { return visible_range() != whole(); }

    /// Where the forward trajectory and each reverse one are at the cursor.
    void draw_moment(QCPPainter& painter)
    {
        const double time = timeline().time();
        const auto place = [&](const TraceCurve& line) {
            const QPointF at = line.at(time);
            return QPointF(horizontal(rect_)->coordToPixel(at.x()), vertical(rect_)->coordToPixel(at.y()));
        };
        const auto rows = traced();
        const CompareTrace& forward = *forward_row(rows).trace;
        for (const int offset : offsets()) {
            for (const CompareRow* row : rows) {
                const TraceCurve back = curve(row->trace->reverse_times, row->trace->reverse_states, offset);
                if (back.empty()) continue;
                painter.setPen(QPen(theme().plot, 1));
                painter.setBrush(method_style(row->run.gradient).colour);
                painter.drawEllipse(place(back), is_selected(*row) ? 5 : 3.5, is_selected(*row) ? 5 : 3.5);
            }
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme().cursor, 2));
            painter.drawEllipse(place(curve(forward.times, forward.states, offset)), 7, 7);
        }
    }

    QCPAxisRect* rect_;
    QToolButton* button_;
    Axes axes_{-1, 0, false};
    std::vector<std::string> offered_;
    std::pair<QCPRange, QCPRange> extent_;
};

}  // namespace

View* make_compare_reverse_view(const ViewContext& context, QWidget* parent)
{
    return new ReverseView(context, parent);
}

}  // namespace syzygy
