#include "ui/panels/state_fold.hpp"

#include "core/base/error.hpp"
#include "core/base/option_text.hpp"
#include "ui/forms/disclosure.hpp"
#include "ui/forms/field.hpp"
#include "ui/forms/note.hpp"
#include "ui/forms/reset_button.hpp"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <cmath>

namespace syzygy {

namespace {

constexpr std::array names{"x", "y", "z", "vx", "vy", "vz"};

double read_number_of(const char* name, const std::string& text)
{
    double value = 0;
    read_value(name, text, value);
    if (!std::isfinite(value)) throw ArgumentError(name, text, "must be a finite number");
    return value;
}

}  // namespace

StateFold::StateFold(QWidget* parent)
    : QWidget(parent), heading_(new Disclosure(tr("Initial state"), Disclosure::Level::detail, {}, false, this))
{
    setObjectName(QStringLiteral("state-fold"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(heading_);
    auto* body = new QWidget(this);
    auto* grid = new QGridLayout(body);
    grid->setContentsMargins(18, 0, 0, 4);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    for (int i = 0; i < 6; ++i) {
        const char* const name = names[static_cast<std::size_t>(i)];
        Row& row = rows_[static_cast<std::size_t>(i)];
        row.value = new Field(body);
        row.value->setObjectName(QLatin1String(name));
        row.value->set_check([name](const std::string& text) { read_number_of(name, text); });
        row.free = new QCheckBox(tr("free"), body);
        row.free->setObjectName(QStringLiteral("free-") + QLatin1String(name));
        row.free->setToolTip(tr("Free: the fit looks for this number. Otherwise it is held where it stands."));
        row.reset = new ResetButton(body);
        row.reset->setObjectName(QStringLiteral("reset-") + QLatin1String(name));
        row.error = new Note(Note::Tone::muted, body);
        row.error->hide();
        grid->addWidget(new QLabel(QLatin1String(name), body), 2 * i, 0);
        grid->addWidget(row.value, 2 * i, 1);
        grid->addWidget(row.free, 2 * i, 2);
        grid->addWidget(row.reset, 2 * i, 3);
        grid->addWidget(row.error, 2 * i + 1, 1, 1, 3);
        connect(row.value, &Field::entered, this, [this, i, name](const QString& text) {
            Q_EMIT value_entered(i, read_number_of(name, text.toStdString()));
        });
        connect(row.free, &QCheckBox::clicked, this, [this, i](bool free) { Q_EMIT free_entered(i, free); });
        connect(row.reset, &QAbstractButton::clicked, this, [this, i, &row] {
            row.value->setModified(false);
            if (row.observed) Q_EMIT value_entered(i, *row.observed);
        });
    }
    column->addWidget(body);
    heading_->set_body(body);
}

void StateFold::set_names(const QString& body, const QString& length, const QString& velocity)
{
    heading_->setToolTip(tr("Position and velocity of %1 at the first row of the window").arg(body));
    heading_->setAccessibleName(tr("Initial state of %1").arg(body));
    for (int i = 0; i < 6; ++i) {
        const QString unit = i < 3 ? length : velocity;
        Row& row = rows_[static_cast<std::size_t>(i)];
        row.value->setAccessibleName(QLatin1String(names[static_cast<std::size_t>(i)]) + tr(" of ") + body);
        row.value->set_unit(unit);
        row.value->set_help(tr("%1 %2 of %3%4")
                                .arg(i < 3 ? tr("Position") : tr("Velocity"),
                                     QLatin1String(names[static_cast<std::size_t>(i)]), body,
                                     unit.isEmpty() ? QString() : tr(" in ") + unit));
    }
}

void StateFold::show_numbers(const std::array<Number, 6>& numbers)
{
    int changed = 0, fitted = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        const Number& number = numbers[i];
        Row& row = rows_[i];
        row.observed = number.observed;
        const bool differs = number.observed && *number.observed != number.value;
        fitted += number.fitted;
        changed += differs && !number.fitted;
        if (!row.value->held()) row.value->show_value(QString::fromStdString(value_text(number.value)));
        // As much as there is room for: the first digits.
        if (!row.value->hasFocus()) row.value->setCursorPosition(0);
        row.free->setChecked(number.free);
        row.free->setEnabled(number.can_be_free);
        row.reset->set_active(differs);
        if (number.observed)
            row.reset->setToolTip(
                tr("Back to %1, which the first row has").arg(QString::fromStdString(value_text(*number.observed))));
        row.error->setText(number.error);
        row.error->setVisible(!number.error.isEmpty());
    }
    heading_->set_summary(changed > 0  ? tr("%1 changed").arg(changed)
                          : fitted > 0 ? tr("%1 fitted").arg(fitted)
                                       : QString());
}

}  // namespace syzygy
