#include "ui/panels/numbers_table.hpp"

#include "ui/base/option_words.hpp"
#include "ui/base/text.hpp"
#include "ui/session/finding_text.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/theme/theme.hpp"

#include <QFontInfo>
#include <QFontMetricsF>
#include <QLocale>

#include <cmath>
#include <limits>

namespace syzygy {

namespace {

constexpr double margin = 10, column_gap = 24, narrowest_column = 280, label_gap = 14, group_gap = 10, largest_label_share = 0.5;

QString count(long number)
{
    return QLocale::c().toString(static_cast<qlonglong>(number)).replace(',', QChar(0x2009));
}

QString bytes_text(std::size_t bytes)
{
    const double size = static_cast<double>(bytes);
    if (size >= 1 << 20) return text_of(fmt::format("{:.2f} MiB", size / (1 << 20)));
    if (size >= 1 << 10) return text_of(fmt::format("{:.1f} KiB", size / (1 << 10)));
    return count(static_cast<long>(bytes)) + " B";
}

QString milliseconds(double first, double second)
{
    return text_of(fmt::format("{:.2f} + {:.2f} ms", 1e3 * first, 1e3 * second));
}

QString capitalised(QString text)
{
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

NumberTone tone_of(const Outcome& outcome)
{
    return outcome.ok() ? NumberTone::good : outcome.status == Status::stopped ? NumberTone::warning : NumberTone::error;
}

NumberTone tone_of(Trust trust, const Outcome& outcome)
{
    switch (trust) {
    case Trust::trusted: return NumberTone::good;
    case Trust::with_care:
    case Trust::untrusted: return NumberTone::warning;
    case Trust::unfinished: break;
    }
    return tone_of(outcome);
}

QString status_text(const Outcome& outcome)
{
    return capitalised(text_of(std::string(to_string(outcome.status))).replace('-', ' '));
}

void add_errors(NumberGroup& group, const ErrorEstimate<double>& error)
{
    const NumberTone tone = error.trusted ? NumberTone::plain : NumberTone::muted;
    group.lines.push_back({"   its error", text_of(fmt::format("{:+.2g}", error.loss_error)), tone});
    group.lines.push_back({"   corrected", text_of(fmt::format("{:.12g}", error.loss_corrected)), tone});
    group.lines.push_back({"Error of the gradient", text_of(fmt::format("{:.2g} of its norm", error.gradient_error)),
                           error.gradient_error > 0.1 ? NumberTone::warning : tone});
    if (!error.trusted)
        group.lines.push_back({"", "Estimated errors are not to be trusted: " + text_of(error.doubt), NumberTone::warning});
}

NumberGroup model_group(const Session& session, const Solution& solution)
{
    NumberGroup group{"Model on screen", {}};
    group.lines.push_back({"Solve", status_text(solution.outcome), tone_of(solution.outcome)});
    if (!solution.outcome.ok()) group.lines.push_back({"", window_words(solution.outcome.reason), NumberTone::error});
    group.lines.push_back({"Loss", text_of(fmt::format("{:.9g}", solution.gradient.loss))});
    if (solution.gradient.error) add_errors(group, *solution.gradient.error);
    const QString unit = text_of(unit_symbols(session.data().observations->units).mass);
    for (int body = 0; body < 3; ++body)
        group.lines.push_back({"Mass of " + text_of(solution.data->bodies[static_cast<std::size_t>(body)]),
                               text_of(with_unit(solution.point.masses[body], unit.toStdString(), 9))});
    return group;
}

NumberGroup solver_group(const Solution& solution, double pictures_a_second)
{
    const auto& forward = solution.gradient.forward;
    const auto& backward = solution.gradient.backward;
    const auto both = [](long first, long second) { return count(first) + " + " + count(second); };
    NumberGroup group{"Solver, forward + backward", {}};
    group.lines = {
        {"Evaluations", both(forward.rhs_evaluations, backward.rhs_evaluations)},
        {"Accepted steps", both(forward.accepted, backward.accepted)},
        {"Rejected steps", both(forward.rejected, backward.rejected)},
        {"VJPs", count(forward.vjp_evaluations + backward.vjp_evaluations)},
        {"Time", milliseconds(forward.seconds, backward.seconds)},
        {"Checkpoints", count(static_cast<long>(solution.window.times().size())) + ", " +
                            bytes_text(solution.gradient.checkpoint_bytes)},
        {"Tape, at its peak", bytes_text(solution.gradient.tape_bytes_peak)},
        {"Graph depth", count(solution.gradient.graph_depth)},
        {"Pictures a second", pictures_a_second > 0 ? text_of(fmt::format("{:.0f}", pictures_a_second)) : QString("-")},
    };
    if (forward.jvp_evaluations + backward.jvp_evaluations > 0)
        group.lines.insert(group.lines.begin() + 4, {"JVPs",
                                                     count(forward.jvp_evaluations + backward.jvp_evaluations)});
    return group;
}

NumberGroup fit_group(const Session& session, const FitResult& result)
{
    const Observations& observations = *session.data().observations;
    NumberGroup group{"Last fit", {}};
    const Trust found = trust(result);
    const std::string length = unit_symbols(observations.units).length;
    // The worst of how it ended and of its warnings; why the optimiser ended is a detail.
    group.lines.push_back({"Outcome", window_words(headline(result, length)), tone_of(found, result.outcome)});
    if (!result.outcome.reason.empty())
        group.lines.push_back({"", capitalised(window_words(result.outcome.reason)), NumberTone::muted});
    group.lines.push_back({"Iterations", count(result.iterations)});
    group.lines.push_back({"Time", text_of(result.seconds < 1 ? fmt::format("{:.1f} ms", 1e3 * result.seconds)
                                                           : fmt::format("{:.2f} s", result.seconds))});
    if (const auto training = session.training()) {
        const QString backend = training->backend == "native" ? QStringLiteral("our own code") : QStringLiteral("LibTorch");
        group.lines.push_back({"Trained by", training->device.empty() ? backend : backend + ", " + text_of(training->device)});
        if (!training->chosen_because.empty())
            group.lines.push_back({"", capitalised(window_words(training->chosen_because)), NumberTone::muted});
    }
    group.lines.push_back({"Loss", text_of(fmt::format("{:.9g}", result.loss))});
    group.lines.push_back({"Reduced chi-square", text_of(fmt::format("{:.6g}", result.reduced_chi_square))});
    group.lines.push_back({"Degrees of freedom", count(result.degrees_of_freedom)});
    if (std::isfinite(result.rms_residual) || result.series.empty())
        group.lines.push_back({"Rms residual", text_of(with_unit(result.rms_residual, length))});
    for (std::size_t i = 0; i < result.series.size() && i < observations.series.size(); ++i) {
        const FittedSeries& found_series = result.series[i];
        const std::string unit = of_quantity(unit_symbols(observations.units), observations.series[i].observable->info().quantity);
        group.lines.push_back({"Rms of " + text_of(found_series.name), text_of(with_unit(found_series.rms, unit, 4))});
        if (found_series.jitter > 0)
            group.lines.push_back({"   its jitter", text_of(with_unit(found_series.jitter, unit, 3)), NumberTone::muted});
    }
    const auto& truth = session.data().truth;
    for (const FittedParameter& parameter : result.parameters) {
        const bool mass = parameter.is_mass();
        if (!mass && parameter.fixed) continue;
        const bool doubtful = !parameter.fixed && (found == Trust::untrusted || found == Trust::unfinished);
        group.lines.push_back({mass ? "Mass of " + text_of(observations.bodies[static_cast<std::size_t>(parameter.body)]) : text_of(parameter.name),
                               finding_text(parameter, found), doubtful ? NumberTone::warning : NumberTone::plain});
        // The numbers of the state are widened as the masses are.
        if (const QString origin = error_origin_text(parameter, found); !origin.isEmpty() && !parameter.is_state())
            group.lines.push_back({"   its error", origin, NumberTone::muted});
        if (mass && truth)
            group.lines.push_back({"   truth", text_of(fmt::format("{:.9g}", truth->masses[parameter.body])),
                                   NumberTone::muted});
    }
    if (const std::string unit = unit_symbols(observations.units).mass; !unit.empty())
        group.lines.push_back({"", "Masses in " + text_of(unit), NumberTone::muted});
    if (!result.sigmas_known)
        group.lines.push_back({"", "The errors of the data are unknown: those of the masses are scaled to the residuals",
                               NumberTone::muted});
    return group;
}

QColor colour_of(NumberTone tone)
{
    const Theme& colours = theme();
    switch (tone) {
    case NumberTone::good: return colours.good;
    case NumberTone::warning: return colours.warning;
    case NumberTone::error: return colours.error;
    case NumberTone::muted: return colours.muted;
    case NumberTone::plain: break;
    }
    return colours.text;
}

/// Draws or measures one group from `top`; returns where it ends.
class GroupPainter {
public:
    GroupPainter(QPainter* painter, const QFont& font, double width)
        : painter_(painter), font_(font), bold_(font), numbers_(number_font()), width_(width)
    {
        // In pixels: a page's points are not the screen's.
        const int size = QFontInfo(font).pixelSize();
        for (QFont* own : {&font_, &bold_, &numbers_}) own->setPixelSize(size);
        bold_.setWeight(QFont::DemiBold);
        line_ = QFontMetricsF(font_).lineSpacing() + 3;
    }

    double paint(const NumberGroup& group, double left, double top) const
    {
        draw(QRectF(left, top, width_, line_), bold_, theme().text, group.title, Qt::AlignLeft);
        top += line_ + 2;
        if (painter_) {
            painter_->setPen(QPen(theme().border, 1));
            painter_->drawLine(QPointF(left, top - 2), QPointF(left + width_, top - 2));
        }
        double label_width = 0;
        for (const NumberLine& line : group.lines)
            label_width = std::max(label_width, QFontMetricsF(font_).horizontalAdvance(line.label) + 1);
        label_width = std::min(label_width, largest_label_share * width_);
        for (const NumberLine& line : group.lines) top += paint(line, left, top, label_width);
        return top;
    }

private:
    double paint(const NumberLine& line, double left, double top, double label_width) const
    {
        if (line.label.isEmpty()) {
            const double height = wrapped_height(font_, line.value, width_);
            draw(QRectF(left, top, width_, height), font_, colour_of(line.tone), line.value, Qt::AlignLeft | Qt::TextWordWrap);
            return height + 3;
        }
        const double value_width = width_ - label_width - label_gap;
        const double height = std::max({line_, wrapped_height(font_, line.label, label_width) + 3,
                                        wrapped_height(numbers_, line.value, value_width) + 3});
        draw(QRectF(left, top, label_width, height), font_, theme().muted, line.label, Qt::AlignLeft | Qt::TextWordWrap);
        draw(QRectF(left + label_width + label_gap, top, value_width, height), numbers_, colour_of(line.tone), line.value,
             Qt::AlignLeft | Qt::TextWordWrap);
        return height;
    }

    static double wrapped_height(const QFont& font, const QString& text, double width)
    {
        return QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 1e6), Qt::TextWordWrap, text).height();
    }

