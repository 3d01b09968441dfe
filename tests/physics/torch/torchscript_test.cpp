// Networks exported from PyTorch as corrections: values, derivatives, units, threads, and what is said of a wrong file.
// The files are written by LibTorch itself, which compiles the same source that Python would have.
#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/torch/device.hpp"
#include "physics/bodies/three_body.hpp"
#include "physics/model/gradient.hpp"
#include "tests/support/correction.hpp"
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/types.h>

#include <thread>

namespace syzygy {
namespace {

using namespace syzygy::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using torch::Tensor;

/// A TorchScript file of that source, with those parameters.
std::string exported(const TemporaryFolder& folder, const std::string& name, const std::string& source,
                     const std::vector<std::pair<std::string, Tensor>>& parameters = {})
{
    torch::jit::Module module("Network");
    for (const auto& [parameter, value] : parameters) {
        module.register_parameter(parameter, value, false);
        module.attr(parameter).toTensor().requires_grad_();
    }
    if (!source.empty()) module.define(source);
    module.save(folder.file(name));
    return folder.file(name);
}

Tensor numbers(at::IntArrayRef shape, unsigned seed)
{
    std::int64_t size = 1;
    for (const std::int64_t n : shape) size *= n;
    const Eigen::VectorXd values = random_vector(size, seed);
    return torch::from_blob(const_cast<double*>(values.data()), shape, torch::kDouble).clone();
}

/// The network of docs/torchscript.md, with a last layer that is not zero.
std::vector<std::pair<std::string, Tensor>> network_parameters(std::int64_t width)
{
    return {{"w1", 0.4 * numbers({width, 22}, 1)}, {"b1", 0.3 * numbers({width}, 2)}, {"w2", numbers({9, width}, 3)}};
}

/// Its forward, as it stands there.
std::string documented_forward()
{
    std::istringstream text(read_file(std::filesystem::path(SYZYGY_SOURCE_DIR) / "docs/torchscript.md"));
    std::string line, source;
    for (bool inside = false; std::getline(text, line);) {
        inside = inside || line.find("def forward") != std::string::npos;
        if (!inside) continue;
        if (line.empty()) break;
        source += line.substr(4) + '\n';
    }
    return source;
}

CorrectionOptions script_options(const std::string& file)
{
    CorrectionOptions options;
    options.correction = "torchscript";
    options.script = file;
    return options;
}

std::shared_ptr<const Correction> load(const std::string& file)
{
    return make_correction(script_options(file), correction_context());
}

/// That network by hand, at the numbers p in the order w1, b1, w2.
Accelerations by_hand(const CorrectionPoint& at, Eigen::Index width)
{
    using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Eigen::VectorXd x(22);
    x << at.y, at.masses, at.t;
    const double* p = at.p.data();
    const Eigen::VectorXd h =
        (Eigen::Map<const Rows>(p, width, 22) * x + Eigen::Map<const Eigen::VectorXd>(p + 22 * width, width))
            .array()
            .tanh();
    return Eigen::Map<const Rows>(p + 23 * width, 9, width) * h;
}

class DocumentedNetwork : public ::testing::Test {
protected:
    static constexpr Eigen::Index width = 5;
    const TemporaryFolder folder;
    const std::string file = exported(folder, "network.pt", documented_forward(), network_parameters(width));
    const std::shared_ptr<const Correction> correction = load(file);
};

TEST_F(DocumentedNetwork, HasItsOwnNumbersAsParameters)
{
    ASSERT_EQ(correction->size(), 32 * width);
    const Eigen::VectorXd start = correction->initial_parameters();
    Eigen::Index at = 0;
    for (const auto& [name, value] : network_parameters(width))
        for (std::int64_t i = 0; i < value.numel(); ++i) EXPECT_EQ(start[at++], value.flatten()[i].item<double>());
    EXPECT_FALSE(correction->replaces_newton());
    EXPECT_TRUE(correction->named_parameters().empty());
}

TEST_F(DocumentedNetwork, GivesWhatItsFormulaGives)
{
    for (unsigned seed = 0; seed < 4; ++seed) {
        CorrectionPoint at(*correction, seed);
        const Accelerations truth = by_hand(at, width);
        EXPECT_LT((at.acceleration() - truth).norm(), 1e-14 * (1 + truth.norm()));
        EXPECT_TRUE(at.guards_hold());
    }
}

TEST_F(DocumentedNetwork, AddsToWhatIsThere)
{
    CorrectionPoint at(*correction, 0);
    Accelerations twice = Accelerations::Zero();
    for (int i = 0; i < 2; ++i)
        correction->add_acceleration(at.t, at.y, at.masses, at.p.data(), twice.data(), nullptr, nullptr);
    EXPECT_EQ(twice, Accelerations(2 * at.acceleration()));
    const Accelerations w = random_vector(9, 7);
    Pulled pulled = at.vjp(w);
    const Pulled once = pulled;
    correction->add_vjp(at.t, at.y, at.masses, at.p.data(), nullptr, w.data(), pulled.y, pulled.masses.data(),
                        pulled.p.data(), nullptr);
    EXPECT_EQ(pulled.y, State(2 * once.y));
    EXPECT_EQ(pulled.p, Eigen::VectorXd(2 * once.p));
}

TEST_F(DocumentedNetwork, JvpEqualsDifferences)
{
    for (unsigned seed = 0; seed < 3; ++seed) {
        CorrectionPoint at(*correction, seed);
        const Pushed direction = at.random_direction(seed + 50);
        const auto moved = [&](double s) {
            CorrectionPoint there = at;
            there.y += s * direction.y;
            there.masses += s * direction.masses;
            there.p += s * direction.p;
            return by_hand(there, width);
        };
        const auto truth = ridders<Accelerations>(moved, 0.1);
        EXPECT_LT((at.jvp(direction) - truth.slope).norm(), 10 * truth.error + 1e-12 * (1 + truth.slope.norm()));
        // Without parameters, from the same place and from another one.
        const Pushed state_only{direction.y, direction.masses, {}};
        const auto along_state = ridders<Accelerations>(
            [&](double s) {
                CorrectionPoint there = at;
                there.y += s * direction.y;
                there.masses += s * direction.masses;
                return by_hand(there, width);
            },
            0.1);
        EXPECT_LT((at.jvp(state_only) - along_state.slope).norm(),
                  10 * along_state.error + 1e-12 * (1 + along_state.slope.norm()));
    }
}

TEST_F(DocumentedNetwork, VjpIsTheTransposeOfItsJvp)
{
    for (unsigned seed = 0; seed < 4; ++seed) {
        CorrectionPoint at(*correction, seed);
        const Pushed direction = at.random_direction(seed + 30);
        const Accelerations w = random_vector(9, seed + 40);
        const Pulled pulled = at.vjp(w);
        const double forward = w.dot(at.jvp(direction));
        const double backward =
            pulled.y.dot(direction.y) + pulled.masses.dot(direction.masses) + pulled.p.dot(direction.p);
        EXPECT_NEAR(forward, backward, 1e-13 * (1 + std::abs(forward)));
        const Pulled without = at.vjp(w, false);
        EXPECT_EQ(without.y, pulled.y);
        EXPECT_EQ(without.masses, pulled.masses);
    }
}

TEST_F(DocumentedNetwork, TimeVjpEqualsDifferences)
{
    CorrectionPoint at(*correction, 1);
    const Accelerations w = random_vector(9, 8);
    const auto later = [&](double s) {
        CorrectionPoint there = at;
        there.t += s;
        return by_hand(there, width);
    };
    const auto truth = ridders<Accelerations>(later, 0.1);
    EXPECT_NEAR(at.time_vjp(w), w.dot(truth.slope), 10 * truth.error * w.norm() + 1e-12);
}

TEST_F(DocumentedNetwork, ThreadsGetWhatOneGetsAlone)
{
    constexpr unsigned places = 4, threads = 4;
    std::vector<Accelerations> alone;
    std::vector<Pulled> alone_pulled;
    const Accelerations w = random_vector(9, 9);
    for (unsigned seed = 0; seed < places; ++seed) {
        CorrectionPoint at(*correction, seed);
        alone.push_back(at.acceleration());
        alone_pulled.push_back(at.vjp(w));
    }
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> workers;
        for (unsigned worker = 0; worker < threads; ++worker)
            workers.emplace_back([&, worker] {
                for (unsigned i = 0; i < 25; ++i) {
                    const unsigned seed = (worker + i) % places;
                    CorrectionPoint at(*correction, seed);
                    if (at.acceleration() != alone[seed] || at.vjp(w).p != alone_pulled[seed].p) ++wrong;
                }
            });
    }
    EXPECT_EQ(wrong, 0);
}

/// A network in SI, that is Newton's law: beside data in other units it must give what the equations of motion give. (A
/// body is 1e15 m from itself, not 1 m: its own terms cancel in a gradient, and must be small where they do.)
constexpr const char* newton = R"(
def forward(self, t, q, v, m):
    d = q.unsqueeze(0) - q.unsqueeze(1)
    r2 = (d * d).sum(-1) + 1e30 * torch.eye(3, dtype=q.dtype)
    return 6.6743e-11 * (m.reshape(1, 3, 1) * d / (r2 * torch.sqrt(r2)).unsqueeze(-1)).sum(1)
)";

