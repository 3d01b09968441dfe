#include "physics/train/run.hpp"

namespace syzygy::detail {

TrainingRun::Trial TrainingRun::adam_epoch(const Trial& here, AdamMemory& memory)
{
    const OptimizerOptions& optimizer = setup_.optimizer;
    const double rate = state_.rate_factor * learning_rate(optimizer, setup_.train, state_.epoch);
    const AdamStep step{rate,
                        rate * setup_.train.mass_rate,
                        unknowns_.physical(),
                        optimizer.beta1,
                        optimizer.beta2,
                        setup_.train.weight_decay,
                        setup_.train.clip};
    const auto move = [&](Eigen::VectorXd& x, const TrainingValue& value) {
        Eigen::VectorXd gradient = value.gradient / loss_scale();
        if (arc_.inner) gradient.head(unknowns_.physical()).setZero();
        take_step(step, std::move(gradient), memory, x);
        x = x.cwiseMax(unknowns_.lower()).cwiseMin(unknowns_.upper());
    };
    const auto batches = batches_of(arc_.windows.size(), setup_.train.batch_size, setup_.train.train_seed, state_.epoch);
    if (batches.size() == 1) {
        Eigen::VectorXd x = here.x;
        move(x, here.value);
        return evaluate(std::move(x));
    }
    Trial trial{here.x, {}, 0};
    double sum = 0;
    for (const std::vector<std::size_t>& batch : batches) {
        trial.value = arc_.objective->evaluate(trial.x, batch);
        if (diverged(trial.value)) return trial;
        sum += trial.value.loss * static_cast<double>(batch.size());
        move(trial.x, trial.value);
    }
    trial.value.loss = sum / static_cast<double>(arc_.windows.size());
    const auto tasks = held_out_.tasks(trial.x);
    pool_.run(tasks.size(), [&](std::size_t i) { tasks[i](); });
    trial.validation = held_out_.loss();
    return trial;
}

TrainingRun::Next TrainingRun::run_adam(Trial here)
{
    while (true) {
        AdamMemory memory{0, remembered("first-moment"), remembered("second-moment")};
        if (const auto steps = state_.memory.find("steps"); steps != state_.memory.end())
            memory.steps = static_cast<long>(steps->second.at(0));
        const double rate = state_.rate_factor * learning_rate(setup_.optimizer, setup_.train, state_.epoch);
        Trial there = adam_epoch(here, memory);
        if (control_.token().stop_requested()) {
            outcome_ = {Status::stopped, "stopped on request; the parameters are the last good ones"};
            return Next::stopped;
        }
        if (diverged(there.value) || !there.x.allFinite()) {
            if (!back_off(there.value)) return Next::finished;
            continue;
        }
        remember("first-moment", memory.first);
        remember("second-moment", memory.second);
        state_.memory["steps"] = {static_cast<double>(memory.steps)};
        here = std::move(there);
        if (const Next next = accept(here, rate); next != Next::go_on) return next;
    }
}

}  // namespace syzygy::detail
