// In one file: one algorithm, multiple shooting, whose steps share its arcs.
#include "physics/guess/shooting.hpp"

#include "core/base/worker_pool.hpp"
#include "core/optimize/objective.hpp"
#include "physics/model/encounters.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>

namespace syzygy {

namespace {

constexpr int state_size = 18;

/// An arc turns by about a radian: one that needs more evaluations runs into a collision.
constexpr long most_evaluations = 20'000;

/// Gaps of this size, relative to the data's, are no gaps: what follows closes them.
constexpr double joined = 1e-5;

/// The errors that residuals are measured in: 1/sigma for each component and row, 0 if not observed.
Eigen::MatrixXd inverse_errors(const PreparedData& data, const Tracks& tracks)
{
    Eigen::MatrixXd result = data.loss.weights().topRows(data.loss.state_components()).cwiseSqrt();
    if (data.sigmas_known) return result;
    // Errors that nobody stated are those of the tracks; exact data keep a part in 1e7 of their size.
    double largest = 1e-7 * data.length;
    for (const CoordinateTrack& track : tracks.coordinates) largest = std::max(largest, track.noise);
    for (Eigen::Index c = 0; c < result.rows(); ++c) {
        const double error = c < 9 ? largest : largest * data.velocity / data.length;
        for (Eigen::Index k = 0; k < result.cols(); ++k)
            if (result(c, k) > 0) result(c, k) = 1 / error;
    }
    return result;
}

/// Gives data other times, from 0 on, at which nothing is observed.
void set_times(PreparedData& data, std::vector<double> times, double epoch)
{
    const auto count = static_cast<Eigen::Index>(times.size());
    data.t0 = 0;
    data.t1 = times.back();
    data.epoch = epoch;
    data.reference = -1;
    const Eigen::MatrixXd nothing = Eigen::MatrixXd::Zero(18, count);
    data.loss = TrajectoryLoss(std::move(times), nothing, nothing, 1, -1, RobustLoss::none, 1);
}

/// The data with these times alone.
PreparedData rows_alone(const PreparedData& data, std::vector<double> times, double epoch)
{
    PreparedData rows = data;
    set_times(rows, std::move(times), data.epoch + epoch);
    return rows;
}

/// One arc, integrated from its node: what its rows say, and where it ends. Columns of tangents: the node's state
/// (scaled), then the masses (scaled).
struct Arc {
    std::size_t first = 0, last = 0;  ///< its rows: first .. last - 1; it ends at row `last`, or at the last row of all
    bool joined = true;               ///< another arc follows
    ReducedLeastSquares data;         ///< its residuals in sigmas, reduced
    State gap = State::Zero();        ///< end minus the next node, scaled by the state's scale
    Eigen::MatrixXd transition;       ///< d end / d unknowns, scaled, 18 x (18 + 3)
};

class Shooting {
public:
    Shooting(const PreparedData& data, const Tracks& tracks, const ShootingProblem& problem, const ShootingStart& start,
             std::stop_token stop)
        : data_(data), problem_(problem), stop_(std::move(stop)), inverse_errors_(inverse_errors(data, tracks))
    {
        for (int j = 0; j < 3; ++j)
            if (problem.mass_free[j]) free_masses_.push_back(j);
        for (int c = 0; c < state_size; ++c)
            if (data.reference < 0 || c % 9 / 3 != data.reference) components_.push_back(c);
        ny_ = static_cast<Eigen::Index>(components_.size());
        ng_ = static_cast<Eigen::Index>(free_masses_.size());
        for (std::size_t s = 0; s < start.rows.size(); ++s) {
            Arc arc;
            arc.first = start.rows[s];
            arc.joined = s + 1 < start.rows.size();
            arc.last = arc.joined ? start.rows[s + 1] : start.end;
            arcs_.push_back(arc);
        }
        masses_ = start.masses;
        states_ = start.states;
        if (data.reference >= 0)
            for (State& y : states_)
                for (int c = 0; c < 3; ++c) y[3 * data.reference + c] = y[9 + 3 * data.reference + c] = 0;
        if (arcs_.front().first == 0)
            for (const int c : components_)
                if (problem.held[c]) {
                    const int of_reference = data_.loss.reference_row(c);
                    states_.front()[c] = problem.initial_state[c] - (of_reference >= 0 ? problem.initial_state[of_reference] : 0);
                }
        mass_scale_ = std::max(masses_.maxCoeff(), std::numeric_limits<double>::min());
        // The speed of the motion that is looked for, not that of a system as a whole.
        double square = 0;
        for (const State& y : states_) square += y.tail<9>().squaredNorm() / 9;
        velocity_ = std::sqrt(square / static_cast<double>(states_.size()));
        if (!(velocity_ > 0)) velocity_ = data.velocity;
        make_segments();
        constexpr std::size_t worth_dividing = 8;
        if (arcs_.size() >= worth_dividing) pool_ = std::make_unique<WorkerPool>(0);
    }

