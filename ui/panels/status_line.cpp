#include "ui/panels/status_line.hpp"

#include "ui/base/option_words.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/theme/theme.hpp"

#include <QDialog>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QTextEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace syzygy {

namespace {

constexpr std::size_t most_messages = 100;
constexpr int dot = 8, line_margin = 8, progress_width = 220;

QString state_text(const Session& session)
{
    const bool trains = session.trains();
    // The start is no epoch.
    const long epoch = session.epochs().empty() ? 0 : session.epochs().back().epoch;
    const QString progress = trains && epoch > 0 && session.fitted_setup()
                                 ? StatusLine::tr(": epoch %L1 of %L2").arg(epoch).arg(session.fitted_setup()->optimizer.iterations)
                             : session.search().isEmpty() ? QString()
                                                          : ": " + session.search();
    switch (session.run_state()) {
    case RunState::starting: return trains ? StatusLine::tr("Training starts...") : StatusLine::tr("Fit starts...");
    case RunState::running: return (trains ? StatusLine::tr("Training") : StatusLine::tr("Fitting")) + progress;
    case RunState::paused: return (trains ? StatusLine::tr("Training paused") : StatusLine::tr("Fit paused")) + progress;
    case RunState::stopping: return trains ? StatusLine::tr("Stopping the training") : StatusLine::tr("Stopping the fit");
    case RunState::idle: break;
    }
    return {};
}

}  // namespace

StatusLine::StatusLine(Session& session, Background& background, QWidget* parent)
    : QWidget(parent),
      session_(session),
      background_(background),
      warnings_(new QPushButton(this)),
      progress_(new QProgressBar(this)),
      cancel_(new QToolButton(this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Messages"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(line_margin, 0, line_margin, 0);
    row->setSpacing(4);
    row->addStretch(1);
    warnings_->setObjectName(QStringLiteral("show-warnings"));
    warnings_->setCursor(Qt::ArrowCursor);
    warnings_->setToolTip(tr("What these warnings say, and what can be done about them"));
    row->addWidget(warnings_);
    connect(warnings_, &QPushButton::clicked, this, &StatusLine::warnings_wanted);
    progress_->setFixedWidth(progress_width);
    progress_->setRange(0, 1000);
    row->addWidget(progress_);
    cancel_->setIcon(theme_icon("close"));
    cancel_->setAutoRaise(true);
    cancel_->setCursor(Qt::ArrowCursor);
    cancel_->setToolTip(tr("Cancel what runs in the background"));
    row->addWidget(cancel_);
    connect(cancel_, &QToolButton::clicked, &background_, &Background::cancel_all);

    connect(&session_, &Session::said, this, &StatusLine::say);
    connect(&session_, &Session::run_state_changed, this, &StatusLine::show_state);
    connect(&session_, &Session::data_changed, this, &StatusLine::show_state);
    connect(&session_, &Session::history_changed, this, [this] { update(); });
    connect(&session_, &Session::search_changed, this, [this] { update(); });
    connect(&session_, &Session::result_changed, this, [this] {
        // How a fit ended says nothing of a point that was changed since.
        outdated_ = !session_.result();
        show_state();
    });
    connect(&background_, &Background::started, this, [this](int task, const QString& label) {
        tasks_[task] = {label, 0};
        show_tasks();
    });
    connect(&background_, &Background::progressed, this, [this](int task, double fraction) {
        if (const auto found = tasks_.find(task); found != tasks_.end()) found->second.fraction = fraction;
        show_tasks();
    });
    connect(&background_, &Background::finished, this, [this](int task, const QString&) { end_task(task); });
    connect(&background_, &Background::cancelled, this, [this](int task, const QString& label) {
        end_task(task);
        say(tr("Cancelled: %1").arg(label), false);
    });
    connect(&background_, &Background::failed, this, [this](int task, const QString& label, const QString& message) {
        end_task(task);
        say(label + ": " + message, true);
    });
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { update(); });
    show_tasks();
}

QSize StatusLine::sizeHint() const
{
    return {400, std::max({fontMetrics().height() + 8, progress_->sizeHint().height() + 2, warnings_->sizeHint().height()})};
}

QSize StatusLine::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

