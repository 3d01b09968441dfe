#pragma once

#include <QApplication>

#include <chrono>
#include <string>

namespace syzygy::testing {

/// An event that took long to handle.
struct SlowEvent {
    std::chrono::nanoseconds wall{}, cpu{};
    std::string what;  ///< "QEvent::Paint to QCustomPlot 'plot' > ..." from the outermost to the one that took most
};

/// The application, measuring how long each event takes.
class TestApplication : public QApplication {
public:
    TestApplication(int& argc, char** argv) : QApplication(argc, argv)
    {
        // As the program does: settings and folders get their names from these.
        setOrganizationName(QStringLiteral("Syzygy"));
        setApplicationName(QStringLiteral("Syzygy Studio"));
        setQuitOnLastWindowClosed(false);
    }
    bool notify(QObject* receiver, QEvent* event) override;

    /// Since the last call: the event that took longest, those left out that ran an event loop of their own.
    SlowEvent take_slowest();

private:
    struct Frame {
        bool looped = false;                 ///< an event loop ran inside
        std::chrono::nanoseconds slowest{};  ///< of those handled inside
        std::string slowest_what;
    };
    Frame* frame_ = nullptr;  ///< of the event that is being handled
    int frame_level_ = 0;     ///< its depth of event loops
    SlowEvent slowest_;
};

}  // namespace syzygy::testing
