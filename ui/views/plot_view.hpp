#pragma once

#include "ui/theme/theme.hpp"
#include "ui/views/plot_parts.hpp"
#include "ui/views/shared_range.hpp"
#include "ui/views/view.hpp"

#include <qcustomplot.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

class QToolButton;

namespace syzygy {

struct PlotPoints;

/// What a plot without data says: what would be seen, and how to get it.
struct PlotHint {
    QString what, how;
};

/// The base of all diagnostic plots: theme, headline, shared horizontal range, the mouse, drawing only when visible
/// and in turn, and drawing onto any device. A plot adds its axis rects and curves in its constructor and fills them
/// in `fill`.
class PlotView : public View {
    Q_OBJECT
public:
    ~PlotView() override;

    void render_to(QPaintDevice& device, QSize size) override;
    void reset_view() override;
    QSize sizeHint() const override { return {420, 220}; }
    QSize minimumSizeHint() const override { return {160, 100}; }

    /// Draws what has changed, if anyone can see it; called by the scheduler.
    void redraw();
    QCustomPlot& plot() { return *plot_; }

protected:
    /// `range`: the horizontal range shared with other plots, or null where the plot has none.
    PlotView(const ViewContext& context, QWidget* parent, SharedRange* range);

    /// Puts the curves into their graphs, as many points as can be seen, and chooses vertical ranges.
    virtual void fill() = 0;
    virtual PlotHint hint() const = 0;
    /// The line above the plot, with values at the cursor.
    virtual std::vector<HeadlineEntry> headline() const { return {}; }
    /// Everything there is to see horizontally.
    virtual QCPRange whole() const { return {0, 1}; }
    /// What stands below the lowest axis, and its unit.
    virtual std::pair<QString, std::string> horizontal_title() const { return {}; }
    /// Takes pens and brushes from the theme.
    virtual void take_colours() {}
    /// A press or drag of the left button over the plots, in horizontal coordinates.
    virtual void pointed_at(double) {}

    /// Redraws all, or only what moves with the cursor, when the event loop comes round.
    void changed();
    void cursor_moved();

    /// An axis rect below those there are, showing the shared range; styled with the theme. With `stretch` 0 it
    /// keeps its minimum height.
    QCPAxisRect* add_rect(double stretch = 1);
    /// Something drawn by a function, where there is something to draw.
    void add_painted(const QString& layer, Painted::Draw draw, QCPAxisRect* clip);
    /// A graph on the left axis (or the right one) of a rect.
    QCPGraph* add_graph(QCPAxisRect* rect, QCPGraph::LineStyle line, bool right = false);
    QCPAxis* vertical(QCPAxisRect* rect) const { return rect->axis(QCPAxis::atLeft); }
    QCPAxis* horizontal(QCPAxisRect* rect) const { return rect->axis(QCPAxis::atBottom); }
    void set_logarithmic(QCPAxis* axis, bool logarithmic);
    /// Shows lowest..highest with a margin, or what was chosen by hand.
    void fit_vertical(QCPAxis* axis, double lowest, double highest);
    /// A title that fits beside the axis: the longest of the choices that has room.
    void set_vertical_title(QCPAxis* axis, std::initializer_list<QString> choices);
    static void set_points(QCPGraph* graph, const PlotPoints& points);
    /// A small checkable button in the headline's right corner.
    QToolButton* add_toggle(const QString& text, const QString& help);

    QCPRange visible_range() const;
    /// Pixel columns that curves are drawn in.
    int columns() const;
    QFont small_font() const;
    QColor faded(const QColor& colour, double share) const;

    Session& session() const { return *context_.session; }
    Timeline& timeline() const { return *context_.timeline; }
    const std::vector<QCPAxisRect*>& rects() const { return rects_; }

    bool event(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Stale { no, cursor, all };

    void style();
    void prepare();
    void relayout();
    void share_height();
    void place_toggles();
    void draw_message(QCPPainter& painter);
    void schedule(Stale what);
    bool can_be_seen() const;
    bool handle(QEvent* event);
    bool wheel(QWheelEvent& event);
    void pan_to(const QPointF& position);
    QCPAxisRect* rect_at(const QPointF& position) const;

    ViewContext context_;
    QCustomPlot* plot_;
    SharedRange* range_;
    std::string data_;  ///< identity of the data that vertical ranges were chosen for
    Headline* headline_;
    Painted* message_;
    QCPMarginGroup* margins_;
    std::vector<QCPAxisRect*> rects_;
    std::vector<QToolButton*> toggles_;
    std::map<const QCPAxis*, QCPRange> chosen_vertical_;
    Stale stale_ = Stale::all;
    QSize drawn_size_;
    enum class Drag { none, point, pan } drag_ = Drag::none;
    QPointF drag_from_;
    QCPRange drag_range_;
    QCPAxisRect* drag_rect_ = nullptr;
    QCPRange drag_vertical_;
};

}  // namespace syzygy
