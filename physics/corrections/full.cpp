#include "core/network/network.hpp"
#include "physics/corrections/kinds.hpp"

#include <cmath>

namespace syzygy {

namespace {

using kinds::pairs, kinds::first_of, kinds::second_of;
constexpr int powers = 4, accelerations = 9;

/// All accelerations from one network of the whole state, without the masses: with the scales L, V, M of the context
///
///     (a_1, a_2, a_3) = K1 M / L^2 net(q / L, v / V [, L^(k-1) d_ij / |d_ij|^k for each pair and k = 0, 1, 2, 3])
///
/// d_ij = q_j - q_i. The inputs in brackets are the augmented ones of the ACA paper's NODE.
class Full final : public Correction {
public:
    Full(const CorrectionOptions& options, const CorrectionContext& context)
        : augmented_(options.augmented),
          replaces_newton_(options.replace_newton),
          network_(kinds::network_spec(options, 18 + (options.augmented ? 3 * pairs * powers : 0), accelerations)),
          unit_(context.units.k1() * context.mass / (context.length * context.length)),
          length_(context.length),
          per_velocity_(1 / context.velocity)
    {
    }

    Eigen::Index size() const override { return network_.parameters(); }
    Eigen::VectorXd initial_parameters() const override { return network_.spec().initial_parameters(); }
    const NetworkSpec* network() const override { return &network_.spec(); }
    bool replaces_newton() const override { return replaces_newton_; }

    std::size_t tape_size() const override { return x_size() + network_.tape_size(1); }
    std::size_t scratch_size() const override { return accelerations + x_size() + network_.scratch_size(1); }

    void add_acceleration(double, const State& y, const Eigen::Vector3d&, const double* p, double* out, double* tape,
                          double* scratch) const override
    {
        scale(y, tape);
        if (augmented_)
            for (int k = 0; k < pairs; ++k) {
                const Pair pair = pair_of(y, k);
                for (int power = 0; power < powers; ++power)
                    for (int c = 0; c < 3; ++c) tape[place(k, power) + c] = pair.factor[power] * pair.d[c];
            }
        network_.forward(p, tape, 1, scratch, tape + x_size(), scratch + accelerations + x_size());
        for (int c = 0; c < accelerations; ++c) out[c] += unit_ * scratch[c];
    }

    void add_vjp(double, const State& y, const Eigen::Vector3d&, const double* p, const double* tape, const double* w,
                 State& y_bar, double*, double* p_bar, double* scratch) const override
    {
        for (int c = 0; c < accelerations; ++c) scratch[c] = unit_ * w[c];
        double* x_bar = scratch + accelerations;
        network_.vjp(p, tape, 1, tape + x_size(), scratch, x_bar, p_bar, x_bar + x_size());
        for (int c = 0; c < 9; ++c) {
            y_bar[c] += x_bar[c] / length_;
            y_bar[9 + c] += per_velocity_ * x_bar[9 + c];
        }
        if (!augmented_) return;
        for (int k = 0; k < pairs; ++k) {
            const Pair pair = pair_of(y, k);
            for (int power = 0; power < powers; ++power) {
                const double* bar = x_bar + place(k, power);
                const double along = power * dot(bar, pair.d) * pair.inverse_r2;
                for (int c = 0; c < 3; ++c) {
                    const double d_bar = pair.factor[power] * (bar[c] - along * pair.d[c]);
                    y_bar[3 * second_of[k] + c] += d_bar;
                    y_bar[3 * first_of[k] + c] -= d_bar;
                }
            }
        }
    }

    void add_jvp(double, const State& y, const Eigen::Vector3d&, const double* p, const double* tape,
                 const State& y_dot, const double*, const double* p_dot, double* out, double* scratch) const override
    {
        double* x_dot = scratch + accelerations;
        scale(y_dot, x_dot);
        if (augmented_)
            for (int k = 0; k < pairs; ++k) {
                const Pair pair = pair_of(y, k);
                double d_dot[3];
                for (int c = 0; c < 3; ++c) d_dot[c] = y_dot[3 * second_of[k] + c] - y_dot[3 * first_of[k] + c];
                for (int power = 0; power < powers; ++power) {
                    const double along = power * dot(d_dot, pair.d) * pair.inverse_r2;
                    for (int c = 0; c < 3; ++c)
                        x_dot[place(k, power) + c] = pair.factor[power] * (d_dot[c] - along * pair.d[c]);
                }
            }
        network_.jvp(p, tape, 1, tape + x_size(), x_dot, p_dot, scratch, x_dot + x_size());
        for (int c = 0; c < accelerations; ++c) out[c] += unit_ * scratch[c];
    }

private:
    /// d, and the factors L^(k-1) / |d|^k.
    struct Pair {
        double d[3], inverse_r2, factor[powers];
    };

    // The tape: the network's inputs, then its own tape.
    std::size_t x_size() const { return std::size_t(network_.inputs()); }
    static int place(int pair, int power) { return 18 + 3 * (powers * pair + power); }
    static double dot(const double* a, const double* b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

    void scale(const State& y, double* x) const
    {
        for (int c = 0; c < 9; ++c) {
            x[c] = y[c] / length_;
            x[9 + c] = per_velocity_ * y[9 + c];
        }
    }

    Pair pair_of(const State& y, int k) const
    {
        Pair pair;
        for (int c = 0; c < 3; ++c) pair.d[c] = y[3 * second_of[k] + c] - y[3 * first_of[k] + c];
        pair.inverse_r2 = 1 / dot(pair.d, pair.d);
        const double ratio = length_ * std::sqrt(pair.inverse_r2);
        pair.factor[0] = 1 / length_;
        for (int power = 1; power < powers; ++power) pair.factor[power] = pair.factor[power - 1] * ratio;
        return pair;
    }

    bool augmented_, replaces_newton_;
    Network network_;
    double unit_, length_, per_velocity_;
};

}  // namespace

CorrectionInfo kinds::full()
{
    return {
        "full",
        "Network of the whole state",
        "NODE of Zhuang et al. 2020, arXiv:2006.02493",
        "all accelerations from one network of positions and velocities, beside Newton's or in their place",
        true,
        false,
        false,
        [](const CorrectionOptions& options, const CorrectionContext& context) -> std::shared_ptr<const Correction> {
            return std::make_shared<Full>(options, context);
        }};
}

}  // namespace syzygy