    void draw(const QRectF& place, const QFont& font, const QColor& colour, const QString& text, int flags) const
    {
        if (!painter_) return;
        painter_->setFont(font);
        painter_->setPen(colour);
        painter_->drawText(place, flags, text);
    }

    QPainter* painter_;
    QFont font_, bold_, numbers_;
    double width_, line_ = 0;
};

std::string csv_cell(const QString& text)
{
    QString quoted = text;
    return "\"" + quoted.replace("\"", "\"\"").trimmed().toStdString() + "\"";
}

}  // namespace

std::vector<NumberGroup> numbers_of(const Session& session, double pictures_a_second)
{
    std::vector<NumberGroup> groups;
    const auto picture = session.picture();
    if (!session.has_data() || !picture) return groups;
    const auto result = session.result();
    if (result && !result->warnings.empty()) {
        NumberGroup warnings{warnings_title, {}};
        for (const Warning& warning : result->warnings)
            warnings.lines.push_back({"", capitalised(window_words(warning.message)), NumberTone::warning});
        groups.push_back(std::move(warnings));
    }
    if (result) groups.push_back(fit_group(session, *result));
    groups.push_back(model_group(session, *picture->solution));
    groups.push_back(solver_group(*picture->solution, pictures_a_second));
    NumberGroup notes{"Notes", {}};
    for (const std::string& note : result ? result->notes : session.data().observations->notes)
        notes.lines.push_back({"", capitalised(window_words(note)), NumberTone::muted});
    if (!notes.lines.empty()) groups.push_back(std::move(notes));
    return groups;
}

