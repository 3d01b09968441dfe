#pragma once

#include "ui/compare/compare_session.hpp"
#include "ui/compare/method_style.hpp"
#include "ui/views/plot_view.hpp"

#include <vector>

namespace syzygy {

class LookNote;

/// The base of the plots of a comparison: listens to it, draws the selected run thicker, and says below what to look
/// at.
class ComparePlotView : public PlotView {
public:
    bool empty() const override { return !compare().selected() || nothing_to_draw(); }

protected:
    /// `id`: its row in the table of views.
    ComparePlotView(const ViewContext& context, QWidget* parent, SharedRange* range, std::string_view id);

    /// Where there are rows, but none that it can show.
    virtual bool nothing_to_draw() const { return false; }
    CompareSession& compare() const { return compare_; }
    const CompareResult& result() const { return *compare_.result(); }
    const CompareRow& selected() const { return *compare_.selected(); }
    bool is_selected(const CompareRow& row) const { return row.run.gradient == selected().run.gradient; }

    /// Legend: the selected method with its value, then the others, left out where there is no room.
    template <class Value>
    std::vector<HeadlineEntry> legend(const std::vector<const CompareRow*>& rows, Value&& value) const
    {
        std::vector<HeadlineEntry> entries;
        for (const bool chosen : {true, false})
            for (const CompareRow* row : rows)
                if (is_selected(*row) == chosen) entries.push_back(legend_entry(*row, value(*row), chosen));
        return entries;
    }
    /// "dopri5, 1e-7, to 2": which run of each method is shown.
    QString run_text(const CompareRow& row) const;
    /// Text of a table: what it is of, and its runs.
    std::string table_head(std::string_view what) const;
    QString how_to_begin() const;

private:
    void take_rows();
    HeadlineEntry legend_entry(const CompareRow& row, const QString& value, bool chosen) const;

    CompareSession& compare_;
    std::string subject_;  ///< that ranges were chosen for
};

/// The one visible range over the time of a run, unfolded (SweepSeries) or not.
SharedRange& compare_range(const ViewContext& context, const QString& name);

}  // namespace syzygy