TEST(TorchScriptUnits, NewtonInSiIsNewtonInUnitsOfTheData)
{
    const TemporaryFolder folder;
    CorrectionOptions options = script_options(exported(folder, "newton.pt", newton));
    options.script_units = "SI";
    options.replace_newton = true;
    const CorrectionContext context = correction_context();
    const auto correction = make_correction(options, context);
    EXPECT_TRUE(correction->replaces_newton());
    CorrectionPoint at(*correction, 0);
    const ThreeBody<double> equations(context.units.k1(), context.units.k2(), at.masses);
    State truth;
    equations.rhs(0.0, at.y, truth);
    EXPECT_LT((at.acceleration() - truth.tail<9>()).norm(), 1e-14 * truth.tail<9>().norm());

    const Accelerations w = random_vector(9, 11);
    const Pulled pulled = at.vjp(w);
    State y_bar, whole = State::Zero();
    whole.tail<9>() = w;
    Eigen::Vector3d masses_bar = Eigen::Vector3d::Zero();
    equations.vjp(0.0, at.y, whole, y_bar, masses_bar);
    EXPECT_LT((pulled.y.head<9>() - y_bar.head<9>()).norm(), 1e-13 * y_bar.head<9>().norm());
    EXPECT_LT((pulled.masses - masses_bar).norm(), 1e-13 * masses_bar.norm());
    const Pushed direction = at.random_direction(5);
    State dot = direction.y, f_dot;
    equations.jvp(0.0, at.y, dot, direction.masses, f_dot);
    EXPECT_LT((at.jvp({direction.y, direction.masses, {}}) - f_dot.tail<9>()).norm(), 1e-13 * f_dot.tail<9>().norm());
}

