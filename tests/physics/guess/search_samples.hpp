#pragma once

#include "core/base/random.hpp"
#include "tests/physics/fit/fit_samples.hpp"

#include <Eigen/Geometry>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>

/// Data without a start that the tests of the search share, and what counts as found.
namespace syzygy::testing {

/// The scenarios that are looked for, and the noise of their 300 positions in their length unit.
struct SearchCase {
    const char* scenario;
    double noise;
    const char* relative_to = "";
};
inline constexpr SearchCase search_cases[] = {
    {"aca", 1e-4},          {"figure-eight", 1e-3}, {"lagrange", 1e-3},    {"euler", 1e-3},
    {"hierarchical", 1e-3}, {"butterfly-1", 1e-3},  {"moth-1", 1e-3},      {"goggles", 1e-3},
    {"dragonfly", 1e-3},    {"yin-yang-1a", 1e-3},  {"broucke-a2", 1e-3},  {"broucke-r2", 1e-3},
    {"sun-jupiter-saturn", 1e-5}, {"sun-earth-moon", 0, "1"},
};

/// True if the long version of a test is asked for: SYZYGY_LONG_TESTS=1.
inline bool long_tests()
{
    const char* asked = std::getenv("SYZYGY_LONG_TESTS");
    return asked && *asked && *asked != '0';
}

inline Observations search_data(const SearchCase& one, double factor, long seed)
{
    const Scenario& scenario = find_scenario(one.scenario);
    const Observations exact = without_velocities(exact_samples(scenario.make(), scenario.duration, 300));
    return one.noise > 0 ? with_noise(exact, factor * one.noise, seed) : exact;
}

inline FitSetup search_setup(const SearchCase& one)
{
    FitSetup setup;
    setup.data.relative_to = one.relative_to;
    if (one.noise == 0) setup.fit.free = "masses,initial";
    return setup;
}

/// What is found and what only looks so. Found: the fit says that it has ended well, and its residuals are the noise (where
/// nobody stated one: a millionth of the data's size); and each mass is within `sigmas` of its errors (or 1e-6 of itself), or is
/// said not to be determined.
struct Verdict {
    bool found = false;
    bool claimed = false;  ///< "converged" was said
};
inline Verdict judge(const FitResult& result, const Eigen::Vector3d& masses, double noise, double length)
{
    constexpr double sigmas = 5;
    Verdict verdict;
    verdict.claimed = result.outcome.status == Status::converged;
    const bool quiet = result.rms_residual < (noise > 0 ? 1.2 * noise : 1e-6 * length);
    bool right = true;
    for (int i = 0; i < 3; ++i) {
        const FittedParameter& mass = result.parameters[static_cast<std::size_t>(i)];
        right = right && (!mass.identifiable || std::abs(mass.value - masses[i]) < sigmas * mass.scaled_sigma + 1e-6 * masses[i]);
    }
    verdict.found = quiet && right;
    return verdict;
}

/// Calls work(index) for 0 .. count - 1 on two threads.
inline void for_each_index(long count, const std::function<void(long)>& work)
{
    std::atomic<long> next = 0;
    const auto loop = [&] {
        for (long index = next++; index < count; index = next++) work(index);
    };
    const std::jthread first(loop), second(loop);
}

/// A random bound triple with G = 1: masses within a factor of ten, positions in a sphere of radius 1, velocities of random
/// direction scaled to a virial ratio between 0.2 and 0.8, at rest as a whole.
inline ThreeBodySystem random_triple(std::uint64_t seed)
{
    Random random(seed);
    const auto in_sphere = [&] {
        for (;;) {
            const Eigen::Vector3d q(2 * random.uniform() - 1, 2 * random.uniform() - 1, 2 * random.uniform() - 1);
            if (q.norm() <= 1) return q;
        }
    };
    ThreeBodySystem system;
    system.name = "random triple";
    for (int body = 0; body < 3; ++body) {
        system.bodies[body].name = fmt::format("Body {}", body + 1);
        system.bodies[body].mass = std::pow(10.0, random.uniform() - 0.5);
        system.bodies[body].position = in_sphere();
        system.bodies[body].velocity = in_sphere();
    }
    Eigen::Vector3d momentum = Eigen::Vector3d::Zero(), centre = Eigen::Vector3d::Zero();
    const double total = system.masses().sum();
    for (const Body& body : system.bodies) {
        momentum += body.mass * body.velocity / total;
        centre += body.mass * body.position / total;
    }
    double kinetic = 0, potential = 0;
    for (int i = 0; i < 3; ++i) {
        system.bodies[i].velocity -= momentum;
        system.bodies[i].position -= centre;
        kinetic += system.bodies[i].mass * system.bodies[i].velocity.squaredNorm() / 2;
    }
    for (int i = 0; i < 3; ++i)
        for (int j = i + 1; j < 3; ++j)
            potential += system.bodies[i].mass * system.bodies[j].mass /
                         (system.bodies[j].position - system.bodies[i].position).norm();
    const double ratio = 0.2 + 0.6 * random.uniform();
    for (Body& body : system.bodies) body.velocity *= std::sqrt(ratio * potential / (2 * kinetic));
    return system;
}

}  // namespace syzygy::testing
