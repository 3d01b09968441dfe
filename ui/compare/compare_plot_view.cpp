#include "ui/compare/compare_plot_view.hpp"

#include "ui/base/text.hpp"
#include "ui/compare/look_note.hpp"
#include "ui/compare/veil.hpp"
#include "ui/views/number_text.hpp"

#include <QVBoxLayout>

#include <fmt/format.h>

namespace syzygy {

ComparePlotView::ComparePlotView(const ViewContext& context, QWidget* parent, SharedRange* range, std::string_view id)
    : PlotView(context, parent, range), compare_(*context.compare)
{
    auto* const column = qobject_cast<QVBoxLayout*>(layout());
    column->setSpacing(0);
    column->setStretch(0, 1);
    column->addWidget(new LookNote(compare_, id, this));
    // Above all else, so that an exported picture says it, too.
    plot().addLayer(QStringLiteral("veil"));
    add_painted(
        QStringLiteral("veil"),
        [this](QCPPainter& painter) {
            if (!compare_.outdated().isEmpty()) draw_veil(painter, plot().viewport(), font(), compare_.outdated());
        },
        nullptr);
    connect(&compare_, &CompareSession::outdated_changed, this, [this] { changed(); });
    connect(&compare_, &CompareSession::rows_changed, this, &ComparePlotView::take_rows);
    connect(&compare_, &CompareSession::selected_changed, this, [this] { changed(); });
}

void ComparePlotView::take_rows()
{
    if (compare_.result() && compare_.result()->subject != subject_) {
        subject_ = compare_.result()->subject;
        reset_view();
    }
    changed();
}

HeadlineEntry ComparePlotView::legend_entry(const CompareRow& row, const QString& value, bool chosen) const
{
    const MethodStyle style = method_style(row.run.gradient);
    const QString name = text_of(row.run.gradient);
    return {style.colour, style.headline(), name, chosen ? value : QString(), name, !chosen};
}

QString ComparePlotView::run_text(const CompareRow& row) const
{
    return tr("%1, %2").arg(text_of(row.run.solver.method), number_text(row.run.solver.rtol, 2));
}

std::string ComparePlotView::table_head(std::string_view what) const
{
    const CompareRun& run = selected().run;
    return fmt::format("# {} of {}\n# solver: {}, relative tolerance: {}\n", what, result().subject, run.solver.method,
                       run.solver.rtol);
}

QString ComparePlotView::how_to_begin() const
{
    const CompareRow* const row = compare_.selected();
    if (!compare_.outdated().isEmpty()) return compare_.outdated();
    if (!row) return tr("Choose gradient methods at the left and press Run (Shift+F5).");
    const QString name = text_of(row->run.gradient);
    if (!row->refused.empty()) return tr("%1 was not run: %2").arg(name, text_of(row->refused));
    if (!row->gradient.outcome.ok()) return tr("%1 ended early: %2").arg(name, text_of(row->gradient.outcome.reason));
    return tr("%1 has nothing of it: choose another run at the left, or in the table.").arg(name);
}

SharedRange& compare_range(const ViewContext& context, const QString& name)
{
    return SharedRange::find(context, QStringLiteral("compare-") + name);
}

}  // namespace syzygy
