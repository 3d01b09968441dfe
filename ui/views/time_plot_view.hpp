#pragma once

#include "ui/session/unit_symbols.hpp"
#include "ui/views/plot_view.hpp"

namespace syzygy {

/// The base of the plots over time: one visible range and one cursor for all of them, a click seeks, and what lies
/// beyond the training window is shaded.
class TimePlotView : public PlotView {
public:
    bool empty() const override;

protected:
    TimePlotView(const ViewContext& context, QWidget* parent);

    /// Of the newest picture; null where there is none.
    std::shared_ptr<const Solution> solution() const;
    UnitSymbols symbols() const;
    const std::array<std::string, 3>& bodies() const;
    QString body(int index) const { return QString::fromStdString(bodies()[static_cast<std::size_t>(index)]); }

    QCPRange whole() const override;
    std::pair<QString, std::string> horizontal_title() const override;
    void pointed_at(double time) override;

    /// A rect with the shading and the cursor.
    QCPAxisRect* add_time_rect(double stretch = 1);
    /// What to do where there is no picture yet.
    static QString how_to_begin();
    /// `#` lines at the head of a table: data, units, masses.
    static std::string table_head(const Solution& solution, const Observations& observations, std::string_view what);
    /// A unit's name for a table; "1" where dimensionless.
    static std::string unit_or_one(const std::string& unit) { return unit.empty() ? "1" : unit; }

private:
    void draw_beyond(QCPPainter& painter, QCPAxisRect& rect) const;
    void draw_cursor(QCPPainter& painter, QCPAxisRect& rect) const;
};

/// Index of the last element not after `time`, for readouts; -1 before the first.
template <class Abscissa>
std::ptrdiff_t index_at(std::size_t count, double time, Abscissa&& abscissa)
{
    std::size_t low = 0, high = count;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (abscissa(middle) <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return static_cast<std::ptrdiff_t>(low) - 1;
}

}  // namespace syzygy