    ShootingResult run(const std::function<void(const ShootingResult&)>& report)
    {
        ShootingResult result;
        result.masses = masses_;
        result.outcome = {Status::no_progress, "the arcs of the start cannot be solved"};
        tolerance_ = std::max(problem_.model.solver.rtol, 1e-9);
        if (!linearise()) return finished(result);
        // Gaps count at first as much as the start is off.
        const double closed = problem_.closed;
        double tau = std::clamp(std::max(gap_rms(), 0.3 * residual_size()), 1e-9, 1.0);
        double lambda = 1e-3;
        long rejected = 0;
        int at_level = 0;
        while (result.iterations < problem_.iterations) {
            if (stop_.stop_requested()) {
                result.outcome = {Status::stopped, "stopped on request"};
                return finished(result);
            }
            const double before = merit(tau);
            double predicted = 0;
            if (!solve_step(tau, lambda, predicted)) {
                lambda = std::max(4 * lambda, 1e-6);
                if (++rejected > 8) break;
                continue;
            }
            const Eigen::Vector3d old_masses = masses_;
            const std::vector<State> old_states = states_;
            const std::vector<Arc> old_arcs = arcs_;
            apply_step();
            ++result.iterations;
            const bool valid = linearise();
            const double after = valid ? merit(tau) : std::numeric_limits<double>::infinity();
            const double gain = (before - after) / std::max(before - predicted, 1e-300);
            if (valid && after <= before * (1 + 1e-12) ) {
                rejected = 0;
                lambda = std::max(gain > 0.75 ? lambda / 5 : gain > 0.25 ? lambda : 2 * lambda, 1e-12);
                ++at_level;
                if (report) report(finished(result));
                const double change = (before - after) / std::max(before, std::numeric_limits<double>::min());
                const bool settled = change < (tau > 1e-6 ? 0.05 : 1e-2) || at_level >= 12;
                if (settled && tau <= closed) {
                    result.outcome = {Status::converged, ""};
                    break;
                }
                if (settled) {
                    tau = std::max(closed, tau * (at_level <= 1 ? 0.003 : at_level <= 2 ? 0.03 : 0.2));
                    at_level = 0;
                    if (tau < 1e-5 && tolerance_ > problem_.model.solver.rtol) {
                        tolerance_ = problem_.model.solver.rtol;
                        if (!linearise()) break;
                    }
                }
                continue;
            }
            masses_ = old_masses;
            states_ = old_states;
            arcs_ = old_arcs;
            lambda = std::max(8 * lambda, 1e-6);
            if (++rejected <= (tau < joined ? 3 : 8)) continue;
            // No shorter step helps: this weight of the gaps has given what it can.
            if (tau <= closed || (tau < joined && gap_rms() < joined)) {
                result.outcome = {Status::converged, ""};
                break;
            }
            tau = std::max(closed, 0.2 * tau);
            lambda = 1e-3;
            rejected = 0;
            at_level = 0;
        }
        if (gap_rms() < joined && result.iterations > 0 && result.outcome.status != Status::stopped)
            result.outcome = {Status::converged, ""};
        return finished(result);
    }

private:
    void make_segments()
    {
        const std::span<const double> times = data_.times();
        const PreparedData shell = rows_alone(data_, {0, 1}, 0);
        for (const Arc& arc : arcs_) {
            const std::size_t end = arc.joined ? arc.last + 1 : arc.last;
            std::vector<double> t(times.begin() + static_cast<std::ptrdiff_t>(arc.first),
                                  times.begin() + static_cast<std::ptrdiff_t>(end));
            const double epoch = t.front();
            for (double& time : t) time -= epoch;
            segments_.push_back(shell);
            set_times(segments_.back(), std::move(t), data_.epoch + epoch);
        }
    }

