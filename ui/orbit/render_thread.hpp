#pragma once

#include "ui/orbit/marks.hpp"
#include "ui/worker/latest.hpp"

#include <QImage>
#include <QOffscreenSurface>
#include <QString>

#include <functional>
#include <thread>

namespace syzygy {

/// A display as it was drawn, all but its writing.
struct OrbitFrame {
    OrbitDisplay display;
    QImage image;      ///< null where OpenGL could not draw it
    QString renderer;  ///< what drew it: "llvmpipe (LLVM 15.0.6, 256 bits)"
};

/// Draws displays with OpenGL on a thread of its own, the newest first: whether a graphics card draws or processors
/// do (and first compile their shaders), the window's thread does not wait for them.
class OrbitRenderThread {
public:
    /// `wake` is called from the thread when a frame waits and none did before. To be made in the window's thread.
    explicit OrbitRenderThread(std::function<void()> wake);
    OrbitRenderThread(const OrbitRenderThread&) = delete;
    OrbitRenderThread& operator=(const OrbitRenderThread&) = delete;

    struct Request {
        OrbitDisplay display;
        OrbitStyle style;
        std::uint64_t style_number = 0;  ///< another one with each change of style
        QSize size;                      ///< logical pixels
        double pixel_ratio = 1;
    };
    void request(Request request) { requests_.put(std::move(request)); }
    std::optional<OrbitFrame> take() { return frames_.take(); }

private:
    void run(const std::stop_token& stop);

    std::function<void()> wake_;
    QOffscreenSurface surface_;
    Latest<Request> requests_;
    Latest<OrbitFrame> frames_;
    std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace syzygy