/// Drag, which knows velocity and time alone: a = - (1 + s t) v, 1/s and 1/s^2.
TEST(TorchScriptUnits, VelocitiesAndTimesAreConverted)
{
    const TemporaryFolder folder;
    CorrectionOptions options = script_options(
        exported(folder, "drag.pt", "def forward(self, t, q, v, m):\n    return -(2e-9 + 3e-18 * t) * v\n"));
    options.script_units = "length=km, mass=kg, time=s";
    const CorrectionContext context = correction_context();
    const auto correction = make_correction(options, context);
    CorrectionPoint at(*correction, 1);
    const double seconds = context.units.time_si();
    const Accelerations truth = -(2e-9 * seconds + 3e-18 * seconds * seconds * at.t) * at.y.tail<9>();
    EXPECT_LT((at.acceleration() - truth).norm(), 1e-14 * truth.norm());
    const Accelerations w = random_vector(9, 12);
    EXPECT_NEAR(at.time_vjp(w), -3e-18 * seconds * seconds * w.dot(at.y.tail<9>()), 1e-13);
}

TEST(TorchScriptUnits, ThatCannotBeConvertedAreNamed)
{
    const TemporaryFolder folder;
    CorrectionOptions options = script_options(exported(folder, "newton.pt", newton));
    CorrectionContext context = correction_context();
    context.units = UnitSystem();
    options.script_units = "SI";
    try {
        make_correction(options, context);
        ADD_FAILURE() << "no error";
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "script-units");
        EXPECT_THAT(error.rule(), HasSubstr("dimensionless"));
    }
    options.script_units = "length=furlong";
    EXPECT_THAT([&] { make_correction(options, correction_context()); },
                ::testing::ThrowsMessage<ArgumentError>(AllOf(HasSubstr("script-units"), HasSubstr("furlong"))));
    options.script.clear();
    options.script_units = "data";
    EXPECT_THAT([&] { make_correction(options, context); },
                ::testing::ThrowsMessage<ArgumentError>(HasSubstr("script")));
}

/// A potential that the network itself differentiates.
TEST(TorchScript, MayDifferentiateInside)
{
    const TemporaryFolder folder;
    const auto correction = load(exported(folder, "potential.pt", R"(
def forward(self, t, q, v, m):
    energy = (self.k * q * q * q).sum()
    slope = torch.autograd.grad([energy], [q], create_graph=True)[0]
    assert slope is not None
    return -slope
)",
                                          {{"k", torch::full({}, 0.5, torch::kDouble)}}));
    CorrectionPoint at(*correction, 0);
    const Accelerations truth = -3 * at.p[0] * at.y.head<9>().array().square();
    EXPECT_LT((at.acceleration() - truth).norm(), 1e-14 * truth.norm());
    const Accelerations w = random_vector(9, 13);
    const Pulled pulled = at.vjp(w);
    const Accelerations q_bar = -6 * at.p[0] * at.y.head<9>().array() * w.array();
    EXPECT_LT((pulled.y.head<9>() - q_bar).norm(), 1e-14 * (1 + q_bar.norm()));
    EXPECT_NEAR(pulled.p[0], w.dot(truth) / at.p[0], 1e-13);
}

