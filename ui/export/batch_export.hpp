#pragma once

#include "ui/compare/compare_session.hpp"
#include "ui/session/session.hpp"
#include "ui/session/timeline.hpp"
#include "ui/views/view.hpp"
#include "ui/worker/background.hpp"

#include <QObject>
#include <QSize>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {

/// One `--export ID=FILE`: a view or table of the session by its id, "window", "animation" (the orbit view over
/// time) or "fit".
struct BatchItem {
    std::string id;
    std::filesystem::path file;
};

/// Throws ArgumentError("export", ...) where it is not ID=FILE, and where the file's suffix is not that of what would be written
/// into it. The id itself is looked up later, with the window.
BatchItem parse_batch_item(std::string_view text);

/// What the exports are taken from.
struct BatchSource {
    Session* session;
    Timeline* timeline;
    Background* background;
    CompareSession* compare;
    QWidget* window;
    std::function<View*(std::string_view id)> view;  ///< null for an id that is none
    std::string animated = "orbit";                  ///< id of the view that "animation" shows
};

/// Whether a view of a comparison is among them: then one has to be run first.
bool shows_comparison(const std::vector<BatchItem>& items);

/// What the exports of a command line wait for, beside the first picture.
struct BatchWait {
    bool fit = false;      ///< a fit, which is started, and its end
    bool compare = false;  ///< a comparison, likewise
};

/// The exports of a command line: waits for what they show, writes the files one after the other, and ends the program.
/// Nothing of it needs a window on a screen. Exit codes as those of `syzygy`: 0; 1 where the fit did not converge or the
/// comparison did not end, with the files written all the same; 2 where data could not be read or a file not be written.
class BatchExport : public QObject {
    Q_OBJECT
public:
    /// Throws ArgumentError("export", ...) for an id that is none. `size` is that of each picture, in logical
    /// pixels (PNG: two pixels each); empty: 720 x 450.
    BatchExport(BatchSource source, std::vector<BatchItem> items, QSize size, BatchWait wait, QObject* parent = nullptr);

public Q_SLOTS:
    /// Says why nothing can be exported, on stderr, and ends with 2; nothing once it has ended.
    void stop_with(const QString& message);

Q_SIGNALS:
    /// The exit code; QCoreApplication::exit() is called with it.
    void ended(int code);

private:
    void look();
    bool picture_is_needed() const;
    bool fit_is_there();
    bool ablation_is_there();
    bool comparison_is_there();
    void next();
    void write(const BatchItem& item);
    void end(int code);

    BatchSource source_;
    std::vector<BatchItem> items_;
    QSize size_;
    BatchWait wait_;
    bool begun_ = false, ended_ = false, fit_seen_ = false, ablation_seen_ = false, compare_begun_ = false, compare_ended_ = false,
         compare_complete_ = false;
    int code_ = 0;
    std::size_t next_ = 0;
    QTimer settle_;  ///< pictures follow the end of a fit in turns of the event loop
};

}  // namespace syzygy
