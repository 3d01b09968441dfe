// In one file: one algorithm, the search for a start, whose steps share its candidates.
#include "physics/guess/search.hpp"

#include "physics/guess/pair_masses.hpp"
#include "physics/guess/revolutions.hpp"
#include "physics/guess/weak_form.hpp"
#include "physics/model/encounters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace syzygy {

namespace {

/// An attempt is believed at once if its residuals are no larger than this many errors.
constexpr double believable = 1.5;
/// Rows between which a pair turns farther, in radians, do not show its acceleration.
constexpr double most_resolved_turn = 1.3;
/// Masses that agree so well, relatively, are the same.
constexpr double same_masses = 0.2;

struct Candidate {
    std::string origin;
    Eigen::Vector3d masses, sigmas;
};

/// Masses to begin with, within the bounds; no two sets are the same.
class Candidates {
public:
    explicit Candidates(const ShootingProblem& problem) : problem_(problem) {}

    void add(std::string origin, Eigen::Vector3d masses, const Eigen::Vector3d& sigmas)
    {
        for (int j = 0; j < 3; ++j)
            masses[j] = problem_.mass_free[j] ? std::clamp(masses[j], problem_.lower[j], problem_.upper[j]) : problem_.lower[j];
        if (!masses.allFinite() || !(masses.maxCoeff() > 0)) return;
        const double largest = masses.maxCoeff();
        for (const Candidate& other : all_) {
            bool same = true;
            for (int j = 0; j < 3; ++j)
                same = same && std::abs(masses[j] - other.masses[j]) <
                                   same_masses * std::max({masses[j], other.masses[j], 1e-9 * largest});
            if (same) return;
        }
        all_.push_back({std::move(origin), masses, sigmas});
    }

    /// One body that holds the two others.
    void add_heavy(int body, double mass, const std::string& origin)
    {
        Eigen::Vector3d masses = Eigen::Vector3d::Constant(1e-4 * mass), sigmas = Eigen::Vector3d::Constant(0.01 * mass);
        masses[body] = mass;
        sigmas[body] = 0.1 * mass;
        add(fmt::format("body {} with nearly all of the mass{}", body + 1, origin), masses, sigmas);
    }

