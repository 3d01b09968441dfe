// In one file: one class, the base of all plots, whose members share canvas and layout.
#include "ui/views/plot_view.hpp"

#include "ui/base/decimation.hpp"
#include "ui/session/data_identity.hpp"
#include "ui/views/number_text.hpp"
#include "ui/views/replot_scheduler.hpp"
#include "ui/views/tickers.hpp"

#include <QToolButton>
#include <QVBoxLayout>

namespace syzygy {
namespace {

constexpr auto cursor_layer = "cursor";

/// Wider plots get columns of several pixels: drawing the lines is what takes time.
constexpr int most_columns = 1000;

/// Points of a line up to which it is drawn in one piece.
constexpr int most_joined = 600;

/// A plot that leaves it to the view when it is drawn anew.
class Canvas : public QCustomPlot {
public:
    using QCustomPlot::QCustomPlot;

protected:
    void resizeEvent(QResizeEvent*) override { setViewport(rect()); }
};

bool is_mouse(QEvent::Type type)
{
    return type == QEvent::MouseButtonPress || type == QEvent::MouseMove || type == QEvent::MouseButtonRelease ||
           type == QEvent::MouseButtonDblClick || type == QEvent::Wheel;
}

}  // namespace

PlotView::PlotView(const ViewContext& context, QWidget* parent, SharedRange* range)
    : View(parent), context_(context), plot_(new Canvas(this)), range_(range), data_(data_identity(context.session->data()))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot_);
    plot_->setMinimumSize(0, 0);
    plot_->setAttribute(Qt::WA_TransparentForMouseEvents);
    plot_->setNoAntialiasingOnDrag(false);
    plot_->installEventFilter(this);

    // Moving the cursor redraws this layer and nothing else.
    plot_->addLayer(cursor_layer, plot_->layer(QStringLiteral("overlay")), QCustomPlot::limAbove);
    plot_->layer(cursor_layer)->setMode(QCPLayer::lmBuffered);

    plot_->plotLayout()->clear();
    plot_->plotLayout()->setRowSpacing(0);
    plot_->plotLayout()->setMargins(QMargins(0, 0, 0, 0));
    margins_ = new QCPMarginGroup(plot_);
    headline_ = new Headline(plot_);
    headline_->setLayer(cursor_layer);
    plot_->plotLayout()->addElement(0, 0, headline_);
    plot_->plotLayout()->setRowStretchFactor(0, 0.001);
    message_ = new Painted(plot_, QStringLiteral("overlay"), [this](QCPPainter& painter) { draw_message(painter); });

    connect(context.session, &Session::data_changed, this, [this] {
        // A moved observation is a change of the same data: what was chosen stays.
        if (auto now = data_identity(this->session().data()); now != data_) {
            data_ = std::move(now);
            chosen_vertical_.clear();
        }
        changed();
    });
    if (range_) connect(range_, &SharedRange::changed, this, &PlotView::changed);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, &PlotView::changed);
}

PlotView::~PlotView()
{
    if (ReplotScheduler* scheduler = ReplotScheduler::instance()) scheduler->forget(this);
}

QCPAxisRect* PlotView::add_rect(double stretch)
{
    auto* rect = new QCPAxisRect(plot_);
    const int row = plot_->plotLayout()->rowCount();
    plot_->plotLayout()->addElement(row, 0, rect);
    plot_->plotLayout()->setRowStretchFactor(row, std::max(stretch, 0.001));
    rect->setMinimumMargins(QMargins(6, 3, 10, 3));
    rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins_);
    rect->setMinimumSize(20, 12);
    for (QCPAxis* axis : rect->axes()) {
        axis->setTickLengthIn(0);
        axis->setTickLengthOut(4);
        axis->setSubTickLengthIn(0);
        axis->setSubTickLengthOut(2);
        axis->setTickLabelPadding(3);
        axis->setLabelPadding(2);
        axis->setNumberFormat(QStringLiteral("gbc"));
    }
    if (range_) {
        for (QCPAxisRect* above : rects_) {
            horizontal(above)->setTickLabels(false);
            horizontal(above)->setLabel({});
        }
        horizontal(rect)->setTicker(QSharedPointer<ScaledTicker>::create(horizontal(rect)));
    }
    vertical(rect)->setTicker(QSharedPointer<NumberTicker>::create(vertical(rect)));
    rects_.push_back(rect);
    return rect;
}

