#include "ui/panels/transport_bar.hpp"

#include "ui/forms/note.hpp"
#include "ui/panels/scrub_slider.hpp"
#include "ui/theme/theme.hpp"
#include "ui/session/time_text.hpp"
#include "ui/session/unit_symbols.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace syzygy {

namespace {

QString speed_text(double speed)
{
    return speed >= 1 ? QString::number(speed) + "×" : "1/" + QString::number(1 / speed) + "×";
}

}  // namespace

TransportBar::TransportBar(ActionSet& actions, Session& session, CompareSession& compare, Timeline& timeline,
                           QWidget* parent)
    : QWidget(parent),
      session_(session),
      compare_(compare),
      timeline_(timeline),
      time_(new Note(Note::Tone::plain, this)),
      unit_(new Note(Note::Tone::muted, this)),
      speed_(new Note(Note::Tone::plain, this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(2);
    const auto add = [&](const char* id) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(&actions[id]);
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setAutoRaise(true);
        button->setIconSize({18, 18});
        // Space belongs to the action, not to the button that was clicked last.
        button->setFocusPolicy(Qt::NoFocus);
        row->addWidget(button);
        return button;
    };
    add("home");
    add("step-back");
    add("previous-sample");
    add("reverse");
    add("play")->setIconSize({22, 22});
    add("next-sample");
    add("step-forward");
    add("end");
    row->addSpacing(4);
    add("loop");
    row->addSpacing(8);
    row->addWidget(new ScrubSlider(session_, compare_, timeline_, this), 1);
    row->addSpacing(8);
    time_->setWordWrap(false);
    time_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    time_->setFont(number_font());
    time_->setToolTip("The time that all views show, as the data have it");
    row->addWidget(time_);
    row->addSpacing(4);
    unit_->setWordWrap(false);
    row->addWidget(unit_);
    row->addSpacing(12);
    add("slower");
    speed_->setWordWrap(false);
    speed_->setAlignment(Qt::AlignCenter);
    speed_->setFont(number_font());
    speed_->setFixedWidth(speed_->fontMetrics().horizontalAdvance("1/64×") + 6);
    speed_->setToolTip(QString("Speed; at 1× the whole range takes %1 seconds").arg(Timeline::seconds_at_natural_speed));
    row->addWidget(speed_);
    add("faster");

    connect(&timeline_, &Timeline::time_changed, this, &TransportBar::show_time);
    connect(&timeline_, &Timeline::range_changed, this, &TransportBar::measure_time);
    connect(&timeline_, &Timeline::transport_changed, this, &TransportBar::show_speed);
    connect(&session_, &Session::data_changed, this, &TransportBar::measure_time);
    connect(&compare_, &CompareSession::shown_changed, this, &TransportBar::measure_time);
    connect(&compare_, &CompareSession::selected_changed, this, &TransportBar::measure_time);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, &TransportBar::measure_time);
    measure_time();
    show_speed();
}

QString TransportBar::unit() const
{
    if (compare_.shown() && compare_.selected()) return QString::fromStdString(compare_.time_unit());
    return session_.has_data() ? QString::fromStdString(unit_symbols(session_.data().observations->units).time) : QString();
}

QString TransportBar::time_text(double time) const
{
    return QString::fromStdString(syzygy::time_text(time, timeline_.end() - timeline_.begin()));
}

void TransportBar::show_time()
{
    time_->setText(time_text(timeline_.time()));
}

void TransportBar::show_speed()
{
    speed_->setText((timeline_.direction() < 0 ? "−" : "") + speed_text(timeline_.speed()));
}

void TransportBar::measure_time()
{
    const double span = timeline_.end() - timeline_.begin();
    // Unit systems as "5.3e12 s" would read as a product with the number: their factor is set apart.
    const QString label = unit();
    const bool is_number = !label.isEmpty() && label[0].isDigit();
    unit_->setText(is_number ? "× " + label : label);
    unit_->setVisible(!label.isEmpty());
    time_->setFont(number_font());
    int widest = 0;
    for (const double time : {timeline_.begin(), timeline_.end(), timeline_.begin() - span / 3})
        widest = std::max(widest, time_->fontMetrics().horizontalAdvance(time_text(time)));
    time_->setFixedWidth(widest + 4);
    show_time();
}

}  // namespace syzygy
