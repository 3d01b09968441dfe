#pragma once

#include <torch/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// A loss over many trajectories, worked out in parts: on several devices at once, and in smaller ones where the memory of
/// one does not suffice. Sums and gradients are added in the order of the parts, so the same parts give the same bits.
namespace syzygy::torch_ode {

/// Trajectories begin .. end-1 of a batch, and where they are worked out.
struct Part {
    std::int64_t begin, end;
    c10::Device device;
    std::int64_t size() const { return end - begin; }
};

/// What the work on a part gives: sums over its trajectories. Parts give as many of each.
struct PartSums {
    torch::Tensor loss;                    ///< a sum, not a mean; without graph
    std::vector<torch::Tensor> gradients;  ///< of it by shared parameters; undefined ones are zero
    std::vector<torch::Tensor> rows{};     ///< [size, ...] what each trajectory has of its own: put one after the other
};

/// Works a part out: solves, sums the loss, takes its gradient (torch::autograd::grad), all on `part.device`, of copies of
/// the parameters (`copies_on`). Called from several threads at once where there are several devices.
using PartWork = std::function<PartSums(const Part& part)>;

/// Tells a person what was done about something, in a sentence.
using Message = std::function<void(std::string_view sentence)>;

/// The work of all parts. A part that does not fit into its device's memory is halved, and its halves again; a message
/// says so. Throws what the work throws where one trajectory alone does not fit, or for any other reason.
PartSums work_in_parts(const Part& whole, const PartWork& work, const Message& message);

/// The batch in equal shares, one thread a device (a device may be named more than once); the result is on the first.
PartSums work_on_devices(std::int64_t batch, const std::vector<c10::Device>& devices, const PartWork& work,
                         const Message& message);

/// Copies of tensors on a device, leaves that require gradients as the originals do; those that are there already are
/// copied as well, so that threads do not share leaves.
std::vector<torch::Tensor> copies_on(c10::Device device, at::TensorList tensors);

/// Whether an exception of LibTorch says that memory is exhausted.
bool is_out_of_memory(const std::exception& error);

}  // namespace syzygy::torch_ode