void PlotView::add_painted(const QString& layer, Painted::Draw draw, QCPAxisRect* clip)
{
    new Painted(
        plot_, layer,
        [this, draw = std::move(draw)](QCPPainter& painter) {
            if (!empty()) draw(painter);
        },
        clip);
}

QCPGraph* PlotView::add_graph(QCPAxisRect* rect, QCPGraph::LineStyle line, bool right)
{
    QCPGraph* graph = plot_->addGraph(horizontal(rect), right ? rect->axis(QCPAxis::atRight) : vertical(rect));
    graph->setLineStyle(line);
    graph->setSelectable(QCP::stNone);
    graph->setAdaptiveSampling(false);
    return graph;
}

void PlotView::set_logarithmic(QCPAxis* axis, bool logarithmic)
{
    const auto type = logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear;
    if (axis->scaleType() != type) chosen_vertical_.erase(axis);
    axis->setScaleType(type);
    if (logarithmic)
        axis->setTicker(QSharedPointer<LogTicker>::create(axis));
    else
        axis->setTicker(QSharedPointer<NumberTicker>::create(axis));
}

void PlotView::fit_vertical(QCPAxis* axis, double lowest, double highest)
{
    if (const auto chosen = chosen_vertical_.find(axis); chosen != chosen_vertical_.end()) {
        axis->setRange(chosen->second);
        return;
    }
    if (axis->scaleType() == QCPAxis::stLogarithmic) {
        if (!(lowest > 0) || !(highest >= lowest)) lowest = 0.1, highest = 10;
        const double pad = std::max(std::pow(highest / lowest, 0.06), highest < 1.2 * lowest ? 1.3 : 1.02);
        axis->setRange(lowest / pad, highest * pad);
        return;
    }
    if (!(highest >= lowest)) lowest = -1, highest = 1;
    double pad = 0.06 * (highest - lowest);
    const double size = std::max(std::abs(lowest), std::abs(highest));
    if (!(pad > 1e-12 * size)) pad = size > 0 ? 0.1 * size : 1;
    axis->setRange(lowest - pad, highest + pad);
}

void PlotView::set_vertical_title(QCPAxis* axis, std::initializer_list<QString> choices)
{
    const QFontMetricsF metrics(axis->labelFont());
    const double room = axis->axisRect()->height() + 6;
    QString title;
    for (const QString& choice : choices) {
        title = choice;
        if (metrics.horizontalAdvance(choice) <= room) break;
    }
    axis->setLabel(title);
}

void PlotView::set_points(QCPGraph* graph, const PlotPoints& points)
{
    QVector<QCPGraphData> data(static_cast<qsizetype>(points.size()));
    for (std::size_t i = 0; i < points.size(); ++i)
        data[static_cast<qsizetype>(i)] = QCPGraphData(points.x[i], points.y[i]);
    graph->data()->set(data, true);
}

QToolButton* PlotView::add_toggle(const QString& text, const QString& help)
{
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(help);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setCursor(Qt::PointingHandCursor);
    connect(button, &QToolButton::toggled, this, &PlotView::changed);
    toggles_.push_back(button);
    return button;
}

QCPRange PlotView::visible_range() const
{
    return range_ && range_->chosen() ? *range_->chosen() : whole();
}

int PlotView::columns() const
{
    return rects_.empty() ? 100 : std::clamp(rects_.front()->width(), 20, most_columns);
}

QFont PlotView::small_font() const
{
    QFont small = font();
    if (small.pointSizeF() > 0)
        small.setPointSizeF(std::max(6.0, 0.88 * small.pointSizeF()));
    else
        small.setPixelSize(std::max(8, static_cast<int>(0.88 * small.pixelSize())));
    return small;
}