TEST(TorchScript, InFloatComputesInFloat)
{
    const TemporaryFolder folder;
    auto parameters = network_parameters(5);
    for (auto& [name, value] : parameters) value = value.to(torch::kFloat);
    CorrectionOptions options = script_options(exported(folder, "float.pt", documented_forward(), parameters));
    options.script_scalar = "float";
    const auto correction = make_correction(options, correction_context());
    CorrectionPoint at(*correction, 0);
    const Accelerations truth = by_hand(at, 5);
    const double distance = (at.acceleration() - truth).norm() / truth.norm();
    EXPECT_LT(distance, 1e-6);
    EXPECT_GT(distance, 1e-12);
}

struct Wrong {
    std::string name, source;
    std::vector<std::string> says;
    bool single = false;
};

class WrongScripts : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongScripts, AreRefusedWithAMessageOfTheirOwn)
{
    const TemporaryFolder folder;
    const Wrong& wrong = GetParam();
    const at::ScalarType scalar = wrong.single ? torch::kFloat : torch::kDouble;
    const std::string file = exported(folder, "wrong.pt", wrong.source, {{"k", torch::full({}, 0.5, scalar)}});
    try {
        load(file);
        ADD_FAILURE() << "no error";
    } catch (const InputError& error) {
        EXPECT_EQ(error.place().file, file);
        EXPECT_FALSE(error.remedy().empty());
        for (const std::string& part : wrong.says) EXPECT_THAT(error.what(), HasSubstr(part));
    }
}

std::string forward(const std::string& body, const std::string& arguments = "t, q, v, m")
{
    return "def forward(self, " + arguments + "):\n    " + body + "\n";
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongScripts,
    ::testing::Values(
        Wrong{"no_forward",
              "def force(self, t, q, v, m):\n    return q\n",
              {"no method forward", "accelerations [3, 3]"}},
        Wrong{"arity", forward("return self.k * q", "q, v"), {"takes 2 arguments", "expected 4", "(q, v)"}},
        Wrong{"number", forward("return self.k * t * q", "t: float, q, v, m"), {"argument t", "no tensor", "float"}},
        Wrong{"float_parameters",
              forward("return self.k * q"),
              {"parameter k", "Float", "expected Double", "--script-scalar"},
              true},
        Wrong{"float_result", forward("return (self.k * q).float()"), {"gives Float", "expected Double"}},
        Wrong{"shape", forward("return self.k * (q.sum(0))"), {"another shape", "[3]", "[3, 3]"}},
        Wrong{"tuple", forward("return self.k * q, v"), {"no tensor", "Tuple"}},
        Wrong{"fails", forward("return self.k * torch.mv(q, torch.cat([m, m]))"), {"forward fails", "size"}},
        Wrong{"raises",
              forward("assert q.sum() > 1e9, \"too near\"\n    return self.k * q"),
              {"forward fails", "too near"}},
        Wrong{"not_finite", forward("return self.k * q / (q - q)"), {"not finite", "accelerations"}},
        Wrong{"slope_not_finite", forward("return self.k * torch.sqrt(q - q)"), {"derivatives", "not finite"}},
        Wrong{"detached", forward("return (self.k * q).detach()"), {"differentiated", "detach"}},
        Wrong{"random", forward("return self.k * q * torch.rand(1, dtype=q.dtype)"), {"again", "random"}}),
    [](const auto& the_case) { return the_case.param.name; });

