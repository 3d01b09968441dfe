#include "ui/correction/ablation_view.hpp"

#include "physics/fit/value_with_error.hpp"
#include "ui/base/text.hpp"
#include "ui/correction/correction_views.hpp"
#include "ui/panels/painted_sheet.hpp"
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

#include <cmath>

namespace syzygy {

namespace {

constexpr double margin = 12, column_gap = 14;

QString mass_text(const FitResult& result, std::size_t body)
{
    if (body >= result.parameters.size()) return number_text(result.point.masses[static_cast<Eigen::Index>(body)], 6);
    const FittedParameter& parameter = result.parameters[body];
    if (parameter.fixed || !(parameter.sigma > 0) || !std::isfinite(parameter.sigma))
        return number_text(parameter.value, 6);
    const auto [value, sigma] = value_with_error(parameter.value, std::max(parameter.sigma, parameter.scaled_sigma));
    return text_of(value) + QStringLiteral(" ± ") + text_of(sigma);
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
    const auto& bodies = session_.data().observations->bodies;
    for (std::size_t body = 0; body < 3; ++body) {
        const auto row = static_cast<Eigen::Index>(body);
        rows.push_back({tr("Mass of %1").arg(text_of(bodies[body])), mass_text(found.without, body),
                        mass_text(result->with, body), fmt::format("mass {}", body + 1), found.without.point.masses[row],
                        result->with.point.masses[row]});
    }
    const auto add = [&rows](const QString& quantity, std::string plain, double without, double with, int digits = 4) {
        rows.push_back({quantity, number_text(without, digits), number_text(with, digits), std::move(plain), without, with});
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
    const bool justified = result->justification.justified;
    wrapped(justified ? tr("The correction is justified.") : tr("The correction is not justified."), bold,
            justified ? theme().good : theme().warning);
    y += 2;
    wrapped(text_of(result->justification.words), plain, theme().text);
    y += 8;

    const std::vector<AblationRow> all = rows();
    double first = metrics.horizontalAdvance(tr("Held-out error"));
    for (const AblationRow& row : all) first = std::max(first, metrics.horizontalAdvance(row.quantity));
    first = std::min(first + 2, 0.4 * room);
    const double column = (room - first - 2 * column_gap) / 2;
    const auto cell = [&](double x, double cell_width, const QFont& with, const QColor& colour, const QString& text,
                          Qt::Alignment side) {
        if (!painter) return;
        painter->setFont(with);
        painter->setPen(colour);
        painter->drawText(QRectF(x, y, cell_width, line), static_cast<int>(side | Qt::AlignVCenter) | Qt::TextSingleLine,
                          QFontMetricsF(with).elidedText(text, Qt::ElideRight, cell_width));
    };
    const double second = margin + first + column_gap, third = second + column + column_gap;
    cell(second, column, bold, theme().text, tr("without"), Qt::AlignRight);
    cell(third, column, bold, theme().text, text_of(result->correction), Qt::AlignRight);
    y += line;
    if (painter) {
        painter->setPen(QPen(theme().border, 1));
        painter->drawLine(QPointF(margin, y), QPointF(margin + room, y));
    }
    y += 3;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const AblationRow& row = all[i];
        cell(margin, first, plain, theme().muted, row.quantity, Qt::AlignLeft);
        // Of errors and criteria the lower is the better.
        const bool judged = i >= 3;
        const bool with_better = judged && row.with_value < row.without_value;
        const bool without_better = judged && row.without_value < row.with_value;
        cell(second, column, numbers, without_better ? theme().good : theme().text, row.without, Qt::AlignRight);
        cell(third, column, numbers, with_better ? theme().good : theme().text, row.with, Qt::AlignRight);
        y += line;
    }
    y += 6;
    wrapped(tr("Fitted from %1 to %2, held out to %3. Lower is better; AIC and BIC charge for parameters.")
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
    return [rows = rows(), words = session_.ablation().result()->justification.words] {
        std::string text = fmt::format("# {}\nquantity,without,with\n", words);
        for (const AblationRow& row : rows)
            text += fmt::format("{},{},{}\n", row.quantity_plain, row.without_value, row.with_value);
        return text;
    };
}

View* make_ablation_view(const ViewContext& context, QWidget* parent)
{
    return new AblationView(context, parent);
}

}  // namespace syzygy
