#include "ui/orbit/canvas.hpp"

#include "ui/orbit/painter.hpp"
#include "ui/orbit/renderer.hpp"
#include "ui/theme/theme.hpp"

#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLWidget>
#include <QPainter>
#include <QResizeEvent>
#include <QSurfaceFormat>

namespace syzygy {

namespace {

QSurfaceFormat wanted_format()
{
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(24);
    return format;
}

bool try_opengl()
{
    if (qEnvironmentVariable("SYZYGY_OPENGL") == QStringLiteral("0")) return false;
    QOpenGLContext context;
    context.setFormat(wanted_format());
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

bool has_opengl()
{
    static const bool has = try_opengl();
    return has;
}

class OrbitCanvas::Surface : public QOpenGLWidget {
public:
    explicit Surface(OrbitCanvas* canvas) : QOpenGLWidget(canvas), canvas_(canvas)
    {
        setFormat(wanted_format());
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }
    ~Surface() override
    {
        // The context goes with the base, after the renderer.
        disconnect(context_end_);
        release();
    }

    void take_theme()
    {
        if (renderer_) renderer_->forget_scene();
    }
    QString name() const { return renderer_ ? renderer_->name() : QString(); }

protected:
    void initializeGL() override
    {
        // Called again where the widget gets a new window, with a new context.
        context_end_ = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, [this] { release(); });
        renderer_ = std::make_unique<OrbitRenderer>();
        QString reason;
        if (renderer_->initialize(reason)) return;
        qWarning("orbit view: %s", qUtf8Printable(reason));
        renderer_.reset();
        QMetaObject::invokeMethod(
            canvas_, [canvas = canvas_] { canvas->fall_back(); }, Qt::QueuedConnection);
    }
    void paintGL() override
    {
        if (renderer_) renderer_->draw(canvas_->display_, canvas_->style_, size(), devicePixelRatioF());
    }

private:
    void release()
    {
        if (!renderer_) return;
        makeCurrent();
        renderer_.reset();
        doneCurrent();
    }

    OrbitCanvas* canvas_;
    QMetaObject::Connection context_end_;
    std::unique_ptr<OrbitRenderer> renderer_;
};

class OrbitCanvas::Layer : public QWidget {
public:
    explicit Layer(OrbitCanvas* canvas) : QWidget(canvas), canvas_(canvas)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setAttribute(Qt::WA_NoSystemBackground);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const OrbitDisplay& display = canvas_->display_;
        if (!canvas_->uses_opengl()) paint_orbit(painter, display, canvas_->style_);
        paint_overlay(painter, display, canvas_->style_);
        painter.setFont(display.font);
        painter.setPen(theme().muted);
        if (!display.scene) {
            const int margin = std::max(20, width() / 6);
            painter.drawText(rect().adjusted(margin, 0, -margin, 0), Qt::AlignCenter | Qt::TextWordWrap,
                             canvas_->sentence_);
        } else if (!canvas_->uses_opengl()) {
            painter.drawText(rect().adjusted(0, 0, 0, -8), Qt::AlignHCenter | Qt::AlignBottom,
                             tr("No OpenGL 3.3 here: drawn without it, more slowly"));
        }
    }

private:
    OrbitCanvas* canvas_;
};

OrbitCanvas::OrbitCanvas(QWidget* parent)
    : QWidget(parent),
      style_(make_orbit_style()),
      surface_(has_opengl() ? new Surface(this) : nullptr),
      layer_(new Layer(this))
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    layer_->raise();
    connect(&theme_notifier(), &ThemeNotifier::changed, this, [this] { take_theme(); });
}

void OrbitCanvas::set_display(const OrbitDisplay& display)
{
    display_ = display;
    if (surface_ != nullptr) surface_->update();
    layer_->update();
}

void OrbitCanvas::set_sentence(const QString& sentence)
{
    sentence_ = sentence;
    layer_->update();
}

QString OrbitCanvas::renderer_name() const
{
    return surface_ != nullptr ? surface_->name() : QStringLiteral("QPainter");
}

void OrbitCanvas::resizeEvent(QResizeEvent* event)
{
    if (surface_ != nullptr) surface_->setGeometry(QRect({0, 0}, event->size()));
    layer_->setGeometry(QRect({0, 0}, event->size()));
}

void OrbitCanvas::fall_back()
{
    delete surface_;
    surface_ = nullptr;
    layer_->update();
}

void OrbitCanvas::take_theme()
{
    style_ = make_orbit_style();
    if (surface_ != nullptr) {
        surface_->take_theme();
        surface_->update();
    }
    layer_->update();
}

}  // namespace syzygy
