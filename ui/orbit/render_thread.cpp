#include "ui/orbit/render_thread.hpp"

#include "ui/orbit/canvas.hpp"
#include "ui/orbit/renderer.hpp"

#include <QOpenGLContext>
#include <QOpenGLFramebufferObject>
#include <QOpenGLFunctions>

namespace syzygy {

namespace {

QImage image_of(QOpenGLFramebufferObject& target)
{
    QImage image(target.size(), QImage::Format_RGB32);
    if (image.isNull()) return image;
    QOpenGLContext::currentContext()->functions()->glReadPixels(
        0, 0, image.width(), image.height(), 0x80E1 /* GL_BGRA */, 0x8367 /* GL_UNSIGNED_INT_8_8_8_8_REV */,
        image.bits());
    // OpenGL counts rows from below.
    return std::move(image).mirrored();
}

}  // namespace

OrbitRenderThread::OrbitRenderThread(std::function<void()> wake) : wake_(std::move(wake))
{
    surface_.setFormat(orbit_surface_format());
    surface_.create();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void OrbitRenderThread::run(const std::stop_token& stop)
{
    QOpenGLContext context;
    context.setFormat(orbit_surface_format());
    const bool current = context.create() && context.makeCurrent(&surface_);
    // Before the context goes, what lives in it.
    {
        OrbitRenderer renderer;
        QString reason = QStringLiteral("no OpenGL 3.3 here");
        const bool usable = current && renderer.initialize(reason);
        if (!usable) qWarning("orbit view: %s", qUtf8Printable(reason));
        std::unique_ptr<QOpenGLFramebufferObject> target;
        std::uint64_t style_number = 0;
        while (const auto request = requests_.wait(stop)) {
            OrbitFrame frame{request->display, {}, {}};
            const QSize pixels = (QSizeF(request->size) * request->pixel_ratio).toSize();
            if (usable && !pixels.isEmpty()) {
                if (!target || target->size() != pixels)
                    target = std::make_unique<QOpenGLFramebufferObject>(pixels, QOpenGLFramebufferObject::Depth);
                if (request->style_number != style_number) renderer.forget_scene();
                style_number = request->style_number;
                target->bind();
                renderer.draw(request->display, request->style, request->size, request->pixel_ratio);
                frame.image = image_of(*target);
                frame.image.setDevicePixelRatio(request->pixel_ratio);
                frame.renderer = renderer.name();
            }
            if (frames_.put(std::move(frame))) wake_();
        }
    }
    if (current) context.doneCurrent();
}

}  // namespace syzygy
