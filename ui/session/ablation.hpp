#pragma once

#include "physics/train/train.hpp"
#include "ui/worker/worker.hpp"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <string>

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
        std::shared_ptr<const Observations> observations;
        FitSetup setup;
        std::optional<TrainResult> training;
    };
    struct News {
        std::shared_ptr<const AblationResult> result;
        std::string error;
    };

    static AblationResult compute(const Job& job, Control& control);
    void take();
    void forget();

    Session& session_;
    bool running_ = false;
    std::shared_ptr<const AblationResult> result_;
    Worker<Job, News> worker_;  ///< last: ends before what it uses
};

}  // namespace syzygy
