// What every row of the table of corrections must hold, at every option that changes its formula.

#include "tests/support/correction.hpp"
#include "tests/support/count_allocations.hpp"

#include "core/base/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace syzygy {
namespace {

using namespace syzygy::testing;
constexpr double epsilon = std::numeric_limits<double>::epsilon();

struct Case {
    std::string name;
    CorrectionOptions options;
};

/// Every row with each of its options in turn. A network from a file has a suite of its own.
std::vector<Case> cases()
{
    std::vector<Case> all;
    for (const CorrectionInfo& info : corrections()) {
        if (info.id == "torchscript") continue;
        CorrectionOptions options;
        options.correction = info.id;
        options.network = "9,6";
        std::string name(info.id);
        std::ranges::replace(name, '-', '_');
        const auto add = [&](const char* what, auto member, auto value) {
            CorrectionOptions changed = options;
            changed.*member = value;
            all.push_back({name + what, changed});
        };
        all.push_back({name, options});
        if (!info.network) continue;
        // The help of an option that one row alone reads begins with its id.
        const auto reads = [&](std::string_view id) {
            const auto& list = correction_options();
            const auto option = std::ranges::find(list, id, [](const auto& row) { return row.id; });
            return option->help.starts_with(std::string(info.id) + ":");
        };
        if (reads("potential")) add("_of_potential", &CorrectionOptions::potential, true);
        if (reads("mass-inputs")) add("_without_masses", &CorrectionOptions::mass_inputs, false);
        if (reads("augmented")) add("_augmented", &CorrectionOptions::augmented, true);
        if (reads("replace-newton")) add("_replacing_newton", &CorrectionOptions::replace_newton, true);
        for (const char* activation : {"softplus", "silu", "sine"})
            add((std::string("_with_") + activation).c_str(), &CorrectionOptions::activation, std::string(activation));
        add("_without_layers", &CorrectionOptions::network, std::string());
    }
    return all;
}

class Corrections : public ::testing::TestWithParam<Case> {
protected:
    const CorrectionInfo& info = find_correction(GetParam().options.correction);
    const std::shared_ptr<const Correction> correction = make_correction(GetParam().options, correction_context());
    const bool conservative = info.conserves_energy && (info.id != "pairwise" || GetParam().options.potential);
};
INSTANTIATE_TEST_SUITE_P(All, Corrections, ::testing::ValuesIn(cases()),
                         [](const auto& the_case) { return the_case.param.name; });

TEST_P(Corrections, SayWhatTheyAre)
{
    for (const std::string_view text : {info.id, info.label, info.source, info.help}) EXPECT_FALSE(text.empty());
    const Eigen::VectorXd start = correction->initial_parameters();
    ASSERT_EQ(start.size(), correction->size());
    const auto named = correction->named_parameters();
    if (info.network) {
        EXPECT_TRUE(named.empty());
        ASSERT_NE(correction->network(), nullptr);
        EXPECT_EQ(correction->network()->parameters(), correction->size());
        return;
    }
    EXPECT_EQ(correction->network(), nullptr);
    ASSERT_EQ(Eigen::Index(named.size()), correction->size());
    std::set<std::string> names;
    for (std::size_t i = 0; i < named.size(); ++i) {
        EXPECT_TRUE(names.insert(named[i].name).second) << named[i].name;
        EXPECT_EQ(named[i].start, start[Eigen::Index(i)]);
        EXPECT_GT(named[i].scale, 0);
        EXPECT_LE(named[i].lower, named[i].start);
        EXPECT_GE(named[i].upper, named[i].start);
    }
}

TEST_P(Corrections, BeginAtNewtonAndCanLeaveIt)
{
    for (unsigned seed = 0; seed < 4; ++seed) {
        CorrectionPoint at(*correction, seed);
        at.p = correction->initial_parameters();
        EXPECT_EQ(at.acceleration(), Accelerations(Accelerations::Zero()));
        const Pulled pulled = at.vjp(Accelerations::Ones());
        EXPECT_TRUE(pulled.p.allFinite() && pulled.y.allFinite() && pulled.masses.allFinite());
        EXPECT_GT(pulled.p.norm(), 0);
    }
}

TEST_P(Corrections, JvpEqualsDifferences)
{
    for (unsigned seed = 0; seed < 4; ++seed) {
        CorrectionPoint at(*correction, seed);
        const Pushed all = at.random_direction(seed + 50);
        const Pushed none{State::Zero(), Eigen::Vector3d::Zero(), Eigen::VectorXd::Zero(all.p.size())};
        for (const Pushed& direction : {Pushed{all.y, none.masses, none.p}, Pushed{none.y, all.masses, none.p},
                                        Pushed{none.y, none.masses, all.p}, all}) {
            at.acceleration();
            const Accelerations jvp = at.jvp(direction);
            const auto along = [&](double s) {
                CorrectionPoint moved = at;
                moved.y += s * direction.y;
                moved.masses += s * direction.masses;
                moved.p += s * direction.p;
                return moved.acceleration();
            };
            const auto [slope, error] = ridders<Accelerations>(along, 0.05);
            const double size = jvp.norm() + slope.norm() + at.acceleration().norm();
            // A difference worth comparing with, and equality up to what it says it is off.
            ASSERT_LE(error, 1e-7 * size);
            EXPECT_LE((jvp - slope).norm(), 10 * error + 1e-11 * size) << seed;
        }
    }
}

TEST_P(Corrections, VjpIsTheTransposeOfJvp)
{
    for (unsigned seed = 0; seed < 8; ++seed) {
        CorrectionPoint at(*correction, seed);
        const Pushed direction = at.random_direction(seed + 50);
        at.acceleration();
        const Accelerations w = random_vector(9, seed + 60), jvp = at.jvp(direction);
        const Pulled pulled = at.vjp(w);
        const double there = w.dot(jvp);
        const double back = pulled.y.dot(direction.y) + pulled.masses.dot(direction.masses) + pulled.p.dot(direction.p);
        const double size = pulled.y.cwiseAbs().dot(direction.y.cwiseAbs()) +
                            pulled.masses.cwiseAbs().dot(direction.masses.cwiseAbs()) +
                            pulled.p.cwiseAbs().dot(direction.p.cwiseAbs()) + w.norm() * jvp.norm();
        EXPECT_NEAR(there, back, 100 * epsilon * size) << seed;
        // Parameters that nobody asks for change nothing.
        const Pulled without = at.vjp(w, false);
        EXPECT_EQ(without.y, pulled.y);
        EXPECT_EQ(without.masses, pulled.masses);
        EXPECT_EQ(at.jvp({direction.y, direction.masses, {}}),
                  at.jvp({direction.y, direction.masses, Eigen::VectorXd::Zero(at.p.size())}));
    }
}

TEST_P(Corrections, TimeVjpEqualsDifferences)
{
    for (unsigned seed = 0; seed < 4; ++seed) {
        CorrectionPoint at(*correction, seed);
        const Accelerations w = random_vector(9, seed + 60);
        const double size = w.norm() * at.acceleration().norm();
        const double slope = at.time_vjp(w);
        const auto [expected, error] = ridders<Eigen::Matrix<double, 1, 1>>(
            [&](double s) {
                CorrectionPoint moved = at;
                moved.t += s;
                return Eigen::Matrix<double, 1, 1>(w.dot(moved.acceleration()));
            },
            0.1);
        EXPECT_NEAR(slope, expected[0], 10 * error + 1e-11 * size);
    }
}

TEST_P(Corrections, AddToWhatIsThere)
{
    CorrectionPoint at(*correction, 3);
    const Accelerations alone = at.acceleration();
    Accelerations out = Accelerations::Constant(0.5);
    correction->add_acceleration(at.t, at.y, at.masses, at.p.data(), out.data(), at.tape.data(), at.scratch.data());
    EXPECT_LE((out - alone - Accelerations::Constant(0.5)).norm(), 4 * epsilon * (out.norm() + alone.norm()));
    const Accelerations w = random_vector(9, 1);
    const Pulled pulled = at.vjp(w);
    State y_bar = State::Ones();
    Eigen::Vector3d masses_bar = Eigen::Vector3d::Ones();
    Eigen::VectorXd p_bar = Eigen::VectorXd::Ones(at.p.size());
    correction->add_vjp(at.t, at.y, at.masses, at.p.data(), at.tape.data(), w.data(), y_bar, masses_bar.data(),
                        p_bar.data(), at.scratch.data());
    EXPECT_LE((y_bar - State::Ones() - pulled.y).norm(), 16 * epsilon * (1 + y_bar.norm()));
    EXPECT_LE((masses_bar - Eigen::Vector3d::Ones() - pulled.masses).norm(), 16 * epsilon * (1 + masses_bar.norm()));
    EXPECT_LE((p_bar - Eigen::VectorXd::Ones(at.p.size()) - pulled.p).norm(), 16 * epsilon * p_bar.norm());
}

TEST_P(Corrections, KeepToTheirMemoryAndToItsPromises)
{
    // Memory that was used elsewhere gives the bits that fresh memory gives, and nothing is written beyond its end.
    CorrectionPoint fresh(*correction, 1), used(*correction, 2);
    used.acceleration();
    used.vjp(Accelerations::Ones());
    used.t = fresh.t;
    used.y = fresh.y;
    used.masses = fresh.masses;
    used.p = fresh.p;
    EXPECT_EQ(fresh.acceleration(), used.acceleration());
    const Accelerations w = random_vector(9, 1);
    const Pulled first = fresh.vjp(w), second = used.vjp(w), third = used.vjp(w);
    for (const Pulled& other : {second, third}) {
        EXPECT_EQ(first.y, other.y);
        EXPECT_EQ(first.masses, other.masses);
        EXPECT_EQ(first.p, other.p);
    }
    EXPECT_TRUE(fresh.guards_hold() && used.guards_hold());
}

TEST_P(Corrections, DoNotAllocate)
{
    CorrectionPoint at(*correction, 1);
    const Pushed direction = at.random_direction(1);
    const Accelerations w = Accelerations::Ones();
    Accelerations out = Accelerations::Zero();
    State y_bar = State::Zero();
    Eigen::Vector3d masses_bar = Eigen::Vector3d::Zero();
    Eigen::VectorXd p_bar = Eigen::VectorXd::Zero(at.p.size());
    const long before = allocations;
    correction->add_acceleration(at.t, at.y, at.masses, at.p.data(), out.data(), at.tape.data(), at.scratch.data());
    correction->add_vjp(at.t, at.y, at.masses, at.p.data(), at.tape.data(), w.data(), y_bar, masses_bar.data(),
                        p_bar.data(), at.scratch.data());
    correction->add_jvp(at.t, at.y, at.masses, at.p.data(), at.tape.data(), direction.y, direction.masses.data(),
                        direction.p.data(), out.data(), at.scratch.data());
    correction->time_vjp(at.t, at.y, at.masses, at.p.data(), at.tape.data(), w.data(), at.scratch.data());
    EXPECT_EQ(allocations, before);
}

TEST_P(Corrections, ServeSeveralThreads)
{
    const auto work = [&](unsigned seed) {
        CorrectionPoint at(*correction, seed);
        Accelerations sum = Accelerations::Zero();
        for (int i = 0; i < 50; ++i) {
            sum += at.acceleration();
            at.y.head<9>() += 1e-3 * at.vjp(sum).y.head<9>().normalized();
        }
        return sum;
    };
    const Accelerations alone[] = {work(1), work(2)};
    Accelerations together[2];
    {
        std::jthread one([&] { together[0] = work(1); }), two([&] { together[1] = work(2); });
    }
    EXPECT_EQ(alone[0], together[0]);
    EXPECT_EQ(alone[1], together[1]);
}

TEST_P(Corrections, ConserveMomentumWhereTheyClaimIt)
{
    if (!info.conserves_momentum) GTEST_SKIP() << "does not claim it";
    for (unsigned seed = 0; seed < 8; ++seed) {
        CorrectionPoint at(*correction, seed);  // every other with a massless body
        const Accelerations a = at.acceleration();
        Eigen::Vector3d force = Eigen::Vector3d::Zero();
        double size = 0;
        for (int body = 0; body < 3; ++body) {
            force += at.masses[body] * a.segment<3>(3 * body);
            size += at.masses[body] * a.segment<3>(3 * body).norm();
        }
        ASSERT_GT(size, 0);
        EXPECT_LE(force.norm(), 16 * epsilon * size);
    }
}

TEST_P(Corrections, AreConservativeWhereTheyClaimIt)
{
    if (!conservative) GTEST_SKIP() << "does not claim it";
    // A force has a potential where it depends on positions alone and d(m_i a_i)/dq_j is symmetric.
    for (unsigned seed = 0; seed < 8; ++seed) {
        CorrectionPoint at(*correction, seed);
        at.acceleration();
        Eigen::Matrix<double, 9, 18> jacobian;
        const Eigen::Vector3d no_masses = Eigen::Vector3d::Zero();
        for (int i = 0; i < 18; ++i) jacobian.col(i) = at.jvp({State::Unit(i), no_masses, {}});
        for (int row = 0; row < 9; ++row) jacobian.row(row) *= at.masses[row / 3];
        const Eigen::Matrix<double, 9, 9> of_positions = jacobian.leftCols<9>();
        EXPECT_LE((of_positions - of_positions.transpose()).norm(), 100 * epsilon * of_positions.norm());
        EXPECT_EQ(jacobian.rightCols<9>().norm(), 0);
        EXPECT_EQ(at.time_vjp(Accelerations::Ones()), 0);
    }
}

TEST_P(Corrections, HaveTheLawOfAPairThatTheySay)
{
    double value = 0;
    for (unsigned seed = 0; seed < 8; ++seed) {
        CorrectionPoint at(*correction, seed);
        if (!correction->pair_law(1, 0.1, 0.1, 1, 1, at.p.data(), value)) GTEST_SKIP() << "none of pairs";
        // Two bodies, their centre of mass at rest, and a massless third that nobody feels.
        at.masses = Eigen::Vector3d(0.7, 1.6, 0);
        const Eigen::Vector3d d = at.y.segment<3>(3) - at.y.segment<3>(0), w = at.y.segment<3>(12) - at.y.segment<3>(9);
        at.y.segment<3>(9) = -1.6 / 2.3 * w;
        at.y.segment<3>(12) = 0.7 / 2.3 * w;
        const double r = d.norm(), along = w.dot(d) / r, across = (w - along * d / r).norm();
        const Accelerations a = at.acceleration();
        ASSERT_TRUE(correction->pair_law(r, along, across, 0.7, 1.6, at.p.data(), value));
        EXPECT_NEAR(value, a.head<3>().dot(d) / r / 1.6, 100 * epsilon * a.head<3>().norm());
        ASSERT_TRUE(correction->pair_law(r, along, across, 1.6, 0.7, at.p.data(), value));
        EXPECT_NEAR(value, -a.segment<3>(3).dot(d) / r / 0.7, 100 * epsilon * a.segment<3>(3).norm() / 0.7);
    }
}

TEST(CorrectionTable, NamesItsRowsOnce)
{
    std::set<std::string_view> ids;
    for (const CorrectionInfo& info : corrections()) {
        EXPECT_TRUE(ids.insert(info.id).second);
        EXPECT_EQ(&find_correction(info.id), &info);
    }
    EXPECT_FALSE(ids.contains("none"));
}

TEST(CorrectionTable, NoneIsNoCorrection)
{
    EXPECT_EQ(make_correction({}, correction_context()), nullptr);
}

/// The option that a refusal names; "" where there is none.
std::string refused(const CorrectionOptions& options, const CorrectionContext& context = correction_context())
{
    try {
        make_correction(options, context);
    } catch (const ArgumentError& error) {
        return error.option();
    }
    return "";
}

TEST(CorrectionTable, RefusesWhatIsWrongByName)
{
    CorrectionOptions good;
    good.correction = "pairwise";
    EXPECT_EQ(refused(good), "");
    const auto with = [&](auto member, auto value) {
        CorrectionOptions bad = good;
        bad.*member = value;
        return refused(bad);
    };
    EXPECT_EQ(with(&CorrectionOptions::correction, "dark-matter"), "correction");
    EXPECT_EQ(with(&CorrectionOptions::network, "32,none"), "network");
    EXPECT_EQ(with(&CorrectionOptions::activation, "relu"), "activation");
    EXPECT_EQ(with(&CorrectionOptions::initialisation, "ones"), "initialisation");
    EXPECT_EQ(with(&CorrectionOptions::network_seed, -1), "network-seed");
    for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
        CorrectionContext context = correction_context();
        context.length = bad;
        EXPECT_EQ(refused(good, context), "scale of length");
    }
}

}  // namespace
}  // namespace syzygy
