#include "core/ode/trajectory.hpp"
#include "physics/compare/subject_parts.hpp"
#include "physics/model/dynamics.hpp"
#include "physics/model/gradient_rows.hpp"

#include <fmt/format.h>

#include <numeric>

namespace syzygy {

namespace {

class ThreeBodySubject final : public CompareSubject {
public:
    ThreeBodySubject(std::shared_ptr<const PreparedData> data, const ModelPoint& point, const ModelOptions& options,
                     std::string name)
        : data_(std::move(data)), point_(point), options_(options), name_(std::move(name))
    {
    }

    std::string name() const override { return name_; }
    std::vector<std::string> parameter_names() const override { return {"m1", "m2", "m3"}; }
    std::vector<std::string> state_names() const override
    {
        std::vector<std::string> names;
        for (const std::string prefix : {"", "v"})
            for (const char body : {'1', '2', '3'})
                for (const char axis : {'x', 'y', 'z'}) names.push_back(prefix + axis + body);
        return names;
    }
    double t0() const override { return data_->epoch; }
    double t1() const override { return data_->absolute(data_->t1); }
    bool three_bodies() const override { return true; }
    std::vector<double> parameters() const override { return {point_.masses.begin(), point_.masses.end()}; }

    void validate_horizon(double horizon) const override { rows_up_to(horizon); }

    ComparedGradient run(const CompareRun& run, std::stop_token stop, CompareTrace* trace) const override
    {
        const auto data = data_up_to(run.horizon);
        const ModelOptions options = options_of(run);
        GradientTrace<State> own;
        const ThreeBodyGradient result =
            compute_gradient(*data, point_, options, run.gradient, stop, trace ? &own : nullptr);
        if (trace) {
            detail::take_trace(own, data->epoch, 18, *trace);
            detail::take_forward(own, data->epoch, 18, *trace, [&] { return trajectory(*data, options, stop); });
        }
        return detail::compared_gradient(result, 3, 18);
    }

    std::optional<ReferenceGradient> reference(double horizon, std::stop_token stop) const override
    {
        const std::size_t rows = rows_up_to(horizon);
        return references_.get(data_->times()[rows - 1], [&]() -> std::optional<ReferenceGradient> {
            const auto data = data_up_to(horizon);
            auto reference = sensitivities(*data, 1e-13, stop);
            const auto witness = reference ? sensitivities(*data, 1e-12, stop) : std::nullopt;
            if (!reference || !witness) return std::nullopt;
            reference->relative_error = detail::gradient_distance(witness->parameters, witness->initial_state,
                                                                  reference->parameters, reference->initial_state);
            return reference;
        });
    }

    double forward_seconds(const CompareRun& run, std::stop_token stop) const override
    {
        const auto data = data_up_to(run.horizon);
        const ModelOptions options = options_of(run);
        double sum = 0;
        const Stopwatch watch;
        predict(
            *data, point_, options,
            [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y) { sum += data->loss.term(k, y, offsets_of(*data, point_)); }, stop);
        return watch.seconds();
    }

private:
    ModelOptions options_of(const CompareRun& run) const
    {
        ModelOptions options = options_;
        options.solver = run.solver;
        options.gradient = run.options;
        return options;
    }

    std::size_t rows_up_to(double horizon) const
    {
        const auto times = data_->times();
        if (horizon == 0 || horizon == t1()) return times.size();
        // Times count from the epoch: one that it was added to and taken from again may be a last place off.
        const double slack =
            4 * std::numeric_limits<double>::epsilon() * std::max({std::abs(data_->epoch), std::abs(horizon), std::abs(t1())});
        const auto end = std::upper_bound(times.begin(), times.end(), horizon - data_->epoch + slack);
        const auto rows = static_cast<std::size_t>(end - times.begin());
        if (!std::isfinite(horizon) || rows < 2 || times[rows - 1] == times[0] || horizon > t1() + slack)
            throw ArgumentError("horizons", fmt::format("{}", horizon),
                                fmt::format("must lie within the data, after two rows at least: above {:.15g}, up to {:.15g}", t0(), t1()));
        return rows;
    }

    std::shared_ptr<const PreparedData> data_up_to(double horizon) const
    {
        const std::size_t rows = rows_up_to(horizon);
        if (rows == data_->size()) return data_;
        // Length and velocity, and with them the tolerances, stay those of all data: horizons are compared.
        return std::make_shared<PreparedData>(data_->rows(0, rows));
    }

    /// The gradient by tangents whose own errors choose the steps; nullopt where the solve does not arrive.
    std::optional<ReferenceGradient> sensitivities(const PreparedData& data, double tolerance, std::stop_token stop) const
    {
        ModelOptions options = options_;
        options.solver = SolverOptions{};
        options.solver.method = "dop853";
        options.solver.rtol = tolerance;
        ReferenceGradient reference;
        reference.how = "forward sensitivities, dop853 at 1e-13, tangents controlled";
        SensitivityRequest request{std::vector<int>(21), true};
        std::iota(request.unknowns.begin(), request.unknowns.end(), 0);
        Eigen::VectorXd gradient = Eigen::VectorXd::Zero(21);
        TrajectoryLoss::Observed cotangent;
        const SensitivityReport report = compute_sensitivities(
            data, point_, options, request,
            [&](std::size_t k, const Eigen::Ref<const Eigen::VectorXd>& y,
                const Eigen::Ref<const Eigen::MatrixXd>& tangents) {
                reference.loss += data.loss.add(k, TrajectoryLoss::Observed(y), cotangent, offsets_of(data, point_));
                gradient += tangents.transpose() * cotangent;
            },
            stop);
        if (!report.outcome.ok()) return std::nullopt;
        reference.parameters = gradient.head(3);
        reference.initial_state = gradient.tail(18);
        return reference;
    }

    Trajectory<State> trajectory(const PreparedData& data, const ModelOptions& options, std::stop_token stop) const
    {
        const ThreeBody<double> newton(data.units.k1(), data.units.k2(), point_.masses, options.softening);
        std::vector<double> stops;
        const LeadingLoss<18> loss(data.loss);
        const SolveTask<State> task = with_stops(detail::make_problem(data, newton, loss, point_, options, stop), stops).task;
        return with_dynamics(data.units, point_, options, data.epoch,
                             [&](const auto& system) { return record(system, task); });
    }

    std::shared_ptr<const PreparedData> data_;
    ModelPoint point_;
    ModelOptions options_;
    std::string name_;
    detail::ReferenceCache references_;
};

}  // namespace

std::shared_ptr<const CompareSubject> three_body_subject(std::shared_ptr<const PreparedData> data, const ModelPoint& point,
                                                         const ModelOptions& options, std::string name)
{
    return std::make_shared<ThreeBodySubject>(std::move(data), point, options, std::move(name));
}

}  // namespace syzygy