    double scale(int component) const { return component < 9 ? data_.length : velocity_; }

    /// Integrates all arcs with their tangents. False if one cannot be solved.
    bool linearise()
    {
        ModelOptions model = problem_.model;
        model.solver.rtol = tolerance_;
        model.solver.max_evaluations = std::min<long>(model.solver.max_evaluations, most_evaluations);
        std::vector<int> unknowns;
        for (const int c : components_) unknowns.push_back(3 + c);
        for (const int j : free_masses_) unknowns.push_back(j);
        const Eigen::Index n = ny_ + ng_;
        Eigen::VectorXd units(n);
        for (Eigen::Index i = 0; i < ny_; ++i) units[i] = scale(components_[static_cast<std::size_t>(i)]);
        units.tail(ng_).setConstant(mass_scale_);
        std::atomic<bool> reached = true;
        const auto one = [&](std::size_t s) {
            if (reached && !linearise_arc(s, model, unknowns, units)) reached = false;
        };
        if (pool_)
            pool_->run(arcs_.size(), one);
        else
            for (std::size_t s = 0; s < arcs_.size(); ++s) one(s);
        return reached;
    }

    bool linearise_arc(std::size_t s, const ModelOptions& model, const std::vector<int>& unknowns, const Eigen::VectorXd& units)
    {
        const Eigen::Index n = units.size();
        Eigen::RowVectorXd derivatives(n);
        Arc& arc = arcs_[s];
        RowReducer reducer(n);
        const ModelPoint point{masses_, states_[s], {}};
        const auto visit_row = [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y,
                                   const Eigen::Ref<const Eigen::MatrixXd>& tangents) {
            const std::size_t row = arc.first + k;
            if (row == arc.last) {
                arc.transition.resize(ny_, n);
                for (Eigen::Index i = 0; i < ny_; ++i) {
                    const int c = components_[static_cast<std::size_t>(i)];
                    const int of_reference = data_.loss.reference_row(c);
                    arc.transition.row(i) = tangents.row(c);
                    double end = y[c];
                    if (of_reference >= 0) {
                        arc.transition.row(i) -= tangents.row(of_reference);
                        end -= y[of_reference];
                    }
                    arc.transition.row(i).array() *= units.transpose().array() / scale(c);
                    arc.gap[i] = (end - states_[s + 1][c]) / scale(c);
                }
                return;
            }
            const auto column = static_cast<Eigen::Index>(row);
            for (Eigen::Index c = 0; c < inverse_errors_.rows(); ++c) {
                const double inverse = inverse_errors_(c, column);
                if (!(inverse > 0)) continue;
                const int of_reference = data_.loss.reference_row(static_cast<int>(c));
                derivatives = tangents.row(c);
                double predicted = y[c];
                if (of_reference >= 0) {
                    derivatives -= tangents.row(of_reference);
                    predicted -= y[of_reference];
                }
                derivatives.array() *= inverse * units.transpose().array();
                reducer.add(derivatives, inverse * (predicted - data_.loss.observed()(c, column)));
            }
        };
        bool reached = true;
        if (segments_[s].size() < 2) {
            // The last row stands alone: its node is its prediction.
            Eigen::MatrixXd identity = Eigen::MatrixXd::Zero(state_size, n);
            for (Eigen::Index i = 0; i < ny_; ++i) identity(components_[static_cast<std::size_t>(i)], i) = 1;
            visit_row(0, states_[s], identity);
        } else {
            const SensitivityReport done = compute_sensitivities(segments_[s], point, model, {unknowns}, visit_row, stop_);
            reached = done.outcome.ok();
        }
        if (!reached) return false;
        arc.data = reducer.result();
        if (!arc.data.r.allFinite() || !arc.data.q.allFinite() || !std::isfinite(arc.data.rest)) return false;
        return !arc.joined || arc.transition.allFinite();
    }