QString numbers_text(const std::vector<NumberGroup>& groups)
{
    QString text;
    for (const NumberGroup& group : groups) {
        text += (text.isEmpty() ? "" : "\n") + group.title + "\n";
        for (const NumberLine& line : group.lines)
            text += line.label.isEmpty() ? line.value + "\n" : line.label.trimmed() + "\t" + line.value + "\n";
    }
    return text;
}

std::string numbers_csv(const std::vector<NumberGroup>& groups)
{
    std::string text = "group,quantity,value\n";
    for (const NumberGroup& group : groups)
        for (const NumberLine& line : group.lines)
            text += csv_cell(group.title) + "," + csv_cell(line.label) + "," + csv_cell(line.value) + "\n";
    return text;
}

double paint_numbers(QPainter* painter, const std::vector<NumberGroup>& groups, double width, const QFont& font)
{
    const double room = std::max(width - 2 * margin, 60.0);
    const int columns = std::clamp(static_cast<int>((room + column_gap) / (narrowest_column + column_gap)), 1,
                                   std::max(1, static_cast<int>(groups.size())));
    const double column_width = (room - (columns - 1) * column_gap) / columns;
    const GroupPainter group_painter(painter, font, column_width);
    // Each group goes where the column is shortest: rows stay where they are as long as no group changes its height.
    std::vector<double> heights(static_cast<std::size_t>(columns), margin);
    for (const NumberGroup& group : groups) {
        const auto shortest = std::ranges::min_element(heights);
        const double left = margin + static_cast<double>(shortest - heights.begin()) * (column_width + column_gap);
        *shortest = group_painter.paint(group, left, *shortest) + group_gap;
    }
    return *std::ranges::max_element(heights);
}

}  // namespace syzygy
