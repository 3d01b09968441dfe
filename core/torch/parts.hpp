#pragma once

#include <torch/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// A loss over many trajectories, computed in parts: on several devices at once, and in smaller parts if the memory of a device
/// does not suffice. Sums and gradients are added in the order of the parts, so the same parts give the same bits.
namespace syzygy::torch_ode {

/// Trajectories begin .. end-1 of a batch, and the device that computes them.
struct Part {
    std::int64_t begin, end;
    c10::Device device;
    std::int64_t size() const { return end - begin; }
};

/// The result of the work on a part: sums over its trajectories. All parts give the same number of gradients and of rows.
struct PartSums {
    torch::Tensor loss;                    ///< a sum, not a mean; without graph
    std::vector<torch::Tensor> gradients;  ///< of the loss by shared parameters; undefined gradients are zero
    std::vector<torch::Tensor> rows{};     ///< [size, ...] data of single trajectories: concatenated over the parts
};

/// Computes a part: solves, sums the loss, takes its gradient (torch::autograd::grad), all on `part.device`, with copies of the
/// parameters (`copies_on`). Called from several threads at once if there are several devices.
using PartWork = std::function<PartSums(const Part& part)>;

/// Tells the user, in a sentence, what was done.
using Message = std::function<void(std::string_view sentence)>;

/// The work of all parts. A part that does not fit into the memory of its device is halved, and its halves are halved again; a
/// message says so. Throws what the work throws if a single trajectory does not fit, or for any other reason.
PartSums work_in_parts(const Part& whole, const PartWork& work, const Message& message);

/// Divides the batch into equal shares, one thread per device (a device may be named more than once); the result is on the first.
PartSums work_on_devices(std::int64_t batch, const std::vector<c10::Device>& devices, const PartWork& work,
                         const Message& message);

/// Copies of tensors on a device: leaves that require gradients if the originals do; tensors already on the device are copied as
/// well, so that threads do not share leaves.
std::vector<torch::Tensor> copies_on(c10::Device device, at::TensorList tensors);

/// Whether an exception from LibTorch means that memory is exhausted.
bool is_out_of_memory(const std::exception& error);

}  // namespace syzygy::torch_ode
