#pragma once

#include "ui/panels/numbers_table.hpp"
#include "ui/views/view.hpp"

#include <QElapsedTimer>
#include <QTimer>

#include <vector>

class QScrollArea;

namespace syzygy {

class PaintedSheet;

/// Numbers of the model on screen and of the last fit, with its warnings. Ten new texts a second are what an eye
/// can read: however many pictures come, it shows no more.
class NumbersView : public View {
    Q_OBJECT
public:
    NumbersView(const ViewContext& context, QWidget* parent);

    void render_to(QPaintDevice& device, QSize size) override;
    std::function<std::string()> table() const override;
    bool empty() const override;
    void reset_view() override;

private:
    void ask_for_update();
    void take_numbers();
    void copy() const;

    Session& session_;
    std::vector<NumberGroup> groups_;
    QScrollArea* scroll_;
    PaintedSheet* sheet_;
    QTimer throttle_;
    QElapsedTimer since_counted_;
    int pictures_ = 0;
    double pictures_a_second_ = 0;
};

View* make_numbers_view(const ViewContext& context, QWidget* parent);

}  // namespace syzygy
