// Three bodies with a correction on LibTorch are those of physics/corrections/corrected_three_body.hpp: right-hand side and vjp,
// for every correction that LibTorch computes, with every option that changes its formula.
#include "physics/corrections/corrected_three_body.hpp"
#include "physics/torch/three_bodies.hpp"
#include "tests/support/correction.hpp"
#include "tests/support/torch_devices.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

namespace syzygy {
namespace {

using namespace syzygy::testing;
using torch::Tensor;

struct Case {
    std::string name;
    CorrectionOptions options;
    double softening = 0;
};

std::vector<Case> cases()
{
    std::vector<Case> all{{"newton", {}}, {"newton_softened", {}, 0.3}};
    const auto add = [&](std::string name, std::string kind, auto... change) {
        Case made{std::move(name), {}};
        made.options.correction = std::move(kind);
        made.options.network = "9,6";
        (change(made), ...);
        all.push_back(made);
    };
    const auto with = [](auto member, auto value) { return [=](Case& made) { made.options.*member = value; }; };
    using O = CorrectionOptions;
    add("pairwise", "pairwise");
    add("pairwise_softened", "pairwise", [](Case& made) { made.softening = 0.2; });
    add("pairwise_without_masses", "pairwise", with(&O::mass_inputs, false));
    add("pairwise_potential", "pairwise", with(&O::potential, true));
    add("pairwise_potential_without_masses", "pairwise", with(&O::potential, true), with(&O::mass_inputs, false));
    add("external", "external");
    add("full", "full");
    add("full_augmented", "full", with(&O::augmented, true));
    add("full_in_newtons_place", "full", with(&O::replace_newton, true), with(&O::augmented, true));
    for (const char* activation : {"softplus", "silu", "sine"}) {
        add(std::string("external_") + activation, "external", with(&O::activation, std::string(activation)));
        add(std::string("potential_") + activation, "pairwise", with(&O::activation, std::string(activation)),
            with(&O::potential, true));
    }
    add("pairwise_linear", "pairwise", with(&O::network, std::string()));
    return all;
}

class TorchCorrections : public ::testing::TestWithParam<std::tuple<Case, at::ScalarType>> {
protected:
    static constexpr int count = 6;
    const Case the_case = std::get<0>(GetParam());
    const at::ScalarType scalar = std::get<1>(GetParam());
    const CorrectionContext context = correction_context();
    const std::shared_ptr<const Correction> native = make_correction(the_case.options, context);
    const TorchThreeBodies libtorch{
        context.units, the_case.softening,
        make_torch_correction(the_case.options, context, native ? native->network() : nullptr)};
    const Eigen::VectorXd p =
        native ? Eigen::VectorXd(native->initial_parameters() + 0.4 * random_vector(native->size(), 9))
               : Eigen::VectorXd();
    Eigen::Matrix<double, 18, count> states, cotangents;
    Eigen::Matrix<double, 3, count> masses;
    Eigen::Matrix<double, count, 1> times;

    void SetUp() override
    {
        for (int i = 0; i < count; ++i) {
            const auto seed = static_cast<unsigned>(i);
            states.col(i) = 0.3 * random_vector(18, seed);
            states(0, i) += 1;
            states(4, i) += 0.9;
            states(8, i) -= 1.1;
            cotangents.col(i) = random_vector(18, seed + 20);
            masses.col(i) << 1.1, 0.8, i % 2 == 0 ? 0.5 : 0.0;
            times[i] = 0.3 + 0.2 * i;
        }
    }

    /// What the native system gives: values, and cotangents of state, masses (a column a trajectory) and parameters
    /// (summed).
    struct Truth {
        Eigen::Matrix<double, 18, count> values, states;
        Eigen::Matrix<double, 3, count> masses;
        Eigen::VectorXd parameters;
    };
    Truth truth() const
    {
        Truth all;
        all.parameters.setZero(p.size());
        for (int i = 0; i < count; ++i) {
            const ThreeBody<double> newton(context.units.k1(), context.units.k2(), masses.col(i), the_case.softening);
            State value, y_bar;
            if (native) {
                const CorrectedThreeBody system(newton, native, p, 0);
                Eigen::VectorXd p_bar = Eigen::VectorXd::Zero(3 + p.size());
                system.rhs(times[i], states.col(i), value);
                system.vjp(times[i], states.col(i), cotangents.col(i), y_bar, p_bar);
                all.masses.col(i) = p_bar.head<3>();
                all.parameters += p_bar.tail(p.size());
            } else {
                Eigen::Vector3d m_bar = Eigen::Vector3d::Zero();
                newton.rhs(times[i], states.col(i), value);
                newton.vjp(times[i], states.col(i), cotangents.col(i), y_bar, m_bar);
                all.masses.col(i) = m_bar;
            }
            all.values.col(i) = value;
            all.states.col(i) = y_bar;
        }
        return all;
    }

    Tensor rows(const Eigen::Ref<const Eigen::MatrixXd>& columns, const torch::TensorOptions& options) const
    {
        const Eigen::VectorXd flat = columns.reshaped();
        return torch_ode::to_tensor(flat, options).view({columns.cols(), columns.rows()});
    }

