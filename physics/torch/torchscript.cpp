// In one file: one correction, whose value and derivatives share how its script is called.
#include "physics/torch/torchscript.hpp"

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/torch/device.hpp"

#include <caffe2/serialize/inline_container.h>
#include <fmt/ranges.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/types.h>

#include <mutex>
#include <sstream>

namespace syzygy {

using torch::Tensor;

namespace {

constexpr std::string_view contract =
    "forward(t [], positions [3, 3], velocities [3, 3], masses [3]) -> accelerations [3, 3]";
constexpr std::string_view export_again =
    "export it with torch.jit.save(torch.jit.script(network), file) (docs/torchscript.md)";

/// What LibTorch says, without the traces before and after it.
std::string reason_of(const std::exception& error)
{
    const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
    std::istringstream text(torch_error ? torch_error->what_without_backtrace() : error.what());
    std::string line, last;
    // An error of the interpreter ends with its own sentence; another begins with it.
    for (bool interpreter = false; std::getline(text, line);) {
        if (line.empty() || line.starts_with("Exception raised from")) continue;
        if (last.empty() || interpreter) last = line;
        interpreter = interpreter || line.find("TorchScript interpreter") != std::string::npos;
    }
    return last;
}

/// "aten::rms_norm" in LibTorch's words about an operator that it does not know; "" where they are of something else.
std::string missing_operator(std::string_view message)
{
    for (const std::string_view words : {"Unknown builtin op: ", "Could not find schema for ", "no operator "}) {
        const std::size_t at = message.find(words);
        if (at == message.npos) continue;
        const std::string_view rest = message.substr(at + words.size());
        std::string_view name = rest.substr(0, rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:."));
        while (name.ends_with('.') || name.ends_with(':')) name.remove_suffix(1);
        return std::string(name);
    }
    return "";
}

/// What to write instead of an operator that came later than this LibTorch.
std::string operator_remedy(std::string_view name)
{
    struct Instead {
        std::string_view part, what;
    };
    static constexpr Instead known[] = {
        {"scaled_dot_product_attention", "write it as torch.matmul(torch.softmax(torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(q.size(-1)), -1), v)"},
        {"rms_norm", "write it as x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)"},
        {"multi_head_attention", "export it with torch.jit.trace, or write it with torch.matmul and torch.softmax"},
        {"transformer_encoder", "export it with torch.jit.trace, or write it with torch.matmul and torch.softmax"},
    };
    for (const Instead& row : known)
        if (name.find(row.part) != name.npos) return std::string(row.what);
    return "write the network with operators that both versions have, or build Syzygy with the LibTorch of that PyTorch (CMAKE_PREFIX_PATH)";
}

/// The number in the archive's record `version`.
std::uint64_t archive_version(const std::string& bytes)
{
    std::istringstream stream(bytes);
    return caffe2::serialize::PyTorchStreamReader(&stream).version();
}

std::string shape_text(const Tensor& tensor)
{
    return fmt::format("[{}]", fmt::join(tensor.sizes(), ", "));
}

/// Graphs are run as they are written: what the optimiser makes of one after some calls need not round as before, and a
/// step that is taken again must be the same step.
using AsWritten = torch::jit::GraphOptimizerEnabledGuard;

/// The arguments of `forward`, in the network's units, and what it gave.
struct Evaluation {
    Tensor t, q, v, m, a;
};

/// The first derivatives of the accelerations at a place.
struct Jacobian {
    std::vector<double> place;            ///< t, state, masses, parameters
    Eigen::Matrix<double, 9, 22> inputs;  ///< by t, q, v, m
    Eigen::MatrixXd parameters;           ///< 9 x P, where `has_parameters`
    bool has_parameters = false;
};

/// A copy of the network, which one thread at a time evaluates.
struct Copy {
    torch::jit::Module module;
    std::vector<Tensor> parameters;
    std::vector<double> numbers;  ///< what the parameters were last set to
    Jacobian jacobian;            ///< the last that was asked for
};

class TorchScript final : public Correction {
public:
    explicit TorchScript(const ScriptRequest& request)
        : request_(request), scalar_(request.single_precision ? torch::kFloat : torch::kDouble)
    {
        load();
        check_signature();
        check_scalars();
        for (const Tensor& parameter : trained(module_)) size_ += parameter.numel();
        initial_.resize(size_);
        Eigen::Index at = 0;
        for (const Tensor& parameter : trained(module_)) {
            const Tensor numbers = parameter.detach().to(torch::kDouble).contiguous();
            initial_.segment(at, numbers.numel()) =
                Eigen::Map<const Eigen::VectorXd>(numbers.data_ptr<double>(), numbers.numel());
            at += numbers.numel();
        }
        try_out();
    }

    Eigen::Index size() const override { return size_; }
    Eigen::VectorXd initial_parameters() const override { return initial_; }
    bool replaces_newton() const override { return request_.replaces_newton; }
    std::size_t tape_size() const override { return 0; }
    std::size_t scratch_size() const override { return 0; }

    void add_acceleration(double t, const State& y, const Eigen::Vector3d& masses, const double* p, double* out,
                          double*, double*) const override
    {
        const auto copy = borrow(p);
        const Evaluation there = evaluate(*copy, t, y, masses, needs_gradients_);
        const Tensor a = there.a.detach().to(torch::kDouble).contiguous();
        for (int c = 0; c < 9; ++c) out[c] += request_.acceleration * a.data_ptr<double>()[c];
    }

    void add_vjp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*,
                 const double* w, State& y_bar, double* masses_bar, double* p_bar, double*) const override
    {
        const auto copy = borrow(p);
        const Evaluation there = evaluate(*copy, t, y, masses, true);
        if (!there.a.requires_grad()) return;
        std::vector<Tensor> wanted{there.q, there.v, there.m};
        if (p_bar) wanted.insert(wanted.end(), copy->parameters.begin(), copy->parameters.end());
        const auto bars = gradients(there.a, wanted, tensor(w, {3, 3}, request_.acceleration), false);
        add(bars[0], request_.length, y_bar.data());
        add(bars[1], request_.velocity, y_bar.data() + 9);
        add(bars[2], request_.mass, masses_bar);
        for (std::size_t i = 3; i < bars.size(); ++i) {
            add(bars[i], 1, p_bar);
            p_bar += copy->parameters[i - 3].numel();
        }
    }

    void add_jvp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*,
                 const State& y_dot, const double* masses_dot, const double* p_dot, double* out, double*) const override
    {
        const auto copy = borrow(p);
        const Jacobian& jacobian = jacobian_at(*copy, t, y, masses, p, p_dot != nullptr);
        Eigen::Matrix<double, 9, 1> change =
            jacobian.inputs.middleCols<18>(1) * y_dot +
            jacobian.inputs.rightCols<3>() * Eigen::Map<const Eigen::Vector3d>(masses_dot);
        if (p_dot) change += jacobian.parameters * Eigen::Map<const Eigen::VectorXd>(p_dot, size_);
        Eigen::Map<Eigen::Matrix<double, 9, 1>>(out).noalias() += change;
    }

