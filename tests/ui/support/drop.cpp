#include "tests/ui/support/drop.hpp"

#include "tests/ui/support/input.hpp"

#include <QUrl>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

// Last: its macros are common words.
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#undef None

namespace syzygy::testing {
namespace {

constexpr long protocol_version = 5;
constexpr std::chrono::seconds patience{10};

/// The program that the files come from.
class Source {
public:
    Source(Window target, QPoint place, std::string uris)
        : display_(XOpenDisplay(nullptr)), target_(target), place_(place), uris_(std::move(uris))
    {
        window_ = XCreateSimpleWindow(display_, DefaultRootWindow(display_), 0, 0, 1, 1, 0, 0, 0);
        XSetSelectionOwner(display_, atom("XdndSelection"), window_, CurrentTime);
    }
    ~Source() { XCloseDisplay(display_); }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    bool drop()
    {
        send("XdndEnter", protocol_version << 24, static_cast<long>(atom("text/uri-list")), 0, 0);
        send("XdndPosition", 0, (place_.x() << 16) | place_.y(), CurrentTime,
             static_cast<long>(atom("XdndActionCopy")));
        const std::optional<long> status = answer("XdndStatus");
        if (!status || (*status & 1) == 0) {
            send("XdndLeave", 0, 0, 0, 0);
            XSync(display_, False);
            return false;
        }
        send("XdndDrop", 0, CurrentTime, 0, 0);
        return answer("XdndFinished").value_or(0) & 1;
    }

private:
    Atom atom(const char* name) { return XInternAtom(display_, name, False); }

    void send(const char* what, long a, long b, long c, long d)
    {
        XEvent event{};
        event.xclient.type = ClientMessage;
        event.xclient.display = display_;
        event.xclient.window = target_;
        event.xclient.message_type = atom(what);
        event.xclient.format = 32;
        event.xclient.data.l[0] = static_cast<long>(window_);
        const long rest[] = {a, b, c, d};
        for (int k = 0; k < 4; ++k) event.xclient.data.l[k + 1] = rest[k];
        XSendEvent(display_, target_, False, NoEventMask, &event);
        XFlush(display_);
    }

    // The flags of the answer; meanwhile hands out the files to whoever asks.
    std::optional<long> answer(const char* what)
    {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < end) {
            if (XPending(display_) == 0) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                continue;
            }
            XEvent event;
            XNextEvent(display_, &event);
            if (event.type == SelectionRequest) serve(event.xselectionrequest);
            if (event.type == ClientMessage && event.xclient.message_type == atom(what)) return event.xclient.data.l[1];
        }
        return std::nullopt;
    }

    void serve(const XSelectionRequestEvent& request)
    {
        XEvent reply{};
        reply.xselection = {.type = SelectionNotify,
                            .serial = 0,
                            .send_event = True,
                            .display = display_,
                            .requestor = request.requestor,
                            .selection = request.selection,
                            .target = request.target,
                            .property = request.property,
                            .time = request.time};
        if (request.target == atom("text/uri-list"))
            XChangeProperty(display_, request.requestor, request.property, request.target, 8, PropModeReplace,
                            reinterpret_cast<const unsigned char*>(uris_.data()), static_cast<int>(uris_.size()));
        else
            reply.xselection.property = 0;
        XSendEvent(display_, request.requestor, False, NoEventMask, &reply);
        XFlush(display_);
    }

    Display* display_;
    Window target_, window_ = 0;
    QPoint place_;
    std::string uris_;
};

}  // namespace

bool drop_files(QWidget& widget, QPoint point, const std::vector<std::filesystem::path>& files)
{
    std::string uris;
    for (const auto& file : files)
        uris += QUrl::fromLocalFile(QString::fromStdString(file.string())).toEncoded().toStdString() + "\r\n";
    const Window target = widget.window()->winId();
    const QPoint place = widget.mapToGlobal(point) * widget.devicePixelRatioF();
    std::atomic<int> taken = -1;
    const std::jthread source([&] { taken = Source(target, place, uris).drop(); });
    const bool ended = wait_until([&] { return taken >= 0; }, 3 * patience);
    return ended && taken == 1;
}

}  // namespace syzygy::testing
