#include "core/network/network.hpp"
#include "physics/corrections/kinds.hpp"

namespace syzygy {

namespace {

constexpr int bodies = 3, inputs = 7, outputs = 3;

/// One field for all bodies, whatever their masses: with the scales L, V, T, M and the epoch t0 of the context
///
///     a_i = K1 M / L^2 net(q_i / L, v_i / V, (t - t0) / T).
class External final : public Correction {
public:
    External(const CorrectionOptions& options, const CorrectionContext& context)
        : network_(kinds::network_spec(options, inputs, outputs)),
          unit_(context.units.k1() * context.mass / (context.length * context.length)),
          per_length_(1 / context.length),
          per_velocity_(1 / context.velocity),
          per_time_(1 / context.time),
          t0_(context.t0)
    {
    }

    Eigen::Index size() const override { return network_.parameters(); }
    Eigen::VectorXd initial_parameters() const override { return network_.spec().initial_parameters(); }
    const NetworkSpec* network() const override { return &network_.spec(); }

    std::size_t tape_size() const override { return x_size + network_.tape_size(bodies); }
    std::size_t scratch_size() const override { return a_size + x_size + network_.scratch_size(bodies); }

    void add_acceleration(double t, const State& y, const Eigen::Vector3d&, const double* p, double* out, double* tape,
                          double* scratch) const override
    {
        for (int body = 0; body < bodies; ++body) {
            double* x = tape + body * inputs;
            scale(y, body, x);
            x[6] = (t - t0_) * per_time_;
        }
        network_.forward(p, tape, bodies, scratch, tape + x_size, scratch + a_size);
        for (int c = 0; c < a_size; ++c) out[c] += unit_ * scratch[c];
    }

    void add_vjp(double, const State&, const Eigen::Vector3d&, const double* p, const double* tape, const double* w,
                 State& y_bar, double*, double* p_bar, double* scratch) const override
    {
        const double* x_bar = pull_back(p, tape, w, p_bar, scratch);
        for (int body = 0; body < bodies; ++body)
            for (int c = 0; c < 3; ++c) {
                y_bar[3 * body + c] += per_length_ * x_bar[body * inputs + c];
                y_bar[9 + 3 * body + c] += per_velocity_ * x_bar[body * inputs + 3 + c];
            }
    }

    void add_jvp(double, const State&, const Eigen::Vector3d&, const double* p, const double* tape, const State& y_dot,
                 const double*, const double* p_dot, double* out, double* scratch) const override
    {
        double* x_dot = scratch + a_size;
        for (int body = 0; body < bodies; ++body) {
            scale(y_dot, body, x_dot + body * inputs);
            x_dot[body * inputs + 6] = 0;
        }
        network_.jvp(p, tape, bodies, tape + x_size, x_dot, p_dot, scratch, x_dot + x_size);
        for (int c = 0; c < a_size; ++c) out[c] += unit_ * scratch[c];
    }

    double time_vjp(double, const State&, const Eigen::Vector3d&, const double* p, const double* tape, const double* w,
                    double* scratch) const override
    {
        const double* x_bar = pull_back(p, tape, w, nullptr, scratch);
        return per_time_ * (x_bar[6] + x_bar[inputs + 6] + x_bar[2 * inputs + 6]);
    }

private:
    // The tape: the network's inputs, then its own tape.
    static constexpr int a_size = bodies * outputs, x_size = bodies * inputs;

    void scale(const State& y, int body, double* x) const
    {
        for (int c = 0; c < 3; ++c) {
            x[c] = per_length_ * y[3 * body + c];
            x[3 + c] = per_velocity_ * y[9 + 3 * body + c];
        }
    }

    /// The cotangents of the network's inputs.
    const double* pull_back(const double* p, const double* tape, const double* w, double* p_bar, double* scratch) const
    {
        for (int c = 0; c < a_size; ++c) scratch[c] = unit_ * w[c];
        double* x_bar = scratch + a_size;
        network_.vjp(p, tape, bodies, tape + x_size, scratch, x_bar, p_bar, x_bar + x_size);
        return x_bar;
    }

    Network network_;
    double unit_, per_length_, per_velocity_, per_time_, t0_;
};

}  // namespace

CorrectionInfo kinds::external()
{
    return {
        "external",
        "External field",
        "universal differential equations: Rackauckas et al. 2020, arXiv:2001.04385",
        "one field that acts on each body: a network of its position, its velocity and time",
        true,
        false,
        false,
        [](const CorrectionOptions& options, const CorrectionContext& context) -> std::shared_ptr<const Correction> {
            return std::make_shared<External>(options, context);
        },
        "the time that its network sees"};
}

}  // namespace syzygy