    const std::vector<Candidate>& all() const { return all_; }

private:
    const ShootingProblem& problem_;
    std::vector<Candidate> all_;
};

std::vector<Candidate> candidates(const PreparedData& data, const Tracks& tracks, std::span<const double> turns,
                                  const ShootingProblem& problem)
{
    Candidates result(problem);
    const Eigen::Vector3d sums = pair_sums(data, tracks);
    // A body that holds the two others: both of its pairs have its mass. The body whose pairs agree best comes first.
    const auto add_heavy_bodies = [&] {
        std::array<std::pair<double, int>, 3> order;
        for (int body = 0; body < 3; ++body) {
            const double one = sums[body == 2 ? 1 : 0], other = sums[body == 0 ? 1 : 2];
            order[static_cast<std::size_t>(body)] = {std::abs(std::log(one / other)), body};
        }
        std::sort(order.begin(), order.end());
        for (const auto& [difference, body] : order) {
            result.add_heavy(body, std::min(sums[body == 2 ? 1 : 0], sums[body == 0 ? 1 : 2]), "");
        }
    };
    // Rows too far apart for accelerations: observed velocities tell more.
    const auto far_apart = std::count_if(turns.begin(), turns.end(), [](double turn) { return turn > most_resolved_turn; });
    const bool sparse = 3 * static_cast<std::size_t>(far_apart) > data.size();
    if (sparse) add_heavy_bodies();
    const std::vector<WeakFormMasses> weak = weak_form_masses(data, tracks);
    for (std::size_t i = 0; i < std::min<std::size_t>(weak.size(), 3); ++i)
        result.add(fmt::format("weak form over {:.0f} rows", weak[i].rows), weak[i].masses, weak[i].sigmas);
    // Pairs that turn about each other, whatever the third does.
    const Eigen::Vector3d of_pairs = masses_of_pairs(data, tracks);
    result.add("speeds of the pairs", of_pairs, of_pairs);
    if (!sparse) add_heavy_bodies();
    const double total = sums.maxCoeff();
    result.add("equal masses", Eigen::Vector3d::Constant(total / 3), Eigen::Vector3d::Constant(total / 3));
    for (std::size_t i = 3; i < weak.size(); ++i)
        result.add(fmt::format("weak form over {:.0f} rows", weak[i].rows), weak[i].masses, weak[i].sigmas);
    return result.all();
}

/// Masses of two pairs whose revolutions were counted.
std::vector<Candidate> candidates(const PreparedData& data, const Revolutions& revolutions, const ShootingProblem& problem)
{
    Candidates result(problem);
    const auto [i, j] = body_pairs[static_cast<std::size_t>(revolutions.pairs[0])];
    const auto [k, l] = body_pairs[static_cast<std::size_t>(revolutions.pairs[1])];
    const int shared = i == k || i == l ? i : j, third = 3 - i - j;
    const std::string origin = fmt::format("; {}", revolutions.description());
    const double inner = revolutions.mass[0], outer = std::max(revolutions.mass[1] - inner, 1e-4 * inner);
    if (revolutions.mass[1] < 1.2 * inner) result.add_heavy(shared, inner, origin);
    // Two bodies swing about their common centre, the heavier one less. If one of them is the reference, only the other swings.
    double part = 0.5;
    const double of_i = revolutions.swing[static_cast<std::size_t>(i)], of_j = revolutions.swing[static_cast<std::size_t>(j)];
    const bool split = data.reference != i && data.reference != j && of_i + of_j > 0;
    if (split) part = std::clamp(of_j / (of_i + of_j), 1e-4, 1 - 1e-4);
    Eigen::Vector3d masses, sigmas;
    masses[i] = part * inner;
    masses[j] = (1 - part) * inner;
    masses[third] = outer;
    // Kepler's third law is right to a few per cent where orbits are disturbed.
    sigmas[i] = sigmas[j] = (split ? 0.02 : 1) * inner;
    sigmas[third] = 0.02 * (inner + outer);
    result.add(fmt::format("pairs by Kepler's third law{}", origin), masses, sigmas);
    return result.all();
}

/// A state relative to the reference body, whose own state is given.
State absolute(State y, const State& given, int reference)
{
    if (reference < 0) return y;
    for (int body = 0; body < 3; ++body) {
        y.segment<3>(3 * body) += given.segment<3>(3 * reference);
        y.segment<3>(9 + 3 * body) += given.segment<3>(9 + 3 * reference);
    }
    return y;
}

/// Relative to the reference body, if there is one.
State relative(State y, int reference)
{
    if (reference < 0) return y;
    const Eigen::Vector3d q = y.segment<3>(3 * reference), v = y.segment<3>(9 + 3 * reference);
    for (int body = 0; body < 3; ++body) {
        y.segment<3>(3 * body) -= q;
        y.segment<3>(9 + 3 * body) -= v;
    }
    return y;
}

/// True if the predicted bodies stand about where the data have them.
bool near_data(const PreparedData& data, const Tracks& tracks, const State& y, std::size_t row)
{
    const Eigen::Matrix<double, 9, 1> q = tracks.positions(data.times()[row]);
    for (const auto& [i, j] : body_pairs) {
        double noise = 0;
        for (int c = 0; c < 3; ++c)
            noise = std::max({noise, tracks.coordinates[3 * i + c].noise, tracks.coordinates[3 * j + c].noise});
        const Eigen::Vector3d seen = q.segment<3>(3 * j) - q.segment<3>(3 * i);
        const Eigen::Vector3d predicted = y.segment<3>(3 * j) - y.segment<3>(3 * i);
        if ((predicted - seen).norm() > 0.3 * std::max(seen.norm(), predicted.norm()) + 5 * noise) return false;
    }
    return true;
}

/// True if two attempts ended in one minimum.
bool same_orbit(const ShootingResult& a, const ShootingResult& b)
{
    constexpr double near = 0.02;
    const double largest = std::max(a.masses.maxCoeff(), b.masses.maxCoeff());
    return std::abs(a.misfit - b.misfit) < near * std::max(a.misfit, b.misfit) &&
           (a.masses - b.masses).cwiseAbs().maxCoeff() < near * largest;
}

/// One candidate on its way: an orbit through the rows from `first_` to before `end_`, which grows on both sides.
class Growth {
public:
    Growth(const PreparedData& data, const Tracks& tracks, const ShootingProblem& problem, const std::vector<std::size_t>& nodes,
           std::span<const double> turns, const Candidate& candidate, std::stop_token stop, std::size_t attempt,
           const std::function<void(const SearchProgress&)>& report)
        : data_(data), tracks_(tracks), problem_(problem), nodes_(nodes), turns_(turns), stop_(std::move(stop))
    {
        if (report)
            report_ = [this, attempt, &report](const ShootingResult& at) {
                report({attempt, end_ - first_, data_.size(), at.masses});
            };
        masses_ = candidate.masses;
        problem_.prior = candidate.masses;
        for (int j = 0; j < 3; ++j) {
            const double sigma = std::max(5 * candidate.sigmas[j], 0.02 * candidate.masses[j]);
            problem_.prior_weight[j] = sigma > 0 && std::isfinite(sigma) ? 1 / sigma : 0;
        }
    }