    void expect_same(const Tensor& found, const Eigen::Ref<const Eigen::MatrixXd>& truth) const
    {
        // Numbers of order 1 to 10 through some hundred roundings, summed over the trajectories.
        const double tolerance = scalar == torch::kDouble ? 1e-13 : 1e-4;
        ASSERT_EQ(found.scalar_type(), scalar);
        const Eigen::VectorXd numbers = torch_ode::to_vector(found), expected = truth.reshaped();
        ASSERT_EQ(numbers.size(), expected.size());
        EXPECT_LE((numbers - expected).lpNorm<Eigen::Infinity>(), tolerance * (1 + expected.lpNorm<Eigen::Infinity>()));
    }
};

std::string case_name(const ::testing::TestParamInfo<std::tuple<Case, at::ScalarType>>& the_case)
{
    const auto& [made, scalar] = the_case.param;
    return made.name + (scalar == torch::kDouble ? "_double" : "_float");
}

INSTANTIATE_TEST_SUITE_P(All, TorchCorrections,
                         ::testing::Combine(::testing::ValuesIn(cases()),
                                            ::testing::Values(torch::kDouble, torch::kFloat)),
                         case_name);

TEST_P(TorchCorrections, EqualTheNativeOnesInValueAndVjp)
{
    const Truth expected = truth();
    for (const c10::Device device : torch_devices()) {
        const auto options = torch::TensorOptions().dtype(scalar).device(device);
        const Tensor y = rows(states, options).requires_grad_(), m = rows(masses, options).requires_grad_();
        const Tensor weights = torch_ode::to_tensor(p, options).requires_grad_();
        const Tensor t = torch_ode::to_tensor(times, options.dtype(torch::kDouble));
        const Tensor value = libtorch.rhs(t, y, m, weights);
        expect_same(value, expected.values);
        const auto bars = torch::autograd::grad({value}, {y, m, weights}, {rows(cotangents, options)}, false, false,
                                                /*allow_unused=*/true);
        expect_same(bars[0], expected.states);
        if (bars[1].defined())
            expect_same(bars[1], expected.masses);
        else
            EXPECT_EQ(expected.masses.norm(), 0);
        if (native) expect_same(bars[2], expected.parameters);
    }
}

TEST_P(TorchCorrections, TakeMassesInCommonToo)
{
    for (const c10::Device device : torch_devices()) {
        const auto options = torch::TensorOptions().dtype(scalar).device(device);
        const Tensor y = rows(states, options), weights = torch_ode::to_tensor(p, options);
        const Tensor t = torch_ode::to_tensor(times, options.dtype(torch::kDouble));
        const Tensor common = torch_ode::to_tensor(masses.col(0), options);
        const Tensor each = common.unsqueeze(0).expand({count, 3});
        EXPECT_TRUE(torch::equal(libtorch.rhs(t, y, common, weights), libtorch.rhs(t, y, each, weights)));
    }
}

/// JVP, as the derivative of the vjp by its cotangent.
TEST_P(TorchCorrections, HaveTheJvpOfTheNativeOnes)
{
    if (!native) GTEST_SKIP() << "of Newton alone there is no correction to compare";
    const Eigen::MatrixXd y_dot = random_vector(18 * count, 31).reshaped(18, count);
    const Eigen::VectorXd p_dot = random_vector(p.size(), 32);
    Eigen::MatrixXd expected(18, count);
    for (int i = 0; i < count; ++i) {
        const ThreeBody<double> newton(context.units.k1(), context.units.k2(), masses.col(i), the_case.softening);
        const CorrectedThreeBody system(newton, native, p, 0);
        Eigen::VectorXd all_dot(3 + p.size());
        all_dot << 0.3, -0.2, 0.5, p_dot;
        State f_dot;
        system.jvp(times[i], states.col(i), State(y_dot.col(i)), all_dot, f_dot);
        expected.col(i) = f_dot;
    }
    for (const c10::Device device : torch_devices()) {
        const auto options = torch::TensorOptions().dtype(scalar).device(device);
        const Tensor y = rows(states, options).requires_grad_(), m = rows(masses, options).requires_grad_();
        const Tensor weights = torch_ode::to_tensor(p, options).requires_grad_();
        const Tensor t = torch_ode::to_tensor(times, options.dtype(torch::kDouble));
        const Tensor value = libtorch.rhs(t, y, m, weights), w = torch::zeros_like(value).requires_grad_();
        const auto bars = torch::autograd::grad({value}, {y, m, weights}, {w}, true, true, true);
        const Eigen::Vector3d m_dot(0.3, -0.2, 0.5);
        Tensor product =
            (bars[0] * rows(y_dot, options)).sum() + (bars[2] * torch_ode::to_tensor(p_dot, options)).sum();
        if (bars[1].defined()) product = product + (bars[1] * torch_ode::to_tensor(m_dot, options)).sum();
        expect_same(torch::autograd::grad({product}, {w})[0], expected);
    }
}

TEST(TorchCorrection, OfAnotherKindIsRefusedByName)
{
    CorrectionOptions options;
    options.correction = "drag";
    EXPECT_THAT([&] { make_torch_correction(options, correction_context(), nullptr); },
                ::testing::ThrowsMessage<ArgumentError>(::testing::HasSubstr("drag")));
}

}  // namespace
}  // namespace syzygy
