#include "app/cli/option_flags.hpp"
#include "core/base/device.hpp"
#include "core/base/error.hpp"
#include "core/base/name_list.hpp"
#include "physics/model/correction.hpp"
#include "physics/train/train.hpp"
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
    std::string example, theme, size, export_size;
    bool fit = false, compare = false;
    std::vector<std::string> exports;
    CompareSetup comparison;
    std::string gradients, methods;
    CorrectionOptions correction, data_correction;
    TrainOptions train;
    long iterations = 0;
};

/// What a comparison is set up as: "all" stands for all methods but finite differences.
CompareSetup comparison_of(const StudioFlags& flags)
{
    CompareSetup setup = flags.comparison;
    if (!flags.gradients.empty()) {
        const std::vector<std::string> all = setup.gradients;
        setup.gradients.clear();
        for (const std::string& part : names_of(flags.gradients)) {
            if (part == "all")
                setup.gradients.insert(setup.gradients.end(), all.begin(), all.end());
            else
                setup.gradients.push_back(part);
        }
    }
    if (!flags.methods.empty()) setup.methods = names_of(flags.methods);
    validate(setup);
    return setup;
}

void declare(CLI::App& app, StudioFlags& flags)
{
    app.add_option("DATA", flags.files, "observations (one file, or three of one body each) or a saved fit (.syzygy)");
    app.add_option("--scenario", flags.example, "begin with data of a built-in scenario (see `syzygy scenarios`)")
        ->type_name("NAME");
    app.add_flag("--fit", flags.fit, "fit at once");
    app.add_option("--theme", flags.theme, "system, light or dark [as last time]")->type_name("NAME");
    app.add_option("--size", flags.size, "of the window, in logical pixels: 1280x800")->type_name("WxH");
    app.add_option("--export-size", flags.export_size, "of each picture, in logical pixels [720x450]")->type_name("WxH");
    app.add_option("--export", flags.exports,
                   "write a view, `window`, `animation` or a table to FILE (.png, .svg, .pdf, .csv), then quit; may be "
                   "given several times")
        ->type_name("ID=FILE")
        ->allow_extra_args(false);
    const std::string group = "Comparison";
    app.add_flag("--compare", flags.compare, "begin with the comparison of gradient methods, and run it")->group(group);
    app.add_option("--problem", flags.comparison.problem, "compare on a test problem instead of the data")
        ->type_name("NAME")
        ->group(group);
    app.add_option("--gradients", flags.gradients, "gradient methods (see `syzygy list gradients`) [all]")
        ->type_name("NAMES")
        ->group(group);
    app.add_option("--methods", flags.methods, "solver methods (see `syzygy list methods`) [dopri5]")
        ->type_name("NAMES")
        ->group(group);
    add_flags(app, group, compare_setup_options(), flags.comparison);
    add_flags(app, group, gradient_options(), flags.comparison.options);
    add_flags(app, "Correction", correction_options(), flags.correction);
    add_flag(app, "Correction", "data-correction", "a correction that data of a scenario are made with", flags.data_correction.correction,
             "NAME");
    add_flag(app, "Correction", "data-values", "its values: inverse-c2=1e-4", flags.data_correction.values, "TEXT");
    add_flags(app, "Training", train_options(), flags.train);
    add_flag(app, "Training", "iterations", "of a fit, or epochs of a training, at most", flags.iterations);
    app.footer("Examples:\n"
               "  syzygy-studio --scenario figure-eight --fit\n"
               "  syzygy-studio DATA.csv --correction pairwise --fit --export correction-force=force.png --export training=loss.csv");
    app.set_version_flag("--version", "syzygy-studio " SYZYGY_VERSION);
}

/// What the flags want of the first data. Throws ArgumentError for a correction that cannot be.
std::function<void(Session&)> beginning_of(const StudioFlags& flags)
{
    parse_device(flags.train.device);
    if (flags.correction.correction != "torchscript")
        if (const auto correction = make_correction(flags.correction, CorrectionContext{}))
            starting_parameters(*correction, flags.correction.values);
    return [correction = flags.correction, train = flags.train, iterations = flags.iterations](Session& session) {
        if (correction.correction != "none") session.set_correction(correction, true);
        FitSetup setup = session.setup();
        setup.train = train;
        if (iterations > 0) setup.optimizer.iterations = iterations;
        session.set_setup(setup);
    };
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

QSize size_of(std::string_view option, const std::string& text, QSize least)
{
    if (text.empty()) return {};
    int width = 0, height = 0, used = 0;
    if (std::sscanf(text.c_str(), "%dx%d%n", &width, &height, &used) != 2 ||
        static_cast<std::size_t>(used) != text.size() || width < least.width() || height < least.height() ||
        width > 16384 || height > 16384)
        throw ArgumentError(option, text,
                            fmt::format("must be WIDTHxHEIGHT, at least {}x{}", least.width(), least.height()));
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

    const bool compare = flags.compare || !flags.comparison.problem.empty() || shows_comparison(items);
    MainWindow window;
    window.compare().set_setup(comparison_of(flags));
    const QSize size = size_of("size", flags.size, {640, 480});
    if (size.isValid()) window.resize(size);
    std::unique_ptr<BatchExport> batch;
    if (!items.empty())
        batch = std::make_unique<BatchExport>(
            BatchSource{&window.session(), &window.timeline(), &window.background(), &window.compare(), &window,
                        [&window](std::string_view id) { return window.view(id); }},
            items, size_of("export-size", flags.export_size, {200, 120}), BatchWait{flags.fit, compare});
    if (batch) {
        window.be_quiet();
        QObject::connect(&window, &MainWindow::open_failed, batch.get(), &BatchExport::stop_with);
    }

    window.begin_with(beginning_of(flags));
    ExampleInfo example = flags.example.empty() ? examples().front() : find_example(flags.example);
    example.recipe.correction = flags.data_correction;
    if (flags.data_correction.values.empty()) example.recipe = with_telling_values(std::move(example.recipe));
    if (flags.files.empty()) correction_of(example.recipe);
    if (!flags.files.empty())
        window.open(flags.files, flags.fit);
    else
        window.open_example(example, flags.fit, flags.exports.empty());
    close_on_signals(window);
    if (compare) window.show_workspace(Workspace::compare);
    // Views of a comparison draw themselves without a window.
    const bool seen = std::any_of(items.begin(), items.end(), [](const BatchItem& item) { return !shows_comparison({item}); });
    if (items.empty() || seen) window.show();
    if (items.empty()) {
        if (compare) window.run_comparison_when_ready();
        window.offer_recovery();
    }
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
    } catch (const ArgumentError& error) {
        std::fprintf(stderr, "syzygy-studio: %s\n", error.what());
        return 2;
    }

    // Pictures are drawn without a screen where there is none.
    if (!flags.exports.empty() && qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
        qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
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