    double data_merit() const
    {
        double sum = 0;
        for (const Arc& arc : arcs_) sum += arc.data.squared_norm();
        return sum;
    }
    double prior_merit() const
    {
        return (masses_ - problem_.prior).cwiseProduct(problem_.prior_weight).squaredNorm();
    }
    /// Root mean square of the position residuals' size over the data's length: sigmas times the usual sigma.
    double residual_size() const
    {
        double count = 0, inverse = 0;
        for (const Arc& arc : arcs_)
            for (std::size_t k = arc.first; k < arc.last; ++k)
                for (Eigen::Index c = 0; c < 9; ++c)
                    if (const double value = inverse_errors_(c, static_cast<Eigen::Index>(k)); value > 0) {
                        ++count;
                        inverse += value;
                    }
        return count > 0 ? std::sqrt(data_merit() / count) / (inverse / count) / data_.length : 0;
    }
    double gap_squares() const
    {
        double sum = 0;
        for (const Arc& arc : arcs_)
            if (arc.joined) sum += arc.gap.head(ny_).squaredNorm();
        return sum;
    }
    double gap_rms() const
    {
        return arcs_.size() < 2 ? 0 : std::sqrt(gap_squares() / static_cast<double>(ny_ * static_cast<Eigen::Index>(arcs_.size() - 1)));
    }
    double merit(double tau) const { return data_merit() + prior_merit() + gap_squares() / (tau * tau); }

