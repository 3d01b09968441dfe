// The epoch of a correction: elements and the time that a network sees count from one stated time, whatever the window.
#include "physics/run/fit_file.hpp"
#include "physics/fit/start.hpp"
#include "tests/physics/fit/fit_samples.hpp"
#include "tests/support/run_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy::testing {
namespace {

using ::testing::HasSubstr;

constexpr double first_time = 2459274.5, middle = first_time + 0.5, last_time = first_time + 1;
/// hidden-mass, semi-major axis, eccentricity, inclination, node, pericentre, mean anomaly: an orbit that is felt.
constexpr std::array elements{0.3, 4.0, 0.3, 0.2, 0.3, 0.4, 1.0};

CorrectionOptions hidden_body(double mean_anomaly = elements[6], const std::string& epoch = "data")
{
    CorrectionOptions options;
    options.correction = "hidden-body";
    options.epoch = epoch;
    options.values = fmt::format(
        "hidden-mass={},semi-major-axis={},eccentricity={},inclination={},node={},pericentre={},mean-anomaly={}",
        elements[0], elements[1], elements[2], elements[3], elements[4], elements[5], mean_anomaly);
    return options;
}

/// The ACA example beside the hidden body, from first_time on, with all velocities.
Observations observed()
{
    const ThreeBodySystem system = find_scenario("aca").make();
    SimulateOptions options;
    options.t0 = first_time;
    options.t1 = last_time;
    options.samples = 101;
    options.velocities = true;
    SolverOptions solver;
    solver.rtol = 1e-13;
    const CorrectionOptions correction = hidden_body();
    CorrectionAt at{make_correction(correction, correction_context(system, options, correction)), {}};
    at.parameters = starting_parameters(*at.correction, correction.values);
    return simulate(system, options, solver, {}, at).samples;
}

/// The loss in the window of the model with these masses and this correction, from the window's first row on.
double loss_of(const Observations& data, const Interval& window, const CorrectionOptions& correction,
               const Eigen::Vector3d& masses)
{
    DataOptions options;
    options.window = window;
    const PreparedData prepared = prepare(data, options);
    ModelPoint point{masses, prepared.first_row, {}};
    ModelOptions model;
    model.solver.rtol = 1e-13;
    model.correction = make_correction(correction, correction_context(prepared, masses, correction));
    point.correction = starting_parameters(*model.correction, correction.values);
    const ThreeBodyGradient result = compute_gradient(prepared, point, model, "aca");
    EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
    return result.loss;
}

/// By which the mean anomaly grows from one time to the other: n^2 a^3 = K1 K2 (M + m), Kepler's third law.
double growth(double from, double to, const Eigen::Vector3d& masses)
{
    const UnitSystem units = find_scenario("aca").make().units;
    return std::sqrt(units.k1() * units.k2() * (masses.sum() + elements[0]) / std::pow(elements[1], 3)) * (to - from);
}

const Interval late{middle, std::nullopt};

TEST(Epoch, AWindowSeesTheOrbitThatTheWholeDataSee)
{
    const Observations data = observed();
    // Julian dates are rounded to 5e-10, in which bodies that are as fast as 10 move by 5e-9.
    constexpr double rounding = 9 * 5e-9 * 5e-9;
    EXPECT_LT(loss_of(data, {}, hidden_body(), aca_masses), rounding);
    EXPECT_LT(loss_of(data, late, hidden_body(), aca_masses), rounding);
    EXPECT_GT(loss_of(data, late, hidden_body(elements[6], "window"), aca_masses), 1e-9);
}

TEST(Epoch, TheSameOrbitIsTheSameAtAnyEpochByKeplersThirdLaw)
{
    const Observations data = observed();
    const Eigen::Vector3d masses(1, 1.2, 0.8);  // off the truth: a loss that is not zero
    const double expected = loss_of(data, late, hidden_body(), masses);
    EXPECT_GT(expected, 1e-6);
    const auto at = [&](const std::string& epoch, double time) {
        return loss_of(data, late, hidden_body(elements[6] + growth(first_time, time, masses), epoch), masses);
    };
    // A Julian date is rounded to 5e-10, and the anomaly grows by 0.3 in a unit of time.
    EXPECT_NEAR(at("window", middle), expected, 1e-8 * expected);
    EXPECT_NEAR(at("2459274.75", first_time + 0.25), expected, 1e-8 * expected);
    EXPECT_NEAR(at("2459200", 2459200), expected, 1e-8 * expected);
}

TEST(Epoch, TextsThatAreNoTimeAreRefused)
{
    for (const char* text : {"", "noon", "inf", "nan", "1,2", "windows"}) {
        try {
            make_correction(hidden_body(1, text), {});
            ADD_FAILURE() << text;
        } catch (const ArgumentError& error) {
            EXPECT_EQ(error.option(), "epoch");
        }
    }
    EXPECT_EQ(parse_epoch("-1.5"), -1.5);
}

FitFile begun(const std::string& epoch)
{
    FitFile file;
    file.setup = setup_from({1, 1, 1}, "masses,mean-anomaly");
    file.setup.data.window = late;
    file.setup.correction = hidden_body(0.9, epoch);
    return file;
}

/// The fit to its end from where the file stands.
FitResult ended(FitFile file)
{
    Control control;
    return run_fit(observed(), file.setup, file.state, {}, control);
}

double anomaly(const FitResult& result)
{
    return parameter(result, "mean-anomaly").value;
}

TEST(Epoch, AFitInAWindowFindsTheElementsOfTheEpoch)
{
    // The solver's tolerance of a fit, 1e-12, amplified by the orbit.
    EXPECT_NEAR(anomaly(ended(begun("data"))), elements[6], 1e-5);
    EXPECT_NEAR(anomaly(ended(begun("window"))), elements[6] + growth(first_time, middle, aca_masses), 1e-5);
}

/// The file as a program before there were epochs wrote it.
std::string of_before(const std::string& content)
{
    nlohmann::ordered_json json = nlohmann::ordered_json::parse(content);
    json["version"] = json.contains("training") ? 2 : 1;
    json["options"]["correction"].erase("epoch");
    if (json.contains("correction")) json["correction"]["options"].erase("epoch");
    return json.dump();
}

TEST(Epoch, OldFilesKeepTheirs)
{
    const TemporaryFolder folder;
    FitFile file = begun("window");
    write_fit_file(folder.file("new.syzygy"), file);
    const FitFile old = read_fit_file(folder.write("old.syzygy", of_before(content_of(folder.file("new.syzygy")))));
    EXPECT_EQ(old.setup.correction.epoch, "window");
    EXPECT_EQ(anomaly(ended(old)), anomaly(ended(file))) << "to the last bit";

    // With what it found, the file holds the time itself.
    const Observations data = observed();
    const FitResult result = ended(file);
    file.correction = trained_correction(file.setup, fit_data(data, file.setup), result.point);
    EXPECT_EQ(file.correction->context.t0, middle);
    write_fit_file(folder.file("new.syzygy"), file);
    const std::string found = folder.write("found.syzygy", of_before(content_of(folder.file("new.syzygy"))));
    EXPECT_EQ(read_fit_file(found).setup.correction.epoch, "2459275");
    EXPECT_EQ(read_correction(found).context.t0, middle);
    EXPECT_EQ(read_correction(found).options.epoch, "2459275");
    // A correction that knows no time has no epoch to keep.
    file.setup.correction.correction = "drag";
    file.setup.correction.values.clear();
    file.correction.reset();
    write_fit_file(folder.file("drag.syzygy"), file);
    EXPECT_EQ(read_fit_file(folder.write("drag.syzygy", of_before(content_of(folder.file("drag.syzygy")))))
                  .setup.correction.epoch,
              "data");
}

TEST(Epoch, AFitThatIsResumedAndACorrectionThatIsUsedAgainKeepTheirs)
{
    const TemporaryFolder folder;
    FitFile file = begun("data");
    const Observations data = observed();
    // Stopped after its third iteration.
    Control control;
    long iterations = 0;
    run_fit(
        data, file.setup, file.state,
        [&](const FitSnapshot&, const FitState&) {
            if (++iterations == 3) control.stop();
        },
        control);
    EXPECT_FALSE(file.state.finished);
    write_fit_file(folder.file("half.syzygy"), file);
    EXPECT_EQ(anomaly(ended(read_fit_file(folder.file("half.syzygy")))), anomaly(ended(begun("data"))))
        << "to the last bit";

    const FitResult result = ended(file);
    file.correction = trained_correction(file.setup, fit_data(data, file.setup), result.point);
    write_fit_file(folder.file("whole.syzygy"), file);
    FitSetup other;
    other.trained = std::make_shared<TrainedCorrection>(read_correction(folder.file("whole.syzygy")));
    other.correction = other.trained->options;
    EXPECT_EQ(other.correction.epoch, "2459274.5");
    // Other data, that begin elsewhere.
    Observations rest = data;
    rest.times.assign(data.times.begin() + 50, data.times.end());
    rest.positions = data.positions.rightCols(51).eval();
    rest.velocities = data.velocities.rightCols(51).eval();
    other.fit.start = {1, 1, 1};
    other.fit.free = "masses";
    EXPECT_LT(mass_error(run_fit(rest, other), aca_masses), 1e-6);
}

TEST(Epoch, TheTimeThatTheExternalNetworkSeesCountsFromIt)
{
    // The network of the whole data, in a window: its weights with the magnitudes that they were drawn for.
    const Observations data = observed();
    CorrectionOptions options;
    options.correction = "external";
    options.network = "4";
    DataOptions window;
    window.window = late;
    const CorrectionContext whole = correction_context(prepare(data, {}), aca_masses, options);
    CorrectionContext part = correction_context(prepare(data, window), aca_masses, options);
    EXPECT_EQ(whole.t0, first_time);
    EXPECT_EQ(part.t0, first_time);
    options.epoch = "2459000";
    part = correction_context(prepare(data, window), aca_masses, options);
    EXPECT_EQ(part.t0, 2459000);
    // Moving epoch and time together changes nothing.
    const auto correction = make_correction(options, whole), moved = make_correction(options, [&] {
                                                                 CorrectionContext context = whole;
                                                                 context.t0 += 8;
                                                                 return context;
                                                             }());
    Random random(1);
    Eigen::VectorXd weights(correction->size());
    for (double& weight : weights) weight = random.normal();
    const auto acceleration = [&](const Correction& of, double t) {
        Eigen::VectorXd tape(of.tape_size()), scratch(of.scratch_size()), out = Eigen::VectorXd::Zero(9);
        State y;
        y << data.positions.col(3), data.velocities.col(3);
        of.add_acceleration(t, y, aca_masses, weights.data(), out.data(), tape.data(), scratch.data());
        return out;
    };
    EXPECT_EQ(acceleration(*correction, first_time + 1), acceleration(*moved, first_time + 9));
    EXPECT_NE(acceleration(*correction, first_time + 1), acceleration(*correction, first_time + 9));
}

}  // namespace
}  // namespace syzygy::testing
