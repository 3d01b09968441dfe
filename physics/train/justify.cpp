#include "core/base/not_finite.hpp"
#include "physics/fit/fit.hpp"
#include "physics/fit/residuals.hpp"
#include "physics/train/newton.hpp"
#include "physics/train/objective.hpp"
#include "physics/train/unknowns.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace syzygy {

namespace {

/// What is left of the observations by one model.
struct Remains {
    double squares = 0, observed = 0;  ///< of the part that was fitted: residuals in sigmas, where known; components
    double held_out_squares = 0, held_out_observed = 0;

    double held_out() const { return held_out_squares / held_out_observed; }
};

/// Adds those of one trajectory.
void add_remains(const TrainingTrajectory& trajectory, const ModelPoint& point, const ModelOptions& model,
                 std::stop_token stop, Remains& remains)
{
    const Residuals residuals = compute_residuals(trajectory.whole, point, model, stop);
    if (!residuals.outcome.ok()) {
        remains.squares = remains.held_out_squares = nan;
        return;
    }
    for (Eigen::Index k = 0; k < residuals.residual.cols(); ++k)
        for (Eigen::Index c = 0; c < residuals.residual.rows(); ++c) {
            const double residual = residuals.residual(c, k);
            if (std::isnan(residual)) continue;
            const bool fitted = static_cast<std::size_t>(k) < trajectory.held_out;
            (fitted ? remains.squares : remains.held_out_squares) +=
                trajectory.whole.loss.weights()(c, k) * residual * residual;
            (fitted ? remains.observed : remains.held_out_observed) += 1;
        }
}

/// Akaike's and Schwarz's criteria: of normal errors that are known, or that the residuals show.
std::pair<double, double> criteria(const Remains& remains, double parameters, bool sigmas_known)
{
    const double n = remains.observed;
    const double minus_twice_log_likelihood = sigmas_known ? remains.squares : n * std::log(remains.squares / n);
    return {minus_twice_log_likelihood + 2 * parameters, minus_twice_log_likelihood + std::log(n) * parameters};
}

std::string fold(double ratio)
{
    // As a person reads it: three digits, no exponent.
    if (!(ratio < 1e6)) return "more than a million-fold";
    const double last_place = ratio < 1000 ? 1 : std::pow(10, std::floor(std::log10(ratio)) - 2);
    return ratio < 1000 ? fmt::format("{:.3g}-fold", ratio)
                        : fmt::format("{:.0f}-fold", last_place * std::round(ratio / last_place));
}

/// "113 times", "more than a million times".
std::string times(double ratio)
{
    const std::string text = fold(ratio);
    return text.starts_with("more") ? "more than a million times" : text.substr(0, text.find("-fold")) + " times";
}

/// The second half: whether what the correction leaves is noise.
void judge_rest(Justification& result, const Remains& with, const FitResult& fit, bool sigmas_known)
{
    const auto has = [&](std::string_view code) {
        return std::ranges::any_of(fit.warnings, [&](const Warning& warning) { return warning.code == code; });
    };
    const double size = std::sqrt(with.squares / with.observed), held_out_size = std::sqrt(with.held_out());
    const double allowed = 1 + 2.5 * std::sqrt(2 / std::max(1.0, with.held_out_observed));
    const bool larger = sigmas_known && (size > 1.1 || (with.held_out_observed > 0 && held_out_size > allowed));
    result.complete = result.justified && !larger && !has("misfit") && !has("halves") && !has("phase-wrap");
    if (!result.justified)
        result.correction_words = "So nothing shows that this correction is a force that acts here.";
    else if (result.complete)
        result.correction_words = "This correction may be the missing force: what it leaves is noise.";
    else if (larger)
        result.correction_words = fmt::format("This correction is not the missing force: residuals are still {:.2g} sigma{}.",
                                              std::max(size, std::isfinite(held_out_size) ? held_out_size : 0),
                                              size > 1.1 ? "" : " where it was not fitted");
    else
        result.correction_words = has("halves")
                                      ? "This correction is not the missing force: with it the halves of the data still give other masses."
                                      : "This correction is not the missing force: what it leaves is not random.";
}

/// `rounding`: the mean square residual that the solver's tolerance explains.
void judge(Justification& result, const Remains& with, double parameters_with, bool sigmas_known, double rounding)
{
    constexpr double clear = 0.5;   // of the held-out error
    constexpr double decisive = 10; // of a criterion (Burnham, Anderson 2002, sec. 2.6)
    const bool criteria_apply = parameters_with < with.observed;
    const double aic = result.aic_with - result.aic_without, bic = result.bic_with - result.bic_without;
    const bool predicts = result.held_out_with < clear * result.held_out_without;
    const bool held_out = with.held_out_observed > 0;
    const bool by_criteria = criteria_apply && aic < -decisive;
    // Newton alone that predicts within the stated errors leaves nothing to correct.
    // And so does one that predicts data without errors to the rounding of its solves.
    const double allowed = sigmas_known ? 1 + 5 * std::sqrt(2 / std::max(1.0, with.held_out_observed)) : rounding;
    const bool nothing_left = result.held_out_without < allowed;
    result.justified = held_out ? predicts && !nothing_left : by_criteria;

    std::string text;
    if (held_out)
        text = result.held_out_with < result.held_out_without
                   ? fmt::format("The correction lowers the held-out mean square residual per component from {:.3g} to {:.3g} ({})",
                                 result.held_out_without, result.held_out_with,
                                 fold(result.held_out_without / result.held_out_with))
                   : fmt::format("The correction raises the held-out mean square residual per component from {:.3g} to {:.3g}",
                                 result.held_out_without, result.held_out_with);
    else
        text = "No observations were held out";
    text += criteria_apply
                ? fmt::format("; AIC changes by {:+.1f} and BIC by {:+.1f}", aic, bic)
                : fmt::format("; it has {:.0f} unknowns for {:.0f} observed numbers, so information criteria say nothing",
                              parameters_with, with.observed);
    text += result.justified ? ": justified." : ": not justified";
    if (!result.justified)
        text += nothing_left  ? (sigmas_known ? ": Newton's forces alone predict to within the stated errors."
                                              : ": Newton's forces alone predict as well as they are solved (--rtol).")
                : !held_out   ? ": that is no decisive gain."
                : !predicts   ? ": it does not predict what it was not fitted to clearly better."
                              : ".";
    result.newton_words =
        !result.justified
            ? fmt::format("Newton alone is not rejected{}",
                          nothing_left ? (sigmas_known ? ": it predicts to within the stated errors."
                                                       : ": it predicts as well as it is solved (--rtol).")
                          : !held_out  ? ": no observations were held out, and the criteria give no decisive gain."
                                       : ": the correction does not predict what it was not fitted to clearly better.")
        : held_out ? fmt::format("Newton alone is rejected: its held-out mean square is {} larger.",
                                 times(result.held_out_without / result.held_out_with))
                   : fmt::format("Newton alone is rejected: AIC changes by {:+.1f}.", aic);
    if (result.justified && held_out && criteria_apply && bic > 0)
        text += " BIC counts its weights against it: a physical correction of few parameters may say the same.";
    result.words = text;
}

/// Counts the series of the parts with the jitter that the fit found.
void take_jitter(std::vector<TrainingTrajectory>& parts, const FitSetup& setup, const FitResult& fit)
{
    for (TrainingTrajectory& part : parts) {
        MissingErrors missing = part.whole.missing;
        if (missing.jitter.empty() || missing.jitter.size() != fit.series.size()) continue;
        for (std::size_t i = 0; i < fit.series.size(); ++i) missing.jitter[i] = fit.series[i].jitter;
        FitSetup fitted = setup;
        fitted.data.window = part.fitted;
        part.training = fit_data(*part.observations, fitted, &missing);
        part.whole = fit_data(*part.observations, setup, &missing);
        part.whole.length = part.training.length;
        part.whole.velocity = part.training.velocity;
    }
}

}  // namespace