    double time_vjp(double t, const State& y, const Eigen::Vector3d& masses, const double* p, const double*,
                    const double* w, double*) const override
    {
        const auto copy = borrow(p);
        const Evaluation there = evaluate(*copy, t, y, masses, true);
        if (!there.a.requires_grad()) return 0;
        double t_bar = 0;
        add(gradients(there.a, {there.t}, tensor(w, {3, 3}, request_.acceleration), false)[0], request_.time, &t_bar);
        return t_bar;
    }

private:
    [[noreturn]] void refuse(std::string_view problem, std::string_view value, std::string_view remedy) const
    {
        throw InputError({request_.file}, problem, value, remedy);
    }

    static std::vector<Tensor> trained(const torch::jit::Module& module)
    {
        std::vector<Tensor> parameters;
        for (const Tensor& parameter : module.parameters())
            if (parameter.requires_grad()) parameters.push_back(parameter);
        return parameters;
    }

    // ---- loading --------------------------------------------------------------------------------------------------

    void load()
    {
        const std::string bytes = read_file(request_.file);
        const auto has = [&](std::string_view part) { return bytes.find(part) != std::string::npos; };
        if (!bytes.starts_with("PK\x03\x04"))
            refuse("is no network exported from PyTorch: TorchScript files are zip archives, this one is not", "",
                   export_again);
        if (!has("PK\x05\x06"))
            refuse("is cut short: the archive has no end", fmt::format("{} bytes", bytes.size()),
                   "copy or export it again");
        if (has("serialized_exported_program") || has("archive_format") || has("models/model.json"))
            refuse("is a program of torch.export, which is no TorchScript", "", export_again);
        if (!has("constants.pkl"))
            refuse(has("data.pkl") ? "holds weights or a Python object as torch.save writes them, and no TorchScript"
                                   : "is a zip archive without TorchScript",
                   "", export_again);
        try {
            std::istringstream stream(bytes);
            module_ = torch::jit::load(stream, c10::Device(torch::kCPU));
            module_.eval();
        } catch (const std::exception& error) {
            if (const std::string name = missing_operator(error.what()); !name.empty())
                refuse(fmt::format("needs an operator that LibTorch {} does not have:", torch_ode::libtorch_version()), name,
                       fmt::format("the file is in archive format {} of another PyTorch; {}", archive_version(bytes),
                                   operator_remedy(name)));
            refuse("cannot be loaded as TorchScript", reason_of(error), export_again);
        }
    }

