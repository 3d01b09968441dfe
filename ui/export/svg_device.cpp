#include "ui/export/svg_device.hpp"

#include <QBuffer>
#include <QFontInfo>
#include <QImage>
#include <QPaintEngine>
#include <QPainterPath>
#include <QPixmap>

#include <cmath>

namespace syzygy {

namespace {

QByteArray number(double value)
{
    // A thousandth of a pixel is seen by nobody.
    QByteArray text = QByteArray::number(value, 'f', 3);
    while (text.endsWith('0')) text.chop(1);
    if (text.endsWith('.')) text.chop(1);
    return text == "-0" ? QByteArray("0") : text;
}

QByteArray escaped(const QString& text)
{
    QString kept;
    // XML has no way to write other control characters.
    for (const QChar c : text)
        if (c.unicode() >= 0x20 || c == u'\t' || c == u'\n') kept += c;
    return kept.toHtmlEscaped().toUtf8();
}

/// attribute="colour", and attribute-opacity="..." where it is translucent.
QByteArray paint(const char* attribute, const QColor& colour, double opacity)
{
    const double alpha = colour.alphaF() * opacity;
    QByteArray text = QByteArray(" ") + attribute + "=\"" + colour.name(QColor::HexRgb).toUtf8() + '"';
    if (alpha < 1) text += QByteArray(" ") + attribute + "-opacity=\"" + number(alpha) + '"';
    return text;
}

QByteArray path_data(const QPainterPath& path)
{
    QByteArray text;
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPainterPath::Element element = path.elementAt(i);
        switch (element.type) {
        case QPainterPath::MoveToElement: text += 'M'; break;
        case QPainterPath::LineToElement: text += 'L'; break;
        case QPainterPath::CurveToElement: text += 'C'; break;
        case QPainterPath::CurveToDataElement: text += ' '; break;
        }
        text += number(element.x) + ' ' + number(element.y);
    }
    return text;
}

/// Lengths grow by this under a transformation.
double scale_of(const QTransform& transform)
{
    return std::sqrt(std::abs(transform.determinant()));
}

}  // namespace

/// Everything is written in the coordinates of the device, so that only text and images carry a transformation.
class SvgEngine : public QPaintEngine {
public:
    SvgEngine() : QPaintEngine(QPaintEngine::AllFeatures) {}

    bool begin(QPaintDevice*) override
    {
        body_.clear();
        definitions_.clear();
        clip_ = QPainterPath();
        has_clip_ = false;
        clip_enabled_ = true;
        clip_id_ = gradients_ = clip_count_ = 0;
        return true;
    }
    bool end() override { return true; }
    Type type() const override { return User; }

    void updateState(const QPaintEngineState& state) override
    {
        const DirtyFlags dirty = state.state();
        if (dirty & DirtyTransform) transform_ = state.transform();
        if (dirty & DirtyPen) pen_ = state.pen();
        if (dirty & DirtyBrush) brush_ = state.brush();
        if (dirty & DirtyOpacity) opacity_ = state.opacity();
        if (dirty & DirtyClipPath) clip(state.clipPath(), state.clipOperation());
        if (dirty & DirtyClipRegion) {
            QPainterPath path;
            path.addRegion(state.clipRegion());
            clip(path, state.clipOperation());
        }
        if (dirty & (DirtyClipPath | DirtyClipRegion | DirtyClipEnabled)) clip_enabled_ = state.isClipEnabled();
    }

    void drawPath(const QPainterPath& path) override { shape(path, true); }

