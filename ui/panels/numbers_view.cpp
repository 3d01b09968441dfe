#include "ui/panels/numbers_view.hpp"

#include "ui/forms/painted_sheet.hpp"
#include "ui/panels/warning_list.hpp"
#include "ui/theme/theme.hpp"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>


namespace syzygy {

namespace {

constexpr int update_ms = 100;
constexpr qint64 count_ms = 1000;
constexpr auto nothing_yet = "Steps, costs, masses and warnings stand here.\nOpen data or choose a scenario.";

}  // namespace

NumbersView::NumbersView(const ViewContext& context, QWidget* parent)
    : View(parent), session_(*context.session), scroll_(new QScrollArea(this))
{
    sheet_ = new PaintedSheet(
        [this](QPainter* painter, QSize size) {
            if (painter && groups_.empty()) {
                painter->setPen(theme().muted);
                painter->drawText(QRect(QPoint(0, 0), size), Qt::AlignCenter, nothing_yet);
                return 0.0;
            }
            return paint_numbers(painter, groups_, size.width(), font());
        },
        scroll_);
    // Warnings come first, with what can be done about them; the numbers are painted below.
    auto* page = new QWidget;
    auto* parts = new QVBoxLayout(page);
    parts->setContentsMargins(0, 0, 0, 0);
    parts->setSpacing(0);
    parts->addWidget(new WarningList(session_, page));
    scroll_->takeWidget();
    parts->addWidget(sheet_, 1);
    scroll_->setWidget(page);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll_);

    auto* copy_action = new QAction(tr("Copy all numbers"), this);
    copy_action->setShortcut(QKeySequence::Copy);
    copy_action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(copy_action, &QAction::triggered, this, &NumbersView::copy);
    addAction(copy_action);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setFocusPolicy(Qt::StrongFocus);

    throttle_.setSingleShot(true);
    throttle_.setInterval(update_ms);
    connect(&throttle_, &QTimer::timeout, this, &NumbersView::take_numbers);
    connect(&session_, &Session::picture_changed, this, [this] {
        ++pictures_;
        ask_for_update();
    });
    connect(&session_, &Session::data_changed, this, &NumbersView::ask_for_update);
    connect(&session_, &Session::result_changed, this, &NumbersView::ask_for_update);
    since_counted_.start();
    take_numbers();
}

void NumbersView::ask_for_update()
{
    if (!throttle_.isActive()) throttle_.start();
}

void NumbersView::take_numbers()
{
    if (const qint64 elapsed = since_counted_.elapsed(); elapsed >= count_ms) {
        // After a pause the count is of the last second's few; a rate is not what they are.
        pictures_a_second_ = elapsed < 2 * count_ms ? 1e3 * pictures_ / static_cast<double>(elapsed) : 0;
        pictures_ = 0;
        since_counted_.start();
    }
    groups_ = numbers_of(session_, pictures_a_second_);
    std::erase_if(groups_, [](const NumberGroup& group) { return group.title == warnings_title; });
    sheet_->measure();
}

void NumbersView::render_to(QPaintDevice& device, QSize size)
{
    QPainter painter(&device);
    painter.fillRect(QRect(QPoint(0, 0), size), theme().panel);
    const std::vector<NumberGroup> groups = numbers_of(session_, pictures_a_second_);
    if (groups.empty()) {
        painter.setPen(theme().muted);
        painter.drawText(QRect(QPoint(0, 0), size), Qt::AlignCenter, nothing_yet);
        return;
    }
    // All of it, made smaller where it is too much for the page: a wider sheet is never higher.
    const double scale = std::min(1.0, size.height() / paint_numbers(nullptr, groups, size.width(), font()));
    painter.scale(scale, scale);
    paint_numbers(&painter, groups, size.width() / scale, font());
}

std::function<std::string()> NumbersView::table() const
{
    return [groups = numbers_of(session_, pictures_a_second_)] { return numbers_csv(groups); };
}

bool NumbersView::empty() const
{
    return !session_.picture();
}

void NumbersView::reset_view()
{
    scroll_->verticalScrollBar()->setValue(0);
}

void NumbersView::copy() const
{
    QApplication::clipboard()->setText(numbers_text(numbers_of(session_, pictures_a_second_)));
}

View* make_numbers_view(const ViewContext& context, QWidget* parent)
{
    return new NumbersView(context, parent);
}

}  // namespace syzygy