QColor PlotView::faded(const QColor& colour, double share) const
{
    QColor result = colour;
    result.setAlphaF(static_cast<float>(share));
    return result;
}

void PlotView::style()
{
    const Theme& t = theme();
    plot_->setBackground(QBrush(t.plot));
    headline_->set_style(small_font(), t.text, t.muted);
    for (QCPAxisRect* rect : rects_)
        for (QCPAxis* axis : rect->axes()) {
            axis->setBasePen(QPen(t.axis, 1));
            axis->setTickPen(QPen(t.axis, 1));
            axis->setSubTickPen(QPen(t.axis, 1));
            axis->setLabelColor(t.text);
            axis->setTickLabelColor(t.axis);
            axis->setLabelFont(small_font());
            axis->setTickLabelFont(small_font());
            axis->grid()->setPen(QPen(t.grid, 1));
            axis->grid()->setZeroLinePen(QPen(t.grid, 1));
        }
    take_colours();
}

void PlotView::relayout()
{
    for (const auto phase : {QCPLayoutElement::upPreparation, QCPLayoutElement::upMargins, QCPLayoutElement::upLayout})
        plot_->plotLayout()->update(phase);
}

void PlotView::share_height()
{
    // The layout shares out outer heights, and the lowest rect has the tick labels in it.
    std::vector<QCPAxisRect*> equal;
    double outer = 0, around = 0;
    for (QCPAxisRect* rect : rects_) {
        if (rect->maximumSize().height() < QWIDGETSIZE_MAX) continue;
        equal.push_back(rect);
        outer += rect->outerRect().height();
        around += rect->outerRect().height() - rect->height();
    }
    if (equal.size() < 2) return;
    const double inner = std::max(1.0, (outer - around) / static_cast<double>(equal.size()));
    for (QCPAxisRect* rect : equal) {
        const int row = static_cast<int>(std::find(rects_.begin(), rects_.end(), rect) - rects_.begin()) + 1;
        plot_->plotLayout()->setRowStretchFactor(row, (inner + rect->outerRect().height() - rect->height()) / inner);
    }
    relayout();
}

void PlotView::prepare()
{
    style();
    const bool nothing = empty();
    plot_->plotLayout()->setVisible(!nothing);
    message_->setVisible(nothing);
    for (QToolButton* toggle : toggles_) toggle->setVisible(!nothing);
    if (nothing) return;

    int reserved = 0;
    for (const QToolButton* toggle : toggles_) reserved += toggle->sizeHint().width() + 4;
    headline_->set_reserved(reserved);

    if (range_ && !rects_.empty()) {
        const QCPRange range = visible_range();
        const AxisScale scale = axis_scale(range);
        for (QCPAxisRect* rect : rects_) {
            horizontal(rect)->setRange(range);
            qSharedPointerCast<ScaledTicker>(horizontal(rect)->ticker())->set_scale(scale);
        }
        auto [quantity, unit] = horizontal_title();
        if (scale.offset != 0) {
            const QString number = number_text(std::abs(scale.offset), 15);
            quantity += (scale.offset > 0 ? QStringLiteral(" − ") : QStringLiteral(" + ")) + number;
        }
        horizontal(rects_.back())->setLabel(axis_title(quantity, unit, scale.exponent));
    }
    // The number of columns comes from the width that the vertical labels leave.
    relayout();
    share_height();
    fill();
    // Segment by segment is quick, but shows the joints: for long lines only.
    int longest = 0;
    for (int i = 0; i < plot_->graphCount(); ++i) longest = std::max(longest, plot_->graph(i)->dataCount());
    plot_->setPlottingHint(QCP::phFastPolylines, longest > most_joined);
    headline_->set_entries(headline());
}

