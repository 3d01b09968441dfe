// Simulations: samples, encounters, both directions of time, and system files.
#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using namespace testing;
using ::testing::HasSubstr;

Simulation run(const ThreeBodySystem& system, double t0, double t1, long samples = 100)
{
    SimulateOptions options;
    options.t0 = t0;
    options.t1 = t1;
    options.samples = samples;
    options.velocities = true;
    return simulate(system, options, {});
}

TEST(Simulation, FindsTheClosestApproachOfTheAcaExample)
{
    const Simulation result = run(find_scenario("aca").make(), 0, 1);
    const auto nearest =
        std::min_element(result.encounters.begin(), result.encounters.end(),
                         [](const Encounter& a, const Encounter& b) { return a.distance < b.distance; });
    ASSERT_NE(nearest, result.encounters.end());
    // Bodies 2 and 3 of the ACA example, to the digits that other code gave.
    EXPECT_NEAR(nearest->distance, 0.0531, 5e-5);
    EXPECT_NEAR(nearest->t, 0.871, 5e-4);
    EXPECT_EQ(nearest->first, 1);
    EXPECT_EQ(nearest->second, 2);
}

TEST(Simulation, SamplesAreEquidistantFromEndToEndExactly)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    for (const auto& [t0, t1] : {std::pair(0.0, 0.7), std::pair(0.1, 2.3), std::pair(-1.0, 1.0 / 3)}) {
        const Simulation result = run(system, t0, t1, 77);
        ASSERT_EQ(result.samples.size(), 77u);
        EXPECT_EQ(result.samples.times.front(), t0);
        EXPECT_EQ(result.samples.times.back(), t1);
        EXPECT_EQ(result.samples.positions.col(0), system.state().head<9>());
        EXPECT_EQ(result.samples.positions.col(76), result.state.head<9>());
        for (std::size_t k = 1; k < 77; ++k)
            EXPECT_NEAR(result.samples.times[k] - result.samples.times[k - 1], (t1 - t0) / 76, 1e-14);
    }
}

TEST(Simulation, BackwardItComesBackWithTimesAscending)
{
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    const Simulation forward = run(system, 0, 3);
    ThreeBodySystem end = system;
    end.set_state(forward.state);
    const Simulation back = run(end, 3, 0);
    EXPECT_EQ(back.outcome.status, Status::reached);
    // Global error at 1e-12 over half a period.
    EXPECT_LT((back.state - system.state()).cwiseAbs().maxCoeff(), 1e-9);
    EXPECT_TRUE(std::is_sorted(back.samples.times.begin(), back.samples.times.end()));
    EXPECT_EQ(back.samples.times.back(), 3);
    EXPECT_LT((back.samples.positions - forward.samples.positions).cwiseAbs().maxCoeff(), 1e-9);
}

TEST(Simulation, BackwardTheEncountersAreTheSame)
{
    ThreeBodySystem system = find_scenario("aca").make();
    const Simulation forward = run(system, 0, 0.9);
    system.set_state(forward.state);
    const Simulation back = run(system, 0.9, 0);
    ASSERT_EQ(back.encounters.size(), forward.encounters.size());
    for (std::size_t i = 0; i < forward.encounters.size(); ++i) {
        const Encounter& there = forward.encounters[i];
        const Encounter& again = back.encounters[forward.encounters.size() - 1 - i];
        EXPECT_EQ(again.first, there.first);
        EXPECT_NEAR(again.t, there.t, 1e-6);
        EXPECT_NEAR(again.distance, there.distance, 1e-8);
    }
}

TEST(Simulation, ACollisionEndsItNamingTheBodies)
{
    ThreeBodySystem system;
    system.bodies = {Body{"A", 1, {0, 0, 0}, {0, 0, 0}}, Body{"B", 1, {1, 0, 0}, {0, 0, 0}},
                     Body{"C", 0, {50, 0, 0}, {0, 0, 0}}};
    const Simulation result = run(system, 0, 5);
    EXPECT_EQ(result.outcome.status, Status::step_too_small);
    EXPECT_THAT(result.outcome.reason, HasSubstr("A and B"));
    // Free fall from rest: pi / (2 sqrt 2) sqrt(r^3 / (m1 + m2)) = pi / 4 sqrt(2) ... = 0.7853982 for r = 1, M = 2.
    EXPECT_NEAR(result.t, 0.78539816, 1e-4);
    EXPECT_LT(result.samples.size(), 100u);
    EXPECT_TRUE(result.samples.positions.allFinite());
}