Justification justify(std::span<const Observations> trajectories, const FitSetup& setup, const TrainResult& result,
                      Control& control)
{
    Justification justification;
    std::vector<TrainingTrajectory> parts = split(trajectories, setup);
    take_jitter(parts, setup, result.fit);
    const NewtonFit newton = result.newton ? *result.newton : fit_newton(parts, setup, control);
    justification.without = newton.fit;

    const ModelOptions model_without{setup.solver, setup.data.observe, setup.data.softening};
    ModelOptions model_with = model_without;
    model_with.correction = result.correction;
    Remains with, without;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        add_remains(parts[i], newton.points[i], model_without, control.token(), without);
        add_remains(parts[i], result.points[i], model_with, control.token(), with);
    }
    const bool sigmas_known = parts[0].training.sigmas_known;
    const TrainingUnknowns unknowns(parts, without_correction(setup, *parts[0].observations), justification.without.point, nullptr);
    const auto physical = static_cast<double>(unknowns.physical());
    const double parameters_with = physical + static_cast<double>(result.correction->size());
    justification.held_out_without = without.held_out();
    justification.held_out_with = with.held_out();
    std::tie(justification.aic_without, justification.bic_without) = criteria(without, physical, sigmas_known);
    std::tie(justification.aic_with, justification.bic_with) = criteria(with, parameters_with, sigmas_known);
    // Local errors add up and grow along an orbit: by two digits, say.
    const double solved_to = 100 * setup.solver.rtol * parts[0].training.length;
    judge(justification, with, parameters_with, sigmas_known, solved_to * solved_to);
    const auto& warnings = result.fit.warnings;
    judge_rest(justification, with, result.fit, sigmas_known);
    if (std::any_of(warnings.begin(), warnings.end(), [](const Warning& warning) { return warning.code == "misfit"; }))
        justification.words += " What it leaves is still more than the stated errors: the force is not found in full.";
    return justification;
}

}  // namespace syzygy
