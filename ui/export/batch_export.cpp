#include "ui/export/batch_export.hpp"

#include "ui/export/animation.hpp"
#include "ui/export/apng.hpp"
#include "ui/export/file_dialogs.hpp"
#include "ui/export/output_file.hpp"
#include "ui/export/picture_export.hpp"
#include "ui/export/session_tables.hpp"
#include "ui/session/ablation.hpp"

#include "core/base/error.hpp"
#include "core/base/file.hpp"

#include <QCoreApplication>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace syzygy {

namespace {

constexpr int settle_ms = 300;
constexpr QSize usual_size{720, 450};

QString suffix_of(const std::filesystem::path& file)
{
    return QString::fromStdString(file.extension().string()).toLower();
}

bool is_table(const std::filesystem::path& file)
{
    return suffix_of(file) == ".csv";
}

/// ".png, .svg, .pdf"
std::string picture_suffixes()
{
    std::string text;
    for (const PictureFormat& format : picture_formats()) text += (text.empty() ? "." : ", .") + std::string(format.suffix);
    return text;
}

bool is_picture(const std::filesystem::path& file)
{
    return std::ranges::any_of(picture_formats(), [suffix = suffix_of(file)](const PictureFormat& format) {
        return suffix == QStringLiteral(".") + QString::fromUtf8(format.suffix.data(), static_cast<qsizetype>(format.suffix.size()));
    });
}

/// A file is written as what its suffix says, or not at all. Nothing is said here of an id that is none.
void check_suffix(const BatchItem& item)
{
    const auto refuse = [&](const std::string& rule) {
        throw ArgumentError("export", item.id + '=' + item.file.string(), rule);
    };
    const bool png = suffix_of(item.file) == ".png";
    if ((item.id == "window" && !png) || (item.id == "animation" && !png && suffix_of(item.file) != ".apng"))
        refuse(item.id + " is written as PNG: end the file's name in .png");
    if (item.id == "fit" && (is_picture(item.file) || is_table(item.file)))
        refuse("a fit is neither a picture nor a table: end the file's name in .syzygy");
    const bool view = std::ranges::any_of(views(), [&](const ViewInfo& info) { return info.id == item.id; });
    const SessionTable* const table = find_session_table(item.id);
    if (!view && table && !is_table(item.file))
        refuse(fmt::format("{} is a table: end the file's name in .csv (the view {} shows it as a picture)", item.id, table->view));
    if (view && !is_table(item.file) && !is_picture(item.file))
        refuse(fmt::format("end the file's name in one of {} for the picture, or in .csv for the table", picture_suffixes()));
}

}  // namespace

BatchItem parse_batch_item(std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size())
        throw ArgumentError("export", text, "must be ID=FILE: a view, table, window, animation or fit, and its file");
    BatchItem item{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
    check_suffix(item);
    return item;
}

bool shows_comparison(const std::vector<BatchItem>& items)
{
    return std::any_of(items.begin(), items.end(), [](const BatchItem& item) {
        return std::any_of(views().begin(), views().end(), [&](const ViewInfo& info) {
            return info.id == item.id && info.workspace == Workspace::compare;
        });
    });
}

BatchExport::BatchExport(BatchSource source, std::vector<BatchItem> items, QSize size, BatchWait wait, QObject* parent)
    : QObject(parent), source_(std::move(source)), items_(std::move(items)), size_(size), wait_(wait)
{
    for (const BatchItem& item : items_) {
        const bool known = item.id == "window" || item.id == "animation" || item.id == "fit" ||
                           source_.view(item.id) != nullptr || find_session_table(item.id) != nullptr;
        if (!known) throw ArgumentError("export", item.id, "is no view, table, window, animation or fit");
    }
    settle_.setSingleShot(true);
    settle_.setInterval(settle_ms);
    connect(&settle_, &QTimer::timeout, this, &BatchExport::next);
    connect(source_.session, &Session::picture_changed, this, &BatchExport::look);
    connect(source_.session, &Session::result_changed, this, &BatchExport::look);
    connect(source_.session, &Session::run_state_changed, this, &BatchExport::look);
    connect(source_.session, &Session::said, this, [this](const QString& message, bool error) {
        if (!error || ended_) return;
        if (source_.session->newest_picture_failed()) return stop_with(message);
        // A fit that ends badly says so as well; what it has found is written all the same.
        std::fprintf(stderr, "syzygy-studio: %s\n", qUtf8Printable(message));
        code_ = std::max(code_, 1);
    });
    connect(&source_.session->ablation(), &Ablation::changed, this, &BatchExport::look);
    connect(source_.compare, &CompareSession::ended, this, [this](bool complete) {
        compare_ended_ = true;
        compare_complete_ = complete;
        look();
    });
    connect(source_.compare, &CompareSession::said, this, [this](const QString& message, bool error) {
        if (error && !source_.compare->result()) stop_with(message);
    });
    connect(source_.background, &Background::failed, this,
            [this](int, const QString&, const QString& message) { stop_with(message); });
    look();
}