void StatusLine::say(const QString& message, bool error)
{
    if (message.isEmpty()) return;
    outdated_ = false;
    // Dragging makes the same trouble many times a second: it is told once.
    if (!messages_.empty() && messages_.back().text == message && messages_.back().error == error) {
        messages_.back().time = QDateTime::currentDateTime();
        return;
    }
    messages_.push_back({QDateTime::currentDateTime(), message, error});
    if (messages_.size() > most_messages) messages_.pop_front();
    show_state();
}

void StatusLine::show_state()
{
    const auto result = session_.result();
    const qsizetype count = result ? std::ssize(result->warnings) : 0;
    warnings_->setVisible(count > 0 && session_.run_state() == RunState::idle);
    warnings_->setText(count == 1 ? tr("Show the warning") : tr("Show %1 warnings").arg(count));
    setToolTip(messages_.empty() ? tr("Messages stand here") : messages_.back().text + tr("\nClick for earlier messages"));
    update();
}

void StatusLine::show_tasks()
{
    progress_->setVisible(!tasks_.empty());
    cancel_->setVisible(!tasks_.empty());
    if (!tasks_.empty()) {
        const Task& newest = tasks_.rbegin()->second;
        // A task that has not said how far it is shows that it moves.
        progress_->setRange(0, newest.fraction > 0 ? 1000 : 0);
        progress_->setValue(static_cast<int>(1000 * newest.fraction));
        progress_->setFormat(newest.label);
        progress_->setToolTip(newest.label);
    }
    update();
}

void StatusLine::end_task(int task)
{
    tasks_.erase(task);
    show_tasks();
}

void StatusLine::paintEvent(QPaintEvent*)
{
    const Theme& colours = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool error = !messages_.empty() && messages_.back().error && !outdated_;
    // What is said of other things has the colour of text.
    const bool of_fit = session_.result() && !messages_.empty() &&
                        messages_.back().text == window_words(headline(*session_.result(), unit_symbols(session_.data().observations->units).length));
    const bool doubtful = session_.result() && trust(*session_.result()) != Trust::trusted;
    QColor colour = colours.muted;
    switch (session_.run_state()) {
    case RunState::starting:
    case RunState::running: colour = colours.accent; break;
    case RunState::paused:
    case RunState::stopping: colour = colours.warning; break;
    case RunState::idle:
        colour = error ? colours.error : !session_.result() ? colours.muted : doubtful ? colours.warning : colours.good;
        break;
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(QRectF(line_margin, (height() - dot) / 2.0, dot, dot));

    const QString state = state_text(session_);
    const int left = line_margin + dot + 8;
    const int right = warnings_->isVisible() ? warnings_->x() - 8 : tasks_.empty() ? width() - line_margin : progress_->x() - 8;
    QString text = state;
    if (!messages_.empty() && !outdated_ && state.isEmpty()) text = messages_.back().text;
    if (!messages_.empty() && error && !state.isEmpty()) text += ". " + messages_.back().text;
    painter.setPen(error ? colours.error
                   : text.isEmpty() ? colours.muted
                   : doubtful && state.isEmpty() && of_fit ? colours.warning
                                                 : colours.text);
    if (text.isEmpty()) text = session_.has_data() ? tr("Ready") : tr("No data yet");
    const QString line = text.section('\n', 0, 0);
    painter.drawText(QRect(left, 0, right - left, height()), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(line, Qt::ElideRight, right - left));
    if (hasFocus()) {
        painter.setPen(QPen(colours.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), 3, 3);
    }
}

void StatusLine::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) show_history();
}

void StatusLine::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        show_history();
    else
        QWidget::keyPressEvent(event);
}

void StatusLine::show_history()
{
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Messages"));
    dialog->resize(640, 360);
    auto* column = new QVBoxLayout(dialog);
    auto* list = new QTextEdit(dialog);
    list->setReadOnly(true);
    QString html;
    for (const Message& message : messages_)
        html += QString("<p style=\"margin: 0 0 6px 0\"><span style=\"color: %1\">%2</span>&nbsp;&nbsp;"
                        "<span style=\"color: %3\">%4</span></p>")
                    .arg(theme().muted.name(), message.time.toString("HH:mm:ss"),
                         (message.error ? theme().error : theme().text).name(),
                         message.text.toHtmlEscaped().replace("\n", "<br>"));
    list->setHtml(html.isEmpty() ? tr("No messages yet") : html);
    list->moveCursor(QTextCursor::End);
    column->addWidget(list);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    column->addWidget(buttons);
    dialog->show();
}

}  // namespace syzygy