TEST(Simulation, NoiseHasItsSizeAndIsSaid)
{
    SimulateOptions options;
    options.t1 = 1;
    options.samples = 2000;
    options.noise = 0.01;
    const ThreeBodySystem system = find_scenario("figure-eight").make();
    const Observations noisy = simulate(system, options, {}).samples;
    const Observations exact = exact_samples(system, 1, 2000);
    const double rms = (noisy.positions - exact.positions).norm() / std::sqrt(18000.0);
    // 18000 numbers know their spread to 0.53 %.
    EXPECT_NEAR(rms, 0.01, 0.01 * 0.02);
    EXPECT_EQ(noisy.position_sigmas, ObservedTable::Constant(9, 2000, 0.01));
    EXPECT_EQ(simulate(system, options, {}).samples.positions, noisy.positions);
    options.seed = 2;
    EXPECT_NE(simulate(system, options, {}).samples.positions, noisy.positions);
}

TEST(Simulation, AStopIsAnOutcome)
{
    std::stop_source source;
    source.request_stop();
    SimulateOptions options;
    options.t1 = 1;
    EXPECT_EQ(simulate(find_scenario("aca").make(), options, {}, source.get_token()).outcome.status, Status::stopped);
}

TEST(SystemFile, IsReadWithUnitsNamesAndSoftening)
{
    const TemporaryFolder folder;
    const ThreeBodySystem system = read_system(folder.write("s.json", R"({"name": "Trio", "softening": 0.1,
        "units": {"length": "1 au", "mass": "Msun", "time": "d"}, "bodies": [
        {"name": "A", "mass": 1, "position": [1, 2, 3], "velocity": [4, 5, 6]},
        {"mass": 0, "position": [0, 0, 0], "velocity": [0, 0, 0]},
        {"name": "C", "mass": 2.5, "position": [7, 8, 9], "velocity": [-1, -2, -3]}]})"));
    EXPECT_EQ(system.name, "Trio");
    EXPECT_EQ(system.softening, 0.1);
    EXPECT_EQ(system.bodies[1].name, "body 2");
    EXPECT_EQ(system.bodies[2].velocity, Eigen::Vector3d(-1, -2, -3));
    // Gauss' constant squared, au^3 / (Msun d^2).
    EXPECT_NEAR(system.units.k1(), 2.9591220828e-4, 1e-10);
}

TEST(SystemFile, ErrorsNameThePlaceTheValueAndTheRemedy)
{
    const TemporaryFolder folder;
    const std::string body = R"({"mass": 1, "position": [0, 0, 0], "velocity": [0, 0, 0]})";
    const auto three = [&](const std::string& last) {
        return R"({"bodies": [)" + body + ", " + body + ", " + last + "]}";
    };
    for (const auto& [text, message] : std::vector<std::pair<std::string, std::string>>{
             {"{\"bodies\": [\n1,,]}", ":2:"},
             {"{}", "three bodies"},
             {R"({"bodies": [1, 2]})", "three bodies"},
             {three("7"), "not an object"},
             {three(R"({"mass": -1, "position": [0, 0, 0], "velocity": [0, 0, 0]})"), "-1"},
             {three(R"({"mass": 1, "velocity": [0, 0, 0]})"), "no position"},
             {three(R"({"mass": 1, "position": [0, 0], "velocity": [0, 0, 0]})"), "[0,0]"},
             {three(R"({"mass": 1, "position": [0, 0, "x"], "velocity": [0, 0, 0]})"), "three numbers"},
             {R"({"units": "length=1 parrot", "bodies": [)" + body + "," + body + "," + body + "]}", "parrot"},
             {R"({"softening": -1, "bodies": [)" + body + "," + body + "," + body + "]}", "softening"}}) {
        try {
            read_system(folder.write("s.json", text));
            ADD_FAILURE() << text;
        } catch (const InputError& error) {
            EXPECT_THAT(error.what(), HasSubstr(message)) << text;
            EXPECT_THAT(error.what(), HasSubstr("s.json"));
            EXPECT_FALSE(error.remedy().empty());
        }
    }
    EXPECT_THROW(read_system(folder.file("none.json")), InputError);
}

}  // namespace
}  // namespace syzygy
