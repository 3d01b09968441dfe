#include "ui/base/text.hpp"
#include "ui/compare/compare_plot_view.hpp"
#include "ui/compare/compare_views.hpp"
#include "ui/views/number_text.hpp"

#include <QMouseEvent>
#include <QToolButton>

#include <fmt/format.h>

namespace syzygy {
namespace {

using Kind = SweepEvent::Kind;

/// Rows of the picture, from above.
constexpr int steps = 0, checkpoints = 1, recomputed = 2, tape = 3, cotangent = 4, lanes = 5;
constexpr std::array<const char*, lanes> lane_names{"steps", "checkpoints", "recomputed", "tape", "cotangent"};

/// A gradient run event by event: which steps were taken, which checkpoints are there and which is loaded, what is
/// recomputed, what is held whole, and how far back the cotangent has come.
class PlayerView : public ComparePlotView {
public:
    PlayerView(const ViewContext& context, QWidget* parent)
        : ComparePlotView(context, parent, &compare_range(context, QStringLiteral("time")), "compare-player")
    {
        rect_ = add_rect();
        horizontal(rect_)->grid()->setVisible(false);
        QCPAxis* const axis = vertical(rect_);
        axis->grid()->setVisible(false);
        axis->setSubTicks(false);
        axis->setTickLength(0, 0);
        axis->setRange(-0.5, lanes - 0.5);
        axis->setRangeReversed(true);
        auto ticker = QSharedPointer<QCPAxisTickerText>::create();
        for (int lane = 0; lane < lanes; ++lane) ticker->addTick(lane, tr(lane_names[static_cast<std::size_t>(lane)]));
        axis->setTicker(ticker);
        add_painted(
            QStringLiteral("cursor"), [this](QCPPainter& painter) { draw_state(painter); }, rect_);
        add_buttons();
        setToolTip(
            tr("A press in the upper half goes to that time of the forward pass, one in the lower half to that of the "
               "backward pass."));
        connect(&compare().sweep(), &SweepCursor::moved, this, [this] { cursor_moved(); });
        connect(&compare().sweep(), &SweepCursor::series_changed, this, [this] { changed(); });
    }

    std::function<std::string()> table() const override
    {
        if (empty()) return {};
        return [head = table_head("events"), trace = selected().trace, gradient = selected().run.gradient] {
            std::string text = head + fmt::format("# gradient method: {}\nevent,what,step,t0,t1,bytes\n", gradient);
            for (std::size_t i = 0; i < trace->events.size(); ++i) {
                const SweepEvent& event = trace->events[i];
                fmt::format_to(std::back_inserter(text), "{},\"{}\",{},{},{},{}\n", i + 1, event_name(event.kind),
                               event.step, event.t0, event.t1, event.bytes);
            }
            return text;
        };
    }

protected:
    bool nothing_to_draw() const override { return compare().sweep().series().empty(); }
    QCPRange whole() const override
    {
        const auto [begin, end] = compare().interval();
        return {std::min(begin, end), std::max(begin, end)};
    }
    std::pair<QString, std::string> horizontal_title() const override
    {
        return {QStringLiteral("t"), compare().time_unit()};
    }

    void fill() override { vertical(rect_)->setRange(-0.5, lanes - 0.5); }

    std::vector<HeadlineEntry> headline() const override
    {
        const SweepCursor& sweep = compare().sweep();
        const SweepState& now = state();
        const auto plain = [](const QString& text, bool spare) {
            return HeadlineEntry{theme().text, HeadlineEntry::Mark::none, text, {}, {}, spare};
        };
        const MethodStyle style = method_style(selected().run.gradient);
        std::vector<HeadlineEntry> entries{{style.colour, style.headline(), text_of(selected().run.gradient), {}}};
        entries.push_back(
            plain(now.last ? tr("%1, step %L2").arg(text_of(event_name(now.last->kind))).arg(now.last->step + 1)
                           : tr("nothing yet"),
                  false));
        entries.push_back(plain(tr("%1 held").arg(bytes_text(static_cast<double>(now.bytes))), true));
        entries.push_back(plain(tr("event %L1 of %L2").arg(sweep.position()).arg(sweep.series().size()), true));
        if (now.recomputed > 0) entries.push_back(plain(tr("%L1 recomputed").arg(now.recomputed), true));
        return entries;
    }

