#include "ui/session/ablation.hpp"

#include "physics/corrections/corrections.hpp"
#include "physics/train/windows.hpp"
#include "ui/base/option_words.hpp"
#include "ui/session/session.hpp"

#include <fmt/format.h>

namespace syzygy {

Ablation::Ablation(Session& session)
    : session_(session),
      worker_(
          [](const Job& job, Control& control, const auto& publish) {
              News made;
              try {
                  made.result = std::make_shared<const AblationResult>(compute(job, control));
              } catch (const std::exception& error) {
                  made.error = refusal_text(error).toStdString();
              }
              publish([&](News& news) { news = std::move(made); });
          },
          [this] { QMetaObject::invokeMethod(this, &Ablation::take, Qt::QueuedConnection); })
{
    connect(&session_, &Session::result_changed, this, &Ablation::forget);
    connect(&session_, &Session::run_state_changed, this, &Ablation::changed);
}

Ablation::~Ablation() = default;

bool Ablation::can_run() const
{
    return !running_ && session_.run_state() == RunState::idle && session_.result() && session_.fitted_setup() &&
           session_.fitted_setup()->correction.correction != "none";
}

void Ablation::run()
{
    if (!can_run()) return;
    Job job{session_.data().observations, *session_.fitted_setup(), {}};
    if (session_.training()) job.training = *session_.training();
    running_ = true;
    result_.reset();
    worker_.start(std::move(job));
    Q_EMIT session_.said(tr("Fitting without the correction"), false);
    Q_EMIT changed();
}

void Ablation::stop()
{
    if (!running_) return;
    worker_.abandon();
    running_ = false;
    Q_EMIT session_.said(tr("The fit without the correction was stopped"), false);
    Q_EMIT changed();
}

void Ablation::forget()
{
    if (running_) worker_.abandon();
    running_ = false;
    result_.reset();
    Q_EMIT changed();
}

AblationResult Ablation::compute(const Job& job, Control& control)
{
    const Observations& observations = *job.observations;
    AblationResult result;
    result.correction = std::string(find_correction(job.setup.correction.correction).label);
    const auto [begin, end] = window_of(observations, job.setup.data);
    result.window_begin = begin;
    result.held_out_end = end;
    result.fitted_end = end - job.setup.train.validation * (end - begin);
    TrainResult fitted;
    if (job.training) {
        fitted = *job.training;
    } else {
        // A fit of the whole window has held nothing out: both are made anew on the first part.
        FitSetup part = job.setup;
        part.data.window = split({job.observations.get(), 1}, job.setup).front().fitted;
        FitState state;
        fitted.fit = run_fit(observations, part, state, {}, control);
        fitted.outcome = fitted.fit.outcome;
        fitted.point = fitted.fit.point;
        fitted.points = {fitted.point};
        const PreparedData data = fit_data(observations, part);
        std::vector<std::string> notes;
        fitted.context = correction_context(data, fit_start(data, part, notes).masses, part.correction);
        fitted.correction = make_correction(part.correction, fitted.context);
    }
    result.with = fitted.fit;
    result.justification = justify({job.observations.get(), 1}, job.setup, fitted, control);
    return result;
}

void Ablation::take()
{
    const auto news = worker_.take();
    if (!news) return;
    running_ = false;
    result_ = news->result;
    if (!result_)
        Q_EMIT session_.said(QString::fromStdString(news->error), true);
    else
        Q_EMIT session_.said(window_words(result_->justification.newton_words + " " + result_->justification.correction_words), false);
    Q_EMIT changed();
}

}  // namespace syzygy
