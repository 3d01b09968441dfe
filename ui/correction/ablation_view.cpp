#include "ui/correction/ablation_view.hpp"

#include "physics/fit/value_with_error.hpp"
#include "ui/base/option_words.hpp"
#include "ui/base/text.hpp"
#include "ui/correction/correction_views.hpp"
#include "ui/forms/painted_sheet.hpp"
#include "ui/session/unit_symbols.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/number_text.hpp"

#include <QFontInfo>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace syzygy {

namespace {

constexpr double margin = 12, column_gap = 14;

/// "1.1000 ± 0.0002", with the error to be taken.
QString error_text(const FittedParameter& parameter)
{
    if (parameter.fixed || !(parameter.sigma > 0) || !std::isfinite(parameter.sigma))
        return number_text(parameter.value, 6);
    const auto [value, sigma] = value_with_error(parameter.value, parameter.trusted_sigma());
    return text_of(value) + QStringLiteral(" ± ") + text_of(sigma);
}

/// A cell of CSV; "" for what is not known.
std::string cell_text(double value)
{
    return std::isnan(value) ? std::string() : fmt::format("{}", value);
}

QString mass_text(const FitResult& result, std::size_t body)
{
    if (body >= result.parameters.size()) return number_text(result.point.masses[static_cast<Eigen::Index>(body)], 6);
    return error_text(result.parameters[body]);
}

}  // namespace