void PlotView::redraw()
{
    if (stale_ == Stale::no || !can_be_seen() || plot_->width() < 1 || plot_->height() < 1) return;
    const Stale what = std::exchange(stale_, Stale::no);
    if (what == Stale::all) {
        drawn_size_ = plot_->size();
        prepare();
        place_toggles();
        plot_->replot(QCustomPlot::rpQueuedRefresh);
    } else if (!empty()) {
        headline_->set_entries(headline());
        plot_->layer(cursor_layer)->replot();
    }
}

void PlotView::render_to(QPaintDevice& device, QSize size)
{
    const QRect on_screen = plot_->viewport();
    plot_->setViewport(QRect(QPoint(0, 0), size));
    prepare();
    headline_->set_reserved(0);
    {
        QCPPainter painter(&device);
        const int type = device.devType();
        if (type != QInternal::Image && type != QInternal::Pixmap && type != QInternal::Widget)
            painter.setMode(QCPPainter::pmVectorized);
        painter.fillRect(QRect(QPoint(0, 0), size), theme().plot);
        plot_->toPainter(&painter, size.width(), size.height());
    }
    plot_->setViewport(on_screen);
    schedule(Stale::all);
}

void PlotView::reset_view()
{
    chosen_vertical_.clear();
    if (range_) range_->reset();
    changed();
}

void PlotView::changed()
{
    schedule(Stale::all);
}

void PlotView::cursor_moved()
{
    schedule(Stale::cursor);
}

void PlotView::schedule(Stale what)
{
    stale_ = std::max(stale_, what);
    if (!isVisible()) return;
    if (ReplotScheduler* scheduler = ReplotScheduler::instance()) scheduler->request(this);
}

bool PlotView::can_be_seen() const
{
    // A tab behind another one is "visible", but nothing of it can be seen.
    return isVisible() && !plot_->visibleRegion().isEmpty();
}

void PlotView::draw_message(QCPPainter& painter)
{
    const PlotHint said = hint();
    const QRectF room = QRectF(plot_->viewport()).adjusted(12, 8, -12, -8);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const int flags = Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap;
    const double first = QFontMetricsF(bold, painter.device()).boundingRect(room, flags, said.what).height();
    const double second = QFontMetricsF(font(), painter.device()).boundingRect(room, flags, said.how).height();
    const double top = room.top() + std::max(0.0, (room.height() - first - 6 - second) / 2);
    painter.setFont(bold);
    painter.setPen(theme().text);
    painter.drawText(QRectF(room.left(), top, room.width(), first + 2), flags, said.what);
    painter.setFont(font());
    painter.setPen(theme().muted);
    painter.drawText(QRectF(room.left(), top + first + 6, room.width(), second + 2), flags, said.how);
}

void PlotView::place_toggles()
{
    int right = width() - 6;
    for (auto button = toggles_.rbegin(); button != toggles_.rend(); ++button) {
        (*button)->setFont(small_font());
        const int line = headline_->outerRect().height();
        const QSize size((*button)->sizeHint().width(), std::max(line, 16));
        (*button)->setGeometry(right - size.width(), 1, size.width(), size.height());
        right -= size.width() + 4;
    }
}

void PlotView::resizeEvent(QResizeEvent* event)
{
    View::resizeEvent(event);
    changed();
}

void PlotView::changeEvent(QEvent* event)
{
    View::changeEvent(event);
    if (event->type() == QEvent::FontChange) changed();
}

bool PlotView::event(QEvent* event)
{
    if (is_mouse(event->type()) && handle(event)) return true;
    if (event->type() == QEvent::Show) changed();
    return View::event(event);
}

bool PlotView::eventFilter(QObject* object, QEvent* event)
{
    if (object == plot_) {
        if (is_mouse(event->type()) && handle(event)) return true;
        // What came while it could not be seen is drawn now; what fits the window no longer, before it is seen.
        if (event->type() == QEvent::Paint && stale_ != Stale::no) {
            if (drawn_size_ != plot_->size())
                redraw();
            else
                schedule(stale_);
        }
    }
    return View::eventFilter(object, event);
}

