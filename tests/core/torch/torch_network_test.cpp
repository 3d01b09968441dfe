// The network of LibTorch and the native one are one function: values, vjp, jvp, for every activation, width and dtype.
#include "core/base/random.hpp"
#include "core/network/network.hpp"
#include "core/torch/network.hpp"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

namespace syzygy::torch_ode {
namespace {

using torch::Tensor;

Eigen::VectorXd random(Eigen::Index size, unsigned seed)
{
    Random numbers(seed);
    Eigen::VectorXd x(size);
    for (double& value : x) value = 2 * numbers.uniform() - 1;
    return x;
}

struct Case {
    std::vector<int> hidden;
    Activation activation;
    at::ScalarType scalar;
};

/// Both networks with the same parameters on the same columns.
class TorchNetworks : public ::testing::TestWithParam<Case> {
protected:
    static constexpr int columns = 5, inputs = 4, outputs = 3;

    const Case the_case = GetParam();
    const NetworkSpec spec{.inputs = inputs,
                           .hidden = the_case.hidden,
                           .outputs = outputs,
                           .activation = the_case.activation,
                           .seed = 7,
                           .zero_last = false};
    const Network native{spec};
    const TorchNetwork libtorch{spec};
    const torch::TensorOptions options = torch::TensorOptions().dtype(the_case.scalar);
    const Eigen::VectorXd p = spec.initial_parameters() + 0.3 * random(spec.parameters(), 1);
    // Beyond LibTorch's own limit of softplus too.
    const Eigen::VectorXd x = 3 * random(inputs * columns, 2), y_bar = random(outputs * columns, 3);
    const Eigen::VectorXd x_dot = random(inputs * columns, 4), p_dot = random(spec.parameters(), 5);
    std::vector<double> tape = std::vector<double>(native.tape_size(columns));
    std::vector<double> scratch = std::vector<double>(native.scratch_size(columns));