    void drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) override
    {
        if (count < 1) return;
        QPainterPath path(points[0]);
        for (int i = 1; i < count; ++i) path.lineTo(points[i]);
        if (mode != PolylineMode) path.closeSubpath();
        path.setFillRule(mode == WindingMode ? Qt::WindingFill : Qt::OddEvenFill);
        shape(path, mode != PolylineMode);
    }
    void drawPolygon(const QPoint* points, int count, PolygonDrawMode mode) override
    {
        const std::vector<QPointF> copy(points, points + count);
        drawPolygon(copy.data(), count, mode);
    }

    void drawLines(const QLineF* lines, int count) override
    {
        QPainterPath path;
        for (int i = 0; i < count; ++i) {
            path.moveTo(lines[i].p1());
            path.lineTo(lines[i].p2());
        }
        shape(path, false);
    }
    void drawLines(const QLine* lines, int count) override
    {
        const std::vector<QLineF> copy(lines, lines + count);
        drawLines(copy.data(), count);
    }

    void drawPoints(const QPointF* points, int count) override
    {
        // A dot of the pen's width.
        const double radius = std::max(pen_.widthF(), 1.0) * (pen_.isCosmetic() ? 1 : scale_of(transform_)) / 2;
        for (int i = 0; i < count; ++i) {
            const QPointF at = transform_.map(points[i]);
            body_ += "<circle cx=\"" + number(at.x()) + "\" cy=\"" + number(at.y()) + "\" r=\"" + number(radius) + '"' +
                     paint("fill", pen_.color(), opacity_) + clip_attribute() + "/>\n";
        }
    }
    void drawPoints(const QPoint* points, int count) override
    {
        const std::vector<QPointF> copy(points, points + count);
        drawPoints(copy.data(), count);
    }

    void drawPixmap(const QRectF& target, const QPixmap& pixmap, const QRectF& source) override
    {
        drawImage(target, pixmap.toImage(), source, Qt::AutoColor);
    }

    void drawImage(const QRectF& target, const QImage& image, const QRectF& source, Qt::ImageConversionFlags) override
    {
        QByteArray png;
        QBuffer buffer(&png);
        buffer.open(QIODevice::WriteOnly);
        image.copy(source.toAlignedRect()).save(&buffer, "PNG");
        body_ += "<g" + clip_attribute() + "><image x=\"" + number(target.x()) + "\" y=\"" + number(target.y()) +
                 "\" width=\"" + number(target.width()) + "\" height=\"" + number(target.height()) +
                 "\" preserveAspectRatio=\"none\"" + transform_attribute() +
                 (opacity_ < 1 ? " opacity=\"" + number(opacity_) + '"' : QByteArray()) +
                 " xlink:href=\"data:image/png;base64," + png.toBase64() + "\"/></g>\n";
    }

    void drawTextItem(const QPointF& at, const QTextItem& item) override
    {
        if (item.text().trimmed().isEmpty()) return;
        const QFont font = item.font();
        const QFontInfo info(font);
        // The clip is in the device's coordinates: it belongs to a group around what is transformed.
        body_ += "<g" + clip_attribute() + "><text x=\"" + number(at.x()) + "\" y=\"" + number(at.y()) + '"' +
                 transform_attribute() + " font-family=\"" + escaped(info.family()) + "\" font-size=\"" +
                 number(font.pixelSize() > 0 ? font.pixelSize() : font.pointSizeF() * dots_an_inch_ / 72) + '"';
        if (font.weight() != QFont::Normal) body_ += " font-weight=\"" + QByteArray::number(font.weight()) + '"';
        if (font.italic()) body_ += " font-style=\"italic\"";
        if (font.underline()) body_ += " text-decoration=\"underline\"";
        // Other programs have other fonts: the width keeps labels from running into each other.
        body_ += " textLength=\"" + number(item.width()) + "\" lengthAdjust=\"spacingAndGlyphs\"";
        body_ += paint("fill", pen_.color(), opacity_) + " xml:space=\"preserve\">" + escaped(item.text()) + "</text></g>\n";
    }

    QByteArray definitions() const { return definitions_; }
    QByteArray body() const { return body_; }
    void set_dots_an_inch(int dots) { dots_an_inch_ = dots; }