    /// The Levenberg-Marquardt step: eliminates node after node. False if it is not finite.
    bool solve_step(double tau, double lambda, double& predicted)
    {
        const Eigen::Index kept = ny_ + ng_ + 1;
        const std::size_t count = arcs_.size();
        // What is known of (node, masses | residual) from the arcs before.
        Eigen::MatrixXd prior = Eigen::MatrixXd::Zero(0, kept);
        std::vector<Eigen::MatrixXd> eliminated(count);
        const double damping = std::sqrt(lambda);
        // Masses are damped by what all arcs say of them.
        Eigen::VectorXd mass_columns = Eigen::VectorXd::Zero(ng_);
        for (const Arc& arc : arcs_) {
            mass_columns += arc.data.r.rightCols(ng_).colwise().squaredNorm().transpose();
            if (arc.joined) mass_columns += arc.transition.rightCols(ng_).colwise().squaredNorm().transpose() / (tau * tau);
        }
        mass_columns = mass_columns.cwiseSqrt();
        double least = 0;
        for (std::size_t s = 0; s < count; ++s) {
            const Arc& arc = arcs_[s];
            const Eigen::Index next = arc.joined ? ny_ : 0, columns = ny_ + next + ng_ + 1;
            const Eigen::Index rows = next + prior.rows() + (ny_ + ng_) + ny_ + (s == 0 ? 2 * ng_ : 0);
            Eigen::MatrixXd a = Eigen::MatrixXd::Zero(std::max(rows, columns), columns);
            Eigen::Index row = 0;
            if (arc.joined) {
                a.block(0, 0, ny_, ny_) = arc.transition.leftCols(ny_) / tau;
                a.block(0, ny_, ny_, ny_).diagonal().setConstant(-1 / tau);
                a.block(0, ny_ + next, ny_, ng_) = arc.transition.rightCols(ng_) / tau;
                a.col(columns - 1).head(ny_) = arc.gap.head(ny_) / tau;
                row += ny_;
            }
            const auto put = [&](const Eigen::MatrixXd& block) {
                a.block(row, 0, block.rows(), ny_) = block.leftCols(ny_);
                a.block(row, ny_ + next, block.rows(), ng_ + 1) = block.rightCols(ng_ + 1);
                row += block.rows();
            };
            put(prior);
            Eigen::MatrixXd own(ny_ + ng_, kept);
            own << arc.data.r, arc.data.q;
            put(own);
            for (Eigen::Index i = 0; i < ny_; ++i) {
                double size = arc.data.r.col(i).squaredNorm() + (s > 0 ? 1 / (tau * tau) : 0);
                if (arc.joined) size += arc.transition.col(i).squaredNorm() / (tau * tau);
                const bool held = s == 0 && arc.first == 0 && problem_.held[components_[static_cast<std::size_t>(i)]];
                a(row, i) = held ? 1e8 * std::sqrt(size) : damping * std::sqrt(size);
                ++row;
            }
            if (s == 0)
                for (Eigen::Index j = 0; j < ng_; ++j) {
                    a(row++, ny_ + next + j) = damping * mass_columns[j];
                    const int body = free_masses_[static_cast<std::size_t>(j)];
                    a(row, ny_ + next + j) = problem_.prior_weight[body] * mass_scale_;
                    a(row++, columns - 1) = problem_.prior_weight[body] * (masses_[body] - problem_.prior[body]);
                }
            Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXd>> qr(a);
            eliminated[s] = a.topRows(ny_).template triangularView<Eigen::Upper>();
            least += arc.data.rest;
            if (arc.joined) {
                prior = a.block(ny_, ny_, std::min(kept, a.rows() - ny_), kept).template triangularView<Eigen::Upper>();
            } else {
                // The last node: masses are what is left.
                last_ = a.topRows(std::min(kept, a.rows())).template triangularView<Eigen::Upper>();
            }
        }
        least += last_(kept - 1, kept - 1) * last_(kept - 1, kept - 1);
        predicted = least;
        // Back substitution.
        step_masses_ = Eigen::VectorXd::Zero(ng_);
        if (ng_ > 0)
            step_masses_ = last_.block(ny_, ny_, ng_, ng_).template triangularView<Eigen::Upper>().solve(
                -last_.col(kept - 1).segment(ny_, ng_));
        step_states_.assign(count, Eigen::VectorXd::Zero(ny_));
        for (std::size_t s = count; s-- > 0;) {
            const Eigen::MatrixXd& r = eliminated[s];
            Eigen::VectorXd right = -r.col(r.cols() - 1);
            const Eigen::Index next = arcs_[s].joined ? ny_ : 0;
            if (next > 0) right -= r.block(0, ny_, ny_, ny_) * step_states_[s + 1];
            if (ng_ > 0) right -= r.block(0, ny_ + next, ny_, ng_) * step_masses_;
            step_states_[s] = r.leftCols(ny_).template triangularView<Eigen::Upper>().solve(right);
            if (!step_states_[s].allFinite()) return false;
        }
        return step_masses_.allFinite();
    }

    void apply_step()
    {
        for (Eigen::Index i = 0; i < ng_; ++i) {
            const int j = free_masses_[static_cast<std::size_t>(i)];
            double mass = masses_[j] + mass_scale_ * step_masses_[i];
            // A mass that would fall through 0 goes a part of the way.
            if (mass < 0.1 * masses_[j]) mass = 0.1 * masses_[j];
            masses_[j] = std::clamp(mass, problem_.lower[j], problem_.upper[j]);
        }
        for (std::size_t s = 0; s < states_.size(); ++s)
            for (Eigen::Index i = 0; i < ny_; ++i) {
                const int c = components_[static_cast<std::size_t>(i)];
                if (s == 0 && arcs_[0].first == 0 && problem_.held[c]) continue;
                states_[s][c] += scale(c) * step_states_[s][i];
            }
    }

    ShootingResult& finished(ShootingResult& result) const
    {
        result.masses = masses_;
        result.states = states_;
        const auto first = static_cast<Eigen::Index>(arcs_.front().first), last = static_cast<Eigen::Index>(arcs_.back().last);
        const auto count = static_cast<double>((inverse_errors_.middleCols(first, last - first).array() > 0).count());
        result.misfit = std::sqrt(data_merit() / std::max(count, 1.0));
        result.gap = 0;
        for (const Arc& arc : arcs_)
            if (arc.joined) result.gap = std::max(result.gap, arc.gap.head(ny_).cwiseAbs().maxCoeff());
        return result;
    }

