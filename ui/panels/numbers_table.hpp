#pragma once

#include "ui/session/session.hpp"

#include <QPainter>
#include <QString>

#include <vector>

namespace syzygy {

/// How a line of the table is meant.
enum class NumberTone { plain, good, warning, error, muted };

/// A line: what it is and its value. Without a label it is a sentence, wrapped.
struct NumberLine {
    QString label, value;
    NumberTone tone = NumberTone::plain;
};
struct NumberGroup {
    QString title;
    std::vector<NumberLine> lines;
};

/// The title of the group of warnings.
inline constexpr auto warnings_title = "Warnings";

/// What is known of the model on screen and of the last fit, in numbers.
std::vector<NumberGroup> numbers_of(const Session& session, double pictures_a_second);

/// As text: a line each, label and value parted by a tab.
QString numbers_text(const std::vector<NumberGroup>& groups);
/// As CSV: group, quantity, value.
std::string numbers_csv(const std::vector<NumberGroup>& groups);

/// Draws the table from the painter's origin into that width, in as many columns as fit; returns the height taken.
/// Without a painter it only measures.
double paint_numbers(QPainter* painter, const std::vector<NumberGroup>& groups, double width, const QFont& font);

}  // namespace syzygy