void BatchExport::look()
{
    if (begun_ || ended_) return;
    const bool fitted = (!picture_is_needed() || source_.session->picture()) && fit_is_there();
    const bool shown = !picture_is_needed() || source_.session->settled();
    if (!fitted || !shown || ended_ || !ablation_is_there() || !comparison_is_there()) {
        settle_.stop();
        return;
    }
    // Again with each further picture: the newest is meant.
    settle_.start();
}

bool BatchExport::picture_is_needed() const
{
    // A comparison on a test problem needs no data.
    return !wait_.compare || source_.compare->setup().problem.empty() ||
           !std::all_of(items_.begin(), items_.end(), [](const BatchItem& item) { return shows_comparison({item}); });
}

bool BatchExport::fit_is_there()
{
    if (!wait_.fit) return true;
    Session& session = *source_.session;
    // Does nothing where one runs already.
    if (!fit_seen_ && session.picture()) session.start_fit();
    fit_seen_ = fit_seen_ || session.run_state() != RunState::idle;
    if (!fit_seen_ || session.run_state() != RunState::idle) return false;
    code_ = session.result() && session.result()->outcome.ok() ? 0 : 1;
    return true;
}

bool BatchExport::ablation_is_there()
{
    Ablation& ablation = source_.session->ablation();
    const bool wanted =
        std::any_of(items_.begin(), items_.end(), [](const BatchItem& item) { return item.id == "ablation"; });
    if (!wanted || ablation_seen_) return !wanted || !ablation.running();
    if (!ablation.can_run()) {
        stop_with(tr("the view ablation shows a fit with a correction beside one without it: give --correction and --fit, or "
                     "a fit with a correction that ended"));
        return false;
    }
    ablation_seen_ = true;
    ablation.run();
    return false;
}

bool BatchExport::comparison_is_there()
{
    if (!wait_.compare) return true;
    // After the fit, whose point it is run at.
    if (!std::exchange(compare_begun_, true)) source_.compare->run();
    if (compare_ended_ && !compare_complete_) code_ = std::max(code_, 1);
    return compare_ended_;
}

void BatchExport::next()
{
    begun_ = true;
    if (ended_) return;
    if (next_ == items_.size()) {
        end(code_);
        return;
    }
    try {
        write(items_[next_++]);
    } catch (const std::exception& error) {
        stop_with(QString::fromUtf8(error.what()));
    }
}

void BatchExport::write(const BatchItem& item)
{
    Session& session = *source_.session;
    const LoadedData& data = session.data();
    const auto go_on = [this] { QTimer::singleShot(0, this, &BatchExport::next); };
    if (item.id == "window") {
        check_output_file(item.file, data);
        const QImage image = draw_widget(*source_.window, {});
        source_.background->start(tr("Exporting the window"), [image, item, go_on](const TaskContext&) {
            const QByteArray bytes = encode_png(image);
            write_file_atomically(item.file, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
            return Background::Done(go_on);
        });
        return;
    }
    if (item.id == "animation") {
        AnimationSettings settings;
        settings.file = item.file;
        View* view = source_.view(source_.animated);
        if (view == nullptr) throw ArgumentError("export", source_.animated, "is no view to animate");
        const QSize size = size_.isEmpty() ? usual_size : size_;
        auto* animation = new AnimationExport(
            *source_.timeline, *source_.background, [view, size] { return draw_view(*view, size); }, settings, this);
        connect(animation, &AnimationExport::ended, this, [go_on](bool written) {
            if (written) go_on();
        });
        animation->start(data);
        return;
    }
    if (item.id == "fit") {
        check_output_file(item.file, data);
        source_.background->start(tr("Saving the fit"),
                                  [fit = fit_to_save(session), item, go_on](const TaskContext&) {
                                      save_fit(item.file, fit);
                                      return Background::Done(go_on);
                                  });
        return;
    }
    View* view = source_.view(item.id);
    const SessionTable* table = find_session_table(item.id);
    // A view and a table of the session may have one id: the file's suffix tells them apart.
    if (table != nullptr && (view == nullptr || is_table(item.file))) {
        const auto make = table->make(session);
        if (!make) throw ArgumentError("export", item.id, "has nothing to write yet: give data");
        export_text(*source_.background, item.file, make, data, go_on);
    } else if (is_table(item.file)) {
        const auto make = view->table();
        if (!make) throw ArgumentError("export", item.id, "has no table: end the file's name in .png, .svg or .pdf");
        export_text(*source_.background, item.file, [make](const std::stop_token&) { return make(); }, data, go_on);
    } else {
        const QSize size = size_.isEmpty() ? usual_size : size_;
        export_picture(*source_.background, *view, {item.file, size, 2, QString::fromStdString(item.id)}, data, go_on);
    }
}

void BatchExport::stop_with(const QString& message)
{
    if (ended_) return;
    std::fprintf(stderr, "syzygy-studio: %s\n", qUtf8Printable(message));
    end(2);
}

void BatchExport::end(int code)
{
    if (std::exchange(ended_, true)) return;
    settle_.stop();
    Q_EMIT ended(code);
    // Where the event loop has not begun yet, it ends as soon as it does.
    QMetaObject::invokeMethod(
        QCoreApplication::instance(), [code] { QCoreApplication::exit(code); }, Qt::QueuedConnection);
}

}  // namespace syzygy
