#pragma once

#include "core/base/control.hpp"
#include "physics/train/train.hpp"
#include "ui/worker/latest.hpp"

#include <QObject>
#include <QString>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace syzygy {

class Session;

/// A fit beside the same fit without its correction.
struct AblationResult {
    FitResult with;  ///< of the part that was fitted
    Justification justification;
    std::string correction;  ///< label of its kind
    double window_begin = 0, fitted_end = 0, held_out_end = 0;  ///< as the data have them
};

/// The same fit once more without its correction, on a thread of its own, and what that says about the correction. What was
/// found is forgotten with the fit that it belongs to.
class Ablation : public QObject {
    Q_OBJECT
public:
    explicit Ablation(Session& session);
    ~Ablation() override;

    /// There is the result of a fit with a correction, and nothing runs.
    bool can_run() const;
    void run();
    void stop();
    bool running() const { return running_; }
    /// Null where none has ended for the last fit.
    std::shared_ptr<const AblationResult> result() const { return result_; }

Q_SIGNALS:
    void changed();

private:
    struct Job {
        std::uint64_t number = 0;
        std::shared_ptr<const Observations> observations;
        FitSetup setup;
        std::optional<TrainResult> training;
        std::shared_ptr<Control> control;
    };
    struct News {
        std::uint64_t number = 0;
        std::shared_ptr<const AblationResult> result;
        std::string error;
    };

    void work(const std::stop_token& stop);
    static AblationResult compute(const Job& job);
    void take();
    void forget();

    Session& session_;
    bool running_ = false;
    std::uint64_t number_ = 0;
    std::shared_ptr<const AblationResult> result_;
    std::shared_ptr<Control> control_;
    Latest<Job> jobs_;
    Latest<News> news_;
    std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace syzygy
