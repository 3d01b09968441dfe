#pragma once

#include "ui/session/ablation.hpp"
#include "ui/views/view.hpp"

class QPushButton;
class QScrollArea;

namespace syzygy {

class PaintedSheet;

/// A row of the comparison: a quantity without and with the correction, and the truth.
struct AblationRow {
    QString quantity, without, with;
    std::string quantity_plain;
    double without_value, with_value;
    QString truth;       ///< "" where it is not known
    double truth_value;  ///< nan where it is not known
    bool judged;         ///< the lower one is the better
};

/// The last fit beside the same fit without its correction: masses, losses, criteria, and in words whether
/// Newton alone is rejected and whether the correction is what is missing.
class AblationView : public View {
    Q_OBJECT
public:
    AblationView(const ViewContext& context, QWidget* parent);

    void render_to(QPaintDevice& device, QSize size) override;
    std::function<std::string()> table() const override;
    bool empty() const override;
    void reset_view() override;

private:
    void show_state();
    std::vector<AblationRow> rows() const;
    QString hint() const;
    /// Draws everything into that width; returns the height. Without a painter it only measures.
    double paint(QPainter* painter, double width) const;

    Session& session_;
    QPushButton* button_;
    QScrollArea* scroll_;
    PaintedSheet* sheet_;
};

}  // namespace syzygy
