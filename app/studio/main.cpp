#include "core/base/error.hpp"
#include "ui/data/examples.hpp"
#include "ui/export/batch_export.hpp"
#include "ui/theme/theme.hpp"
#include "ui/window/main_window.hpp"

#include <CLI/CLI.hpp>

#include <QApplication>
#include <QSettings>
#include <QSocketNotifier>
#include <QSurfaceFormat>

#include <array>
#include <clocale>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace syzygy {

namespace {

/// What the program is started with.
struct StudioFlags {
    std::vector<std::filesystem::path> files;
    std::string example, theme, size;
    bool fit = false;
    std::vector<std::string> exports;
};

void declare(CLI::App& app, StudioFlags& flags)
{
    app.add_option("DATA", flags.files, "observations (one file, or three of one body each) or a saved fit (.syzygy)");
    app.add_option("--scenario", flags.example, "begin with data of a built-in scenario (see `syzygy scenarios`)")
        ->type_name("NAME");
    app.add_flag("--fit", flags.fit, "fit at once");
    app.add_option("--theme", flags.theme, "system, light or dark [as last time]")->type_name("NAME");
    app.add_option("--size", flags.size, "of the window, in logical pixels: 1280x800")->type_name("WxH");
    app.add_option("--export", flags.exports,
                   "write a view, `window`, `animation` or a table to FILE (.png, .svg, .pdf, .csv), then quit; may be "
                   "given several times")
        ->type_name("ID=FILE")
        ->allow_extra_args(false);
    app.set_version_flag("--version", "syzygy-studio " SYZYGY_VERSION);
}

/// The arguments that are not Qt's own (one dash: -platform xcb, -style fusion), last first as CLI11 takes them.
std::vector<std::string> own_arguments(int argc, char** argv)
{
    static constexpr std::array<std::string_view, 10> with_value{"-platform",   "-platformpluginpath", "-platformtheme",
                                                                 "-plugin",     "-qwindowgeometry",    "-qwindowicon",
                                                                 "-qwindowtitle", "-style",            "-stylesheet",
                                                                 "-display"};
    static constexpr std::array<std::string_view, 5> flags{"-reverse", "-nograb", "-dograb", "-sync", "-widgetcount"};
    const auto is_in = [](const auto& names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    std::vector<std::string> own;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (is_in(with_value, argument))
            ++i;
        else if (!is_in(flags, argument))
            own.insert(own.begin(), std::string(argument));
    }
    return own;
}

ThemeMode theme_of(const std::string& text)
{
    if (text.empty()) return static_cast<ThemeMode>(std::clamp(QSettings().value("window/theme", 0).toInt(), 0, 2));
    if (text == "system") return ThemeMode::system;
    if (text == "light") return ThemeMode::light;
    if (text == "dark") return ThemeMode::dark;
    throw ArgumentError("theme", text, "must be one of system, light, dark");
}

QSize size_of(const std::string& text)
{
    if (text.empty()) return {};
    int width = 0, height = 0, used = 0;
    if (std::sscanf(text.c_str(), "%dx%d%n", &width, &height, &used) != 2 ||
        static_cast<std::size_t>(used) != text.size() || width < 640 || height < 480 || width > 16384 || height > 16384)
        throw ArgumentError("size", text, "must be WIDTHxHEIGHT, at least 640x480");
    return {width, height};
}

/// SIGTERM and Ctrl-C close the window as its button does: what a session leaves behind is put away. Handlers may do
/// next to nothing, so they only write to a pipe that the event loop reads.
std::array<int, 2> signal_pipe{-1, -1};

void on_signal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(signal_pipe[1], &byte, 1);
}

void close_on_signals(QWidget& window)
{
    if (::pipe2(signal_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
    auto* notifier = new QSocketNotifier(signal_pipe[0], QSocketNotifier::Read, &window);
    QObject::connect(notifier, &QSocketNotifier::activated, &window, [&window, notifier] {
        notifier->setEnabled(false);
        window.close();
        QApplication::quit();
    });
    std::signal(SIGTERM, on_signal);
    std::signal(SIGINT, on_signal);
}

int run_studio(const StudioFlags& flags)
{
    set_theme_mode(theme_of(flags.theme));
    if (!flags.files.empty() && !flags.example.empty())
        throw ArgumentError("scenario", flags.example, "cannot be given together with files");
    std::vector<BatchItem> items;
    for (const std::string& text : flags.exports) items.push_back(parse_batch_item(text));

    MainWindow window;
    const QSize size = size_of(flags.size);
    if (size.isValid()) window.resize(size);
    std::unique_ptr<BatchExport> batch;
    if (!items.empty())
        batch = std::make_unique<BatchExport>(
            BatchSource{&window.session(), &window.timeline(), &window.background(), &window,
                        [&window](std::string_view id) { return window.view(id); }},
            items, QSize(), flags.fit);
    if (batch) {
        window.be_quiet();
        QObject::connect(&window, &MainWindow::open_failed, batch.get(), &BatchExport::stop_with);
    }

    if (!flags.files.empty())
        window.open(flags.files, flags.fit);
    else
        window.open_example(flags.example.empty() ? examples().front() : find_example(flags.example), flags.fit,
                            flags.exports.empty());
    close_on_signals(window);
    window.show();
    if (items.empty()) window.offer_recovery();
    return QApplication::exec();
}

}  // namespace

}  // namespace syzygy

int main(int argc, char** argv)
{
    using namespace syzygy;
    StudioFlags flags;
    CLI::App app{"Syzygy Studio: fit, see and scrub a three-body system live", "syzygy-studio"};
    declare(app, flags);
    // Help and errors come before a display is needed.
    std::vector<std::string> own = own_arguments(argc, argv);
    try {
        app.parse(own);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }

    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(24);
    QSurfaceFormat::setDefaultFormat(format);
    QApplication application(argc, argv);
    // Qt sets the locale's decimal comma for the C library; numbers here have a point.
    std::setlocale(LC_NUMERIC, "C");
    QApplication::setOrganizationName("Syzygy");
    QApplication::setApplicationName("Syzygy Studio");
    QApplication::setApplicationVersion(SYZYGY_VERSION);
    try {
        QApplication::setWindowIcon(theme_icon("app"));
        return run_studio(flags);
    } catch (const ArgumentError& error) {
        std::fprintf(stderr, "syzygy-studio: %s\n", error.what());
        return 2;
    }
}