AblationView::AblationView(const ViewContext& context, QWidget* parent)
    : View(parent),
      session_(*context.session),
      button_(new QPushButton(tr("Fit without correction"), this)),
      scroll_(new QScrollArea(this)),
      sheet_(new PaintedSheet([this](QPainter* painter, QSize size) { return paint(painter, size.width()); }, scroll_))
{
    button_->setObjectName(QStringLiteral("ablation-run"));
    button_->setToolTip(tr("Fits the same data once more without the correction, beside the window, and compares"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(12, 8, 12, 4);
    line->addWidget(button_);
    line->addStretch(1);
    column->addLayout(line);
    column->addWidget(scroll_, 1);
    setMinimumSize(160, 100);
    connect(button_, &QPushButton::clicked, this, [this] {
        if (session_.ablation().running())
            session_.ablation().stop();
        else
            session_.ablation().run();
    });
    connect(&session_.ablation(), &Ablation::changed, this, &AblationView::show_state);
    connect(&session_, &Session::setup_changed, this, &AblationView::show_state);
    connect(&session_, &Session::data_changed, this, &AblationView::show_state);
    connect(&session_, &Session::result_changed, this, &AblationView::show_state);
    show_state();
}

void AblationView::show_state()
{
    const Ablation& ablation = session_.ablation();
    button_->setText(ablation.running() ? tr("Stop") : tr("Fit without correction"));
    button_->setEnabled(ablation.running() || ablation.can_run());
    sheet_->measure();
}

bool AblationView::empty() const
{
    return !session_.ablation().result();
}

void AblationView::reset_view()
{
    scroll_->verticalScrollBar()->setValue(0);
}

QString AblationView::hint() const
{
    if (!session_.has_data() || session_.setup().correction.correction == "none") return how_to_correct();
    if (session_.ablation().running()) return tr("Fitting without the correction...");
    if (!session_.result()) return tr("Fit with the correction first (F5); then fit the same without it, and both stand here.");
    return tr("Press \u201cFit without correction\u201d: the same fit without it, side by side, and what that says.");
}

std::vector<AblationRow> AblationView::rows() const
{
    std::vector<AblationRow> rows;
    const auto result = session_.ablation().result();
    if (!result) return rows;
    const Justification& found = result->justification;
    const auto& truth = session_.data().truth;
    const auto& bodies = session_.data().observations->bodies;
    for (std::size_t body = 0; body < 3; ++body) {
        const auto row = static_cast<Eigen::Index>(body);
        rows.push_back({tr("Mass of %1").arg(text_of(bodies[body])), mass_text(found.without, body),
                        mass_text(result->with, body), fmt::format("mass {}", body + 1), found.without.point.masses[row],
                        result->with.point.masses[row], truth ? number_text(truth->masses[row], 6) : QString(),
                        truth ? truth->masses[row] : std::nan(""), false});
    }
    // Of a correction with names for its parameters, those; the truth where the data were made with the same.
    for (const FittedParameter& parameter : result->with.parameters) {
        if (!parameter.is_of_correction()) continue;
        double known = std::nan("");
        if (truth && truth->correction && truth->correction->correction) {
            const auto named = truth->correction->correction->named_parameters();
            const auto same = std::ranges::find(named, parameter.name, &CorrectionParameter::name);
            if (const auto at = same - named.begin(); same != named.end() && at < truth->correction->parameters.size())
                known = truth->correction->parameters[at];
        }
        rows.push_back({text_of(parameter.name), {}, error_text(parameter), parameter.name, std::nan(""), parameter.value,
                        std::isnan(known) ? QString() : number_text(known, 6), known, false});
    }
    const auto add = [&rows](const QString& quantity, std::string plain, double without, double with, int digits = 4) {
        rows.push_back({quantity, number_text(without, digits), number_text(with, digits), std::move(plain), without, with, {}, std::nan(""), true});
    };
    add(tr("Loss, fitted part"), "loss", found.without.loss, result->with.loss);
    add(tr("Held-out error"), "held-out", found.held_out_without, found.held_out_with);
    add(tr("AIC"), "aic", found.aic_without, found.aic_with, 6);
    add(tr("BIC"), "bic", found.bic_without, found.bic_with, 6);
    return rows;
}

double AblationView::paint(QPainter* painter, double width) const
{
    const double room = std::max(width - 2 * margin, 80.0);
    QFont plain = font(), bold = font(), numbers = number_font();
    // In pixels: a page's points are not the screen's.
    const int size = QFontInfo(plain).pixelSize();
    for (QFont* own : {&plain, &bold, &numbers}) own->setPixelSize(size);
    bold.setWeight(QFont::DemiBold);
    const QFontMetricsF metrics(plain);
    const double line = metrics.lineSpacing() + 4;
    double y = margin / 2;
    const auto wrapped = [&](const QString& text, const QFont& with, const QColor& colour) {
        const double height = QFontMetricsF(with).boundingRect(QRectF(0, 0, room, 1e6), Qt::TextWordWrap, text).height() + 2;
        if (painter) {
            painter->setFont(with);
            painter->setPen(colour);
            painter->drawText(QRectF(margin, y, room, height), Qt::AlignLeft | Qt::TextWordWrap, text);
        }
        y += height;
    };
    const auto result = session_.ablation().result();
    if (!result) {
        wrapped(tr("Is the correction justified?"), bold, theme().text);
        y += 2;
        wrapped(hint(), plain, theme().muted);
        return y + margin;
    }
    // Two halves: that something is missing, and whether this is it.
    const Justification& verdict = result->justification;
    wrapped(window_words(verdict.newton_words), bold, verdict.justified ? theme().good : theme().warning);
    y += 2;
    wrapped(window_words(verdict.correction_words), bold, verdict.complete ? theme().good : theme().warning);
    y += 2;
    wrapped(window_words(verdict.words), plain, theme().text);
    y += 8;

    const std::vector<AblationRow> all = rows();
    double first = metrics.horizontalAdvance(tr("Held-out error"));
    for (const AblationRow& row : all) first = std::max(first, metrics.horizontalAdvance(row.quantity));
    first = std::min(first + 2, 0.4 * room);
    const bool truth_known = std::ranges::any_of(all, [](const AblationRow& row) { return !row.truth.isEmpty(); });
    // Each column as wide as its widest text; errors go below their values where that is too much.
    const QFontMetricsF bold_metrics(bold), number_metrics(numbers);
    const QString below = QStringLiteral("\n\u00b1 ");
    const auto stacked_text = [&](QString text) { return text.replace(QStringLiteral(" \u00b1 "), below); };
    const QString headings[] = {tr("without"), text_of(result->correction), tr("truth")};
    const auto widest = [&](const QString& heading, auto member, bool stacked_now) {
        // Where room is short, numbers come before headings.
        double most = stacked_now && heading != headings[2] ? 0 : bold_metrics.horizontalAdvance(heading);
        for (const AblationRow& row : all)
            for (const QString& part : (stacked_now ? stacked_text(row.*member) : row.*member).split(QLatin1Char('\n')))
                most = std::max(most, number_metrics.horizontalAdvance(part));
        return most + 2;
    };
    const double columns = truth_known ? 3 : 2;
    std::array<double, 3> widths{};
    bool stacked = false;
    double gap = column_gap;
    const auto measure = [&] {
        widths = {widest(headings[0], &AblationRow::without, stacked), widest(headings[1], &AblationRow::with, stacked),
                  truth_known ? widest(headings[2], &AblationRow::truth, stacked) : 0};
        return room - first - columns * gap - widths[0] - widths[1] - widths[2];
    };
    double spare = measure();
    if (spare < 0) {
        stacked = true;
        gap = column_gap / 2;
        first = std::min(first, 0.3 * room);
        spare = measure();
    }
    for (double& each : widths)
        if (each > 0) each = std::max(20.0, each + spare / columns);
    const auto cell = [&](double x, double cell_width, const QFont& with, const QColor& colour, const QString& text,
                          Qt::Alignment side) {
        if (!painter) return;
        painter->setFont(with);
        painter->setPen(colour);
        double top = y;
        for (const QString& part : (stacked ? stacked_text(text) : text).split(QLatin1Char('\n'))) {
            painter->drawText(QRectF(x, top, cell_width, line), static_cast<int>(side | Qt::AlignVCenter) | Qt::TextSingleLine,
                              QFontMetricsF(with).elidedText(part, side == Qt::AlignLeft ? Qt::ElideMiddle : Qt::ElideRight, cell_width));
            top += line - 4;
        }
    };
    const double second = margin + first + gap, third = second + widths[0] + gap,
                 fourth = third + widths[1] + gap;
    cell(second, widths[0], bold, theme().text, headings[0], Qt::AlignRight);
    cell(third, widths[1], bold, theme().text, headings[1], Qt::AlignRight);
    if (truth_known) cell(fourth, widths[2], bold, theme().text, headings[2], Qt::AlignRight);
    y += line;
    if (painter) {
        painter->setPen(QPen(theme().border, 1));
        painter->drawLine(QPointF(margin, y), QPointF(margin + room, y));
    }
    y += 3;
    for (const AblationRow& row : all) {
        cell(margin, first, plain, theme().muted, row.quantity, Qt::AlignLeft);
        // Of errors and criteria the lower is the better.
        const bool with_better = row.judged && row.with_value < row.without_value;
        const bool without_better = row.judged && row.without_value < row.with_value;
        cell(second, widths[0], numbers, without_better ? theme().good : theme().text, row.without, Qt::AlignRight);
        cell(third, widths[1], numbers, with_better ? theme().good : theme().text, row.with, Qt::AlignRight);
        if (truth_known) cell(fourth, widths[2], numbers, theme().text, row.truth, Qt::AlignRight);
        const bool two_lines = stacked && (row.without + row.with).contains(QStringLiteral(" \u00b1 "));
        y += two_lines ? 2 * line - 4 : line;
    }
    y += 6;
    wrapped(tr("Fitted from %1 to %2, held out to %3. Lower is better; AIC and BIC penalise parameters.")
                .arg(number_text(result->window_begin), number_text(result->fitted_end), number_text(result->held_out_end)),
            plain, theme().muted);
    return y + margin;
}

void AblationView::render_to(QPaintDevice& device, QSize size)
{
    QPainter painter(&device);
    painter.fillRect(QRect(QPoint(0, 0), size), theme().panel);
    const double scale = std::min(1.0, size.height() / paint(nullptr, size.width()));
    painter.scale(scale, scale);
    paint(&painter, size.width() / scale);
}

std::function<std::string()> AblationView::table() const
{
    if (empty()) return {};
    return [rows = rows(), verdict = session_.ablation().result()->justification] {
        std::string text = fmt::format("# {}\n# {}\n# {}\nquantity,without,with,truth\n", verdict.newton_words,
                                       verdict.correction_words, verdict.words);
        for (const AblationRow& row : rows)
            text += fmt::format("{},{},{},{}\n", row.quantity_plain, cell_text(row.without_value), cell_text(row.with_value),
                                cell_text(row.truth_value));
        return text;
    };
}

View* make_ablation_view(const ViewContext& context, QWidget* parent)
{
    return new AblationView(context, parent);
}

}  // namespace syzygy
