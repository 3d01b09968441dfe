#pragma once

#include "ui/document/picture.hpp"
#include "ui/worker/latest.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>

namespace syzygy {

/// The solver's thread: makes pictures, the newest request first, and forgets those in between.
class SolveWorker {
public:
    using Result = std::variant<std::shared_ptr<const Picture>, PictureError>;

    /// `wake` is called from the worker's thread when a result waits and none did before.
    explicit SolveWorker(std::function<void()> wake);
    ~SolveWorker();
    SolveWorker(const SolveWorker&) = delete;
    SolveWorker& operator=(const SolveWorker&) = delete;

    void request(PictureRequest request);
    std::optional<Result> take() { return results_.take(); }

private:
    /// Observations ready for use: kept while data and options stand, since a million rows take a while.
    struct Prepared {
        std::shared_ptr<const Observations> observations;
        std::string options;
        std::shared_ptr<const PreparedData> data;
    };

    /// The correction that was made last: a network from a file is not read for every picture.
    struct MadeCorrection {
        std::string options;
        CorrectionContext context;
        std::shared_ptr<const Correction> correction;
    };

    void run(const std::stop_token& stop);
    std::shared_ptr<const PreparedData> prepared(Prepared& kept, const PictureRequest& request, const FitSetup& setup);
    std::shared_ptr<const Correction> correction(const FitSetup& setup, const CorrectionContext& context);
    std::shared_ptr<const Picture> make_picture(const PictureRequest& request, const std::stop_token& stop);

    std::function<void()> wake_;
    Latest<PictureRequest> requests_;
    Latest<Result> results_;
    Prepared window_, all_;
    MadeCorrection made_;
    std::mutex mutex_;
    std::stop_source running_;
    std::shared_ptr<const Observations> running_data_;
    bool gave_way_ = false;  ///< the solve before was stopped: the next one may end, or nothing would ever be shown
    std::chrono::steady_clock::time_point since_{};
    std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace syzygy
