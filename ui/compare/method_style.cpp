#include "ui/compare/method_style.hpp"

#include "core/gradient/method_info.hpp"
#include "ui/theme/theme.hpp"

#include <array>

namespace syzygy {

QCPScatterStyle MethodStyle::mark(double size) const
{
    return QCPScatterStyle(shape, QPen(colour, 1.4), QBrush(dash == Qt::SolidLine ? colour : theme().plot), size);
}

MethodStyle method_style(std::string_view gradient)
{
    using S = QCPScatterStyle;
    static constexpr std::array shapes{S::ssDisc,   S::ssSquare, S::ssTriangle, S::ssDiamond, S::ssTriangleInverted,
                                       S::ssCircle, S::ssPlus,   S::ssCross};
    const auto infos = gradient_method_infos();
    std::size_t row = 0;
    while (row + 1 < infos.size() && infos[row].id != gradient) ++row;
    const auto& colours = theme().methods;
    const bool again = row >= colours.size();
    // The second time round, each colour comes with another mark as well.
    return {colours[row % colours.size()], again ? Qt::DashLine : Qt::SolidLine,
            shapes[(row + (again ? 3 : 0)) % shapes.size()]};
}

QPixmap method_swatch(std::string_view gradient, QSize size, double pixel_ratio)
{
    QPixmap swatch(size * pixel_ratio);
    swatch.setDevicePixelRatio(pixel_ratio);
    swatch.fill(Qt::transparent);
    QCPPainter painter(&swatch);
    painter.setAntialiasing(true);
    const MethodStyle style = method_style(gradient);
    const QPointF centre(size.width() / 2.0, size.height() / 2.0);
    painter.setPen(style.pen(2));
    painter.drawLine(QLineF(1, centre.y(), size.width() - 1, centre.y()));
    const QCPScatterStyle mark = style.mark();
    mark.applyTo(&painter, QPen(style.colour));
    mark.drawShape(&painter, centre);
    return swatch;
}

}  // namespace syzygy