    const PreparedData& data_;
    const ShootingProblem& problem_;
    std::stop_token stop_;
    Eigen::MatrixXd inverse_errors_;
    std::vector<int> free_masses_, components_;
    Eigen::Index ny_ = 0, ng_ = 0;
    std::vector<Arc> arcs_;
    std::vector<PreparedData> segments_;
    Eigen::Vector3d masses_;
    std::vector<State> states_;
    double mass_scale_ = 1, velocity_ = 1, tolerance_ = 1e-9;
    Eigen::VectorXd step_masses_;
    std::vector<Eigen::VectorXd> step_states_;
    Eigen::MatrixXd last_;
    std::unique_ptr<WorkerPool> pool_;  ///< arcs are solved beside each other; null: few arcs
};

}  // namespace

std::vector<double> row_turns(const PreparedData& data, const Tracks& tracks)
{
    const std::span<const double> times = data.times();
    std::vector<double> turns(data.size(), 0);
    for (std::size_t k = 0; k + 1 < data.size(); ++k) {
        constexpr int parts = 4;
        std::array<double, 3> sums{};
        for (int part = 0; part < parts; ++part) {
            const double h = (times[k + 1] - times[k]) / parts;
            const State y = tracks.state(times[k] + (part + 0.5) * h);
            for (std::size_t pair = 0; pair < 3; ++pair) {
                const auto [i, j] = body_pairs[pair];
                const Eigen::Vector3d d = y.segment<3>(3 * j) - y.segment<3>(3 * i);
                const Eigen::Vector3d rate = tracks.k2 * (y.segment<3>(9 + 3 * j) - y.segment<3>(9 + 3 * i));
                const double r = d.norm();
                if (r > 0) sums[pair] += std::min(rate.norm() / r * h, 1.0);
            }
        }
        turns[k] = *std::max_element(sums.begin(), sums.end());
    }
    return turns;
}

std::vector<std::size_t> shooting_nodes(const PreparedData& data, std::span<const double> turns, double turn, std::size_t most)
{
    double whole = 0;
    for (const double one : turns) whole += one;
    turn = std::max(turn, whole / static_cast<double>(most));
    const std::span<const double> times = data.times();
    std::vector<std::size_t> rows{0};
    double turned = 0;
    for (std::size_t k = 0; k + 1 < data.size(); ++k) {
        if (turned > 0 && turned + turns[k] > turn && times[k] > times[rows.back()]) {
            rows.push_back(k);
            turned = 0;
        }
        turned += turns[k];
    }
    return rows;
}

std::vector<State> follow(const PreparedData& data, const ModelOptions& model, const Eigen::Vector3d& masses, const State& state,
                          std::size_t from, std::size_t end, std::stop_token stop)
{
    const bool forward = end > from;
    const std::span<const double> all = data.times();
    std::vector<double> t{0};
    // Backward in time is forward with velocities turned round: Newton's equations know no direction.
    if (forward)
        for (std::size_t k = from + 1; k < end; ++k) t.push_back(all[k] - all[from]);
    else
        for (std::size_t k = from; k-- > end;) t.push_back(all[from] - all[k]);
    std::vector<State> states;
    if (t.size() < 2 || !(t.back() > 0)) return states;
    ModelPoint point{masses, state, {}};
    if (!forward) point.initial_state.tail<9>() *= -1;
    predict(rows_alone(data, std::move(t), all[from]), point, model,
            [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) {
                if (k == 0) return;
                State at = y.head<18>();
                if (!forward) at.tail<9>() *= -1;
                states.push_back(at);
            },
            std::move(stop));
    return states;
}

ShootingResult shoot(const PreparedData& data, const Tracks& tracks, const ShootingProblem& problem, const ShootingStart& start,
                     std::stop_token stop, const std::function<void(const ShootingResult&)>& report)
{
    return Shooting(data, tracks, problem, start, std::move(stop)).run(report);
}

}  // namespace syzygy