    Tensor parameters() const { return to_tensor(p, options).requires_grad_(); }
    Tensor rows(const Eigen::VectorXd& numbers) const { return to_tensor(numbers, options).view({columns, -1}); }
    Eigen::VectorXd native_values()
    {
        Eigen::VectorXd y(outputs * columns);
        native.forward(p.data(), x.data(), columns, y.data(), tape.data(), scratch.data());
        return y;
    }
    /// Sums of at most 33 products of numbers below 10 in each of three layers, each rounded: some 300 roundings of
    /// numbers of the size of the result's parts.
    double tolerance(const Eigen::VectorXd& truth) const
    {
        const double rounding = the_case.scalar == torch::kDouble ? 2.2e-16 : 1.2e-7;
        return 300 * rounding * (1 + truth.cwiseAbs().maxCoeff());
    }
    void expect_same(const Tensor& found, const Eigen::VectorXd& truth) const
    {
        ASSERT_EQ(found.scalar_type(), the_case.scalar);
        ASSERT_EQ(found.numel(), truth.size());
        EXPECT_LE((to_vector(found) - truth).cwiseAbs().maxCoeff(), tolerance(truth));
    }
};

TEST_P(TorchNetworks, HasTheValuesOfTheNativeOne)
{
    expect_same(libtorch.forward(libtorch.layers(parameters()), rows(x)), native_values());
}

TEST_P(TorchNetworks, TakesAnyLeadingDimensions)
{
    const auto layers = libtorch.layers(parameters());
    const Tensor flat = libtorch.forward(layers, rows(x));
    const Tensor deep = libtorch.forward(layers, rows(x).view({1, columns, 1, inputs}));
    EXPECT_EQ(deep.sizes(), (std::vector<std::int64_t>{1, columns, 1, outputs}));
    EXPECT_TRUE(torch::equal(deep.reshape({columns, outputs}), flat));
}

TEST_P(TorchNetworks, HasTheVjpOfTheNativeOneInTheOrderOfItsParameters)
{
    native_values();
    Eigen::VectorXd x_bar(inputs * columns), p_bar = Eigen::VectorXd::Zero(spec.parameters());
    native.vjp(p.data(), x.data(), columns, tape.data(), y_bar.data(), x_bar.data(), p_bar.data(), scratch.data());

    const Tensor leaf = parameters(), at = rows(x).detach().requires_grad_();
    const auto gradients =
        torch::autograd::grad({libtorch.forward(libtorch.layers(leaf), at)}, {at, leaf}, {rows(y_bar)});
    expect_same(gradients[0], x_bar);
    expect_same(gradients[1], p_bar);
}

TEST_P(TorchNetworks, HasTheJvpOfTheNativeOne)
{
    native_values();
    Eigen::VectorXd truth(outputs * columns);
    native.jvp(p.data(), x.data(), columns, tape.data(), x_dot.data(), p_dot.data(), truth.data(), scratch.data());

    // As the derivative of the vjp by its cotangent.
    const Tensor leaf = parameters(), at = rows(x).detach().requires_grad_();
    const Tensor y = libtorch.forward(libtorch.layers(leaf), at), cotangent = torch::zeros_like(y).requires_grad_();
    const auto vjp = torch::autograd::grad({y}, {at, leaf}, {cotangent}, true, true);
    const Tensor product = (vjp[0] * rows(x_dot)).sum() + (vjp[1] * to_tensor(p_dot, options)).sum();
    expect_same(torch::autograd::grad({product}, {cotangent})[0], truth);
}

TEST_P(TorchNetworks, CarriesATangentAsTheNativeOneDoes)
{
    std::vector<double> tangent_tape(native.tangent_tape_size(columns)), memory(native.tangent_scratch_size(columns));
    Eigen::VectorXd both(2 * inputs * columns), y(2 * outputs * columns);
    both << x, x_dot;
    native.forward_tangent(p.data(), both.data(), columns, y.data(), tangent_tape.data(), memory.data());
    const Eigen::VectorXd cotangent = random(y.size(), 6);
    Eigen::VectorXd both_bar(both.size()), p_bar = Eigen::VectorXd::Zero(spec.parameters());
    native.vjp_tangent(p.data(), both.data(), columns, tangent_tape.data(), cotangent.data(), both_bar.data(),
                       p_bar.data(), memory.data());

    const Tensor leaf = parameters(), at = rows(x).detach().requires_grad_(),
                 dot = rows(x_dot).detach().requires_grad_();
    const auto [value, tangent] = libtorch.forward_tangent(libtorch.layers(leaf), at, dot);
    expect_same(value, y.head(outputs * columns));
    expect_same(tangent, y.tail(outputs * columns));
    // An affine network's tangent does not depend on x: autograd then has no path, which is a zero.
    const auto gradients =
        torch::autograd::grad({value, tangent}, {at, dot, leaf},
                              {rows(cotangent.head(outputs * columns)), rows(cotangent.tail(outputs * columns))});
    expect_same(gradients[0], both_bar.head(inputs * columns));
    expect_same(gradients[1], both_bar.tail(inputs * columns));
    expect_same(gradients[2], p_bar);
}

std::vector<Case> cases()
{
    std::vector<Case> all;
    for (const Activation activation : {Activation::tanh, Activation::softplus, Activation::silu, Activation::sine})
        for (const at::ScalarType scalar : {torch::kDouble, torch::kFloat})
            for (const std::vector<int>& hidden : {std::vector<int>{}, {7}, {32, 32}})
                all.push_back({hidden, activation, scalar});
    return all;
}

std::string case_name(const ::testing::TestParamInfo<Case>& the_case)
{
    constexpr const char* activations[] = {"tanh", "softplus", "silu", "sine"};
    std::string name = activations[static_cast<int>(the_case.param.activation)];
    name += the_case.param.scalar == torch::kDouble ? "_double" : "_float";
    for (const int width : the_case.param.hidden) name += "_" + std::to_string(width);
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, TorchNetworks, ::testing::ValuesIn(cases()), case_name);

/// Against LibTorch's softplus as it stands, which is z itself from 20 on: e^-20 = 2e-9 off.
TEST(TorchNetwork, SoftplusIsExactWhereLibTorchCutsItShort)
{
    const NetworkSpec spec{.inputs = 1, .hidden = {1}, .outputs = 1, .activation = Activation::softplus};
    const TorchNetwork network(spec);
    const Tensor p = torch::tensor({1.0, 0.0, 1.0, 0.0}, torch::kDouble), z = torch::full({1, 1}, 21.0, torch::kDouble);
    const double y = network.forward(network.layers(p), z).item<double>();
    EXPECT_NEAR(y, 21 + std::log1p(std::exp(-21.0)), 4e-15);
}

}  // namespace
}  // namespace syzygy::torch_ode
