#include "physics/fit/parameters.hpp"

#include "core/base/random.hpp"
#include "physics/fit/parameter_text.hpp"

#include <cmath>

namespace syzygy {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

std::string parameter_name(int index)
{
    if (index < 3) return fmt::format("m{}", index + 1);
    const int component = (index - 3) % 9;
    return fmt::format("{}{}{}", index >= 12 ? "v" : "", "xyz"[component % 3], component / 3 + 1);
}

void ParameterSet::add_correction(const Correction& correction, const Eigen::VectorXd& guess, const FreeParameters& free)
{
    correction_ = guess.size() == 0 ? correction.initial_parameters() : guess;
    const auto named = correction.named_parameters();
    for (std::size_t i = 0; i < named.size(); ++i) {
        Parameter parameter;
        parameter.name = named[i].name;
        parameter.start = correction_[static_cast<Eigen::Index>(i)];
        parameter.scale = named[i].scale;
        parameter.lower = named[i].lower;
        parameter.upper = named[i].upper;
        parameter.free = free.frees(parameter.name);
        parameters_.push_back(parameter);
    }
}

ParameterSet::ParameterSet(const PreparedData& data, const FitOptions& options, const ModelPoint& guess,
                           const Correction* correction)
    : parameters_(parameter_count)
{
    if (!options.initial.empty() && options.initial.size() != 18)
        throw ArgumentError("initial", fmt::format("{} numbers", options.initial.size()),
                            "must be 18 numbers: x1,y1,z1,..,z3,vx1,..,vz3");
    // Where each parameter starts, and where the data hold it.
    std::array<bool, parameter_count> observed{};
    for (int i = 0; i < parameter_count; ++i) {
        Parameter& parameter = parameters_[i];
        parameter.name = parameter_name(i);
        parameter.lower = i < 3 ? 0 : -infinity;
        parameter.upper = infinity;
        const double in_data = i < 3 ? std::numeric_limits<double>::quiet_NaN() : data.first_row[i - 3];
        observed[i] = std::isfinite(in_data);
        parameter.start = observed[i] ? in_data : value(guess, i);
        if (i >= 3 && !options.initial.empty()) parameter.start = options.initial[static_cast<std::size_t>(i - 3)];
        parameter.scale = i < 12 ? data.length : data.velocity;
    }
    Random random(static_cast<std::uint64_t>(options.seed));
    for (int body = 0; body < 3; ++body)
        if (options.scatter > 0) parameters_[body].start *= 1 + options.scatter * (2 * random.uniform() - 1);

    // What is free.
    const auto set_free = [&](int from, int to) {
        for (int i = from; i < to; ++i) parameters_[i].free = true;
    };
    if (options.free.empty()) {
        set_free(0, 3);
        // A state that was observed with errors is no exact start: holding it would pass its errors on to the masses.
        bool exact = !data.sigmas_known;
        for (int i = 3; i < parameter_count; ++i) exact = exact && observed[i];
        if (!exact) set_free(3, parameter_count);
    }
    // Unasked, a correction is what is looked for, unless it was given in numbers.
    FreeParameters free{};
    free[correction_group] =
        correction && (guess.correction.size() == 0 || guess.correction == correction->initial_parameters());
    ParameterNames names(data.bodies);
    if (correction)
        for (const CorrectionParameter& parameter : correction->named_parameters())
            names.correction.push_back(parameter.name);
    if (const auto named = parse_free(names, options.free)) {
        for (int i = 0; i < parameter_count; ++i) parameters_[i].free = (*named)[i];
        free = *named;
        if (free[correction_group] && !correction)
            throw ArgumentError("free", options.free, "there is no correction to free: choose one with --correction");
    }
    if (data.reference >= 0)
        for (int c = 0; c < 3; ++c) {
            parameters_[3 + 3 * data.reference + c].free = false;
            parameters_[12 + 3 * data.reference + c].free = false;
        }
    if (correction) add_correction(*correction, guess.correction, free);
    std::array<bool, parameter_count> given{};
    if (!options.initial.empty()) std::fill(given.begin() + 3, given.end(), true);
    for (const FixedParameter& fixed : parse_fix(names, options.fix)) {
        Parameter& parameter = parameters_[fixed.index];
        parameter.free = false;
        if (!fixed.value) continue;
        parameter.start = *fixed.value;
        if (fixed.index < parameter_count) {
            given[fixed.index] = true;
            continue;
        }
        if (*fixed.value < parameter.lower || *fixed.value > parameter.upper)
            throw ArgumentError("fix", format_fix({fixed}),
                                fmt::format("must be from {} to {}", parameter.lower, parameter.upper));
        correction_[fixed.index - parameter_count] = *fixed.value;
    }
    for (const ParameterPair& pair : parse_bounds(names, options.bounds)) {
        if (!(pair.first < pair.second))
            throw ArgumentError("bounds", format_bounds({pair}), "the lowest must be below the highest");
        Parameter& parameter = parameters_[pair.index];
        const double lowest = parameter.lower, highest = parameter.upper;
        parameter.lower = std::max(pair.first, lowest);
        parameter.upper = std::min(pair.second, highest);
        if (!(parameter.lower < parameter.upper))
            throw ArgumentError("bounds", format_bounds({pair}),
                                fmt::format("{} can only be from {} to {}", parameter.name, lowest, highest));
    }
    for (const ParameterPair& pair : parse_priors(names, options.priors)) {
        parameters_[pair.index].prior_mean = pair.first;
        parameters_[pair.index].prior_sigma = pair.second;
    }

    for (int i = 0; i < count(); ++i) {
        Parameter& parameter = parameters_[i];
        const std::string& name = parameter.name;
        const bool of_bodies = i < parameter_count;
        if (!std::isfinite(parameter.start))
            throw ArgumentError(
                i < 3 ? "start" : "free",
                i < 3                  ? "nothing"
                : options.free.empty() ? "masses,initial"
                                       : options.free,
                i < 3 ? "the data do not allow a guess of the masses: give --start m1,m2,m3"
                      : fmt::format(
                            "{} is neither in the first row of the data nor can it be guessed from the rows after",
                            name));
        if (of_bodies && !parameter.free && i >= 3 && !observed[i] && !given[i] &&
            !(data.reference >= 0 && (i - 3) % 9 / 3 == data.reference))
            throw ArgumentError(
                "free", options.free,
                fmt::format("the first row of the window has no {}: add 'initial' or 'velocities' to --free, or give "
                            "it with --fix {}=value",
                            name, name));
        parameter.held_at_guess = i < 3 && !parameter.free && !given[i];
        if (!parameter.free && parameter.prior_sigma)
            throw ArgumentError("prior", name, "is not free, so a prior has nothing to say about it");
        if (!parameter.free) continue;
        if (i < 3 && parameter.start <= 0)
            throw ArgumentError(
                "start", fmt::format("{}", parameter.start),
                fmt::format("{} is free and must start above 0; to hold a massless body write --fix {}=0", name,
                            i + 1));
        if (parameter.start < parameter.lower || parameter.start > parameter.upper) {
            parameter.moved_from = parameter.start;
            parameter.start = std::clamp(parameter.start, parameter.lower, parameter.upper);
        }
        if (i < 3 && parameter.start <= 0) throw ArgumentError("bounds", name, "a free mass must be allowed above 0");
        free_.push_back(i);
    }

    lower_.setConstant(size(), -infinity);
    upper_.setConstant(size(), infinity);
    for (Eigen::Index column = 0; column < size(); ++column) {
        const int i = free_[static_cast<std::size_t>(column)];
        const Parameter& parameter = parameters_[i];
        if (i < 3) {
            lower_[column] = parameter.lower > 0 ? std::log(parameter.lower / parameter.start) : -infinity;
            upper_[column] = std::log(parameter.upper / parameter.start);
        } else {
            lower_[column] = (parameter.lower - parameter.start) / parameter.scale;
            upper_[column] = (parameter.upper - parameter.start) / parameter.scale;
        }
    }
}

void ParameterSet::hold_correction(const Eigen::VectorXd& parameters)
{
    correction_ = parameters;
    for (int i = parameter_count; i < count(); ++i)
        parameters_[static_cast<std::size_t>(i)].start = parameters[i - parameter_count];
}

ModelPoint ParameterSet::point(const Eigen::VectorXd& x) const
{
    ModelPoint point;
    point.correction = correction_;
    for (int i = 0; i < parameter_count; ++i)
        (i < 3 ? point.masses[i] : point.initial_state[i - 3]) = parameters_[i].start;
    for (Eigen::Index column = 0; column < size(); ++column) {
        const int i = free_[static_cast<std::size_t>(column)];
        if (i < 3)
            point.masses[i] = parameters_[i].start * std::exp(x[column]);
        else
            (i < parameter_count ? point.initial_state[i - 3] : point.correction[i - parameter_count]) =
                parameters_[i].start + parameters_[i].scale * x[column];
    }
    return point;
}

Eigen::VectorXd ParameterSet::unknowns(const ModelPoint& point) const
{
    Eigen::VectorXd x(size());
    for (Eigen::Index column = 0; column < size(); ++column) {
        const int i = free_[static_cast<std::size_t>(column)];
        x[column] = i < 3 ? std::log(value(point, i) / parameters_[i].start)
                          : (value(point, i) - parameters_[i].start) / parameters_[i].scale;
    }
    return x.cwiseMax(lower_).cwiseMin(upper_);
}

}  // namespace syzygy
