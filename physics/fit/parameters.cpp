#include "physics/fit/parameters.hpp"

#include "core/base/not_finite.hpp"
#include "core/base/random.hpp"
#include "physics/fit/parameter_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace syzygy {

namespace {

/// The number that the first row of the data has for a parameter; nan if it has none.
double in_first_row(const PreparedData& data, const ParameterRow& row)
{
    return row.is_state() ? data.first_row[row.slot] : std::numeric_limits<double>::quiet_NaN();
}

Quantity quantity_of(const PreparedData& data, const ParameterRow& row)
{
    if (!row.is_offset()) return row.role == ParameterRole::velocity ? Quantity::velocity : Quantity::length;
    return data.series[static_cast<std::size_t>(row.slot)].observable->info().quantity;
}

}  // namespace

ParameterSet::ParameterSet(const PreparedData& data, const FitOptions& options, const ModelPoint& guess,
                           const Correction* correction)
    : table_(data.bodies, correction ? correction->named_parameters() : std::vector<CorrectionParameter>(), data.series),
      offsets_(static_cast<Eigen::Index>(data.series.size()))
{
    if (!options.initial.empty() && options.initial.size() != 18)
        throw ArgumentError("initial", fmt::format("{} numbers", options.initial.size()),
                            "must be 18 numbers: x1,y1,z1,..,z3,vx1,..,vz3");
    // Where each parameter starts, and where the data hold it.
    if (correction) correction_ = guess.correction.size() == 0 ? correction->initial_parameters() : guess.correction;
    std::vector<bool> observed;
    const Eigen::VectorXd offsets = guess.offsets.size() == 0 ? Eigen::VectorXd::Zero(offsets_) : guess.offsets;
    for (const ParameterRow& row : table_) {
        Parameter& parameter = parameters_.emplace_back(Parameter{row});
        observed.push_back(std::isfinite(in_first_row(data, row)));
        parameter.start = row.component(guess.masses, guess.initial_state, std::as_const(correction_), offsets);
        if (row.is_state()) {
            if (observed.back()) parameter.start = data.first_row[row.slot];
            if (!options.initial.empty()) parameter.start = options.initial[static_cast<std::size_t>(row.slot)];
        }
        if (!row.is_of_correction()) parameter.scale = of_quantity(data, quantity_of(data, row));
    }
    Random random(static_cast<std::uint64_t>(options.seed));
    for (Parameter& parameter : parameters_)
        if (parameter.is_mass() && options.scatter > 0)
            parameter.start *= 1 + options.scatter * (2 * random.uniform() - 1);

    // What is free.
    FreeParameters free(table_);
    if (const auto named = parse_free(table_, options.free)) {
        free = *named;
        if (free.correction && !correction)
            throw ArgumentError("free", options.free, "there is no correction to free: choose one with --correction");
    } else {
        free.set_group(table_, "masses", true);
        // A state that was observed with errors is no exact start: holding it would pass its errors on to the masses.
        bool exact = !data.sigmas_known;
        for (int i = 0; i < count(); ++i) exact = exact && (!table_[i].is_state() || observed[static_cast<std::size_t>(i)]);
        free.set_group(table_, "initial", !exact);
        // Unasked, a correction is what is looked for, unless it was given in numbers.
        free.set_group(table_, "offsets", true);
        free.set_group(table_, "correction", correction && correction_ == correction->initial_parameters());
    }
    for (int i = 0; i < count(); ++i) {
        Parameter& parameter = parameters_[static_cast<std::size_t>(i)];
        // The state of the reference body cannot be seen.
        parameter.free = free[i] && !(parameter.is_state() && parameter.body == data.reference);
        // Nor can the offset of an instrument that read nothing in the window.
        if (parameter.is_offset() && (data.loss.weights().row(18 + parameter.slot).array() == 0).all()) parameter.free = false;
    }
    std::vector<bool> given(parameters_.size());
    for (int i = 0; i < count(); ++i) given[static_cast<std::size_t>(i)] = table_[i].is_state() && !options.initial.empty();
    for (const FixedParameter& fixed : parse_fix(table_, options.fix)) {
        Parameter& parameter = parameters_[static_cast<std::size_t>(fixed.index)];
        parameter.free = false;
        if (!fixed.value) continue;
        parameter.start = *fixed.value;
        given[static_cast<std::size_t>(fixed.index)] = true;
        if (!parameter.is_of_correction()) continue;
        if (*fixed.value < parameter.lower || *fixed.value > parameter.upper)
            throw ArgumentError("fix", format_fix(table_, {fixed}),
                                fmt::format("must be from {} to {}", parameter.lower, parameter.upper));
        correction_[parameter.slot] = *fixed.value;
    }
    for (const ParameterPair& pair : parse_bounds(table_, options.bounds)) {
        if (!(pair.first < pair.second))
            throw ArgumentError("bounds", format_bounds(table_, {pair}), "the lowest must be below the highest");
        Parameter& parameter = parameters_[static_cast<std::size_t>(pair.index)];
        const double lowest = parameter.lower, highest = parameter.upper;
        parameter.lower = std::max(pair.first, lowest);
        parameter.upper = std::min(pair.second, highest);
        if (!(parameter.lower < parameter.upper))
            throw ArgumentError("bounds", format_bounds(table_, {pair}),
                                fmt::format("{} can only be from {} to {}", parameter.id, lowest, highest));
    }
    for (const ParameterPair& pair : parse_priors(table_, options.priors)) {
        parameters_[static_cast<std::size_t>(pair.index)].prior_mean = pair.first;
        parameters_[static_cast<std::size_t>(pair.index)].prior_sigma = pair.second;
    }

    for (int i = 0; i < count(); ++i) {
        Parameter& parameter = parameters_[static_cast<std::size_t>(i)];
        const std::string& id = parameter.id;
        const bool mass = parameter.is_mass(), known = observed[static_cast<std::size_t>(i)] || given[static_cast<std::size_t>(i)];
        if (!std::isfinite(parameter.start))
            throw ArgumentError(
                mass ? "start" : "free",
                mass                   ? "nothing"
                : options.free.empty() ? "masses,initial"
                                       : options.free,
                mass ? "the data do not allow a guess of the masses: give --start m1,m2,m3"
                     : fmt::format("{} is neither in the first row of the data nor can it be guessed from the rows after", id));
        if (parameter.is_state() && !parameter.free && !known && parameter.body != data.reference)
            throw ArgumentError(
                "free", options.free,
                fmt::format("the first row of the window has no {}: add 'initial' or 'velocities' to --free, or give "
                            "it with --fix {}=value",
                            id, id));
        parameter.held_at_guess = mass && !parameter.free && !known;
        if (!parameter.free && parameter.prior_sigma)
            throw ArgumentError("prior", id, "is not free, so a prior has nothing to say about it");
        if (!parameter.free) continue;
        if (mass && parameter.start <= 0)
            throw ArgumentError(
                "start", fmt::format("{}", parameter.start),
                fmt::format("{} is free and must start above 0; to hold a massless body write --fix {}=0", id,
                            parameter.body + 1));
        if (parameter.start < parameter.lower || parameter.start > parameter.upper) {
            parameter.moved_from = parameter.start;
            parameter.start = std::clamp(parameter.start, parameter.lower, parameter.upper);
        }
        if (mass && parameter.start <= 0) throw ArgumentError("bounds", id, "a free mass must be allowed above 0");
        free_.push_back(i);
    }

    lower_.setConstant(size(), -infinity);
    upper_.setConstant(size(), infinity);
    for (Eigen::Index column = 0; column < size(); ++column) {
        // The logarithm of a lowest value of 0 is no bound.
        lower_[column] = of_column(column).unknown_of(of_column(column).lower);
        upper_[column] = of_column(column).unknown_of(of_column(column).upper);
    }
}

