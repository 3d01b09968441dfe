#include "app/cli/fit_report.hpp"

#include "app/cli/report.hpp"
#include "physics/fit/value_with_error.hpp"

namespace syzygy {

namespace {

constexpr std::size_t text_width = 100;

std::string parameter_table(const FitResult& result, const Observations& observations)
{
    const bool truth_known = observations.true_masses.has_value();
    bool misfit = false;
    for (const FittedParameter& parameter : result.parameters)
        misfit = misfit || parameter.scaled_sigma > parameter.sigma;
    std::vector<std::string> header{"parameter", "body", "value", misfit ? "sigma, widened" : "sigma"};
    if (misfit) header.emplace_back("formal sigma");
    if (truth_known) header.insert(header.end(), {"truth", "relative error"});
    TextTable table(header);
    for (const FittedParameter& parameter : result.parameters) {
        if (!parameter.is_mass() && parameter.fixed) continue;
        auto [value, sigma] = value_with_error(parameter.value, parameter.trusted_sigma());
        if (parameter.fixed) sigma = "held";
        if (parameter.at_bound) sigma = "at its bound";
        if (!parameter.fixed && !parameter.identifiable) {
            value = "not determined";
            sigma = "-";
        }
        std::vector<std::string> row{parameter.name, parameter.body < 0 ? "" : observations.bodies[static_cast<std::size_t>(parameter.body)],
                                     value, sigma};
        if (misfit)
            row.push_back(parameter.fixed || !parameter.identifiable ? "-"
                                                                     : fmt::format("{:.2g}", parameter.sigma));
        if (truth_known) {
            const bool known = parameter.is_mass();
            const double truth = known ? (*observations.true_masses)[parameter.body] : 0;
            row.push_back(known ? fmt::format("{:.9g}", truth) : "");
            row.push_back(!known || !parameter.identifiable ? ""
                          : truth != 0                      ? fmt::format("{:+.1e}", parameter.value / truth - 1)
                                                            : fmt::format("{:+.1e}", parameter.value));
        }
        table.add(std::move(row));
    }
    return table.text();
}

std::string series_table(const FitResult& result, const Observations& observations)
{
    TextTable table({"series", "body", "points", "rms", "weighted rms", "chi-square", "jitter", "sigma"});
    for (std::size_t i = 0; i < result.series.size(); ++i) {
        const FittedSeries& found = result.series[i];
        const std::string& unit = observations.series[i].unit_label(observations.units);
        table.add({found.name, observations.bodies[static_cast<std::size_t>(found.body)], fmt::format("{}", found.points),
                   with_unit(found.rms, unit, 4), with_unit(found.weighted_rms, unit, 4), fmt::format("{:.5g}", found.chi_square),
                   with_unit(found.jitter, unit, 3), found.jitter > 0 ? fmt::format("{:.2g}", found.jitter_sigma) : "-"});
    }
    return table.text();
}

}  // namespace

std::string fit_progress(const FitSnapshot& snapshot)
{
    if (!snapshot.search.empty()) return "fit: " + snapshot.search;
    const std::string arc = snapshot.arcs > 1 ? fmt::format("arc {}/{}, ", snapshot.arc + 1, snapshot.arcs) : "";
    return fmt::format("fit: {}iteration {}, loss {:.6g}, masses {:.8g} {:.8g} {:.8g}", arc, snapshot.iteration,
                       snapshot.loss, snapshot.point.masses[0], snapshot.point.masses[1], snapshot.point.masses[2]);
}

std::string fit_report(const FitResult& result, const FitSetup& setup, const Observations& observations)
{
    std::string text = fmt::format("{}: {} after {} iterations, {}\n", setup.optimizer.optimizer,
                                   to_string(result.outcome.status), result.iterations, duration_text(result.seconds));
    text += wrapped(fmt::format("({})", result.outcome.reason), text_width) + "\n\n";
    if (const Trust found = trust(result); found == Trust::with_care || found == Trust::untrusted)
        text += wrapped(headline(result, observations.units.length_label()), text_width) + "\n\n";
    text += parameter_table(result, observations) + '\n';
    text += fmt::format("loss          {:.9g}\n", result.loss);
    if (std::isfinite(result.rms_residual) || result.series.empty())
        text += fmt::format("rms residual  {}\n", with_unit(result.rms_residual, observations.units.length_label()));
    text += fmt::format("chi-square    {:.6g} reduced, {} degrees of freedom{}\n", result.reduced_chi_square,
                        result.degrees_of_freedom,
                        result.sigmas_known ? "" : " (errors unknown: sigmas are scaled to the residuals)");
    if (!result.series.empty()) text += '\n' + series_table(result, observations);
    for (const Warning& warning : result.warnings)
        text += '\n' + wrapped(fmt::format("warning: {}: {}", warning.code, warning.message), text_width) + '\n';
    for (const std::string& note : result.notes) text += '\n' + wrapped("note: " + note, text_width) + '\n';
    return text;
}

}  // namespace syzygy
