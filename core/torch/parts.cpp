#include "core/torch/parts.hpp"

#include "core/base/error.hpp"

#include <ATen/ThreadLocalState.h>
#include <c10/core/DeviceGuard.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

namespace syzygy::torch_ode {

namespace {

using torch::Tensor;

/// Adds up what parts give, in their order, on one device.
class Sums {
public:
    explicit Sums(c10::Device device) : device_(device) {}

    void add(PartSums part)
    {
        if (!total_) {
            total_.emplace();
            total_->gradients.resize(part.gradients.size());
            rows_.resize(part.rows.size());
        }
        if (part.gradients.size() != total_->gradients.size() || part.rows.size() != rows_.size())
            throw ArgumentError("part", fmt::format("{} gradients", part.gradients.size()),
                                "the work of every part must give as many sums");
        add_to(total_->loss, part.loss);
        for (std::size_t i = 0; i < part.gradients.size(); ++i) add_to(total_->gradients[i], part.gradients[i]);
        for (std::size_t i = 0; i < part.rows.size(); ++i) rows_[i].push_back(part.rows[i].detach().to(device_));
    }
    PartSums take()
    {
        PartSums sums = total_ ? std::move(*total_) : PartSums{};
        for (const std::vector<Tensor>& parts : rows_) sums.rows.push_back(torch::cat(parts));
        return sums;
    }

private:
    void add_to(Tensor& sum, const Tensor& part)
    {
        if (!part.defined()) return;
        const Tensor here = part.detach().to(device_);
        sum = sum.defined() ? sum + here : here;
    }

    c10::Device device_;
    std::optional<PartSums> total_;
    std::vector<std::vector<Tensor>> rows_;
};

/// Parts still to be worked out, the next one last.
std::vector<Part> halves(const Part& part)
{
    const std::int64_t middle = part.begin + part.size() / 2;
    return {{middle, part.end, part.device}, {part.begin, middle, part.device}};
}

}  // namespace

bool is_out_of_memory(const std::exception& error)
{
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error) || dynamic_cast<const std::bad_alloc*>(&error)) return true;
    // The processor's allocator has no type of its own for it.
    const auto* const other = dynamic_cast<const c10::Error*>(&error);
    return other && (other->msg().find("can't allocate memory") != std::string::npos ||
                     other->msg().find("out of memory") != std::string::npos);
}

PartSums work_in_parts(const Part& whole, const PartWork& work, const Message& message)
{
    Sums sums(whole.device);
    std::vector<Part> open{whole};
    // Once a size did not fit, none of it is tried again.
    std::int64_t largest = whole.size();
    while (!open.empty()) {
        const Part part = open.back();
        open.pop_back();
        if (part.size() > largest) {
            for (const Part& half : halves(part)) open.push_back(half);
            continue;
        }
        bool too_large = false;
        {
            // The exception is gone before the next try: what it holds keeps memory.
            try {
                sums.add(work(part));
            } catch (const std::exception& error) {
                if (!is_out_of_memory(error) || part.size() <= 1) throw;
                too_large = true;
            }
        }
        if (!too_large) continue;
        largest = (part.size() + 1) / 2;
        if (message)
            message(fmt::format("{} trajectories at once do not fit into the memory of {}: going on with at most {} at once",
                                part.size(), part.device.str(), largest));
        for (const Part& half : halves(part)) open.push_back(half);
    }
    return sums.take();
}

PartSums work_on_devices(std::int64_t batch, const std::vector<c10::Device>& devices, const PartWork& work,
                         const Message& message)
{
    if (devices.empty()) throw ArgumentError("device", "none", "there must be one to work on");
    const auto count = static_cast<std::int64_t>(devices.size());
    std::vector<Part> parts;
    for (std::int64_t i = 0; i < count; ++i) {
        const Part part{batch * i / count, batch * (i + 1) / count, devices[static_cast<std::size_t>(i)]};
        if (part.size() > 0) parts.push_back(part);
    }
    if (parts.size() == 1) return work_in_parts(parts[0], work, message);

    std::mutex mutex;
    const Message one_by_one = [&](std::string_view sentence) {
        const std::lock_guard lock(mutex);
        if (message) message(sentence);
    };
    std::vector<PartSums> results(parts.size());
    std::vector<std::exception_ptr> failures(parts.size());
    {
        const at::ThreadLocalState state;
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < parts.size(); ++i)
            threads.emplace_back([&, i] {
                // Gradient mode, seeds, meters: as the caller has them.
                const at::ThreadLocalStateGuard as_caller(state);
                try {
                    const c10::DeviceGuard on(parts[i].device);
                    results[i] = work_in_parts(parts[i], work, one_by_one);
                } catch (...) {
                    failures[i] = std::current_exception();
                }
            });
    }
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
    Sums sums(parts.empty() ? devices[0] : parts[0].device);
    for (PartSums& result : results) sums.add(std::move(result));
    return sums.take();
}

std::vector<Tensor> copies_on(c10::Device device, at::TensorList tensors)
{
    std::vector<Tensor> copies;
    for (const Tensor& tensor : tensors)
        copies.push_back(tensor.detach().to(device, tensor.scalar_type(), false, true).set_requires_grad(tensor.requires_grad()));
    return copies;
}

}  // namespace syzygy::torch_ode