private:
    void shape(const QPainterPath& path, bool filled)
    {
        const bool fills = filled && brush_.style() != Qt::NoBrush;
        const bool strokes = pen_.style() != Qt::NoPen;
        if ((!fills && !strokes) || path.isEmpty()) return;
        // The fill's definition is written first.
        const QByteArray fill = fills ? fill_attributes() : QByteArray(" fill=\"none\"");
        body_ += "<path d=\"" + path_data(transform_.map(path)) + '"' + fill;
        if (fills && path.fillRule() == Qt::OddEvenFill) body_ += " fill-rule=\"evenodd\"";
        if (strokes) body_ += stroke_attributes();
        body_ += clip_attribute() + "/>\n";
    }

    QByteArray fill_attributes()
    {
        const QGradient* gradient = brush_.gradient();
        if (gradient == nullptr) {
            QColor colour = brush_.color();
            // A hatching of half its ink.
            if (brush_.style() != Qt::SolidPattern) colour.setAlphaF(colour.alphaF() / 2);
            return paint("fill", colour, opacity_);
        }
        const QTransform placed = brush_.transform() * transform_;
        const QByteArray id = "gradient" + QByteArray::number(++gradients_);
        const bool radial = gradient->type() == QGradient::RadialGradient;
        const QByteArray element = radial ? "radialGradient" : "linearGradient";
        definitions_ += '<' + element + " id=\"" + id + "\" gradientUnits=\"userSpaceOnUse\"";
        if (radial) {
            const auto* round = static_cast<const QRadialGradient*>(gradient);
            const QPointF centre = placed.map(round->center()), focus = placed.map(round->focalPoint());
            definitions_ += " cx=\"" + number(centre.x()) + "\" cy=\"" + number(centre.y()) + "\" fx=\"" +
                            number(focus.x()) + "\" fy=\"" + number(focus.y()) + "\" r=\"" +
                            number(round->radius() * scale_of(placed)) + '"';
        } else if (gradient->type() == QGradient::LinearGradient) {
            const auto* straight = static_cast<const QLinearGradient*>(gradient);
            const QPointF from = placed.map(straight->start()), to = placed.map(straight->finalStop());
            definitions_ += " x1=\"" + number(from.x()) + "\" y1=\"" + number(from.y()) + "\" x2=\"" + number(to.x()) +
                            "\" y2=\"" + number(to.y()) + '"';
        }
        definitions_ += ">\n";
        for (const auto& [offset, colour] : gradient->stops())
            definitions_ += "<stop offset=\"" + number(offset) + '"' + paint("stop-color", colour, 1)
                            .replace("stop-color-opacity", "stop-opacity") + "/>\n";
        definitions_ += "</" + element + ">\n";
        return " fill=\"url(#" + id + ")\"" +
               (opacity_ < 1 ? " fill-opacity=\"" + number(opacity_) + '"' : QByteArray());
    }

    QByteArray stroke_attributes() const
    {
        // A pen of no width draws a line of one pixel.
        const double width =
            pen_.widthF() <= 0 ? 1 : pen_.widthF() * (pen_.isCosmetic() ? 1 : scale_of(transform_));
        QByteArray text = paint("stroke", pen_.color(), opacity_) + " stroke-width=\"" + number(width) + '"';
        if (pen_.capStyle() == Qt::RoundCap) text += " stroke-linecap=\"round\"";
        if (pen_.capStyle() == Qt::SquareCap && pen_.style() == Qt::SolidLine) text += " stroke-linecap=\"square\"";
        if (pen_.joinStyle() == Qt::RoundJoin) text += " stroke-linejoin=\"round\"";
        if (pen_.joinStyle() == Qt::BevelJoin) text += " stroke-linejoin=\"bevel\"";
        if (pen_.style() != Qt::SolidLine) {
            QByteArray dashes;
            for (const double length : pen_.dashPattern()) dashes += (dashes.isEmpty() ? "" : " ") + number(length * width);
            text += " stroke-dasharray=\"" + dashes + '"';
        }
        return text;
    }

    QByteArray transform_attribute() const
    {
        if (transform_.isIdentity()) return {};
        QByteArray text = " transform=\"matrix(";
        for (const double value :
             {transform_.m11(), transform_.m12(), transform_.m21(), transform_.m22(), transform_.dx(), transform_.dy()})
            text += (text.endsWith('(') ? "" : " ") + QByteArray::number(value, 'g', 9);
        return text + ")\"";
    }

    void clip(const QPainterPath& path, Qt::ClipOperation operation)
    {
        const QPainterPath placed = transform_.map(path);
        if (operation == Qt::NoClip) clip_ = QPainterPath();
        else if (operation == Qt::IntersectClip && has_clip_) clip_ = clip_.intersected(placed);
        else clip_ = placed;
        has_clip_ = operation != Qt::NoClip;
        clip_id_ = 0;
    }

    /// The clip, defined when something is first drawn in it.
    QByteArray clip_attribute()
    {
        if (!has_clip_ || !clip_enabled_) return {};
        if (clip_id_ == 0) {
            clip_id_ = ++clip_count_;
            definitions_ += "<clipPath id=\"clip" + QByteArray::number(clip_id_) + "\"><path d=\"" + path_data(clip_) +
                            "\"/></clipPath>\n";
        }
        return " clip-path=\"url(#clip" + QByteArray::number(clip_id_) + ")\"";
    }

    QByteArray definitions_, body_;
    QTransform transform_;
    QPen pen_;
    QBrush brush_;
    QPainterPath clip_;
    bool has_clip_ = false, clip_enabled_ = true;
    double opacity_ = 1;
    int clip_id_ = 0, clip_count_ = 0, gradients_ = 0, dots_an_inch_ = 96;
};

SvgDevice::SvgDevice(QSize size, int dots_an_inch, const QString& title)
    : size_(size), dots_an_inch_(dots_an_inch), title_(title), engine_(std::make_unique<SvgEngine>())
{
    engine_->set_dots_an_inch(dots_an_inch);
}

SvgDevice::~SvgDevice() = default;

QPaintEngine* SvgDevice::paintEngine() const
{
    return engine_.get();
}

QByteArray SvgDevice::bytes() const
{
    const QByteArray width = QByteArray::number(size_.width()), height = QByteArray::number(size_.height());
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" width=\"" +
           width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + ' ' + height + "\">\n<title>" +
           escaped(title_) + "</title>\n<defs>\n" + engine_->definitions() + "</defs>\n" + engine_->body() + "</svg>\n";
}

int SvgDevice::metric(PaintDeviceMetric metric) const
{
    const double millimetres = 25.4 / dots_an_inch_;
    switch (metric) {
    case PdmWidth: return size_.width();
    case PdmHeight: return size_.height();
    case PdmWidthMM: return qRound(size_.width() * millimetres);
    case PdmHeightMM: return qRound(size_.height() * millimetres);
    case PdmNumColors: return std::numeric_limits<int>::max();
    case PdmDepth: return 32;
    case PdmDpiX:
    case PdmDpiY:
    case PdmPhysicalDpiX:
    case PdmPhysicalDpiY: return dots_an_inch_;
    case PdmDevicePixelRatio: return 1;
    case PdmDevicePixelRatioScaled: return qRound(devicePixelRatioFScale());
    default: return QPaintDevice::metric(metric);
    }
}

}  // namespace syzygy