    void check_signature() const
    {
        const auto forward = module_.find_method("forward");
        if (!forward) refuse("has no method forward", "", fmt::format("it must have {}", contract));
        const auto& arguments = forward->function().getSchema().arguments();
        std::vector<std::string> names;
        std::size_t needed = 0;
        for (std::size_t i = 1; i < arguments.size(); ++i) {  // the first is the network itself
            names.push_back(arguments[i].name());
            if (!arguments[i].default_value()) ++needed;
        }
        if (names.size() < 4 || needed > 4)
            refuse(fmt::format("its forward takes {} arguments, expected 4", needed),
                   fmt::format("({})", fmt::join(names, ", ")), fmt::format("write it as {}", contract));
        for (std::size_t i = 1; i <= 4; ++i)
            if (arguments[i].type()->kind() != c10::TypeKind::TensorType)
                refuse(fmt::format("argument {} of its forward is no tensor", arguments[i].name()),
                       arguments[i].type()->str(),
                       fmt::format("leave the annotation out, or write Tensor: {}", contract));
    }

    std::string_view scalar_name(at::ScalarType scalar) const { return c10::toString(scalar); }

    void check_scalars() const
    {
        for (const auto& parameter : module_.named_parameters())
            check_scalar("parameter", parameter.name, parameter.value);
        for (const auto& buffer : module_.named_buffers()) check_scalar("buffer", buffer.name, buffer.value);
    }

    void check_scalar(std::string_view what, const std::string& name, const Tensor& value) const
    {
        if (!value.is_floating_point()) return;
        if (value.scalar_type() != scalar_)
            refuse(fmt::format("its {} {} is {}, expected {}", what, name, scalar_name(value.scalar_type()),
                               scalar_name(scalar_)),
                   "", other_scalar(value.scalar_type()));
        if (!torch::isfinite(value).all().item<bool>())
            refuse(fmt::format("its {} {} is not finite", what, name), "",
                   "train it again, or export an earlier state");
    }

    std::string other_scalar(at::ScalarType got) const
    {
        if (got == torch::kFloat && scalar_ == torch::kDouble)
            return "give --script-scalar float, or export network.double()";
        if (got == torch::kDouble && scalar_ == torch::kFloat)
            return "give --script-scalar double, or export network.float()";
        return scalar_ == torch::kDouble ? "export network.double()" : "export network.float()";
    }

