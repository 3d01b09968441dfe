// The ratios of bench/README.md, from alternating runs so that noise hits all alike; an argument is the number of
// rounds. Google Benchmark times one thing after the other, so this program times by itself.

#include "bench/aca_problem.hpp"
#include "bench/cvodes_gradient.hpp"
#include "bench/rounds.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>

using namespace syzygy;
using namespace syzygy::bench;

int main(int argc, char** argv)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a long run shows where it is
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
    const AcaProblem aca;
    const Eigen::Vector3d reference = aca.reference_gradient();
    const auto error_of = [&](const Eigen::Vector3d& gradient) {
        return (gradient - reference).norm() / reference.norm();
    };
    fmt::print("reference gradient {:.10f} {:.10f} {:.10f}\n", reference[0], reference[1], reference[2]);

    // What each does, counted once.
    AcaWorkspace<Problem> workspace;
    const Problem problem = aca.problem();
    Predicted predicted(Loss::rows, static_cast<Eigen::Index>(aca.loss.times().size()));
    const auto solved = forward_solve_observed(aca, predicted);
    const auto ours = loss_and_gradient(problem, workspace);
    const double error = error_of(ours.parameters);
    fmt::print("Syzygy, dopri5 at 1e-7: accepted {}, rejected {}, evaluations {} forward, {} backward, vjps {}, "
               "loss {:.10f}, gradient error {:.2e}\n",
               ours.forward.accepted, ours.forward.rejected, ours.forward.rhs_evaluations,
               ours.backward.rhs_evaluations, ours.backward.vjp_evaluations, ours.loss, error);

    const auto states = states_along(aca);
    State dydt = State::Zero();
    constexpr int batch = 4, chains = 10;
    std::vector<Timed> items;
    items.push_back({"rhs, each call waiting for the last", double(chains) * double(states.size()),
                     repeat(chains, [&] { rhs_chain(aca.system, states, dydt); })});
    items.push_back({"rhs, calls free to overlap", double(chains) * double(states.size()), repeat(chains, [&] {
                         for (const State& state : states) {
                             aca.system.rhs(0.0, state, dydt);
                             asm volatile("" : : "r"(&dydt) : "memory");
                         }
                     })});
    double sink = 0;
    items.push_back({"forward solve", batch, repeat(batch, [&] { sink += forward_solve(aca).y[0]; })});
    items.push_back({"forward solve with 1000 dense observations", batch,
                     repeat(batch, [&] { sink += forward_solve_observed(aca, predicted).y[0]; })});
    items.push_back({"loss and gradient, ACA", batch,
                     repeat(batch, [&] { sink += loss_and_gradient(problem, workspace).parameters[0]; })});
    constexpr std::size_t chain = 0, forward = 2, observed = 3, gradient = 4;

#ifdef SYZYGY_HAVE_CVODES
    std::vector<CvodesSettings> settings;
    for (const double tolerance : {1e-7, 5e-8}) {
        const auto add = [&](const char* name, int corrector, bool newton, bool control) {
            settings.push_back({name, CV_ADAMS, corrector, newton, control, tolerance, tolerance});
        };
        add("fixed point, staggered", CV_STAGGERED, false, true);
        add("fixed point, simultaneous", CV_SIMULTANEOUS, false, true);
        add("fixed point, staggered, not controlled", CV_STAGGERED, false, false);
        add("Newton dense, simultaneous", CV_SIMULTANEOUS, true, true);
    }
    std::vector<std::unique_ptr<CvodesGradient>> peers;
    std::vector<double> peer_errors;
    fmt::print("CVODES, Adams, forward sensitivities of three masses:\n");
    const std::size_t first_peer = items.size();
    for (const CvodesSettings& setting : settings) {
        auto peer = std::make_unique<CvodesGradient>(aca, setting);
        Eigen::Vector3d value;
        const double loss = (*peer)(value);
        peer_errors.push_back(error_of(value));
        fmt::print("  {:<40} {:.0e}: steps {}, evaluations {}, of sensitivities {}, loss {:.10f}, gradient "
                   "error {:.2e}\n",
                   setting.name, setting.rtol, peer->steps(), peer->rhs_evaluations(), peer->sensitivity_evaluations(),
                   loss, peer_errors.back());
        items.push_back({fmt::format("CVODES {} {:.0e}", setting.name, setting.rtol), 1, [&sink, p = peer.get()] {
                             Eigen::Vector3d g;
                             sink += (*p)(g);
                         }});
        peers.push_back(std::move(peer));
    }
#endif

    run_rounds(items, rounds);
    fmt::print("\nmicroseconds a call, medians of {} alternating rounds (quartiles)\n", rounds);
    for (const Timed& item : items)
        fmt::print("  {:<76} {:10.4f}   ({:.4f} .. {:.4f})\n", item.name, item.median(),
                   quantile(item.microseconds, 0.25), quantile(item.microseconds, 0.75));

    fmt::print("\nratios of the medians, and quartiles of the rounds' own ratios\n");
    const auto ratio = [&](std::string_view name, std::size_t a, std::size_t b, double factor, std::string_view goal) {
        print_ratio(name, divided(items[a].microseconds, items[b].microseconds, factor),
                    items[a].median() / (factor * items[b].median()), goal);
    };
    const auto evaluations = double(solved.counts.rhs_evaluations);
    ratio("loss and gradient / forward solve", gradient, forward, 1, "goal <= 3.0");
    ratio("loss and gradient / forward solve with observations", gradient, observed, 1, "");
    ratio("forward solve / (evaluations x rhs)", forward, chain, evaluations, "");
    ratio("forward solve with observations / (evaluations x rhs)", observed, chain, evaluations, "goal <= 2.3");
    ratio("forward solve with observations / (evaluations x overlapping rhs)", observed, chain + 1, evaluations, "");
#ifdef SYZYGY_HAVE_CVODES
    // The fastest CVODES at the same tolerance, the fastest such that is at least as accurate, and the fastest as
    // accurate at any tolerance.
    std::size_t same = 0, same_as_good = 0, as_good = 0;
    for (std::size_t i = 0; i < settings.size(); ++i) {
        const auto keep_faster = [&](std::size_t& best) {
            if (best == 0 || items[first_peer + i].median() < items[best].median()) best = first_peer + i;
        };
        const bool same_tolerance = settings[i].rtol == 1e-7, accurate = peer_errors[i] <= error;
        if (same_tolerance) keep_faster(same);
        if (same_tolerance && accurate) keep_faster(same_as_good);
        if (accurate) keep_faster(as_good);
    }
    const auto peer_ratio = [&](std::size_t peer, std::string_view note) {
        if (peer == 0) return;
        const double peer_error = peer_errors[peer - first_peer];
        ratio(fmt::format("{} (error {:.1e}) / ours", items[peer].name, peer_error), peer, gradient, 1, note);
    };
    peer_ratio(same, "fastest at 1e-7");
    peer_ratio(same_as_good, "fastest as accurate at 1e-7; goal >= 50");
    peer_ratio(as_good, "fastest as accurate, either tolerance; goal >= 50");
#endif
    if (sink == 0.5 || dydt[0] == 0.5) fmt::print(" ");  // keeps the runs from being dropped
    return 0;
}