    ShootingResult run()
    {
        ShootingResult result;
        long iterations = 0;
        int again = 0;
        begin(first_stretch());
        for (int round = 0; round < 80 && !stop_.stop_requested(); ++round) {
            const bool whole = first_ == 0 && end_ == data_.size();
            ShootingProblem problem = problem_;
            if (whole)
                problem.prior_weight.setZero();
            else {
                problem.closed = 1e-4;
                problem.iterations = 25;
            }
            result = shoot(data_, tracks_, problem, {masses_, rows_, states_, end_}, stop_, report_);
            iterations += result.iterations;
            result.iterations = iterations;
            // Gaps that have almost closed close in one more round.
            const bool almost = result.outcome.status == Status::no_progress && result.gap < 1e-2 && result.misfit < 10;
            if (!result.outcome.ok() && !(almost && again < 3)) break;
            masses_ = result.masses;
            states_ = result.states;
            if (!result.outcome.ok()) {
                ++again;
                continue;
            }
            const bool good = believed(result);
            if (whole || good) {
                fitted_ = end_ - first_;
                fitted_first_ = first_;
                fitted_masses_ = masses_;
                fitted_state_ = states_.front();
            }
            if (whole || !good) break;
            extend();
        }
        if (!(first_ == 0 && end_ == data_.size()) && result.outcome.ok())
            result.outcome = {Status::no_progress, "the orbit does not reach the ends of the data"};
        return result;
    }

    /// How many rows from the first on the orbit was fitted through; 0 if it does not begin there.
    std::size_t rows_from_start() const { return fitted_first_ == 0 ? fitted_ : 0; }
    const Eigen::Vector3d& masses() const { return fitted_masses_; }
    const State& first_state() const { return fitted_state_; }

private:
    /// False once the misfit has left what the stretches before had: the orbit no longer follows the data. What no orbit of
    /// three bodies follows exactly (other forces, errors stated too small) may cost more and more, but not at once.
    bool believed(const ShootingResult& result)
    {
        constexpr double jump = 3;
        const bool good = result.misfit < believable || last_misfit_ == 0 || result.misfit < jump * last_misfit_;
        last_misfit_ = std::max(last_misfit_, result.misfit);
        return good;
    }

