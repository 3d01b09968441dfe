#include "physics/train/schedule.hpp"

#include "core/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace syzygy {

double learning_rate(const OptimizerOptions& optimizer, const TrainOptions& train, long epoch)
{
    constexpr double last = 0.01;
    const double rate = optimizer.learning_rate;
    if (train.schedule == "exponential") return rate * std::pow(optimizer.learning_rate_decay, static_cast<double>(epoch));
    if (train.schedule == "constant" || optimizer.iterations <= 0) return rate;
    const double part = std::min(1.0, static_cast<double>(epoch) / static_cast<double>(optimizer.iterations));
    return rate * (last + (1 - last) * 0.5 * (1 + std::cos(std::numbers::pi * part)));
}

void take_step(const AdamStep& step, Eigen::VectorXd gradient, AdamMemory& memory, Eigen::VectorXd& x)
{
    // Losses are relative to where the arc began: far below any gradient that matters.
    constexpr double epsilon = 1e-12;
    if (const double norm = gradient.norm(); step.clip > 0 && norm > step.clip) gradient *= step.clip / norm;
    if (memory.first.size() == 0) {
        memory.first.setZero(x.size());
        memory.second.setZero(x.size());
    }
    ++memory.steps;
    const auto t = static_cast<double>(memory.steps);
    memory.first = step.beta1 * memory.first + (1 - step.beta1) * gradient;
    memory.second = step.beta2 * memory.second + (1 - step.beta2) * gradient.cwiseAbs2();
    const double first_correction = 1 - std::pow(step.beta1, t), second_correction = 1 - std::pow(step.beta2, t);
    const Eigen::VectorXd direction =
        ((memory.first / first_correction).array() / ((memory.second / second_correction).array().sqrt() + epsilon)).matrix();
    const Eigen::Index weights = x.size() - step.physical;
    x.tail(weights) *= 1 - step.rate * step.weight_decay;
    x.head(step.physical) -= step.physical_rate * direction.head(step.physical);
    x.tail(weights) -= step.rate * direction.tail(weights);
}

std::vector<std::vector<std::size_t>> batches_of(std::size_t windows, long size, long seed, long epoch)
{
    std::vector<std::size_t> order(windows);
    std::iota(order.begin(), order.end(), std::size_t(0));
    const auto most = static_cast<std::size_t>(size);
    if (size == 0 || most >= windows) return {order};
    // A generator of each epoch's own, so that a resumed training needs no more than the epoch's number.
    Random random(static_cast<std::uint64_t>(seed) * 0x9e3779b97f4a7c15 + static_cast<std::uint64_t>(epoch));
    for (std::size_t i = windows - 1; i > 0; --i)
        std::swap(order[i], order[static_cast<std::size_t>(random.uniform() * static_cast<double>(i + 1))]);
    std::vector<std::vector<std::size_t>> batches;
    for (std::size_t begin = 0; begin < windows; begin += most)
        batches.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(begin),
                             order.begin() + static_cast<std::ptrdiff_t>(std::min(windows, begin + most)));
    return batches;
}

}  // namespace syzygy
