#pragma once

#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"

#include <QPaintDevice>
#include <QSize>
#include <QWidget>

#include <span>
#include <string>
#include <string_view>

namespace syzygy {

class CompareSession;

/// What every view is given.
struct ViewContext {
    Session* session;
    Timeline* timeline;
    CompareSession* compare;
};

/// A part of the window that shows the session. Its own file and one row of the table of views (views.hpp).
class View : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Draws itself as it stands onto any paint device (image, SVG, PDF, QPicture), `size` logical pixels large,
    /// with everything that is on screen but controls. Under 50 ms.
    virtual void render_to(QPaintDevice& device, QSize size) = 0;
    /// What it shows as CSV, at full resolution; "" where there is no table to it. Called on the window's thread;
    /// returns a function that makes the text on a worker.
    virtual std::function<std::string()> table() const { return {}; }
    /// True where there is nothing to show yet: then it says in its middle what would be seen, and how to get it.
    virtual bool empty() const = 0;
    /// Back to showing everything.
    virtual void reset_view() = 0;
};

/// What the window is used for; each has views and a layout of its own.
enum class Workspace { fit, compare };

/// Where a view stands when its workspace first opens.
enum class ViewPlace { centre, right, below_left, below_middle, below_right };

/// A row of the table of views.
struct ViewInfo {
    std::string_view id;     ///< "step-size": settings, exports, tests
    std::string_view label;  ///< "Step size": title of its dock, menu entry
    std::string_view help;   ///< one sentence: what is to be seen
    Workspace workspace;
    ViewPlace place;
    View* (*make)(const ViewContext& context, QWidget* parent);
};

/// The one table of views, in the order of the menu; views of one place are tabs, the first in front.
std::span<const ViewInfo> views();
const ViewInfo& find_view(std::string_view id);

}  // namespace syzygy