    /// The rows to begin with: about a turn without passages between rows, with twice as many numbers as unknowns.
    std::pair<std::size_t, std::size_t> first_stretch() const
    {
        // A state that is held is where to begin.
        const bool from_start = std::find(problem_.held.begin(), problem_.held.end(), true) != problem_.held.end();
        constexpr double enough_turns = 4;
        constexpr std::size_t enough_rows = 8;
        const std::size_t count = data_.size();
        std::pair<std::size_t, std::size_t> best{0, count};
        double least = std::numeric_limits<double>::infinity();
        for (const std::size_t first : nodes_) {
            double turned = 0, hardest = 0;
            std::size_t end = first;
            while (end < count && (turned < enough_turns || end - first < enough_rows)) {
                turned += turns_[end];
                hardest = std::max(hardest, turns_[end]);
                ++end;
            }
            if (from_start && first > 0) break;
            if (end - first < std::min(count, enough_rows) || (turned < enough_turns && first > 0)) break;
            if (hardest < least) {
                least = hardest;
                best = {first, end};
            }
        }
        return best;
    }

    void begin(std::pair<std::size_t, std::size_t> stretch)
    {
        first_ = stretch.first;
        end_ = stretch.second;
        for (const std::size_t node : nodes_)
            if (node >= first_ && node < end_) {
                rows_.push_back(node);
                states_.push_back(tracks_.state(data_.times()[node]));
            }
    }

    /// Takes in rows on both sides: as many as the orbit predicts well, twice as many as there are at most, one at least.
    void extend()
    {
        const std::size_t most = end_ - first_;
        const auto follows = [&](const State& y, std::size_t row) {
            return near_data(data_, tracks_, relative(y, data_.reference), row);
        };
        if (end_ < data_.size()) {
            const std::size_t from = rows_.back(), target = std::min(data_.size(), end_ + most);
            const std::vector<State> ahead = follow(data_, problem_.model, masses_, states_.back(), from, target, stop_);
            std::size_t row = end_;
            while (row < target && row - from <= ahead.size() && follows(ahead[row - from - 1], row)) ++row;
            row = std::min(std::max(row, end_ + 1), from + 1 + ahead.size());
            for (const std::size_t node : nodes_)
                if (node > from && node + 1 < row) {
                    rows_.push_back(node);
                    states_.push_back(relative(ahead[node - from - 1], data_.reference));
                }
            end_ = std::max(end_, row);
        }
        if (first_ > 0) {
            const std::size_t from = rows_.front(), target = from - std::min(from, most);
            const std::vector<State> behind = follow(data_, problem_.model, masses_, states_.front(), from, target, stop_);
            std::size_t row = from;
            while (row > target && from - row < behind.size() && follows(behind[from - row], row - 1)) --row;
            row = std::max(std::min(row, from - 1), from - behind.size());
            std::vector<std::size_t> rows;
            std::vector<State> states;
            if (row < from) {
                rows.push_back(row);
                states.push_back(relative(behind[from - row - 1], data_.reference));
            }
            for (const std::size_t node : nodes_)
                if (node > row && node < from) {
                    rows.push_back(node);
                    states.push_back(relative(behind[from - node - 1], data_.reference));
                }
            // The node at which the orbit began stays if it is one of all.
            if (!rows.empty() && !std::binary_search(nodes_.begin(), nodes_.end(), from)) {
                rows_.erase(rows_.begin());
                states_.erase(states_.begin());
            }
            rows_.insert(rows_.begin(), rows.begin(), rows.end());
            states_.insert(states_.begin(), states.begin(), states.end());
            first_ = row;
        }
    }

    const PreparedData& data_;
    const Tracks& tracks_;
    ShootingProblem problem_;
    const std::vector<std::size_t>& nodes_;
    std::span<const double> turns_;
    std::stop_token stop_;
    std::function<void(const ShootingResult&)> report_;
    Eigen::Vector3d masses_;
    std::vector<State> states_;
    std::vector<std::size_t> rows_;  ///< of the nodes
    std::size_t first_ = 0, end_ = 0;
    double last_misfit_ = 0;  ///< largest so far
    // The last orbit that was fitted and believed.
    std::size_t fitted_ = 0, fitted_first_ = 1;
    Eigen::Vector3d fitted_masses_ = Eigen::Vector3d::Zero();
    State fitted_state_ = State::Zero();
};

}  // namespace

