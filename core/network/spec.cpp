#include "core/network/spec.hpp"

#include "core/base/error.hpp"
#include "core/base/random.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace syzygy {

namespace {

constexpr int widest = 4096;

constexpr std::array activations{std::pair{std::string_view("tanh"), Activation::tanh},
                                 std::pair{std::string_view("softplus"), Activation::softplus},
                                 std::pair{std::string_view("silu"), Activation::silu},
                                 std::pair{std::string_view("sine"), Activation::sine}};
constexpr std::array initialisations{std::pair{std::string_view("xavier"), Initialisation::xavier},
                                     std::pair{std::string_view("he"), Initialisation::he}};

template <class Table>
auto find(const Table& table, std::string_view option, std::string_view id)
{
    std::string known;
    for (const auto& [name, value] : table) {
        if (name == id) return value;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    throw ArgumentError(option, id, "must be one of " + known);
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

std::vector<int> NetworkSpec::widths() const
{
    std::vector<int> all{inputs};
    all.insert(all.end(), hidden.begin(), hidden.end());
    all.push_back(outputs);
    return all;
}

Eigen::Index NetworkSpec::parameters() const
{
    Eigen::Index count = 0;
    const std::vector<int> all = widths();
    for (std::size_t layer = 1; layer < all.size(); ++layer) count += Eigen::Index(all[layer - 1] + 1) * all[layer];
    return count;
}

Eigen::VectorXd NetworkSpec::initial_parameters() const
{
    Eigen::VectorXd parameters = Eigen::VectorXd::Zero(this->parameters());
    Random random(seed);
    const std::vector<int> all = widths();
    Eigen::Index at = 0;
    for (std::size_t layer = 1; layer < all.size(); ++layer) {
        const int in = all[layer - 1], out = all[layer];
        const bool zero = zero_last && layer + 1 == all.size();
        const double bound = std::sqrt(6.0 / (in + out)), deviation = std::sqrt(2.0 / in);
        for (Eigen::Index i = 0; i < Eigen::Index(in) * out && !zero; ++i)
            parameters[at + i] = initialisation == Initialisation::xavier ? bound * (2 * random.uniform() - 1)
                                                                          : deviation * random.normal();
        at += Eigen::Index(in + 1) * out;
    }
    return parameters;
}

std::vector<int> parse_widths(std::string_view text)
{
    std::vector<int> widths;
    if (trimmed(text).empty()) return widths;
    for (std::string_view rest = text;;) {
        const std::size_t comma = rest.find(',');
        const std::string_view entry = trimmed(rest.substr(0, comma));
        int width = 0;
        const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), width);
        if (error != std::errc() || end != entry.data() + entry.size() || width < 1 || width > widest)
            throw ArgumentError(
                "network", text,
                fmt::format("must be the widths of the hidden layers, each from 1 to {}, as in 32,32", widest));
        widths.push_back(width);
        if (comma == std::string_view::npos) return widths;
        rest.remove_prefix(comma + 1);
    }
}

Activation parse_activation(std::string_view id)
{
    return find(activations, "activation", id);
}

Initialisation parse_initialisation(std::string_view id)
{
    return find(initialisations, "initialisation", id);
}

}  // namespace syzygy