/// Files that are no TorchScript: each is told apart.
TEST(WrongFile, IsToldApart)
{
    const TemporaryFolder folder;
    const std::string good =
        read_file(exported(folder, "good.pt", forward("return self.k * q"), {{"k", torch::ones({}, torch::kDouble)}}));
    const auto says = [](const std::string& file, const auto& message) {
        EXPECT_THAT([&] { load(file); }, ::testing::ThrowsMessage<InputError>(AllOf(HasSubstr(file), message)));
    };
    says(folder.file("nowhere.pt"), HasSubstr("nowhere.pt"));
    says(folder.write("text.pt", "x,y,z\n"), AllOf(HasSubstr("zip"), HasSubstr("torch.jit.save")));
    says(folder.write("empty.pt", ""), HasSubstr("zip"));
    says(folder.write("short.pt", good.substr(0, good.size() - 100)),
         AllOf(HasSubstr("cut short"), HasSubstr("bytes")));
    std::string damaged = good;
    for (std::size_t i = good.find(".py"); i < good.find(".py") + 200; ++i) damaged[i] ^= 0x5a;
    says(folder.write("damaged.pt", damaged), HasSubstr("cannot be loaded"));
    // As torch.save leaves it: the archive's end is there, and a pickle, and no code.
    EXPECT_THAT([&] { load(folder.write("weights.pt", "PK\x03\x04 weights/data.pkl PK\x05\x06")); },
                ::testing::ThrowsMessage<InputError>(AllOf(HasSubstr("torch.save"), HasSubstr("torch.jit.save"))));
    EXPECT_THAT([&] { load(folder.write("other.pt", "PK\x03\x04 letter.txt PK\x05\x06")); },
                ::testing::ThrowsMessage<InputError>(HasSubstr("without TorchScript")));
}

/// The archive with `from` replaced by `to` in its code.
std::string with_code_replaced(const std::string& bytes, const std::string& from, const std::string& to)
{
    std::istringstream stream(bytes);
    caffe2::serialize::PyTorchStreamReader reader(&stream);
    std::string out;
    {
        caffe2::serialize::PyTorchStreamWriter writer([&](const void* data, std::size_t size) {
            out.append(static_cast<const char*>(data), size);
            return size;
        });
        for (const std::string& name : reader.getAllRecords()) {
            if (name == "version" || name == ".data/serialization_id" || name == "byteorder") continue;
            auto [data, size] = reader.getRecord(name);
            std::string record(static_cast<const char*>(data.get()), size);
            for (std::size_t at = 0; (at = record.find(from, at)) != record.npos; at += to.size()) record.replace(at, from.size(), to);
            writer.writeRecord(name, record.data(), record.size());
        }
        writer.writeEndOfFile();
    }
    return out;
}

/// Networks of a newer PyTorch name operators that LibTorch here may not have.
TEST(WrongFile, MissingOperatorsAreNamedWithWhatToWriteInstead)
{
    const TemporaryFolder folder;
    const std::string good = read_file(
        exported(folder, "good.pt", forward("return torch.tanh(self.k * q)"), {{"k", torch::ones({}, torch::kDouble)}}));
    EXPECT_NO_THROW(load(folder.write("copied.pt", with_code_replaced(good, "tanh", "tanh"))));
    const auto says = [&](const std::string& name, const auto& message) {
        EXPECT_THAT([&] { load(folder.write("newer.pt", with_code_replaced(good, "torch.tanh", "torch." + name))); },
                    ::testing::ThrowsMessage<InputError>(
                        AllOf(HasSubstr("newer.pt"), HasSubstr("LibTorch " + torch_ode::libtorch_version()), HasSubstr("archive format"), message)));
    };
    says("made_up_norm", AllOf(HasSubstr("made_up_norm"), HasSubstr("CMAKE_PREFIX_PATH")));
    says("made_up_rms_norm", AllOf(HasSubstr("made_up_rms_norm"), HasSubstr("torch.rsqrt")));
    says("made_up_scaled_dot_product_attention", HasSubstr("torch.softmax"));
    says("made_up_multi_head_attention", HasSubstr("torch.jit.trace"));
}

TEST(WrongFile, ProgramsOfTorchExportAreNamed)
{
    const TemporaryFolder folder;
    for (const char* const record : {"serialized_exported_program.json", "archive_format", "models/model.json"})
        EXPECT_THAT([&] { load(folder.write("program.pt2", std::string("PK\x03\x04 ") + record + " data.pkl PK\x05\x06")); },
                    ::testing::ThrowsMessage<InputError>(AllOf(HasSubstr("torch.export"), HasSubstr("torch.jit.save"))));
}

/// A forward that fails later, in the middle of a solve.
TEST(TorchScript, ThatFailsInASolveSaysWhere)
{
    const TemporaryFolder folder;
    const auto correction = load(exported(folder, "late.pt", R"(
def forward(self, t, q, v, m):
    assert float(t) < 5, "the network was trained up to 5"
    return self.k * q
)",
                                          {{"k", torch::ones({}, torch::kDouble)}}));
    CorrectionPoint at(*correction, 0);
    at.t = 7;
    EXPECT_THAT([&] { at.acceleration(); },
                ::testing::ThrowsMessage<InputError>(AllOf(HasSubstr("t = 7"), HasSubstr("trained up to 5"))));
}

}  // namespace
}  // namespace syzygy
