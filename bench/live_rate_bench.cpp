// The ACA example under a moving hand: how many pictures and fits a second reach the window.
//     live_rate_bench [seconds]     (needs a display; LIBGL_ALWAYS_SOFTWARE=1 for llvmpipe)

#include "ui/data/examples.hpp"
#include "ui/window/main_window.hpp"

#include <fmt/format.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QStandardPaths>
#include <QSurfaceFormat>
#include <QTimer>

#include <cmath>
#include <cstdlib>

namespace {

using namespace syzygy;

/// A mouse tells of its place that often.
constexpr int move_ms = 8;

void run_for(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

bool wait_for(const std::function<bool()>& condition)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition() && clock.elapsed() < 20'000) run_for(5);
    return condition();
}

/// Moves for so many seconds and counts what comes back. `move` is given 0..1..0..., a second each way.
void measure(Session& session, const char* what, double seconds, const std::function<void(double)>& move)
{
    int moves = 0, pictures = 0, fits = 0, fitted_pictures = 0;
    std::optional<ModelPoint> found;
    QObject counter;
    QObject::connect(&session, &Session::result_changed, &counter, [&] {
        if (!session.result()) return;
        ++fits;
        found = session.result()->point;
    });
    QObject::connect(&session, &Session::picture_changed, &counter, [&] {
        ++pictures;
        if (found && session.picture()->solution->point.masses == found->masses) {
            ++fitted_pictures;
            found.reset();
        }
    });
    QElapsedTimer clock;
    clock.start();
    QTimer hand;
    hand.setTimerType(Qt::PreciseTimer);
    QObject::connect(&hand, &QTimer::timeout, &counter, [&] {
        const double t = static_cast<double>(clock.elapsed()) * 1e-3;
        move(0.5 - 0.5 * std::cos(t * 3.14159265358979));
        ++moves;
    });
    hand.start(move_ms);
    run_for(static_cast<int>(1e3 * seconds));
    const double taken = static_cast<double>(clock.elapsed()) * 1e-3;
    fmt::print("{:<44} moves {:5.1f}, pictures {:5.1f}, fits {:5.1f}, pictures of fits {:5.1f} a second\n", what,
               moves / taken, pictures / taken, fits / taken, fitted_pictures / taken);
}

void measure_all(Session& session, const std::string& where, double seconds)
{
    session.start_fit();
    if (!wait_for([&] { return session.result() && session.run_state() == RunState::idle; })) return;
    const ModelPoint fitted = session.point();
    measure(session, ("a mass dragged, " + where).c_str(), seconds,
            [&](double part) { session.set_mass(2, fitted.masses[2] * (0.9 + 0.2 * part)); });
    session.reset();
    session.start_fit();
    if (!wait_for([&] { return session.result() && session.run_state() == RunState::idle; })) return;
    session.set_keeps_fitted(true);
    const auto [first, last] = session.data_range();
    measure(session, ("the window dragged, kept fitted, " + where).c_str(), seconds,
            [&](double part) { session.set_window(first, first + (0.35 + 0.3 * part) * (last - first)); });
    const Eigen::Vector3d place = session.data().observations->positions.block<3, 1>(0, 40);
    measure(session, ("a point dragged, kept fitted, " + where).c_str(), seconds, [&](double part) {
        session.move_observation(40, 0, place + 0.002 * part * Eigen::Vector3d::UnitX());
    });
    session.set_keeps_fitted(false);
}

}  // namespace

int main(int argc, char** argv)
{
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(24);
    QSurfaceFormat::setDefaultFormat(format);
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 5;
    const ExampleInfo& example = find_example("aca");
    {
        Session session;
        session.set_data(make_data(example.recipe), example.setup);
        if (!wait_for([&] { return session.picture() != nullptr; })) return 1;
        measure_all(session, "nothing drawn", seconds);
    }
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.open_example(example, false);
    if (!wait_for([&] { return window.session().picture() != nullptr; })) return 1;
    measure_all(window.session(), "in the window", seconds);
    return 0;
}
