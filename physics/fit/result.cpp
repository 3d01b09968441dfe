#include "physics/fit/result.hpp"

#include "physics/units/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace syzygy {

namespace {

/// Residuals that are no noise and larger than this, beside the motion, are those of another orbit.
constexpr double serious_share = 0.01;

/// Halves that do not agree widen the errors; beyond this share of a mass those say hardly anything.
constexpr double serious_error = 0.1;

struct Kind {
    std::string_view code, text;
    Severity severity;
};
constexpr std::array kinds{
    Kind{"apparent-states", "the states are not where the bodies are", Severity::serious},
    Kind{"phase-wrap", "bodies are a quarter turn off", Severity::serious},
    Kind{"not-followed", "the model does not follow a series", Severity::serious},
    Kind{"gradient-error", "the solver's own error led the fit astray", Severity::serious},
    Kind{"horizon", "the solver's own error is not small", Severity::serious},
    Kind{"halves", "the halves of the data do not agree", Severity::serious},
    Kind{"misfit", "the residuals are not random", Severity::caution},
    Kind{"unidentifiable", "not all is determined by the data", Severity::caution},
    Kind{"close-encounter", "two bodies pass each other closely", Severity::caution},
};

const Kind* kind_of(const Warning& warning)
{
    const auto found = std::ranges::find(kinds, std::string_view(warning.code), &Kind::code);
    return found == kinds.end() ? nullptr : &*found;
}

/// Residuals as a share of the motion, without what the stated errors explain of them.
double unexplained_share(const FitResult& result)
{
    if (!result.sigmas_known || !std::isfinite(result.reduced_chi_square)) return result.residual_share;
    return result.residual_share * std::sqrt(std::max(0.0, 1 - 1 / result.reduced_chi_square));
}

/// By how much the errors were widened; 1 where none was.
double widening(const FitResult& result)
{
    double largest = 1;
    for (const FittedParameter& parameter : result.parameters)
        if (!parameter.fixed && parameter.identifiable && parameter.sigma > 0)
            largest = std::max(largest, parameter.trusted_sigma() / parameter.sigma);
    return largest;
}

/// The largest error of a mass that was found, as a share of the mass.
double worst_mass(const FitResult& result)
{
    double worst = 0;
    for (const FittedParameter& mass : result.parameters) {
        if (!mass.is_mass()) continue;
        if (!mass.fixed && mass.identifiable) worst = std::max(worst, std::abs(mass.trusted_sigma() / mass.value));
    }
    return worst;
}

/// Where the message is of some masses only: their names.
std::string undetermined(const FitResult& result)
{
    std::string names;
    int count = 0;
    for (const FittedParameter& parameter : result.parameters) {
        if (parameter.fixed || parameter.identifiable) continue;
        if (++count > 3)
            return fmt::format("{} numbers are", std::ranges::count_if(result.parameters, [](const auto& each) {
                                   return !each.fixed && !each.identifiable;
                               }));
        names += (names.empty() ? "" : ", ") + parameter.name;
    }
    return count == 0 ? "" : names + (count == 1 ? " is" : " are");
}

std::string counted(std::size_t warnings)
{
    return fmt::format("{} warning{}", warnings, warnings == 1 ? "" : "s");
}

}  // namespace

Severity severity(const Warning& warning, const FitResult& result)
{
    // A code that is not known here is one to be careful with.
    const Kind* const kind = kind_of(warning);
    if (!kind) return Severity::serious;
    if (warning.code == "halves" && worst_mass(result) < serious_error) return Severity::caution;
    if (warning.code == "misfit" && unexplained_share(result) > serious_share) return Severity::serious;
    return kind->severity;
}

std::string short_text(const Warning& warning, const FitResult& result)
{
    if (warning.code == "unidentifiable")
        if (const std::string names = undetermined(result); !names.empty())
            return names + " not determined by the data";
    if (warning.code == "misfit") {
        if (severity(warning, result) == Severity::serious)
            return fmt::format("the residuals are {:.2g} % of the motion", 100 * unexplained_share(result));
        if (const double factor = widening(result); factor >= 1.05)
            return fmt::format("the residuals are more than noise, errors are widened {:.3g} times", factor);
    }
    const Kind* const kind = kind_of(warning);
    if (!kind) return warning.code;
    std::string text(kind->text);
    if (warning.code == "halves" && severity(warning, result) == Severity::caution)
        text += fmt::format(", errors are widened {:.3g} times", widening(result));
    return text;
}

Trust trust(const FitResult& result)
{
    if (!result.outcome.ok()) return Trust::unfinished;
    if (result.warnings.empty()) return Trust::trusted;
    const bool serious = std::ranges::any_of(
        result.warnings, [&](const Warning& warning) { return severity(warning, result) == Severity::serious; });
    return serious ? Trust::untrusted : Trust::with_care;
}

std::string headline(const FitResult& result, std::string_view length)
{
    std::string state(to_string(result.outcome.status));
    std::ranges::replace(state, '-', ' ');
    state[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(state[0])));
    const auto& warnings = result.warnings;
    // The worst first.
    const auto first = std::ranges::min_element(warnings, {}, [&](const Warning& warning) {
        const Kind* const kind = kind_of(warning);
        const auto place = kind ? kind - kinds.data() : 0;
        return severity(warning, result) == Severity::serious ? place
                                                              : place + static_cast<std::ptrdiff_t>(kinds.size());
    });
    switch (trust(result)) {
    case Trust::trusted: {
        std::string text =
            fmt::format("{} after {} iteration{}", state, result.iterations, result.iterations == 1 ? "" : "s");
        if (std::isfinite(result.rms_residual))
            text += ", rms residual " + with_unit(result.rms_residual, std::string(length), 3);
        return text;
    }
    case Trust::with_care:
        return fmt::format("{}, with care: {}; {}", state, short_text(*first, result), counted(warnings.size()));
    case Trust::untrusted:
        return fmt::format("{}, but not to be trusted: {}; {}", state, short_text(*first, result),
                           counted(warnings.size()));
    case Trust::unfinished: break;
    }
    // What comes after is what to do about it.
    const std::string& reason = result.outcome.reason;
    if (!reason.empty()) state += ": " + reason.substr(0, reason.find("; "));
    return warnings.empty() ? state : fmt::format("{}; {}", state, counted(warnings.size()));
}

}  // namespace syzygy
