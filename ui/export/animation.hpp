#pragma once

#include "ui/document/loaded_data.hpp"
#include "ui/session/timeline.hpp"
#include "ui/views/view.hpp"
#include "ui/worker/background.hpp"

#include <QPointer>
#include <QImage>
#include <QObject>
#include <QSize>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace syzygy {

/// What an animation is made of.
struct AnimationSettings {
    std::filesystem::path file;  ///< one animated PNG; with `sequence` name-0001.png, ... beside it
    bool sequence = false;
    int frames = 60;
    double frames_a_second = 20;
    bool palette = true;  ///< animated PNG: 256 colours
    std::optional<std::pair<double, double>> range{};  ///< nothing: the timeline's
};

/// The file of one frame of a sequence, from number 0 on.
std::filesystem::path frame_file(const std::filesystem::path& file, int number);

/// The view, or a widget with all in it, at this moment. A widget keeps its shape inside `size`.
QImage draw_view(View& view, QSize size, double scale = 1);
QImage draw_widget(QWidget& widget, QSize size);

/// The picture in the middle of one of that size, as large as it fits; itself where it has the size, or `size` is empty.
QImage on_canvas(const QImage& frame, QSize size);

/// Walks the timeline over its range and draws a frame in each turn of the event loop, so that the window stays
/// alive; files are written in the background, as one of its tasks. The timeline is put back at the end. Cancelled by
/// cancelling the task: nothing is left of an animated PNG, and of a sequence the frames so far.
class AnimationExport : public QObject {
    Q_OBJECT
public:
    AnimationExport(Timeline& timeline, Background& background, std::function<QImage()> draw,
                    AnimationSettings settings, QObject* parent = nullptr);
    ~AnimationExport() override;

    /// Throws InputError where the file cannot be written, ArgumentError for settings out of range.
    void start(const LoadedData& data);
    void cancel() { background_.cancel(task_); }
    int task() const { return task_; }

Q_SIGNALS:
    /// Once, whatever happens; the error and its message are reported by the Background.
    void ended(bool written);

private:
    struct Frames;
    void next_frame();
    void end(bool written);

    Timeline& timeline_;
    Background& background_;
    std::function<QImage()> draw_;
    AnimationSettings settings_;
    std::shared_ptr<Frames> frames_;
    QTimer timer_;
    QSize canvas_;  ///< of the first frame
    std::pair<double, double> range_{0, 1};
    double time_before_ = 0;
    bool played_before_ = false, ended_ = true;
    int next_ = 0, task_ = 0;
};

}  // namespace syzygy
