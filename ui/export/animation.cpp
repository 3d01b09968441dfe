#include "ui/export/animation.hpp"

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "ui/export/apng.hpp"
#include "ui/export/output_file.hpp"

#include <QGuiApplication>
#include <QPainter>
#include <QPalette>

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

namespace syzygy {

namespace {

constexpr int most_frames = 10'000;
/// Frames of an animated PNG are held in memory until the last has its colours.
constexpr double most_bytes = 1.5e9;
/// Frames that wait for the worker; drawing rests meanwhile.
constexpr std::size_t most_waiting = 4;

void write(const std::filesystem::path& file, const QByteArray& bytes)
{
    write_file_atomically(file, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

}  // namespace

std::filesystem::path frame_file(const std::filesystem::path& file, int number)
{
    std::filesystem::path path = file;
    path.replace_filename(fmt::format("{}-{:04}.png", file.stem().string(), number + 1));
    return path;
}

QImage draw_view(View& view, QSize size, double scale)
{
    QImage image(QSize(qRound(size.width() * scale), qRound(size.height() * scale)), QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    image.fill(view.palette().color(QPalette::Window));
    view.render_to(image, size);
    image.setDevicePixelRatio(1);
    return image;
}

QImage draw_widget(QWidget& widget, QSize size)
{
    const QImage image = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
    if (size.isEmpty() || image.size() == size) return image;
    QImage scaled = image.scaled(size, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    scaled.setDevicePixelRatio(1);
    return scaled;
}

QImage on_canvas(const QImage& frame, QSize size)
{
    if (size.isEmpty() || frame.size() == size) return frame;
    QImage canvas(size, QImage::Format_RGB32);
    canvas.fill(QGuiApplication::palette().color(QPalette::Window));
    const QSize shown = frame.size().scaled(size, Qt::KeepAspectRatio);
    QPainter painter(&canvas);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRect(QPoint((size.width() - shown.width()) / 2, (size.height() - shown.height()) / 2), shown),
                      frame, frame.rect());
    return canvas;
}

/// Frames on their way to the worker.
struct AnimationExport::Frames {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<QImage> waiting;

    void put(QImage frame)
    {
        {
            const std::lock_guard lock(mutex);
            waiting.push_back(std::move(frame));
        }
        changed.notify_one();
    }
    bool full()
    {
        const std::lock_guard lock(mutex);
        return waiting.size() >= most_waiting;
    }
    /// Nothing where stopped.
    std::optional<QImage> take(const std::stop_token& stop)
    {
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, stop, [this] { return !waiting.empty(); })) return {};
        QImage frame = std::move(waiting.front());
        waiting.pop_front();
        return frame;
    }
};

AnimationExport::AnimationExport(Timeline& timeline, Background& background, std::function<QImage()> draw,
                                 AnimationSettings settings, QObject* parent)
    : QObject(parent),
      timeline_(timeline),
      background_(background),
      draw_(std::move(draw)),
      settings_(std::move(settings)),
      frames_(std::make_shared<Frames>())
{
    timer_.setInterval(0);
    connect(&timer_, &QTimer::timeout, this, &AnimationExport::next_frame);
    connect(&background, &Background::cancelled, this, [this](int task) {
        if (task == task_) end(false);
    });
    connect(&background, &Background::failed, this, [this](int task) {
        if (task == task_) end(false);
    });
}

AnimationExport::~AnimationExport()
{
    if (!ended_) background_.cancel(task_);
}

void AnimationExport::start(const LoadedData& data)
{
    if (!ended_) return;
    if (settings_.frames < 1 || settings_.frames > most_frames)
        throw ArgumentError("frames", fmt::format("{}", settings_.frames), fmt::format("must be 1 to {}", most_frames));
    if (!(settings_.frames_a_second >= 0.1 && settings_.frames_a_second <= 100))
        throw ArgumentError("frames-a-second", fmt::format("{}", settings_.frames_a_second), "must be 0.1 to 100");
    check_output_file(settings_.sequence ? frame_file(settings_.file, 0) : settings_.file, data);

    range_ = settings_.range.value_or(std::pair{timeline_.begin(), timeline_.end()});
    time_before_ = timeline_.time();
    played_before_ = timeline_.playing();
    timeline_.pause();
    next_ = 0;
    canvas_ = {};
    ended_ = false;
    const QString label = tr("Animation %1").arg(QString::fromStdString(settings_.file.filename().string()));
    // The worker may outlive this object: it holds all that it needs.
    task_ = background_.start(
        label, [frames = frames_, settings = settings_,
                self = QPointer<AnimationExport>(this)](const TaskContext& task) -> Background::Done {
            std::vector<QImage> all;
            const double count = settings.frames;
            for (int number = 0; number < settings.frames; ++number) {
                const std::optional<QImage> frame = frames->take(task.stop);
                if (!frame) return {};
                if (settings.sequence)
                    write(frame_file(settings.file, number), encode_png(*frame));
                else
                    all.push_back(*frame);
                task.progress((number + 1) / count * (settings.sequence ? 1 : 0.5));
            }
            if (!settings.sequence) {
                const ApngOptions options{settings.frames_a_second, 0, settings.palette};
                const QByteArray bytes =
                    encode_apng(all, options, task.stop, [&task](double share) { task.progress(0.5 + share / 2); });
                if (task.stop.stop_requested()) return {};
                write(settings.file, bytes);
            }
            return [self] {
                if (self) self->end(true);
            };
        });
    timer_.start();
}

void AnimationExport::next_frame()
{
    if (frames_->full()) {
        timer_.setInterval(5);
        return;
    }
    timer_.setInterval(0);
    const double share = settings_.frames > 1 ? static_cast<double>(next_) / (settings_.frames - 1) : 0;
    timeline_.set_time(range_.first + share * (range_.second - range_.first));
    // The window may be given another size meanwhile; the animation keeps that of its first frame.
    QImage frame = on_canvas(draw_(), canvas_);
    canvas_ = frame.size();
    if (!settings_.sequence && static_cast<double>(frame.sizeInBytes()) * settings_.frames > most_bytes) {
        // Said by the task, like every other error.
        background_.cancel(task_);
        background_.start(tr("Animation"), [](const TaskContext&) -> Background::Done {
            throw ArgumentError("frames", "so many of this size",
                                "do not fit in memory: export fewer, smaller ones or a sequence of PNG files");
        });
        return;
    }
    frames_->put(std::move(frame));
    if (++next_ < settings_.frames) return;
    timer_.stop();
    // All are drawn: the hand gets its time back while files are written.
    timeline_.set_time(time_before_);
    if (played_before_) timeline_.play();
}

void AnimationExport::end(bool written)
{
    if (ended_) return;
    ended_ = true;
    if (timer_.isActive()) {
        timer_.stop();
        timeline_.set_time(time_before_);
        if (played_before_) timeline_.play();
    }
    Q_EMIT ended(written);
}

}  // namespace syzygy
