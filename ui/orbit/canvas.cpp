#include "ui/orbit/canvas.hpp"

#include "ui/orbit/painter.hpp"
#include "ui/theme/theme.hpp"

#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QPainter>
#include <QResizeEvent>

namespace syzygy {

namespace {

bool try_opengl()
{
    if (qEnvironmentVariable("SYZYGY_OPENGL") == QStringLiteral("0")) return false;
    QOpenGLContext context;
    context.setFormat(orbit_surface_format());
    if (!context.create()) return false;
    QOffscreenSurface surface;
    surface.setFormat(context.format());
    surface.create();
    if (!surface.isValid() || !context.makeCurrent(&surface)) return false;
    const bool enough = context.format().version() >= qMakePair(3, 3);
    context.doneCurrent();
    return enough;
}

}  // namespace

QSurfaceFormat orbit_surface_format()
{
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(24);
    return format;
}

bool has_opengl()
{
    static const bool has = try_opengl() && QOpenGLContext::supportsThreadedOpenGL();
    return has;
}

OrbitCanvas::OrbitCanvas(QWidget* parent) : QWidget(parent), style_(make_orbit_style())
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_OpaquePaintEvent);
    if (has_opengl())
        renderer_ = std::make_unique<OrbitRenderThread>(
            [this] { QMetaObject::invokeMethod(this, &OrbitCanvas::take_frame, Qt::QueuedConnection); });
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { take_theme(); });
}

OrbitCanvas::~OrbitCanvas() = default;

void OrbitCanvas::set_display(const OrbitDisplay& display)
{
    display_ = display;
    ask_for_frame();
}

void OrbitCanvas::ask_for_frame()
{
    if (renderer_ && display_.scene && isVisible()) {
        renderer_->request({display_, style_, style_number_, size(), devicePixelRatioF()});
        return;
    }
    frame_.reset();
    update();
}

void OrbitCanvas::take_frame()
{
    auto frame = renderer_ ? renderer_->take() : std::nullopt;
    if (!frame || !display_.scene) return;
    if (frame->image.isNull()) {
        renderer_.reset();
        frame_.reset();
    } else {
        frame_ = std::move(frame);
    }
    update();
    Q_EMIT drawn();
}

void OrbitCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (!display_.scene) {
        painter.fillRect(rect(), style_.background);
        painter.setFont(display_.font);
        painter.setPen(theme().muted);
        const int margin = std::max(20, width() / 6);
        painter.drawText(rect().adjusted(margin, 0, -margin, 0), Qt::AlignCenter | Qt::TextWordWrap, sentence_);
    } else if (frame_) {
        if (frame_->image.deviceIndependentSize().toSize() != size()) painter.fillRect(rect(), style_.background);
        painter.drawImage(QPointF(0, 0), frame_->image);
        paint_overlay(painter, frame_->display, style_);
    } else if (renderer_ && isVisible()) {
        painter.fillRect(rect(), style_.background);  // the first frame is on its way
    } else {
        paint_orbit(painter, display_, style_);
        paint_overlay(painter, display_, style_);
        if (renderer_) return;
        painter.setFont(display_.font);
        painter.setPen(theme().muted);
        painter.drawText(rect().adjusted(0, 0, 0, -8), Qt::AlignHCenter | Qt::AlignBottom,
                         tr("No OpenGL 3.3 here: drawn without it, more slowly"));
    }
}

void OrbitCanvas::set_sentence(const QString& sentence)
{
    sentence_ = sentence;
    update();
}

QString OrbitCanvas::renderer_name() const
{
    if (!renderer_) return QStringLiteral("QPainter");
    return frame_ ? frame_->renderer : QString();
}

void OrbitCanvas::resizeEvent(QResizeEvent*)
{
    ask_for_frame();
}

void OrbitCanvas::showEvent(QShowEvent*)
{
    ask_for_frame();
}

void OrbitCanvas::take_theme()
{
    style_ = make_orbit_style();
    ++style_number_;
    ask_for_frame();
}

}  // namespace syzygy