std::string SearchResult::summary() const
{
    long joined = 0;
    for (const SearchAttempt& attempt : attempts) joined += attempt.result.outcome.ok();
    if (attempts.empty()) return "no start could be made from the data";
    const SearchAttempt* best = &attempts.front();
    for (const SearchAttempt& attempt : attempts)
        if (attempt.result.masses == point.masses) best = &attempt;
    const std::string tried =
        attempts.size() == 1 ? "one set of masses was tried" : fmt::format("{} sets of masses were tried", attempts.size());
    if (rows == 0) return fmt::format("a start was looked for in the data: {}, none led to an orbit from the first row on", tried);
    return fmt::format("the start was looked for in the data: {}, {} led to an orbit through all rows; the orbit taken began with masses "
                       "{:.4g}, {:.4g}, {:.4g} ({})",
                       tried, joined, best->masses[0], best->masses[1], best->masses[2], best->origin);
}

SearchResult search_orbit(const PreparedData& data, const ShootingProblem& problem, std::stop_token stop,
                          const std::function<void(const SearchProgress&)>& report)
{
    SearchResult search;
    double best = std::numeric_limits<double>::infinity();
    /// Follows masses along tracks; true if that is enough.
    const auto follow_all = [&](const Tracks& tracks, std::span<const double> turns, const std::vector<Candidate>& all,
                                bool counted) {
        const std::vector<std::size_t> nodes = shooting_nodes(data, turns);
        for (const Candidate& candidate : all) {
            if (stop.stop_requested()) return true;
            Growth growth(data, tracks, problem, nodes, turns, candidate, stop, search.attempts.size() + 1, report);
            SearchAttempt attempt{candidate.origin, candidate.masses, growth.run()};
            const bool joined = attempt.result.outcome.ok();
            // The orbit that runs farthest through the data is the best; of those that run through, the one with the smallest
            // misfit.
            const std::size_t rows = growth.rows_from_start();
            if (rows > search.rows || (rows == search.rows && joined && attempt.result.misfit < best)) {
                best = joined ? attempt.result.misfit : std::numeric_limits<double>::infinity();
                search.point = {growth.masses(), absolute(growth.first_state(), problem.initial_state, data.reference), {}};
                search.found = joined;
                search.rows = rows;
            }
            // Two ways to one orbit are enough, whatever its misfit: then it is the model that lacks something. This does
            // not hold for counted revolutions: both ways may use the same wrong number of turns.
            const bool confirmed =
                joined && !counted && std::any_of(search.attempts.begin(), search.attempts.end(), [&](const SearchAttempt& other) {
                    return other.result.outcome.ok() && same_orbit(other.result, attempt.result);
                });
            const bool done = joined && (attempt.result.misfit < believable || confirmed);
            search.attempts.push_back(std::move(attempt));
            if (done) return true;
        }
        return false;
    };
    const Tracks tracks = make_tracks(data);
    // If nobody stated the errors, no misfit is small enough to end the search.
    std::vector<Revolutions> counted = data.sigmas_known ? count_revolutions(data) : count_revolutions(data, 8);
    const auto follow_revolutions = [&](bool likely) {
        for (Revolutions& one : counted) {
            if (one.likely != likely) continue;
            give_slopes(data, one);
            if (follow_all(one.tracks, row_turns(data, one.tracks), candidates(data, one, problem), true)) return true;
        }
        return false;
    };
    if (follow_revolutions(true) || search.found) return search;
    const std::vector<double> turns = row_turns(data, tracks);
    if (!follow_all(tracks, turns, candidates(data, tracks, turns, problem), false)) follow_revolutions(false);
    return search;
}

}  // namespace syzygy