QCPAxisRect* PlotView::rect_at(const QPointF& position) const
{
    QCPAxisRect* nearest = nullptr;
    double least = std::numeric_limits<double>::infinity();
    for (QCPAxisRect* rect : rects_) {
        const double distance = std::abs(position.y() - rect->center().y());
        if (distance < least) least = distance, nearest = rect;
    }
    return nearest;
}

bool PlotView::handle(QEvent* event)
{
    if (!range_ || rects_.empty() || empty()) return false;
    if (event->type() == QEvent::Wheel) return wheel(*static_cast<QWheelEvent*>(event));
    auto& mouse = *static_cast<QMouseEvent*>(event);
    const QPointF position = mouse.position();
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        drag_ = mouse.button() == Qt::LeftButton ? Drag::point : Drag::pan;
        drag_from_ = position;
        drag_range_ = visible_range();
        drag_rect_ = rect_at(position);
        drag_vertical_ = vertical(drag_rect_)->range();
        if (drag_ == Drag::point) pointed_at(horizontal(rects_.front())->pixelToCoord(position.x()));
        break;
    case QEvent::MouseMove:
        if (mouse.buttons() == Qt::NoButton) drag_ = Drag::none;
        if (drag_ == Drag::point) pointed_at(horizontal(rects_.front())->pixelToCoord(position.x()));
        if (drag_ == Drag::pan) pan_to(position);
        break;
    case QEvent::MouseButtonRelease: drag_ = Drag::none; break;
    case QEvent::MouseButtonDblClick: reset_view(); break;
    default: return false;
    }
    event->accept();
    return true;
}

void PlotView::pan_to(const QPointF& position)
{
    const QPointF moved = position - drag_from_;
    if (moved.manhattanLength() < 2) return;
    range_->choose(QCPRange(drag_range_.lower - moved.x() / rects_.front()->width() * drag_range_.size(),
                            drag_range_.upper - moved.x() / rects_.front()->width() * drag_range_.size()));
    // Up and down only where the range has been chosen: else the plot keeps showing all of the curve.
    QCPAxis* const axis = vertical(drag_rect_);
    if (!chosen_vertical_.contains(axis)) return;
    const double share = moved.y() / drag_rect_->height();
    QCPRange range = drag_vertical_;
    if (axis->scaleType() == QCPAxis::stLogarithmic) {
        const double factor = std::pow(range.upper / range.lower, share);
        range = QCPRange(range.lower * factor, range.upper * factor);
    } else {
        range += share * range.size();
    }
    chosen_vertical_[axis] = range;
    changed();
}

bool PlotView::wheel(QWheelEvent& event)
{
    const QPoint angle = event.angleDelta();
    const QPointF position = event.position();
    event.accept();
    if (event.modifiers() & Qt::ControlModifier) {
        QCPAxisRect* const rect = rect_at(position);
        QCPAxis* const axis = vertical(rect);
        const double factor = std::pow(0.85, angle.y() / 120.0);
        const double centre = axis->pixelToCoord(
            std::clamp(position.y(), static_cast<double>(rect->top()), static_cast<double>(rect->bottom())));
        axis->scaleRange(factor, centre);
        chosen_vertical_[axis] = axis->range();
        changed();
        return true;
    }
    const QCPRange range = visible_range();
    if (std::abs(angle.x()) > std::abs(angle.y())) {
        range_->choose(range + (-angle.x() / 1200.0) * range.size());
        return true;
    }
    const double factor = std::pow(0.85, angle.y() / 120.0);
    const double share = std::clamp((position.x() - rects_.front()->left()) / rects_.front()->width(), 0.0, 1.0);
    const double centre = range.lower + share * range.size();
    const QCPRange all = whole();
    const QCPRange zoomed(centre - share * factor * range.size(), centre + (1 - share) * factor * range.size());
    // Out beyond everything is back to everything, which then follows new pictures again.
    if (zoomed.lower <= all.lower && zoomed.upper >= all.upper)
        range_->reset();
    else
        range_->choose(zoomed);
    return true;
}

}  // namespace syzygy
