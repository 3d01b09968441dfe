#include "ui/views/plots.hpp"

namespace syzygy {
namespace {

class BlankView : public View {
public:
    using View::View;
    void render_to(QPaintDevice&, QSize) override {}
    bool empty() const override { return true; }
    void reset_view() override {}
};

}  // namespace

View* make_blank_view(const ViewContext&, QWidget* parent)
{
    return new BlankView(parent);
}

}  // namespace syzygy
