#include "ui/worker/solve_worker.hpp"

#include "core/base/option_json.hpp"
#include "physics/fit/start.hpp"
#include "physics/guess/first_guess.hpp"
#include "physics/model/correction.hpp"
#include "ui/base/option_words.hpp"
#include "ui/worker/priority.hpp"
#include "ui/worker/release.hpp"

#include <fmt/ranges.h>

#include <cmath>

namespace syzygy {

namespace {

/// A solve that takes longer than this gives way to a newer request.
constexpr std::chrono::milliseconds patience{150};

/// Masses that would hold bodies of this speed at this distance: where nothing can be guessed, something is shown.
ModelPoint point_of_last_resort(const PreparedData& data)
{
    const double mass = mass_magnitude(data.units, Eigen::Vector3d::Zero(), data.length, data.velocity);
    // Where the bodies are seen, the rows around say; the rest stands still, each body at a place of its own.
    ModelPoint point{Eigen::Vector3d::Constant(mass), first_guess(data).initial_state};
    for (int body = 0; body < 3; ++body)
        for (int axis = 0; axis < 3; ++axis) {
            double& position = point.initial_state[3 * body + axis];
            double& velocity = point.initial_state[9 + 3 * body + axis];
            if (!std::isfinite(position)) position = axis == body ? data.length : 0;
            if (!std::isfinite(velocity)) velocity = 0;
        }
    return point;
}

ModelPoint start_of(const PreparedData& data, const FitSetup& setup, std::string& note, const std::stop_token& stop)
{
    try {
        std::vector<std::string> notes;
        const ModelPoint point = fit_start(data, setup, notes, stop);
        for (const std::string& text : notes) note += (note.empty() ? "" : "; ") + text;
        return point;
    } catch (const ArgumentError& error) {
        // Shown all the same: the fit will refuse with the same words.
        note = refusal_text(error).toStdString();
        return point_of_last_resort(data);
    }
}

/// The point at the window's first time. A complete first row without errors is the state there; else the model's own
/// orbit says where the bodies are.
ModelPoint point_at_start(const PreparedData& data, const TimedPoint& given, const ModelOptions& options,
                          const std::stop_token& stop)
{
    ModelPoint point = given.point;
    if (given.time == data.epoch) return point;
    point.initial_state = data.first_row.allFinite() && !data.sigmas_known
                              ? data.first_row
                              : propagate(data, given.point, options, given.time, data.epoch, stop);
    return point;
}

/// Of a correction that is known to be none: no force at any distance.
CorrectionForce no_force(const SampledStates& along, const Eigen::Vector3d& masses)
{
    struct None : Correction {
        Eigen::Index size() const override { return 0; }
        Eigen::VectorXd initial_parameters() const override { return {}; }
        std::size_t tape_size() const override { return 0; }
        std::size_t scratch_size() const override { return 0; }
        void add_acceleration(double, const State&, const Eigen::Vector3d&, const double*, double*, double*,
                              double*) const override
        {
        }
        void add_vjp(double, const State&, const Eigen::Vector3d&, const double*, const double*, const double*, State&, double*,
                     double*, double*) const override
        {
        }
        void add_jvp(double, const State&, const Eigen::Vector3d&, const double*, const double*, const State&, const double*,
                     const double*, double*, double*) const override
        {
        }
        bool pair_law(double, double, double, double, double, const double*, double& value) const override
        {
            value = 0;
            return true;
        }
    };
    return correction_force(along, {std::make_shared<None>(), {}}, masses);
}

/// The force that the data were made with, where it is known and the model or the truth has one.
std::shared_ptr<const CorrectionForce> true_force(const std::optional<Truth>& truth, const Solution& solution)
{
    if (!truth || !truth->correction || solution.window.steps().empty()) return nullptr;
    if (!truth->correction->correction && !solution.correction) return nullptr;
    const SampledStates along = sample_states(solution, 400);
    return std::make_shared<const CorrectionForce>(
        truth->correction->correction ? correction_force(along, *truth->correction, truth->masses)
                                      : no_force(along, truth->masses));
}

bool same(const CorrectionContext& a, const CorrectionContext& b)
{
    return a.units == b.units && a.length == b.length && a.velocity == b.velocity && a.mass == b.mass && a.time == b.time &&
           a.t0 == b.t0;
}

}  // namespace

SolveWorker::SolveWorker(std::function<void()> wake)
    : wake_(std::move(wake)), thread_([this](const std::stop_token& stop) { run(stop); })
{
}

SolveWorker::~SolveWorker()
{
    thread_.request_stop();
    const std::lock_guard lock(mutex_);
    running_.request_stop();
}

void SolveWorker::request(PictureRequest request)
{
    const std::shared_ptr<const Observations> data = request.data.observations;
    requests_.put(std::move(request));
    const std::lock_guard lock(mutex_);
    if (since_ == std::chrono::steady_clock::time_point{}) return;
    const bool slow = std::chrono::steady_clock::now() - since_ > patience;
    if (data != running_data_ || (slow && !gave_way_)) running_.request_stop();
}

void SolveWorker::run(const std::stop_token& stop)
{
    give_way_to_the_window();
    while (const auto request = requests_.wait(stop)) {
        std::stop_token stop_solve;
        {
            const std::lock_guard lock(mutex_);
            running_ = {};
            running_data_ = request->data.observations;
            stop_solve = running_.get_token();
            since_ = std::chrono::steady_clock::now();
        }
        if (stop.stop_requested()) return;
        std::optional<Result> result;
        try {
            result = make_picture(*request, stop_solve);
        } catch (const std::exception& error) {
            result = PictureError{request->number, refusal_text(error).toStdString()};
        }
        {
            const std::lock_guard lock(mutex_);
            since_ = {};
            gave_way_ = stop_solve.stop_requested();
        }
        // Stopped for a newer one: half a picture shows nothing.
        if (stop_solve.stop_requested()) continue;
        if (results_.put(std::move(*result))) wake_();
    }
}

std::shared_ptr<const PreparedData> SolveWorker::prepared(Prepared& kept, const PictureRequest& request,
                                                          const FitSetup& setup)
{
    const std::string options = options_to_json(data_options(), setup.data).dump() + setup.fit.robust +
                                fmt::format("{} {}", setup.fit.robust_scale, fmt::join(request.noise_factors, " "));
    if (kept.observations != request.data.observations || kept.options != options)
        kept = {request.data.observations, options,
                released_aside(std::make_shared<const PreparedData>(
                    fit_data(*request.data.observations, setup, request.noise_factors)))};
    return kept.data;
}

std::shared_ptr<const Correction> SolveWorker::correction(const FitSetup& setup, const CorrectionContext& context)
{
    const std::string options = options_to_json(correction_options(), setup.correction).dump();
    if (made_.options != options || !same(made_.context, context))
        made_ = {options, context, make_correction(setup.correction, context)};
    return made_.correction;
}

std::shared_ptr<const Picture> SolveWorker::make_picture(const PictureRequest& request, const std::stop_token& stop)
{
    auto picture = std::make_shared<Picture>();
    picture->number = request.number;
    picture->observations = request.data.observations;
    picture->setup = request.setup;
    picture->fit_next = request.fit_next;

    SolutionRequest wanted;
    wanted.data = prepared(window_, request, request.setup);
    FitSetup whole = request.setup;
    whole.data.window = {};
    wanted.all_data = request.setup.data.window.whole() ? wanted.data : prepared(all_, request, whole);
    wanted.options = model_options(request.setup, nullptr);
    wanted.gradient_method = request.setup.fit.gradient;
    wanted.estimate_errors = true;
    picture->guessed = !request.point;
    TimedPoint given = request.point.value_or(TimedPoint{{}, wanted.data->epoch, {}});
    if (!request.point) given.point = start_of(*wanted.data, request.setup, picture->note, stop);
    if (request.setup.correction.correction != "none") {
        if (!given.context && request.setup.trained) given.context = request.setup.trained->context;
        picture->trained = given.context.has_value();
        picture->context = given.context.value_or(correction_context(*wanted.data, given.point.masses, request.setup.correction));
        wanted.options.correction = correction(request.setup, picture->context);
        Eigen::VectorXd& parameters = given.point.correction;
        if (parameters.size() != wanted.options.correction->size())
            parameters = starting_parameters(*wanted.options.correction, request.setup.correction.values);
    } else {
        given.point.correction.resize(0);
    }
    wanted.point = point_at_start(*wanted.data, given, wanted.options, stop);
    const PreparedData& data = *wanted.data;
    // Those of a point that no fit has made.
    if (wanted.point.offsets.size() != static_cast<Eigen::Index>(data.series.size()))
        wanted.point.offsets = starting_offsets(data, request.setup, wanted.point, wanted.options.correction, stop);
    const double end = data.absolute(data.t1), data_end = request.data.observations->times.back();
    picture->horizon = request.horizon.value_or(data_end > end ? data_end : end + 0.25 * (data.t1 - data.t0));
    wanted.horizon = picture->horizon;
    picture->solution = released_aside(std::make_shared<const Solution>(solve_model(wanted, stop)));
    if (stop.stop_requested()) return picture;
    picture->residual_extremes = residual_extremes(picture->solution->residuals);
    picture->true_force = true_force(request.data.truth, *picture->solution);

    SceneRequest scene;
    scene.solution = picture->solution;
    scene.observations = request.data.observations;
    if (request.data.truth) {
        scene.truth = request.data.truth->trajectory;
        scene.truth_epoch = request.data.truth->epoch;
        scene.truth_masses = request.data.truth->masses;
    }
    scene.frame = request.frame;
    picture->scene = released_aside(std::make_shared<const OrbitScene>(make_orbit_scene(scene)));
    return released_aside<Picture>(picture);
}

}  // namespace syzygy