    /// Evaluates it at the trial state: everything that a solve will ask of it.
    void try_out()
    {
        const auto copy = borrow(initial_.data());
        const auto run = [&](bool with_gradients) {
            return evaluate(*copy, request_.trial_time, request_.trial_state, request_.trial_masses, with_gradients);
        };
        // Networks that differentiate inside (a potential, say) need gradients for their values too.
        Evaluation first;
        try {
            first = run(false);
        } catch (const InputError&) {
            needs_gradients_ = true;
            first = run(true);
        }
        if (!torch::isfinite(first.a).all().item<bool>())
            refuse("gives accelerations that are not finite, for three bodies a typical distance apart", "",
                   "check its units (--script-units) and its numbers");
        if (!torch::equal(first.a, run(needs_gradients_).a))
            refuse("gives other accelerations when called again with the same arguments", "",
                   "leave random numbers and state out of forward (dropout is switched off by itself)");
        const Evaluation there = run(true);
        if (!there.a.requires_grad())
            refuse("cannot be differentiated: its accelerations have no gradient", "",
                   "compute them from the arguments by tensor operations, without detach(), item() and no_grad()");
        std::vector<Tensor> wanted{there.t, there.q, there.v, there.m};
        wanted.insert(wanted.end(), copy->parameters.begin(), copy->parameters.end());
        for (const Tensor& bar : gradients(there.a, wanted, torch::ones_like(there.a), false))
            if (bar.defined() && !torch::isfinite(bar).all().item<bool>())
                refuse("has derivatives that are not finite, for three bodies a typical distance apart", "",
                       "check roots and norms of numbers that are 0");
    }

    // ---- evaluating -----------------------------------------------------------------------------------------------

    struct GiveBack {
        const TorchScript* to;
        void operator()(Copy* copy) const
        {
            const std::lock_guard lock(to->mutex_);
            to->idle_.emplace_back(copy);
        }
    };
    using Borrowed = std::unique_ptr<Copy, GiveBack>;