    PlotHint hint() const override
    {
        return {tr("The backward sweep step by step: what is kept, loaded, recomputed, held and thrown away"),
                how_to_begin()};
    }

    bool event(QEvent* event) override
    {
        if (event->type() == QEvent::MouseButtonPress && !empty())
            pressed_backward_ = static_cast<QMouseEvent*>(event)->position().y() > rect_->center().y();
        return ComparePlotView::event(event);
    }
    void pointed_at(double time) override
    {
        SweepCursor& sweep = compare().sweep();
        sweep.set_place(sweep.series().place(time, pressed_backward_));
    }

private:
    void add_buttons()
    {
        const auto add = [this](const char* icon, const QString& help, auto act) {
            QToolButton* const button = add_toggle({}, help);
            button->setCheckable(false);
            const auto set_icon = [button, icon] { button->setIcon(theme_icon(icon)); };
            button->setIconSize({14, 14});
            set_icon();
            connect(&theme_notifier(), &ThemeNotifier::changed, button, set_icon);
            connect(button, &QToolButton::clicked, this, act);
            button->setObjectName(QStringLiteral("player-") + QLatin1String(icon));
            return button;
        };
        SweepCursor& sweep = compare().sweep();
        add("home", tr("To the beginning"), [&sweep] { sweep.set_position(0); });
        add("step-back", tr("One event back (,)"), [&sweep] { sweep.pause(), sweep.step(-1); });
        QToolButton* const play = add("play", tr("Play the run, event by event (Shift+Space)"),
                                      [&sweep] { sweep.playing() ? sweep.pause() : sweep.play(); });
        add("step-forward", tr("One event on (.)"), [&sweep] { sweep.pause(), sweep.step(1); });
        add("reverse", tr("To where the backward sweep begins (/)"), [&sweep] { sweep.turn(); });
        connect(&sweep, &SweepCursor::playing_changed, play,
                [&sweep, play] { play->setIcon(theme_icon(sweep.playing() ? "pause" : "play")); });
    }

    const SweepState& state() const
    {
        const SweepCursor& sweep = compare().sweep();
        const void* const of = sweep.series().empty() ? nullptr : sweep.series().events().data();
        if (of != state_of_ || sweep.position() != state_at_ || !known_) {
            state_ = sweep.series().state(sweep.position());
            state_of_ = of;
            state_at_ = sweep.position();
            known_ = true;
        }
        return state_;
    }

    double x(double time) const { return horizontal(rect_)->coordToPixel(time); }
    QRectF cell(double from, double to, int lane, double half = 0.3) const
    {
        return QRectF(QPointF(x(from), vertical(rect_)->coordToPixel(lane - half)),
                      QPointF(x(to), vertical(rect_)->coordToPixel(lane + half)))
            .normalized();
    }
    /// A step as a box; gaps between boxes where there is room for them.
    void draw_cell(QCPPainter& painter, double from, double to, int lane, const QColor& colour) const
    {
        const QRectF box = cell(from, to, lane);
        painter.fillRect(box.width() > 3 ? box.adjusted(0.5, 0, -0.5, 0) : box, colour);
    }

    void draw_state(QCPPainter& painter)
    {
        const SweepState& now = state();
        const SweepEvent* const last = now.last;
        const std::vector<double>& times = selected().trace->times;
        painter.setAntialiasing(false);
        draw_lanes(painter);
        draw_steps(painter, times, now);
        for (const auto& [from, to] : now.tape) draw_cell(painter, from, to, tape, faded(theme().accent, 0.55));
        const QColor sweep_colour = theme().cursor;
        if (now.backward) {
            const QRectF done = cell(now.pulled_back, compare().sweep().series().end(), cotangent, 0.06);
            painter.fillRect(done, sweep_colour);
            painter.setAntialiasing(true);
            painter.setPen(Qt::NoPen);
            painter.setBrush(sweep_colour);
            const double tip = x(now.pulled_back), y = vertical(rect_)->coordToPixel(cotangent);
            const double size = std::max(6.0, done.height());
            painter.drawPolygon(QPolygonF{{tip - size, y}, {tip + size, y - size}, {tip + size, y + size}});
            painter.setAntialiasing(false);
        }
        if (last) draw_last(painter, *last);
        painter.setAntialiasing(true);
        draw_checkpoints(painter, now);
        // The time of all views.
        painter.setPen(QPen(theme().cursor, 1.2, Qt::DotLine));
        painter.drawLine(QLineF(x(timeline().time()), rect_->top(), x(timeline().time()), rect_->bottom()));
    }

