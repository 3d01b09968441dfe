#include "ui/panels/window_section.hpp"

#include "core/base/option_text.hpp"
#include "ui/forms/field.hpp"
#include "ui/forms/note.hpp"
#include "ui/forms/range_slider.hpp"
#include "ui/session/time_text.hpp"
#include "ui/session/unit_symbols.hpp"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>

#include <cmath>

namespace syzygy {

namespace {

/// All digits: what is shown is what is meant, also of a Julian date.
QString exact_text(double time)
{
    return QString::fromStdString(value_text(time));
}

void check_number(const char* option, const std::string& text)
{
    double value = 0;
    read_value(option, text, value);
    if (!std::isfinite(value)) throw ArgumentError(option, text, "must be a finite number");
}

}  // namespace

WindowSection::WindowSection(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      slider_(new RangeSlider(this)),
      begin_(new Field(this)),
      end_(new Field(this)),
      horizon_(new Field(this)),
      rows_(new Note(Note::Tone::muted, this)),
      error_(new Note(Note::Tone::error, this))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    slider_->setToolTip("The time that is fitted: drag an end, or the band between");
    grid->addWidget(slider_, 0, 0, 1, 2);
    const auto add = [&](Field* field, const QString& label, const QString& help, int row, int column) {
        auto* cell = new QGridLayout;
        cell->setVerticalSpacing(2);
        auto* heading = new Note(Note::Tone::muted, this);
        heading->setText(label);
        cell->addWidget(heading, 0, 0);
        cell->addWidget(field, 1, 0);
        field->set_help(help);
        grid->addLayout(cell, row, column);
    };
    add(begin_, "From", "First time that is fitted, as the data have it", 1, 0);
    add(end_, "To", "Last time that is fitted, as the data have it", 1, 1);
    add(horizon_, "Predict until", "Last time of the prediction, as the data have it; blank: the end of the data", 2, 0);
    horizon_->setPlaceholderText("automatic");
    rows_->setAlignment(Qt::AlignLeft | Qt::AlignBottom);
    grid->addWidget(rows_, 2, 1);
    grid->addWidget(error_, 3, 0, 1, 2);
    error_->hide();

    for (Field* field : {begin_, end_}) field->set_check([](const std::string& text) { check_number("window", text); });
    horizon_->set_check([](const std::string& text) {
        if (!text.empty()) check_number("horizon", text);
    });
    connect(slider_, &RangeSlider::moved, this, &WindowSection::set_window);
    connect(begin_, &Field::entered, this, [this] { enter_window(*begin_); });
    connect(end_, &Field::entered, this, [this] { enter_window(*end_); });
    connect(horizon_, &Field::entered, this, &WindowSection::enter_horizon);
    connect(&session_, &Session::data_changed, this, &WindowSection::show_data);
    connect(&session_, &Session::setup_changed, this, &WindowSection::show_window);
    connect(&session_, &Session::picture_changed, this, &WindowSection::show_picture);
    connect(&session_, &Session::display_changed, this, &WindowSection::show_horizon);
    show_data();
}

void WindowSection::show_data()
{
    setEnabled(session_.has_data());
    const auto [first, last] = session_.data_range();
    slider_->set_limits(first, last);
    for (Field* field : {begin_, end_}) field->set_scrub(ScrubRule{ScrubRule::Scale::linear, first, last});
    if (session_.has_data())
        for (Field* field : {begin_, end_, horizon_})
            field->set_unit(QString::fromStdString(unit_symbols(session_.data().observations->units).time));
    show_horizon();
    show_window();
}

void WindowSection::show_horizon()
{
    const auto horizon = session_.chosen_horizon();
    horizon_->show_value(horizon ? exact_text(*horizon) : QString());
}

void WindowSection::show_window()
{
    const auto [begin, end] = session_.window();
    slider_->set_range(begin, end);
    begin_->show_value(exact_text(begin));
    end_->show_value(exact_text(end));
    error_->hide();
}

void WindowSection::show_picture()
{
    const auto picture = session_.picture();
    if (!picture) return;
    const QLocale locale;
    rows_->setText(QString("%1 of %2 rows\nare fitted")
                       .arg(locale.toString(static_cast<qlonglong>(picture->solution->data->size())),
                            locale.toString(static_cast<qlonglong>(picture->observations->size()))));
    const auto [first, last] = session_.data_range();
    horizon_->setPlaceholderText(QString::fromStdString(time_text(picture->horizon, last - first)) + " (auto)");
}

void WindowSection::set_window(double begin, double end)
{
    try {
        session_.set_window(begin, end);
    } catch (const ArgumentError& error) {
        error_->setText(QString::fromStdString(error.rule()));
        error_->show();
    }
}

void WindowSection::enter_window(Field& field)
{
    const auto [first, last] = session_.window();
    const bool is_begin = &field == begin_;
    try {
        double time = 0;
        read_value("window", field.text().trimmed().toStdString(), time);
        session_.set_window(is_begin ? time : first, is_begin ? last : time);
        slider_->set_range(session_.window().first, session_.window().second);
    } catch (const ArgumentError& error) {
        field.refuse(QString::fromStdString(error.rule()), exact_text(is_begin ? first : last));
        error_->setText(QString::fromStdString(error.rule()));
        error_->show();
    }
}

void WindowSection::enter_horizon(const QString& text)
{
    if (text.isEmpty())
        session_.set_horizon(std::nullopt);
    else
        session_.set_horizon(text.toDouble());
}

}  // namespace syzygy
