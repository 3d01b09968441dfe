#include "ui/data/opening.hpp"

#include "core/base/cancelled.hpp"
#include "core/base/file.hpp"
#include "physics/observations/radial_velocity_guess.hpp"
#include "physics/run/fit_file.hpp"
#include "ui/base/text.hpp"
#include "ui/data/file_defaults.hpp"
#include "ui/data/import_dialog.hpp"
#include "ui/data/scenario_dialog.hpp"

#include <QFileDialog>
#include <QMimeData>
#include <QSettings>

#include <utility>

namespace syzygy {

namespace {

const QString folder_key = QStringLiteral("data/folder");

/// The file where the fit says, or beside the fit: they may have moved together.
std::filesystem::path find_data(const std::filesystem::path& named, const std::filesystem::path& fit)
{
    std::error_code ignored;
    const auto folder = fit.parent_path();
    for (const auto& place : {named.is_absolute() ? named : folder / named, named, folder / named.filename()})
        if (std::filesystem::is_regular_file(place, ignored)) return place;
    throw InputError({named.string()}, fmt::format("the data of the fit {} are not there", fit.filename().string()), "",
                     "put the file back, or beside the fit");
}

struct SavedFit {
    FitFile file;
    LoadedData data;
};

SavedFit read_saved_fit(const std::filesystem::path& path, const std::stop_token& stop)
{
    SavedFit fit{read_fit_file(path), {}};
    for (auto& file : fit.file.setup.files) file = find_data(file, path);
    fit.data = load_data(fit.file.setup.files, stop);
    if (fingerprint(*fit.data.observations) != fit.file.fingerprint)
        throw InputError({path.string()}, "the fit belongs to other data than are now in",
                         fit.file.setup.files.front().string(), "restore the data file, or start the fit anew");
    return fit;
}

LoadedData read_import(std::vector<std::filesystem::path> files, ImportOptions options, const std::stop_token& stop)
{
    // Three files of one body each are given in the order of the bodies: no need to remember more than that.
    if (files.size() == 3 && options.columns.empty()) {
        ImportOptions rest = options;
        rest.order = {0, 1, 2};
        if (as_found(rest)) {
            std::vector<std::filesystem::path> ordered;
            for (const int body : options.order) ordered.push_back(files[static_cast<std::size_t>(body)]);
            files = std::move(ordered);
            options = {};
        }
    }
    if (as_found(options)) return load_data(std::move(files), stop);
    std::vector<SourceText> sources;
    for (const auto& file : files) sources.push_back({file.string(), read_file(file, stop)});
    auto observations = std::make_shared<Observations>(import_observations(sources, options, stop));
    if (observations->name.empty()) observations->name = files.front().stem().string();
    LoadedData data;
    data.truth = stated_truth(*observations, stop);
    if (options.columns.empty()) data.format = format_of(files);
    data.observations = std::move(observations);
    data.remapped = true;
    return data;
}

/// "500 rows of Sun, Earth, Moon", and what was repaired.
QString summary(const LoadedData& data)
{
    const Observations& read = *data.observations;
    QString text = QObject::tr("%L1 rows of %2, %3, %4")
                       .arg(read.size())
                       .arg(QString::fromStdString(read.bodies[0]), QString::fromStdString(read.bodies[1]),
                            QString::fromStdString(read.bodies[2]));
    for (const std::string& note : read.notes) text += QStringLiteral(". ") + QString::fromStdString(note).chopped(1);
    return text;
}

}  // namespace

Opening::Opening(Session& session, Background& background, RecentFiles& recent, QWidget* window)
    : QObject(window), session_(session), background_(&background), window_(window), recent_(recent)
{
    connect(&recent_, &RecentFiles::chosen, this, [this](const auto& files) { open(files); });
    connect(background_, &Background::cancelled, this, [this](int task) {
        if (task == import_task_) end_import();
        if (task != task_) return;
        task_ = 0;
        Q_EMIT said(tr("Cancelled: nothing was opened"), false);
        Q_EMIT failed(tr("Cancelled: nothing was opened"));
    });
}

Opening::~Opening()
{
    if (!background_) return;
    background_->disconnect(this);
    background_->cancel(task_);
}

void Opening::cancel()
{
    background_->cancel(task_);
}

void Opening::start(const QString& label, const QString& title, std::function<Next(const std::stop_token&)> work)
{
    if (const int before = std::exchange(task_, 0)) background_->cancel(before);
    task_ = background_->start(label, [this, title, work = std::move(work)](const TaskContext& context) -> Next {
        Next next;
        try {
            next = work(context.stop);
        } catch (const Cancelled&) {
            return {};
        } catch (const std::exception& error) {
            next = [this, report = report_of(error, title)] { show_error(report); };
        }
        return [this, next = std::move(next)] {
            task_ = 0;
            next();
        };
    });
}

void Opening::open(const std::vector<std::filesystem::path>& files, bool look_first, OnOpened on_opened)
{
    if (files.empty()) return;
    if (const FileChoice choice = choose_files(files); !choice.problem.isEmpty()) {
        show_error({tr("Nothing was opened"), choice.problem, {}, {}, sentence(choice.remedy)});
        return;
    }
    if (is_fit_file(files.front()))
        load_fit(files.front(), on_opened);
    else if (look_first && !quiet_)
        look_at(files, on_opened);
    else
        load(files, on_opened);
}

void Opening::load(const std::vector<std::filesystem::path>& files, const OnOpened& on_opened)
{
    const QString name = file_group_text(files, false);
    start(tr("Opening %1").arg(name), tr("%1 was not opened").arg(name),
          [this, files, name, on_opened, may_ask = !quiet_](const std::stop_token& stop) -> Next {
              try {
                  LoadedData data = load_data(files, stop);
                  return [this, files, name, on_opened, setup = file_defaults(data), data = std::move(data)] {
                      recent_.add(files);
                      put(data, setup, name, false, on_opened);
                  };
              } catch (const InputError&) {
                  if (!may_ask) throw;
                  // Columns that have other names, one file of three: a person can say what they are.
                  std::vector<SourceText> beginnings;
                  try {
                      for (const auto& file : files) beginnings.push_back(read_beginning(file));
                  } catch (const InputError&) {
                      beginnings.clear();
                  }
                  // No choice of columns makes positions of radial velocities.
                  const bool can_be_told = !beginnings.empty() && !radial_velocity_guess(beginnings) &&
                                           !preview_import(beginnings, {}).fits;
                  if (!can_be_told) throw;
                  return [this, files, on_opened] { look_at(files, on_opened); };
              }
          });
}

void Opening::load_fit(const std::filesystem::path& file, const OnOpened& on_opened)
{
    const QString name = path_text(file.filename());
    start(tr("Opening %1").arg(name), tr("%1 was not opened").arg(name),
          [this, file, name, on_opened](const std::stop_token& stop) -> Next {
              auto fit = std::make_shared<SavedFit>(read_saved_fit(file, stop));
              return [this, file, name, on_opened, fit] {
                  try {
                      session_.set_saved_fit(fit->data, fit->file.setup, fit->file.state,
                                             fit->file.training.value_or(TrainState{}));
                  } catch (const std::exception& error) {
                      show_error(report_of(error, tr("%1 was not opened").arg(name)));
                      return;
                  }
                  recent_.add({file});
                  Q_EMIT said(tr("Opened %1: %2").arg(name, summary(fit->data)), false);
                  Q_EMIT opened();
                  if (on_opened) on_opened();
              };
          });
}

void Opening::make(const Recipe& recipe, const FitSetup& setup, bool fit_at_once, OnOpened on_opened)
{
    const QString name = QString::fromStdString(find_example(recipe.scenario).label);
    start(tr("Making data of %1").arg(name), tr("No data were made of %1").arg(name),
          [this, recipe, setup, name, fit_at_once, on_opened](const std::stop_token& stop) -> Next {
              LoadedData data = make_data(recipe, stop);
              return [this, data = std::move(data), setup, name, fit_at_once, on_opened] {
                  put(data, setup, name, fit_at_once, on_opened);
              };
          });
}

void Opening::put(LoadedData data, FitSetup setup, const QString& name, bool fit_at_once, const OnOpened& on_opened)
{
    const QString about = summary(data);
    const bool remapped = data.remapped;
    const QString set = file_defaults_text(data, setup);
    try {
        session_.set_data(std::move(data), std::move(setup));
    } catch (const std::exception& error) {
        show_error(report_of(error, tr("%1 was not opened").arg(name)));
        return;
    }
    if (errors_) errors_->hide();
    QString text = tr("Opened %1: %2").arg(name, about);
    // A sentence of its own; the status line ends without a full stop.
    if (!set.isEmpty()) text += QStringLiteral(". ") + set.chopped(1);
    if (remapped) text += tr(". Export the data as CSV to use them on the command line");
    Q_EMIT said(text, false);
    Q_EMIT opened();
    if (fit_at_once) session_.start_fit();
    if (on_opened) on_opened();
}

void Opening::look_at(const std::vector<std::filesystem::path>& files, const OnOpened& on_opened)
{
    if (!import_) {
        import_ = new ImportDialog(*background_, window_);
        connect(import_, &ImportDialog::wanted, this, &Opening::import_files);
        connect(import_, &QDialog::rejected, this, [this] {
            import_opened_ = {};
            // Closed while it reads: nobody waits any more. What else is being read goes on.
            if (import_task_ != 0)
                background_->cancel(import_task_);
            else
                Q_EMIT failed(tr("The import was closed: nothing was opened"));
        });
    }
    import_opened_ = on_opened;
    import_->look_at(files);
}

void Opening::end_import()
{
    import_task_ = 0;
    if (import_) import_->set_reading(false);
}

void Opening::import_files(const std::vector<std::filesystem::path>& files, const ImportOptions& options)
{
    const QString name = file_group_text(files, false);
    import_->set_reading(true);
    start(tr("Importing %1").arg(name), {}, [this, files, options, name](const std::stop_token& stop) -> Next {
        try {
            LoadedData data = read_import(files, options, stop);
            return [this, files, name, setup = file_defaults(data, options.relative_to.has_value()), data = std::move(data)] {
                recent_.add(files);
                end_import();
                if (import_) import_->accept();
                put(data, setup, name, false, std::exchange(import_opened_, {}));
            };
        } catch (const Cancelled&) {
            throw;
        } catch (const std::exception& error) {
            // The form stays: it may be the place to put it right.
            return [this, report = report_of(error, {})] {
                end_import();
                if (import_) import_->show_problem(report.line());
            };
        }
    });
    import_task_ = task_;
}

void Opening::drop(const QMimeData& data, Qt::KeyboardModifiers modifiers)
{
    const FileChoice choice = choose_files(data.urls());
    if (!choice.problem.isEmpty())
        show_error({tr("Nothing was opened"), choice.problem, {}, {}, sentence(choice.remedy)});
    else
        open(choice.files, modifiers.testFlag(Qt::ShiftModifier));
}

void Opening::ask(bool look_first)
{
    auto* const dialog = new QFileDialog(window_, look_first ? tr("Import observations") : tr("Open"),
                                         QSettings().value(folder_key).toString());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters(open_filters());
    connect(dialog, &QFileDialog::filesSelected, this, [this, dialog, look_first](const QStringList& chosen) {
        QSettings().setValue(folder_key, dialog->directory().absolutePath());
        std::vector<std::filesystem::path> files;
        for (const QString& file : chosen) files.push_back(path_of(file));
        if (look_first && files.size() < 3 && !is_fit_file(files.front()))
            look_at(files, {});  // more can be added there
        else
            open(files, look_first);
    });
    dialog->open();
}

void Opening::ask_for_scenario()
{
    if (!scenario_) {
        scenario_ = new ScenarioDialog(*background_, window_);
        connect(scenario_, &ScenarioDialog::wanted, this,
                [this](const Recipe& recipe, const FitSetup& setup) { make(recipe, setup, false); });
        if (session_.data().recipe) scenario_->choose(session_.data().recipe->scenario);
    }
    scenario_->show();
    scenario_->raise();
}

void Opening::show_error(const ErrorReport& report)
{
    if (!quiet_) {
        if (!errors_) errors_ = new ErrorDialog(window_);
        errors_->show_error(report);
    }
    Q_EMIT said(report.remedy.isEmpty() ? report.problem : QStringLiteral("%1. %2").arg(report.problem, report.remedy),
                true);
    Q_EMIT failed(report.line());
}

}  // namespace syzygy