    void draw_lanes(QCPPainter& painter) const
    {
        painter.setPen(QPen(theme().grid, 1));
        for (int lane = 1; lane < lanes; ++lane) {
            const double y = vertical(rect_)->coordToPixel(lane - 0.5);
            painter.drawLine(QLineF(rect_->left(), y, rect_->right(), y));
        }
    }

    void draw_steps(QCPPainter& painter, const std::vector<double>& times, const SweepState& now) const
    {
        double drawn = -1;
        for (std::size_t i = 0; i + 1 < times.size(); ++i) {
            // Steps finer than pixels are one band.
            if (x(times[i + 1]) - drawn < 1 && i + 2 < times.size()) continue;
            const double from =
                drawn < 0 || x(times[i]) - drawn > 1 ? times[i] : horizontal(rect_)->pixelToCoord(drawn);
            drawn = x(times[i + 1]);
            const bool taken =
                std::abs(times[i + 1] - times.front()) <= std::abs(now.reached - times.front()) * (1 + 1e-12);
            draw_cell(painter, from, times[i + 1], steps,
                      taken ? faded(theme().accepted, now.backward ? 0.45 : 0.85) : faded(theme().axis, 0.14));
        }
    }

    void draw_last(QCPPainter& painter, const SweepEvent& last) const
    {
        switch (last.kind) {
        case Kind::step: draw_cell(painter, last.t0, last.t1, steps, theme().accepted); break;
        case Kind::rejected: draw_cell(painter, last.t0, last.t1, steps, theme().rejected); break;
        case Kind::recompute: draw_cell(painter, last.t0, last.t1, recomputed, theme().warning); break;
        case Kind::tape: draw_cell(painter, last.t0, last.t1, tape, theme().accent); break;
        case Kind::pull_back: draw_cell(painter, last.t0, last.t1, cotangent, faded(theme().cursor, 0.5)); break;
        case Kind::store:
        case Kind::load:
        case Kind::discard: break;
        }
    }

    void draw_checkpoints(QCPPainter& painter, const SweepState& now) const
    {
        const double y = vertical(rect_)->coordToPixel(checkpoints);
        const double radius = std::clamp(rect_->height() / 28.0, 2.5, 5.0);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().good);
        double drawn = -10;
        for (const double time : now.kept) {
            if (std::abs(x(time) - drawn) < 1.5) continue;
            drawn = x(time);
            painter.drawEllipse(QPointF(drawn, y), radius, radius);
        }
        if (!now.last) return;
        const QPointF at(x(now.last->t0), y);
        painter.setBrush(Qt::NoBrush);
        if (now.last->kind == Kind::load || now.last->kind == Kind::store) {
            painter.setPen(QPen(now.last->kind == Kind::load ? theme().cursor : theme().good, 2));
            painter.drawEllipse(at, radius + 3, radius + 3);
        }
        if (now.last->kind == Kind::discard) {
            painter.setPen(QPen(theme().rejected, 2));
            const double r = radius + 1;
            painter.drawLine(QLineF(at + QPointF(-r, -r), at + QPointF(r, r)));
            painter.drawLine(QLineF(at + QPointF(-r, r), at + QPointF(r, -r)));
        }
    }

    QCPAxisRect* rect_;
    bool pressed_backward_ = false;
    mutable SweepState state_;
    mutable const void* state_of_ = nullptr;
    mutable std::size_t state_at_ = 0;
    mutable bool known_ = false;
};

}  // namespace

View* make_compare_player_view(const ViewContext& context, QWidget* parent)
{
    return new PlayerView(context, parent);
}

}  // namespace syzygy