std::vector<int> ParameterSet::free_in_solve() const
{
    std::vector<int> result;
    for (const int index : free_)
        if (!(*this)[index].is_offset()) result.push_back(index);
    return result;
}

bool ParameterSet::frees_state() const
{
    return std::ranges::any_of(parameters_, [](const Parameter& each) { return each.free && each.is_state(); });
}

void ParameterSet::hold_correction(const Eigen::VectorXd& parameters)
{
    correction_ = parameters;
    for (Parameter& parameter : parameters_)
        if (parameter.is_of_correction()) parameter.start = parameters[parameter.slot];
}

ModelPoint ParameterSet::point(const Eigen::VectorXd& x) const
{
    ModelPoint point;
    point.correction = correction_;
    point.offsets.resize(offsets_);
    for (const Parameter& parameter : parameters_)
        if (!parameter.is_of_correction()) parameter.set_value(point, parameter.start);
    for (Eigen::Index column = 0; column < size(); ++column)
        of_column(column).set_value(point, of_column(column).value_at(x[column]));
    return point;
}

Eigen::VectorXd ParameterSet::unknowns(const ModelPoint& point) const
{
    Eigen::VectorXd x(size());
    for (Eigen::Index column = 0; column < size(); ++column)
        x[column] = of_column(column).unknown_of(of_column(column).value(point));
    return x.cwiseMax(lower_).cwiseMin(upper_);
}

}  // namespace syzygy
