#include "ui/export/recovery.hpp"

#include "physics/run/fit_file.hpp"
#include "ui/export/file_dialogs.hpp"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStandardPaths>
#include <QUuid>

#include <algorithm>
#include <fstream>

namespace syzygy {

namespace {

namespace fs = std::filesystem;

constexpr const char* lock_name = "lock";
constexpr const char* fit_name = "fit.syzygy";
constexpr int interval_ms = 400;

std::unique_ptr<QLockFile> lock_of(const fs::path& folder)
{
    auto lock = std::make_unique<QLockFile>(QString::fromStdString((folder / lock_name).string()));
    // It belongs to its process however long that runs.
    lock->setStaleLockTime(0);
    return lock;
}

/// Its files, then the lock with its own file, then the folder.
void remove_folder(const fs::path& folder, QLockFile& lock)
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().filename() != lock_name) fs::remove(entry.path(), ignored);
    lock.unlock();
    fs::remove_all(folder, ignored);
}

/// The name in the first line of a CSV that was written beside a fit; "" where there is none.
std::string name_in(const fs::path& csv)
{
    constexpr std::string_view key = "# name: ";
    std::ifstream file(csv);
    std::string line;
    if (!std::getline(file, line) || !line.starts_with(key)) return {};
    line.erase(0, key.size());
    if (line.size() > 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    return line;
}

QString summary_of(const fs::path& path, const FitFile& fit)
{
    QString data = fit.setup.files.empty() ? QObject::tr("Unknown data")
                                           : QString::fromStdString(fit.setup.files.front().filename().string());
    if (!fit.setup.files.empty() && fit.setup.files.front().parent_path() == path.parent_path()) {
        const std::string name = name_in(fit.setup.files.front());
        data = name.empty() ? QObject::tr("Made or edited data") : QString::fromStdString(name);
    }
    const QDateTime time = QFileInfo(QString::fromStdString(path.string())).lastModified();
    return QObject::tr("%1: %2 iterations, loss %3, %4")
        .arg(data)
        .arg(fit.training ? fit.training->history.size() : fit.state.history.size())
        .arg(fit.training && !fit.training->history.empty() ? fit.training->history.back().loss : fit.state.optimizer.loss, 0,
             'g', 3)
        .arg(QLocale().toString(time, QLocale::ShortFormat));
}

}  // namespace

std::filesystem::path recovery_folder()
{
    return fs::path(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString()) / "recovery";
}

std::vector<RecoveredFit> find_recovered_fits(const fs::path& folder)
{
    std::vector<std::pair<fs::file_time_type, RecoveredFit>> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (!entry.is_directory(ignored)) continue;
        std::shared_ptr<QLockFile> lock = lock_of(entry.path());
        if (!lock->tryLock(0)) continue;
        const fs::path file = entry.path() / fit_name;
        const auto time = fs::last_write_time(file, ignored);
        try {
            const FitFile fit = read_fit_file(file);
            found.push_back({time, {entry.path(), file, summary_of(file, fit), std::move(lock)}});
        } catch (const std::exception&) {
            // A fit that cannot be read now may be read another time.
            if (!fs::exists(file, ignored)) remove_folder(entry.path(), *lock);
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<RecoveredFit> fits;
    for (auto& [time, fit] : found) fits.push_back(std::move(fit));
    return fits;
}

void discard(RecoveredFit& fit)
{
    if (fit.lock) remove_folder(fit.folder, *fit.lock);
    fit.lock.reset();
}

RecoveryKeeper::RecoveryKeeper(Session& session, const fs::path& folder, QObject* parent)
    : QObject(parent),
      session_(session),
      folder_(folder / QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString()),
      file_(folder_ / fit_name)
{
    std::error_code ignored;
    fs::create_directories(folder_, ignored);
    lock_ = lock_of(folder_);
    lock_->tryLock(0);
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &RecoveryKeeper::keep);
    connect(&session, &Session::history_changed, this, &RecoveryKeeper::plan);
    connect(&session, &Session::run_state_changed, this, &RecoveryKeeper::plan);
    connect(&session, &Session::result_changed, this, &RecoveryKeeper::plan);
    writer_ = std::jthread([this](const std::stop_token& stop) { write(stop); });
}

RecoveryKeeper::~RecoveryKeeper()
{
    writer_.request_stop();
    writer_.join();
    remove_folder(folder_, *lock_);
    for (RecoveredFit& fit : adopted_) discard(fit);
}

void RecoveryKeeper::plan()
{
    if (timer_.isActive()) return;
    const qint64 passed = since_kept_.isValid() ? since_kept_.elapsed() : interval_ms;
    timer_.start(static_cast<int>(std::max<qint64>(0, interval_ms - passed)));
}

void RecoveryKeeper::keep()
{
    const bool something =
        session_.fitted_setup() && (session_.fit_state().optimizer.x.size() > 0 || session_.train_state().epoch > 0);
    // A fit that has begun, but has no iteration yet, replaces nothing.
    if (!something && (!kept_something_ || session_.run_state() != RunState::idle)) return;
    since_kept_.start();
    kept_something_ = something;
    if (something)
        jobs_.put(fit_to_save(session_));
    else
        jobs_.put({});
}

void RecoveryKeeper::write(const std::stop_token& stop)
{
    KeptData kept;
    std::shared_ptr<const Observations> kept_for;
    bool complained = false;
    while (auto fit = jobs_.wait(stop)) {
        try {
            if (!fit->data.observations) {
                std::error_code ignored;
                fs::remove(file_, ignored);
                continue;
            }
            KeptData old;
            if (kept_for != fit->data.observations) {
                // Going through the data is done once for all iterations.
                old = std::exchange(kept, keep_data(file_, fit->data));
                kept_for = fit->data.observations;
            }
            fit->setup.files = kept.files;
            write_fit_file(file_, {fit->setup, kept.fingerprint, fit->state, nullptr, fit->training, fit->correction});
            std::error_code ignored;
            if (old.written && old.written != kept.written) fs::remove(*old.written, ignored);
            complained = false;
        } catch (const std::exception& error) {
            if (std::exchange(complained, true)) continue;
            Q_EMIT failed(tr("The fit cannot be kept for recovery: %1").arg(QString::fromUtf8(error.what())));
        }
    }
}

RecoveryBar::RecoveryBar(const RecoveredFit& fit, QWidget* parent) : QFrame(parent)
{
    setObjectName("recovery-bar");
    setFrameShape(QFrame::StyledPanel);
    auto* text = new QLabel(tr("A fit was not saved before the Studio ended. %1.").arg(fit.summary));
    text->setWordWrap(true);
    auto* restore = new QPushButton(tr("Restore"));
    restore->setObjectName("recovery-restore");
    restore->setToolTip(tr("Open the fit where it stood, paused"));
    auto* forget = new QPushButton(tr("Discard"));
    forget->setObjectName("recovery-discard");
    forget->setToolTip(tr("Delete what was kept of it"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->addWidget(text, 1);
    row->addWidget(restore);
    row->addWidget(forget);
    connect(restore, &QPushButton::clicked, this, &RecoveryBar::restore_wanted);
    connect(forget, &QPushButton::clicked, this, &RecoveryBar::discard_wanted);
}

}  // namespace syzygy
