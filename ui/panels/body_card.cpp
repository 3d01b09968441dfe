#include "ui/panels/body_card.hpp"

#include "core/base/error.hpp"
#include "core/base/not_finite.hpp"
#include "core/base/option_text.hpp"
#include "ui/forms/factor_slider.hpp"
#include "ui/forms/field.hpp"
#include "ui/forms/note.hpp"
#include "ui/panels/state_fold.hpp"
#include "ui/theme/theme.hpp"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

#include <fmt/format.h>

#include <cmath>

namespace syzygy {

namespace {

constexpr int name_height = 22, chip = 10;

double read_mass(const std::string& text)
{
    double mass = 0;
    read_value("mass", text, mass);
    if (!(mass >= 0) || !std::isfinite(mass)) throw ArgumentError("mass", text, "must be at least 0");
    return mass;
}

QString bound_text(double bound)
{
    return std::isfinite(bound) ? QString::fromStdString(value_text(bound)) : QString();
}

}  // namespace

BodyCard::BodyCard(int body, QWidget* parent)
    : QWidget(parent),
      body_(body),
      free_(new QCheckBox("free", this)),
      slider_(new FactorSlider(this)),
      mass_(new Field(this)),
      lower_(new Field(this)),
      upper_(new Field(this)),
      bounds_(new QWidget(this)),
      finding_(new Note(Note::Tone::muted, this)),
      state_(new StateFold(this))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    grid->setRowMinimumHeight(0, name_height);
    free_->setToolTip("Free: the fit looks for this mass. Otherwise it is held where it stands.");
    grid->addWidget(free_, 0, 1, Qt::AlignRight);
    slider_->setToolTip("Drag to change the mass; Shift: finer");
    grid->addWidget(slider_, 1, 0);
    mass_->setFixedWidth(126);
    mass_->set_scrub(ScrubRule{ScrubRule::Scale::logarithmic, 0, infinity});
    mass_->set_check([](const std::string& text) { read_mass(text); });
    grid->addWidget(mass_, 1, 1);
    grid->addWidget(finding_, 2, 0, 1, 2);
    finding_->hide();

    auto* line = new QHBoxLayout(bounds_);
    line->setContentsMargins(0, 2, 0, 0);
    line->setSpacing(6);
    auto* heading = new Note(Note::Tone::muted, this);
    heading->setText("Within");
    heading->setWordWrap(false);
    line->addWidget(heading);
    line->addWidget(lower_, 1);
    auto* to = new Note(Note::Tone::muted, this);
    to->setText("to");
    to->setWordWrap(false);
    line->addWidget(to);
    line->addWidget(upper_, 1);
    grid->addWidget(bounds_, 3, 0, 1, 2);
    grid->addWidget(state_, 4, 0, 1, 2);
    lower_->setPlaceholderText("no bound");
    upper_->setPlaceholderText("no bound");
    lower_->set_help("Lowest mass that the fit may find; blank: none");
    upper_->set_help("Highest mass that the fit may find; blank: none");
    for (Field* field : {lower_, upper_}) {
        field->set_check([](const std::string& text) {
            if (!text.empty()) read_mass(text);
        });
        connect(field, &Field::entered, this, &BodyCard::enter_bounds);
    }

    connect(slider_, &FactorSlider::moved, this, &BodyCard::mass_entered);
    connect(mass_, &Field::entered, this, [this](const QString& text) { Q_EMIT mass_entered(read_mass(text.toStdString())); });
    connect(free_, &QCheckBox::clicked, this, &BodyCard::free_entered);
    connect(&theme_notifier(), &ThemeNotifier::changed, this, &BodyCard::take_colours);
    take_colours();
}

void BodyCard::take_colours()
{
    slider_->set_colour(theme().bodies[static_cast<std::size_t>(body_)]);
    update();
}

void BodyCard::set_name(const QString& name, const QString& mass_unit)
{
    name_ = name;
    setAccessibleName(name);
    mass_->setAccessibleName("Mass of " + name);
    mass_->set_help("Mass of " + name + (mass_unit.isEmpty() ? QString() : " in " + mass_unit) +
                    "\nDrag the handle or type; everything is solved again at once");
    update();
}

void BodyCard::set_mass(double mass)
{
    slider_->set_value(mass);
    if (!mass_->held()) mass_->show_value(QString::fromStdString(fmt::format("{:.9g}", mass)));
}

void BodyCard::set_truth(std::optional<double> truth)
{
    slider_->set_truth(truth);
}

void BodyCard::set_free(bool free)
{
    free_->setChecked(free);
}

void BodyCard::set_bounds(double lower, double upper)
{
    lower_->show_value(bound_text(lower));
    upper_->show_value(bound_text(upper));
}

void BodyCard::set_bounds_visible(bool visible)
{
    bounds_->setVisible(visible);
}

void BodyCard::set_finding(const QString& text, bool doubtful)
{
    finding_->set_tone(doubtful ? Note::Tone::warning : Note::Tone::muted);
    finding_->setText(text);
    finding_->setVisible(!text.isEmpty());
}

bool BodyCard::held() const
{
    return slider_->held() || mass_->held();
}

void BodyCard::enter_bounds()
{
    if (!lower_->rule().isEmpty() || !upper_->rule().isEmpty()) return;
    const auto side = [](const Field* field, double blank) {
        const std::string text = field->text().trimmed().toStdString();
        return text.empty() ? blank : read_mass(text);
    };
    const double lower = side(lower_, -infinity), upper = side(upper_, infinity);
    if (lower < upper)
        Q_EMIT bounds_entered(lower, upper);
    else
        static_cast<Field*>(sender())->mark("the lowest must be below the highest");
}

void BodyCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().bodies[static_cast<std::size_t>(body_)]);
    painter.drawEllipse(QRectF(1, (name_height - chip) / 2.0, chip, chip));
    painter.setPen(theme().text);
    const QRect room(chip + 8, 0, free_->x() - chip - 12, name_height);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(name_, Qt::ElideRight, room.width()));
}

}  // namespace syzygy
