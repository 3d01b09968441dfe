#pragma once

#include "physics/fit/fit.hpp"
#include "ui/export/fit_saving.hpp"
#include "ui/session/session.hpp"
#include "ui/worker/latest.hpp"

#include <QElapsedTimer>
#include <QFrame>
#include <QLockFile>
#include <QObject>
#include <QString>
#include <QTimer>

#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

namespace syzygy {

/// Where fits are kept in case the program is killed: in the data folder of the user's account.
std::filesystem::path recovery_folder();

/// A fit that a killed Studio left behind. While it is held, no other Studio offers it.
struct RecoveredFit {
    std::filesystem::path folder;
    std::filesystem::path file;  ///< the `.syzygy` in it
    QString summary;             ///< "aca.csv: 12 iterations, loss 3.4e-08, 23 Nov 2026 10:12"
    std::shared_ptr<QLockFile> lock;
};

/// Fits in the folder whose Studio is no longer running, newest first. Reads their files: for a worker.
std::vector<RecoveredFit> find_recovered_fits(const std::filesystem::path& folder = recovery_folder());

/// Deletes the files of a recovered fit.
void discard(RecoveredFit& fit);

/// Saves the session's fit in its own folder: at its first iteration, then every 0.4 s, and once more at its end. A
/// thread of its own writes the files, whole or not at all. The destructor, which runs at an orderly exit, deletes the
/// folder. If the disk is not writable, a message says so once.
class RecoveryKeeper : public QObject {
    Q_OBJECT
public:
    explicit RecoveryKeeper(Session& session, const std::filesystem::path& folder = recovery_folder(),
                            QObject* parent = nullptr);
    ~RecoveryKeeper() override;

    /// A fit that was restored: its data stay on disk for as long as this program runs.
    void adopt(RecoveredFit fit) { adopted_.push_back(std::move(fit)); }
    const std::filesystem::path& file() const { return file_; }

Q_SIGNALS:
    void failed(const QString& message);

private:
    void plan();
    void keep();
    void write(const std::stop_token& stop);

    Session& session_;
    std::filesystem::path folder_, file_;
    std::unique_ptr<QLockFile> lock_;
    std::vector<RecoveredFit> adopted_;
    QTimer timer_;
    QElapsedTimer since_kept_;
    bool kept_something_ = false;
    Latest<FitToSave> jobs_;  ///< without data: forget what was kept
    std::jthread writer_;
};

/// A non-blocking bar across the window that offers a recovered fit.
class RecoveryBar : public QFrame {
    Q_OBJECT
public:
    explicit RecoveryBar(const RecoveredFit& fit, QWidget* parent = nullptr);

Q_SIGNALS:
    void restore_wanted();
    void discard_wanted();
};

}  // namespace syzygy