    /// A copy of the network that nobody else has, with those parameters; it goes back when it goes out of scope.
    Borrowed borrow(const double* p) const
    {
        std::unique_ptr<Copy> copy;
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                copy = std::move(idle_.back());
                idle_.pop_back();
            }
        }
        if (!copy) {
            copy = std::make_unique<Copy>();
            const std::lock_guard lock(mutex_);  // a copy is taken of one module by one thread at a time
            copy->module = module_.deepcopy();
            copy->parameters = trained(copy->module);
            copy->numbers.assign(initial_.begin(), initial_.end());
        }
        if (!std::equal(copy->numbers.begin(), copy->numbers.end(), p)) {
            copy->numbers.assign(p, p + size_);
            const torch::NoGradGuard no_graph;
            for (Tensor& parameter : copy->parameters) {
                parameter.copy_(torch::from_blob(const_cast<double*>(p), parameter.sizes(), torch::kDouble));
                p += parameter.numel();
            }
        }
        return Borrowed(copy.release(), GiveBack{this});
    }

    Tensor tensor(const double* numbers, at::IntArrayRef shape, double factor) const
    {
        const Tensor there = torch::from_blob(const_cast<double*>(numbers), shape, torch::kDouble) * factor;
        return there.to(scalar_);
    }

    Evaluation evaluate(Copy& copy, double t, const State& y, const Eigen::Vector3d& masses, bool with_gradients) const
    {
        const torch::AutoGradMode mode(with_gradients);
        const AsWritten as_written(false);
        Evaluation there{tensor(&t, {}, request_.time),
                         tensor(y.data(), {3, 3}, request_.length),
                         tensor(y.data() + 9, {3, 3}, request_.velocity),
                         tensor(masses.data(), {3}, request_.mass),
                         {}};
        if (with_gradients)
            for (Tensor* argument : {&there.t, &there.q, &there.v, &there.m}) argument->requires_grad_();
        torch::jit::IValue result;
        try {
            result = copy.module.forward({there.t, there.q, there.v, there.m});
        } catch (const std::exception& error) {
            refuse(fmt::format("its forward fails at t = {:.9g}", t), reason_of(error),
                   fmt::format("it must be {}", contract));
        }
        if (!result.isTensor())
            refuse("its forward gives no tensor", result.tagKind(), fmt::format("it must be {}", contract));
        there.a = result.toTensor();
        if (there.a.sizes() != at::IntArrayRef{3, 3})
            refuse("its forward gives accelerations of another shape than [3, 3]", shape_text(there.a),
                   "a row must be a body, a column a coordinate");
        if (there.a.scalar_type() != scalar_)
            refuse(fmt::format("its forward gives {}, expected {}", scalar_name(there.a.scalar_type()),
                               scalar_name(scalar_)),
                   "", "compute in the type of the arguments: " + other_scalar(there.a.scalar_type()));
        return there;
    }

    std::vector<Tensor> gradients(const Tensor& a, const std::vector<Tensor>& wanted, const Tensor& w, bool again) const
    {
        try {
            return torch::autograd::grad({a}, wanted, {w}, again, false, /*allow_unused=*/true);
        } catch (const std::exception& error) {
            refuse("its gradient fails", reason_of(error), "use operations that LibTorch can differentiate");
        }
    }

    static void add(const Tensor& bar, double factor, double* out)
    {
        if (!bar.defined()) return;
        const Tensor numbers = bar.to(torch::kDouble).contiguous();
        const double* from = numbers.data_ptr<double>();
        for (std::int64_t i = 0; i < numbers.numel(); ++i) out[i] += factor * from[i];
    }

    /// All first derivatives, row by row through the vjp: LibTorch has no forward mode for every operation, and several
    /// tangents are asked for at one place after another.
    const Jacobian& jacobian_at(Copy& copy, double t, const State& y, const Eigen::Vector3d& masses, const double* p,
                                bool of_parameters) const
    {
        std::vector<double> place{t};
        place.insert(place.end(), y.begin(), y.end());
        place.insert(place.end(), masses.begin(), masses.end());
        place.insert(place.end(), p, p + size_);
        Jacobian& jacobian = copy.jacobian;
        if (jacobian.place == place && (jacobian.has_parameters || !of_parameters)) return jacobian;

        jacobian.inputs.setZero();
        jacobian.parameters.setZero(of_parameters ? 9 : 0, of_parameters ? size_ : 0);
        const Evaluation there = evaluate(copy, t, y, masses, true);
        std::vector<Tensor> wanted{there.t, there.q, there.v, there.m};
        if (of_parameters) wanted.insert(wanted.end(), copy.parameters.begin(), copy.parameters.end());
        for (int row = 0; row < 9 && there.a.requires_grad(); ++row) {
            Eigen::Matrix<double, 9, 1> unit = Eigen::Matrix<double, 9, 1>::Unit(row);
            const auto bars = gradients(there.a, wanted, tensor(unit.data(), {3, 3}, request_.acceleration), true);
            Eigen::Matrix<double, 22, 1> of_inputs = Eigen::Matrix<double, 22, 1>::Zero();
            const double factors[] = {request_.time, request_.length, request_.velocity, request_.mass};
            const int begins[] = {0, 1, 10, 19};
            for (std::size_t i = 0; i < 4; ++i) add(bars[i], factors[i], of_inputs.data() + begins[i]);
            jacobian.inputs.row(row) = of_inputs.transpose();
            Eigen::VectorXd of_all = Eigen::VectorXd::Zero(jacobian.parameters.cols());
            Eigen::Index at = 0;
            for (std::size_t i = 4; i < bars.size(); ++i) {
                add(bars[i], 1, of_all.data() + at);
                at += copy.parameters[i - 4].numel();
            }
            if (of_parameters) jacobian.parameters.row(row) = of_all.transpose();
        }
        jacobian.place = std::move(place);
        jacobian.has_parameters = of_parameters;
        return jacobian;
    }

    ScriptRequest request_;
    at::ScalarType scalar_;
    torch::jit::Module module_;
    Eigen::Index size_ = 0;
    Eigen::VectorXd initial_;
    bool needs_gradients_ = false;
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<Copy>> idle_;
};

}  // namespace

std::shared_ptr<const Correction> load_torchscript(const ScriptRequest& request)
{
    return std::make_shared<TorchScript>(request);
}

}  // namespace syzygy
