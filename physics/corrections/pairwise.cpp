#include "core/network/network.hpp"
#include "physics/corrections/kinds.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace syzygy {

namespace {

using kinds::pairs, kinds::first_of, kinds::second_of;

double dot(const double* a, const double* b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// A central force between each two bodies:
///
///     a_i += sum_j m_j K1 y_ij d_ij / r^3,   d_ij = q_j - q_i,  r = |d_ij|,
///
/// so y is the force relative to Newton's. y_ij = y_ji, so sum m_i a_i = 0. With w = v_j - v_i, the scales L, V, M of
/// the context, and xi = log(r / L):
///
///     y = net(xi, log(1 + |w|^2 / V^2) / 2, (m_i + m_j) / (2 M), m_i m_j / M^2)
///
/// (without the last two where the masses are not asked for) or, as a potential, of which the pair's energy is - K1 m_i m_j n / r:
///
///     n = net(xi, (m_i + m_j) / (2 M), m_i m_j / M^2),   y = n - dn/dxi.
class Pairwise final : public Correction {
public:
    Pairwise(const CorrectionOptions& options, const CorrectionContext& context)
        : potential_(options.potential),
          mass_inputs_(options.mass_inputs),
          network_(kinds::network_spec(options, (options.potential ? 1 : 2) + (options.mass_inputs ? 2 : 0), 1)),
          k1_(context.units.k1()),
          inverse_length2_(1 / (context.length * context.length)),
          velocity2_(context.velocity * context.velocity),
          inverse_mass_(1 / context.mass)
    {
    }

    Eigen::Index size() const override { return network_.parameters(); }
    Eigen::VectorXd initial_parameters() const override { return network_.spec().initial_parameters(); }
    const NetworkSpec* network() const override { return &network_.spec(); }

    std::size_t tape_size() const override { return x_of + x_size() + network_tape_size(pairs); }
    std::size_t scratch_size() const override { return y_size + x_size() + network_scratch_size(pairs); }

    void add_acceleration(double, const State& y, const Eigen::Vector3d& masses, const double* p, double* out,
                          double* tape, double* scratch) const override
    {
        const double *q = y.data(), *v = q + 9;
        double* x = tape + x_of;
        if (potential_) std::fill_n(x + x_size() / 2, x_size() / 2, 0.0);
        for (int k = 0; k < pairs; ++k) {
            const int i = first_of[k], j = second_of[k];
            double* pair = tape + k * pair_size;
            for (int c = 0; c < 3; ++c) {
                pair[d_of + c] = q[3 * j + c] - q[3 * i + c];
                pair[w_of + c] = v[3 * j + c] - v[3 * i + c];
            }
            const double r2 = dot(pair + d_of, pair + d_of), w2 = dot(pair + w_of, pair + w_of), inverse_r2 = 1 / r2;
            pair[inverse_r2_of] = inverse_r2;
            pair[newton_of] = k1_ * inverse_r2 * std::sqrt(inverse_r2);
            pair[inverse_w2_of] = 1 / (velocity2_ + w2);
            fill_inputs(r2, w2, masses[i], masses[j], x + k * inputs());
            if (potential_) x[x_size() / 2 + std::size_t(k * inputs())] = 1;
        }
        relative_force(p, x, pairs, tape + x_of + x_size(), scratch);
        for (int k = 0; k < pairs; ++k) {
            double* pair = tape + k * pair_size;
            pair[y_of] = scratch[k];
            const double s = pair[newton_of] * scratch[k];
            double *a_i = out + 3 * first_of[k], *a_j = out + 3 * second_of[k];
            const double m_i = masses[first_of[k]], m_j = masses[second_of[k]];
            for (int c = 0; c < 3; ++c) {
                const double force = s * pair[d_of + c];
                a_i[c] += m_j * force;
                a_j[c] -= m_i * force;
            }
        }
    }

    void add_vjp(double, const State&, const Eigen::Vector3d& masses, const double* p, const double* tape,
                 const double* w, State& y_bar, double* masses_bar, double* p_bar, double* scratch) const override
    {
        double d_bar[pairs][3];
        double *n_bar = scratch, *x_bar = scratch + y_size;
        for (int k = 0; k < pairs; ++k) {
            const int i = first_of[k], j = second_of[k];
            const double *pair = tape + k * pair_size, *w_i = w + 3 * i, *w_j = w + 3 * j;
            const double along_i = dot(w_i, pair + d_of), along_j = dot(w_j, pair + d_of);
            const double s = pair[newton_of] * pair[y_of], s_bar = masses[j] * along_i - masses[i] * along_j;
            masses_bar[j] += s * along_i;
            masses_bar[i] -= s * along_j;
            const double along_d = 3 * s * s_bar * pair[inverse_r2_of];
            for (int c = 0; c < 3; ++c)
                d_bar[k][c] = s * (masses[j] * w_i[c] - masses[i] * w_j[c]) - along_d * pair[d_of + c];
            n_bar[k] = s_bar * pair[newton_of];
            if (potential_) n_bar[pairs + k] = -n_bar[k];
        }
        const double* x = tape + x_of;
        if (potential_)
            network_.vjp_tangent(p, x, pairs, x + x_size(), n_bar, x_bar, p_bar, x_bar + x_size());
        else
            network_.vjp(p, x, pairs, x + x_size(), n_bar, x_bar, p_bar, x_bar + x_size());
        for (int k = 0; k < pairs; ++k) {
            const int i = first_of[k], j = second_of[k];
            const double *pair = tape + k * pair_size, *bar = x_bar + k * inputs();
            double *q_bar = y_bar.data(), *v_bar = q_bar + 9;
            const double xi_bar = bar[0] * pair[inverse_r2_of];
            for (int c = 0; c < 3; ++c) {
                const double total = d_bar[k][c] + xi_bar * pair[d_of + c];
                q_bar[3 * j + c] += total;
                q_bar[3 * i + c] -= total;
            }
            if (!potential_) {
                const double speed_bar = bar[1] * pair[inverse_w2_of];
                for (int c = 0; c < 3; ++c) {
                    v_bar[3 * j + c] += speed_bar * pair[w_of + c];
                    v_bar[3 * i + c] -= speed_bar * pair[w_of + c];
                }
            }
            if (mass_inputs_) {
                const double sum_bar = 0.5 * inverse_mass_ * bar[mass_input()];
                const double product_bar = inverse_mass_ * inverse_mass_ * bar[mass_input() + 1];
                masses_bar[i] += sum_bar + product_bar * masses[j];
                masses_bar[j] += sum_bar + product_bar * masses[i];
            }
        }
    }

    void add_jvp(double, const State&, const Eigen::Vector3d& masses, const double* p, const double* tape,
                 const State& y_dot, const double* masses_dot, const double* p_dot, double* out,
                 double* scratch) const override
    {
        const double *q_dot = y_dot.data(), *v_dot = q_dot + 9;
        double *n_dot = scratch, *x_dot = scratch + y_size, d_dot[pairs][3], xi_dot[pairs];
        std::fill_n(x_dot, x_size(), 0.0);
        for (int k = 0; k < pairs; ++k) {
            const int i = first_of[k], j = second_of[k];
            const double* pair = tape + k * pair_size;
            double w_dot[3], *dot_k = x_dot + k * inputs();
            for (int c = 0; c < 3; ++c) {
                d_dot[k][c] = q_dot[3 * j + c] - q_dot[3 * i + c];
                w_dot[c] = v_dot[3 * j + c] - v_dot[3 * i + c];
            }
            dot_k[0] = xi_dot[k] = dot(pair + d_of, d_dot[k]) * pair[inverse_r2_of];
            if (!potential_) dot_k[1] = dot(pair + w_of, w_dot) * pair[inverse_w2_of];
            if (mass_inputs_) {
                dot_k[mass_input()] = 0.5 * inverse_mass_ * (masses_dot[i] + masses_dot[j]);
                dot_k[mass_input() + 1] =
                    inverse_mass_ * inverse_mass_ * (masses_dot[i] * masses[j] + masses[i] * masses_dot[j]);
            }
        }
        const double* x = tape + x_of;
        if (potential_)
            network_.jvp_tangent(p, x, pairs, x + x_size(), x_dot, p_dot, n_dot, x_dot + x_size());
        else
            network_.jvp(p, x, pairs, x + x_size(), x_dot, p_dot, n_dot, x_dot + x_size());
        for (int k = 0; k < pairs; ++k) {
            const int i = first_of[k], j = second_of[k];
            const double* pair = tape + k * pair_size;
            const double y_dot_k = potential_ ? n_dot[k] - n_dot[pairs + k] : n_dot[k];
            const double s = pair[newton_of] * pair[y_of], s_dot = pair[newton_of] * y_dot_k - 3 * s * xi_dot[k];
            for (int c = 0; c < 3; ++c) {
                const double force = s * pair[d_of + c], force_dot = s_dot * pair[d_of + c] + s * d_dot[k][c];
                out[3 * i + c] += masses[j] * force_dot + masses_dot[j] * force;
                out[3 * j + c] -= masses[i] * force_dot + masses_dot[i] * force;
            }
        }
    }

    bool pair_law(double r, double v_along, double v_across, double m_i, double m_j, const double* p,
                  double& value) const override
    {
        const std::size_t one_x = std::size_t(inputs()) * parts();
        std::vector<double> memory(one_x + network_tape_size(1) + scratch_size());
        double *x = memory.data(), *tape = x + one_x, *scratch = tape + network_tape_size(1);
        fill_inputs(r * r, v_along * v_along + v_across * v_across, m_i, m_j, x);
        if (potential_) x[inputs()] = 1;
        relative_force(p, x, 1, tape, scratch);
        value = k1_ * scratch[0] / (r * r);
        return true;
    }

private:
    // What the tape holds of a pair: d, w, 1 / r^2, K1 / r^3, y, 1 / (V^2 + w^2). Behind the pairs: the network's
    // inputs, then its own tape.
    static constexpr int d_of = 0, w_of = 3, inverse_r2_of = 6, newton_of = 7, y_of = 8, inverse_w2_of = 9,
                         pair_size = 10;
    static constexpr std::size_t x_of = pairs * pair_size;
    static constexpr std::size_t y_size = 2 * pairs;

    int inputs() const { return network_.inputs(); }
    int mass_input() const { return potential_ ? 1 : 2; }
    std::size_t parts() const { return potential_ ? 2 : 1; }
    std::size_t x_size() const { return parts() * std::size_t(pairs * inputs()); }
    std::size_t network_tape_size(int columns) const
    {
        return potential_ ? network_.tangent_tape_size(columns) : network_.tape_size(columns);
    }
    std::size_t network_scratch_size(int columns) const
    {
        return potential_ ? network_.tangent_scratch_size(columns) : network_.scratch_size(columns);
    }

    void fill_inputs(double r2, double w2, double m_i, double m_j, double* x) const
    {
        x[0] = 0.5 * std::log(r2 * inverse_length2_);
        if (!potential_) x[1] = 0.5 * std::log(1 + w2 / velocity2_);
        if (mass_inputs_) {
            x[mass_input()] = 0.5 * inverse_mass_ * (m_i + m_j);
            x[mass_input() + 1] = inverse_mass_ * inverse_mass_ * m_i * m_j;
        }
    }

    /// y of each column, at the beginning of the scratch memory.
    void relative_force(const double* p, const double* x, int columns, double* tape, double* scratch) const
    {
        double* network_scratch = scratch + y_size + x_size();
        if (!potential_) {
            network_.forward(p, x, columns, scratch, tape, network_scratch);
            return;
        }
        network_.forward_tangent(p, x, columns, scratch, tape, network_scratch);
        for (int k = 0; k < columns; ++k) scratch[k] -= scratch[columns + k];
    }

    bool potential_, mass_inputs_;
    Network network_;
    double k1_, inverse_length2_, velocity2_, inverse_mass_;
};

}  // namespace

CorrectionInfo kinds::pairwise()
{
    return {
        "pairwise",
        "Pairwise network",
        "after Lemos et al., Mach. Learn.: Sci. Technol. 4, 045002 (2023)",
        "a force between each two bodies along their distance, its strength relative to Newton's from a network of "
        "distance, relative speed and masses (with --potential: the slope of a potential)",
        true,
        true,
        true,
        [](const CorrectionOptions& options, const CorrectionContext& context) -> std::shared_ptr<const Correction> {
            return std::make_shared<Pairwise>(options, context);
        }};
}

}  // namespace syzygy
