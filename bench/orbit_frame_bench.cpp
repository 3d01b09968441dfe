// The orbit view with 1e5 curve points at 1280x800: frame times, as the window shows them.
//     orbit_frame_bench [points]     (needs a display; LIBGL_ALWAYS_SOFTWARE=1 for llvmpipe)

#include "physics/scenarios/scenario.hpp"
#include "ui/orbit/orbit_view.hpp"
#include "ui/orbit/renderer.hpp"

#include <fmt/format.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QImage>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFramebufferObject>
#include <QOpenGLFunctions>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace {

using namespace syzygy;

/// A scenario followed for so long that its curves have that many points.
std::shared_ptr<const OrbitScene> make_scene(std::size_t points)
{
    const Scenario& scenario = find_scenario("hierarchical");
    const ThreeBodySystem system = scenario.make();
    SimulateOptions simulate;
    simulate.t1 = scenario.duration;
    simulate.samples = 1000;
    simulate.noise = 0.01;
    auto observations = std::make_shared<const Observations>(syzygy::simulate(system, simulate, {}).samples);
    SolutionRequest request;
    request.data = std::make_shared<const PreparedData>(prepare(*observations, {}));
    request.point = {system.masses(), system.state()};
    request.horizon = 2 * scenario.duration;
    SceneRequest scene;
    scene.solution = std::make_shared<const Solution>(solve_model(request));
    scene.observations = observations;
    auto made = std::make_shared<OrbitScene>(make_orbit_scene(scene));
    // As many points as wanted, evenly in time.
    const double begin = scene.solution->begin(), end = scene.solution->end();
    const std::size_t each = points / 3;
    made->curve_times.clear();
    for (ScenePoints& curve : made->curves) curve.clear();
    for (std::size_t k = 0; k < each; ++k) {
        const double time = begin + (end - begin) * static_cast<double>(k) / static_cast<double>(each - 1);
        made->curve_times.push_back(time);
        const auto positions = made->positions_at(time);
        for (std::size_t body = 0; body < 3; ++body) made->curves[body].push_back(positions[body]);
    }
    made->window_points = each / 2;
    return made;
}

void report(const char* what, std::vector<double> milliseconds, double processor_seconds)
{
    std::sort(milliseconds.begin(), milliseconds.end());
    const std::size_t n = milliseconds.size();
    fmt::print("{:<28} median {:6.2f} ms, 95 % {:6.2f} ms, processor time {:6.2f} ms a frame\n", what,
               milliseconds[n / 2], milliseconds[n * 95 / 100], 1e3 * processor_seconds / static_cast<double>(n));
}

template <class Frame>
void measure(const char* what, int frames, Frame&& frame)
{
    for (int k = 0; k < 3; ++k) frame(k);
    std::vector<double> times;
    const std::clock_t begin = std::clock();
    for (int k = 0; k < frames; ++k) {
        QElapsedTimer timer;
        timer.start();
        frame(k);
        times.push_back(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
    }
    report(what, std::move(times), static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const std::size_t points = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
    constexpr QSize size(1280, 800);
    constexpr int frames = 100;

    OrbitDisplay display;
    display.scene = make_scene(points);
    display.time = display.scene->solution->begin();
    display.font.setPixelSize(13);
    display.camera.set_viewport(size);
    display.camera.fit(display.scene->centre, display.scene->radius);
    fmt::print("{} curve points, {} observed, {} beads, {} x {}\n", 3 * display.scene->curve_times.size(),
               3 * display.scene->observed[0].size(), 3 * display.scene->bead_times.size(), size.width(),
               size.height());

    if (has_opengl()) {
        QSurfaceFormat format;
        format.setVersion(3, 3);
        format.setProfile(QSurfaceFormat::CoreProfile);
        QOpenGLContext context;
        context.setFormat(format);
        context.create();
        QOffscreenSurface surface;
        surface.setFormat(context.format());
        surface.create();
        context.makeCurrent(&surface);
        {
            QOpenGLFramebufferObject target(size, QOpenGLFramebufferObject::Depth);
            target.bind();
            OrbitRenderer renderer;
            QString reason;
            if (!renderer.initialize(reason)) {
                fmt::print(stderr, "error: {}\n", reason.toStdString());
                return 1;
            }
            fmt::print("renderer: {}\n", renderer.name().toStdString());
            const OrbitStyle style = make_orbit_style();
            measure("drawn by OpenGL, turning", frames, [&](int) {
                display.camera.orbit({2, 0.3});
                renderer.draw(display, style, size, 1);
                context.functions()->glFinish();
            });
            if (qEnvironmentVariableIsSet("SYZYGY_BENCH_PICTURE"))
                target.toImage().save(qEnvironmentVariable("SYZYGY_BENCH_PICTURE"));
        }
        context.doneCurrent();
    }

    OrbitCanvas canvas(nullptr);
    canvas.resize(size);
    canvas.show();
    QEventLoop loop;
    QObject::connect(&canvas, &OrbitCanvas::drawn, &loop, &QEventLoop::quit, Qt::QueuedConnection);
    measure("in a window, turning", frames, [&](int) {
        display.camera.orbit({2, 0.3});
        canvas.set_display(display);
        loop.exec();
    });
    return 0;
}
